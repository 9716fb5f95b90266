#include "firmware/base/mem.h"
#include "firmware/base/view.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <unistd.h>

static struct view seal_and_open(struct view_writer *w)
{
	struct view v = { 0 };
	int fd = -1;

	eq_int(view_seal(w, &fd), ERR_OK);
	ok(w->bytes == NULL && mem_is_sealed(fd));
	eq_int(view_open(fd, &v), ERR_OK);
	close(fd);
	return v;
}

static void values(void)
{
	struct view_writer w = { 0 };
	size_t len;

	view_text(&w, "name", "Nguyễn Thị Ẩn");
	view_num(&w, "n", -5);
	view_num(&w, "most", INT64_MAX);
	view_num(&w, "least", INT64_MIN);
	view_bytes(&w, "image", "\0\xff\1", 3);
	view_text(&w, "null", NULL);
	view_bytes(&w, "empty", NULL, 0);
	struct view v = seal_and_open(&w);
	eq_str(view_get_text(&v, "name"), "Nguyễn Thị Ẩn");
	eq_int(view_get_num(&v, "n"), -5);
	eq_int(view_get_num(&v, "most"), INT64_MAX);
	eq_int(view_get_num(&v, "least"), INT64_MIN);
	const uint8_t *image = view_get_bytes(&v, "image", &len);
	ok(len == 3 && memcmp(image, "\0\xff\1", 3) == 0);
	eq_str(view_get_text(&v, "null"), "");
	ok(view_has(&v, "null") && view_has(&v, "empty") && !view_has(&v, "nothing"));
	/* of another type, or not there */
	eq_int(view_get_num(&v, "name"), 0);
	eq_str(view_get_text(&v, "n"), "");
	ok(view_get_bytes(&v, "nothing", &len) == NULL && len == 0);
	view_close(&v);
	view_close(&v);
}

static void rows(void)
{
	struct view_writer w = { 0 };

	view_text(&w, "title", "T");
	for (int i = 0; i < 3; i++) {
		view_row(&w, "papers");
		view_num(&w, "i", i);
		view_row(&w, "pages");
		view_text(&w, "name", i == 1 ? "one" : "other");
	}
	struct view v = seal_and_open(&w);
	eq_int(view_rows(&v, "papers"), 3);
	eq_int(view_rows(&v, "pages"), 3);
	eq_int(view_rows(&v, "none"), 0);
	eq_int(view_row_num(&v, "papers", 2, "i"), 2);
	eq_str(view_row_text(&v, "pages", 1, "name"), "one");
	eq_str(view_row_text(&v, "papers", 1, "name"), ""); /* the next row's is not its own */
	eq_int(view_row_num(&v, "papers", 3, "i"), 0);
	eq_str(view_get_text(&v, "title"), "T");
	eq_int(view_get_num(&v, "i"), 0); /* nor is a row's the view's */
	view_close(&v);
}

static void refused_by_the_writer(void)
{
	struct view_writer w = { 0 };
	char key[80];
	int fd = -7;

	view_text(&w, "bad", "\xff");
	view_num(&w, "n", 1);
	eq_int(view_seal(&w, &fd), ERR_BAD_DATA);
	eq_int(fd, -7);
	memset(key, 'k', sizeof key);
	key[64] = '\0';
	view_num(&w, key, 1);
	eq_int(view_seal(&w, &fd), ERR_BAD_DATA);
	key[63] = '\0';
	view_num(&w, key, 1);
	struct view v = seal_and_open(&w);
	eq_int(view_get_num(&v, key), 1);
	view_close(&v);
	view_bytes(&w, "big", "", (size_t)VIEW_MAX_BYTES + 1);
	eq_int(view_seal(&w, &fd), ERR_BAD_DATA);
	struct view empty = seal_and_open(&w);
	eq_int(empty.count, 0);
	view_close(&empty);
}

static enum err opens(const void *bytes, size_t len)
{
	struct view v = { 0 };
	int fd = -1;

	if (mem_of(bytes, len, &fd) != ERR_OK)
		return ERR_NO_MEMORY;
	enum err e = view_open(fd, &v);
	close(fd);
	if (e == ERR_OK)
		view_close(&v);
	else
		ok(v.entries == NULL); /* untouched */
	return e;
}

static void malformed(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum err want;
	} CASES[] = {
#define CASE(text, want) { text, sizeof text - 1, want }
		CASE("\2\1\1\0\0\0k\0v\0", ERR_OK),
		CASE("\4\1\0\0\0\0g\0", ERR_OK),
		CASE("\2\1\1\0\0\0k\0v\1", ERR_BAD_DATA),       /* no NUL after the text */
		CASE("\2\1\1\0\0\0kkv\0", ERR_BAD_DATA),        /* nor after the key */
		CASE("\2\1\1\0\0\0k\0\xff\0", ERR_BAD_DATA),    /* not UTF-8 */
		CASE("\2\1\1\0\0\0k\0\0\0", ERR_BAD_DATA),      /* NUL inside */
		CASE("\2\1\1\0\0\0\xff\0v\0", ERR_BAD_DATA),    /* a key that is not UTF-8 */
		CASE("\0\1\0\0\0\0k\0", ERR_BAD_DATA),          /* no such type */
		CASE("\5\1\0\0\0\0k\0", ERR_BAD_DATA),          /* nor this */
		CASE("\1\1\7\0\0\0k\0nnnnnnn", ERR_BAD_DATA),   /* a number of 7 bytes */
		CASE("\4\1\1\0\0\0g\0x", ERR_BAD_DATA),         /* a row with a value */
		CASE("\3\1\xff\xff\xff\xffk\0x", ERR_BAD_DATA), /* a length beyond the end */
		CASE("\2\1\xff\xff\xff\xffk\0x", ERR_BAD_DATA),
		CASE("\3\1\2\0\0\0k\0x", ERR_BAD_DATA),
		CASE("\3", ERR_BAD_DATA),
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		eq_int(opens(CASES[i].bytes, CASES[i].len), CASES[i].want);
}

static void too_many_entries(void)
{
	static char bytes[(VIEW_MAX_ENTRIES + 1) * 8];

	for (size_t i = 0; i <= VIEW_MAX_ENTRIES; i++)
		memcpy(bytes + i * 8, "\4\1\0\0\0\0g", 8);
	eq_int(opens(bytes, sizeof bytes - 8), ERR_OK);
	eq_int(opens(bytes, sizeof bytes), ERR_BAD_DATA);
}

static void not_sealed(void)
{
	struct view v = { 0 };
	void *bytes;
	int fd;

	eq_int(mem_create(8, &fd, &bytes), ERR_OK);
	eq_int(view_open(fd, &v), ERR_BAD_DATA);
	mem_unmap(bytes, 8);
	close(fd);
	eq_int(view_open(STDIN_FILENO, &v), ERR_BAD_DATA);
	eq_int(view_open(-1, &v), ERR_BAD_DATA);
}

int main(void)
{
	values();
	rows();
	refused_by_the_writer();
	malformed();
	too_many_entries();
	not_sealed();
	return tap_done();
}
