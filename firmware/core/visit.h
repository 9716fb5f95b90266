/* One citizen's visit: the state, and the steps of visit.def. It knows no device, file or
 * program; what it wants done it asks of its ports, so that tests can walk it alone. */
#ifndef CORE_VISIT_H
#define CORE_VISIT_H

#include "firmware/base/arena.h"
#include "firmware/base/err.h"
#include "firmware/base/papers.h"
#include "firmware/base/role.h"
#include "firmware/base/screens.h"
#include "firmware/core/card.h"
#include "firmware/core/card_key.h"
#include "firmware/core/catalogue.h"
#include "firmware/core/form.h"
#include "firmware/core/supplement.h"
#include "firmware/core/track_code.h"
#include "firmware/core/visit_page.h"
#include "firmware/core/visit_staff.h"
#include <stdbool.h>
#include <stdint.h>

#define VISIT_MAX_PAPERS 64
#define VISIT_HITS       5  /* on one page of the search */
#define VISIT_WARN_S     45 /* of the countdown before a quiet visit ends */

/* Actions keep their numbers; events follow. */
#define SCREEN(name, step)
#define ACTION(name) ON_##name,
#define RULE(in, on, act, to)
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other)
#define EVENT(name) ON_##name,
enum visit_on {
#include "firmware/base/screens.def"
#include "firmware/core/visit.def"
	VISIT_ON_COUNT
};
#undef SCREEN
#undef ACTION
#undef EVENT
#undef RULE
#undef QUIET
#undef NEEDS

/* How far the reading of a chip has come. */
struct chip_news {
	uint8_t step, percent; /* enum chip_step */
	const char *name;      /* "" until it is known */
};

struct visit_event {
	enum visit_on on;
	uint32_t index;   /* of an action; percent of PROGRESS; seconds of TICK; page::file */
	const char *text; /* of an action; dossier code of ACCEPTED, reason of REFUSED */
	/* CARD_KNOWN: struct card; CHIP_NEWS: struct chip_news; CHIP_READ: struct chip; PAGE_CAME:
	 * struct page. The visit takes over the descriptors of what it takes. */
	const void *bytes;
	enum err why;     /* of a failure */
	enum role device; /* of FAULT */
	int64_t time_s, due_s;
};

/* What this person left here before: nothing, a visit to go on with, or a dossier that was handed
 * in without its owner hearing of it. */
enum draft { DRAFT_NONE, DRAFT_UNFINISHED, DRAFT_UNTOLD };

/* Where a field's value comes from. */
enum value_from {
	FROM_NOTHING, /* empty, or the form's own first value */
	FROM_TYPED,
	FROM_CODE,
	FROM_CHIP,
	FROM_PAPER /* read from a scanned page; the citizen took it over */
};

/* Of each paper: visit::have. */
enum have {
	HAVE_UNASKED,
	HAVE_BROUGHT,
	HAVE_NOT,
	HAVE_REUSED, /* pages that were scanned for another procedure stand for it */
	HAVE_STORED, /* what the state has stands for it, by reference: nothing is scanned */
};

struct visit;

/* What the visit asks for. All are required; `data` is visit::ports_data. Answers to the ones
 * that take time come as events. */
