/* What this kiosk remembers of the bundles it wrote to sticks: which dossiers, under which names. A
 * stick is never asked; so one that lies, or was changed, can only fail to be what it should be. */
#ifndef CORE_BUNDLE_ROW_H
#define CORE_BUNDLE_ROW_H

#include "firmware/base/bundle.h"
#include "firmware/base/err.h"
#include "firmware/core/outbox.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A new bundle without dossiers. */
enum err bundle_row_new(struct store *s, uint32_t *ret_id);

/* ERR_NOT_FOUND: it is not of this kiosk. */
enum err bundle_row_is_ours(struct store *s, uint32_t id);

/* Every dossier that waits for the province, if it is not in the bundle and there is a place; those
 * first that are on no stick yet. */
enum err bundle_row_fill(struct store *s, uint32_t id);

struct bundle_item {
	struct bundle_row row;
	int64_t written_s; /* and read again; 0: not yet */
	enum outbox_state state;
};

/* In the order of their names, the first behind `after`. ERR_NOT_FOUND: there is none. */
enum err bundle_row_next(struct store *s, uint32_t id, uint32_t after, struct bundle_item *ret);

/* The name of one that the province has answered, or that is not in the outbox any more.
 * ERR_NOT_FOUND: there is none. */
enum err bundle_row_settled(struct store *s, uint32_t id, uint32_t *ret_name);

/* It is not in the bundle any more. */
enum err bundle_row_drop(struct store *s, uint32_t id, uint32_t name);

/* Its file is not what it should be: to be written anew. */
enum err bundle_row_spoiled(struct store *s, uint32_t id, uint32_t name);

/* All of it was written and read again: one commit with its line of the audit log. */
enum err bundle_row_written(struct store *s, uint32_t id, uint32_t count);

/* Its answer came on a stick: one line of the audit log. */
enum err bundle_row_taken(struct store *s, uint32_t id, const char *key);

/* Since when a dossier is on a stick too; 0: it is on none. */
enum err bundle_row_since(struct store *s, const char *key, int64_t *ret_s);

/* It is on no stick any more; it has no dossier. */
enum err bundle_row_end(struct store *s, uint32_t id);

#endif
