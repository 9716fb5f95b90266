#include "tests/corpus/frame.h"

#include "tests/corpus/frame_lens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each is near the edge of what a plain reader can, or beyond it. */
static const struct {
	const char *name;
	struct lens lens;
} CONDITIONS[FRAME_CONDITIONS] = {
	/*                       px   blur motion contr noise tilt turn light glare jpeg */
	{ "blur .34", { 4.0, .34, 0, .70, 4, 5, 0, 0, 0, 0 } },
	{ "blur .40", { 4.0, .40, 0, .70, 4, 5, 0, 0, 0, 0 } },
	{ "blur .44", { 4.0, .44, 0, .70, 4, 5, 0, 0, 0, 0 } },
	{ "blur .48", { 4.0, .48, 0, .70, 4, 5, 0, 0, 0, 0 } },
	{ "contrast .10", { 4.0, .25, 0, .10, 4, 5, 0, 0, 0, 0 } },
	{ "contrast .15", { 4.0, .25, 0, .15, 4, 5, 0, 0, 0, 0 } },
	{ "contrast .30", { 4.0, .25, 0, .30, 4, 5, 0, 0, 0, 0 } },
	{ "noise 10", { 4.0, .25, 0, .70, 10, 5, 0, 0, 0, 0 } },
	{ "noise 20", { 4.0, .25, 0, .70, 20, 5, 0, 0, 0, 0 } },
	{ "noise 28", { 4.0, .25, 0, .70, 28, 5, 0, 0, 0, 0 } },
	{ "module 1.6 px", { 1.6, .40, 0, .70, 8, 5, 0, 0, 0, 0 } },
	{ "module 2.0 px", { 2.0, .42, 0, .70, 10, 5, 0, 0, 0, 0 } },
	{ "module 2.6 px", { 2.6, .30, 0, .70, 5, 5, 0, 0, 0, 0 } },
	{ "tilt 20", { 3.5, .25, 0, .70, 4, 20, -1, 0, 0, 0 } },
	{ "tilt 30", { 3.5, .30, 0, .70, 6, 30, -1, 0, 0, 0 } },
	{ "tilt 35", { 3.0, .36, 0, .70, 8, 35, -1, 0, 0, 0 } },
	{ "turned", { 2.6, .34, 0, .60, 8, 8, 45, 0, 0, 0 } },
	{ "uneven light", { 3.0, .34, 0, .50, 5, 10, -1, .80, 0, 0 } },
	{ "glare", { 3.5, .25, 0, .60, 4, 10, -1, .2, .35, 0 } },
	{ "motion 1.3 modules", { 4.0, .25, 1.3, .70, 4, 5, -1, 0, 0, 0 } },
	{ "JPEG 15", { 3.0, .34, 0, .45, 5, 8, -1, 0, 0, 15 } },
	{ "blur, noise, tilt", { 3.2, .38, 0, .60, 10, 15, -1, 0, 0, 0 } },
	{ "faint, noise, blur", { 3.6, .32, 0, .20, 8, 10, -1, 0, 0, 0 } },
	{ "glare, light, tilt, JPEG", { 3.2, .30, 0, .60, 5, 18, -1, .4, .30, 40 } },
};

const char *frame_condition(unsigned condition)
{
	return CONDITIONS[condition].name;
}

/* Digits that belong to nobody and a name put together by lot. */
static void invent(struct dice *d, size_t len, char out[FRAME_PAYLOAD_CAP])
{
	static const char *const FAMILY[] = { "Nguyễn", "Trần", "Lê", "Phạm", "Đỗ", "Vũ" };
	static const char *const MIDDLE[] = { "Thị", "Văn", "Thùy", "Đức", "Ngọc", "Thế" };
	static const char *const GIVEN[] = { "Ẩn", "Ắng", "Dương", "Quỳ", "Thủy", "Hưởng" };
	int used =
		snprintf(out, FRAME_PAYLOAD_CAP,
			 "0%011llu|%09llu|%s %s %s|%02u%02u19%02u|Nữ|Thôn %u, xã Vô Danh, tỉnh ",
			 (unsigned long long)(dice_next(d) % 100000000000),
			 (unsigned long long)(dice_next(d) % 1000000000), FAMILY[dice_next(d) % 6],
			 MIDDLE[dice_next(d) % 6], GIVEN[dice_next(d) % 6],
			 (unsigned)(1 + dice_next(d) % 28), (unsigned)(1 + dice_next(d) % 12),
			 (unsigned)(50 + dice_next(d) % 50), (unsigned)(1 + dice_next(d) % 20));

	for (; used < (int)len; used++)
		out[used] = (char)('A' + dice_next(d) % 26);
	out[len] = '\0';
}

bool frame_draw(enum frame_set set, unsigned condition, unsigned n, struct frame *ret)
{
	struct dice d = { (uint64_t)set * 1000003 + condition * 1009 + n * 31 + 7 };
	struct frame f = { .width = n % 2 ? 800 : 640, .height = n % 2 ? 600 : 480 };
	struct card card = { 0 };

	for (int i = 0; i < 8; i++)
		(void)dice_next(&d);
	invent(&d, set == FRAME_LENGTHS ? 40 + dice_next(&d) % 151 : 111, f.payload);
	bool done = card_draw(f.payload, &d, &card) &&
		    lens_take(&CONDITIONS[condition].lens, &card, &d, &f);
	card_finish(&card);
	if (done)
		*ret = f;
	else
		frame_finish(&f);
	return done;
}

void frame_finish(struct frame *f)
{
	free(f->at);
	*f = (struct frame){ 0 };
}

static bool write_file(const char *path, const char *head, const void *bytes, size_t len)
{
	FILE *out = fopen(path, "wb");

	if (!out)
		return false;
	bool done = fputs(head, out) >= 0 && fwrite(bytes, 1, len, out) == len;
	return fclose(out) == 0 && done;
}

static bool write_frame(const char *dir, const char *name, const struct frame *f)
{
	char path[4096], head[32];

	snprintf(head, sizeof head, "P5\n%u %u\n255\n", f->width, f->height);
	snprintf(path, sizeof path, "%s/%s.pgm", dir, name);
	if (!write_file(path, head, f->at, (size_t)f->width * f->height))
		return false;
	snprintf(path, sizeof path, "%s/%s.txt", dir, name);
	return write_file(path, "", f->payload, strlen(f->payload));
}

bool frame_write_all(const char *dir, enum frame_set set, unsigned n)
{
	bool done = true;

	for (unsigned i = 0; done && i < FRAME_CONDITIONS * n; i++) {
		struct frame f = { 0 };
		char name[32];

		snprintf(name, sizeof name, "%u-%02u-%02u", (unsigned)set, i / n, i % n);
		done = frame_draw(set, i / n, i % n, &f) && write_frame(dir, name, &f);
		frame_finish(&f);
	}
	return done;
}
