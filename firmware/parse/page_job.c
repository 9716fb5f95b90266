#include "firmware/parse/page_job.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/parse/page/digitize.h"
#include "firmware/parse/page/look.h"
#include "firmware/parse/page/original.h"
#include "firmware/parse/page/pack.h"
#include "firmware/parse/page/twin.h"

#include <string.h>

/* Pixels that somebody claims, mapped; pixels_finish() may come early. */
struct pixels {
	struct image image;
	const void *at;
	size_t len;
};

static enum err pixels_open(const struct image *claim, int fd, struct pixels *ret)
{
	struct pixels p = { .image = *claim };
	enum err e = mem_map(fd, 3u * IMAGE_MAX_PIXELS, &p.at, &p.len);

	if (e != ERR_OK)
		return e == ERR_NO_MEMORY ? e : ERR_BAD_PAGE;
	p.image.pixels = p.at;
	if (image_of(&p.image, p.len, &p.image) != ERR_OK) {
		mem_unmap(p.at, p.len);
		return ERR_BAD_PAGE;
	}
	*ret = p;
	return ERR_OK;
}

static void pixels_finish(struct pixels *p)
{
	if (p->at)
		mem_unmap(p->at, p->len);
	*p = (struct pixels){ 0 };
}

static enum page_source source_of(uint8_t claim)
{
	return claim < PAGE_SOURCE_COUNT ? claim : SOURCE_ANY;
}

static enum err seen(const struct look *l, struct msg_page_seen *ret)
{
	AUTO_FD image = -1;
	enum err e = mem_of(l->preview, (size_t)l->width * l->height * 3, &image);

	if (e != ERR_OK)
		return e;
	*ret = (struct msg_page_seen){
		.faults_len = (uint16_t)l->fault_count,
		.turned = l->turned_deg,
		.tilt_mdeg = (int64_t)(l->tilt_deg * 1000),
		.edge_um = (uint32_t)(l->edge_mm * 1000),
		.ink_ppm = (uint32_t)(l->ink * 1e6),
		.glare_ppm = (uint32_t)(l->glare * 1e6),
		.paper = l->paper,
		.width = l->width,
		.height = l->height,
		.image = take_fd(&image),
		.print_len = sizeof l->print,
	};
	memcpy(ret->faults, l->faults, sizeof l->faults);
	memcpy(ret->code, l->code, sizeof l->code);
	memcpy(ret->print, l->print, sizeof l->print);
	return ERR_OK;
}

enum err page_job_look(const struct room *r, const struct msg_job_look *job, struct msg *ret)
{
	struct look look = { 0 };
	struct pixels p = { 0 };
	struct msg answer = { .type = MSG_PAGE_SEEN };
	const struct look_wish wish = { source_of(job->source), job->side, job->turn };
	enum err e = pixels_open(
		&(struct image){ job->width, job->height, job->dpi, job->channels, NULL },
		job->pixels, &p);

	if (e == ERR_OK)
		e = look_at_page(&p.image, &wish, r->codes, &look);
	if (e == ERR_OK)
		e = seen(&look, &answer.page_seen);
	look_finish(&look);
	pixels_finish(&p);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

enum err page_job_same(const struct msg_job_same *job, struct msg *ret)
{
	struct image a = { .width = job->width, .height = job->height, .channels = 3 };
	struct image b = { .width = job->other_width, .height = job->other_height, .channels = 3 };
	struct pixels p = { 0 }, q = { 0 };
	struct twin twin = { 0 };
	enum err e = pixels_open(&a, job->image, &p);

	if (e == ERR_OK)
		e = pixels_open(&b, job->other, &q);
	if (e == ERR_OK)
		e = twin_compare(&p.image, &q.image, &twin);
	pixels_finish(&p);
	pixels_finish(&q);
	if (e == ERR_OK)
		*ret = (struct msg){ .type = MSG_PAGES_SAME,
				     .pages_same = { .same = twin.same,
						     .inked = twin.inked,
						     .unlike = twin.unlike } };
	return e;
}

static void put_facts(const struct digitized *d, const struct room *r, struct msg_digitized *f)
{
	f->turned = d->leaf.turned_deg;
	f->tilt_mdeg = (int64_t)(d->leaf.tilt_deg * 1000);
	f->check = (uint8_t)d->layers.check;
	f->steps = (uint16_t)d->steps;
	f->confidence = d->text.confidence;
	f->kind = d->paper.kind;
	f->fits = (uint8_t)d->paper.fits;
	memcpy(f->title, d->paper.title, sizeof f->title);
	memcpy(f->number, d->paper.number, sizeof f->number);
	memcpy(f->date, d->paper.date, sizeof f->date);
	memcpy(f->name, d->paper.name, sizeof f->name);
	memcpy(f->place, d->paper.place, sizeof f->place);
	f->width = d->preview_width;
	f->height = d->preview_height;
	digitize_tools(r->reader, f->tools);
	f->cpu_ms = digitize_cpu_ms();
}

static enum err put_files(const struct digitized *d, struct msg_digitized *f)
{
	AUTO_FD image = -1;
	AUTO_FD pack = -1;
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = pack_write(&d->layers, &d->text, &bytes, &len);

	if (e == ERR_OK)
		e = mem_of(bytes, len, &pack);
	if (e == ERR_OK)
		e = mem_of(d->preview, (size_t)d->preview_width * d->preview_height * 3, &image);
	if (e != ERR_OK)
		return e;
	f->image = take_fd(&image);
	f->pack = take_fd(&pack);
	return ERR_OK;
}

enum err page_job_digitize(const struct room *r, const struct msg_job_digitize *job,
			   struct msg *ret)
{
	struct digitized d = { 0 };
	struct pixels p = { 0 };
	struct msg answer = { .type = MSG_DIGITIZED, .digitized = { .image = -1, .pack = -1 } };
	const struct digitize_wish wish = {
		.source = source_of(job->source),
		.profile = job->profile < PAGE_PROFILE_COUNT ? job->profile : PROFILE_ARCHIVE,
		.turn_deg = job->turn,
		.asked = job->paper,
		.code = "",
		.reader = r->reader,
	};
	enum err e = pixels_open(
		&(struct image){ job->width, job->height, job->dpi, job->channels, NULL },
		job->pixels, &p);

	if (e == ERR_OK)
		e = digitize_leaf(&p.image, &wish, &d);
	pixels_finish(&p);
	if (e == ERR_OK)
		e = digitize_rest(&wish, &d);
	if (e == ERR_OK)
		e = put_files(&d, &answer.digitized);
	if (e == ERR_OK) {
		put_facts(&d, r, &answer.digitized);
		*ret = answer;
	}
	digitize_finish(&d);
	return e;
}

enum err page_job_original(const struct msg_job_original *job, struct msg *ret)
{
	struct pixels p = { 0 };
	AUTO_FREE uint8_t *png = NULL;
	size_t len = 0;
	int fd = -1;
	enum err e = pixels_open(
		&(struct image){ job->width, job->height, job->dpi, job->channels, NULL },
		job->pixels, &p);

	if (e == ERR_OK)
		e = original_png(&p.image, &png, &len);
	pixels_finish(&p);
	if (e == ERR_OK)
		e = mem_of(png, len, &fd);
	if (e == ERR_OK)
		*ret = (struct msg){ .type = MSG_ORIGINAL, .original.png = fd };
	return e;
}
