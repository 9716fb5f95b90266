/* The state of kiosk-setup, and which of its files does what. main.c owns it.
 *
 *   face.c    the screen: messages in the place of core, what is typed
 *   show.c    the view of the present step, or of what is wrong with the board
 *   steps.c   what a step does when it is entered, when a person goes on
 *   certs.c   the steps that bring keys, certificates, and trust
 *   way.c     questions to the province
 *   list.c    the list of procedures: one that came with the set, which one stands
 *   end.c     recovery key, PIN, the report, and the end
 *   script.c  all of it from a file of answers */
#ifndef SETUP_SETUP_H
#define SETUP_SETUP_H

#include "firmware/base/board.h"
#include "firmware/base/child.h"
#include "firmware/setup/answers.h"
#include "firmware/setup/helper.h"
#include "firmware/setup/site.h"

#define SETUP_NOTES  6
#define RECOVERY_CAP 128
#define TYPED_CAP    512 /* more than can be kept: it is shown whole, and named too long */

struct told {
	enum note note;
	char more[160];
	enum fault fault; /* of that, in words; FAULT_NONE: nothing more is said */
	const char *words
		[LANGUAGE_COUNT]; /* why, before `more`, which is English then; NULL: no words */
};

enum ready_state { READY_UNKNOWN, READY_GOOD, READY_BAD, READY_EMPTY /* on purpose */ };

struct ready_line {
	enum ready_state state;
	char more[96];
	enum err why; /* more is its English detail; ERR_OK: more is of no language */
};

struct script {
	bool on;        /* goes on by itself, as far as the answers lead */
	uint32_t tried; /* setup.kind of the step that was gone on from */
	int ctl;        /* kioskctl, which listens; -1: nobody */
	int file;       /* its answers; -1: none */
	struct timer go;
};

struct setup {
	struct child child;
	struct board_places places;
	int dir_fd; /* of places.setup; -1: the data is not there */
	struct helper helper;
	void (*listed)(struct setup *s); /* who waits for the list */
	helper_fn *then;                 /* who waits for the province's answer to: */
	char question[4 * ANSWER_CAP];
	enum language language;
	unsigned look;
	bool done;   /* end with 0: the kiosk is there now */
	bool set_up; /* it was, with good settings, before this began */

	struct trouble_told troubles[TROUBLES_MAX];
	size_t trouble_count;
	bool board;               /* the screen of what is wrong, nothing else */
	char recover[ANSWER_CAP]; /* recovery key as typed */
	enum note board_note;     /* of the last try; NOTE_COUNT: none */

	struct answers kept;
	char typed[ASK_COUNT][TYPED_CAP];
	char filled[ASK_COUNT][ANSWER_CAP]; /* date and time as this program wrote them */
	int64_t minute;                     /* of the clock, as the page shows it */
	enum fault faults[ASK_COUNT];
	enum setup_step at;
	bool busy, ready_to_go;
	uint32_t kind; /* counts the steps that were shown: taps on one before do not count */
	struct told notes[SETUP_NOTES];
	size_t note_count;
	char facts[HELPER_TEXT]; /* what the helper knows of the machine */
	struct site site;
	bool entered;    /* a step: it is gone on with when a trouble of the board is over */
	bool touched;    /* the end has begun: no way leads back to what the kiosk served by */
	bool needs_code; /* a one-time code: no certificate is here, and none comes by stick */
	bool site_seen;  /* its folder lay on the stick when that was looked at */
	struct {
		enum note note; /* of one that was brought; NOTE_COUNT: nothing is to be said */
		char words[64]; /* which one stands; "": none that is known */
	} list;
	char recovery[RECOVERY_CAP];
	struct ready_line ready[READY_COUNT];
	struct timer poll, watch;
	struct timer forget; /* face_remember() */
	unsigned looks;

	int listener;
	struct script script;
};

/* face.c */
extern const struct child_handlers FACE_HANDLERS;
void face_show(struct setup *s);
void face_end(struct setup *s); /* the kiosk is set up: this program ends well */
/* For ten minutes from now, what was typed of a recovery key, a one-time code or a PIN. */
void face_remember(struct setup *s);

/* show.c */
enum err show_step(const struct setup *s, int *ret_view);
enum err show_board(const struct setup *s, int *ret_view);

/* steps.c */
void step_enter(struct setup *s, enum setup_step to);
void step_next(struct setup *s);
void step_back(struct setup *s);
void step_again(struct setup *s);
void step_skip(struct setup *s);
bool step_can_skip(const struct setup *s);
void step_note(struct setup *s, enum note n, const char *more); /* more: NULL or of no language */
void step_note_error(struct setup *s, enum note n, enum err why);
/* How the helper failed: its word, and its English detail or "" for those who read that. */
void step_note_failed(struct setup *s, enum note n, const char *word, const char *detail);
void step_forget_notes(struct setup *s);
void step_say_start(struct setup *s); /* what to bring, instead of all that was noted */
/* Where a power cut leads back to; false: it could not be kept, which was said. */
bool step_reached(struct setup *s, enum setup_step at);
void step_done(struct setup *s, enum setup_step to); /* its answers are kept, and the next begins */
void step_wait(struct setup *s);                     /* at work until step_rest() */
void step_rest(struct setup *s);
const char *step_fact(const struct setup *s, const char *name, char buf[96]);

/* certs.c */
void certs_way(struct setup *s);
void certs_enter_trust(struct setup *s);
void certs_look(struct setup *s); /* at the stick, while SETUP_TRUST waits for it */
void certs_trust(struct setup *s);
void certs_enter_enrol(struct setup *s);
void certs_enrol(struct setup *s);
void certs_enter_check(struct setup *s);
bool certs_here(
	struct setup *s); /* both certificates, for our keys, of the province that was compared */

/* list.c */
void list_ask(struct setup *s, void (*then)(struct setup *s)); /* fills s->list */
void list_note(struct setup *s);                               /* says what is to be said */

/* way.c */
void way_ask(struct setup *s, helper_fn *fn, const char *format, ...)
	__attribute__((format(printf, 3, 4))); /* as helper_ask(), and data is `s` */
/* The province is asked, and a person need not wait for it: nothing was written yet. */
bool way_waits(const struct setup *s);

/* end.c */
void end_enter_recovery(struct setup *s);
void end_recovery(struct setup *s);
void end_pin(struct setup *s);
void end_enter_ready(struct setup *s);
void end_finish(struct setup *s);
enum err end_write_conf(struct setup *s);
/* Why the line is not good: of the ERR= in what the helper has told. */
void end_ready_words(struct setup *s, enum ready r, const char *told);

/* script.c */
void script_listen(struct setup *s, int listener);
void script_look(struct setup *s);       /* at the first step: for a file of answers on a stick */
bool script_wanted(struct setup *s);     /* a person goes on: the file that waits begins, if any */
int script_stick(const struct setup *s); /* the folder of a MOCUA stick, or -1; caller closes */
void script_step(struct setup *s);       /* a step waits for a person */
void script_stop(struct setup *s);       /* goes back to waiting for people */
void script_done(struct setup *s);       /* the kiosk is set up */

#endif
