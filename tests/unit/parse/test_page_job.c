/* The jobs with paper, each in the lane that does it: look, digitize, bind, endorse, original. */
#include "firmware/base/copy.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/leaf.h"
#include "tests/unit/parse/lane.h"
#include "tests/unit/parse/pictures.h"

#include <string.h>

#define CODE "001090000000||Nguyễn Thùy Ẩn|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024||||"

static int pixels_of(const struct image *i)
{
	int fd = -1;

	if (mem_of(i->pixels, (size_t)i->width * i->height * i->channels, &fd) != ERR_OK)
		exit(1);
	return fd;
}

static struct msg look_job(const struct image *i)
{
	return (struct msg){ .type = MSG_JOB_LOOK,
			     .job_look = { .width = i->width,
					   .height = i->height,
					   .dpi = i->dpi,
					   .channels = i->channels,
					   .turn = LEAF_TURN_BY_TEXT,
					   .pixels = pixels_of(i) } };
}

static struct msg digitize_job(const struct image *i)
{
	return (struct msg){ .type = MSG_JOB_DIGITIZE,
			     .job_digitize = { .width = i->width,
					       .height = i->height,
					       .dpi = i->dpi,
					       .channels = i->channels,
					       .turn = LEAF_TURN_BY_TEXT,
					       .pixels = pixels_of(i) } };
}

/* What a sealed file holds, as the test's own copy with a NUL behind. */
static uint8_t *content(int fd, size_t *ret_len)
{
	const void *at;

	if (mem_map(fd, 64 << 20, &at, ret_len) != ERR_OK)
		exit(1);
	uint8_t *copy = calloc(1, *ret_len + 1);
	memcpy(copy, at, *ret_len);
	mem_unmap(at, *ret_len);
	return copy;
}

static void look(void)
{
	struct image gray = letter(2, 0), i = in_colour(&gray);
	struct msg got;

	draw_qr(&i, 200, 1900, 5, CODE, 0);
	struct msg job = look_job(&i);
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_PAGE_SEEN);
	eq_int(got.page_seen.turned, 180);
	eq_int(got.page_seen.faults_len, 0);
	eq_int(got.page_seen.height, 900);
	eq_str(got.page_seen.code, CODE);
	size_t len;
	AUTO_FREE uint8_t *preview = content(got.page_seen.image, &len);
	eq_int(len, got.page_seen.width * got.page_seen.height * 3);
	ok(preview[0] > 200); /* paper */
	msg_finish(&got);
	msg_finish(&job);
	image_free(&gray);
	image_free(&i);
}

static void two_previews(void)
{
	struct image gray = letter(0, 0), i = in_colour(&gray);
	struct msg look = look_job(&i), seen, got;

	eq_int(ask(ROLE_PARSE, &look, &seen), ERR_OK);
	struct msg job = { .type = MSG_JOB_SAME,
			   .job_same = { .width = seen.page_seen.width,
					 .height = seen.page_seen.height,
					 .other_width = seen.page_seen.width,
					 .other_height = seen.page_seen.height,
					 .image = seen.page_seen.image,
					 .other = seen.page_seen.image } };
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_PAGES_SAME);
	eq_int(got.pages_same.same, 1);
	ok(got.pages_same.inked > 100);
	eq_int(got.pages_same.unlike, 0);
	job.job_same.other_width++; /* more than there is */
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_BAD_PAGE);
	msg_finish(&seen);
	msg_finish(&look);
	image_free(&gray);
	image_free(&i);
}

