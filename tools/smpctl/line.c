// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attached lines: finding one, and changing what can be changed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "names.h"
#include "smpctl.h"
#include "util.h"

/* As the kernel's new_encode_dev(). */
static uint32_t encode_device(dev_t rdev)
{
	uint32_t minor_ = minor(rdev);

	return (minor_ & 0xff) | major(rdev) << 8 | (minor_ & ~0xffu) << 12;
}

/**
 * struct search - a line being looked for
 * @by_device: by @rdev, otherwise by @name
 * @rdev: device number
 * @name: name of the tty
 * @id: number of the line
 * @found: whether it was found
 */
struct search {
	bool by_device;
	uint32_t rdev;
	const char *name;
	uint32_t id;
	bool found;
};

static void compare(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_LINE_MAX + 1];
	struct search *s = arg;

	attrs_parse(nlh, &attrs_line, tb);
	if (!tb[MCUMGR_A_LINE_ID] || !tb[MCUMGR_A_LINE_NAME] || !tb[MCUMGR_A_LINE_RDEV])
		return;
	if (s->by_device ? mnl_attr_get_u32(tb[MCUMGR_A_LINE_RDEV]) != s->rdev :
			   strcmp(mnl_attr_get_str(tb[MCUMGR_A_LINE_NAME]), s->name))
		return;
	s->id = mnl_attr_get_u32(tb[MCUMGR_A_LINE_ID]);
	s->found = true;
}

static int search(struct ctl *ctl, struct search *s, uint32_t *id)
{
	struct nlmsghdr *nlh = nl_begin(&ctl->nl, MCUMGR_CMD_LINE_GET, NLM_F_DUMP);
	int ret = nl_ask(&ctl->nl, nlh, compare, s);

	if (ret)
		return ret;
	if (!s->found) {
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "not attached");
		return -ENOENT;
	}
	*id = s->id;
	return 0;
}

int line_find_device(struct ctl *ctl, dev_t rdev, uint32_t *id)
{
	struct search s = { .by_device = true, .rdev = encode_device(rdev) };

	return search(ctl, &s, id);
}

int line_find(struct ctl *ctl, const char *name, uint32_t *id)
{
	struct search s = { .name = name };
	struct stat st;

	if (!names_u32(name, UINT32_MAX, id))
		return 0;
	if (strchr(name, '/')) {
		if (stat(name, &st)) {
			snprintf(ctl->nl.error, sizeof(ctl->nl.error), "%s",
				 strerror(errno));
			return -errno;
		}
		return line_find_device(ctl, st.st_rdev, id);
	}
	return search(ctl, &s, id);
}

static int set_number(struct line_config *config, const char *key, const char *value,
		      uint32_t *field, int attr)
{
	if (names_u32(value, UINT32_MAX, field)) {
		fprintf(stderr, "smpctl: %s: %s is no number\n", key, value);
		return -2;
	}
	config->given |= BIT(attr);
	return 0;
}

int line_config_set(struct line_config *config, const char *key, const char *value)
{
	if (!strcmp(key, "name")) {
		config->peer = value;
		config->given |= BIT(MCUMGR_A_LINE_PEER);
		return 0;
	}
	if (!strcmp(key, "framing")) {
		if (strcmp(value, "console") && strcmp(value, "raw")) {
			fprintf(stderr, "smpctl: framing: %s is neither console nor raw\n",
				value);
			return -2;
		}
		config->framing = strcmp(value, "raw") ? MCUMGR_FRAMING_CONSOLE :
							 MCUMGR_FRAMING_RAW;
		config->given |= BIT(MCUMGR_A_LINE_FRAMING);
		return 0;
	}
	if (!strcmp(key, "buf-size"))
		return set_number(config, key, value, &config->buf_size,
				  MCUMGR_A_LINE_BUF_SIZE);
	if (!strcmp(key, "buf-count"))
		return set_number(config, key, value, &config->buf_count,
				  MCUMGR_A_LINE_BUF_COUNT);
	if (!strcmp(key, "idle-timeout"))
		return set_number(config, key, value, &config->idle_timeout,
				  MCUMGR_A_LINE_IDLE_TIMEOUT);
	return -1;
}

static void put_number(struct nlmsghdr *nlh, const struct line_config *config,
		       uint16_t attr, uint32_t value)
{
	if (config->given & BIT(attr))
		mnl_attr_put_u32(nlh, attr, value);
}

int line_apply(struct ctl *ctl, uint32_t id, const struct line_config *config)
{
	struct nlmsghdr *nlh;

	if (!config->given)
		return 0;
	nlh = nl_begin(&ctl->nl, MCUMGR_CMD_LINE_SET, 0);
	mnl_attr_put_u32(nlh, MCUMGR_A_LINE_ID, id);
	if (config->peer &&
	    !mnl_attr_put_strz_check(nlh, sizeof(ctl->nl.request), MCUMGR_A_LINE_PEER,
				     config->peer)) {
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "this name is too long");
		return -E2BIG;
	}
	put_number(nlh, config, MCUMGR_A_LINE_FRAMING, config->framing);
	put_number(nlh, config, MCUMGR_A_LINE_BUF_SIZE, config->buf_size);
	put_number(nlh, config, MCUMGR_A_LINE_BUF_COUNT, config->buf_count);
	put_number(nlh, config, MCUMGR_A_LINE_IDLE_TIMEOUT, config->idle_timeout);
	return nl_ask(&ctl->nl, nlh, NULL, NULL);
}

int run_set(struct ctl *ctl, int argc, char **argv)
{
	struct line_config config = { 0 };
	uint32_t id;
	int ret;

	if (argc < 3 || argc % 2 == 0)
		return -1;
	for (int i = 1; i < argc; i += 2) {
		ret = line_config_set(&config, argv[i], argv[i + 1]);
		if (ret)
			return ret == -1 ? -1 : CTL_USAGE;
	}
	if (ctl_open(ctl))
		return CTL_USAGE;
	if (line_find(ctl, argv[0], &id) || line_apply(ctl, id, &config)) {
		fprintf(stderr, "smpctl: %s: %s\n", argv[0], ctl->nl.error);
		return CTL_REFUSED;
	}
	return CTL_DONE;
}
