/* What every command of kiosk-sync begins with: the settings, and a way to the province. */
#ifndef SYNC_HAND_H
#define SYNC_HAND_H

#include "firmware/base/config.h"
#include "firmware/base/loop.h"
#include "firmware/sync/http.h"

/* Zero it before use. */
struct hand_line {
	struct config config;
	struct clock clock;
	struct loop *loop;
	struct http *http;
};

/* What is wrong is said on standard error. hand_close() also after an error. */
enum err hand_open(struct hand_line *l);
void hand_close(struct hand_line *l);

/* What a technician does next. */
const char *hand_advice(enum err e);

#endif
