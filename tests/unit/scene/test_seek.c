#include "tests/scene/seek.h"

#include "firmware/base/auto.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t add(struct seek *k, const char *text)
{
	size_t number = SEEK_NONE;

	ok(seek_add(k, text, &number) == ERR_OK);
	return number;
}

static size_t in(const struct seek *k, const void *bytes, size_t len)
{
	return seek_in(k, bytes, len, true, true);
}

static void every_way_of_keeping_a_text_is_found(void)
{
	static const char UTF16[] = "..T\0r\0\xe2\0m\0..",
			  UTF32[] = "T\0\0\0r\0\0\0\xe2\0\0\0m\0\0\0";
	struct seek *k = seek_create();
	size_t name = add(k, "Trâm"), other = add(k, "Quỳnh");

	eq_int(in(k, "xTrâmx", 7), (intmax_t)name);
	eq_int(in(k, "Quỳnh", 7), (intmax_t)other);
	eq_int(in(k, UTF16, sizeof UTF16 - 1), (intmax_t)name);
	eq_int(in(k, UTF32, sizeof UTF32 - 1), (intmax_t)name);
	eq_int(in(k, "Tram Quynh", 10), (intmax_t)SEEK_NONE);
	seek_skip(k, name);
	eq_int(in(k, "Trâm", 5), (intmax_t)SEEK_NONE);
	eq_int(in(k, "Trâm Quỳnh", 13), (intmax_t)other);
	seek_destroy(k);
}

static void few_digits_are_no_part_of_a_number(void)
{
	struct seek *k = seek_create();
	size_t can = add(k, "738164"), number = add(k, "001190654321");

	eq_int(in(k, "738164", 6), (intmax_t)can);
	eq_int(in(k, "a738164b", 8), (intmax_t)can);
	eq_int(in(k, "1738164", 7), (intmax_t)SEEK_NONE);
	eq_int(in(k, "7381640", 7), (intmax_t)SEEK_NONE);
	eq_int(seek_in(k, (const uint8_t *)"738164", 6, false, true), (intmax_t)SEEK_NONE);
	eq_int(seek_in(k, (const uint8_t *)"738164", 6, true, false), (intmax_t)SEEK_NONE);
	eq_int(in(k, "90011906543216", 14), (intmax_t)number);
	seek_destroy(k);
}

static void colours_and_bytes_are_found(void)
{
	struct seek *k = seek_create();
	size_t colour = add(k, "#717a6a"), bytes = add(k, "0xfcfaf7f9f7");
	char row[64] = "";

	for (int i = 0; i < 12; i++)
		memcpy(row + 2 + 3 * i, "qzj", 3);
	eq_int(in(k, row, sizeof row), (intmax_t)colour);
	for (int i = 0; i < 12; i++)
		memcpy(row + 4 * i, "jzq\xff", 4);
	eq_int(in(k, row, sizeof row), (intmax_t)colour);
	eq_int(in(k, row, 4 * 7), (intmax_t)SEEK_NONE);
	eq_int(in(k, "..\xfc\xfa\xf7\xf9\xf7", 7), (intmax_t)bytes);
	seek_destroy(k);
}

/* Wherever in a file it lies, also over the edge of what is read at once. */
static void no_edge_hides_a_text(void)
{
	enum { MIB = 1 << 20, LEN = 3 * MIB };
	static const char *const TEXTS[] = { "Lê Thị Ngọc Trâm", "738164" };
	AUTO_FD fd = memfd_create("seek", MFD_CLOEXEC);
	int missed = 0;

	ok(ftruncate(fd, LEN) == 0);
	for (size_t t = 0; t < 2; t++) {
		struct seek *k = seek_create();
		size_t len = strlen(TEXTS[t]), number = add(k, TEXTS[t]);
		AUTO_FREE char *zeros = calloc(1, len);

		for (int at = MIB - 2 * (int)len - 200; at < MIB + 40; at++) {
			missed += pwrite(fd, TEXTS[t], len, at) != (ssize_t)len;
			missed += seek_in_file(k, fd, 0, LEN) != number;
			missed += pwrite(fd, zeros, len, at) != (ssize_t)len;
		}
		ok(pwrite(fd, TEXTS[t], len, LEN - (int)len) == (ssize_t)len);
		missed += seek_in_file(k, fd, 0, LEN) != number;
		ok(pwrite(fd, zeros, len, LEN - (int)len) == (ssize_t)len);
		eq_int(seek_in_file(k, fd, 0, LEN), (intmax_t)SEEK_NONE);
		seek_destroy(k);
	}
	eq_int(missed, 0);
}

static void what_cannot_be_looked_for_is_refused(void)
{
	struct seek *k = seek_create();
	size_t number = 7;

	eq_int(seek_add(k, "abc", &number), ERR_BAD_DATA);
	eq_int(seek_add(k, "0xfc", &number), ERR_BAD_DATA);
	eq_int(seek_add(k, "abc\xff\xfe", &number), ERR_BAD_DATA);
	eq_int(number, 7);
	for (int i = 0; i < 256; i++)
		(void)seek_add(k, "abcdef", &number);
	eq_int(seek_add(k, "abcdef", &number), ERR_NO_SPACE);
	seek_destroy(k);
}

int main(void)
{
	every_way_of_keeping_a_text_is_found();
	few_digits_are_no_part_of_a_number();
	colours_and_bytes_are_found();
	no_edge_hides_a_text();
	what_cannot_be_looked_for_is_refused();
	return tap_done();
}
