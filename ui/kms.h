/* A panel without a window system: the kernel's mode setting (DRM/KMS) with two buffers in plain
 * memory, that are shown in turn. What has changed is copied, the buffers are swapped between two
 * frames of the panel; a driver that cannot swap is told what is dirty.
 * The kernel's interface: drm-kms(7), drm-memory(7), and include/uapi/drm/drm_mode.h of Linux. */
#ifndef UI_KMS_H
#define UI_KMS_H

#include "ui/damage.h"
#include "ui/turn.h"

struct kms;

/* Takes the first connected panel of the first card in `folder` (/dev/dri) at the mode the panel
 * prefers. ERR_GONE: no card, or none with a panel. ERR_DENIED: somebody else drives it. ERR_IO,
 * ERR_NO_MEMORY. The log says which. */
enum err kms_open(const char *folder, struct kms **ret);
void kms_close(struct kms *k); /* NULL is allowed */

/* In pixels, as the panel itself is. */
int kms_width(const struct kms *k);
int kms_height(const struct kms *k);

/* Copies the damage of the picture, and shows it; waits for the swap before this one, no longer
 * than two frames. The picture has the panel's size, turned back. */
void kms_show(struct kms *k, const struct raster *picture, enum turn t, const struct rect *damage,
	      size_t n);

/* Brings the buffer that is not on the panel up to the picture, when nothing was shown for a
 * while: what a citizen has left is not kept there until somebody else comes. */
void kms_level(struct kms *k, const struct raster *picture, enum turn t);

enum kms_news {
	KMS_SAME,
	KMS_GONE,    /* the panel was unplugged: nothing is shown, or kept, until it is back */
	KMS_BACK,    /* it is there again: all has to be shown */
	KMS_CHANGED, /* another panel, of another size: begin anew */
};

/* What has become of the panel's cable since the last look; to be asked about once a second. */
enum kms_news kms_look(struct kms *k);

#endif