static void lying_sizes(enum role lane, struct msg (*job_of)(const struct image *))
{
	struct image i = blank_image(100, 100, 3, 255);
	static const struct image LIES[] = {
		{ 101, 100, 200, 3, NULL },      { 100, 100, 200, 1, NULL },
		{ 100, 100, 200, 0, NULL },      { 30000, 1, 200, 1, NULL },
		{ 0x80000001, 2, 200, 3, NULL }, { 65537, 65537, 200, 1, NULL },
		{ 0, 100, 200, 3, NULL },        { 100, 100, 20, 3, NULL },
	};

	for (size_t n = 0; n < sizeof LIES / sizeof *LIES; n++) {
		struct image claim = LIES[n];
		struct msg job = job_of(&i), got, lie;

		claim.pixels = i.pixels;
		lie = job;
		if (job.type == MSG_JOB_LOOK)
			lie.job_look = (struct msg_job_look){ .width = claim.width,
							      .height = claim.height,
							      .dpi = claim.dpi,
							      .channels = claim.channels,
							      .pixels = job.job_look.pixels };
		else
			lie.job_digitize =
				(struct msg_job_digitize){ .width = claim.width,
							   .height = claim.height,
							   .dpi = claim.dpi,
							   .channels = claim.channels,
							   .pixels = job.job_digitize.pixels };
		eq_int(ask(lane, &lie, &got), ERR_OK);
		eq_int(got.type, MSG_JOB_FAILED);
		eq_int(got.job_failed.why, ERR_BAD_PAGE);
		msg_finish(&got);
		msg_finish(&job);
	}
	image_free(&i);
}

static struct msg digitized(const struct image *i)
{
	struct msg job = digitize_job(i), got;

	eq_int(ask(ROLE_PAGES, &job, &got), ERR_OK);
	eq_int(got.type, MSG_DIGITIZED);
	msg_finish(&job);
	return got;
}

/* As core does it: a length and the bytes, for each. */
static int packs_of(const struct msg *pages, size_t count)
{
	uint8_t *all = NULL;
	size_t len = 0;
	int fd = -1;

	for (size_t i = 0; i < count; i++) {
		size_t n;
		AUTO_FREE uint8_t *pack = content(pages[i].digitized.pack, &n);

		all = realloc(all, len + 4 + n);
		for (int k = 0; k < 4; k++)
			all[len + (size_t)k] = (uint8_t)(n >> 8 * k);
		memcpy(all + len + 4, pack, n);
		len += 4 + n;
	}
	eq_int(mem_of(all, len, &fd), ERR_OK);
	free(all);
	return fd;
}

/* All is zero but the brackets, and nothing else of the file is. */
static void gap_is_empty(const uint8_t *pdf, size_t len, const struct msg_bound *b)
{
	size_t end = (size_t)b->gap_at + b->gap_len;

	ok(end < len && b->gap_len > 4096);
	if (end >= len)
		return;
	ok(pdf[b->gap_at] == '<' && pdf[end - 1] == '>');
	size_t zeros = 0;
	for (size_t i = b->gap_at + 1; i < end - 1; i++)
		zeros += pdf[i] == '0';
	eq_int(zeros, b->gap_len - 2);
}

/* What a clerk is told of a file: nothing good of one that nobody has signed, or that is none. */
static void told(const char *bytes, size_t len, enum msg_type type, const char *words)
{
	struct msg job = { .type = MSG_JOB_PDF, .job_pdf.now_s = 1795000000 }, got;

	eq_int(mem_of(bytes, len, &job.job_pdf.file), ERR_OK);
	eq_int(mem_of("", 0, &job.job_pdf.anchors), ERR_OK);
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, type);
	if (got.type == MSG_PDF_TOLD) {
		eq_int(got.pdf_told.good, 0);
		eq_int(got.pdf_told.kind, COPY_KIND_PDF);
		eq_int(got.pdf_told.count, 0);
		eq_int(got.pdf_told.dated, 0);
		ok(strstr(got.pdf_told.text, words) != NULL);
	}
	msg_finish(&got);
	msg_finish(&job);
}

