/* Scanning by hand. */
#include "drivers/hand.h"
#include "drivers/scan_page.h"
#include "drivers/scan_worker.h"
#include "firmware/base/auto.h"
#include "firmware/base/config.h"
#include "firmware/base/mem.h"
#include "firmware/base/page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define STATUS_MS   10000
#define PAGE_MS     180000
#define DEFAULT_DPI 200

/* Backends leave threads and memory behind; this program ends without waiting for them. */
static enum err list(struct hand *h)
{
	int status = scan_list(h->json);

	fflush(stdout);
	_exit(status);
}

/* A device named on the command line goes before the setting. */
static enum err take_device(struct hand *h)
{
	if (h->count > h->command->min_args)
		h->host.scanner = h->args[h->command->min_args];
	return ERR_OK;
}

/* The camera of the settings, unless one is named; no scanner is looked for. */
static enum err take_camera(struct hand *h)
{
	if (h->count > h->command->min_args)
		h->host.camera = h->args[h->command->min_args];
	h->host.scanner = SCAN_NONE;
	if (h->host.camera_dpi == 0)
		h->host.camera_dpi = DEFAULT_DPI;
	if (h->host.camera && h->host.camera[0])
		return ERR_OK;
	fputs("kiosk-drv scan: name a video device, or set `camera`; see /dev/v4l/by-id\n", stderr);
	return ERR_GONE;
}

static void begin(struct hand *h, enum page_source source, uint16_t most)
{
	struct msg m = { .type = MSG_SCAN_START,
			 .scan_start = { .job = 1,
					 .dpi = DEFAULT_DPI,
					 .source = (uint8_t)source,
					 .max_pages = most } };
	struct config c;

	if (config_load(config_path(), &c, NULL, NULL) == ERR_OK && c.scan_dpi >= 50 &&
	    c.scan_dpi <= 1200)
		m.scan_start.dpi = (uint16_t)c.scan_dpi;
	h->at = 1;
	hand_limit(h, PAGE_MS);
	hand_send(h, ROLE_CORE, &m);
}

static enum err write_page(const char *path, const struct msg_scan_page *p)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(p->pixels, SCAN_MAX_BYTES, &bytes, &len);

	if (e != ERR_OK)
		return e;
	FILE *f = fopen(path, "wb");
	if (!f)
		e = err_of_errno();
	if (f &&
	    (fprintf(f, "P%d\n%u %u\n255\n", p->channels == 3 ? 6 : 5, p->width, p->height) < 0 ||
	     fwrite(bytes, 1, len, f) != len))
		e = err_of_errno();
	if (f && fclose(f) != 0)
		e = err_of_errno();
	mem_unmap(bytes, len);
	return e;
}

static void message(struct hand *h, const struct msg *m)
{
	if (m->type == MSG_STATUS && m->status.state == ERR_OK && h->at == 0)
		begin(h, SOURCE_ANY, 1);
	if (m->type == MSG_SCAN_PROGRESS && !h->json)
		fprintf(stderr, "\r%3u %%", m->scan_progress.percent);
	if (m->type == MSG_SCAN_PAGE) {
		enum err e = write_page(h->args[0], &m->scan_page);

		if (e != ERR_OK) {
			hand_fail(h, e);
			return;
		}
		printf(h->json ? "{\"width\":%u,\"height\":%u,\"dpi\":%u,\"channels\":%u}\n"
			       : "%u x %u dots at %u dpi, %u channel(s)\n",
		       m->scan_page.width, m->scan_page.height, m->scan_page.dpi,
		       m->scan_page.channels);
	}
	if (m->type != MSG_SCAN_DONE)
		return;
	if (m->scan_done.why != ERR_OK)
		hand_fail(h, m->scan_done.why);
	else
		hand_end(h, 0);
}

/* The folder may be there, with other things in it. */
static enum err take_folder(struct hand *h)
{
	if (mkdir(h->args[0], 0700) < 0 && errno != EEXIST) {
		perror(h->args[0]);
		return err_of_errno();
	}
	return take_device(h);
}

