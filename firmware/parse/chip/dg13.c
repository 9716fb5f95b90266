#include "firmware/parse/chip/dg13.h"

#include <string.h>

#define TAG_FILE     0x6d
#define TAG_SEQUENCE 0x30
#define TAG_INTEGER  0x02
#define TAG_UTF16    0x1e

enum { MAX_DEPTH = 4, MAX_ID = 32 };

/* Tags under which a text has been seen, or may be. */
static bool is_text_tag(uint32_t tag)
{
	static const uint8_t TAGS[] = {
		0x0c, 0x13, 0x16, 0x04, 0x12, 0x14, 0x17, 0x18, 0x1a, 0x1b
	};

	return tag == TAG_UTF16 || (tag <= 0xff && memchr(TAGS, (int)tag, sizeof TAGS));
}

/* The id of a field, and the rest behind it. 0: this is no field. */
static unsigned id_of(struct span inside, struct span *ret_rest)
{
	struct tlv t;

	if (tlv_next(&inside, &t) != ERR_OK || t.tag != TAG_INTEGER)
		return 0;
	if (t.value.len == 0 || t.value.len > 2 || (t.value.len == 2 && t.value.at[0] != 0))
		return 0;
	*ret_rest = inside;
	return t.value.at[t.value.len - 1];
}

/* A text with a tag, at whatever depth; without one, the bytes. What follows behind it is left
 * over: the length around it was a lie. */
static struct dg13_text text_of(struct span in, struct span *ret_left)
{
	*ret_left = (struct span){ 0 };
	for (int depth = 0; depth < MAX_DEPTH && in.len > 0; depth++) {
		struct span rest = in;
		struct tlv t;

		if (tlv_next(&rest, &t) != ERR_OK) {
			if (is_text_tag(in.at[0])) /* cut; better none than half a name */
				in.len = 0;
			break;
		}
		if (is_text_tag(t.tag)) {
			*ret_left = rest;
			return (struct dg13_text){ t.value, t.tag == TAG_UTF16 };
		}
		if (t.tag != TAG_SEQUENCE || rest.len > 0)
			break;
		in = t.value;
	}
	return (struct dg13_text){ in, false };
}

/* Father and mother by their place: an empty sequence is somebody not named. Returns what is left
 * over. */
static struct span read_parents(struct span in, struct dg13 *d)
{
	struct dg13_text *who[] = { &d->father, &d->mother };
	struct span rest = in, inner, left;
	struct tlv t;

	/* both in one more sequence */
	if (tlv_next(&rest, &t) == ERR_OK && rest.len == 0 && t.tag == TAG_SEQUENCE) {
		struct tlv first;

		inner = t.value;
		if (tlv_next(&inner, &first) == ERR_OK && first.tag == TAG_SEQUENCE)
			in = t.value;
	}
	for (size_t i = 0; i < 2 && in.len > 0; i++) {
		if (tlv_next(&in, &t) != ERR_OK) {
			d->whole = false;
			return (struct span){ 0 };
		}
		*who[i] = text_of(t.tag == TAG_SEQUENCE ? t.value : t.whole, &left);
		d->whole = d->whole && left.len == 0;
	}
	return in;
}

/* The first of a kind counts, unless it was empty. Returns what is left over. */
static struct span take_field(struct dg13 *d, unsigned id, struct span rest)
{
	struct span left = { 0 };

	if (id >= DG13_FIELDS)
		return left;
	d->count++;
	if (id == DG13_PARENTS)
		return read_parents(rest, d);
	struct dg13_text text = text_of(rest, &left);
	if (d->field[id].at.len == 0)
		d->field[id] = text;
	return left;
}

/* Behind something malformed: where could the next field begin? Its id is higher than all before,
 * and its length fits. Text never looks like this: it has no byte 02. */
static bool find_again(struct span *in, unsigned above)
{
	struct span s = *in;

	for (; s.len >= 5; s.at++, s.len--) {
		struct span from = s, rest;
		struct tlv t;

		if (s.at[0] != TAG_SEQUENCE || tlv_next(&from, &t) != ERR_OK)
			continue;
		unsigned id = id_of(t.value, &rest);
		if (id <= above || id > MAX_ID)
			continue;
		*in = s;
		return true;
	}
	return false;
}

/* Where the fields stand: what is around them is taken off, even when its length is a lie. */
static struct span unwrap(struct span in, struct dg13 *d)
{
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		struct span from = in, rest;
		struct tlv t;
		size_t total;

		if (in.len < 2 || in.at[0] != TAG_SEQUENCE || tlv_total(in, &total) != ERR_OK)
			break;
		if (tlv_next(&from, &t) != ERR_OK) {
			size_t head = in.at[1] < 0x80 ? 2 : 2 + (in.at[1] & 0x7f);

			t.value = (struct span){ in.at + head, in.len - head };
			d->whole = false;
		}
		if (id_of(t.value, &rest) > 0 || t.value.len == 0 || t.value.at[0] != TAG_SEQUENCE)
			break;
		in = t.value;
	}
	return in;
}

/* Unknown fields are passed over; what is no field at all comes from a length that was a lie. */
static void read_fields(struct span in, struct dg13 *d)
{
	const uint8_t *end = in.at + in.len;
	unsigned last = 0;
	struct tlv t;

	while (in.len > 0) {
		struct span rest = { 0 }, left = in;
		unsigned id = 0;

		if (tlv_next(&in, &t) == ERR_OK && t.tag == TAG_SEQUENCE)
			id = id_of(t.value, &rest);
		if (id > 0) {
			left = take_field(d, id, rest);
			last = id > last ? id : last;
		}
		if (left.len == 0)
			continue;
		d->whole = false;
		in = (struct span){ left.at, (size_t)(end - left.at) };
		if (!find_again(&in, last))
			return;
	}
}

enum err dg13_read(struct span file, struct dg13 *ret)
{
	struct dg13 d = { .whole = true };
	size_t total;

	if (file.len < 2 || file.at[0] != TAG_FILE || tlv_total(file, &total) != ERR_OK)
		return ERR_BAD_DATA;
	size_t head = file.at[1] < 0x80 ? 2 : 2 + (file.at[1] & 0x7f);
	d.whole = total <= file.len;
	if (total < file.len)
		file.len = total;
	read_fields(unwrap((struct span){ file.at + head, file.len - head }, &d), &d);
	*ret = d;
	return d.count > 0 ? ERR_OK : ERR_BAD_DATA;
}
