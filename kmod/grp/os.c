// SPDX-License-Identifier: GPL-2.0-only
/*
 * Group OS (0): echo, date and time, reset, parameters.  What it tells about the
 * system is in os_info.c and os_stat.c.
 */
#include <linux/reboot.h>
#include <linux/rtc.h>
#include <linux/timekeeping.h>
#include <linux/tty.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/os_mgmt_callbacks.h>

#include "../datetime.h"
#include "../mcumgr.h"

/* Time for the response to leave before a reset, and bytes it may have. */
#define RESET_MS		250
#define RESET_RSP_BYTES		64
/* A forced reset does not wait longer for userspace to shut down. */
#define RESET_FORCE_MS		10000

static int os_echo(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string d;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("d", TSTR, &d) };

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found)
		return MGMT_ERR_EINVAL;
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "r") &&
				 mgmt_cbor_put_tstr(zse, d.value, d.len));
}

/* Date and time, in UTC. */

static void time_to_rtc(time64_t seconds, struct rtc_time *rtc)
{
	struct tm tm;

	time64_to_tm(seconds, 0, &tm);
	*rtc = (struct rtc_time){
		.tm_sec = tm.tm_sec,
		.tm_min = tm.tm_min,
		.tm_hour = tm.tm_hour,
		.tm_mday = tm.tm_mday,
		.tm_mon = tm.tm_mon,
		.tm_year = tm.tm_year,
		.tm_wday = tm.tm_wday,
		.tm_yday = tm.tm_yday,
		.tm_isdst = -1,
	};
}

static int os_datetime_get(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	char text[MCUMGR_DATETIME_LEN];
	struct timespec64 now;
	struct rtc_time tm;
	int ret;

	ret = mcumgr_allowed(ctxt, MGMT_EVT_OP_OS_MGMT_DATETIME_GET, NULL, 0);
	if (ret)
		return ret;
	/* Not the seconds of the last tick, which others may have seen end. */
	ktime_get_real_ts64(&now);
	time_to_rtc(now.tv_sec, &tm);
	mcumgr_datetime_format(&tm, text);
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "datetime") &&
				 mgmt_cbor_put_text(zse, text));
}

/* The hardware clock, so that the time outlives the power; not every machine has one. */
static void set_hardware_clock(struct rtc_time *tm)
{
	struct rtc_device *rtc;

	if (!IS_REACHABLE(CONFIG_RTC_CLASS))
		return;
	rtc = rtc_class_open("rtc0");
	if (!rtc)
		return;
	if (rtc_set_time(rtc, tm))
		pr_warn("rtc0 did not take the time a client set\n");
	rtc_class_close(rtc);
}

static int set_time(const struct rtc_time *tm, u32 ms)
{
	struct timespec64 ts = { .tv_nsec = ms * NSEC_PER_MSEC };
	struct rtc_time norm;
	int ret;

	ts.tv_sec = mktime64(tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday,
			     tm->tm_hour, tm->tm_min, tm->tm_sec);
	time_to_rtc(ts.tv_sec, &norm);
	/* The 31st of February became another day. */
	if (norm.tm_mday != tm->tm_mday || norm.tm_mon != tm->tm_mon)
		return -EINVAL;
	ret = do_settimeofday64(&ts);
	if (!ret)
		set_hardware_clock(&norm);
	return ret;
}

static int os_datetime_set(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string text;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("datetime", TSTR, &text) };
	struct rtc_time tm, asked;
	u32 ms;
	int ret;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !keys[0].found ||
	    mcumgr_datetime_parse(text.value, text.len, &tm, &ms))
		return MGMT_ERR_EINVAL;
	asked = tm;
	ret = mcumgr_allowed(ctxt, MGMT_EVT_OP_OS_MGMT_DATETIME_SET, &tm, sizeof(tm));
	if (ret)
		return ret;
	/* The fraction was of the client's time, not of a callback's. */
	if (memcmp(&tm, &asked, sizeof(tm)))
		ms = 0;
	if (!set_time(&tm, ms))
		return MGMT_ERR_EOK;
	return MGMT_RETURN_CHECK(mgmt_add_cmd_err(zse, MGMT_GROUP_ID_OS,
						  OS_MGMT_ERR_RTC_COMMAND_FAILED));
}

/* Reset. */

static void reset_hard(struct work_struct *work)
{
	pr_emerg("userspace did not shut down for a forced reset\n");
	kernel_restart(NULL);
}