static void way_to_a_file(void)
{
	struct image gray = letter(1, 1.5), i = in_colour(&gray);
	struct msg pages[2] = { digitized(&i), digitized(&i) }, got;

	eq_int(pages[0].digitized.turned, 270);
	ok(pages[0].digitized.confidence > 60);
	ok(pages[0].digitized.steps >> STEP_TEXT & 1);
	ok(strstr(pages[0].digitized.tools, "tesseract") != NULL);
	/* the very program that made it: 16 digits of its build id */
	ok(strspn(pages[0].digitized.tools + strlen("kiosk-parse "), "0123456789abcdef") == 16);
	struct msg job = { .type = MSG_JOB_BIND,
			   .job_bind = { .title = "Đơn đề nghị",
					 .signer = "Kiosk",
					 .reason = "Bản quét",
					 .packs = packs_of(pages, 2) } };
	eq_int(ask(ROLE_PAGES, &job, &got), ERR_OK);
	eq_int(got.type, MSG_BOUND);
	eq_int(got.bound.pages, 2);
	size_t len, again_len;
	AUTO_FREE uint8_t *pdf = content(got.bound.pdf, &len);
	ok(len > 1000 && memcmp(pdf, "%PDF-1.", 7) == 0);
	gap_is_empty(pdf, len, &got.bound);
	told((char *)pdf, len, MSG_PDF_TOLD, "more signatures");
	told("no PDF at all", 13, MSG_JOB_FAILED, "");

	struct msg more = { .type = MSG_JOB_ENDORSE,
			    .job_endorse = { .form = "BẢN SAO",
					     .signer = "Phường Mẫu",
					     .reason = "Chứng thực",
					     .time_s = 1795000000,
					     .visible = 1,
					     .pdf = got.bound.pdf } },
		   signed_again;
	eq_int(ask(ROLE_PAGES, &more, &signed_again), ERR_OK);
	eq_int(signed_again.type, MSG_BOUND);
	AUTO_FREE uint8_t *longer = content(signed_again.bound.pdf, &again_len);
	ok(again_len > len && memcmp(longer, pdf, len) == 0);
	ok(signed_again.bound.gap_at > len);
	gap_is_empty(longer, again_len, &signed_again.bound);
	msg_finish(&signed_again);

	msg_finish(&got);
	msg_finish(&job);
	msg_finish(&pages[0]);
	msg_finish(&pages[1]);
	image_free(&gray);
	image_free(&i);
}

static void packs_that_are_none(void)
{
	static const char *const PACKS[] = { "\1\0\0", "\377\377\377\377", "\4\0\0\0none" };
	static const size_t LENS[] = { 3, 4, 8 };

	for (size_t i = 0; i < 3; i++) {
		struct msg job = { .type = MSG_JOB_BIND, .job_bind = { .title = "x" } }, got;

		eq_int(mem_of(PACKS[i], LENS[i], &job.job_bind.packs), ERR_OK);
		eq_int(ask(ROLE_PAGES, &job, &got), ERR_OK);
		eq_int(got.type, MSG_JOB_FAILED);
		eq_int(got.job_failed.why, ERR_BAD_DATA);
		msg_finish(&got);
		msg_finish(&job);
	}
}

static void original(void)
{
	struct image gray = letter(0, 0), i = in_colour(&gray), back = { 0 };
	struct msg job = { .type = MSG_JOB_ORIGINAL,
			   .job_original = { .width = i.width,
					     .height = i.height,
					     .dpi = i.dpi,
					     .channels = i.channels,
					     .pixels = pixels_of(&i) } },
		   got;

	eq_int(ask(ROLE_PAGES, &job, &got), ERR_OK);
	eq_int(got.type, MSG_ORIGINAL);
	size_t len;
	AUTO_FREE uint8_t *png = content(got.original.png, &len);
	eq_int(load_image(png, len, &back), ERR_OK);
	eq_int(back.channels, 3);
	eq_int(back.dpi, 200);
	ok(back.width == i.width && back.height == i.height &&
	   memcmp(back.pixels, i.pixels, (size_t)i.width * i.height * 3) == 0);
	image_free(&back);
	msg_finish(&got);
	msg_finish(&job);
	image_free(&gray);
	image_free(&i);
}

/* Each lane has its own jobs. */
static void in_the_wrong_lane(void)
{
	struct image i = blank_image(100, 100, 3, 255);
	struct msg look = look_job(&i), digitize = digitize_job(&i);
	struct parser p = start(ROLE_PAGES, 0);

	ok(msg_send(p.core, ROLE_CORE, ROLE_PAGES, &look) != ERR_OK);
	end(&p);
	p = start(ROLE_PARSE, 0);
	ok(msg_send(p.core, ROLE_CORE, ROLE_PARSE, &digitize) != ERR_OK);
	end(&p);
	msg_finish(&look);
	msg_finish(&digitize);
	image_free(&i);
}

int main(int argc, char **argv)
{
	(void)argc;
	with_one_thread(argv);
	look();
	two_previews();
	lying_sizes(ROLE_PARSE, look_job);
	lying_sizes(ROLE_PAGES, digitize_job);
	way_to_a_file();
	packs_that_are_none();
	original();
	in_the_wrong_lane();
	return tap_done();
}
