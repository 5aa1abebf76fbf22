/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints, in the order a request meets them. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mcumgr

#if !defined(_MCUMGR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MCUMGR_TRACE_H

#include <linux/tracepoint.h>
#include <mcumgr/mgmt.h>

TRACE_EVENT(mcumgr_request,
	TP_PROTO(const char *line, const struct mcumgr_req *req),
	TP_ARGS(line, req),
	TP_STRUCT__entry(
		__string(line, line)
		__field(u8, version)
		__field(u8, op)
		__field(u16, group)
		__field(u8, id)
		__field(u8, seq)
		__field(u16, len)
	),
	TP_fast_assign(
		mcumgr_assign_str(line, line);
		__entry->version = req->version;
		__entry->op = req->op;
		__entry->group = req->group;
		__entry->id = req->id;
		__entry->seq = req->seq;
		__entry->len = req->len;
	),
	TP_printk("%s v%u op=%u group=%u id=%u seq=%u len=%u", __get_str(line),
		  __entry->version + 1, __entry->op, __entry->group, __entry->id,
		  __entry->seq, __entry->len)
);

TRACE_EVENT(mcumgr_notify,
	TP_PROTO(u32 event, u32 status, s32 rc, u16 group),
	TP_ARGS(event, status, rc, group),
	TP_STRUCT__entry(
		__field(u32, event)
		__field(u32, status)
		__field(s32, rc)
		__field(u16, group)
	),
	TP_fast_assign(
		__entry->event = event;
		__entry->status = status;
		__entry->rc = rc;
		__entry->group = group;
	),
	TP_printk("event=0x%08x status=%u rc=%d group=%u", __entry->event,
		  __entry->status, __entry->rc, __entry->group)
);

TRACE_EVENT(mcumgr_upcall,
	TP_PROTO(u32 id, u32 event, u32 portid),
	TP_ARGS(id, event, portid),
	TP_STRUCT__entry(
		__field(u32, id)
		__field(u32, event)
		__field(u32, portid)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->event = event;
		__entry->portid = portid;
	),
	TP_printk("id=%u event=0x%08x agent=%u", __entry->id, __entry->event,
		  __entry->portid)
);

#define MCUMGR_VERDICT_FROM_AGENT	0
#define MCUMGR_VERDICT_FROM_CACHE	1
#define MCUMGR_VERDICT_FROM_FAILURE	2

TRACE_EVENT(mcumgr_verdict,
	TP_PROTO(u32 event, u32 status, s32 rc, int source),
	TP_ARGS(event, status, rc, source),
	TP_STRUCT__entry(
		__field(u32, event)
		__field(u32, status)
		__field(s32, rc)
		__field(int, source)
	),
	TP_fast_assign(
		__entry->event = event;
		__entry->status = status;
		__entry->rc = rc;
		__entry->source = source;
	),
	TP_printk("event=0x%08x status=%u rc=%d from=%s", __entry->event,
		  __entry->status, __entry->rc,
		  __print_symbolic(__entry->source,
				   { MCUMGR_VERDICT_FROM_AGENT, "agent" },
				   { MCUMGR_VERDICT_FROM_CACHE, "cache" },
				   { MCUMGR_VERDICT_FROM_FAILURE, "failure" }))
);

TRACE_EVENT(mcumgr_response,
	TP_PROTO(const char *line, const struct mcumgr_req *req, size_t len, s32 rc),
	TP_ARGS(line, req, len, rc),
	TP_STRUCT__entry(
		__string(line, line)
		__field(u16, group)
		__field(u8, id)
		__field(u8, seq)
		__field(u32, len)
		__field(s32, rc)
	),
	TP_fast_assign(
		mcumgr_assign_str(line, line);
		__entry->group = req->group;
		__entry->id = req->id;
		__entry->seq = req->seq;
		__entry->len = len;
		__entry->rc = rc;
	),
	TP_printk("%s group=%u id=%u seq=%u len=%u rc=%d", __get_str(line),
		  __entry->group, __entry->id, __entry->seq, __entry->len,
		  __entry->rc)
);

#endif /* _MCUMGR_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
