/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For code written for Zephyr: its headers' spellings of what this module
 * calls otherwise.  A hook or handler from a Zephyr application compiles with
 * this include in place of its own.
 */
#ifndef _MCUMGR_ZEPHYR_H
#define _MCUMGR_ZEPHYR_H

#include <linux/string.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/enum_mgmt_callbacks.h>
#include <mcumgr/fs_mgmt_callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>
#include <mcumgr/mgmt.h>
#include <mcumgr/os_mgmt_callbacks.h>
#include <mcumgr/settings.h>
#include <mcumgr/settings_mgmt_callbacks.h>

#define smp_streamer			mgmt_ctxt
#define smp_add_cmd_err			mgmt_add_cmd_err

#define settings_register(handler)	mgmt_settings_register(handler)
#ifndef ENOTSUP
#define ENOTSUP				EOPNOTSUPP
#endif

#define zcbor_state_t			struct mgmt_cbor_writer
#define zcbor_tstr_put_lit(zs, s)	mgmt_cbor_put_text(zs, s)
#define zcbor_uint32_put(zs, v)		mgmt_cbor_put_uint(zs, (u32)(v))
#define zcbor_uint64_put(zs, v)		mgmt_cbor_put_uint(zs, v)
#define zcbor_int32_put(zs, v)		mgmt_cbor_put_int(zs, (s32)(v))
#define zcbor_int64_put(zs, v)		mgmt_cbor_put_int(zs, v)
#define zcbor_bool_put(zs, v)		mgmt_cbor_put_bool(zs, v)
#define zcbor_map_start_encode(zs, n)	((void)(n), mgmt_cbor_map_start(zs))
#define zcbor_map_end_encode(zs, n)	((void)(n), mgmt_cbor_map_end(zs))
#define zcbor_list_start_encode(zs, n)	((void)(n), mgmt_cbor_list_start(zs))
#define zcbor_list_end_encode(zs, n)	((void)(n), mgmt_cbor_list_end(zs))

static inline bool zcbor_tstr_put_term(struct mgmt_cbor_writer *zs, const char *s,
				       size_t max)
{
	return mgmt_cbor_put_tstr(zs, s, strnlen(s, max));
}

static inline bool zcbor_tstr_encode(struct mgmt_cbor_writer *zs,
				     const struct zcbor_string *s)
{
	return mgmt_cbor_put_tstr(zs, (const char *)s->value, s->len);
}

static inline bool zcbor_bstr_encode(struct mgmt_cbor_writer *zs,
				     const struct zcbor_string *s)
{
	return mgmt_cbor_put_bstr(zs, s->value, s->len);
}

#endif /* _MCUMGR_ZEPHYR_H */
