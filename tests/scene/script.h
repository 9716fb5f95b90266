/* Plays a scene (scene.def) in a world. */
#ifndef SCENE_SCRIPT_H
#define SCENE_SCRIPT_H

#include "tests/scene/heard.h"
#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdio.h>

struct script {
	struct world *world;
	const char *shots;             /* folder for pictures; NULL: none are kept */
	int screen, devices, province; /* sockets; -1: not yet */
	long log_at;                   /* how far the log has been looked at */
	unsigned line, depth;
	char code[64]; /* that `code` found: $CODE of the lines after it */
	struct heard heard;
	char why[512]; /* of a failure, or of a skip */
	bool skip;     /* this machine cannot play the scene */
};

void script_init(struct script *s, struct world *w, const char *shots);
void script_finish(struct script *s);

/* False when a line did not come true; `why` and `line` say what. With `skip`, it never can. */
bool script_play(struct script *s, const char *path);

/* The first comment of a scene, or its name. */
void script_title(const char *path, char *out, size_t cap);

#endif
