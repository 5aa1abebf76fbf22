/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_COMPAT_KUNIT_VISIBILITY_H
#define _MCUMGR_COMPAT_KUNIT_VISIBILITY_H

/* Since 6.2, and in newer stable kernels before; without it nothing is exported. */
#if __has_include_next("kunit/visibility.h")
#include_next <kunit/visibility.h>
#else
#define EXPORT_SYMBOL_IF_KUNIT(symbol)
#endif

#endif /* _MCUMGR_COMPAT_KUNIT_VISIBILITY_H */
