/* What a scene has told the kiosk of people: their cards, what they typed, what stands on their
 * papers. When they have left, none of it may be anywhere (gone.h). */
#ifndef SCENE_HEARD_H
#define SCENE_HEARD_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stddef.h>

#define HEARD_MAX 200
#define HEARD_CAP 160

struct heard {
	char texts[HEARD_MAX][HEARD_CAP]; /* as seek_add() takes them */
	size_t count;
	size_t judged; /* of those it is known that the product itself does not say them */
	bool news;     /* since it was looked for last */
};

/* A line of a scene that came true. What is too short to be told from chance is passed over, and
 * so are the codes of dossiers, which may stay. */
void heard_line(struct heard *h, const struct world *w, const char *word, const char *rest);

/* Takes out what stands in the programs, their assets and the configuration: words of procedures
 * and places are nobody's. */
void heard_judge(struct heard *h, const struct world *w);

#endif
