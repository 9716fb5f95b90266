/* The camera stand as the worker (scan_worker.h) has it: whether it is there, what it sees while
 * somebody looks, one picture a job. A stand without a path does nothing. */
#ifndef DRIVERS_SCAN_STAND_H
#define DRIVERS_SCAN_STAND_H

#include "drivers/camera.h"
#include "firmware/base/msg.h"
#include <stdbool.h>
#include <sys/types.h>

struct stand {
	const char *path; /* of the video device; "": there is none */
	int sock;         /* to the driver; readable: it has something to say */
	void (*tell)(void *data, const struct msg *m);
	void *tell_data;

	struct camera *camera; /* NULL: not open */
	bool live;             /* somebody wants to see */
	bool told;
	enum err state;
	char name[CAMERA_NAME_CAP];
	dev_t device; /* the node that `state` is about; 0 and 0: none */
	ino_t node;
	int64_t silent_until_ms, check_ms, frame_ms;
	uint8_t *before; /* sight_doubt()'s */
	uint32_t before_dots;
	bool seen;
};

void stand_finish(struct stand *s);

/* Does what is due; returns how long there is nothing to do then, in ms; -1: for ever. Waits for a
 * frame CAMERA_FRAME_MS at most, and not while `sock` is readable. */
int stand_turn(struct stand *s);

void stand_live(struct stand *s, bool on);

/* The errors of camera_open() and camera_take(); ERR_GONE: it is, or fell silent, or none is
 * set. */
enum err stand_take(struct stand *s, const struct camera_stop *stop, struct picture *ret);

#endif
