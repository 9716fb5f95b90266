/* What is done to a machine from outside while it is on, over its control socket. */
#ifndef IMAGE_ASK_H
#define IMAGE_ASK_H

#include "tests/image/machine.h"
#include "tests/image/picture.h"

/* One command, as JSON. ERR_REFUSED: m->question.text says why. */
enum err ask(struct machine *m, const char *json);
enum err ask_answer(struct machine *m, struct budget *b); /* to what was asked before */

/* A finger on the panel, in parts of its width and height from 0 to 1. */
enum err ask_tap(struct machine *m, double x, double y);

/* A key of a keyboard, by QEMU's name; more with - between them are held together. */
enum err ask_key(struct machine *m, const char *key);

/* What the panel shows, into a file that any viewer knows (PNG). */
enum err ask_shot(struct machine *m, const char *path);
enum err ask_look(struct machine *m, struct picture *ret_picture);

/* A stick, or another device, into a socket of the board. `file` must outlive its being there. */
enum err ask_plug(struct machine *m, const char *name, const char *file, unsigned port);
enum err ask_unplug(struct machine *m, const char *name);

enum err ask_cable(struct machine *m, bool plugged); /* of the network */

#endif
