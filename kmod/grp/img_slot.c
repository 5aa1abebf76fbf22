// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots of images: files or block devices that the operator names over netlink.
 * In: offsets within a slot.  Out: bytes of the medium; nothing beyond a slot is
 * touched.
 *
 * The file is opened in the administrator's process and stays open until the
 * slot is taken back: a block device is claimed as a mount would claim it.
 */
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "../file.h"
#include "../mcumgr.h"
#include "../netlink-gen.h"
#include "img.h"

/* Bytes of 0xff that are written at a time. */
#define FILL_BYTES	65536
/* Smallest slot: its tail, and something to boot. */
#define SIZE_MIN	(2 * IMG_TAIL)
/* How long a request waits for that of another line. */
#define TURN_ROUNDS	20
#define TURN_ROUND	(HZ / 10)

static struct img_slot slots[IMG_IMAGES][IMG_SLOTS];
/* Who changes the table has the turn and this; dumps want only this. */
static DEFINE_MUTEX(table_lock);
static struct semaphore turn;

/* Whether the line of the request in hand goes away: then nobody waits for it. */
bool img_interrupted(void)
{
	struct mcumgr_line *line = mcumgr_call_line();

	return line && READ_ONCE(line->closing);
}

/**
 * img_turn_take() - wait for the group's other request to end
 *
 * Not for long: it may itself wait for an agent.
 *
 * Return: 0, or -EBUSY.
 */
int img_turn_take(void)
{
	int i;

	for (i = 0; i < TURN_ROUNDS && !img_interrupted(); i++) {
		if (!down_timeout(&turn, TURN_ROUND))
			return 0;
	}
	return -EBUSY;
}

void img_turn_end(void)
{
	up(&turn);
}

/* Looking up; with the turn. */

struct img_slot *img_slot(unsigned int image, unsigned int slot)
{
	if (image >= IMG_IMAGES || slot >= IMG_SLOTS || !slots[image][slot].file)
		return NULL;
	return &slots[image][slot];
}

struct img_slot *img_slot_active(unsigned int image)
{
	struct img_slot *slot;
	int i;

	for (i = 0; i < IMG_SLOTS; i++) {
		slot = img_slot(image, i);
		if (slot && slot->active)
			return slot;
	}
	return NULL;
}

struct img_slot *img_slot_other(const struct img_slot *slot)
{
	return img_slot(slot->image, !slot->slot);
}

/* Where an upload goes: the slot that is not active, the second if both are not. */
struct img_slot *img_slot_upload(unsigned int image)
{
	struct img_slot *slot = img_slot(image, 1);

	if (!slot || slot->active)
		slot = img_slot(image, 0);
	return slot && !slot->active ? slot : NULL;
}

/* A slot by its number over all images. */
struct img_slot *img_slot_at(unsigned int area)
{
	return img_slot(area / IMG_SLOTS, area % IMG_SLOTS);
}

/* A slot's number over all images. */
unsigned int img_slot_area(const struct img_slot *slot)
{
	return slot->image * IMG_SLOTS + slot->slot;
}

/* The slot that the system itself runs in: of the first image that has an active one. */
struct img_slot *img_slot_running(void)
{
	struct img_slot *slot = NULL;
	int i;

	for (i = 0; i < IMG_IMAGES && !slot; i++)
		slot = img_slot_active(i);
	return slot;
}

/* How many images have slots. */
unsigned int img_slot_images(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < IMG_IMAGES; i++)
		n += img_slot(i, 0) || img_slot(i, 1);
	return n;
}

/* Bytes that an image may have. */
u64 img_slot_room(const struct img_slot *slot)
{
	return slot->size - IMG_TAIL;
}

/* The medium. */

static bool inside(const struct img_slot *slot, u64 off, u64 len)
{
	return off <= slot->size && len <= slot->size - off;
}

int img_slot_read(struct img_slot *slot, u64 off, void *buf, size_t len)
{
	ssize_t n;

	if (!inside(slot, off, len))
		return -ERANGE;
	n = mcumgr_file_read(slot->file, off, buf, len);
	if (n < 0)
		return n;
	return n == len ? 0 : -EIO;
}

