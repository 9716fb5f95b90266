/* The document scanner's driver: the simulated scanner behind sane-airscan, then SANE's own
 * `test` and `pnm` backends for shapes that it does not have. */
#include "drivers/scan_option.h"
#include "tests/unit/drivers/rig.h"

#include <sys/stat.h>

extern const struct driver SCAN_SANE;

/* A sheet: squares, 40 x 57 gray pixels, as PNG. */
static const uint8_t SHEET[] = {
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
	0x52, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x39, 0x08, 0x00, 0x00, 0x00, 0x00, 0x61,
	0x1f, 0x36, 0x8f, 0x00, 0x00, 0x00, 0x30, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xd0,
	0x80, 0x82, 0x13, 0x50, 0x80, 0x8b, 0xcf, 0x30, 0xaa, 0x10, 0xaf, 0x42, 0x42, 0x0a, 0x60,
	0xfc, 0x51, 0x85, 0xf8, 0x15, 0x8e, 0x26, 0xb3, 0xd1, 0xf4, 0x38, 0x9a, 0x1e, 0x47, 0xd3,
	0xe3, 0xa8, 0xc2, 0xd1, 0xf4, 0x38, 0x18, 0xd2, 0x23, 0x00, 0xb3, 0x2f, 0x1b, 0x7d, 0xcd,
	0xea, 0x65, 0x8b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

static uint32_t job;

static void scan_sides(struct rig *r, enum page_source source, uint8_t sides, uint16_t max_pages)
{
	struct msg m = { .type = MSG_SCAN_START,
			 .scan_start = { ++job, 100, source, sides, max_pages } };

	r->count[MSG_SCAN_PAGE] = 0;
	rig_send(r, ROLE_CORE, &m);
}

static void scan(struct rig *r, enum page_source source, uint16_t max_pages)
{
	scan_sides(r, source, 1, max_pages);
}

static void stop_job(struct rig *r)
{
	struct msg m = { .type = MSG_SCAN_STOP, .scan_stop.job = job };

	rig_send(r, ROLE_CORE, &m);
}

/* How the newest job ended; -1 when it did not in time. */
static int end_of(struct rig *r)
{
	const struct msg_scan_done *d = &r->last[MSG_SCAN_DONE].scan_done;

	return rig_until(r, r->count[MSG_SCAN_DONE] > 0 && d->job == job) ? d->why : -1;
}

static unsigned done_pages(const struct rig *r)
{
	return r->last[MSG_SCAN_DONE].scan_done.pages;
}

static void write_file(struct rig *r, const char *name, const void *bytes, size_t len)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof path, "%s/%s", r->dir, name);
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		abort();
}

/* `n` sheets go into the feeder. */
static void feed(struct rig *r, int n)
{
	char line[PATH_MAX + 64];

	snprintf(line, sizeof line, "feeder add %s/sheet.png", r->dir);
	while (n-- > 0)
		ok(rig_line(r, line));
}

static void batch(struct rig *r)
{
	const struct msg_scan_page *p = &r->last[MSG_SCAN_PAGE].scan_page;

	feed(r, 3);
	scan(r, SOURCE_ANY, 10);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 3);
	eq_int(r->count[MSG_SCAN_PAGE], 3);
	eq_int(p->job, job);
	eq_int(p->page, 3);
	eq_int(p->dpi, 100);
	ok(p->width > 820 && p->width < 830 && p->height > 1160 && p->height < 1175);
	eq_int(r->mem_len, (intmax_t)p->width * p->height * p->channels);
}

/* All that lies in the feeder, without a number. */
static void all_there_are(struct rig *r)
{
	feed(r, 5);
	scan(r, SOURCE_FEEDER, 0);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 5);
	eq_int(r->last[MSG_SCAN_PAGE].scan_page.source, SOURCE_FEEDER);
	eq_int(r->last[MSG_SCAN_PAGE].scan_page.side, 0);
}

/* A job that the scanner gives up looks like an empty feeder. What lies there comes, too. */
static void broken_off(struct rig *r)
{
	feed(r, 5);
	ok(rig_line(r, "scanner give-up-at 3"));
	scan(r, SOURCE_FEEDER, 0);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 5);
	eq_int(r->last[MSG_SCAN_PAGE].scan_page.page, 5);
	ok(rig_line(r, "wait feeder-empty"));
	feed(r, 3);
	ok(rig_line(r, "scanner give-up-at 3"));
	scan(r, SOURCE_ANY, 1);
	eq_int(end_of(r), ERR_OK);
	scan(r, SOURCE_ANY, 0); /* goes on with the batch that was held */
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 2);
}

/* The back of a sheet that has left the scanner is lost: that is told. */
static void broken_off_between_sides(struct rig *r)
{
	feed(r, 2);
	ok(rig_line(r, "scanner give-up-at 2"));
	scan_sides(r, SOURCE_FEEDER, 2, 0);
	eq_int(end_of(r), ERR_IO);
	eq_int(done_pages(r), 3);
	ok(rig_line(r, "feeder empty"));
}

