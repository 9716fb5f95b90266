/* What comes out of a machine, kept and searched. */
#include "firmware/base/auto.h"
#include "tests/image/stream.h"
#include "tests/tap.h"

#include <stdlib.h>

static void add(struct stream *s, const char *text)
{
	eq_int(stream_add(s, text, strlen(text)), ERR_OK);
}

static void test_find(struct stream *s)
{
	add(s, "one\r\ntw");
	ok(stream_find(s, "two") == NULL);
	add(s, "o\r\nthree one\r\n");
	ok(stream_find(s, "two") != NULL);
	ok(stream_find(s, "two") == NULL); /* that was before */
	ok(stream_find(s, "one\n") != NULL);
	ok(stream_find(s, "one") == NULL);
	eq_str(stream_tail(s, 4), "one\n");
	eq_str(stream_tail(s, 4000), "one\ntwo\nthree one\n");
}

static void test_much(struct stream *s)
{
	char block[4096];

	memset(block, 'a', sizeof block);
	for (size_t i = 0; i + 1 < STREAM_CAP / sizeof block; i++)
		if (stream_add(s, block, sizeof block) != ERR_OK)
			return ok(i + 2 >= STREAM_CAP / sizeof block);
	eq_int(stream_add(s, "\0end", 4), ERR_OK);
	ok(stream_find(s, "end") != NULL);
	eq_int(stream_add(s, block, sizeof block), ERR_NO_SPACE);
}

int main(void)
{
	char path[] = "/tmp/image-stream-XXXXXX";
	AUTO_FD fd = mkstemp(path);
	struct stream s = { 0 };

	ok(fd >= 0);
	stream_finish(&s);
	eq_int(stream_open(&s, path), ERR_OK);
	test_find(&s);
	test_much(&s);
	stream_finish(&s);
	eq_int(unlink(path), 0);
	return tap_done();
}
