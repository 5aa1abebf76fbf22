// SPDX-License-Identifier: GPL-2.0-only
/* Group ENUM (10): which groups there are. */
#include <mcumgr/callbacks.h>
#include <mcumgr/enum_mgmt_callbacks.h>

#include "../mcumgr.h"

/* Groups that a client may ask details of at once. */
#define FILTER_MAX	16

static bool count_group(const struct mgmt_group *group, void *user_data)
{
	u32 *n = user_data;

	++*n;
	return true;
}

static u32 count_groups(void)
{
	u32 n = 0;

	mgmt_groups_foreach(count_group, &n);
	return n;
}

static int enum_count(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	bool ok = mgmt_cbor_put_text(zse, "count") &&
		  mgmt_cbor_put_uint(zse, count_groups());

	return ok ? MGMT_ERR_EOK : MGMT_ERR_ECORRUPT;
}

struct list_walk {
	struct mgmt_cbor_writer *zse;
	bool ok;
};

static bool list_group(const struct mgmt_group *group, void *user_data)
{
	struct list_walk *w = user_data;

	w->ok = mgmt_cbor_put_uint(w->zse, group->mg_group_id);
	return w->ok;
}

static int enum_list(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct list_walk w = { .zse = zse };

	w.ok = mgmt_cbor_put_text(zse, "groups") && mgmt_cbor_list_start(zse);
	if (w.ok)
		mgmt_groups_foreach(list_group, &w);
	return w.ok && mgmt_cbor_list_end(zse) ? MGMT_ERR_EOK : MGMT_ERR_ECORRUPT;
}

struct single_walk {
	u32 left;
	bool found;
	bool last;
	u16 group;
};

static bool single_group(const struct mgmt_group *group, void *user_data)
{
	struct single_walk *w = user_data;

	if (w->found) {
		w->last = false;
		return false;
	}
	if (w->left--)
		return true;
	w->found = true;
	w->last = true;
	w->group = group->mg_group_id;
	return true;
}

static int enum_single(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	u64 index = 0;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("index", UINT, &index) };
	struct single_walk w = {};
	bool ok;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    index > U16_MAX)
		return MGMT_ERR_EINVAL;
	w.left = index;
	mgmt_groups_foreach(single_group, &w);
	if (!w.found) {
		ok = mgmt_add_cmd_err(zse, MGMT_GROUP_ID_ENUM,
				      ENUM_MGMT_ERR_INDEX_TOO_LARGE);
		return MGMT_RETURN_CHECK(ok);
	}
	ok = mgmt_cbor_put_text(zse, "group") && mgmt_cbor_put_uint(zse, w.group);
	if (ok && w.last)
		ok = mgmt_cbor_put_text(zse, "end") && mgmt_cbor_put_bool(zse, true);
	return ok ? MGMT_ERR_EOK : MGMT_ERR_ECORRUPT;
}

struct details_walk {
	struct mgmt_ctxt *ctxt;
	const u64 *filter;
	int filter_len;
	int ret;
};

static bool wanted(const struct details_walk *w, u16 id)
{
	int i;

	for (i = 0; i < w->filter_len; i++) {
		if (w->filter[i] == id)
			return true;
	}
	return !w->filter_len;
}

static bool detail_group(const struct mgmt_group *group, void *user_data)
{
	struct details_walk *w = user_data;
	struct mgmt_cbor_writer *zse = w->ctxt->cnbe->zs;
	struct enum_mgmt_detail_output data = { .group = group, .zse = zse };
	bool ok;

	if (!wanted(w, group->mg_group_id))
		return true;
	ok = mgmt_cbor_map_start(zse) &&
	     mgmt_cbor_put_text(zse, "group") &&
	     mgmt_cbor_put_uint(zse, group->mg_group_id) &&
	     mgmt_cbor_put_text(zse, "name") &&
	     mgmt_cbor_put_text(zse, group->mg_group_name ?: "") &&
	     mgmt_cbor_put_text(zse, "handlers") &&
	     mgmt_cbor_put_uint(zse, group->mg_handlers_count);
	if (!ok) {
		w->ret = MGMT_ERR_ECORRUPT;
		return false;
	}
	w->ret = mcumgr_allowed_alone(w->ctxt, MGMT_EVT_OP_ENUM_MGMT_DETAILS,
				      &data, sizeof(data));
	if (!w->ret && !mgmt_cbor_map_end(zse))
		w->ret = MGMT_ERR_ECORRUPT;
	return !w->ret;
}

/* The filter of a request: 0 and its length, or an error of the protocol or the group. */
static int read_filter(struct mgmt_ctxt *ctxt, u64 *filter, int *len)
{
	struct mgmt_cbor_reader list;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("groups", LIST, &list) };
	u64 id;

	*len = 0;
	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	if (!keys[0].found)
		return 0;
	while (mgmt_cbor_list_next_uint(&list, &id)) {
		if (*len == FILTER_MAX)
			return MCUMGR_ANSWERED;
		filter[(*len)++] = id;
	}
	return mgmt_cbor_list_end_reached(&list) ? 0 : MGMT_ERR_EINVAL;
}

static int enum_details(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	u64 filter[FILTER_MAX];
	struct details_walk w = { .ctxt = ctxt, .filter = filter };
	bool ok;
	int ret;

	ret = read_filter(ctxt, filter, &w.filter_len);
	if (ret == MCUMGR_ANSWERED) {
		ok = mgmt_add_cmd_err(zse, MGMT_GROUP_ID_ENUM,
				      ENUM_MGMT_ERR_TOO_MANY_GROUP_ENTRIES);
		return MGMT_RETURN_CHECK(ok);
	}
	if (ret)
		return ret;
	if (!mgmt_cbor_put_text(zse, "groups") || !mgmt_cbor_list_start(zse))
		return MGMT_ERR_ECORRUPT;
	mgmt_groups_foreach(detail_group, &w);
	if (w.ret)
		return w.ret;
	return mgmt_cbor_list_end(zse) ? MGMT_ERR_EOK : MGMT_ERR_ECORRUPT;
}

static int translate_error(u16 err)
{
	switch (err) {
	case ENUM_MGMT_ERR_TOO_MANY_GROUP_ENTRIES:
		return MGMT_ERR_EINVAL;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static const struct mgmt_handler handlers[] = {
	[ENUM_MGMT_ID_COUNT]	= { .mh_read = enum_count },
	[ENUM_MGMT_ID_LIST]	= { .mh_read = enum_list },
	[ENUM_MGMT_ID_SINGLE]	= { .mh_read = enum_single },
	[ENUM_MGMT_ID_DETAILS]	= { .mh_read = enum_details },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_ENUM,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "enum mgmt",
};

int mcumgr_grp_enum_init(void)
{
	return mgmt_register_group(&group);
}

void mcumgr_grp_enum_exit(void)
{
	mgmt_unregister_group(&group);
}