/* Fronts and backs take turns; a sheet with nothing behind it has a white back. */
static void both_sides(struct rig *r)
{
	char line[2 * PATH_MAX + 64];

	snprintf(line, sizeof line, "feeder sheet %s/sheet.png %s/sheet.png", r->dir, r->dir);
	ok(rig_line(r, line));
	feed(r, 1);
	scan_sides(r, SOURCE_FEEDER, 2, 0);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 4);
	eq_int(r->last[MSG_SCAN_PAGE].scan_page.side, 1);
	feed(r, 2);
	scan_sides(r, SOURCE_FEEDER, 1, 0);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 2);
	eq_int(r->last[MSG_SCAN_PAGE].scan_page.side, 0);
}

static void only_as_many_as_asked(struct rig *r)
{
	feed(r, 3);
	scan(r, SOURCE_FEEDER, 2);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 2);
	stop_job(r);
	ok(rig_line(r, "feeder empty"));
}

/* The scanner draws in the next sheet before anybody asks for it. */
static void sheets_drawn_in_are_kept(struct rig *r)
{
	ok(rig_line(r, "feeder empty"));
	feed(r, 3);
	for (int i = 0; i < 3; i++) {
		scan(r, SOURCE_ANY, 1);
		eq_int(end_of(r), ERR_OK);
		eq_int(done_pages(r), 1);
		eq_int(r->count[MSG_SCAN_PAGE], 1);
		ok(rig_line(r, "wait feeder-empty"));
	}
	scan(r, SOURCE_FEEDER, 1);
	eq_int(end_of(r), ERR_FEEDER_EMPTY);
	feed(r, 1);
	scan(r, SOURCE_FEEDER, 1);
	eq_int(end_of(r), ERR_OK);
	stop_job(r);
}

/* They were the citizen's who has left. */
static void sheets_drawn_in_are_forgotten(struct rig *r)
{
	feed(r, 2);
	scan(r, SOURCE_ANY, 1);
	eq_int(end_of(r), ERR_OK);
	ok(rig_line(r, "wait feeder-empty"));
	stop_job(r);
	scan(r, SOURCE_FEEDER, 1);
	eq_int(end_of(r), ERR_FEEDER_EMPTY);
	eq_int(done_pages(r), 0);
}

static void empty_feeder(struct rig *r)
{
	scan(r, SOURCE_FEEDER, 5);
	eq_int(end_of(r), ERR_FEEDER_EMPTY);
	eq_int(done_pages(r), 0);
}

static void glass(struct rig *r)
{
	char line[PATH_MAX + 64];

	snprintf(line, sizeof line, "glass %s/sheet.png", r->dir);
	ok(rig_line(r, line));
	scan(r, SOURCE_ANY, 5);
	eq_int(end_of(r), ERR_OK);
	eq_int(done_pages(r), 1);
	ok(rig_line(r, "glass"));
}

static void jam_on_page_2(struct rig *r)
{
	feed(r, 3);
	ok(rig_line(r, "scanner jam-at 2"));
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_JAM);
	eq_int(done_pages(r), 1);
	eq_int(r->count[MSG_SCAN_PAGE], 1);
	ok(rig_line(r, "scanner -jam"));
	ok(rig_line(r, "feeder empty"));
}

static void cover(struct rig *r)
{
	feed(r, 1);
	ok(rig_line(r, "scanner +cover"));
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_COVER);
	ok(rig_line(r, "scanner -cover"));
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_OK);
}

/* Core hears the end at once, although the scanner needs its time; the next job waits for it. */
static void cancelled(struct rig *r)
{
	struct msg stop = { .type = MSG_SCAN_STOP };

	feed(r, 5);
	ok(rig_line(r, "scanner slow 400"));
	scan(r, SOURCE_FEEDER, 10);
	ok(rig_until_count(r, MSG_SCAN_PAGE, 1));
	unsigned ends = r->count[MSG_SCAN_DONE];
	stop.scan_stop.job = job;
	rig_send(r, ROLE_CORE, &stop);
	eq_int(r->count[MSG_SCAN_DONE], ends + 1);
	eq_int(end_of(r), ERR_CANCELLED);
	ok(rig_line(r, "scanner slow 0"));
	scan(r, SOURCE_FEEDER, 10);
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_BUSY);
	job--;
	eq_int(end_of(r), ERR_OK);
	job++;
	ok(done_pages(r) >= 1); /* the sheets that the stopped job has left */
	eq_int(r->count[MSG_SCAN_DONE], ends + 3);
}

static void unplugged(struct rig *r)
{
	feed(r, 3);
	ok(rig_line(r, "scanner slow 300"));
	scan(r, SOURCE_FEEDER, 10);
	ok(rig_until_count(r, MSG_SCAN_PAGE, 1));
	ok(rig_line(r, "scanner unplug"));
	eq_int(end_of(r), ERR_GONE);
	eq_int(done_pages(r), 1);
	ok(rig_until_state(r, ERR_GONE));
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_GONE);
	ok(rig_line(r, "scanner slow 0"));
	ok(rig_line(r, "scanner plug"));
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "feeder empty"));
	feed(r, 1);
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_OK);
}

