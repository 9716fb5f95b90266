/* A real kiosk-core with everybody it talks to played here: the supervisor, the screen with a
 * visitor before it, the code reader, the scanner, the parsers and the way to the province. It
 * stands in for the whole kiosk where nothing but the disk and the program that writes to it are
 * on trial. */
#ifndef GUEST_STAGE_H
#define GUEST_STAGE_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include "tests/visitor/visitor.h"

#include <stdbool.h>
#include <sys/types.h>

/* What the stage hears of; NULL is allowed. */
struct stage_ears {
	/* The visitor has been told that the dossier is saved, for the first time. */
	void (*saved)(void *data, const struct visitor *v);
	/* The visitor has done something; how often so far in this visit. */
	void (*touched)(void *data, unsigned touches);
	void *data;
};

struct stage {
	pid_t core;
	int socks[ROLE_COUNT];  /* our ends; -1: nobody is there */
	bool link_up;           /* the province can be reached */
	unsigned answer_one_in; /* sends that get an answer, the others fail; 0: none */
	unsigned sends;

	struct visitor visitor;
	struct stage_ears ears;
	bool visiting, told;
	unsigned touches;
	struct msg_show shown;      /* the present screen; its view is ours, -1: none yet */
	char key[37], manifest[65]; /* of what is being sent */
};

/* Starts `program` with `conf` as its configuration. `s` is zeroed but for link_up, answer_one_in
 * and ears. What it says on standard error goes to `log`. */
enum err stage_start(struct stage *s, const char *program, const char *conf, int log);

/* One visit. ERR_OK: it came to its end, see s->visitor; ERR_GONE: the program has ended;
 * ERR_TIMEOUT: nothing has happened for wait_ms, or the visit goes round in circles. */
enum err stage_visit(struct stage *s, unsigned n, bool scans, int wait_ms);

/* Lets it go on with what it has to do, until nothing happens for quiet_ms. ERR_GONE. */
enum err stage_rest(struct stage *s, int quiet_ms);

/* Ends the program by `signal`. Its exit code, or minus the signal that it died of. */
int stage_stop(struct stage *s, int signal);

#endif
