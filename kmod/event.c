// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events across the boundary: an event's data as netlink attributes, and what an
 * agent wants changed back into it.
 *
 * For each event a row: how its data is told, which attributes may come back,
 * how they are taken.  Data of events that are not here are not told: they may
 * hold pointers.
 */
#include <linux/bits.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <mcumgr/enum_mgmt_callbacks.h>
#include <mcumgr/fs_mgmt_callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>
#include <mcumgr/os_mgmt_callbacks.h>
#include <mcumgr/settings_mgmt_callbacks.h>
#include <net/netlink.h>

#include "datetime.h"
#include "mcumgr.h"

#define A(name)		MCUMGR_A_EVENT_DATA_##name
#define MAY(name)	BIT_ULL(A(name))

struct event_type {
	u32 event;
	size_t size;
	u64 may_change;
	int (*put)(struct sk_buff *skb, const void *data);
	int (*apply)(struct nlattr **tb, void *data);
};

/* Never cut: nobody could judge by what he does not see. */
static int put_string(struct sk_buff *skb, int attr, const struct zcbor_string *s,
		      size_t max)
{
	return s->len > max ? -EMSGSIZE : nla_put(skb, attr, s->len, s->value);
}

/*
 * Keys and values that an agent adds to a response: text keys, each with a
 * well-formed value.  The decoder tells, given a map of them.
 */