int img_slot_write(struct img_slot *slot, u64 off, const void *buf, size_t len)
{
	if (!inside(slot, off, len))
		return -ERANGE;
	return mcumgr_file_write(slot->file, off, buf, len);
}

/* Make bytes what erased flash is; given up when the line goes away. */
int img_slot_fill(struct img_slot *slot, u64 off, u64 len)
{
	size_t n, size = min_t(u64, len, FILL_BYTES);
	u8 *ones = kvmalloc(size, GFP_KERNEL);
	int ret = 0;

	if (!ones)
		return -ENOMEM;
	memset(ones, 0xff, size);
	while (len && !ret) {
		n = min_t(u64, len, size);
		ret = img_slot_write(slot, off, ones, n);
		off += n;
		len -= n;
		if (!ret && img_interrupted())
			ret = -EINTR;
		cond_resched();
	}
	kvfree(ones);
	return ret;
}

/*
 * All that was written is on the medium, and what is read next comes from there,
 * also where somebody else has it in memory, as invalidate_mapping_pages() would
 * leave it.  A file in memory is its own medium: there this does nothing.
 */
int img_slot_sync(struct img_slot *slot)
{
	int ret = vfs_fsync(slot->file, 0);

	if (!ret)
		invalidate_inode_pages2(slot->file->f_mapping);
	return ret;
}

/**
 * img_slot_error() - what a client is told of an operation on the medium
 * @ret: 0 or -errno
 * @failed: the &enum img_mgmt_err_code_t of that operation
 *
 * Return: 0, @failed, or that there was no memory to do it with.
 */
int img_slot_error(int ret, int failed)
{
	if (!ret)
		return 0;
	return ret == -ENOMEM ? IMG_MGMT_ERR_NO_FREE_MEMORY : failed;
}

/* What the operator says. */

/* Say why not; the value is for the caller to return. */
#define refuse(info, ret, why) ({			\
	NL_SET_ERR_MSG((info)->extack, why);		\
	(ret);						\
})

static struct file *open_slot(struct genl_info *info, const char *path)
{
	struct inode *inode;
	struct file *file;

	if (*path != '/')
		return refuse(info, ERR_PTR(-EINVAL), "the path of a slot must be absolute");
	file = filp_open(path, O_RDWR | O_LARGEFILE | O_EXCL | O_NONBLOCK, 0);
	if (IS_ERR(file))
		return refuse(info, file, "this file cannot be opened for writing");
	inode = file_inode(file);
	if (!S_ISREG(inode->i_mode) && !S_ISBLK(inode->i_mode))
		NL_SET_ERR_MSG(info->extack, "a slot must be a file or a block device");
	else if (i_size_read(file->f_mapping->host) < SIZE_MIN)
		NL_SET_ERR_MSG(info->extack, "a slot must have 8192 bytes or more");
	else
		return file;
	fput(file);
	return ERR_PTR(-EINVAL);
}

/* Whether the slot may be added; with the turn. */
static int check_slot(struct genl_info *info, unsigned int image, unsigned int nr,
		      struct file *file, bool active)
{
	struct img_slot *slot;
	int i;

	if (img_slot(image, nr))
		return refuse(info, -EEXIST, "this slot is set; delete it first");
	if (active && img_slot_active(image))
		return refuse(info, -EEXIST, "the other slot of the image is active");
	for (i = 0; i < IMG_AREAS; i++) {
		slot = img_slot_at(i);
		if (slot && slot->file->f_mapping == file->f_mapping)
			return refuse(info, -EBUSY, "another slot has this file");
	}
	return 0;
}

static int add_slot(struct genl_info *info, unsigned int image, unsigned int nr,
		    struct file *file, bool active)
{
	const char *path = nla_data(info->attrs[MCUMGR_A_SLOT_PATH]);
	int ret = check_slot(info, image, nr, file, active);
	char *copy;

