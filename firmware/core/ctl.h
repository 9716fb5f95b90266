/* kioskctl at the running kiosk: what a command is, for the files that have some. A command is one
 * line; it says lines and ends with an exit code, at once or later. */
#ifndef CORE_CTL_H
#define CORE_CTL_H

#include <stdbool.h>
#include <stdint.h>

#define CTL_MAX 4

struct core;
struct json_object;

struct ctl {
	struct core *core;
	int sock;    /* -1: free */
	int file;    /* sealed memory: the file that came with the command; -1: none */
	uint32_t id; /* of the command at work; 0: none */
	bool told;   /* of board.h: that nobody is there */

	/* Optional, of a command that ends later: the person has stopped waiting. */
	void (*left)(struct ctl *t);
};

struct ctls {
	struct ctl all[CTL_MAX];
	int listener;
	uint32_t last_id;
};

/* What a command returns. LATER: it has noted ctl::id, and ends by ctl_end(). */
enum ctl_code { CTL_DONE, CTL_REFUSED, CTL_USAGE, CTL_LATER };

__attribute__((format(printf, 2, 3))) void ctl_say(struct ctl *t, const char *format, ...);

/* A line for each of its lines. */
void ctl_say_object(struct ctl *t, struct json_object *o);

/* A file that the command has made, sealed memory; `fd` stays the caller's. */
void ctl_say_file(struct ctl *t, int fd);

/* The command `id` that ends later; NULL: whoever gave it has left. */
struct ctl *ctl_find(struct core *c, uint32_t id);

/* `code` is CTL_DONE, CTL_REFUSED or CTL_USAGE. */
void ctl_end(struct ctl *t, enum ctl_code code);

/* core's own: the listening socket that the supervisor made. */
void ctl_init(struct core *c);
void ctl_listen(struct core *c, int listener);
void ctl_finish(struct core *c);

#endif