struct visit_ports {
	/* Show visit::at. `fresh`: a new step, not the same one with other values. */
	void (*show)(void *data, bool fresh);
	void (*wait)(void *data, uint32_t quiet_s, bool countdown);
	enum err (*may_begin)(void *data);
	enum draft (*has_draft)(void *data); /* of visit::card */
	/* Goes on with what was read before, until stop_chip. ERR_BUSY. */
	enum err (*read_chip)(void *data, const struct card_key *key);
	void (*stop_chip)(void *data);
	enum err (*begin)(void *data);           /* from now on keep what is entered */
	enum err (*resume)(void *data);          /* fill the visit from the draft */
	void (*keep)(void *data);                /* keep the visit as it is now */
	enum err (*open_form)(void *data);       /* visit::form of visit::procedure */
	void (*scan)(void *data, uint32_t most); /* at most so many pages, for visit::paper */
	void (*scan_stop)(void *data);
	void (*drop_page)(void *data, const struct page *page);
	enum err (*keep_pages)(void *data); /* those in memory, with visit::pages, are durable */
	void (*hand_in)(void *data);
	void (*print)(void *data);
	void (*call_staff)(void *data);
	/* staff: have they a PIN here. An officer's copies: the officer's own PIN, ERR_WRONG_PIN or
	 * ERR_WAIT_PIN; whose token is there; how it is; signs what was compared, and answers with
	 * COPIES_MADE */
	enum err (*has_staff)(void *data);
	enum err (*check_staff)(void *data, const char *pin, uint8_t *ret_left);
	void (*ask_token)(void *data);
	enum err (*token)(void *data);
	enum err (*certify)(void *data, const char *token_pin);
	/* a copy that somebody brought: begin anew; judge a file of the stick; answers with
	 * COPY_TOLD */
	void (*check_copy)(void *data);
	void (*check_file)(void *data, uint32_t index);
	/* the work of staff (staff.h): its screen comes up; a deed of it; another page of what
	 * waits, or on STAFF_UPDATE which of the updates to install; is a stick at work */
	void (*staff_open)(void *data);
	void (*staff_do)(void *data, uint32_t deed);
	void (*staff_more)(void *data, uint32_t page);
	bool (*stick_at_work)(void *data);
	/* how far a dossier is, by its code; answers with TRACK_TOLD. ERR_BUSY: too many codes
	 * were wrong, and nobody is asked. Of the dossier that was asked for: ask again, pay its
	 * fee (PAY_NEWS follows), leave that */
	enum err (*track)(void *data, const char *code);
	enum err (*track_again)(void *data);
	void (*pay)(void *data);
	/* visit::supplement of the dossier that was asked for. ERR_DENIED: nothing is asked for */
	enum err (*supplement)(void *data);
	void (*pay_left)(void *data);
	/* papers that the state has of this person: ask the province (PAPERS_TOLD follows), or
	 * forget them; what there is for a paper of the procedure; look at it (PAPER_TOLD
	 * follows), at another page of it; that is over */
	void (*find_papers)(void *data, bool allow);
	enum stored (*stored)(void *data, size_t paper);
	void (*see_paper)(void *data, size_t paper);
	void (*turn_paper)(void *data, uint32_t page);
	void (*unsee_paper)(void *data);
	/* what was certified is a copy no more, and was not handed in */
	void (*copy_dropped)(void *data, size_t paper);
	void (*wipe)(void *data); /* all that is outside struct visit */
};

/* What can be taken back: DROP, MOVE or TURN; ON_NONE: nothing. */
struct undo {
	enum visit_on on;
	struct page page; /* that was dropped */
	uint32_t file, place;
	int step;      /* of MOVE */
	uint16_t turn; /* before TURN */
	uint8_t have;
	bool done;
};

struct visit {
	const struct visit_ports *ports;
	void *ports_data;
	const struct catalogue *catalogue;
	struct arena arena; /* everything typed */

	/* the world; set by the owner before each step */
	int32_t today;   /* yyyymmdd */
	bool card_in;    /* a card lies on the chip reader */
	uint32_t cards;  /* how many were laid there */
	bool paper_left; /* originals lie in the scanner */

	enum screen at, under;
	uint32_t turn;
	enum language language;
	uint8_t look;
	enum err why;       /* of the present screen */
	enum err under_why; /* of the screen below */
	enum role device;   /* of FAULT */
	uint8_t state, percent;
	uint16_t left_s;   /* of TIMEOUT */
	int64_t started_s; /* set by the owner when a person begins */
	bool silent;       /* the present step changes nothing on the screen */

