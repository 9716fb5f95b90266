/* The real presenter at a card that is played here: its functions of libdrm stand below, and its
 * memory is a file. */
#include "tests/tap.h"
#include "ui/kms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define W       64
#define H       48
#define STRIDE  (W + 16) /* rows of real cards are padded */
#define BYTES   (STRIDE * H * 4)
#define APART   65536 /* of one buffer's memory from the next */
#define BUFFERS 16    /* that are ever made between two fresh() */

static struct {
	bool dumb, plugged, swap_comes;
	int width, swap_errno, mode_errno;
	int modes_set, swaps, dirty;
	uint32_t shown; /* buffer on the panel */
	void *waiting;  /* whose swap is under way */
	drmModeClip clip;
} card;

static char folder[] = "/tmp/test_kms.XXXXXX";
static char path[64];

int drmGetCap(int fd, uint64_t capability, uint64_t *value)
{
	(void)fd;
	*value = capability == DRM_CAP_DUMB_BUFFER && card.dumb;
	return 0;
}

static uint32_t next_handle = 1;

int drmIoctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	if (request == DRM_IOCTL_MODE_CREATE_DUMB) {
		struct drm_mode_create_dumb *c = arg;
		c->handle = next_handle++;
		c->pitch = STRIDE * 4;
		c->size = BYTES;
	} else if (request == DRM_IOCTL_MODE_MAP_DUMB) {
		struct drm_mode_map_dumb *m = arg;
		m->offset = m->handle * APART;
	}
	return 0;
}

static drmModeModeInfo MODES[2] = {
	{ .hdisplay = 1024, .vdisplay = 768 },
	{ .hdisplay = W, .vdisplay = H, .type = DRM_MODE_TYPE_PREFERRED }
};
static uint32_t connectors[2] = { 5, 6 }, encoders[1] = { 8 }, crtcs[2] = { 20, 21 };
static drmModeRes resources = {
	.count_connectors = 2, .connectors = connectors, .count_crtcs = 2, .crtcs = crtcs
};
static drmModeEncoder encoder = { .possible_crtcs = 2 };
static drmModeConnector connector;

drmModeResPtr drmModeGetResources(int fd)
{
	(void)fd;
	return &resources;
}

/* Of the two, only the second has a panel. */
drmModeConnectorPtr drmModeGetConnector(int fd, uint32_t id)
{
	(void)fd;
	MODES[1].hdisplay = (uint16_t)card.width;
	connector =
		(drmModeConnector){ .connector_id = id,
				    .connection = id == 6 && card.plugged ? DRM_MODE_CONNECTED
									  : DRM_MODE_DISCONNECTED,
				    .count_modes = 2,
				    .modes = MODES,
				    .count_encoders = 1,
				    .encoders = encoders };
	return &connector;
}

drmModeConnectorPtr drmModeGetConnectorCurrent(int fd, uint32_t id)
{
	return drmModeGetConnector(fd, id);
}

drmModeEncoderPtr drmModeGetEncoder(int fd, uint32_t id)
{
	(void)fd, (void)id;
	return &encoder;
}

void drmModeFreeResources(drmModeResPtr p)
{
	(void)p;
}

void drmModeFreeConnector(drmModeConnectorPtr p)
{
	(void)p;
}

void drmModeFreeEncoder(drmModeEncoderPtr p)
{
	(void)p;
}

int drmModeAddFB(int fd, uint32_t w, uint32_t h, uint8_t depth, uint8_t bpp, uint32_t pitch,
		 uint32_t handle, uint32_t *fb)
{
	(void)fd, (void)w, (void)h, (void)depth, (void)bpp, (void)pitch;
	*fb = handle + 100;
	return 0;
}

int drmModeRmFB(int fd, uint32_t fb)
{
	(void)fd, (void)fb;
	return 0;
}

