// SPDX-License-Identifier: GPL-2.0-only
/* Group STAT (2): the counters of the line that asks. */
#include <linux/string.h>

#include "../mcumgr.h"

/* Longest name of a set of counters. */
#define NAME_MAX_LEN	31

static const char line_name[] = "line";

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

/* Clients know counters of 32 bits. */
static bool put_counters(struct mgmt_cbor_writer *zse, struct mcumgr_line *line)
{
	bool ok = mgmt_cbor_map_start(zse);
	int i;

	for (i = MCUMGR_A_LINE_COUNTERS_RX_BYTES; ok && i < ARRAY_SIZE(line_fields); i++)
		ok = mgmt_cbor_put_text(zse, line_fields[i]) &&
		     mgmt_cbor_put_uint(zse, (u32)atomic64_read(&line->counters[i]));
	return ok && mgmt_cbor_map_end(zse);
}

static int stat_show(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("name", TSTR, &name) };

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found || !name.len || name.len > NAME_MAX_LEN)
		return MGMT_ERR_EINVAL;
	if (name.len != strlen(line_name) || memcmp(name.value, line_name, name.len))
		return MGMT_RETURN_CHECK(mgmt_add_cmd_err(zse, MGMT_GROUP_ID_STAT,
							  STAT_MGMT_ERR_INVALID_STAT_NAME));
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "name") &&
				 mgmt_cbor_put_text(zse, line_name) &&
				 mgmt_cbor_put_text(zse, "fields") &&
				 put_counters(zse, mcumgr_call_line()));
}

static int stat_list(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;

	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "stat_list") &&
				 mgmt_cbor_list_start(zse) &&
				 mgmt_cbor_put_text(zse, line_name) &&
				 mgmt_cbor_list_end(zse));
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
	return mgmt_register_group(&group);
}

void mcumgr_grp_stat_exit(void)
{
	mgmt_unregister_group(&group);
}