/* The worker is foreign code; its end is not ours. */
static void worker_killed(struct rig *r)
{
	char line[64];

	feed(r, 2);
	ok(rig_line(r, "scanner slow 400"));
	scan(r, SOURCE_FEEDER, 10);
	ok(rig_until_count(r, MSG_SCAN_PROGRESS, 1));
	snprintf(line, sizeof line, "/proc/self/task/%d/children", getpid());
	FILE *f = fopen(line, "r");
	int worker = 0;
	ok(f && fscanf(f, "%d", &worker) == 1 && fclose(f) == 0);
	ok(worker > 0 && kill(worker, SIGKILL) == 0);
	eq_int(end_of(r), ERR_GONE);
	ok(rig_line(r, "scanner slow 0"));
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "feeder empty"));
	feed(r, 1);
	scan(r, SOURCE_FEEDER, 10);
	eq_int(end_of(r), ERR_OK);
}

static void airscan(struct rig *r)
{
	write_file(r, "sheet.png", SHEET, sizeof SHEET);
	rig_start(r, &SCAN_SANE);
	ok(rig_until_state(r, ERR_OK));
	batch(r);
	all_there_are(r);
	broken_off(r);
	broken_off_between_sides(r);
	both_sides(r);
	only_as_many_as_asked(r);
	sheets_drawn_in_are_kept(r);
	sheets_drawn_in_are_forgotten(r);
	empty_feeder(r);
	glass(r);
	jam_on_page_2(r);
	cover(r);
	cancelled(r);
	unplugged(r);
	worker_killed(r);
	rig_stop(r);
}

/* One page from another backend, with options behind its name. */
static int one_page(struct rig *r, const char *scanner)
{
	r->scanner = scanner;
	rig_start(r, &SCAN_SANE);
	ok(rig_until_state(r, ERR_OK));
	scan(r, SOURCE_ANY, 1);
	int why = end_of(r);
	rig_stop(r);
	return why;
}

static void odd_backends(struct rig *r)
{
	const struct msg_scan_page *p = &r->last[MSG_SCAN_PAGE].scan_page;
	char dir[PATH_MAX + 16];

	snprintf(dir, sizeof dir, "%s/test", r->dir);
	ok(mkdir(dir, 0700) == 0 && setenv("SANE_CONFIG_DIR", dir, 1) == 0);
	write_file(r, "test/dll.conf", "test\n", 5);
	write_file(r, "test/test.conf", "number_of_devices 1\n", 20);
	eq_int(one_page(r, ""), ERR_OK);
	eq_int(p->width, 787); /* 200 mm, its whole glass */
	eq_int(p->channels, 3);
	/* height unknown until the end, parameters that change, short reads */
	eq_int(one_page(r, "test:0;hand-scanner=yes;fuzzy-parameters=yes;read-limit=yes;"
			   "read-limit-size=77"),
	       ERR_OK);
	eq_int(r->mem_len, (intmax_t)p->width * p->height * 3);
	eq_int(one_page(r, "test:0;mode=Gray;depth=16;non-blocking=yes;select-fd=yes"), ERR_OK);
	eq_int(p->channels, 1);
	/* Before it has bytes its reading thread may be in malloc; cancelled there it never ends,
	 * and neither does sane_cancel (seen in libsane 1.2.1): read when there are some. */
	eq_int(one_page(r, "test:0;non-blocking=yes;select-fd=yes;"
			   "read-return-value=SANE_STATUS_COVER_OPEN"),
	       ERR_COVER);
	eq_int(one_page(r, "test:0;non-blocking=yes;select-fd=yes;"
			   "read-return-value=SANE_STATUS_IO_ERROR"),
	       ERR_IO);
	/* this is cancelled before that: where it hangs, the worker is ended as on a kiosk */
	int why = ERR_TIMEOUT;
	for (int tries = 0; tries < 3 && why == ERR_TIMEOUT; tries++)
		why = one_page(r, "test:0;three-pass=yes");
	eq_int(why, ERR_BROKEN);
}

/* SANE's pnm backend hands on exactly what is in the file. */
static void exact_bytes(struct rig *r)
{
	uint8_t ppm[15 + 30 * 20 * 3] = "P6\n30 20\n255\n";
	size_t head = strlen((char *)ppm), size = sizeof ppm - 15;
	char dir[PATH_MAX + 16], scanner[PATH_MAX + 64];

	for (size_t i = 0; i < size; i++)
		ppm[head + i] = (uint8_t)(i * 7);
	write_file(r, "exact.ppm", ppm, head + size);
	snprintf(dir, sizeof dir, "%s/sane-pnm", r->dir);
	snprintf(scanner, sizeof scanner, "pnm:0;filename=%s/exact.ppm", r->dir);
	ok(setenv("SANE_CONFIG_DIR", dir, 1) == 0);
	eq_int(one_page(r, scanner), ERR_OK);
	eq_int(r->mem_len, (intmax_t)size);
	ok(memcmp(r->bytes, ppm + head, size) == 0);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	airscan(r);
	odd_backends(r);
	exact_bytes(r);
	return rig_done(r);
}