	bool identified, kept; /* a card is known; a vault is open */
	enum draft draft;
	enum card_source source;
	struct card card; /* who it is, by `source` */
	struct card code; /* what the printed code said, when `coded` */
	bool coded;
	struct chip chip;
	bool for_other; /* files for somebody else */

	char key_typed[1 + CARD_KEY_PARTS][13]; /* on CARD_KEY: six digits, number, birth, expiry */
	enum err key_errors[1 + CARD_KEY_PARTS];
	enum chip_key key_kind;   /* that is asked for */
	struct card_keys keys;    /* that are tried */
	uint32_t key, tried_card; /* the one at work, and at which of visit::cards */
	uint32_t retries;         /* begun by itself since somebody did something */
	uint8_t step;             /* of CHIP, and visit::percent; enum chip_step */
	char chip_name[256];

	char track_code[TRACK_CODE_CAP]; /* as it is typed */
	bool track_wrong;                /* it is none */
	enum screen pay_from;            /* that led to PAY */
	struct supplement supplement; /* when papers are added to a dossier: its procedure, too */

	char query[256];
	uint32_t hits[VISIT_HITS], hit_total, hit_page;
	const struct procedure *procedure;

	uint8_t have[VISIT_MAX_PAPERS];               /* enum have */
	bool done[VISIT_MAX_PAPERS];                  /* its last page was kept */
	const struct paper *reused[VISIT_MAX_PAPERS]; /* whose pages stand for it */
	uint8_t paper;                                /* being scanned */
	uint8_t scan_source;                          /* enum page_source, as a person chose */
	struct page *pages;                           /* VISIT_MAX_PAGES of them */
	uint32_t page_count;
	uint32_t sheets;   /* that came in this go */
	uint32_t large;    /* page::file of the one that is looked at closely; 0: none */
	uint32_t replace;  /* page::file of the one that is scanned again; 0: none */
	enum err scan_why; /* how the go ended, once state is 2 */
	struct undo undo;

	struct form form;
	bool form_open;
	char *values[FORM_MAX_FIELDS]; /* FORM_VALUE_BYTES each, in the arena */
	enum value_from from[FORM_MAX_FIELDS];
	enum err errors[FORM_MAX_FIELDS];
	uint8_t group;
	bool reviewing; /* REVIEW was reached: after an edit go back there */

	struct staff staff;

	/* of THANKS, after the wipe: what the visit before it had come to */
	bool left_saved, left_printed, left_told;
	bool heard; /* its code was on the screen */
	bool saved; /* the dossier is in the outbox: it is not the citizen's to lose any more */
	char receipt_code[40], dossier_code[64], reason[1024];
	int64_t saved_s, answered_s, due_s;
	bool unsure; /* nobody can vouch for saved_s */
};

/* `v` must not move afterwards. ERR_NO_MEMORY. */
enum err visit_init(struct visit *v, const struct catalogue *catalogue,
		    const struct visit_ports *ports, void *ports_data);
void visit_finish(struct visit *v);

/* Takes one step. What the world tells, and an overlay has no rule for, happens to the screen below
 * it. False: there is no rule for it, and nothing happened. */
bool visit_step(struct visit *v, const struct visit_event *e);

/* Wipes all that is the citizen's; language and look go back to the standard. */
void visit_wipe(struct visit *v);

/* Shows the present screen again, for example to a screen program that has just started. */
void visit_show(struct visit *v);

/* A paper the citizen hands in here (not the declaration, not one only to show). */
bool visit_wants_paper(const struct procedure *p, size_t paper);

/* Does this page stand for that paper: scanned for it, or for one whose pages it takes? Pages set
 * aside stand for none. */
bool visit_stands_for(const struct visit *v, const struct page *p, size_t paper);
uint32_t visit_pages_of(const struct visit *v, uint8_t paper);

/* NULL when there is none of that number. */
struct page *visit_page(const struct visit *v, uint32_t file);