static int append_cbor(struct mgmt_cbor_writer *zse, const struct nlattr *attr)
{
	size_t len = nla_len(attr);
	struct mgmt_cbor_reader r;
	u8 *map;
	int ret;

	map = kmalloc(len + 2, GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map[0] = 0xbf;
	memcpy(map + 1, nla_data(attr), len);
	map[len + 1] = 0xff;
	r.pos = map;
	r.end = map + len + 2;
	ret = mgmt_cbor_decode_map(&r, NULL, 0);
	if (!ret && r.pos != r.end)
		ret = -EBADMSG;
	if (!ret && zse->end - zse->pos < len)
		ret = -EMSGSIZE;
	if (!ret) {
		memcpy(zse->pos, map + 1, len);
		zse->pos += len;
	}
	kfree(map);
	return ret;
}

static int put_cmd(struct sk_buff *skb, const struct mgmt_evt_op_cmd_arg *arg)
{
	return nla_put_u32(skb, A(CMD_GROUP), arg->group) ?:
	       nla_put_u32(skb, A(CMD_ID), arg->id);
}

static int put_cmd_recv(struct sk_buff *skb, const void *data)
{
	const struct mgmt_evt_op_cmd_arg *arg = data;

	return put_cmd(skb, arg) ?: nla_put_u32(skb, A(CMD_OP), arg->op);
}

static int put_cmd_status(struct sk_buff *skb, const void *data)
{
	const struct mgmt_evt_op_cmd_arg *arg = data;

	return put_cmd(skb, arg) ?: nla_put_s32(skb, A(CMD_STATUS), arg->status);
}

static int put_cmd_done(struct sk_buff *skb, const void *data)
{
	const struct mgmt_evt_op_cmd_arg *arg = data;

	return put_cmd(skb, arg) ?: nla_put_s32(skb, A(CMD_ERR), arg->err);
}

static int put_reset(struct sk_buff *skb, const void *data)
{
	const struct os_mgmt_reset_data *d = data;

	return nla_put_u8(skb, A(FORCE), d->force) ?:
	       nla_put_u8(skb, A(BOOT_MODE), d->boot_mode);
}

static int put_info_check(struct sk_buff *skb, const void *data)
{
	const struct os_mgmt_info_check *d = data;

	return put_string(skb, A(FORMAT), d->format, 64) ?:
	       nla_put_u32(skb, A(FORMAT_MASK), *d->format_bitmask) ?:
	       nla_put_u16(skb, A(VALID_FORMATS), *d->valid_formats) ?:
	       nla_put_u8(skb, A(CUSTOM_OS_NAME), *d->custom_os_name);
}

static int apply_info_check(struct nlattr **tb, void *data)
{
	struct os_mgmt_info_check *d = data;

	if (tb[A(FORMAT_MASK)])
		*d->format_bitmask = nla_get_u32(tb[A(FORMAT_MASK)]);
	if (tb[A(VALID_FORMATS)])
		*d->valid_formats = nla_get_u16(tb[A(VALID_FORMATS)]);
	if (tb[A(CUSTOM_OS_NAME)])
		*d->custom_os_name = nla_get_u8(tb[A(CUSTOM_OS_NAME)]);
	return 0;
}

static int put_info_append(struct sk_buff *skb, const void *data)
{
	const struct os_mgmt_info_append *d = data;

	return nla_put_u32(skb, A(FORMAT_MASK), *d->format_bitmask) ?:
	       nla_put_string(skb, A(OUTPUT), d->output);
}

static int apply_info_append(struct nlattr **tb, void *data)
{
	struct os_mgmt_info_append *d = data;
	int room = d->buffer_size - *d->output_length;
	const char *text;

	if (tb[A(OUTPUT)]) {
		text = nla_data(tb[A(OUTPUT)]);
		if ((int)strlen(text) + *d->prior_output >= room)
			return -EMSGSIZE;
		*d->output_length += scnprintf(d->output + *d->output_length, room,
					       "%s%s", *d->prior_output ? " " : "", text);
		*d->prior_output = true;
	}
	if (tb[A(FORMAT_MASK)])
		*d->format_bitmask = nla_get_u32(tb[A(FORMAT_MASK)]);
	return 0;
}

static int put_datetime(struct sk_buff *skb, const void *data)
{
	char text[MCUMGR_DATETIME_LEN];

	mcumgr_datetime_format(data, text);
	return nla_put_string(skb, A(DATETIME), text);
}

static int apply_datetime(struct nlattr **tb, void *data)
{
	struct rtc_time tm;
	const char *text;
	int ret;
	u32 ms;

	if (!tb[A(DATETIME)])
		return 0;
	text = nla_data(tb[A(DATETIME)]);
	ret = mcumgr_datetime_parse(text, strlen(text), &tm, &ms);
	if (!ret)
		*(struct rtc_time *)data = tm;
	return ret;
}

static int put_bootloader(struct sk_buff *skb, const void *data)
{
	const struct os_mgmt_bootloader_info_data *d = data;

	return put_string(skb, A(QUERY), d->query, 64);
}

static int apply_bootloader(struct nlattr **tb, void *data)
{
	struct os_mgmt_bootloader_info_data *d = data;
	int ret = tb[A(CBOR)] ? append_cbor(d->zse, tb[A(CBOR)]) : 0;

	*d->has_output |= tb[A(CBOR)] && !ret;
	return ret;
}

static int put_file(struct sk_buff *skb, const void *data)
{
	const struct fs_mgmt_file_access *d = data;

	return nla_put_u32(skb, A(ACCESS), d->access) ?:
	       nla_put_string(skb, A(PATH), d->filename);
}

static int apply_file(struct nlattr **tb, void *data)
{
	struct fs_mgmt_file_access *d = data;

	if (tb[A(PATH)])
		nla_strscpy(d->filename, tb[A(PATH)], MCUMGR_FS_PATH_LEN + 1);
	return 0;
}

static int put_setting(struct sk_buff *skb, const void *data)
{
	const struct settings_mgmt_access *d = data;
	int ret = nla_put_u32(skb, A(ACCESS), d->access);

	if (!ret && d->name)
		ret = nla_put_string(skb, A(KEY), d->name);
	if (!ret && d->val && d->val_length)
		ret = nla_put(skb, A(VALUE), *d->val_length, d->val);
	return ret;
}

static int apply_setting(struct nlattr **tb, void *data)
{
	struct settings_mgmt_access *d = data;

	if (tb[A(KEY)] && !d->name)
		return -EINVAL;
	if (tb[A(KEY)])
		nla_strscpy(d->name, tb[A(KEY)], MCUMGR_SETTINGS_NAME_LEN + 1);
	return 0;
}

static int put_enum(struct sk_buff *skb, const void *data)
{
	const struct enum_mgmt_detail_output *d = data;

	return nla_put_u32(skb, A(ENUM_GROUP), d->group->mg_group_id);
}

static int apply_enum(struct nlattr **tb, void *data)
{
	struct enum_mgmt_detail_output *d = data;

	return tb[A(CBOR)] ? append_cbor(d->zse, tb[A(CBOR)]) : 0;
}

static int put_chunk(struct sk_buff *skb, const void *data)
{
	const struct img_mgmt_upload_check *d = data;

	return nla_put_u32(skb, A(IMAGE), d->req->image) ?:
	       nla_put_u32(skb, A(SLOT), d->action->area_id) ?:
	       nla_put_u64_64bit(skb, A(OFFSET), d->req->off, A(PAD)) ?:
	       nla_put_u64_64bit(skb, A(SIZE), d->action->size, A(PAD)) ?:
	       nla_put_u32(skb, A(LENGTH), d->action->write_bytes) ?:
	       nla_put_u8(skb, A(UPGRADE), d->req->upgrade) ?:
	       nla_put_u8(skb, A(PROCEED), d->action->proceed) ?:
	       nla_put_u8(skb, A(ERASE), d->action->erase) ?:
	       put_string(skb, A(HASH), &d->req->data_sha, 64);
}

static int apply_chunk(struct nlattr **tb, void *data)
{
	struct img_mgmt_upload_check *d = data;

	if (tb[A(SLOT)])
		d->action->area_id = nla_get_u32(tb[A(SLOT)]);
	if (tb[A(PROCEED)])
		d->action->proceed = nla_get_u8(tb[A(PROCEED)]);
	if (tb[A(ERASE)])
		d->action->erase = nla_get_u8(tb[A(ERASE)]);
	return 0;
}

static int put_confirmed(struct sk_buff *skb, const void *data)
{
	const struct img_mgmt_image_confirmed *d = data;

	return nla_put_u32(skb, A(IMAGE), d->image);
}

static int put_slot_state(struct sk_buff *skb, const void *data)
{
	const struct img_mgmt_state_slot_encode *d = data;

	return nla_put_u32(skb, A(SLOT), d->slot) ?:
	       nla_put_string(skb, A(IMAGE_VERSION), d->version) ?:
	       nla_put(skb, A(HASH), IMG_MGMT_DATA_SHA_LEN, d->hash) ?:
	       nla_put_u32(skb, A(IMAGE_FLAGS), d->flags);
}

static int apply_slot_state(struct nlattr **tb, void *data)
{
	struct img_mgmt_state_slot_encode *d = data;

	return tb[A(CBOR)] ? append_cbor(d->zse, tb[A(CBOR)]) : 0;
}

static int put_slot_info(struct sk_buff *skb, const void *data)
{
	const struct img_mgmt_slot_info_slot *d = data;

	return nla_put_u32(skb, A(IMAGE), d->image) ?:
	       nla_put_u32(skb, A(SLOT), d->slot) ?:
	       nla_put_u64_64bit(skb, A(SIZE), d->size, A(PAD));
}

static int apply_slot_info(struct nlattr **tb, void *data)
{
	struct img_mgmt_slot_info_slot *d = data;

	return tb[A(CBOR)] ? append_cbor(d->zse, tb[A(CBOR)]) : 0;
}

static int put_image_info(struct sk_buff *skb, const void *data)
{
	const struct img_mgmt_slot_info_image *d = data;

	return nla_put_u32(skb, A(IMAGE), d->image);
}

static int apply_image_info(struct nlattr **tb, void *data)
{
	struct img_mgmt_slot_info_image *d = data;

	return tb[A(CBOR)] ? append_cbor(d->zse, tb[A(CBOR)]) : 0;
}

static const struct event_type types[] = {
	{ MGMT_EVT_OP_CMD_RECV, sizeof(struct mgmt_evt_op_cmd_arg), 0, put_cmd_recv },
	{ MGMT_EVT_OP_CMD_STATUS, sizeof(struct mgmt_evt_op_cmd_arg), 0,
	  put_cmd_status },
	{ MGMT_EVT_OP_CMD_DONE, sizeof(struct mgmt_evt_op_cmd_arg), 0, put_cmd_done },
	{ MGMT_EVT_OP_OS_MGMT_RESET, sizeof(struct os_mgmt_reset_data), 0, put_reset },
	{ MGMT_EVT_OP_OS_MGMT_INFO_CHECK, sizeof(struct os_mgmt_info_check),
	  MAY(FORMAT_MASK) | MAY(VALID_FORMATS) | MAY(CUSTOM_OS_NAME),
	  put_info_check, apply_info_check },
	{ MGMT_EVT_OP_OS_MGMT_INFO_APPEND, sizeof(struct os_mgmt_info_append),
	  MAY(FORMAT_MASK) | MAY(OUTPUT), put_info_append, apply_info_append },
	{ MGMT_EVT_OP_OS_MGMT_DATETIME_SET, sizeof(struct rtc_time), MAY(DATETIME),
	  put_datetime, apply_datetime },
	{ MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO,
	  sizeof(struct os_mgmt_bootloader_info_data), MAY(CBOR),
	  put_bootloader, apply_bootloader },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK, sizeof(struct img_mgmt_upload_check),
	  MAY(SLOT) | MAY(PROCEED) | MAY(ERASE), put_chunk, apply_chunk },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED, sizeof(struct img_mgmt_image_confirmed),
	  0, put_confirmed },
	{ MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE,
	  sizeof(struct img_mgmt_state_slot_encode), MAY(CBOR),
	  put_slot_state, apply_slot_state },
	{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE, sizeof(struct img_mgmt_slot_info_image),
	  MAY(CBOR), put_image_info, apply_image_info },
	{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, sizeof(struct img_mgmt_slot_info_slot),
	  MAY(CBOR), put_slot_info, apply_slot_info },
	{ MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, sizeof(struct fs_mgmt_file_access),
	  MAY(PATH), put_file, apply_file },
	{ MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE, sizeof(struct fs_mgmt_file_access),
	  0, put_file },
	{ MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, sizeof(struct settings_mgmt_access),
	  MAY(KEY), put_setting, apply_setting },
	{ MGMT_EVT_OP_ENUM_MGMT_DETAILS, sizeof(struct enum_mgmt_detail_output),
	  MAY(CBOR), put_enum, apply_enum },
};

