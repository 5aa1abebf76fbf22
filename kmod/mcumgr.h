/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything inside the module that crosses a file, in the order a request
 * travels.  What other modules may use is in include/mcumgr/.
 */
#ifndef _MCUMGR_H
#define _MCUMGR_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/mgmt.h>
#include <uapi/linux/mcumgr_netlink.h>

#include "call.h"
#include "frame.h"
#include "packet.h"

struct cred;
struct genl_family;
struct genl_info;
struct mcumgr_fs;
struct module;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct sock;
struct tty_struct;

/* Bounds on what other modules and processes may take. */
#define MCUMGR_CALLBACKS_MAX	1024
#define MCUMGR_GROUPS_MAX	128
#define MCUMGR_LINES_MAX	1024
#define MCUMGR_QUESTIONS_MAX	256
#define MCUMGR_QUESTIONS_PROCESS	32
#define MCUMGR_VERDICTS_MAX	1024
#define MCUMGR_SETTINGS_HANDLERS_MAX	128
#define MCUMGR_STAT_SETS_MAX	128

/* Bounds of a line's buffers; the netlink spec has the same. */
#define MCUMGR_BUF_SIZE_MIN	128
#define MCUMGR_BUF_SIZE_MAX	16384
#define MCUMGR_BUF_COUNT_MAX	16
#define MCUMGR_IDLE_TIMEOUT_MIN	10U
#define MCUMGR_PEER_LEN		31

/* The response already says why: what a handler returns after a refusal. */
#define MCUMGR_ANSWERED		INT_MIN

/* ldisc.c */
int mcumgr_ldisc_init(void);
void mcumgr_ldisc_exit(void);
int mcumgr_ldisc_num(void);

/* line.c */

/**
 * struct mcumgr_config - what an operator chooses for a line
 * @framing: &enum mcumgr_framing
 * @buf_size: bytes of a packet buffer
 * @buf_count: packets that may wait
 * @idle_timeout: milliseconds of silence that end half a packet
 */
struct mcumgr_config {
	u32 framing;
	u32 buf_size;
	u32 buf_count;
	u32 idle_timeout;
};

/**
 * struct mcumgr_queue - packets between the tty and the worker
 * @mem: all buffers, one after the other, the response's last
 * @len: length of each waiting packet
 * @off: where in its buffer each waiting packet begins
 * @head: packets put in
 * @tail: packets taken out; @head - @tail wait or are being worked on
 */
struct mcumgr_queue {
	u8 *mem;
	u32 len[MCUMGR_BUF_COUNT_MAX];
	u32 off[MCUMGR_BUF_COUNT_MAX];
	u32 head;
	u32 tail;
};

/**
 * struct mcumgr_line - an attached tty
 * @ref: the tty's, each lookup's and each running netlink request's
 * @id: number, unique until the module is unloaded
 * @tty: as good as dead once @closing is set; only the worker touches it
 * @name: of the tty
 * @rdev: its device number, encoded as for stat(2)
 * @cred: of the process that attached it: with these its clients reach files
 * @closing: no new work; set once, read everywhere
 * @lock: protects @config, @peer and all up to @orphan; taken in receive_buf,
 *	the worker and netlink, never in interrupt context
 * @config: what the operator chose
 * @peer: label, terminated
 * @rx: packet being received, into the buffer of @queue.head
 * @queue: packets received
 * @busy: the worker has a packet or a response in hand
 * @stalled: the tty was told to keep its bytes
 * @next: buffers to change to between two requests, NULL if none; nothing is
 *	received while some wait
 * @next_config: configuration to change to with them
 * @last_rx: jiffies of the last byte
 * @unthrottled: bytes since the tty's writer was last woken
 * @min_free: fewest free buffers since attach or change
 * @working: the worker runs
 * @orphan: the tty is gone, the worker ends the line
 * @rests: woken when the worker does not run any more
 * @work: dispatches, sends; all below is its own
 * @pos: rest of the packet in hand
 * @left: bytes there
 * @holding: the buffer of @queue.tail is in hand
 * @req: request in hand
 * @rsp: its response
 * @done_err: result to raise CMD_DONE with, or MCUMGR_NO_DONE
 * @sending: a response is on its way
 * @tx: its encoder
 * @stage: encoded bytes, or all of the response in raw framing
 * @stage_pos: bytes of @stage given to the tty
 * @stage_len: bytes in @stage
 * @lines: buffer of @stage for console framing
 * @fs: its file transfer, NULL before the first
 * @origin: who asks, for callbacks
 * @origin_peer: its label
 * @counters: indexed by MCUMGR_A_LINE_COUNTERS_*
 * @rcu: frees it
 */
