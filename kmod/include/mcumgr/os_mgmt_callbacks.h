/* SPDX-License-Identifier: GPL-2.0-only */
/* Data of the events of group OS. */
#ifndef _MCUMGR_OS_MGMT_CALLBACKS_H
#define _MCUMGR_OS_MGMT_CALLBACKS_H

#include <linux/rtc.h>
#include <linux/types.h>
#include <mcumgr/cbor.h>

/**
 * struct os_mgmt_reset_data - data of MGMT_EVT_OP_OS_MGMT_RESET
 * @force: the client's "force"
 * @boot_mode: the client's "boot_mode"
 */
struct os_mgmt_reset_data {
	bool force;
	u8 boot_mode;
};

/**
 * struct os_mgmt_info_check - data of MGMT_EVT_OP_OS_MGMT_INFO_CHECK
 * @format: the client's format letters
 * @format_bitmask: bit per known letter; a hook sets bits from 9 up for its own
 * @valid_formats: letters known so far; a hook adds its own
 * @custom_os_name: set to true to answer 'o' in INFO_APPEND
 */
struct os_mgmt_info_check {
	struct zcbor_string *format;
	u32 *format_bitmask;
	u16 *valid_formats;
	bool *custom_os_name;
};

/**
 * struct os_mgmt_info_append - data of MGMT_EVT_OP_OS_MGMT_INFO_APPEND
 * @format_bitmask: letters still to be answered (and bit 0)
 * @all_format_specified: the client asked with 'a'
 * @output: the text so far, terminated; append here
 * @output_length: its length; add what was appended
 * @buffer_size: size of @output
 * @prior_output: whether a blank is due before the next word; set it to true
 */
struct os_mgmt_info_append {
	u32 *format_bitmask;
	bool all_format_specified;
	u8 *output;
	u16 *output_length;
	u16 buffer_size;
	bool *prior_output;
};

/**
 * struct os_mgmt_bootloader_info_data - data of MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO
 * @zse: writer of the response; a hook may add keys
 * @decoded: known keys that the request had
 * @query: the client's "query", of length 0 without one
 * @has_output: set to true to keep the built-in answer away
 */
struct os_mgmt_bootloader_info_data {
	struct mgmt_cbor_writer *zse;
	const size_t *decoded;
	struct zcbor_string *query;
	bool *has_output;
};

#endif /* _MCUMGR_OS_MGMT_CALLBACKS_H */