static void say_page_fault(struct hand *h, int page, enum err why)
{
	if (h->json)
		printf("{\"page\":%d,\"error\":\"%s\"}\n", page, err_name(why));
	else
		printf("page %d\tnot scanned: %s\n", page, err_text(why));
}

static void say_page(struct hand *h, int page, const struct msg_scan_page *p, const char *path)
{
	const char *side = p->side == 1 ? "back" : "front", *source = page_source_name(p->source);

	if (h->json) {
		printf("{\"page\":%d,\"side\":\"%s\",\"source\":\"%s\",\"width\":%u,\"height\":%u,"
		       "\"dpi\":%u,\"channels\":%u,\"file\":",
		       page, side, source, p->width, p->height, p->dpi, p->channels);
		hand_json(path);
		puts("}");
	} else {
		printf("page %d\t%s\t%s\t%u x %u dots at %u dpi, %u channel(s)\t%s\n", page, side,
		       source, p->width, p->height, p->dpi, p->channels, path);
	}
}

/* h->at: one more than the pages that came. */
static void keep_page(struct hand *h, const struct msg_scan_page *p)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/page-%03d.%s", h->args[0], h->at,
			 p->channels == 3 ? "ppm" : "pgm");
	enum err e = n > 0 && (size_t)n < sizeof path ? write_page(path, p) : ERR_NO_SPACE;

	if (e != ERR_OK) {
		say_page_fault(h, h->at, e);
		hand_fail(h, e);
		return;
	}
	say_page(h, h->at++, p, path);
	hand_limit(h, PAGE_MS);
}

static void pages_message(struct hand *h, const struct msg *m)
{
	if (m->type == MSG_STATUS && m->status.state == ERR_OK && h->at == 0)
		begin(h, SOURCE_ANY, 0);
	if (m->type == MSG_SCAN_PAGE)
		keep_page(h, &m->scan_page);
	if (m->type != MSG_SCAN_DONE)
		return;
	if (m->scan_done.why == ERR_OK) {
		hand_end(h, 0);
		return;
	}
	say_page_fault(h, h->at, m->scan_done.why);
	hand_fail(h, m->scan_done.why);
}

static void camera_message(struct hand *h, const struct msg *m)
{
	uint8_t state = m->type == MSG_SCAN_CAMERA ? m->scan_camera.state : ERR_GONE;

	if (m->type == MSG_SCAN_CAMERA && h->at == 0 && state == ERR_OK)
		begin(h, SOURCE_CAMERA, 1);
	else if (m->type == MSG_SCAN_CAMERA && h->at == 0 && state != ERR_GONE)
		hand_fail(h, state);
	else if (m->type != MSG_STATUS)
		message(h, m);
}

static void camera_late(struct hand *h)
{
	hand_fail(h, h->at == 0 ? ERR_GONE : ERR_TIMEOUT);
}

const struct hand_command HAND_SCAN[] = {
	{ ROLE_SCAN, "list", "[--json]", "the scanners that SANE finds", 0, 0, list, NULL, NULL },
	{ ROLE_SCAN, "status", "[DEVICE] [--json]", "how the scanner is", 0, STATUS_MS, take_device,
	  hand_status, hand_status_late },
	{ ROLE_SCAN, "watch", "[--json]", "every change, until interrupted", 0, 0, NULL, hand_watch,
	  NULL },
	{ ROLE_SCAN, "page", "OUT.ppm [DEVICE]", "scans one page: feeder, else glass", 1, STATUS_MS,
	  take_device, message, NULL },
	{ ROLE_SCAN, "pages", "DIR [DEVICE]",
	  "scans all that lies in the feeder, else one page: DIR/page-001.ppm, ...", 1, STATUS_MS,
	  take_folder, pages_message, NULL },
	{ ROLE_SCAN, "camera", "OUT.ppm [VIDEO]", "takes a picture with the camera stand", 1,
	  STATUS_MS, take_camera, camera_message, camera_late },
	{ 0 },
};