struct mcumgr_line {
	struct kref ref;
	u32 id;
	struct tty_struct *tty;
	char name[64];
	u32 rdev;
	const struct cred *cred;
	bool closing;

	/* Protects what follows, up to orphan. */
	spinlock_t lock;
	struct mcumgr_config config;
	char peer[MCUMGR_PEER_LEN + 1];
	struct mcumgr_frame_rx rx;
	struct mcumgr_queue queue;
	bool busy;
	bool stalled;
	u8 *next;
	struct mcumgr_config next_config;
	unsigned long last_rx;
	u32 unthrottled;
	u32 min_free;
	bool working;
	bool orphan;

	wait_queue_head_t rests;
	struct work_struct work;
	const u8 *pos;
	size_t left;
	bool holding;
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	s32 done_err;
	bool sending;
	struct mcumgr_frame_tx tx;
	const u8 *stage;
	size_t stage_pos;
	size_t stage_len;
	u8 lines[8 * MCUMGR_FRAME_LINE_MAX];
	struct mcumgr_fs *fs;
	struct mgmt_origin origin;
	char origin_peer[MCUMGR_PEER_LEN + 1];

	atomic64_t counters[MCUMGR_A_LINE_COUNTERS_MAX + 1];
	struct rcu_head rcu;
};

/* No CMD_DONE for this request. */
#define MCUMGR_NO_DONE		INT_MIN

