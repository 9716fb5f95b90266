#include "ui/kms.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* Two frames of a slow panel: a swap that has not come by then never comes. */
#define SWAP_MS 100

struct buffer {
	uint32_t handle, fb;
	size_t bytes;
	struct raster pixels;
	struct damage stale; /* what the other buffer has and this one has not */
};

struct kms {
	int fd;
	uint32_t connector, crtc;
	drmModeModeInfo mode;
	struct buffer buffers[2];
	int front;
	bool swaps;    /* the driver can; else everything goes into the front buffer */
	bool swapping; /* the panel has not come to it yet */
	bool here;
};

static enum err of_errno(const char *what)
{
	int was = errno;

	log_line(LOG_ERROR, "kms.failed", "step=%s errno=%d", what, was);
	return was == EACCES || was == EPERM || was == EBUSY ? ERR_DENIED : ERR_IO;
}

static enum err map_buffer(int fd, struct buffer *b)
{
	struct drm_mode_map_dumb map = { .handle = b->handle };

	if (drmIoctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &map))
		return of_errno("map");
	void *at = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)map.offset);
	if (at == MAP_FAILED)
		return of_errno("mmap");
	b->pixels.at = at;
	memset(at, 0, b->bytes);
	return ERR_OK;
}

static enum err make_buffer(struct kms *k, struct buffer *b)
{
	struct drm_mode_create_dumb c = { .width = k->mode.hdisplay,
					  .height = k->mode.vdisplay,
					  .bpp = 32 };

	if (drmIoctl(k->fd, DRM_IOCTL_MODE_CREATE_DUMB, &c))
		return of_errno("create");
	b->handle = c.handle;
	b->bytes = (size_t)c.size;
	if (c.pitch < c.width * 4 || c.pitch % 4 != 0 || c.size < (uint64_t)c.pitch * c.height)
		return ERR_BAD_DATA;
	b->pixels = (struct raster){ NULL, (int)c.width, (int)c.height, (int)c.pitch / 4 };
	if (drmModeAddFB(k->fd, c.width, c.height, 24, 32, c.pitch, c.handle, &b->fb))
		return of_errno("addfb");
	return map_buffer(k->fd, b);
}

