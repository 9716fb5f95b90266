#include "tests/usim/scanner.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SPOILT (1u << 20)

#define MIN_DPI    75
#define MAX_DPI    600
#define MAX_WIDTH  2551 /* 216 mm */
#define MAX_HEIGHT 4205 /* 356 mm, legal */

void scanner_finish(struct scanner *s)
{
	scanner_empty_feeder(s);
	free(s->glass);
	free(s->spoilt);
	s->glass = s->spoilt = NULL;
}

static enum err check_picture(const char *path)
{
	struct image i = { 0 };
	enum err e = image_load(path, &i);

	image_finish(&i);
	return e;
}

enum err scanner_add_sheet(struct scanner *s, const char *path)
{
	enum err e = check_picture(path);

	if (e != ERR_OK)
		return e;
	if (s->sheet_count == SCANNER_MAX_SHEETS)
		return ERR_NO_SPACE;
	s->sheets[s->sheet_count] = strdup(path);
	if (!s->sheets[s->sheet_count])
		return ERR_NO_MEMORY;
	s->sheet_count++;
	return ERR_OK;
}

enum err scanner_add_two_sided(struct scanner *s, const char *front, const char *back)
{
	enum err e = check_picture(back);
	char *copy = e == ERR_OK ? strdup(back) : NULL;

	if (e == ERR_OK)
		e = copy ? scanner_add_sheet(s, front) : ERR_NO_MEMORY;
	if (e == ERR_OK)
		s->backs[s->sheet_count - 1] = copy;
	else
		free(copy);
	return e;
}

static void drop_first_sheet(struct scanner *s)
{
	free(s->sheets[0]);
	free(s->backs[0]);
	s->sheet_count--;
	memmove(s->sheets, s->sheets + 1, s->sheet_count * sizeof s->sheets[0]);
	memmove(s->backs, s->backs + 1, s->sheet_count * sizeof s->backs[0]);
	s->backs[s->sheet_count] = NULL;
	s->back_next = false;
}

void scanner_empty_feeder(struct scanner *s)
{
	while (s->sheet_count)
		drop_first_sheet(s);
}

enum err scanner_lay_on_glass(struct scanner *s, const char *path)
{
	enum err e = *path ? check_picture(path) : ERR_OK;
	char *copy = *path ? strdup(path) : NULL;

	if (e != ERR_OK || (*path && !copy)) {
		free(copy);
		return e != ERR_OK ? e : ERR_NO_MEMORY;
	}
	free(s->glass);
	s->glass = copy;
	return ERR_OK;
}

static enum err what_is_wrong(const struct scanner *s)
{
	if (s->cover)
		return ERR_COVER;
	return s->jam ? ERR_JAM : ERR_OK;
}

static bool in_range(const struct scan_settings *t)
{
	return t->dpi >= MIN_DPI && t->dpi <= MAX_DPI && t->width && t->height &&
	       t->x < MAX_WIDTH && t->y < MAX_HEIGHT && t->width <= MAX_WIDTH - t->x &&
	       t->height <= MAX_HEIGHT - t->y;
}

enum err scanner_begin(struct scanner *s, const struct scan_settings *settings, unsigned *ret_job)
{
	enum err e = what_is_wrong(s);

	if (e != ERR_OK)
		return e;
	if (!in_range(settings))
		return ERR_BAD_DATA;
	if (s->job)
		return ERR_BUSY;
	if (s->back_next)
		drop_first_sheet(s); /* it was drawn in for the job before */
	if (settings->feeder && !s->sheet_count)
		return ERR_FEEDER_EMPTY;
	s->settings = *settings;
	s->job_pages = 0;
	*ret_job = s->job = ++s->jobs;
	return ERR_OK;
}

static unsigned to_pixels(const struct scan_settings *t, unsigned units)
{
	return (units * t->dpi + SCANNER_UNITS / 2) / SCANNER_UNITS;
}

