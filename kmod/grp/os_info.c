// SPDX-License-Identifier: GPL-2.0-only
/* Group OS: what system this is, and what booted it. */
#include <linux/dmi.h>
#include <linux/of.h>
#include <linux/utsname.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/os_mgmt_callbacks.h>

#include "../mcumgr.h"

/* Longest answer, terminator included. */
#define OUTPUT_SIZE	512

static char *bootloader;
module_param(bootloader, charp, 0444);
MODULE_PARM_DESC(bootloader, "name of the bootloader, for clients that ask");

/* Letters in the order in which they are answered; the index is the bit. */
static const char letters[] = "snrvbmpio";

#define BIT_KERNEL	0
#define BIT_OS		8
#define ALL_LETTERS	GENMASK(BIT_OS, 0)

/* Name of the hardware, as firmware has it. */
static const char *platform_name(void)
{
	const char *name = dmi_get_system_info(DMI_PRODUCT_NAME);
	struct device_node *root;

	if (name)
		return name;
	root = of_find_node_by_path("/");
	if (root && of_property_read_string(root, "model", &name))
		name = NULL;
	of_node_put(root);
	return name ?: utsname()->machine;
}

/*
 * When the kernel was built: its version text ends in a date, in brackets if a
 * distribution built it, else from the day of the week on.
 */
static void build_date(char *s, size_t size)
{
	static const char days[][5] = { "Mon ", "Tue ", "Wed ", "Thu ", "Fri ",
					"Sat ", "Sun " };
	const char *version = utsname()->version;
	const char *from = strrchr(version, '(');
	size_t i, len;

	if (from) {
		len = strcspn(++from, ")");
		snprintf(s, size, "%.*s", (int)len, from);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(days) && !from; i++)
		from = strstr(version, days[i]);
	strscpy(s, from ?: "unknown", size);
}

static void answer_letter(char letter, char *s, size_t size)
{
	switch (letter) {
	case 's':
		strscpy(s, utsname()->sysname, size);
		break;
	case 'n':
		strscpy(s, utsname()->nodename, size);
		break;
	case 'r':
		strscpy(s, utsname()->release, size);
		break;
	case 'v':
		strscpy(s, utsname()->version, size);
		break;
	case 'b':
		build_date(s, size);
		break;
	case 'm':
	case 'p':
		strscpy(s, utsname()->machine, size);
		break;
	case 'i':
		strscpy(s, platform_name(), size);
		break;
	case 'o':
		strscpy(s, "GNU/Linux", size);
	}
}

struct info {
	u32 mask;
	u16 valid;
	bool all;
	bool custom_os;
	bool prior;
	u16 len;
	char text[OUTPUT_SIZE];
};

/* An 'a' stands for all letters here and drops those before it. */
static void read_letters(struct info *info, const struct zcbor_string *format)
{
	const char *at;
	size_t i;

	if (!format->len)
		info->mask = BIT(BIT_KERNEL);
	for (i = 0; i < format->len; i++) {
		if (format->value[i] == 'a') {
			info->mask = ALL_LETTERS;
			info->all = true;
			info->valid++;
			continue;
		}
		at = format->value[i] ? strchr(letters, format->value[i]) : NULL;
		if (!at)
			continue;
		info->mask |= BIT(at - letters);
		info->valid++;
	}
}

static bool append_word(struct info *info, const char *word)
{
	int room = sizeof(info->text) - info->len;
	int n = snprintf(info->text + info->len, room, "%s%s",
			 info->prior ? " " : "", word);

	if (n >= room)
		return false;
	info->len += n;
	info->prior = true;
	return true;
}

/* The answered letters leave the mask, but for 's', as hooks know it. */
static bool append_letters(struct info *info)
{
	char word[__NEW_UTS_LEN + 1];
	int i;

	for (i = 0; i <= BIT_OS; i++) {
		if (!(info->mask & BIT(i)) || (i == BIT_OS && info->custom_os))
			continue;
		answer_letter(letters[i], word, sizeof(word));
		if (!append_word(info, word))
			return false;
		if (i != BIT_KERNEL)
			info->mask &= ~BIT(i);
	}
	return true;
}