static void drop_buffer(struct kms *k, struct buffer *b)
{
	struct drm_mode_destroy_dumb destroy = { .handle = b->handle };

	if (b->pixels.at) {
		explicit_bzero(b->pixels.at, b->bytes); /* a citizen's form may have been there */
		munmap(b->pixels.at, b->bytes);
	}
	if (b->fb)
		drmModeRmFB(k->fd, b->fb);
	if (b->handle)
		drmIoctl(k->fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
	*b = (struct buffer){ 0 };
}

static bool is_lit(const drmModeConnector *c)
{
	return c && c->connection == DRM_MODE_CONNECTED && c->count_modes > 0;
}

static drmModeModeInfo best_mode(const drmModeConnector *c)
{
	for (int i = 0; i < c->count_modes; i++)
		if (c->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			return c->modes[i];
	return c->modes[0];
}

/* A CRTC that can feed this connector; 0: none. */
static uint32_t crtc_for(int fd, const drmModeRes *r, const drmModeConnector *c)
{
	for (int i = 0; i < c->count_encoders; i++) {
		drmModeEncoder *e = drmModeGetEncoder(fd, c->encoders[i]);
		uint32_t possible = e ? e->possible_crtcs : 0;

		drmModeFreeEncoder(e);
		for (int at = 0; at < r->count_crtcs && at < 32; at++)
			if (possible & (1u << at))
				return r->crtcs[at];
	}
	return 0;
}

/* Probing: the kernel asks the panel for its modes. False when no panel is lit. */
static bool find_panel(struct kms *k)
{
	drmModeRes *r = drmModeGetResources(k->fd);

	k->crtc = 0;
	for (int i = 0; r && i < r->count_connectors && !k->crtc; i++) {
		drmModeConnector *c = drmModeGetConnector(k->fd, r->connectors[i]);

		if (is_lit(c)) {
			k->connector = c->connector_id;
			k->mode = best_mode(c);
			k->crtc = crtc_for(k->fd, r, c);
		}
		drmModeFreeConnector(c);
	}
	drmModeFreeResources(r);
	return k->crtc != 0;
}

static enum err light(struct kms *k)
{
	if (drmModeSetCrtc(k->fd, k->crtc, k->buffers[k->front].fb, 0, 0, &k->connector, 1,
			   &k->mode))
		return of_errno("mode");
	k->swapping = false;
	k->swaps = true; /* until it says no */
	k->here = true;
	return ERR_OK;
}

static enum err begin(struct kms *k)
{
	uint64_t dumb = 0;

	if (drmGetCap(k->fd, DRM_CAP_DUMB_BUFFER, &dumb) || !dumb || !find_panel(k))
		return ERR_GONE;
	enum err e = make_buffer(k, &k->buffers[0]);
	if (e == ERR_OK)
		e = make_buffer(k, &k->buffers[1]);
	if (e == ERR_OK)
		e = light(k);
	return e;
}

void kms_close(struct kms *k)
{
	if (!k)
		return;
	for (int i = 0; i < 2; i++)
		drop_buffer(k, &k->buffers[i]);
	if (k->fd >= 0)
		close(k->fd);
	free(k);
}

static enum err open_card(const char *path, struct kms **ret)
{
	struct kms *k = calloc(1, sizeof *k);

	if (!k)
		return ERR_NO_MEMORY;
	k->fd = open(path, O_RDWR | O_CLOEXEC);
	enum err e = k->fd < 0 ? of_errno("open") : begin(k);
	if (e != ERR_OK) {
		kms_close(k);
		return e;
	}
	log_line(LOG_INFO, "kms.open", "card=%s width=%d height=%d hz=%u", path, kms_width(k),
		 kms_height(k), k->mode.vrefresh);
	*ret = k;
	return ERR_OK;
}

static int only_cards(const struct dirent *e)
{
	return strncmp(e->d_name, "card", 4) == 0;
}

enum err kms_open(const char *folder, struct kms **ret)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, only_cards, versionsort);
	enum err e = ERR_GONE;

	for (int i = 0; i < n; i++) {
		char path[300];

		snprintf(path, sizeof path, "%.30s/%s", folder, names[i]->d_name);
		if (e != ERR_OK)
			e = open_card(path, ret);
		free(names[i]);
	}
	free(names);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "kms.none", "cards=%d err=%s", n < 0 ? 0 : n, err_name(e));
	return e;
}

int kms_width(const struct kms *k)
{
	return k->mode.hdisplay;
}

int kms_height(const struct kms *k)
{
	return k->mode.vdisplay;
}

static void on_swap(int fd, unsigned seq, unsigned s, unsigned us, void *data)
{
	(void)fd, (void)seq, (void)s, (void)us;
	((struct kms *)data)->swapping = false;
}

static void await_swap(struct kms *k)
{
	drmEventContext c = { .version = 2, .page_flip_handler = on_swap };
	struct pollfd p = { .fd = k->fd, .events = POLLIN };

	while (k->swapping) {
		if (poll(&p, 1, SWAP_MS) <= 0 || drmHandleEvent(k->fd, &c)) {
			log_line(LOG_WARN, "kms.swap", "late_ms=%d", SWAP_MS);
			k->swapping = false;
		}
	}
}

/* What a citizen has written does not come back with the panel, nor stay where nobody looks. */
static void wipe(struct buffer *b)
{
	explicit_bzero(b->pixels.at, b->bytes);
}

