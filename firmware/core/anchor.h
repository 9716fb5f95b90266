/* The kiosk's trust anchors for chips, in the store (base/anchors.h says what they are). Every
 * change leaves a line in the audit, in the same commit. */
#ifndef CORE_ANCHOR_H
#define CORE_ANCHOR_H

#include "firmware/base/anchors.h"
#include "firmware/core/store.h"
#include <stdbool.h>

#define ANCHOR_HEX_CAP 65 /* SHA-256 in hexadecimal and NUL */
#define ANCHOR_PREFIX  8  /* fewer digits name nobody */

/* What anchor_add_all() did. */
struct anchor_change {
	uint32_t added, known; /* known: was there already */
};

/* Takes up all of a list in one commit, after checking it again. ERR_BAD_DATA: not such a list;
 * ERR_FORGED: bytes that do not hash to what it says; ERR_NO_SPACE: more than ANCHORS_MAX then. */
enum err anchor_add_all(struct store *s, const void *list, size_t len, struct anchor_change *ret);

/* The one whose SHA-256 begins so (at least ANCHOR_PREFIX hexadecimal digits, any case, colons are
 * passed over). ERR_NOT_FOUND: none, or too few digits; ERR_FIELD_PAIR: several. On ERR_OK its
 * name for the answer. */
enum err anchor_remove(struct store *s, const char *prefix, char ret_sha256[ANCHOR_HEX_CAP],
		       char ret_subject[ANCHOR_SUBJECT_CAP]);

/* In the order of their subjects; `a` and its der live until fn returns. fn false: stop. */
typedef bool anchor_fn(void *data, const struct anchor *a);
enum err anchor_list(struct store *s, anchor_fn *fn, void *data);

/* All of them for JOB_CHIP and JOB_ANCHORS: a sealed memfd, the caller's to close. */
enum err anchor_mem(struct store *s, int *ret_fd);

#endif
