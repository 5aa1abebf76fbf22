// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks callbacks about an event of its own: command 0 of group 64, for reading.
 *
 * From here to the entry point this is an example of Zephyr's documentation of
 * its MCUmgr callbacks (Apache-2.0), unchanged but for the includes: it shows
 * that such code compiles.  So it keeps Zephyr's style.
 */
#include <linux/module.h>
#include <mcumgr/zephyr.h>

#define MGMT_EVT_GRP_USER_ONE MGMT_EVT_GRP_USER_CUSTOM_START

enum user_one_group_events {
    /** Callback on first post, data is test_struct. */
    MGMT_EVT_OP_USER_ONE_FIRST  = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_ONE, 0),

    /** Callback on second post, data is test_struct. */
    MGMT_EVT_OP_USER_ONE_SECOND = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_ONE, 1),

    /** Used to enable all user_one events. */
    MGMT_EVT_OP_USER_ONE_ALL    = MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_USER_ONE),
};

struct test_struct {
    uint8_t some_value;
};

static int test_command(struct mgmt_ctxt *ctxt)
{
    int rc;
    int err_rc;
    uint16_t err_group;
    zcbor_state_t *zse = ctxt->cnbe->zs;
    bool ok;
    struct test_struct test_data = {
        .some_value = 8,
    };

    rc = mgmt_callback_notify(MGMT_EVT_OP_USER_ONE_FIRST, &test_data,
                              sizeof(test_data), &err_rc, &err_group);

    if (rc != MGMT_CB_OK) {
        /* A handler returned a failure code */
        if (rc == MGMT_CB_ERROR_RC) {
            /* The failure code is the RC value */
            return err_rc;
        }

        /* The failure is a group and ID error value */
        ok = smp_add_cmd_err(zse, err_group, (uint16_t)err_rc);
        goto end;
    }

    /* All handlers returned success codes */
    ok = zcbor_tstr_put_lit(zse, "output_value") &&
         zcbor_int32_put(zse, 1234);

end:
    rc = (ok ? MGMT_ERR_EOK : MGMT_ERR_EMSGSIZE);

    return rc;
}

static const struct mgmt_handler handlers[] = {
    { .mh_read = test_command },
};

static struct mgmt_group group = {
    .mg_handlers = handlers,
    .mg_handlers_count = ARRAY_SIZE(handlers),
    .mg_group_id = MGMT_GROUP_ID_PERUSER,
    .mg_group_name = "user one",
};

static int __init user_group_init(void)
{
    return mgmt_register_group(&group);
}

static void __exit user_group_exit(void)
{
    mgmt_unregister_group(&group);
}

module_init(user_group_init);
module_exit(user_group_exit);

MODULE_DESCRIPTION("MCUmgr sample: a command group with an event of its own");
MODULE_LICENSE("GPL");
