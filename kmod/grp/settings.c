// SPDX-License-Identifier: GPL-2.0-only
/*
 * Group SETTINGS (3): read, write, delete, commit, load, save.
 *
 * The callbacks see each command before it happens and may put another name in
 * place of the client's; who answers for it is settings_tree.c's business.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <mcumgr/settings_mgmt_callbacks.h>

#include "../mcumgr.h"
#include "../settings_format.h"
#include "settings.h"

/* A bstr's own head, "val", "max_size" with a number, and the end of the map. */
#define READ_OVERHEAD	(3 + 4 + 9 + 9 + 1)

/**
 * struct command - a request in work
 * @access: what callbacks see
 * @name: the name, the callbacks' to change
 * @value: room for a value to be read
 */
struct command {
	struct settings_mgmt_access access;
	char name[MCUMGR_SETTINGS_NAME_LEN + 1];
	u8 value[MCUMGR_SETTINGS_VALUE_LEN];
};

static int refuse(struct mgmt_ctxt *ctxt, enum settings_mgmt_err_code_t err)
{
	return MGMT_RETURN_CHECK(mgmt_add_cmd_err(ctxt->cnbe->zs, MGMT_GROUP_ID_SETTINGS,
						  err));
}

/* What came of reading, writing or deleting; @unsupported: how -EOPNOTSUPP is told. */
static int finish(struct mgmt_ctxt *ctxt, int ret,
		  enum settings_mgmt_err_code_t unsupported)
{
	switch (ret) {
	case 0:
		return MGMT_ERR_EOK;
	case -EINVAL:
		return refuse(ctxt, SETTINGS_MGMT_ERR_ROOT_KEY_NOT_FOUND);
	case -ENOENT:
		return refuse(ctxt, SETTINGS_MGMT_ERR_KEY_NOT_FOUND);
	case -EOPNOTSUPP:
		return refuse(ctxt, unsupported);
	case -ENOMEM:
		return MGMT_ERR_ENOMEM;
	default:
		return refuse(ctxt, SETTINGS_MGMT_ERR_UNKNOWN);
	}
}

static int finish_save(struct mgmt_ctxt *ctxt, int ret)
{
	switch (ret) {
	case 0:
		return MGMT_ERR_EOK;
	case -EDOM:
		return refuse(ctxt, SETTINGS_MGMT_ERR_SAVE_FAILED_VALUE_TOO_LONG_TO_READ);
	case -ENOENT:
	case -EOPNOTSUPP:
		return refuse(ctxt, SETTINGS_MGMT_ERR_SAVE_NOT_SUPPORTED);
	case -ENOMEM:
		return MGMT_ERR_ENOMEM;
	default:
		return refuse(ctxt, SETTINGS_MGMT_ERR_UNKNOWN);
	}
}

/* Ask the callbacks; 0 to go on, else what the handler returns. */
static int ask(struct mgmt_ctxt *ctxt, struct command *c)
{
	return mcumgr_allowed(ctxt, MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, &c->access,
			      sizeof(c->access));
}

/*
 * Take the client's name, then ask the callbacks.  A name that they have written is
 * checked as the client's was.  Return: as ask().
 */
static int ask_name(struct mgmt_ctxt *ctxt, struct command *c,
		    const struct zcbor_string *name)
{
	int ret;

	if (name->len > MCUMGR_SETTINGS_NAME_LEN)
		return refuse(ctxt, SETTINGS_MGMT_ERR_KEY_TOO_LONG) ?: MCUMGR_ANSWERED;
	if (!mcumgr_settings_name_valid((const char *)name->value, name->len))
		return MGMT_ERR_EINVAL;
	memcpy(c->name, name->value, name->len);
	c->name[name->len] = '\0';
	c->access.name = c->name;
	ret = ask(ctxt, c);
	if (ret)
		return ret;
	c->name[sizeof(c->name) - 1] = '\0';
	return mcumgr_settings_name_valid(c->name, strlen(c->name)) ? 0 : MGMT_ERR_EINVAL;
}

/* Room that the response has for a value. */
static size_t value_room(const struct mgmt_ctxt *ctxt)
{
	const struct mgmt_cbor_writer *zs = ctxt->cnbe->zs;
	size_t room = zs->end - zs->pos;

	return room > READ_OVERHEAD ? room - READ_OVERHEAD : 0;
}

static int read_value(struct mgmt_ctxt *ctxt, struct command *c, u64 max_size)
{
	struct mgmt_cbor_writer *zs = ctxt->cnbe->zs;
	int len = mcumgr_settings_get(c->name, c->value,
				      min_t(u64, max_size, MCUMGR_SETTINGS_VALUE_LEN));

	if (len < 0)
		return finish(ctxt, len, SETTINGS_MGMT_ERR_READ_NOT_SUPPORTED);
	if (len > value_room(ctxt))
		return MGMT_ERR_EMSGSIZE;
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zs, "val") &&
				 mgmt_cbor_put_bstr(zs, c->value, len) &&
				 (max_size <= MCUMGR_SETTINGS_VALUE_LEN ||
				  (mgmt_cbor_put_text(zs, "max_size") &&
				   mgmt_cbor_put_uint(zs, MCUMGR_SETTINGS_VALUE_LEN))));
}

