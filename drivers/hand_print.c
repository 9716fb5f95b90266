/* Printing by hand: a file, or a test picture. */
#include "drivers/hand.h"

#include "firmware/base/auto.h"
#include "firmware/base/config.h"
#include "firmware/base/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX     (8u << 20)
#define TEST_LINES   400
#define STATUS_MS    4000
#define PRINT_MS     120000
#define DEFAULT_DOTS 576

struct pbm {
	const uint8_t *at;
	size_t left;
	bool bad;
};

/* A number of the head; white space and comments may stand before it. */
static uint32_t pbm_number(struct pbm *b)
{
	uint32_t n = 0;
	bool any = false, comment = false;

	for (; b->left > 0; b->at++, b->left--) {
		uint8_t c = *b->at;

		comment = (comment || (c == '#' && !any)) && c != '\n';
		if (!comment && c >= '0' && c <= '9' && n < 100000) {
			n = n * 10 + (c - '0');
			any = true;
		} else if (any) {
			break;
		} else if (!comment && c != ' ' && c != '\t' && c != '\n' && c != '\r' &&
			   c != '#') {
			b->bad = true;
			return 0;
		}
	}
	b->bad = b->bad || !any;
	return n;
}

/* A raw PBM (P4): exactly the form of MSG_PRINT. */
static enum err load_pbm(const uint8_t *bytes, size_t len, struct msg_print *ret)
{
	struct pbm b = { bytes + 2, len - 2, false };

	if (len < 8 || memcmp(bytes, "P4", 2) != 0)
		return ERR_BAD_DATA;
	uint32_t width = pbm_number(&b), height = pbm_number(&b);
	size_t size = (size_t)(width + 7) / 8 * height;
	if (b.bad || width == 0 || width > UINT16_MAX || b.left < 1 || b.left - 1 < size)
		return ERR_BAD_DATA;
	ret->width = (uint16_t)width;
	ret->height = height;
	return mem_of(b.at + 1, size, &ret->bits);
}

static enum err load_file(const char *path, struct msg_print *ret)
{
	struct stat st;
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_of_errno();
	if (st.st_size < 8 || st.st_size > FILE_MAX)
		return ERR_BAD_DATA;
	AUTO_FREE uint8_t *bytes = malloc((size_t)st.st_size);
	if (!bytes)
		return ERR_NO_MEMORY;
	ssize_t n = read(fd, bytes, (size_t)st.st_size);
	return n == st.st_size ? load_pbm(bytes, (size_t)n, ret) : ERR_IO;
}

static bool test_dot(uint32_t x, uint32_t y, uint32_t width)
{
	if (x < 4 || x + 4 >= width || y < 4 || y + 4 >= TEST_LINES)
		return true; /* the frame: is every dot of the width there? */
	if (y < 60)
		return x % 80 < 2 || (x % 8 == 0 && y > 40); /* a ruler in mm, marks every cm */
	if (y < 160)
		return (x / 8 + y / 8) % 2; /* squares: are they even? */
	if (y < 260)
		return (x * 7 + y * 13) % 16 < x * 16 / width;         /* from light to dark */
	return (x + y) % 100 < 3 || (x + width - y % width) % 100 < 3; /* crossing lines */
}

static enum err load_test(struct msg_print *ret)
{
	struct config c;
	uint32_t width = DEFAULT_DOTS;
	void *bytes;

	if (config_load(config_path(), &c, NULL, NULL) == ERR_OK && c.printer_dots >= 64 &&
	    c.printer_dots <= 1024)
		width = c.printer_dots;
	size_t row = (width + 7) / 8;
	enum err e = mem_create(row * TEST_LINES, &ret->bits, &bytes);
	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < TEST_LINES; y++) {
		uint8_t *line = (uint8_t *)bytes + y * row;

		for (uint32_t x = 0; x < width; x++)
			line[x / 8] |= (uint8_t)(test_dot(x, y, width) << (7 - x % 8));
	}
	ret->width = (uint16_t)width;
	ret->height = TEST_LINES;
	return mem_seal(ret->bits, bytes, row * TEST_LINES);
}

static void begin(struct hand *h)
{
	struct msg m = { .type = MSG_PRINT, .print = { .job = 1, .bits = -1 } };
	bool test = strcmp(h->command->name, "test") == 0;
	enum err e = test ? load_test(&m.print) : load_file(h->args[0], &m.print);

	h->at = 1;
	hand_limit(h, PRINT_MS);
	if (e != ERR_OK)
		hand_fail(h, e);
	else
		hand_send(h, ROLE_CORE, &m);
}

static void message(struct hand *h, const struct msg *m)
{
	if (m->type == MSG_STATUS && m->status.state != ERR_GONE && h->at == 0)
		begin(h);
	if (m->type != MSG_PRINT_DONE)
		return;
	if (m->print_done.why != ERR_OK) {
		hand_fail(h, m->print_done.why);
		return;
	}
	puts(h->json ? "{\"printed\":true}" : "printed, and cut");
	hand_end(h, 0);
}

static enum err check_file(struct hand *h)
{
	struct msg m = { .type = MSG_PRINT, .print.bits = -1 };
	enum err e = load_file(h->args[0], &m.print);

	if (e == ERR_OK) {
		msg_finish(&m);
		return ERR_OK;
	}
	fprintf(stderr, "kiosk-drv print: %s: %s\n", h->args[0],
		e == ERR_BAD_DATA ? "not a raw PBM picture (P4)" : strerror(errno));
	return e;
}

const struct hand_command HAND_PRINT[] = {
	{ ROLE_PRINT, "status", "[--json]", "how the printer is", 0, STATUS_MS, NULL, hand_status,
	  hand_status_late },
	{ ROLE_PRINT, "watch", "[--json]", "every change, until interrupted", 0, 0, NULL,
	  hand_watch, NULL },
	{ ROLE_PRINT, "test", "", "prints a test picture", 0, STATUS_MS, NULL, message, NULL },
	{ ROLE_PRINT, "", "FILE.pbm", "prints a picture, 1 bit a dot", 1, STATUS_MS, check_file,
	  message, NULL },
	{ 0 },
};
