/* JSON that the province sends unsigned: its health, and problems (RFC 9457). Good enough to
 * show to a technician, never to decide about a dossier. */
#ifndef SYNC_BODY_H
#define SYNC_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DETAIL_MAX_BYTES 512 /* with the NUL; also the size of `detail` in msg.def */

struct json_object;

/* One JSON object in UTF-8 with nothing after it, at most `depth` deep; the caller's to put, or
 * NULL. */
struct json_object *body_json(const void *bytes, size_t len, int depth);

/* Its text member `name`, which lives as long as `o`; NULL: it has none. */
const char *body_member(struct json_object *o, const char *name);

struct health {
	char name[64];
	int64_t time_s; /* what the province takes for now; 0: it does not say */
};

/* True when the bytes are the contract's health with status "ok". */
bool body_health(const void *bytes, size_t len, struct health *ret);

/* The `detail`, or else the `title`, of problem+json; UTF-8, cut to fit, one line; "" when the
 * bytes are something else. */
void body_problem(const void *bytes, size_t len, char ret[DETAIL_MAX_BYTES]);

/* Copies what fits of `text` without cutting a letter. The result is UTF-8 on one line: control
 * characters become blanks, and when `text` is not UTF-8 its other bytes question marks. */
void body_text(const char *text, char *ret, size_t cap);

#endif