static int do_read(struct mgmt_ctxt *ctxt, struct command *c)
{
	u64 max_size = MCUMGR_SETTINGS_VALUE_LEN;
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("name", TSTR, &name),
		MGMT_CBOR_KEY("max_size", UINT, &max_size),
	};
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found || !name.len)
		return MGMT_ERR_EINVAL;
	c->access.access = SETTINGS_ACCESS_READ;
	ret = ask_name(ctxt, c, &name);
	return ret ?: read_value(ctxt, c, max_size);
}

static int do_write(struct mgmt_ctxt *ctxt, struct command *c)
{
	struct zcbor_string name, val = { .value = c->value };
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("name", TSTR, &name),
		MGMT_CBOR_KEY("val", BSTR, &val),
	};
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found || !name.len || val.len > MCUMGR_SETTINGS_VALUE_LEN)
		return MGMT_ERR_EINVAL;
	c->access.access = SETTINGS_ACCESS_WRITE;
	c->access.val = val.value;
	c->access.val_length = &val.len;
	ret = ask_name(ctxt, c, &name);
	if (ret)
		return ret;
	return finish(ctxt, mcumgr_settings_set(c->name, val.value, val.len),
		      SETTINGS_MGMT_ERR_WRITE_NOT_SUPPORTED);
}

static int do_delete(struct mgmt_ctxt *ctxt, struct command *c)
{
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("name", TSTR, &name) };
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found || !name.len)
		return MGMT_ERR_EINVAL;
	c->access.access = SETTINGS_ACCESS_DELETE;
	ret = ask_name(ctxt, c, &name);
	return ret ?: finish(ctxt, mcumgr_settings_store_del(c->name),
			     SETTINGS_MGMT_ERR_DELETE_NOT_SUPPORTED);
}

static int do_commit(struct mgmt_ctxt *ctxt, struct command *c)
{
	int ret;

	c->access.access = SETTINGS_ACCESS_COMMIT;
	ret = ask(ctxt, c);
	if (!ret)
		mcumgr_settings_commit();
	return ret;
}

/* As in Zephyr, the client hears nothing of a store that cannot be read. */
static int do_load(struct mgmt_ctxt *ctxt, struct command *c)
{
	int ret;

	c->access.access = SETTINGS_ACCESS_LOAD;
	ret = ask(ctxt, c);
	if (ret)
		return ret;
	ret = mcumgr_settings_store_load();
	if (ret && ret != -ENOENT)
		pr_warn_ratelimited("settings were not loaded: %d\n", ret);
	return MGMT_ERR_EOK;
}

static int do_save(struct mgmt_ctxt *ctxt, struct command *c)
{
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("name", TSTR, &name) };
	bool named;
	int ret;

	/* Some clients send no payload at all. */
	if (ctxt->cnbd->len &&
	    mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	c->access.access = SETTINGS_ACCESS_SAVE;
	named = keys[0].found;
	if (named && !name.len)
		return MGMT_ERR_EINVAL;
	ret = named ? ask_name(ctxt, c, &name) : ask(ctxt, c);
	return ret ?: finish_save(ctxt, mcumgr_settings_store_save(named ? c->name : NULL));
}

/* Without anything that an operator has opened there are no settings. */
static int run(struct mgmt_ctxt *ctxt, int (*fn)(struct mgmt_ctxt *, struct command *))
{
	struct command *c;
	int ret;

	if (!mcumgr_settings_configured())
		return MGMT_ERR_ENOTSUP;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return MGMT_ERR_ENOMEM;
	ret = fn(ctxt, c);
	kfree(c);
	return ret;
}

static int settings_read(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_read);
}

static int settings_write(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_write);
}

static int settings_delete(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_delete);
}

static int settings_commit(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_commit);
}

static int settings_load(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_load);
}

static int settings_save(struct mgmt_ctxt *ctxt)
{
	return run(ctxt, do_save);
}

static int translate_error(u16 err)
{
	switch (err) {
	case SETTINGS_MGMT_ERR_KEY_TOO_LONG:
		return MGMT_ERR_EINVAL;
	case SETTINGS_MGMT_ERR_KEY_NOT_FOUND:
	case SETTINGS_MGMT_ERR_READ_NOT_SUPPORTED:
		return MGMT_ERR_ENOENT;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static const struct mgmt_handler handlers[] = {
	[SETTINGS_MGMT_ID_READ_WRITE]	= { .mh_read = settings_read,
					    .mh_write = settings_write },
	[SETTINGS_MGMT_ID_DELETE]	= { .mh_write = settings_delete },
	[SETTINGS_MGMT_ID_COMMIT]	= { .mh_write = settings_commit },
	[SETTINGS_MGMT_ID_LOAD_SAVE]	= { .mh_read = settings_load,
					    .mh_write = settings_save },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_SETTINGS,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "settings mgmt",
};

int mcumgr_grp_settings_init(void)
{
	mcumgr_settings_tree_init();
	mcumgr_settings_store_init();
	return mgmt_register_group(&group);
}

void mcumgr_grp_settings_exit(void)
{
	mgmt_unregister_group(&group);
	mcumgr_settings_store_use(NULL, NULL);
	mcumgr_settings_own_set(MCUMGR_SETTINGS_ACCESS_NONE);
	mcumgr_settings_sys_exit();
}