/* It was looked at and is good to have: the one that it replaces goes. */
void visit_page_seen(struct visit *v, uint32_t file);

/* A page and one before it whose prints are alike and whose pictures were not compared yet. False:
 * there are none, or so many that it does not matter any more. */
bool visit_to_compare(const struct visit *v, struct page **ret_p, struct page **ret_q);

/* Every page that is the same as one before it, as comparing showed, gets ERR_SAME_PAGE,
 * every other one loses it. */
/* Pages that were scanned of the procedure's i-th paper, which is "not brought" now. */
uint32_t visit_pages_kept_back(const struct visit *v, size_t i);

/* Papers that can stand by reference no more are unasked again. */
void visit_check_stored(struct visit *v);

void visit_mark_copies(struct visit *v);

/* The pages that the present screen lists, in order: on PAGE those of visit::paper, also what was
 * set aside; on PAGES all but those. NULL past the last. */
struct page *visit_listed(const struct visit *v, uint32_t index);

/* The scanned paper whose pages can stand for paper `i` as well; NULL: there is none. */
const struct paper *visit_can_reuse(const struct visit *v, size_t i);

/* Certified copies. Which pages, in which order and which way up, stand for a paper; of this visit
 * copies can be certified; the paper of a row on CERTIFY, VISIT_MAX_PAPERS: none; the page that is
 * on COMPARE, or NULL; copies in that state; those whose pages have changed are none any more. */
uint64_t visit_pages_mark(const struct visit *v, size_t paper);
bool visit_may_certify(const struct visit *v);
size_t visit_copy_paper(const struct visit *v, uint32_t index);
const struct page *visit_copy_page(const struct visit *v);
uint32_t visit_copies_in(const struct visit *v, enum copy_state state);
void visit_check_copies(struct visit *v);
void visit_drop_copies(struct visit *v); /* all of them, whatever their pages are */

/* Does nobody's visit lie below the work of staff? */
bool visit_is_free(const struct visit *v);

/* Is this page handed in, under whichever paper? */
bool visit_counts(const struct visit *v, const struct page *p);

/* How many of those are still at work. */
uint32_t visit_busy(const struct visit *v);

/* Pages without a pack or pixels in memory go; of no use to another procedure. */
void visit_drop_empty(struct visit *v);

/* What was read from a paper for this field: dd/mm/yyyy for a date. False: nothing. */
bool visit_offer(const struct visit *v, size_t field, char ret_value[FORM_VALUE_BYTES],
		 const struct page **ret_page);

/* Some groups are asked only of who files for somebody else. */
bool visit_asks(const struct visit *v, size_t group);

/* What is confirmed with the form, in the citizen's language. */
const char *visit_declaration(const struct visit *v);

/* Gives every field of the form its memory and what the card says. ERR_NO_MEMORY. */
enum err visit_fill_form(struct visit *v);

/* The table, for tests and the diagram. */
struct visit_rule {
	int in; /* enum screen, or VISIT_ANY */
	enum visit_on on;
	enum screen (*act)(struct visit *, const struct visit_event *);
	uint64_t to; /* a bit for each screen, VISIT_UNDER, VISIT_SAME */
};
#define VISIT_ANY   (-1)
#define VISIT_UNDER (1ull << 62)
#define VISIT_SAME  (1ull << 63)

extern const struct visit_rule VISIT_RULES[];
extern const size_t VISIT_RULE_COUNT;
extern const uint16_t VISIT_QUIET_S[SCREEN_COUNT];
const char *visit_on_name(enum visit_on on);

/* The device a screen cannot do without, and another that does as well (or the same);
 * ROLE_COUNT: none. */
enum role visit_needs(enum screen s);
enum role visit_needs_or(enum screen s);

/* The card was read by its chip, and was found altered or copied: nobody goes on with it. */
bool visit_is_barred(const struct visit *v);

/* Laid over the screen visit::under. */
bool visit_is_overlay(enum screen s);

#endif
