#include "board/flash/look.h"

#include "firmware/base/auto.h"

#include <blkid.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES (4u << 20)
#define TAIL_BYTES (1u << 20) /* FLASH_DATA_START is a whole number of these */
#define SAMPLES    64 /* places in between that are looked at before a disk is called empty */

__attribute__((format(printf, 2, 3))) static void add_words(struct look *l, const char *format, ...)
{
	size_t at = strlen(l->words);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(l->words + at, sizeof(l->words) - at, format, args);
	va_end(args);
}

/* All of one value that means nothing: zeros, or what flash memory has when it was wiped. */
static bool is_blank(const uint8_t *bytes, size_t len)
{
	if (bytes[0] != 0 && bytes[0] != 0xff)
		return false;
	return len < 2 || memcmp(bytes, bytes + 1, len - 1) == 0;
}

static enum say look_for_blank(const struct medium *m, const uint8_t *head, const uint8_t *tail,
			       size_t len, bool *ret)
{
	uint8_t sample[4096];
	bool blank = is_blank(head, len) && is_blank(tail, TAIL_BYTES);

	for (uint64_t i = 1; i < SAMPLES && blank; i++) {
		uint64_t at = m->bytes / SAMPLES * i / sizeof(sample) * sizeof(sample);
		enum say s = medium_read(m, at, sample, sizeof(sample));
		if (s != SAY_OK)
			return s;
		blank = is_blank(sample, sizeof(sample));
	}
	*ret = blank;
	return SAY_OK;
}

static bool same_part(const struct gpt *a, const struct gpt *b, const char *name, bool may_grow)
{
	struct gpt_part p, q;

	return gpt_find(a, name, &p) && gpt_find(b, name, &q) && p.index == q.index &&
	       p.start == q.start && (p.bytes == q.bytes || (may_grow && q.bytes >= p.bytes)) &&
	       memcmp(p.type, q.type, sizeof(p.type)) == 0 &&
	       memcmp(p.guid, q.guid, sizeof(p.guid)) == 0;
}

static bool same_layout(const struct gpt *image, const struct gpt *disk)
{
	struct gpt_part sixth;

	return same_part(image, disk, "boot-a", false) && same_part(image, disk, "root-a", false) &&
	       same_part(image, disk, "boot-b", false) && same_part(image, disk, "root-b", false) &&
	       same_part(image, disk, "data", true) && !gpt_part(disk, 5, &sixth);
}

static bool is_kiosks(const struct gpt *g)
{
	struct gpt_part p;

	return gpt_find(g, "boot-a", &p) && gpt_find(g, "root-a", &p) && gpt_find(g, "data", &p);
}

/* With a table of ours; the names of another's partitions are told. */
static void look_at_table(struct look *l, const struct image *im)
{
	struct gpt_part p;

	l->same_layout = same_layout(&im->gpt, &l->gpt);
	l->kind = l->same_layout ? LOOK_KIOSK : is_kiosks(&l->gpt) ? LOOK_OTHER_KIOSK : LOOK_OTHER;
	if (l->kind != LOOK_OTHER)
		return;
	add_words(l, "GPT:");
	for (unsigned n = 0; n < 6 && gpt_part(&l->gpt, n, &p); n++)
		add_words(l, " %s%lluM", p.name[0] ? p.name : "",
			  (unsigned long long)(p.bytes >> 20));
}

static void look_at_record(struct look *l, const struct image *im)
{
	if (l->kind != LOOK_KIOSK && l->kind != LOOK_OTHER_KIOSK && l->record.done)
		return; /* of a kiosk that was there before what is there now */
	l->other_board =
		l->record.compatible[0] && strcmp(l->record.compatible, im->compatible) != 0;
	if (!l->record.done)
		l->kind = LOOK_CUT;
	else if (l->other_board)
		l->kind = LOOK_OTHER_KIOSK;
	l->words[0] = '\0';
	add_words(l, "%.40s %.30s %.40s", l->record.version, l->record.when, l->record.who);
}

/* What the library of file systems knows it as; nothing when it does not. */
static void look_for_others(struct look *l, int fd)
{
	static const char *const ASKED[] = { "PTTYPE", "TYPE", "LABEL" };
	blkid_probe probe = blkid_new_probe();
	const char *value;

	if (probe && blkid_probe_set_device(probe, fd, 0, 0) == 0 &&
	    blkid_probe_enable_partitions(probe, 1) == 0) {
		(void)blkid_probe_set_superblocks_flags(probe,
							BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
		if (blkid_do_safeprobe(probe) == 0) {
			for (size_t i = 0; i < sizeof(ASKED) / sizeof(ASKED[0]); i++) {
				if (blkid_probe_lookup_value(probe, ASKED[i], &value, NULL) == 0)
					add_words(l, "%s%.30s", l->words[0] ? " " : "", value);
			}
		}
	}
	blkid_free_probe(probe);
	for (char *c = l->words; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

static enum say look_at_data(const struct medium *m, struct look *l)
{
	AUTO_FREE uint8_t *bytes = malloc(TAIL_BYTES);
	struct gpt_part data;
	bool zeros = bytes && gpt_find(&l->gpt, "data", &data) && data.bytes >= FLASH_DATA_START;

	if (!bytes)
		return SAY_NO_MEMORY;
	for (uint64_t at = 0; zeros && at < FLASH_DATA_START; at += TAIL_BYTES) {
		enum say s = medium_read(m, data.start + at, bytes, TAIL_BYTES);
		if (s != SAY_OK)
			return s;
		zeros = bytes[0] == 0 && is_blank(bytes, TAIL_BYTES);
	}
	l->never_started = zeros;
	return SAY_OK;
}

static enum say look_into(const struct medium *m, const struct image *im, const uint8_t *head,
			  size_t len, const uint8_t *tail, struct look *l)
{
	uint64_t sectors = m->bytes / GPT_SECTOR;
	bool blank = false;
	enum say s = look_for_blank(m, head, tail, len, &blank);

	if (s != SAY_OK)
		return s;
	l->kind = blank ? LOOK_EMPTY : LOOK_OTHER;
	if (gpt_read_head(head, len, sectors, &l->gpt) == ERR_OK ||
	    gpt_read_tail(tail + TAIL_BYTES - GPT_TAIL_BYTES, GPT_TAIL_BYTES, sectors, &l->gpt) ==
		    ERR_OK)
		look_at_table(l, im);
	else if (!blank)
		look_for_others(l, m->fd);
	l->has_record = record_read(head + RECORD_AT, &l->record) == ERR_OK;
	if (l->has_record)
		look_at_record(l, im);
	return l->kind == LOOK_KIOSK ? look_at_data(m, l) : SAY_OK;
}

enum say look_at(const struct medium *m, const struct image *im, struct look *ret)
{
	AUTO_FREE uint8_t *head = malloc(HEAD_BYTES), *tail = malloc(TAIL_BYTES);
	AUTO_FREE struct look *l = calloc(1, sizeof(*l));
	size_t len = m->bytes < HEAD_BYTES ? (size_t)m->bytes : HEAD_BYTES;

	if (!head || !tail || !l)
		return SAY_NO_MEMORY;
	if (len < TAIL_BYTES + RECORD_AT)
		return SAY_SMALL;
	enum say s = medium_read(m, 0, head, len);
	if (s == SAY_OK)
		s = medium_read(m, m->bytes / 512 * 512 - TAIL_BYTES, tail, TAIL_BYTES);
	if (s == SAY_OK)
		s = look_into(m, im, head, len, tail, l);
	if (s == SAY_OK)
		*ret = *l;
	return s;
}
