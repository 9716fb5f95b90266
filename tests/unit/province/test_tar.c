#include "tests/province/tar.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>

/* An archive being written by hand, so that it can be wrong in one place. */
struct archive {
	uint8_t bytes[16384];
	size_t len;
};

static void sum(uint8_t *h)
{
	unsigned n = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		n += h[i];
	snprintf((char *)h + 148, 8, "%06o", n & 0777777);
}

static uint8_t *add(struct archive *a, const char *path, char type, const char *text)
{
	uint8_t *h = a->bytes + a->len;

	snprintf((char *)h, 100, "%s", path);
	snprintf((char *)h + 124, 12, "%011o", (unsigned)strlen(text) & 0777777);
	h[156] = (uint8_t)type;
	memcpy(h + 257, "ustar\00000", 8);
	sum(h);
	memcpy(h + 512, text, strlen(text));
	a->len += 512 + (strlen(text) + 511) / 512 * 512;
	return h;
}

static void end(struct archive *a)
{
	a->len += 1024;
}

static enum err first(const struct archive *a, struct tar_entry *e)
{
	struct reader r = reader_of(a->bytes, a->len);

	return tar_next(&r, e);
}

static void files_come_in_order(void)
{
	static struct archive a;
	struct tar_entry e;

	add(&a, "manifest.json", '0', "{}");
	add(&a, "papers/001.pdf", '0', "%PDF-1.7");
	end(&a);
	struct reader r = reader_of(a.bytes, a.len);
	eq_int(tar_next(&r, &e), ERR_OK);
	eq_str(e.path, "manifest.json");
	eq_int(e.len, 2);
	eq_int(tar_next(&r, &e), ERR_OK);
	eq_str(e.path, "papers/001.pdf");
	ok(memcmp(e.bytes, "%PDF-1.7", 8) == 0);
	eq_int(tar_next(&r, &e), ERR_NOT_FOUND);
}

static void pax_gives_a_long_path(void)
{
	static struct archive a;
	struct tar_entry e;
	char record[300], path[200];

	memset(path, 'a', sizeof path);
	memcpy(path, "papers/", 7);
	path[199] = '\0';
	snprintf(record, sizeof record, "%zu path=%s\n", strlen(path) + 10, path);
	add(&a, "PaxHeaders/x", 'x', record);
	add(&a, "short", '0', "text");
	end(&a);
	eq_int(first(&a, &e), ERR_OK);
	eq_str(e.path, path);
	eq_int(e.len, 4);
}

static void pax_lengths_are_not_believed(void)
{
	static const char *const RECORDS[] = { "999 path=x\n",
					       "4 path=x\n",
					       "0 path=x\n",
					       "path=x\n",
					       "12 path=abc",
					       "11 path=..\n",
					       "18446744073709551615 a=b\n",
					       "25 size=99999999999999999\n" };

	for (size_t i = 0; i < sizeof RECORDS / sizeof *RECORDS; i++) {
		struct archive *a = calloc(1, sizeof *a);
		struct tar_entry e;

		add(a, "PaxHeaders/x", 'x', RECORDS[i]);
		add(a, "short", '0', "text");
		end(a);
		eq_int(first(a, &e), ERR_BAD_DATA);
		free(a);
	}
}

static void wrong_headers_are_refused(void)
{
	static const struct {
		int at;
		char byte;
	} CHANGES[] = { { 0, 'X' }, { 257, 'x' }, { 124, '9' }, { 150, '7' } };

	for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
		struct archive *a = calloc(1, sizeof *a);
		struct tar_entry e;
		uint8_t *h = add(a, "manifest.json", '0', "{}");

		h[CHANGES[i].at] = (uint8_t)CHANGES[i].byte;
		if (CHANGES[i].at == 257 || CHANGES[i].at == 124)
			sum(h); /* the checksum is right, what it covers is not */
		end(a);
		eq_int(first(a, &e), ERR_BAD_DATA);
		free(a);
	}
}

static void only_plain_files_in_plain_places(void)
{
	static const char *const PATHS[] = { "/etc/passwd", "../x", "a/../b", "a//b", "./a",
					     "a/.",         "",     "a\nb",   "a\\b" };
	static const char TYPES[] = "1234567LKS";
	struct tar_entry e;

	for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
		ok(!tar_path_ok(PATHS[i]));
	ok(tar_path_ok("papers/001.pdf"));
	for (size_t i = 0; TYPES[i]; i++) {
		struct archive *a = calloc(1, sizeof *a);

		add(a, "papers/x", TYPES[i], "");
		end(a);
		eq_int(first(a, &e), ERR_BAD_DATA);
		free(a);
	}
}

static void cut_anywhere_is_bad_or_ends(void)
{
	static struct archive a;
	struct tar_entry e;
	unsigned good = 0;

	add(&a, "manifest.json", '0', "{}");
	end(&a);
	for (size_t n = 0; n < 1024; n++) {
		struct reader r = reader_of(a.bytes, n);

		good += tar_next(&r, &e) == ERR_OK;
	}
	eq_int(good, 0);
}

int main(void)
{
	files_come_in_order();
	pax_gives_a_long_path();
	pax_lengths_are_not_believed();
	wrong_headers_are_refused();
	only_plain_files_in_plain_places();
	cut_anywhere_is_bad_or_ends();
	return tap_done();
}
