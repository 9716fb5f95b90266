/* Control lines of the USB devices. */
#include "tests/usim/lines.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MAX_CODE_BYTES 4296 /* what the largest QR code holds */

bool line_number(const char *text, long max, long *ret)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	long n = strtol(text, &end, 10);
	if (*end || errno || n > max)
		return false;
	*ret = n;
	return true;
}

/* The number after `word` and a space. */
static bool word_number(const char *args, const char *word, long max, long *ret)
{
	size_t n = strlen(word);

	return strncmp(args, word, n) == 0 && args[n] == ' ' && line_number(args + n + 1, max, ret);
}

static void scan(struct world *w, const uint8_t *bytes, size_t len, struct answer *ret)
{
	world_lock(w);
	bool plugged = w->code.usb.attached;
	if (plugged)
		code_scan(&w->code, bytes, len);
	world_unlock(w);
	if (!plugged)
		answer_error(ret, "the code scanner is unplugged");
}

void scan_line(struct world *w, const char *args, struct answer *ret)
{
	scan(w, (const uint8_t *)args, strlen(args), ret);
}

void scan_file_line(struct world *w, const char *args, struct answer *ret)
{
	uint8_t bytes[MAX_CODE_BYTES + 1];
	AUTO_FD fd = open(args, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	if (n < 0)
		return answer_error(ret, "%s: %s", args, strerror(errno));
	if (n > 0 && bytes[n - 1] == '\n')
		n--;
	if (n > MAX_CODE_BYTES)
		return answer_error(ret, "%s: longer than a QR code can be", args);
	scan(w, bytes, (size_t)n, ret);
}

void scan_hex_line(struct world *w, const char *args, struct answer *ret)
{
	uint8_t bytes[MAX_CODE_BYTES];
	size_t n = 0;
	unsigned byte;

	for (const char *p = args; *p; p += 2) {
		if (strspn(p, "0123456789abcdefABCDEF") < 2 || n == sizeof bytes ||
		    sscanf(p, "%2x", &byte) != 1)
			return answer_error(ret, "scan_hex wants pairs of hex digits");
		bytes[n++] = (uint8_t)byte;
	}
	scan(w, bytes, n, ret);
}

static enum printer_state state_named(const char *name)
{
	static const struct {
		const char *name;
		enum printer_state bit;
	} states[] = {
		{ "paper-end", PRINTER_PAPER_END },
		{ "near-end", PRINTER_NEAR_END },
		{ "cover", PRINTER_COVER },
		{ "jam", PRINTER_JAM },
		{ "hot", PRINTER_HOT },
		{ "cutter", PRINTER_CUTTER },
		{ "broken", PRINTER_BROKEN },
	};

	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strcmp(states[i].name, name) == 0)
			return states[i].bit;
	return 0;
}

static bool set_printer(struct printer *p, const char *args)
{
	enum printer_state bit = strchr("+-", args[0]) ? state_named(args + 1) : 0;
	long n;

	if (bit)
		printer_set(p, bit, args[0] == '+');
	else if (word_number(args, "paper-left", 10000000, &n))
		printer_paper_left(p, n);
	else if (word_number(args, "unplug-after", 10000000, &n))
		printer_unplug_after(p, n);
	else if (strcmp(args, "tear") == 0)
		printer_tear(p);
	else if (strcmp(args, "cutter-at-cut") == 0)
		p->cutter_fails = true;
	else
		return false;
	return true;
}

void printer_line(struct world *w, const char *args, struct answer *ret)
{
	world_lock(w);
	bool last = strcmp(args, "last") == 0;
	bool known = last || (*args && set_printer(&w->printer, args));
	if (last && *w->printer.last)
		answer_ok(ret, "%s", w->printer.last);
	else if (last)
		answer_error(ret, "nothing was printed yet");
	world_unlock(w);
	if (!known)
		answer_error(ret, "printer +STATE | -STATE | paper-left N | cutter-at-cut | "
				  "unplug-after N | tear | last; "
				  "STATE: paper-end near-end cover jam hot cutter broken");
}

static void no_device(const char *name, struct answer *ret)
{
	answer_error(ret,
		     "no device \"%.40s\"; there are ccid, printer, code, fingers, scanner, "
		     "camera",
		     name);
}

void unplug_line(struct world *w, const char *args, struct answer *ret)
{
	struct usb_dev *d = world_usb(w, args);

	if (strcmp(args, "scanner") == 0)
		return scanner_line(w, "unplug", ret);
	if (strcmp(args, "camera") == 0)
		return um_unplug_camera(w->um);
	if (!d)
		return no_device(args, ret);
	world_unplug(w, d);
}

void plug_line(struct world *w, const char *args, struct answer *ret)
{
	struct usb_dev *d = world_usb(w, args);
	bool camera = strcmp(args, "camera") == 0;

	if (strcmp(args, "scanner") == 0)
		return scanner_line(w, "plug", ret);
	if (!d && !camera)
		return no_device(args, ret);
	enum err e = camera ? um_plug_camera(w->um, &w->camera) : world_plug(w, d);
	if (e != ERR_OK)
		answer_error(ret, "%s", err_text(e));
}