int drmModeSetCrtc(int fd, uint32_t crtc, uint32_t fb, uint32_t x, uint32_t y, uint32_t *ids,
		   int count, drmModeModeInfoPtr mode)
{
	(void)fd, (void)x, (void)y;
	if (card.mode_errno) {
		errno = card.mode_errno;
		return -1;
	}
	card.modes_set += crtc == 21 && count == 1 && ids[0] == 6 && mode->hdisplay == card.width;
	card.shown = fb - 100;
	return 0;
}

int drmModePageFlip(int fd, uint32_t crtc, uint32_t fb, uint32_t flags, void *data)
{
	(void)fd, (void)crtc, (void)flags;
	if (card.swap_errno) {
		errno = card.swap_errno;
		return -1;
	}
	card.swaps++;
	card.shown = fb - 100;
	card.waiting = data;
	return 0;
}

int drmHandleEvent(int fd, drmEventContextPtr c)
{
	if (!card.swap_comes)
		return -1;
	c->page_flip_handler(fd, 0, 0, 0, card.waiting);
	return 0;
}

int drmModeDirtyFB(int fd, uint32_t fb, drmModeClipPtr clips, uint32_t n)
{
	(void)fd, (void)fb;
	card.dirty += (int)n;
	card.clip = clips[0];
	return 0;
}

static uint32_t picture_at[W * H];
static const struct raster PICTURE = { picture_at, W, H, W };

static void paint(struct rect r, uint32_t colour)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			picture_at[y * W + x] = colour;
}

static uint32_t held(uint32_t buffer, int x, int y)
{
	uint32_t at = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (pread(fd, &at, 4, (off_t)buffer * APART + (y * STRIDE + x) * 4) != 4)
		at = 0xdead;
	close(fd);
	return at;
}

/* What a person sees at this pixel of the panel. */
static uint32_t seen(int x, int y)
{
	return held(card.shown, x, y);
}

/* And what lies in the other buffer, of the first two. */
static uint32_t unseen(int x, int y)
{
	return held(3 - card.shown, x, y);
}

static enum err fresh(struct kms **ret)
{
	memset(&card, 0, sizeof card);
	card.dumb = card.plugged = card.swap_comes = true;
	card.width = W;
	next_handle = 1;
	memset(picture_at, 0, sizeof picture_at);
	return kms_open(folder, ret);
}

static void paint_and_show(struct kms *k, struct rect r, uint32_t colour)
{
	paint(r, colour);
	kms_show(k, &PICTURE, TURN_0, &r, 1);
}

static void test_all_that_was_drawn_is_seen(void)
{
	struct kms *k = NULL;

	eq_int(fresh(&k), ERR_OK);
	eq_int(kms_width(k), W);
	eq_int(kms_height(k), H);
	eq_int(card.modes_set, 1);
	paint_and_show(k, (struct rect){ 0, 0, W, H }, 1);
	paint_and_show(k, (struct rect){ 4, 4, 8, 8 }, 2);
	eq_int(seen(5, 5), 2);
	eq_int(seen(20, 20), 1);
	paint_and_show(k, (struct rect){ 30, 30, 2, 2 }, 3);
	eq_int(seen(31, 31), 3);
	eq_int(seen(5, 5), 2);
	eq_int(seen(63, 47), 1);
	eq_int(card.swaps, 3);
	kms_close(k);
	eq_int(seen(5, 5), 0); /* nothing of it stays in the card */
}

static void test_a_card_that_cannot_swap(void)
{
	struct kms *k = NULL;
	struct rect r = { 4, 6, 8, 10 };

	eq_int(fresh(&k), ERR_OK);
	card.swap_errno = EINVAL;
	paint(r, 7);
	kms_show(k, &PICTURE, TURN_180, &r, 1);
	eq_int(seen(W - 1 - 4, H - 1 - 6), 7);
	eq_int(card.dirty, 1);
	eq_int(card.clip.x1, W - 12);
	eq_int(card.clip.y2, H - 6);
	card.swap_errno = 0;
	kms_show(k, &PICTURE, TURN_180, &r, 1);
	eq_int(card.swaps, 0);
	eq_int(card.dirty, 2);
	kms_close(k);
}

