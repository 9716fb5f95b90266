/* What an emulator says on its control socket, however it comes in pieces. */
#include "tests/image/qmp.h"
#include "tests/tap.h"

#include <stdlib.h>

struct heard {
	unsigned count;
	char all[512];
};

static void on_said(void *data, const struct qmp_said *s)
{
	static const char *const KINDS[] = { "greeting", "return", "error", "event" };
	struct heard *h = data;
	size_t used = strlen(h->all);

	h->count++;
	snprintf(h->all + used, sizeof h->all - used, "%s|%s|%s\n", KINDS[s->kind], s->name,
		 s->body);
}

static const char TALK[] =
	"{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}, \"capabilities\": [\"oob\"]}}\r\n"
	"{\"return\": {}}\r\n"
	"\r\n"
	"{\"timestamp\": {\"seconds\": 1}, \"event\": \"RESET\", \"data\": {\"guest\": true}}\r\n"
	"{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such device\"}}\r\n";

static const char HEARD[] = "greeting||\n"
			    "return||{ }\n"
			    "event|RESET|{ \"guest\": true }\n"
			    "error|no such device|\n";

static void test_pieces(size_t piece)
{
	struct qmp *q = calloc(1, sizeof *q);
	struct heard h = { 0 };

	for (size_t at = 0; q && at < strlen(TALK); at += piece) {
		size_t left = strlen(TALK) - at;

		eq_int(qmp_feed(q, TALK + at, left < piece ? left : piece, on_said, &h), ERR_OK);
	}
	eq_int(h.count, 4);
	eq_str(h.all, HEARD);
	free(q);
}

static void test_nonsense(void)
{
	static const char *const LINES[] = { "hello\n", "[1, 2]\n", "{}\n", "{\"event\": \"\"}\n",
					     "{\"QMP\"\n" };
	struct qmp *q = calloc(1, sizeof *q);
	struct heard h = { 0 };

	for (size_t i = 0; q && i < sizeof LINES / sizeof *LINES; i++) {
		q->len = 0;
		eq_int(qmp_feed(q, LINES[i], strlen(LINES[i]), on_said, &h), ERR_BAD_DATA);
	}
	eq_int(h.count, 0);
	free(q);
}

static void test_no_end(void)
{
	struct qmp *q = calloc(1, sizeof *q);
	char *long_line = malloc(QMP_CAP);
	struct heard h = { 0 };

	if (q && long_line) {
		memset(long_line, 'a', QMP_CAP);
		eq_int(qmp_feed(q, long_line, QMP_CAP - 1, on_said, &h), ERR_OK);
		eq_int(qmp_feed(q, long_line, 1, on_said, &h), ERR_NO_SPACE);
	}
	free(q);
	free(long_line);
}

int main(void)
{
	test_pieces(1000);
	test_pieces(1);
	test_pieces(7);
	test_nonsense();
	test_no_end();
	return tap_done();
}