static DECLARE_DELAYED_WORK(reset_hard_work, reset_hard);
static bool reset_forced;

static void reset(struct work_struct *work)
{
	if (READ_ONCE(reset_forced))
		schedule_delayed_work(&reset_hard_work,
				      msecs_to_jiffies(RESET_FORCE_MS));
	orderly_reboot();
}

static DECLARE_DELAYED_WORK(reset_work, reset);

/* Slow lines need longer for the response. */
static unsigned int reset_delay_ms(void)
{
	struct mcumgr_line *line = mcumgr_call_line();
	speed_t baud = 0;

	/* A line that closes may have lost its tty while a callback slept. */
	if (!READ_ONCE(line->closing))
		baud = tty_get_baud_rate(line->tty);
	return RESET_MS + (baud ? RESET_RSP_BYTES * 10 * MSEC_PER_SEC / baud : 0);
}

/*
 * Zephyr's code takes a bool for "force", its documentation and so some clients
 * have a number.  Any other payload does not keep a reset away.
 */
static u64 read_reset(struct mgmt_ctxt *ctxt, struct os_mgmt_reset_data *data)
{
	u64 boot_mode = 0, number = 0;
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("force", BOOL, &data->force),
		MGMT_CBOR_KEY("boot_mode", UINT, &boot_mode),
	};

	if (!mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return boot_mode;
	keys[0] = (struct mgmt_cbor_key)MGMT_CBOR_KEY("force", UINT, &number);
	mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys));
	data->force |= number;
	return boot_mode;
}

static int os_reset(struct mgmt_ctxt *ctxt)
{
	struct os_mgmt_reset_data data = {};
	u64 boot_mode = read_reset(ctxt, &data);
	int ret;

	if (boot_mode > U8_MAX)
		return MGMT_ERR_EINVAL;
	data.boot_mode = boot_mode;
	ret = mcumgr_allowed(ctxt, MGMT_EVT_OP_OS_MGMT_RESET, &data, sizeof(data));
	if (ret)
		return ret;
	pr_notice("a client resets the system\n");
	if (data.force)
		WRITE_ONCE(reset_forced, true);
	schedule_delayed_work(&reset_work, msecs_to_jiffies(reset_delay_ms()));
	return MGMT_ERR_EOK;
}

static int os_params(struct mgmt_ctxt *ctxt)
{
	const struct mcumgr_config *config = &mcumgr_call_line()->config;
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;

	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "buf_size") &&
				 mgmt_cbor_put_uint(zse, config->buf_size) &&
				 mgmt_cbor_put_text(zse, "buf_count") &&
				 mgmt_cbor_put_uint(zse, config->buf_count));
}

static int translate_error(u16 err)
{
	switch (err) {
	case OS_MGMT_ERR_INVALID_FORMAT:
		return MGMT_ERR_EINVAL;
	case OS_MGMT_ERR_QUERY_YIELDS_NO_ANSWER:
	case OS_MGMT_ERR_RTC_NOT_SET:
	case OS_MGMT_ERR_QUERY_RESPONSE_VALUE_NOT_VALID:
	case OS_MGMT_ERR_HEAP_STATS_FETCH_FAILED:
		return MGMT_ERR_ENOENT;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static const struct mgmt_handler handlers[] = {
	[OS_MGMT_ID_ECHO]		= { .mh_read = os_echo, .mh_write = os_echo },
	[OS_MGMT_ID_TASKSTAT]		= { .mh_read = mcumgr_os_taskstat },
	[OS_MGMT_ID_MPSTAT]		= { .mh_read = mcumgr_os_mpstat },
	[OS_MGMT_ID_DATETIME_STR]	= { .mh_read = os_datetime_get,
					    .mh_write = os_datetime_set },
	[OS_MGMT_ID_RESET]		= { .mh_write = os_reset },
	[OS_MGMT_ID_MCUMGR_PARAMS]	= { .mh_read = os_params },
	[OS_MGMT_ID_INFO]		= { .mh_read = mcumgr_os_info },
	[OS_MGMT_ID_BOOTLOADER_INFO]	= { .mh_read = mcumgr_os_bootloader },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_OS,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "os mgmt",
};

int mcumgr_grp_os_init(void)
{
	return mgmt_register_group(&group);
}

/* A reset that is due but has not begun is off: its code goes. */
void mcumgr_grp_os_exit(void)
{
	mgmt_unregister_group(&group);
	cancel_delayed_work_sync(&reset_work);
	cancel_delayed_work_sync(&reset_hard_work);
}
