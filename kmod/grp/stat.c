// SPDX-License-Identifier: GPL-2.0-only
/* Group STAT (2): named sets of counters.  What sets there are is in stat_sets.c. */
#include <linux/string.h>

#include "../mcumgr.h"
#include "../response.h"
#include "stat.h"

/* A counter; clients know 32 bits. */
static int put_field(void *arg, const char *name, u64 value)
{
	struct mgmt_cbor_writer *zse = arg;

	return mgmt_cbor_put_text(zse, name) && mgmt_cbor_put_uint(zse, (u32)value) ?
	       0 : -EMSGSIZE;
}

/* An error drops what the answer had so far. */
static int refuse(struct mgmt_ctxt *ctxt, enum stat_mgmt_err_code_t err)
{
	return MGMT_RETURN_CHECK(mcumgr_rsp_err(ctxt->cnbe, MGMT_GROUP_ID_STAT, err));
}

static int show_set(struct mgmt_ctxt *ctxt, const char *name)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;

	if (!mgmt_cbor_put_text(zse, "name") || !mgmt_cbor_put_text(zse, name) ||
	    !mgmt_cbor_put_text(zse, "fields") || !mgmt_cbor_map_start(zse))
		return MGMT_ERR_EMSGSIZE;
	switch (mcumgr_stat_walk(name, put_field, zse)) {
	case 0:
		return MGMT_RETURN_CHECK(mgmt_cbor_map_end(zse));
	case -EMSGSIZE:
		return MGMT_ERR_EMSGSIZE;
	case -ENOENT:
		return refuse(ctxt, STAT_MGMT_ERR_INVALID_STAT_NAME);
	default:
		return refuse(ctxt, STAT_MGMT_ERR_WALK_ABORTED);
	}
}

static int stat_show(struct mgmt_ctxt *ctxt)
{
	char text[MCUMGR_STAT_NAME_LEN + 1];
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("name", TSTR, &name) };

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found || !name.len || name.len > MCUMGR_STAT_NAME_LEN)
		return MGMT_ERR_EINVAL;
	if (memchr(name.value, '\0', name.len))
		return refuse(ctxt, STAT_MGMT_ERR_INVALID_STAT_NAME);
	memcpy(text, name.value, name.len);
	text[name.len] = '\0';
	return show_set(ctxt, text);
}

static int put_name(void *arg, const char *name)
{
	return mgmt_cbor_put_text(arg, name) ? 0 : -EMSGSIZE;
}

/* Names of lines may be many: those that fit, and room for what ends the answer. */
static int put_line_name(void *arg, const char *name)
{
	struct mgmt_cbor_writer *zse = arg;

	return zse->end - zse->pos > strlen(name) + 4 ? put_name(zse, name) : -EMSGSIZE;
}

static int stat_list(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;

	if (!mgmt_cbor_put_text(zse, "stat_list") || !mgmt_cbor_list_start(zse) ||
	    mcumgr_stat_names(put_name, zse))
		return MGMT_ERR_EMSGSIZE;
	mcumgr_stat_line_names(put_line_name, zse);
	return MGMT_RETURN_CHECK(mgmt_cbor_list_end(zse));
}

static int translate_error(u16 err)
{
	switch (err) {
	case STAT_MGMT_ERR_INVALID_GROUP:
	case STAT_MGMT_ERR_INVALID_STAT_NAME:
		return MGMT_ERR_ENOENT;
	case STAT_MGMT_ERR_INVALID_STAT_SIZE:
		return MGMT_ERR_EINVAL;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static const struct mgmt_handler handlers[] = {
	[STAT_MGMT_ID_SHOW]	= { .mh_read = stat_show },
	[STAT_MGMT_ID_LIST]	= { .mh_read = stat_list },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_STAT,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "stat mgmt",
};

int mcumgr_grp_stat_init(void)
{
	int ret = mcumgr_stat_init();

	if (ret)
		return ret;
	ret = mgmt_register_group(&group);
	if (ret)
		mcumgr_stat_exit();
	return ret;
}

void mcumgr_grp_stat_exit(void)
{
	mgmt_unregister_group(&group);
	mcumgr_stat_exit();
}
