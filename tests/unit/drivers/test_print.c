/* The receipt printer's driver at the simulated printer. */
#include "tests/unit/drivers/rig.h"

#include <sys/stat.h>

extern const struct driver PRINT_ESCPOS;

#define WIDTH 576
#define LINES 700 /* four strips */

static uint32_t job;

/* A picture whose every line is another, so that a lost or doubled line shows. */
static int picture(uint32_t lines)
{
	size_t row = WIDTH / 8;
	void *bytes;
	int fd;

	if (mem_create(row * lines, &fd, &bytes) != ERR_OK)
		abort();
	for (size_t i = 0; i < row * lines; i++)
		((uint8_t *)bytes)[i] = (uint8_t)((i / row) * 31 + i % row * (i / row % 7));
	if (mem_seal(fd, bytes, row * lines) != ERR_OK)
		abort();
	return fd;
}

static void print(struct rig *r, uint32_t lines)
{
	struct msg m = { .type = MSG_PRINT, .print = { ++job, WIDTH, lines, picture(lines) } };

	rig_send(r, ROLE_CORE, &m);
}

/* The end of the newest job; -1 when it has none in time. */
static int end_of(struct rig *r)
{
	const struct msg_print_done *d = &r->last[MSG_PRINT_DONE].print_done;

	return rig_until(r, r->count[MSG_PRINT_DONE] > 0 && d->job == job) ? d->why : -1;
}

static int print_to_end(struct rig *r)
{
	print(r, LINES);
	return end_of(r);
}

static bool same_file(const char *a, const char *b)
{
	static char x[1u << 20], y[1u << 20];
	AUTO_FD fa = open(a, O_RDONLY | O_CLOEXEC);
	AUTO_FD fb = open(b, O_RDONLY | O_CLOEXEC);
	ssize_t na = read(fa, x, sizeof x), nb = read(fb, y, sizeof y);

	return na > 0 && na == nb && memcmp(x, y, (size_t)na) == 0;
}

/* The newest receipt is, dot for dot, the first one: no rest of another one is on it. */
static bool clean(struct rig *r, unsigned n)
{
	char first[PATH_MAX + 64], last[PATH_MAX + 64], line[64];

	snprintf(line, sizeof line, "wait receipts %u", n);
	snprintf(first, sizeof first, "%s/receipts/receipt-001.png", r->dir);
	snprintf(last, sizeof last, "%s/receipts/receipt-%03u.png", r->dir, n);
	return rig_line(r, line) && same_file(first, last);
}

static void prints(struct rig *r)
{
	ok(rig_until_state(r, ERR_OK));
	eq_str(r->host.model, "Kiosk Sim TM-SIM");
	eq_int(print_to_end(r), ERR_OK);
	ok(clean(r, 1));
}

static void refuses_nonsense(struct rig *r)
{
	struct msg m = { .type = MSG_PRINT, .print = { ++job, WIDTH, 10, picture(9) } };

	rig_send(r, ROLE_CORE, &m);
	eq_int(end_of(r), ERR_BAD_DATA);
}

static void one_at_a_time(struct rig *r)
{
	print(r, LINES);
	print(r, LINES);
	eq_int(end_of(r), ERR_BUSY);
	job--;
	eq_int(end_of(r), ERR_OK);
	ok(clean(r, 2));
	job++;
}

static void near_end_is_told(struct rig *r)
{
	ok(rig_line(r, "printer +near-end"));
	ok(rig_until(r, r->host.near_end == 1));
	eq_int(rig_state(r), ERR_OK);
	ok(rig_line(r, "printer -near-end"));
	ok(rig_until(r, r->host.near_end == 0));
}

static void faults_are_told(struct rig *r)
{
	static const struct {
		const char *on, *off;
		enum err state;
	} F[] = {
		{ "printer +cover", "printer -cover", ERR_COVER },
		{ "printer +paper-end", "printer -paper-end", ERR_PAPER_OUT },
		{ "printer +jam", "printer -jam", ERR_JAM },
		{ "printer +hot", "printer -hot", ERR_HOT },
		{ "printer +broken", "printer -broken", ERR_BROKEN },
	};

	for (size_t i = 0; i < sizeof F / sizeof F[0]; i++) {
		ok(rig_line(r, F[i].on));
		ok(rig_until_state(r, F[i].state));
		if (F[i].state != ERR_HOT)
			eq_int(print_to_end(r), F[i].state);
		ok(rig_line(r, F[i].off));
		ok(rig_until_state(r, ERR_OK));
	}
	eq_int(print_to_end(r), ERR_OK);
	ok(clean(r, 3));
}

