/* The single ways of looking for codes, of which code_find() and the others make their cascades. */
#ifndef PARSE_CODE_LOOK_H
#define PARSE_CODE_LOOK_H

#include "firmware/parse/code.h"
#include "firmware/parse/code_eye.h"
#include "firmware/parse/code_read.h"
#include <stdbool.h>

struct code_finder {
	struct eye *eye;
	struct rs rs;
	bool missed; /* the last look in saw a symbol that it could not read: */
	struct code_point missed_at[4];
};

/* A picture, and where it is in the one that places are told in. */
struct code_scene {
	const struct gray *g;
	double by; /* that one's pixels to one of `g` */
	int32_t x, y;
};

/* Each adds what it finds to the list. ERR_OK also when that was nothing; ERR_NO_MEMORY. */

/* Our own reader, in one region of `s->g`. */
enum err code_look_in(struct code_finder *f, const struct code_scene *s, const struct region *where,
		      struct codes *list);

/* Our own reader in all of the picture, for codes turned one way of CODE_TURNS, which cover all. */
enum { CODE_TURNS = 3 };
enum err code_look_turned(struct code_finder *f, const struct code_scene *s, unsigned turn,
			  struct codes *list);

/* Our own reader where most is going on, in at most `most` places. */
enum err code_look_busy(struct code_finder *f, const struct code_scene *s, unsigned most,
			struct codes *list);

/* zbar: the picture as it is, twice as large, stretched, stretched and inverted. */
enum err code_look_as_is(struct code_finder *f, const struct code_scene *s, struct codes *list);
enum err code_look_doubled(struct code_finder *f, const struct code_scene *s, struct codes *list);
enum err code_look_stretched(struct code_finder *f, const struct code_scene *s, bool inverted,
			     struct codes *list);

/* Sorts; ERR_NO_CODE for an empty list, `e` for another error. */
enum err code_looked(enum err e, struct codes *list);

#endif
