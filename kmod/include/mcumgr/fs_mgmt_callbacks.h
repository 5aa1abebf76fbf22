/* SPDX-License-Identifier: GPL-2.0-only */
/* Data of the events of group FS. */
#ifndef _MCUMGR_FS_MGMT_CALLBACKS_H
#define _MCUMGR_FS_MGMT_CALLBACKS_H

/* Longest path, without its terminator. */
#define MCUMGR_FS_PATH_LEN	255

/* What a client wants of a file; READ is its download, WRITE its upload. */
enum fs_mgmt_file_access_types {
	FS_MGMT_FILE_ACCESS_READ,
	FS_MGMT_FILE_ACCESS_WRITE,
	FS_MGMT_FILE_ACCESS_STATUS,
	FS_MGMT_FILE_ACCESS_HASH_CHECKSUM,
};

/**
 * struct fs_mgmt_file_access - data of MGMT_EVT_OP_FS_MGMT_FILE_ACCESS[_DONE]
 * @access: what the client wants
 * @filename: the path, in a buffer of MCUMGR_FS_PATH_LEN + 1 bytes; a hook may
 *	write another path there
 */
struct fs_mgmt_file_access {
	enum fs_mgmt_file_access_types access;
	char *filename;
};

#endif /* _MCUMGR_FS_MGMT_CALLBACKS_H */
