/* Is this bundle one that this kiosk may install? All that can be known before anything is
 * written. */
#ifndef BOARD_BUNDLE_H
#define BOARD_BUNDLE_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>

#define BUNDLE_WORDS 256

struct bundle {
	char path[PATH_MAX];
	char version[48], compatible[48];
	bool permitted;         /* it is older, and a technician has signed for that */
	char why[BUNDLE_WORDS], why_vi[BUNDLE_WORDS]; /* one sentence; of a refusal */
};

/* Files of a bundle's name lie in one of these folders only: BOARD_UPDATE, BOARD_STICK. False:
 * this is none of them. */
bool bundle_place_ok(const struct board *b, const char *path);

/* Whether its signature, form, board and version are right. ERR_REFUSED with the sentence in
 * ret->why and in Vietnamese, which are set in any case. ERR_IO: rauc cannot be asked. */
enum err bundle_judge(const struct board *b, const char *path, struct bundle *ret);

/* A version by itself, with the permit that may lie at permit_path. */
enum err bundle_judge_version(const struct board *b, const char *permit_path, struct bundle *at);

/* "VERSION=..." and "COMPATIBLE=..." of what `rauc info` says in its shell form; other lines are
 * passed over. */
void bundle_line(struct bundle *at, const char *line);

#endif
