#include "tests/mrtd/spoil.h"

#include <string.h>

#define DEPTH 2000

/* Tag and value of the file's object. */
static bool open_file(const struct mrtd_file *f, uint32_t *ret_tag, const uint8_t **ret,
		      size_t *ret_len)
{
	*ret_tag = f->bytes.len ? f->bytes.at[0] : 0;
	return mrtd_find(f->bytes.at, f->bytes.len, *ret_tag, ret, ret_len);
}

/* The same value behind a length that is another by `more`. */
static void lie(struct mrtd_file *f, long more)
{
	struct mrtd_bytes b = { 0 };
	const uint8_t *value;
	uint32_t tag;
	size_t len;

	if (!open_file(f, &tag, &value, &len) || (more < 0 && len < (size_t)-more))
		return;
	size_t said = (size_t)((long)len + more);
	const uint8_t head[] = { (uint8_t)tag, 0x83, (uint8_t)(said >> 16), (uint8_t)(said >> 8),
				 (uint8_t)said };
	mrtd_put(&b, head, sizeof head);
	mrtd_put(&b, value, len);
	mrtd_bytes_end(&f->bytes);
	f->bytes = b;
}

/* Begins with `tag` and that length; then come the old bytes. */
static void begin_with(struct mrtd_file *f, const char *length)
{
	struct mrtd_bytes b = { 0 };

	mrtd_put(&b, f->bytes.at, 1);
	mrtd_put_hex(&b, length);
	mrtd_put(&b, f->bytes.at, f->bytes.len);
	mrtd_bytes_end(&f->bytes);
	f->bytes = b;
}

static void dig(struct mrtd_file *f)
{
	struct mrtd_bytes b = { 0 };

	for (size_t i = DEPTH; i > 0; i--) {
		const size_t len = 4 * (i - 1);
		const uint8_t head[] = { i == DEPTH ? f->bytes.at[0] : 0x30, 0x82,
					 (uint8_t)(len >> 8), (uint8_t)len };

		mrtd_put(&b, head, sizeof head);
	}
	mrtd_bytes_end(&f->bytes);
	f->bytes = b;
}

void mrtd_spoil(struct mrtd_file *f, const struct mrtd_faults *faults)
{
	const unsigned *n = faults->n, id = f->id & 0x1F;

	if (!f->bytes.len)
		return;
	if (n[MRTD_FAULT_deep_tlv] == id)
		dig(f);
	if (n[MRTD_FAULT_long_tlv] == id)
		begin_with(f, "84FFFFFFFF");
	if (n[MRTD_FAULT_lying_length] == id)
		lie(f, 1000);
	if (n[MRTD_FAULT_short_length] == id)
		lie(f, -5);
	if (n[MRTD_FAULT_endless] == id) {
		begin_with(f, "83FFFFFF");
		f->endless = true;
	}
	if (n[MRTD_FAULT_empty_dg] == id)
		f->bytes.len = 0;
}

void mrtd_spoil_signed(struct mrtd *m)
{
	for (size_t i = 0; i < m->file_count; i++) {
		struct mrtd_file *f = &m->files[i];
		unsigned id = f->id & 0x1F;

		if (f->where != IN_APPLICATION)
			continue;
		if (m->faults.n[MRTD_FAULT_altered_dg] == id && f->bytes.len)
			f->bytes.at[f->bytes.len - 1] ^= 1;
		if (m->faults.n[MRTD_FAULT_missing_dg] == id)
			f->id = 0;
	}
}