/* A swap that never comes holds nobody up for ever. */
static void test_a_swap_is_lost(void)
{
	struct kms *k = NULL;

	eq_int(fresh(&k), ERR_OK);
	card.swap_comes = false;
	paint_and_show(k, (struct rect){ 0, 0, W, H }, 1);
	paint_and_show(k, (struct rect){ 0, 0, 1, 1 }, 2);
	eq_int(seen(0, 0), 2);
	kms_close(k);
}

static void test_no_panel(void)
{
	struct kms *k = NULL;

	eq_int(fresh(&k), ERR_OK);
	kms_close(k);
	k = NULL;
	eq_int(kms_open("/nonexistent", &k), ERR_GONE);
	card.plugged = false;
	eq_int(kms_open(folder, &k), ERR_GONE);
	card.plugged = true;
	card.dumb = false;
	eq_int(kms_open(folder, &k), ERR_GONE);
	card.dumb = true;
	card.mode_errno = EACCES;
	eq_int(kms_open(folder, &k), ERR_DENIED);
	ok(!k);
}

/* A page that is over stays in neither buffer, though nobody shows another one for hours. */
static void test_nothing_of_a_page_stays(void)
{
	struct kms *k = NULL;

	eq_int(fresh(&k), ERR_OK);
	paint_and_show(k, (struct rect){ 0, 0, W, H }, 7);
	paint_and_show(k, (struct rect){ 0, 0, W, H }, 1);
	eq_int(unseen(9, 9), 7);
	kms_level(k, &PICTURE, TURN_0);
	eq_int(unseen(9, 9), 1);
	eq_int(seen(9, 9), 1);
	eq_int(card.swaps, 2);
	paint_and_show(k, (struct rect){ 0, 0, 2, 2 }, 3);
	eq_int(seen(1, 1), 3);
	eq_int(seen(9, 9), 1);
	card.swap_errno = EINVAL; /* and the other one is not used any more */
	paint_and_show(k, (struct rect){ 0, 0, 4, 4 }, 4);
	eq_int(seen(3, 3), 4);
	eq_int(unseen(9, 9), 0);
	kms_close(k);
}

static void test_the_cable(void)
{
	struct kms *k = NULL;

	eq_int(fresh(&k), ERR_OK);
	paint_and_show(k, (struct rect){ 0, 0, W, H }, 1);
	eq_int(kms_look(k), KMS_SAME);
	card.plugged = false;
	eq_int(kms_look(k), KMS_GONE);
	eq_int(seen(20, 20), 0); /* who plugs it in again sees nothing of that */
	eq_int(unseen(20, 20), 0);
	eq_int(kms_look(k), KMS_SAME);
	paint_and_show(k, (struct rect){ 0, 0, 9, 9 }, 2);
	eq_int(card.swaps, 1);
	card.plugged = true;
	eq_int(kms_look(k), KMS_BACK);
	eq_int(card.modes_set, 2);
	eq_int(seen(8, 8), 0);
	kms_show(k, &PICTURE, TURN_0, &(struct rect){ 0, 0, W, H }, 1);
	eq_int(seen(8, 8), 2);
	eq_int(seen(20, 20), 1);
	card.plugged = false;
	eq_int(kms_look(k), KMS_GONE);
	card.plugged = true;
	card.width = W / 2;
	eq_int(kms_look(k), KMS_CHANGED);
	kms_close(k);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/card0", folder);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, BUFFERS * APART))
		return 1;
	close(fd);
	test_all_that_was_drawn_is_seen();
	test_a_card_that_cannot_swap();
	test_a_swap_is_lost();
	test_no_panel();
	test_nothing_of_a_page_stays();
	test_the_cable();
	unlink(path);
	rmdir(folder);
	return tap_done();
}
