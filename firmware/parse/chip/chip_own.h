/* Shared by chip*.c only. */
#ifndef PARSE_CHIP_CHIP_OWN_H
#define PARSE_CHIP_CHIP_OWN_H

#include "firmware/parse/chip/access.h"
#include "firmware/parse/chip/chip.h"
#include "firmware/parse/chip/files.h"
#include "firmware/parse/chip/trust.h"

/* The files of a session, in the order in which they are read. */
enum chip_file {
	CHIP_DG1,
	CHIP_DG13,
	CHIP_SOD,
	CHIP_COM,
	CHIP_DG14,
	CHIP_DG15,
	CHIP_DG2,
	CHIP_FILES
};

struct chip {
	const struct chip_ask *ask;
	const struct chip_ears *ears;
	const struct line *line; /* the caller's */
	struct line timed;       /* the same, until the time is over */
	int64_t began_ms, cpu_began_us;
	bool answered; /* the card has answered once */
	bool over;     /* the time was: no answer, and none that the card is to blame for */

	struct session session;
	struct access access;
	struct file_way way;
	struct file files[CHIP_FILES];
	bool begun[CHIP_FILES]; /* its beginning is of an earlier session */
	enum chip_file reading;
	bool opened;
	unsigned reopened; /* times */

	bool judged; /* trust is filled in */
	bool signed_list;
	struct trust trust;
	enum chip_proof proof;
	bool withheld; /* BAC, though what was signed offers PACE */

	int step; /* told last */
	uint32_t name_ms;
};

/* Static facts: which file it is, and its data group, 0 for one that is none. */
enum file_id chip_file_id(enum chip_file f);
unsigned chip_file_dg(enum chip_file f);

void chip_tell_step(struct chip *c, enum chip_step step, unsigned percent);

/* Opens the card and prepares for reading. Errors as access_open(). */
enum err chip_open(struct chip *c);

/* From power off to the selected application once more. What was read stays read. Errors as
 * access_open(), and of the line. */
enum err chip_reopen(struct chip *c);

/* *ret_same is true when there is a whole EF.SOD and the card that lies here has the same: its end
 * is read from the card and compared. Errors of the line. */
enum err chip_same_card(struct chip *c, bool *ret_same);

/* Reads what is missing of a file. ERR_OK also when the card has no such file, does not give it or
 * lies about its length: then its span is empty. Other errors end the session. */
enum err chip_fetch(struct chip *c, enum chip_file f);

/* The whole file, or empty. */
struct span chip_span(const struct chip *c, enum chip_file f);

/* When the card was opened by PACE-CAM: sets c->proof by the key in EF.CardSecurity. Afterwards
 * the application is selected again. Errors as chip_reopen(). */
enum err chip_prove_cam(struct chip *c);

/* What an earlier session has kept, into c->files: nothing of it is proven. False when it is not
 * what this program writes; then nothing is taken. */
bool chip_kept_read(struct span kept, struct file files[CHIP_FILES]);

/* For the next session; *ret_len 0 and *ret NULL when there is nothing worth keeping. The caller
 * frees. */
void chip_kept_write(const struct file files[CHIP_FILES], uint8_t **ret, size_t *ret_len);

#endif
