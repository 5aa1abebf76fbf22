// SPDX-License-Identifier: GPL-2.0-only
/*
 * Denies uploads, and one file by its name.
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
    /* Only run this handler if a previous handler has not failed */
    if (event == MGMT_EVT_OP_FS_MGMT_FILE_ACCESS && prev_status == MGMT_CB_OK) {
        struct fs_mgmt_file_access *fs_data = (struct fs_mgmt_file_access *)data;

        /* Check if this is an upload and deny access if it is, otherwise check the
         * the path and deny if is matches a name
         */
        if (fs_data->access == FS_MGMT_FILE_ACCESS_WRITE) {
            /* Return an access denied error code to the client and abort calling
             * further handlers
             */
            *abort_more = true;
            *rc = MGMT_ERR_EACCESSDENIED;

            return MGMT_CB_ERROR_RC;
        } else if (strcmp(fs_data->filename, "/lfs1/false_deny.txt") == 0) {
            /* Return a no entry error code to the client, call additional handlers
             * (which will have failed set to true)
             */
            *rc = MGMT_ERR_ENOENT;

            return MGMT_CB_ERROR_RC;
        }
    }

    /* Return OK status code to continue with acceptance to underlying handler */
    return MGMT_CB_OK;
}

static int __init fs_access_init(void)
{
    my_callback.callback = my_function;
    my_callback.event_id = MGMT_EVT_OP_FS_MGMT_FILE_ACCESS;
    return mgmt_callback_register(&my_callback);
}

static void __exit fs_access_exit(void)
{
    mgmt_callback_unregister(&my_callback);
}

module_init(fs_access_init);
module_exit(fs_access_exit);

MODULE_DESCRIPTION("MCUmgr sample: deny access to files");
MODULE_LICENSE("GPL");
