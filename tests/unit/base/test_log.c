#include "firmware/base/log.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int ends[2];

static const char *line(void)
{
	static char text[4096];
	ssize_t n = read(ends[0], text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void scrubs(const char *from, const char *want)
{
	char text[100];

	snprintf(text, sizeof text, "%s", from);
	log_scrub(text);
	eq_str(text, want);
}

static void scrub(void)
{
	scrubs("", "");
	scrubs("12345678", "12345678");
	scrubs("123456789", "123***789");
	scrubs("number=001090000000.", "number=001******000.");
	scrubs("001090000000,001090000001", "001******000,001******001");
	scrubs("0123456789012345678901234567890", "012*************************890");
	scrubs("a\nb\tc\x1b[31md\x7f", "a?b?c?[31md?");
	scrubs("Nguyễn Văn An", "Nguyễn Văn An");
}

static void lines(void)
{
	char big[3000];

	log_line(LOG_INFO, "test.event", "key=%s n=%d", "abc", 5);
	eq_str(line(), "info core test.event key=abc n=5\n");
	log_line(LOG_ERROR, "test.event", "id=%s\nforged line", "001090000000");
	eq_str(line(), "error core test.event id=001******000?forged line\n");
	log_line(LOG_DEBUG, "test.event", "not shown");
	eq_str(line(), "");
	setenv("KIOSK_DEBUG", "1", 1);
	log_line(LOG_DEBUG, "test.event", "shown");
	eq_str(line(), "debug core test.event shown\n");

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	log_line(LOG_WARN, "test.long", "%s", big);
	const char *got = line();
	eq_int(strlen(got), 1000);
	ok(got[999] == '\n' && !strchr(got, '\n')[1]);
}

/* A number that the end of the line cuts to fewer than nine digits is a number still. */
static void cut_numbers(void)
{
	char pad[1000];

	for (int room = 1; room < 14; room++) {
		memset(pad, 'x', sizeof pad);
		pad[999 - (int)strlen("info core test.cut ") - room] = '\0';
		log_line(LOG_INFO, "test.cut", "%s001090123456", pad);
		ok(strstr(line(), "0010") == NULL);
	}
}

int main(void)
{
	if (pipe2(ends, O_NONBLOCK) < 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return 1;
	unsetenv("KIOSK_DEBUG");
	unsetenv("KIOSK_ROLE");
	log_line(LOG_INFO, "test.event", "too early");
	eq_str(line(), "info - test.event too early\n");
	log_open(ROLE_CORE);
	scrub();
	lines();
	cut_numbers();
	return tap_done();
}
