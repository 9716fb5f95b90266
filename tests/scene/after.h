/* What holds after every visit, whatever the scene is about: the citizen has left, and nothing of
 * them is anywhere. */
#ifndef SCENE_AFTER_H
#define SCENE_AFTER_H

#include "tests/scene/script.h"

#include <stdbool.h>

/* After a line that came true: what it told is heard, and when it saw the screen that waits for the
 * next citizen, all that was heard is looked for. */
bool after_line(struct script *s, const char *word, const char *rest);

/* After the last line: a visit that is still under way is left alone until it has ended. */
bool after_scene(struct script *s);

/* Programs wipe in the turn of their loops in which they are told to; so this waits a little. */
bool after_gone(struct script *s, const char *text);

#endif