static const struct event_type *find_type(u32 event)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].event == event)
			return &types[i];
	}
	return NULL;
}

/**
 * mcumgr_event_put() - tell an event's data
 * @skb: message; gets an EVENT_DATA attribute if there is anything to tell
 * @event: event
 * @data: its data
 * @size: size of @data
 *
 * Return: 0; -EMSGSIZE if it does not fit, or is longer than is ever told; -EINVAL
 * if @size is not that of the event's data.
 */
int mcumgr_event_put(struct sk_buff *skb, u32 event, const void *data, size_t size)
{
	const struct event_type *type = find_type(event);
	struct nlattr *nest;
	int ret;

	if (!type || !data)
		return 0;
	/* An agent that changes what is not this event's data would damage it. */
	if (size != type->size)
		return -EINVAL;
	nest = nla_nest_start(skb, MCUMGR_A_EVENT_DATA);
	if (!nest)
		return -EMSGSIZE;
	ret = type->put(skb, data);
	if (ret)
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return ret;
}

/**
 * mcumgr_event_check() - whether an agent may change this
 * @event: event
 * @tb: attributes of its data that it sent
 * @extack: where the reason of a refusal goes
 *
 * Return: 0 or -EINVAL.
 */
int mcumgr_event_check(u32 event, struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct event_type *type = find_type(event);
	int i;

	for (i = 1; i <= MCUMGR_A_EVENT_DATA_MAX; i++) {
		if (!tb[i] || (type && type->may_change & BIT_ULL(i)))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, tb[i],
				    "this event does not let this be changed");
		return -EINVAL;
	}
	return 0;
}

/**
 * mcumgr_event_apply() - change an event's data as an agent wants
 * @event: event
 * @tb: attributes that mcumgr_event_check() found good
 * @data: the event's data
 *
 * Return: 0, or an error if the values do not fit; @data is then as before.
 */
int mcumgr_event_apply(u32 event, struct nlattr **tb, void *data)
{
	const struct event_type *type = find_type(event);

	return type && type->apply && data ? type->apply(tb, data) : 0;
}
