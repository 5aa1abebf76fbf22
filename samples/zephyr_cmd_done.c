// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sees each command that was answered.
 *
 * From here to the entry point this is an example of Zephyr's documentation of
 * its MCUmgr callbacks (Apache-2.0), unchanged but for the includes: it shows
 * that such code compiles.  So it keeps Zephyr's style.
 */
#include <linux/module.h>
#include <mcumgr/zephyr.h>

struct mgmt_callback my_callback;

enum mgmt_cb_return my_function(uint32_t event, enum mgmt_cb_return prev_status,
                                int32_t *rc, uint16_t *group, bool *abort_more,
                                void *data, size_t data_size)
{
    if (event == MGMT_EVT_OP_CMD_DONE) {
        /* This is the event we registered for */
    }

    /* Return OK status code to continue with acceptance to underlying handler */
    return MGMT_CB_OK;
}

static int __init cmd_done_init(void)
{
    my_callback.callback = my_function;
    my_callback.event_id = MGMT_EVT_OP_CMD_DONE;
    return mgmt_callback_register(&my_callback);
}

static void __exit cmd_done_exit(void)
{
    mgmt_callback_unregister(&my_callback);
}

module_init(cmd_done_init);
module_exit(cmd_done_exit);

MODULE_DESCRIPTION("MCUmgr sample: see commands that were answered");
MODULE_LICENSE("GPL");
