/* What stood on the command line, the commands it may ask for, and how they speak: words for
 * people, JSON for programs. */
#ifndef PARSE_ORDER_H
#define PARSE_ORDER_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/room.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ORDER_MAX_FILES = 20,     /* of a chip */
	ORDER_MAX_PICTURES = 200, /* with codes */
};

struct order {
	struct room room; /* prepared, not locked */
	bool json;
	bool qr;                          /* what is to be verified is the code of a printed copy */
	const char *out, *anchor, *title; /* NULL: not given */
	const char *lock;                 /* file of a bundle's lock; or NULL */
	const char *profile, *paper;      /* of pages: page.def; the name of the paper; or NULL */
	bool card;                        /* two pages are the sides of an identity card */
	uint16_t dpi;                     /* 0: not given */
	enum page_source source;          /* ANY: not given */
	int count;                        /* at least as many names as the command needs */
	char **names;
};

/* Each locks the room before it opens what it was given. Returns the exit status. */
int order_card_qr(struct order *o);
int order_qr(struct order *o);
int order_digitize(struct order *o);
int order_quality(struct order *o);
int order_answer(struct order *o);
int order_bundle(struct order *o);
int order_lock(struct order *o);
int order_verify(struct order *o);
int order_anchors(struct order *o);
int order_dg(struct order *o);

/* Says on standard error what is wrong with `what`. Returns 1. */
int complain(const char *what, enum err e);

/* The same of a file that was to be read: ERR_NO_SPACE means that it is too large for that. */
int complain_read(const char *name, enum err e);

/* Opens what was named, "-" being standard input, before the room is locked. What cannot be opened
 * is said, and is -1. Returns how many were opened; the caller closes them by order_close(). */
int order_open(const struct order *o, int *fds);
void order_close(const struct order *o, const int *fds);

/* Fills a file that was opened before the room was locked. Its old content goes only now: what
 * cannot be read leaves the file as it was. Errors of the system. */
enum err replace_content(int fd, const uint8_t *bytes, size_t len);

/* Short words for json-c: a text of `len` bytes, and members of an object. */
struct json_object *json_text(const char *text, size_t len);
void json_put_text(struct json_object *o, const char *key, const char *text);
void json_put_int(struct json_object *o, const char *key, int64_t n);

/* `format`: "%.3f" and the like, static. */
void json_put_real(struct json_object *o, const char *key, double x, const char *format);

/* Prints on standard output and frees. */
void json_say(struct json_object *o);

#endif