static void paper_out_in_mid_receipt(struct rig *r)
{
	ok(rig_line(r, "printer paper-left 300"));
	eq_int(print_to_end(r), ERR_PAPER_OUT);
	eq_int(rig_state(r), ERR_PAPER_OUT);
	ok(rig_line(r, "printer -paper-end"));
	ok(rig_until_state(r, ERR_OK));
	eq_int(print_to_end(r), ERR_OK);
	ok(clean(r, 4));
}

/* The fragment that hangs out is cut off before the next receipt. */
static void cover_in_mid_receipt(struct rig *r)
{
	ok(rig_line(r, "printer +hot"));
	ok(rig_until_state(r, ERR_HOT));
	print(r, LINES);
	ok(rig_line(r, "printer +cover"));
	eq_int(end_of(r), ERR_COVER);
	ok(rig_line(r, "printer -hot"));
	ok(rig_line(r, "printer -cover"));
	ok(rig_until_state(r, ERR_OK));
	eq_int(print_to_end(r), ERR_OK);
}

static void heat_passes(struct rig *r)
{
	ok(rig_line(r, "printer +hot"));
	ok(rig_until_state(r, ERR_HOT));
	unsigned before = r->count[MSG_PRINT_DONE];
	print(r, LINES);
	ok(rig_line(r, "printer -hot"));
	eq_int(end_of(r), ERR_OK);
	eq_int(r->count[MSG_PRINT_DONE], before + 1);
}

static void cutter_is_mended(struct rig *r)
{
	ok(rig_line(r, "printer cutter-at-cut"));
	eq_int(print_to_end(r), ERR_CUTTER);
	eq_int(rig_state(r), ERR_CUTTER);
	eq_int(print_to_end(r), ERR_OK); /* trying again moves the blade */
	eq_int(rig_state(r), ERR_OK);
}

static void unplugged(struct rig *r)
{
	ok(rig_line(r, "unplug printer"));
	ok(rig_until_state(r, ERR_GONE));
	eq_int(print_to_end(r), ERR_GONE);
	ok(rig_line(r, "plug printer"));
	ok(rig_until_state(r, ERR_OK));
	eq_int(print_to_end(r), ERR_OK);
}

static void unplugged_in_mid_receipt(struct rig *r)
{
	ok(rig_line(r, "printer +hot"));
	ok(rig_until_state(r, ERR_HOT));
	print(r, LINES);
	ok(rig_line(r, "unplug printer"));
	eq_int(end_of(r), ERR_GONE);
	ok(rig_line(r, "printer -hot"));
	ok(rig_line(r, "plug printer"));
	ok(rig_until_state(r, ERR_OK));
	eq_int(print_to_end(r), ERR_OK);
}

/* A core that came does not hear of jobs that it did not give: it may use the number anew. */
static void core_died(struct rig *r)
{
	ok(rig_line(r, "printer +hot"));
	ok(rig_until_state(r, ERR_HOT));
	unsigned before = r->count[MSG_PRINT_DONE];
	print(r, LINES);
	r->driver->peer(r->self, ROLE_CORE, false);
	r->driver->peer(r->self, ROLE_CORE, true);
	ok(rig_line(r, "printer -hot"));
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "wait printer-idle"));
	ok(rig_until(r, print_to_end(r) != ERR_BUSY ? true : (before++, false)));
	eq_int(r->last[MSG_PRINT_DONE].print_done.why, ERR_OK);
	eq_int(r->count[MSG_PRINT_DONE], before + 1);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	rig_start(r, &PRINT_ESCPOS);
	prints(r);
	refuses_nonsense(r);
	one_at_a_time(r);
	near_end_is_told(r);
	faults_are_told(r);
	paper_out_in_mid_receipt(r);
	cover_in_mid_receipt(r);
	heat_passes(r);
	cutter_is_mended(r);
	unplugged(r);
	unplugged_in_mid_receipt(r);
	core_died(r);
	return rig_done(r);
}
