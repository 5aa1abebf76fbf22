/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/module.h>

#ifndef _MCUMGR_COMPAT_MODULE_H
#define _MCUMGR_COMPAT_MODULE_H

#include <linux/version.h>

/* MODULE_IMPORT_NS() takes a string since 6.13 (commit cdd30ebb1b9f). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define MCUMGR_IMPORT_NS(ns)	MODULE_IMPORT_NS(#ns)
#else
#define MCUMGR_IMPORT_NS(ns)	MODULE_IMPORT_NS(ns)
#endif

#endif /* _MCUMGR_COMPAT_MODULE_H */
