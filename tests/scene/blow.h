/* What can befall a kiosk from outside, and the peace in which it must have recovered. For the
 * proofs that do this at random. */
#ifndef SCENE_BLOW_H
#define SCENE_BLOW_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* splitmix64: a number below `below`; *state goes on. */
uint64_t blow_draw(uint64_t *state, uint64_t below);

/* SIGKILL. False: there is none to kill; a parser lives for one job only. */
bool blow_kill(const struct world *w, const char *role);

/* A command of the province (tests/province/command.def). Says on `out` what did not work. */
void blow_province(const struct world *w, const char *line, FILE *out);

/* Peace: everything that waits is sent. False: it is not, after hours of the kiosk's clock. */
bool blow_settle(struct world *w, int wait_ms, FILE *out);

bool blow_audit_is_whole(const struct world *w, FILE *out);

#endif
