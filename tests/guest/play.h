/* What everybody around kiosk-core says to it. For the stage only. */
#ifndef GUEST_PLAY_H
#define GUEST_PLAY_H

#include "firmware/base/msg.h"
#include "tests/guest/stage.h"

/* The devices are ready; the link is as the stage says. */
enum err play_greet(struct stage *s);

/* What `me` answers to a message from core. ERR_GONE: a parser has done its job, and ends. */
enum err play_message(struct stage *s, enum role me, struct msg *m);

/* A new visitor looks at the screen as it is. */
void play_look(struct stage *s);

/* play_paper.c: what kiosk-parse makes of pages. Any bytes do: nobody else opens a pack. */
enum err play_scan(struct stage *s, const struct msg_scan_start *start);
enum err play_seen(int sock, const struct msg_job_look *job);
enum err play_digitized(int sock, const struct msg_job_digitize *job);
enum err play_bound(int sock, const struct msg_job_bind *job);

#endif
