/* Plays a proof (image.def) with a machine of its own. */
#ifndef IMAGE_SCRIPT_H
#define IMAGE_SCRIPT_H

#include "tests/image/machine.h"
#include "tests/image/names.h"

#include <stdbool.h>
#include <stdio.h>

/* Where things are. */
struct places {
	char o[MACHINE_PATH], image[MACHINE_PATH], keys[MACHINE_PATH], here[MACHINE_PATH];
	uint64_t seed;
};

#define SCRIPT_BESIDE 4

struct script {
	const struct places *places;
	struct machine machine;
	enum port port;      /* where a shell is talked to */
	bool vars;           /* there are some of this run */
	char *out;           /* what the last command has said */
	struct names *names; /* what is on the screen that `on` has seen; NULL: none */
	pid_t beside[SCRIPT_BESIDE];
	unsigned beside_count;
	char count[12];      /* of `play` */
	struct budget whole; /* of `within`; zeroed: as long as it takes */
	const char *file;
	unsigned line, depth;
	char why[1024]; /* of a failure, or of a skip */
	bool skip;
};

/* `dir` is a folder of its own, empty. */
enum err script_init(struct script *s, const struct places *places, const char *dir);
void script_finish(struct script *s);

/* False when a line did not come true; file, line and why tell of it. With `skip`, it never can. */
bool script_play(struct script *s, const char *path);

/* The first comment of a proof, or its name. */
void script_title(const char *path, char *out, size_t cap);

/* Always false. */
__attribute__((format(printf, 2, 3))) bool script_fail(struct script *s, const char *format, ...);

/* The lines that are about what comes out of a machine (script_see.c) and what is done to it
 * (script_do.c); `rest` as it stands in the file, `w` as words of it, the first being its verb. */
struct words;
typedef bool script_fn(struct script *s, struct words *w, const char *rest);
#define LINE(word, rest, does) script_fn script_##does;
#include "tests/image/image.def"
#undef LINE

/* A shell's command on this computer, which must succeed. */
bool script_on_host(struct script *s, const char *command);

/* $NAMES, for a child that becomes a shell. */
void script_environment(struct script *s);

/* For who looks for the cause of a failure: what the panel shows, as instead.png. */
void script_keep_panel(struct script *s);

/* Ends what was started beside the machine. */
void script_alone(struct script *s);

const char *script_name(void *script, const char *name); /* what $NAME stands for */

#endif
