#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "tests/guest/play.h"

#include <stdio.h>
#include <string.h>

#define WIDTH      413 /* A4 at 50 dots an inch */
#define HEIGHT     585
#define DPI        50
#define PACK_BYTES 30000
#define GAP_BYTES  12000

/* Bytes that do not compress, another row of them for each `seed`. */
static void noise(uint8_t *to, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
}

static enum err noise_file(size_t len, uint32_t seed, int *ret_fd)
{
	AUTO_FD fd = -1;
	void *bytes;
	enum err e = mem_create(len, &fd, &bytes);

	if (e != ERR_OK)
		return e;
	noise(bytes, len, seed);
	e = mem_seal(fd, bytes, len);
	if (e == ERR_OK)
		*ret_fd = take_fd(&fd);
	return e;
}

enum err play_scan(struct stage *s, const struct msg_scan_start *start)
{
	struct msg m = { .type = MSG_SCAN_PAGE,
			 .scan_page = { .job = start->job,
					.page = 1,
					.source = start->source,
					.width = WIDTH,
					.height = HEIGHT,
					.dpi = DPI,
					.channels = 1,
					.pixels = -1 } };
	enum err e = noise_file((size_t)WIDTH * HEIGHT, s->visitor.n, &m.scan_page.pixels);

	if (e == ERR_OK)
		e = msg_send(s->socks[ROLE_SCAN], ROLE_SCAN, ROLE_CORE, &m);
	msg_finish(&m);
	if (e != ERR_OK)
		return e;
	m = (struct msg){ .type = MSG_SCAN_DONE,
			  .scan_done = { .job = start->job, .pages = 1, .why = ERR_OK } };
	return msg_send(s->socks[ROLE_SCAN], ROLE_SCAN, ROLE_CORE, &m);
}

enum err play_seen(int sock, const struct msg_job_look *job)
{
	struct msg m = { .type = MSG_PAGE_SEEN,
			 .page_seen = { .turned = job->turn % 360,
					.ink_ppm = 50000,
					.width = 40,
					.height = 60,
					.image = -1,
					.print_len = 32 } };

	noise(m.page_seen.print, sizeof m.page_seen.print, job->width ^ (uint32_t)job->pixels);
	enum err e = noise_file(40 * 60 * 3, 7, &m.page_seen.image);
	if (e == ERR_OK)
		e = msg_send(sock, ROLE_PARSE, ROLE_CORE, &m);
	msg_finish(&m);
	return e;
}

enum err play_digitized(int sock, const struct msg_job_digitize *job)
{
	struct msg m = { .type = MSG_DIGITIZED,
			 .digitized = { .turned = job->turn % 360,
					.confidence = 90,
					.width = 40,
					.height = 60,
					.image = -1,
					.pack = -1 } };

	snprintf(m.digitized.tools, sizeof m.digitized.tools, "guest 1");
	enum err e = noise_file(40 * 60 * 3, 8, &m.digitized.image);
	if (e == ERR_OK)
		e = noise_file(PACK_BYTES, job->height, &m.digitized.pack);
	if (e == ERR_OK)
		e = msg_send(sock, ROLE_PAGES, ROLE_CORE, &m);
	msg_finish(&m);
	return e;
}

/* Packs come one after the other, each behind its length (core's packs.h). */
static uint16_t count_packs(const uint8_t *bytes, size_t len)
{
	uint16_t n = 0;

	for (size_t at = 0; at + 4 <= len; n++) {
		uint32_t pack;

		memcpy(&pack, bytes + at, sizeof pack);
		at += 4 + (size_t)pack;
	}
	return n;
}

/* A file with a place for the seal; what is in it, nobody here reads. */
static enum err make_pdf(const uint8_t *packs, size_t len, struct msg_bound *b)
{
	AUTO_FD fd = -1;
	void *bytes;
	enum err e = mem_create(len + GAP_BYTES + 16, &fd, &bytes);

	if (e != ERR_OK)
		return e;
	uint8_t *pdf = bytes;
	memcpy(pdf, packs, len);
	memset(pdf + len, '0', GAP_BYTES);
	pdf[len] = '<';
	pdf[len + GAP_BYTES - 1] = '>';
	memset(pdf + len + GAP_BYTES, '\n', 16);
	b->gap_at = (uint32_t)len;
	b->gap_len = GAP_BYTES;
	e = mem_seal(fd, bytes, len + GAP_BYTES + 16);
	if (e == ERR_OK)
		b->pdf = take_fd(&fd);
	return e;
}

enum err play_bound(int sock, const struct msg_job_bind *job)
{
	struct msg m = { .type = MSG_BOUND, .bound = { .pdf = -1 } };
	const void *packs;
	size_t len;
	enum err e = mem_map(job->packs, 8 << 20, &packs, &len);

	if (e != ERR_OK)
		return e;
	m.bound.pages = count_packs(packs, len);
	e = make_pdf(packs, len, &m.bound);
	mem_unmap(packs, len);
	if (e == ERR_OK)
		e = msg_send(sock, ROLE_PAGES, ROLE_CORE, &m);
	msg_finish(&m);
	return e;
}
