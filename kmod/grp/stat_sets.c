// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of counters: "line", of the line that asks, "line<number>" of any,
 * "group<number>" of a command group, "callbacks", "upcalls", "verdicts", and what
 * other modules register.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <mcumgr/stat.h>

#include "../mcumgr.h"
#include "../registry.h"
#include "stat.h"

static struct mcumgr_registry sets;

static const char * const line_fields[MCUMGR_A_LINE_COUNTERS_MAX + 1] = {
	[MCUMGR_A_LINE_COUNTERS_RX_BYTES]	= "rx_bytes",
	[MCUMGR_A_LINE_COUNTERS_TX_BYTES]	= "tx_bytes",
	[MCUMGR_A_LINE_COUNTERS_RX_PACKETS]	= "rx_packets",
	[MCUMGR_A_LINE_COUNTERS_TX_PACKETS]	= "tx_packets",
	[MCUMGR_A_LINE_COUNTERS_REQUESTS]	= "requests",
	[MCUMGR_A_LINE_COUNTERS_DENIED]		= "denied",
	[MCUMGR_A_LINE_COUNTERS_RC_ERRORS]	= "rc_errors",
	[MCUMGR_A_LINE_COUNTERS_SHORT_PACKETS]	= "short_packets",
	[MCUMGR_A_LINE_COUNTERS_BAD_CRC]	= "bad_crc",
	[MCUMGR_A_LINE_COUNTERS_BAD_BASE64]	= "bad_base64",
	[MCUMGR_A_LINE_COUNTERS_BAD_LENGTH]	= "bad_length",
	[MCUMGR_A_LINE_COUNTERS_OVERSIZE]	= "oversize",
	[MCUMGR_A_LINE_COUNTERS_RESTARTED]	= "restarted",
	[MCUMGR_A_LINE_COUNTERS_STRAY]		= "stray",
	[MCUMGR_A_LINE_COUNTERS_TIMEOUTS]	= "timeouts",
	[MCUMGR_A_LINE_COUNTERS_TTY_ERRORS]	= "tty_errors",
	[MCUMGR_A_LINE_COUNTERS_STALLS]		= "stalls",
};

static int walk_line(const struct mcumgr_line *line, mgmt_stat_field field, void *arg)
{
	int i, ret = 0;

	for (i = MCUMGR_A_LINE_COUNTERS_RX_BYTES; !ret && i < ARRAY_SIZE(line_fields); i++)
		ret = field(arg, line_fields[i], atomic64_read(&line->counters[i]));
	return ret;
}

static int walk_any_line(u32 id, mgmt_stat_field field, void *arg)
{
	struct mcumgr_line *line = mcumgr_line_get(id);
	int ret;

	if (!line)
		return -ENOENT;
	ret = walk_line(line, field, arg);
	mcumgr_line_put(line);
	return ret;
}

static int walk_group(u32 id, mgmt_stat_field field, void *arg)
{
	struct mcumgr_group *g = id <= U16_MAX ? mcumgr_group_get(id) : NULL;
	int ret;

	if (!g)
		return -ENOENT;
	ret = field(arg, "requests", atomic64_read(&g->requests));
	mcumgr_group_put(g);
	return ret;
}

static int walk_callbacks(const struct mgmt_stat_set *set, mgmt_stat_field field,
			  void *arg)
{
	struct mcumgr_hook_info info = {};
	u64 calls = 0, denials = 0;
	u32 registered = 0;

	while (mcumgr_callback_next(info.id, &info)) {
		registered++;
		calls += info.calls;
		denials += info.denials;
	}
	return field(arg, "registered", registered) ?:
	       field(arg, "calls", calls) ?:
	       field(arg, "denials", denials);
}

static int walk_upcalls(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	const struct mcumgr_question_stats *s = &mcumgr_question_stats;

	return field(arg, "agents", mcumgr_agent_total()) ?:
	       field(arg, "pending", mcumgr_question_pending()) ?:
	       field(arg, "sent", atomic64_read(&s->sent)) ?:
	       field(arg, "answered", atomic64_read(&s->answered)) ?:
	       field(arg, "timeouts", atomic64_read(&s->timeouts)) ?:
	       field(arg, "lost", atomic64_read(&s->lost)) ?:
	       field(arg, "refused", atomic64_read(&s->refused));
}

static int walk_verdicts(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	u64 hits, misses;
	u32 entries;

	mcumgr_verdict_stats(&entries, &hits, &misses);
	return field(arg, "entries", entries) ?:
	       field(arg, "hits", hits) ?:
	       field(arg, "misses", misses);
}

static struct mgmt_stat_set own_sets[] = {
	{ .name = "callbacks", .walk = walk_callbacks },
	{ .name = "upcalls", .walk = walk_upcalls },
	{ .name = "verdicts", .walk = walk_verdicts },
};