static enum err encode(const struct scan_settings *t, const struct image *page, uint8_t **ret_bytes,
		       size_t *ret_len)
{
	return t->format == SCAN_PNG ? image_to_png(page, ret_bytes, ret_len)
				     : image_to_jpeg(page, ret_bytes, ret_len);
}

static enum err make_page(const struct scan_settings *t, const char *path, uint8_t **ret_bytes,
			  size_t *ret_len)
{
	struct image_view view = { t->dpi,
				   to_pixels(t, t->x),
				   to_pixels(t, t->y),
				   to_pixels(t, t->width),
				   to_pixels(t, t->height),
				   t->gray ? 1 : 3 };
	struct image sheet = { .dpi = t->dpi }, page = { 0 };
	enum err e = path ? image_load(path, &sheet) : ERR_OK;

	if (e == ERR_OK)
		e = image_scan(&sheet, &view, &page);
	if (e == ERR_OK)
		e = encode(t, &page, ret_bytes, ret_len);
	image_finish(&sheet);
	image_finish(&page);
	return e;
}

/* True when this sheet gets stuck. */
static bool jams_now(struct scanner *s)
{
	if (!s->jam_at || --s->jam_at)
		return false;
	s->jam = true;
	return true;
}

/* True when the job is given up before this page. */
static bool gives_up_now(struct scanner *s)
{
	return s->give_up_at && --s->give_up_at == 0;
}

enum err scanner_spoil(struct scanner *s, const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		return ERR_NO_MEMORY;
	free(s->spoilt);
	s->spoilt = copy;
	return ERR_OK;
}

static enum err read_spoilt(struct scanner *s, uint8_t **ret_bytes, size_t *ret_len)
{
	FILE *f = fopen(s->spoilt, "re");
	uint8_t *bytes = malloc(MAX_SPOILT);
	size_t len = f && bytes ? fread(bytes, 1, MAX_SPOILT, f) : 0;

	free(s->spoilt);
	s->spoilt = NULL;
	if (f)
		(void)fclose(f);
	free(*ret_bytes);
	*ret_bytes = bytes;
	*ret_len = len;
	return bytes ? ERR_OK : ERR_NO_MEMORY;
}

static enum err next_from_feeder(struct scanner *s, uint8_t **ret_bytes, size_t *ret_len)
{
	if (!s->sheet_count)
		return ERR_NOT_FOUND;
	if (gives_up_now(s))
		return ERR_CANCELLED;
	if (!s->back_next && jams_now(s))
		return ERR_JAM;
	const char *side = s->back_next ? s->backs[0] : s->sheets[0];
	enum err e = make_page(&s->settings, side, ret_bytes, ret_len);
	if (s->settings.duplex && !s->back_next)
		s->back_next = true;
	else
		drop_first_sheet(s);
	return e;
}

static enum err next_from_glass(struct scanner *s, uint8_t **ret_bytes, size_t *ret_len)
{
	if (s->job_pages)
		return ERR_NOT_FOUND;
	return make_page(&s->settings, s->glass, ret_bytes, ret_len);
}

enum err scanner_next(struct scanner *s, unsigned job, uint8_t **ret_bytes, size_t *ret_len)
{
	enum err e = !s->job || job != s->job ? ERR_CANCELLED : what_is_wrong(s);

	if (e == ERR_OK && s->settings.feeder)
		e = next_from_feeder(s, ret_bytes, ret_len);
	else if (e == ERR_OK)
		e = next_from_glass(s, ret_bytes, ret_len);
	if (e == ERR_OK && s->spoilt)
		e = read_spoilt(s, ret_bytes, ret_len);
	if (e == ERR_OK) {
		s->job_pages++;
		s->pages++;
	} else if (job == s->job) {
		s->job = 0;
	}
	return e;
}

void scanner_end(struct scanner *s, unsigned job)
{
	if (!s->job || job != s->job)
		return;
	s->cancels += s->settings.feeder ? s->sheet_count > 0 : !s->job_pages;
	s->job = 0;
}