	if (ret)
		return ret;
	copy = kstrdup(path, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	mutex_lock(&table_lock);
	slots[image][nr] = (struct img_slot){
		.file = file,
		.path = copy,
		.size = i_size_read(file->f_mapping->host),
		.image = image,
		.slot = nr,
		.active = active,
	};
	mutex_unlock(&table_lock);
	return 0;
}

static void remove_slot(struct img_slot *slot)
{
	struct img_slot old = *slot;

	img_upload_leave(slot);
	mutex_lock(&table_lock);
	*slot = (struct img_slot){};
	mutex_unlock(&table_lock);
	fput(old.file);
	kfree(old.path);
}

static int read_place(struct genl_info *info, unsigned int *image, unsigned int *slot)
{
	struct nlattr **tb = info->attrs;

	if (!tb[MCUMGR_A_SLOT_IMAGE] || !tb[MCUMGR_A_SLOT_SLOT])
		return refuse(info, -EINVAL, "which slot? image or slot is missing");
	*image = nla_get_u32(tb[MCUMGR_A_SLOT_IMAGE]);
	*slot = nla_get_u32(tb[MCUMGR_A_SLOT_SLOT]);
	return 0;
}

int mcumgr_nl_slot_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	bool active = tb[MCUMGR_A_SLOT_ACTIVE] && nla_get_u8(tb[MCUMGR_A_SLOT_ACTIVE]);
	unsigned int image, slot;
	struct file *file;
	int ret = read_place(info, &image, &slot);

	if (ret)
		return ret;
	if (!tb[MCUMGR_A_SLOT_PATH])
		return refuse(info, -EINVAL, "the path of the slot is missing");
	file = open_slot(info, nla_data(tb[MCUMGR_A_SLOT_PATH]));
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = img_turn_take();
	if (ret) {
		NL_SET_ERR_MSG(info->extack, "a client's request is in work; try again");
	} else {
		ret = add_slot(info, image, slot, file, active);
		img_turn_end();
	}
	if (ret)
		fput(file);
	return ret;
}

int mcumgr_nl_slot_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	unsigned int image, slot;
	int ret = read_place(info, &image, &slot);

	if (ret)
		return ret;
	ret = img_turn_take();
	if (ret)
		return refuse(info, ret, "a client's request is in work; try again");
	if (img_slot(image, slot))
		remove_slot(img_slot(image, slot));
	else
		ret = refuse(info, -ENOENT, "this slot is not set");
	img_turn_end();
	return ret;
}

static int put_slot(struct sk_buff *skb, const struct img_slot *slot)
{
	const struct img_upload *u = img_upload_into(slot);
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_SLOT_IMAGE, slot->image) ?:
	      nla_put_u32(skb, MCUMGR_A_SLOT_SLOT, slot->slot) ?:
	      nla_put_string(skb, MCUMGR_A_SLOT_PATH, slot->path) ?:
	      nla_put_u8(skb, MCUMGR_A_SLOT_ACTIVE, slot->active) ?:
	      nla_put_u64_64bit(skb, MCUMGR_A_SLOT_SIZE, slot->size, MCUMGR_A_SLOT_PAD);
	if (ret || !u)
		return ret;
	return nla_put_u64_64bit(skb, MCUMGR_A_SLOT_LENGTH, READ_ONCE(u->len),
				 MCUMGR_A_SLOT_PAD) ?:
	       nla_put_u64_64bit(skb, MCUMGR_A_SLOT_OFFSET, READ_ONCE(u->off),
				 MCUMGR_A_SLOT_PAD);
}

static int dump_slot(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct img_slot *slot)
{
	void *hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_SLOT_GET);

	return mcumgr_netlink_dumped(skb, hdr, hdr ? put_slot(skb, slot) : -EMSGSIZE);
}

int mcumgr_nl_slot_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct img_slot *slot;
	long i;

	mutex_lock(&table_lock);
	for (i = cb->args[0]; i < IMG_AREAS; i++) {
		slot = img_slot_at(i);
		if (slot && dump_slot(skb, cb, slot))
			break;
	}
	mutex_unlock(&table_lock);
	cb->args[0] = i;
	return skb->len;
}

int mcumgr_img_slots_init(void)
{
	sema_init(&turn, 1);
	return 0;
}

/* Nobody can ask or name slots any more. */
void mcumgr_img_slots_exit(void)
{
	struct img_slot *slot;
	int i;

	for (i = 0; i < IMG_AREAS; i++) {
		slot = img_slot_at(i);
		if (slot)
			remove_slot(slot);
	}
}
