/* What was answered so far. It is kept in a file from step to step, so that setting up goes on
 * after a power cut; the file that a technician brings (mocua-setup.conf) has the same form: one
 * `name = value` a line, names of setup.def, `#` begins a comment. */
#ifndef SETUP_ANSWERS_H
#define SETUP_ANSWERS_H

#include "firmware/base/err.h"
#include "firmware/base/setup.h"

#define ANSWER_CAP     208
#define ANSWERS_MAX    16384
#define ANSWERS_FILE   "answers"
#define SCRIPT_FILE    "mocua-setup.conf"
#define STAFF_PIN_CAP  160
#define HEX_SHA256_CAP 65
#define FILE_ID_CAP    64

struct answers {
	char of[ASK_COUNT][ANSWER_CAP];
	enum setup_step at;
	char staff_pin[STAFF_PIN_CAP]; /* never the PIN itself */
	char trusted[HEX_SHA256_CAP];  /* fingerprint of the province that was compared */
	char followed[FILE_ID_CAP];    /* the file of the stick that is in; "": none was */
};

/* Called for each fault of a text; line 0 is the whole of it. `name`: of the question, or the line.
 */
typedef void answers_fault_fn(void *data, unsigned line, const char *name, enum fault f);

/* Takes over what is answered in `text`; what it does not name stays. Answers that can't be right
 * are told and not taken. Returns how many faults there were. */
unsigned answers_parse(const char *text, size_t len, struct answers *a, answers_fault_fn *fn,
		       void *data);

/* The same for a file that nobody is beside: what it leaves out is a fault, too. */
unsigned answers_judge(const char *text, size_t len, answers_fault_fn *fn, void *data);

/* From and to the file in that folder. No error when there is none: then nothing is answered yet.
 * What may not be kept (PIN, code) is not. ERR_IO, ERR_NO_SPACE, ERR_DENIED. */
enum err answers_load(int dir_fd, struct answers *ret);
enum err answers_save(int dir_fd, const struct answers *a);

#endif
