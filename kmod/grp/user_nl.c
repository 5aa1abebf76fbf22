// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups that processes answer: who they are.
 *
 * A process binds a group's number to its netlink socket.  When the socket closes
 * the group is gone, as if its module had been unloaded.
 *
 * Nothing here waits for a request in hand: it may wait for an agent, whose answer
 * comes through the door that our caller holds, or for another socket of the
 * process that dies.
 *
 * Locks: servers_lock (mutex) protects the list and nests around groups_lock.
 * Who takes a server out of the list ends it.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "../netlink-gen.h"
#include "../utf8.h"
#include "user.h"

/* Milliseconds. */
#define TIMEOUT_DEFAULT	1000

static DEFINE_MUTEX(servers_lock);
static LIST_HEAD(servers);

static struct mcumgr_server *new_server(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	u32 i, n = tb[MCUMGR_A_SERVER_COMMANDS] ?
		nla_get_u32(tb[MCUMGR_A_SERVER_COMMANDS]) : 1;
	struct mcumgr_server *s = kzalloc(struct_size(s, handlers, n), GFP_KERNEL);

	if (!s)
		return NULL;
	for (i = 0; i < n; i++)
		s->handlers[i] = (struct mgmt_handler){
			.mh_read = mcumgr_user_pass_on,
			.mh_write = mcumgr_user_pass_on,
			.user_data = s,
		};
	if (tb[MCUMGR_A_SERVER_NAME])
		nla_strscpy(s->name, tb[MCUMGR_A_SERVER_NAME], sizeof(s->name));
	s->group = (struct mgmt_group){
		.mg_handlers = s->handlers,
		.mg_handlers_count = n,
		.mg_group_id = nla_get_u16(tb[MCUMGR_A_SERVER_GROUP]),
		.mg_group_name = s->name,
		/* The process writes the map. */
		.custom_payload = true,
	};
	get_task_comm(s->owner, current);
	mcumgr_utf8_repair(s->owner);
	s->sk = NETLINK_CB(skb).sk;
	sock_hold(s->sk);
	s->portid = info->snd_portid;
	s->timeout = tb[MCUMGR_A_SERVER_TIMEOUT] ?
		nla_get_u32(tb[MCUMGR_A_SERVER_TIMEOUT]) : TIMEOUT_DEFAULT;
	return s;
}

static void free_server(struct mgmt_group *group)
{
	struct mcumgr_server *s = container_of(group, struct mcumgr_server, group);

	sock_put(s->sk);
	kfree(s);
}

static int check_bind(struct genl_info *info)
{
	struct nlattr *name = info->attrs[MCUMGR_A_SERVER_NAME];

	if (GENL_REQ_ATTR_CHECK(info, MCUMGR_A_SERVER_GROUP)) {
		NL_SET_ERR_MSG(info->extack, "which group? its number is missing");
		return -EINVAL;
	}
	/* Clients get it as text. */
	if (name && !mcumgr_utf8_valid(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "the name is not UTF-8");
		return -EINVAL;
	}
	return 0;
}

int mcumgr_nl_group_bind_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcumgr_server *s;
	int ret = check_bind(info);

	if (ret)
		return ret;
	s = new_server(skb, info);
	if (!s)
		return -ENOMEM;
	/* Its socket cannot go meanwhile: this is called by a message that it sends. */
	mutex_lock(&servers_lock);
	ret = mcumgr_group_add(&s->group, THIS_MODULE, free_server);
	if (!ret)
		list_add_tail(&s->node, &servers);
	mutex_unlock(&servers_lock);
	if (!ret)
		return 0;
	if (ret == -EEXIST)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MCUMGR_A_SERVER_GROUP],
				    "the group is answered already");
	else if (ret == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "there are too many groups");
	free_server(&s->group);
	return ret;
}

/* No more questions, then no more requests; those in hand keep it until they end. */
static void end_server(struct mcumgr_server *s)
{
	WRITE_ONCE(s->gone, true);
	mcumgr_question_cancel(s);
	mcumgr_group_remove(&s->group);
}

typedef bool (*match_fn)(const struct mcumgr_server *s, const void *arg);

static bool is_of_socket(const struct mcumgr_server *s, const void *sk)
{
	return s->sk == sk;
}

/*
 * A socket that dies has left its port already, so another one may have the
 * number: only its own death counts.
 */
static bool is_dead(const struct mcumgr_server *s, const void *portid)
{
	return s->portid == *(const u32 *)portid && sock_flag(s->sk, SOCK_DEAD);
}

static bool is_any(const struct mcumgr_server *s, const void *arg)
{
	return true;
}

/* One server out of the list, for end_server(). */
static struct mcumgr_server *take_out(match_fn match, const void *arg,
				      const struct nlattr *group)
{
	struct mcumgr_server *s;

	guard(mutex)(&servers_lock);
	list_for_each_entry(s, &servers, node) {
		if (group && s->group.mg_group_id != nla_get_u16(group))
			continue;
		if (!match(s, arg))
			continue;
		list_del(&s->node);
		return s;
	}
	return NULL;
}

static u32 end_servers(match_fn match, const void *arg, const struct nlattr *group)
{
	struct mcumgr_server *s;
	u32 n = 0;

	while ((s = take_out(match, arg, group))) {
		end_server(s);
		n++;
	}
	return n;
}

int mcumgr_nl_group_unbind_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *group = info->attrs[MCUMGR_A_SERVER_GROUP];

	if (end_servers(is_of_socket, NETLINK_CB(skb).sk, group))
		return 0;
	NL_SET_ERR_MSG(info->extack, "this socket answers no such group");
	return -ENOENT;
}

/**
 * mcumgr_user_server() - who answers a group, if a process does
 * @group: a group with a reference, so that it stays
 * @owner: set to the name of the process, if one does
 *
 * Return: netlink port of the process, 0 if a module answers the group.
 */
u32 mcumgr_user_server(const struct mgmt_group *group, const char **owner)
{
	const struct mcumgr_server *s = container_of(group, struct mcumgr_server, group);

	if (group->mg_handlers->mh_read != mcumgr_user_pass_on)
		return 0;
	*owner = s->owner;
	return s->portid;
}

static int socket_released(struct notifier_block *nb, unsigned long what, void *ptr)
{
	struct netlink_notify *n = ptr;

	if (what == NETLINK_URELEASE && n->protocol == NETLINK_GENERIC &&
	    net_eq(n->net, &init_net))
		end_servers(is_dead, &n->portid, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block release_notifier = {
	.notifier_call = socket_released,
};

int mcumgr_grp_user_init(void)
{
	return netlink_register_notifier(&release_notifier);
}

/* The family is gone, so nobody binds any more. */
void mcumgr_grp_user_exit(void)
{
	netlink_unregister_notifier(&release_notifier);
	end_servers(is_any, NULL, NULL);
}