static int check_letters(struct mgmt_ctxt *ctxt, struct info *info,
			 struct zcbor_string *format)
{
	struct os_mgmt_info_check check = {
		.format = format,
		.format_bitmask = &info->mask,
		.valid_formats = &info->valid,
		.custom_os_name = &info->custom_os,
	};
	u16 group;
	s32 rc;

	/* Hooks add letters here; what they return has no meaning. */
	mgmt_callback_notify(MGMT_EVT_OP_OS_MGMT_INFO_CHECK, &check, sizeof(check),
			     &rc, &group);
	if (info->valid == format->len)
		return 0;
	if (!mgmt_add_cmd_err(ctxt->cnbe->zs, MGMT_GROUP_ID_OS,
			      OS_MGMT_ERR_INVALID_FORMAT))
		return MGMT_ERR_EMSGSIZE;
	return MCUMGR_ANSWERED;
}

static int append_hooks(struct mgmt_ctxt *ctxt, struct info *info)
{
	struct os_mgmt_info_append append = {
		.format_bitmask = &info->mask,
		.all_format_specified = info->all,
		.output = info->text,
		.output_length = &info->len,
		.buffer_size = sizeof(info->text),
		.prior_output = &info->prior,
	};

	return mcumgr_allowed(ctxt, MGMT_EVT_OP_OS_MGMT_INFO_APPEND, &append,
			      sizeof(append));
}

static int answer_info(struct mgmt_ctxt *ctxt, struct info *info)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string format = {};
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("format", TSTR, &format) };
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	read_letters(info, &format);
	ret = check_letters(ctxt, info, &format);
	if (ret)
		return ret;
	if (!append_letters(info))
		return MGMT_ERR_EMSGSIZE;
	ret = append_hooks(ctxt, info);
	if (ret)
		return ret;
	/* A hook wrote the length: it counts only as far as there is text. */
	info->len = strnlen(info->text, min_t(size_t, info->len, OUTPUT_SIZE - 1));
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "output") &&
				 mgmt_cbor_put_tstr(zse, info->text, info->len));
}

/* Command INFO. */
int mcumgr_os_info(struct mgmt_ctxt *ctxt)
{
	struct info *info = kzalloc(sizeof(*info), GFP_KERNEL);
	int ret;

	if (!info)
		return MGMT_ERR_ENOMEM;
	ret = answer_info(ctxt, info);
	kfree(info);
	return ret;
}

/* What booted this kernel: what the operator says, else what U-Boot left behind. */
static const char *bootloader_name(void)
{
	struct device_node *chosen;
	const char *version;

	if (bootloader)
		return bootloader;
	chosen = of_find_node_by_path("/chosen");
	if (!chosen)
		return NULL;
	if (of_property_read_string(chosen, "u-boot,version", &version))
		version = NULL;
	of_node_put(chosen);
	return version ? "U-Boot" : NULL;
}

/* Command BOOTLOADER INFO. */
int mcumgr_os_bootloader(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string query = {};
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("query", TSTR, &query) };
	bool has_output = false;
	size_t decoded;
	struct os_mgmt_bootloader_info_data data = {
		.zse = zse,
		.decoded = &decoded,
		.query = &query,
		.has_output = &has_output,
	};
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	decoded = keys[0].found;
	ret = mcumgr_allowed(ctxt, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO, &data,
			     sizeof(data));
	if (ret || has_output)
		return ret;
	if (!decoded && bootloader_name())
		return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "bootloader") &&
					 mgmt_cbor_put_text(zse, bootloader_name()));
	return MGMT_RETURN_CHECK(mgmt_add_cmd_err(zse, MGMT_GROUP_ID_OS,
						  OS_MGMT_ERR_QUERY_YIELDS_NO_ANSWER));
}