#define mcumgr_count(line, what) \
	atomic64_inc(&(line)->counters[MCUMGR_A_LINE_COUNTERS_##what])
#define mcumgr_count_add(line, what, n) \
	atomic64_add(n, &(line)->counters[MCUMGR_A_LINE_COUNTERS_##what])

extern struct mcumgr_config mcumgr_line_defaults;

int mcumgr_line_init(void);
void mcumgr_line_exit(void);
struct mcumgr_line *mcumgr_line_open(struct tty_struct *tty);
void mcumgr_line_shut(struct mcumgr_line *line);
void mcumgr_line_close(struct mcumgr_line *line);
size_t mcumgr_line_receive(struct mcumgr_line *line, const u8 *p,
			   const u8 *flags, size_t n);
void mcumgr_line_abort(struct mcumgr_line *line);
void mcumgr_line_wakeup(struct mcumgr_line *line);
void mcumgr_line_wakeup_alive(struct mcumgr_line *line);
struct mcumgr_line *mcumgr_line_get(u32 id);
struct mcumgr_line *mcumgr_line_get_next(u32 id);
void mcumgr_line_put(struct mcumgr_line *line);
u32 mcumgr_line_total(void);

/* line_config.c */
u8 *mcumgr_line_alloc_buffers(const struct mcumgr_config *config);
void mcumgr_line_install_buffers(struct mcumgr_line *line, u8 *mem);
void mcumgr_line_change(struct mcumgr_line *line);
int mcumgr_line_set(struct mcumgr_line *line, const struct mcumgr_config *config,
		    const char *peer);
void mcumgr_line_stat(struct mcumgr_line *line, struct mcumgr_config *config,
		      char *peer, u32 *queued);
size_t mcumgr_line_memory(const struct mcumgr_config *config);

/* dispatch.c */
void mcumgr_dispatch(struct mcumgr_line *line, enum mcumgr_packet_status status);
void mcumgr_dispatch_done(struct mcumgr_line *line);
int mcumgr_allowed(struct mgmt_ctxt *ctxt, u32 event, void *data, size_t size);
int mcumgr_allowed_alone(struct mgmt_ctxt *ctxt, u32 event, void *data, size_t size);

struct mcumgr_hook;
struct mcumgr_binding;

/* callback.c */

/**
 * struct mcumgr_hook_info - a callback, for listing
 * @id: place in the order of registration
 * @event: events
 * @owner: module or agent
 * @agent: netlink port of the agent, 0 when it is gone
 * @is_agent: whether it is one
 * @calls: times called
 * @denials: times its refusal counted
 */
struct mcumgr_hook_info {
	u32 id;
	u32 event;
	char owner[MODULE_NAME_LEN];
	u32 agent;
	bool is_agent;
	u64 calls;
	u64 denials;
};

int mcumgr_callback_init(void);
void mcumgr_callback_exit(void);
struct mcumgr_hook *mcumgr_callback_add_agent(struct mcumgr_binding *b, u32 event);
void mcumgr_callback_remove_agent(struct mcumgr_hook *hook);
bool mcumgr_callback_next(u32 after, struct mcumgr_hook_info *info);

/* group.c */

/**
 * struct mcumgr_group - a registered group
 * @node: in the order of registration
 * @seq: place in that order
 * @id: its number; @group may be freed while a lookup still sees this
 * @group: what was registered
 * @owner: who did
 * @users: running handlers and the registration itself
 * @unused: completed when @users is gone, unless there is @release
 * @release: frees @group when @users is gone; of groups that processes answer
 * @requests: requests that reached a handler
 * @rcu: frees it
 */
struct mcumgr_group {
	struct list_head node;
	u32 seq;
	u16 id;
	struct mgmt_group *group;
	struct module *owner;
	refcount_t users;
	struct completion unused;
	void (*release)(struct mgmt_group *group);
	atomic64_t requests;
	struct rcu_head rcu;
};

int mcumgr_group_add(struct mgmt_group *group, struct module *owner,
		     void (*release)(struct mgmt_group *group));
void mcumgr_group_remove(struct mgmt_group *group);
struct mcumgr_group *mcumgr_group_get(u16 id);
struct mcumgr_group *mcumgr_group_get_next(u32 seq);
void mcumgr_group_put(struct mcumgr_group *g);
const struct mgmt_handler *mcumgr_group_handler(const struct mcumgr_group *g, u8 id);
s32 mcumgr_group_translate(u16 group, u16 err);

/* grp/ */
int mcumgr_grp_enum_init(void);
void mcumgr_grp_enum_exit(void);
int mcumgr_grp_fs_init(void);
void mcumgr_grp_fs_exit(void);
void mcumgr_fs_line_end(struct mcumgr_line *line);
void mcumgr_fs_revalidate(void);
int mcumgr_grp_img_init(void);
void mcumgr_grp_img_exit(void);
int mcumgr_img_slots_init(void);
void mcumgr_img_slots_exit(void);
int mcumgr_os_info(struct mgmt_ctxt *ctxt);
int mcumgr_os_bootloader(struct mgmt_ctxt *ctxt);
int mcumgr_os_taskstat(struct mgmt_ctxt *ctxt);
int mcumgr_os_mpstat(struct mgmt_ctxt *ctxt);
int mcumgr_grp_os_init(void);
void mcumgr_grp_os_exit(void);
int mcumgr_grp_settings_init(void);
void mcumgr_grp_settings_exit(void);
int mcumgr_grp_stat_init(void);
void mcumgr_grp_stat_exit(void);
int mcumgr_grp_user_init(void);
void mcumgr_grp_user_exit(void);
u32 mcumgr_user_server(const struct mgmt_group *group, const char **owner);
int mcumgr_grp_basic_init(void);
void mcumgr_grp_basic_exit(void);

/* event.c */
int mcumgr_event_put(struct sk_buff *skb, u32 event, const void *data, size_t size);
int mcumgr_event_check(u32 event, struct nlattr **tb,
		       struct netlink_ext_ack *extack);
int mcumgr_event_apply(u32 event, struct nlattr **tb, void *data);

/* question.c */

struct mcumgr_question;

/**
 * struct mcumgr_question_ops - a kind of question
 * @cmd: MCUMGR_CMD_* that asks
 * @reachable: whether the process is still there
 * @accept: take an answer, or refuse it and leave the question open; in the
 *	table's lock, so it must not sleep
 */
struct mcumgr_question_ops {
	u8 cmd;
	bool (*reachable)(const struct mcumgr_question *q);
	int (*accept)(struct mcumgr_question *q, void *answer,
		      struct netlink_ext_ack *extack);
};

/**
 * struct mcumgr_question - what a process is asked, on the asker's stack
 * @ops: its kind
 * @asked: binding or server, for mcumgr_question_cancel()
 * @portid: address of the process, 0 when it is gone
 * @in_flight: questions to it without an answer
 * @line: whose request waits, or NULL
 * @event: what it is about, 0 for a request that is passed on
 * @done: decided
 * @cookie: what the answer must repeat
 * @id: number in the table, 0 outside
 * @error: 0 when answered
 */
struct mcumgr_question {
	const struct mcumgr_question_ops *ops;
	void *asked;
	u32 portid;
	atomic_t *in_flight;
	struct mcumgr_line *line;
	u32 event;
	struct completion done;
	u64 cookie;
	u32 id;
	int error;
};

int mcumgr_question_ask(struct mcumgr_question *q, const struct sk_buff *body,
			u32 timeout);
int mcumgr_question_answer(const struct mcumgr_question_ops *ops,
			   struct genl_info *info, void *answer);
void mcumgr_question_cancel_line(const struct mcumgr_line *line);
void mcumgr_question_cancel(const void *asked);

/**
 * struct mcumgr_question_stats - counters of all questions
 * @sent: asked
 * @answered: answered in time
 * @timeouts: not answered in time
 * @lost: process gone or too busy
 * @refused: answers that did not fit
 */
struct mcumgr_question_stats {
	atomic64_t sent;
	atomic64_t answered;
	atomic64_t timeouts;
	atomic64_t lost;
	atomic64_t refused;
};

extern struct mcumgr_question_stats mcumgr_question_stats;
u32 mcumgr_question_pending(void);

/* upcall.c */

/**
 * struct mcumgr_answer - what an agent, or the cache in its name, says
 * @status: &enum mgmt_cb_return
 * @rc: code of a refusal
 * @group: its group
 * @abort_more: skip later callbacks
 * @cache_ms: how long it may be remembered, 0 not at all
 * @data: EVENT_DATA attribute with what is to be changed, or NULL; kmalloc()ed
 */
struct mcumgr_answer {
	u32 status;
	s32 rc;
	u16 group;
	bool abort_more;
	u32 cache_ms;
	struct nlattr *data;
};

/**
 * struct mcumgr_event_call - a notify, as one callback sees it
 * @event: the event
 * @prev_status: first refusal so far
 * @rc: its code; out: the callback's own
 * @group: its group; out: the callback's own
 * @abort_more: out: skip later callbacks
 * @data: of the event
 * @size: of @data
 */
struct mcumgr_event_call {
	u32 event;
	enum mgmt_cb_return prev_status;
	s32 rc;
	u16 group;
	bool abort_more;
	void *data;
	size_t size;
};

enum mgmt_cb_return mcumgr_upcall(struct mcumgr_binding *b,
				  struct mcumgr_event_call *ec);
int mcumgr_upcall_answer(struct genl_info *info, struct mcumgr_answer *answer,
			 struct nlattr **tb);

/* agent.c */

/**
 * struct mcumgr_binding - an agent bound to events
 * @node: in the list of all
 * @ref: the list's and the hook's
 * @hook: its place among the callbacks
 * @sk: the agent's socket, held; NULL when the agent is gone
 * @portid: its address
 * @name: of the agent
 * @event: events
 * @timeout: milliseconds for an answer
 * @failure: &enum mcumgr_failure
 * @in_flight: upcalls without an answer
 */
struct mcumgr_binding {
	struct list_head node;
	struct kref ref;
	struct mcumgr_hook *hook;
	struct sock *sk;
	u32 portid;
	char name[32];
	u32 event;
	u32 timeout;
	u32 failure;
	atomic_t in_flight;
};

/**
 * struct mcumgr_agent_addr - a binding at one moment
 * @portid: whom to ask, 0 when the agent is gone
 * @timeout: milliseconds for an answer
 * @failure: &enum mcumgr_failure
 */
struct mcumgr_agent_addr {
	u32 portid;
	u32 timeout;
	u32 failure;
};

int mcumgr_agent_init(void);
void mcumgr_agent_exit(void);
void mcumgr_agent_addr(struct mcumgr_binding *b, struct mcumgr_agent_addr *addr);
void mcumgr_binding_put(struct mcumgr_binding *b);
u32 mcumgr_agent_total(void);

/* verdict.c */
int mcumgr_verdict_init(void);
void mcumgr_verdict_exit(void);
u32 mcumgr_verdict_generation(void);
bool mcumgr_verdict_lookup(const struct mcumgr_binding *b, const void *key,
			   u32 len, struct mcumgr_answer *answer);
void mcumgr_verdict_store(const struct mcumgr_binding *b, u32 generation,
			  const void *key, u32 len,
			  const struct mcumgr_answer *answer);
u32 mcumgr_verdict_flush(void);
void mcumgr_verdict_stats(u32 *entries, u64 *hits, u64 *misses);

/* netlink.c */
enum {
	MCUMGR_NLGRP_LINES,
	MCUMGR_NLGRP_EVENTS,
};

extern struct genl_family mcumgr_nl_family;

int mcumgr_netlink_init(void);
void mcumgr_netlink_exit(void);
void mcumgr_netlink_line(struct mcumgr_line *line, u8 cmd);
void mcumgr_netlink_event(const struct mcumgr_event_call *ec);
int mcumgr_netlink_put_event(struct sk_buff *skb, const struct mcumgr_event_call *ec);
int mcumgr_netlink_put_origin(struct sk_buff *skb, struct mcumgr_line *line);
struct sk_buff *mcumgr_netlink_new(u8 cmd, size_t size, void **hdr);
struct sk_buff *mcumgr_netlink_reply(struct genl_info *info, void **hdr);
int mcumgr_netlink_answer(struct genl_info *info, struct sk_buff *skb, void *hdr,
			  int ret);
void *mcumgr_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
int mcumgr_netlink_dumped(struct sk_buff *skb, void *hdr, int ret);
int mcumgr_netlink_send(struct sk_buff *skb, u32 portid);

#endif /* _MCUMGR_H */