/* The number behind a word, as we would print it. */
static bool numbered(const char *name, const char *word, u32 *id)
{
	char same[MCUMGR_STAT_NAME_LEN + 1];

	if (strncmp(name, word, strlen(word)) || kstrtou32(name + strlen(word), 10, id))
		return false;
	snprintf(same, sizeof(same), "%s%u", word, *id);
	return !strcmp(name, same);
}

static size_t fit(const void *item, const void *name)
{
	const struct mgmt_stat_set *set = item;

	return !strcmp(set->name, name);
}

static bool clash(const void *a, const void *b)
{
	const struct mgmt_stat_set *set = b;

	return fit(a, set->name);
}

/* Behind mgmt_stat_register(), which documents it. */
int __mgmt_stat_register(struct mgmt_stat_set *set, struct module *owner)
{
	u32 id;

	if (!set || !set->name || !*set->name || !set->walk ||
	    strlen(set->name) > MCUMGR_STAT_NAME_LEN)
		return -EINVAL;
	if (!strcmp(set->name, "line") || numbered(set->name, "line", &id) ||
	    numbered(set->name, "group", &id))
		return -EEXIST;
	return mcumgr_registry_add(&sets, set, owner, clash);
}
EXPORT_SYMBOL_GPL(__mgmt_stat_register);

/**
 * mgmt_stat_unregister() - no longer show a set
 * @set: as registered
 *
 * Waits until nobody walks it; then it may be freed.
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL for NULL; -ENOENT if it is not registered; -EDEADLK inside
 * its walk.
 */
int mgmt_stat_unregister(struct mgmt_stat_set *set)
{
	return set ? mcumgr_registry_remove(&sets, set) : -EINVAL;
}
EXPORT_SYMBOL_GPL(mgmt_stat_unregister);

/**
 * mcumgr_stat_walk() - visit the counters of a set
 * @name: of the set
 * @field: called for each counter
 * @arg: its argument
 *
 * Return: 0; -ENOENT if there is no such set; what @field or the set returned.
 */
int mcumgr_stat_walk(const char *name, mgmt_stat_field field, void *arg)
{
	struct mcumgr_use use = {};
	struct mgmt_stat_set *set;
	u32 id;
	int ret;

	if (!strcmp(name, "line"))
		return walk_line(mcumgr_call_line(), field, arg);
	if (numbered(name, "line", &id))
		return walk_any_line(id, field, arg);
	if (numbered(name, "group", &id))
		return walk_group(id, field, arg);
	if (!mcumgr_registry_find(&sets, &use, fit, name))
		return -ENOENT;
	set = use.item;
	ret = set->walk(set, field, arg);
	/* It exists, whatever it says. */
	if (ret == -ENOENT)
		ret = -EIO;
	mcumgr_registry_leave(&sets, &use);
	return ret;
}

static int registered_names(mcumgr_stat_name take, void *arg)
{
	struct mcumgr_use use = {};
	struct mgmt_stat_set *set;
	int ret = 0;

	while (!ret && mcumgr_registry_next(&sets, &use)) {
		set = use.item;
		ret = take(arg, set->name);
	}
	mcumgr_registry_leave(&sets, &use);
	return ret;
}

static int group_names(mcumgr_stat_name take, void *arg)
{
	char name[MCUMGR_STAT_NAME_LEN + 1];
	struct mcumgr_group *g;
	int ret = 0;
	u32 seq = 0;

	while (!ret && (g = mcumgr_group_get_next(seq))) {
		seq = g->seq;
		snprintf(name, sizeof(name), "group%u", g->group->mg_group_id);
		mcumgr_group_put(g);
		ret = take(arg, name);
	}
	return ret;
}

/**
 * mcumgr_stat_names() - visit the names of all sets but those of single lines
 * @take: called for each
 * @arg: its argument
 *
 * Return: 0, or what @take returned.
 */
int mcumgr_stat_names(mcumgr_stat_name take, void *arg)
{
	return take(arg, "line") ?: registered_names(take, arg) ?: group_names(take, arg);
}

/* The same for those of single lines. */
int mcumgr_stat_line_names(mcumgr_stat_name take, void *arg)
{
	char name[MCUMGR_STAT_NAME_LEN + 1];
	struct mcumgr_line *line;
	int ret = 0;
	u32 id = 0;

	while (!ret && (line = mcumgr_line_get_next(id))) {
		id = line->id;
		mcumgr_line_put(line);
		snprintf(name, sizeof(name), "line%u", id);
		ret = take(arg, name);
	}
	return ret;
}

int mcumgr_stat_init(void)
{
	int i, ret;

	mcumgr_registry_init(&sets, MCUMGR_STAT_SETS_MAX);
	for (i = 0; i < ARRAY_SIZE(own_sets); i++) {
		ret = mgmt_stat_register(&own_sets[i]);
		if (ret) {
			mcumgr_stat_exit();
			return ret;
		}
	}
	return 0;
}

void mcumgr_stat_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(own_sets); i++)
		mgmt_stat_unregister(&own_sets[i]);
}
