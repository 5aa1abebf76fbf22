// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR.  The input is passed over as an item and read as a map; and it is the
 * plan for a map that is written, which must then be read as what was written.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <mcumgr/cbor.h>
#include <string.h>
#include "fuzz.h"

enum { KEYS = 6 };

struct values {
	u64 u;
	s64 i;
	bool b;
	struct zcbor_string t, y;
	struct mgmt_cbor_reader l;
	bool found[KEYS];
};

static int decode(struct values *v, struct mgmt_cbor_reader *r)
{
	struct mgmt_cbor_key keys[KEYS] = {
		MGMT_CBOR_KEY("u", UINT, &v->u), MGMT_CBOR_KEY("i", INT, &v->i),
		MGMT_CBOR_KEY("b", BOOL, &v->b), MGMT_CBOR_KEY("t", TSTR, &v->t),
		MGMT_CBOR_KEY("y", BSTR, &v->y), MGMT_CBOR_KEY("l", LIST, &v->l),
	};
	int i, err;

	memset(v, 0, sizeof(*v));
	err = mgmt_cbor_decode_map(r, keys, KEYS);
	for (i = 0; i < KEYS; i++)
		v->found[i] = keys[i].found;
	return err;
}

static void check_string(const struct zcbor_string *s, const u8 *p, size_t len)
{
	if (!s->value)
		return;
	MUST(s->value > p && s->value <= p + len);
	MUST(s->len <= (size_t)(p + len - s->value));
}

/* The elements are as many as the list's bytes at most, all inside of it. */
static void check_list(struct mgmt_cbor_reader l, const u8 *p, size_t len)
{
	struct zcbor_string s;
	size_t n = 0;
	u64 value;

	if (!l.pos)
		return;
	MUST(l.pos > p && l.pos <= l.end && l.end <= p + len);
	while (mgmt_cbor_list_next_uint(&l, &value) ||
	       mgmt_cbor_list_next_tstr(&l, &s)) {
		MUST(l.pos <= l.end);
		MUST(++n <= len);
	}
	if (!mgmt_cbor_list_end_reached(&l))
		MUST(l.pos < l.end);
}

static const u8 *well_formed(const u8 *p, const u8 *end, int depth);

/* The items of a list or map, or the chunks of a string, up to a break. */
static const u8 *open_end(const u8 *p, const u8 *end, u8 major, int depth)
{
	size_t n;

	for (n = 0; p && p < end && *p != 0xff; n++) {
		if (major < 4 && (*p >> 5 != major || (*p & 31) == 31))
			return NULL;
		p = well_formed(p, end, depth);
	}
	return p && p < end && (major != 5 || n % 2 == 0) ? p + 1 : NULL;
}

/* The plain, recursive way to pass over an item; NULL or behind it. */
static const u8 *well_formed(const u8 *p, const u8 *end, int depth)
{
	u8 major, info;
	u64 value, n;

	if (p == end)
		return NULL;
	major = *p >> 5;
	info = *p++ & 31;
	value = info;
	if (info > 27 && info < 31)
		return NULL;
	if (major == 4 || major == 5)
		if (++depth > MGMT_CBOR_DEPTH_MAX)
			return NULL;
	if (info == 31)
		return major >= 2 && major <= 5 ? open_end(p, end, major, depth) : NULL;
	if (info >= 24) {
		n = 1 << (info - 24);
		if (n > (size_t)(end - p))
			return NULL;
		for (value = 0; n--; p++)
			value = value << 8 | *p;
	}
	if (major == 7)
		return info == 24 && value < 32 ? NULL : p;
	if (major < 2)
		return p;
	if (major < 4)
		return value > (size_t)(end - p) ? NULL : p + value;
	for (n = major == 6 ? 1 : value; n && p; n--) {
		p = well_formed(p, end, depth);
		if (p && major == 5)
			p = well_formed(p, end, depth);
	}
	return p;
}

/* As the value of a key that nobody wants: {"": anything} */
static void skip_anything(const u8 *data, size_t len)
{
	u8 *p = malloc(len + 2);
	struct mgmt_cbor_reader r = { p, p + len + 2 };
	const u8 *behind;
	int err;

	MUST(p);
	memcpy(p, "\241\140", 2);
	memcpy(p + 2, data, len);
	behind = well_formed(p + 2, r.end, 0);
	err = mgmt_cbor_decode_map(&r, NULL, 0);
	MUST(err == (behind ? 0 : -EBADMSG));
	MUST(r.pos == (behind ?: p));
	free(p);
}

/* Anything at all, read as a map. */
static void read_anything(const u8 *data, size_t len)
{
	u8 *p = exact_copy(data, len), *cut;
	struct mgmt_cbor_reader r = { p, p + len };
	struct values v;
	int err = decode(&v, &r);
	size_t used = r.pos - p;

	MUST(!err || err == -EBADMSG || err == -ENOMSG || err == -EADDRINUSE);
	MUST(used <= len && (err ? !used : used >= 1));
	check_string(&v.t, p, len);
	check_string(&v.y, p, len);
	check_list(v.l, p, len);
	if (!err) {
		/* What follows the map is of no matter, its last byte is. */
		cut = exact_copy(p, used);
		r = (struct mgmt_cbor_reader){ cut, cut + used };
		MUST(!decode(&v, &r) && r.pos == cut + used);
		r = (struct mgmt_cbor_reader){ cut, cut + used - 1 };
		MUST(decode(&v, &r) == -EBADMSG);
		free(cut);
	}
	free(p);
}

struct plan {
	const u8 *p;
	size_t left;
};

