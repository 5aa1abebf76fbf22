/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings, inside the module:
 *
 *	settings.c	group SETTINGS: requests
 *	settings_tree.c	handlers: who answers for which name
 *	settings_store.c  the store: names without a handler, and what was saved
 *	settings_keys.c	  a table of names and values
 *	settings_file.c	  its file
 *	settings_sys.c	handler: chosen sysctls
 *	settings_own.c	handler: defaults of new lines
 *	settings_nl.c	what an operator configures
 */
#ifndef _MCUMGR_GRP_SETTINGS_H
#define _MCUMGR_GRP_SETTINGS_H

#include <linux/list.h>
#include <linux/path.h>
#include <linux/types.h>
#include <mcumgr/settings.h>

#include "../registry.h"

struct cred;
struct netlink_ext_ack;
struct sk_buff;

/* Bounds on what clients put into the store: names, and bytes of names and values. */
#define MCUMGR_SETTINGS_KEYS_MAX	512
#define MCUMGR_SETTINGS_BYTES_MAX	65536

/* settings_tree.c */

/**
 * struct mcumgr_settings_use - a handler that is being used
 * @use: keeps it registered
 * @handler: the handler
 * @key: name behind its root, NULL for the root itself
 */
struct mcumgr_settings_use {
	struct mcumgr_use use;
	const struct settings_handler *handler;
	const char *key;
};

void mcumgr_settings_tree_init(void);
bool mcumgr_settings_handled(const char *name);
bool mcumgr_settings_next_handler(struct mcumgr_settings_use *u);
bool mcumgr_settings_below(const char *name, const char *root);
int mcumgr_settings_get(const char *name, u8 *val, size_t max);
int mcumgr_settings_set(const char *name, const u8 *val, size_t len);
void mcumgr_settings_commit(void);
int mcumgr_settings_tree_dump(struct sk_buff *skb, u32 n);
bool mcumgr_settings_configured(void);

/* settings_keys.c */

/**
 * struct mcumgr_settings_key - a name and its value
 * @node: in the table
 * @len: bytes of @value
 * @name: terminated
 * @value: the value
 */
struct mcumgr_settings_key {
	struct list_head node;
	u16 len;
	char name[MCUMGR_SETTINGS_NAME_LEN + 1];
	u8 value[];
};

/**
 * struct mcumgr_settings_keys - a table
 * @list: keys in the order in which they came
 * @count: how many
 * @bytes: of their names and values
 */
struct mcumgr_settings_keys {
	struct list_head list;
	u32 count;
	size_t bytes;
};

void mcumgr_settings_keys_init(struct mcumgr_settings_keys *keys);
struct mcumgr_settings_key *mcumgr_settings_key(const struct mcumgr_settings_keys *keys,
						const char *name);
int mcumgr_settings_keys_set(struct mcumgr_settings_keys *keys, const char *name,
			     const void *value, size_t len);
bool mcumgr_settings_keys_del(struct mcumgr_settings_keys *keys, const char *name);
int mcumgr_settings_keys_add(struct mcumgr_settings_keys *to,
			     const struct mcumgr_settings_keys *from);
void mcumgr_settings_keys_move(struct mcumgr_settings_keys *to,
			       struct mcumgr_settings_keys *from);
void mcumgr_settings_keys_clear(struct mcumgr_settings_keys *keys);
const struct mcumgr_settings_key *
mcumgr_settings_keys_nth(const struct mcumgr_settings_keys *live,
			 const struct mcumgr_settings_keys *saved, u32 n, bool *unsaved);

/* settings_file.c */

/**
 * struct mcumgr_settings_file - where the store is kept
 * @dir: its directory
 * @name: its name there
 * @cred: who configured it: whose permissions count
 */
struct mcumgr_settings_file {
	struct path dir;
	char *name;
	const struct cred *cred;
};

struct mcumgr_settings_file *mcumgr_settings_file_new(const char *path);
void mcumgr_settings_file_free(struct mcumgr_settings_file *f);
int mcumgr_settings_file_load(struct mcumgr_settings_file *f,
			      struct mcumgr_settings_keys *keys);
int mcumgr_settings_file_save(struct mcumgr_settings_file *f,
			      const struct mcumgr_settings_keys *keys);

/* settings_store.c */
void mcumgr_settings_store_init(void);
int mcumgr_settings_store_get(const char *name, u8 *val, size_t max);
int mcumgr_settings_store_set(const char *name, const u8 *val, size_t len);
int mcumgr_settings_store_del(const char *name);
int mcumgr_settings_store_load(void);
int mcumgr_settings_store_save(const char *name);
int mcumgr_settings_store_erase(void);
int mcumgr_settings_store_use(const char *path, struct netlink_ext_ack *extack);
bool mcumgr_settings_store_used(void);
int mcumgr_settings_store_put(struct sk_buff *skb);
int mcumgr_settings_store_dump(struct sk_buff *skb, u32 n);

/* settings_sys.c */
int mcumgr_settings_sys_add(const char *name, bool read_only,
			    struct netlink_ext_ack *extack);
int mcumgr_settings_sys_del(const char *name);
int mcumgr_settings_sys_dump(struct sk_buff *skb, u32 n);
void mcumgr_settings_sys_exit(void);

/* settings_own.c */
int mcumgr_settings_own_set(u32 access);
u32 mcumgr_settings_own_get(void);

#endif /* _MCUMGR_GRP_SETTINGS_H */