/* Into the buffer that is not on the panel, then that one is: no line is seen half new. */
static bool swap(struct kms *k)
{
	if (!k->swaps)
		return false;
	if (drmModePageFlip(k->fd, k->crtc, k->buffers[!k->front].fb, DRM_MODE_PAGE_FLIP_EVENT,
			    k)) {
		k->swaps = errno == EBUSY; /* of the swap before; all others: never */
		log_line(LOG_WARN, "kms.noswap", "again=%d", k->swaps);
		return false;
	}
	k->swapping = true;
	k->front = !k->front;
	return true;
}

static void show_dirty(struct kms *k, const struct damage *d)
{
	drmModeClip clips[DAMAGE_MAX];

	for (size_t i = 0; i < d->count; i++) {
		struct rect r = d->rects[i];
		clips[i] = (drmModeClip){ (uint16_t)r.x, (uint16_t)r.y, (uint16_t)(r.x + r.w),
					  (uint16_t)(r.y + r.h) };
	}
	/* a driver without it scans the memory out as it is */
	(void)drmModeDirtyFB(k->fd, k->buffers[k->front].fb, clips, (uint32_t)d->count);
}

static void copy(struct buffer *b, const struct raster *picture, enum turn t)
{
	for (size_t i = 0; i < b->stale.count; i++)
		turn_copy(t, picture, b->stale.rects[i], &b->pixels);
	b->stale.count = 0;
}

void kms_show(struct kms *k, const struct raster *picture, enum turn t, const struct rect *damage,
	      size_t n)
{
	struct rect all = { 0, 0, picture->width, picture->height };

	for (size_t i = 0; i < n; i++)
		for (int b = 0; b < 2; b++)
			damage_add(&k->buffers[b].stale, damage[i], all);
	if (!k->here)
		return;
	await_swap(k);
	bool could = k->swaps;
	if (could)
		copy(&k->buffers[!k->front], picture, t);
	if (swap(k))
		return;
	if (could && !k->swaps) {
		wipe(&k->buffers[!k->front]);
		damage_add(&k->buffers[!k->front].stale, all, all);
	}
	struct damage dirty = k->buffers[k->front].stale;
	copy(&k->buffers[k->front], picture, t);
	for (size_t i = 0; i < dirty.count; i++)
		dirty.rects[i] = turn_rect(t, picture->width, picture->height, dirty.rects[i]);
	show_dirty(k, &dirty);
}

void kms_level(struct kms *k, const struct raster *picture, enum turn t)
{
	if (!k->here || !k->swaps || k->buffers[!k->front].stale.count == 0)
		return;
	await_swap(k);
	copy(&k->buffers[!k->front], picture, t);
}

static enum kms_news come_back(struct kms *k)
{
	drmModeModeInfo before = k->mode;

	if (!find_panel(k))
		return KMS_SAME;
	if (k->mode.hdisplay != before.hdisplay || k->mode.vdisplay != before.vdisplay) {
		log_line(LOG_WARN, "kms.other", "width=%d height=%d", kms_width(k), kms_height(k));
		return KMS_CHANGED;
	}
	if (light(k) != ERR_OK)
		return KMS_SAME;
	log_line(LOG_INFO, "kms.back", "connector=%u", k->connector);
	return KMS_BACK;
}

/* What the kernel knows already: asking the panel takes long, and it tells when it is unplugged. */
enum kms_news kms_look(struct kms *k)
{
	if (!k->here)
		return come_back(k);
	drmModeConnector *c = drmModeGetConnectorCurrent(k->fd, k->connector);
	bool lit = is_lit(c);
	drmModeFreeConnector(c);
	if (lit)
		return KMS_SAME;
	log_line(LOG_WARN, "kms.gone", "connector=%u", k->connector);
	k->here = false;
	await_swap(k);
	for (int i = 0; i < 2; i++)
		wipe(&k->buffers[i]);
	const struct raster *front = &k->buffers[k->front].pixels;
	show_dirty(k, &(struct damage){ { { 0, 0, front->width, front->height } }, 1 });
	return KMS_GONE;
}