static u8 plan_byte(struct plan *plan)
{
	if (!plan->left)
		return 0;
	plan->left--;
	return *plan->p++;
}

static u64 plan_number(struct plan *plan)
{
	int n = plan_byte(plan) % 9;
	u64 value = 0;

	while (n--)
		value = value << 8 | plan_byte(plan);
	return value;
}

/* A value that the reader will have to pass over. */
static bool put_anything(struct mgmt_cbor_writer *w, struct plan *plan, int depth)
{
	u8 what = plan_byte(plan) % 7;
	size_t n;

	switch (what) {
	case 0:
		return mgmt_cbor_put_uint(w, plan_number(plan));
	case 1:
		return mgmt_cbor_put_int(w, plan_number(plan));
	case 2:
		return mgmt_cbor_put_bool(w, plan_byte(plan) & 1);
	case 3:
	case 4:
		n = min_t(size_t, plan_byte(plan), plan->left);
		plan->left -= n;
		plan->p += n;
		return what == 3 ? mgmt_cbor_put_tstr(w, plan->p - n, n) :
				   mgmt_cbor_put_bstr(w, plan->p - n, n);
	}
	if (depth == MGMT_CBOR_DEPTH_MAX)
		return mgmt_cbor_put_text(w, "deep");
	if (!(what == 5 ? mgmt_cbor_list_start(w) : mgmt_cbor_map_start(w)))
		return false;
	for (n = plan_byte(plan) % 4; n; n--)
		if (!put_anything(w, plan, depth + 1) ||
		    (what == 6 && !put_anything(w, plan, depth + 1)))
			return false;
	return what == 5 ? mgmt_cbor_list_end(w) : mgmt_cbor_map_end(w);
}

static bool put_map(struct mgmt_cbor_writer *w, struct plan *plan,
		    const struct values *v)
{
	struct plan list = { v->y.value, v->y.len };
	bool ok = mgmt_cbor_map_start(w) &&
		  mgmt_cbor_put_text(w, "i") && mgmt_cbor_put_int(w, v->i) &&
		  mgmt_cbor_put_text(w, "x") && put_anything(w, plan, 0) &&
		  mgmt_cbor_put_text(w, "b") && mgmt_cbor_put_bool(w, v->b) &&
		  mgmt_cbor_put_text(w, "y") &&
		  mgmt_cbor_put_bstr(w, v->y.value, v->y.len) &&
		  mgmt_cbor_put_text(w, "") && put_anything(w, plan, 0) &&
		  mgmt_cbor_put_text(w, "l") && mgmt_cbor_list_start(w);

	while (ok && list.left)
		ok = mgmt_cbor_put_uint(w, plan_byte(&list));
	return ok && mgmt_cbor_list_end(w) &&
	       mgmt_cbor_put_text(w, "t") &&
	       mgmt_cbor_put_tstr(w, v->y.value, v->y.len) &&
	       mgmt_cbor_put_text(w, "u") && mgmt_cbor_put_uint(w, v->u) &&
	       mgmt_cbor_map_end(w);
}

static void check_same(const struct values *in, struct values *out)
{
	size_t i;
	u64 value;

	for (i = 0; i < KEYS; i++)
		MUST(out->found[i]);
	MUST(in->u == out->u && in->i == out->i && in->b == out->b);
	MUST(in->y.len == out->y.len && in->y.len == out->t.len);
	for (i = 0; i < in->y.len; i++) {
		MUST(in->y.value[i] == out->y.value[i]);
		MUST(in->y.value[i] == out->t.value[i]);
		MUST(mgmt_cbor_list_next_uint(&out->l, &value));
		MUST(in->y.value[i] == value);
	}
	MUST(mgmt_cbor_list_end_reached(&out->l));
}

/* What is written into a buffer of any size is whole, or is refused. */
static void write_and_read(const u8 *data, size_t len)
{
	struct plan plan = { data, len };
	size_t size = plan_byte(&plan) << 4;
	struct values in = { .u = plan_number(&plan), .i = plan_number(&plan),
			     .b = plan_byte(&plan) & 1 };
	struct mgmt_cbor_writer w;
	struct mgmt_cbor_reader r;
	struct values out;
	u8 *buf = malloc(size ?: 1);

	MUST(buf);
	in.y.len = min_t(size_t, plan_byte(&plan), plan.left);
	in.y.value = plan.p;
	mgmt_cbor_writer_init(&w, buf, size);
	if (put_map(&w, &plan, &in)) {
		r = (struct mgmt_cbor_reader){ buf, w.pos };
		MUST(!decode(&out, &r) && r.pos == w.pos);
		check_same(&in, &out);
	}
	MUST(w.pos >= buf && w.pos <= buf + size);
	free(buf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	skip_anything(data, len);
	read_anything(data, len);
	write_and_read(data, len);
	return 0;
}

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("\277au\005\377"),
	FUZZ_SEED("\246au\031\001\000ai\044ab\365at\142hi" "ay\101\000al\202\001aa"),
	FUZZ_SEED("\277ax\237\001\202\002\003\277\001\002\377\377al\237\001\377\377"),
	FUZZ_SEED("\242ax\137\102\001\002\101\003\377au\033\377\377\377\377\377\377\377"
		  "\377"),
	FUZZ_SEED("\242ax\301\300\373\077\361\231\231\231\231\231\232at\140"),
	FUZZ_SEED("\377\010abcdefgh\010hgfedcba\001\004wxyz\005\003\006\002\000\001"
		  "\007\005\002\000\003\003abc\004\002de"),
};

const size_t fuzz_seed_count = ARRAY_SIZE(fuzz_seeds);
