/* The state of kiosk-core, and which of its files does what. main.c owns it. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "firmware/base/child.h"
#include "firmware/base/config.h"
#include "firmware/base/version.h"
#include "firmware/core/anchor_ctl.h"
#include "firmware/core/audit_ctl.h"
#include "firmware/core/bundle.h"
#include "firmware/core/calendar.h"
#include "firmware/core/care.h"
#include "firmware/core/catalogue_book.h"
#include "firmware/core/catalogue_renew.h"
#include "firmware/core/copy_book.h"
#include "firmware/core/copy_check.h"
#include "firmware/core/ctl.h"
#include "firmware/core/ctl_chip.h"
#include "firmware/core/ctl_scan.h"
#include "firmware/core/outbox.h"
#include "firmware/core/package.h"
#include "firmware/core/pades.h"
#include "firmware/core/papers.h"
#include "firmware/core/pay_ask.h"
#include "firmware/core/query.h"
#include "firmware/core/reconcile_run.h"
#include "firmware/core/renew.h"
#include "firmware/core/staff_desk.h"
#include "firmware/core/store.h"
#include "firmware/core/time_ask.h"
#include "firmware/core/track.h"
#include "firmware/core/trusted_time.h"
#include "firmware/core/unproven.h"
#include "firmware/core/update.h"
#include "firmware/core/vault.h"
#include "firmware/core/visit.h"
#include <stdbool.h>
#include <stdint.h>

#define DRAFT_KEEP_S  1800 /* from the beginning of the visit */
#define NIGHT_HOUR    3    /* nobody is in the building */
#define CORE_MAX_JOBS 8

struct core;

/* jobs.c: work for kiosk-parse, in two lanes: what a person waits for, and making pages into files
 * (MSG_JOB_DIGITIZE, BIND, ENDORSE, ORIGINAL), which may take its time. In each lane one at a time.
 * `answer` is NULL when there is none, and `why` says why; the descriptors of the answer may be
 * taken. A session with a chip (MSG_JOB_CHIP) has the reader, and calls for each of its messages;
 * CHIP_DONE or NULL is the last. */
typedef void job_fn(struct core *c, const char *tag, struct msg *answer, enum err why);

struct job {
	struct msg request;
	job_fn *done;
	uint32_t visitor; /* whose it is; 0: the kiosk's own */
	char tag[STORE_KEY_CAP];
};

enum lane_id { LANE_QUICK, LANE_PAGES, LANE_COUNT };

struct lane {
	struct job queue[CORE_MAX_JOBS];
	uint32_t count, id; /* queue[0] runs when id is not 0 */
	struct timer deadline;
};

struct jobs {
	struct lane lanes[LANE_COUNT];
	uint32_t last_id;
};

/* Takes over the request's descriptors, in any case. ERR_BUSY: too many wait. */
enum err jobs_add(struct core *c, struct msg *request, job_fn *done, uint32_t visitor,
		  const char *tag);
void jobs_parser(struct core *c, struct msg *m); /* MSG_PARSER from the supervisor */
void jobs_message(struct core *c, enum role from, struct msg *m); /* from kiosk-parse */
void jobs_parser_gone(struct core *c, enum role who);

/* Ends what runs and waits with this function; nobody is called. */
void jobs_cancel(struct core *c, job_fn *done);

/* This person has left: ends what runs and waits for them; nobody is called. */
void jobs_forget(struct core *c, uint32_t visitor);

/* desk.c: the devices at the counter. */
struct device_state {
	bool here, near_end;
	enum err state;
	char model[64];
};

/* Answers of MSG_SCAN_LEFT. */
enum scan_left { LEFT_NONE, LEFT_SOME, LEFT_UNKNOWN };

struct desk {
	struct device_state devices[ROLE_COUNT];
	struct audit_pace noted[ROLE_COUNT]; /* that they came and went */
	uint32_t scan_job, print_job;
	uint8_t sides;        /* asked of the scan that runs */
	uint8_t left, loaded; /* enum scan_left: originals in the scanner, paper in its feeder */
	uint32_t left_by;     /* the visitor at whose time they came there */
	bool scanning, drawing, printing, card_in;
	bool scanned; /* sheets may wait in the scanner: a job began, and SCAN_STOP did not come */
	uint32_t cards;           /* laid on the reader so far */
	uint32_t max_answer;      /* of the one that lies there: what the reader can bring, */
	uint8_t atr[33], atr_len; /* and its type */
	bool camera_told;         /* a camera is set, and the driver has said how it is: */
	enum err camera;
	char camera_model[64];
	bool live;                   /* its frames were asked for; the last: */
	struct msg_scan_frame frame; /* pixels -1: none */
	enum err scan_why;           /* of a scan that could not begin */
	enum err print_why;          /* what the deadline means when it comes */
	struct timer print_deadline, scan_deadline;
};

void desk_message(struct core *c, enum role from, struct msg *m);
void desk_peer(struct core *c, enum role who, bool here);
void desk_scan(struct core *c, uint32_t most);
void desk_scan_stop(struct core *c);
void desk_print(struct core *c);
void desk_forget(struct core *c); /* the citizen left: stop what still runs for them */

/* ERR_OK when ready for work; ERR_GONE when its program or the device is not there. */
enum err desk_state(const struct core *c, enum role device);

/* desk_camera.c: a camera above the desk, beside the scanner or in its place. */
bool desk_has_camera(const struct core *c);
bool desk_has_choice(const struct core *c); /* both can take papers */

/* desk_state(), for those who want papers taken by whatever takes them: ROLE_SCAN is able when
 * either scanner or camera is. */
enum err desk_able(const struct core *c, enum role device);

/* Where the next scan takes its paper from: what the person chose, if it is there. */
enum page_source desk_source(const struct core *c);

void desk_camera_init(struct desk *d);
void desk_camera_gone(struct core *c); /* with its driver */
void desk_watch(struct core *c);       /* frames come as long as the present screen shows them */
void desk_frame(struct core *c, struct msg_scan_frame *m);
bool desk_camera(struct core *c, const struct msg_scan_camera *m); /* whether that is news */

/* guest.c: carries out what the visit asks for, and tells it what happens. */
extern const struct visit_ports GUEST_PORTS;
bool guest_step(struct core *c, const struct visit_event *e);
void guest_act(struct core *c, const struct msg_act *act);
void guest_scrub(struct core *c); /* wipes the stack, in the next turn of the loop */

/* pages.c: every page of the visit is kept, looked at and digitized, one after the other. What
 * there is to do stands in the pages themselves: a power cut or a dead parser only repeats it. */
struct pages {
	uint32_t looked_at, digitized, decoded; /* page::file of those at work; 0: none */
	uint32_t compared, compared_to;
	uint16_t look_turns, digitize_turns;
};

void pages_came(struct core *c, struct msg_scan_page *s);
void pages_looking(struct core *c); /* the parser is at work: there is time for the disk */
void pages_poke(struct core *c);    /* something may be to do */

/* page_code.c: whether the code on a page is an identity card's, and what it says. */
void pages_decode(struct core *c);
void pages_judge(struct page *p); /* is it another paper, by its title or its code? A hint. */

/* page_same.c: whether a page was scanned before, or a form of it filled in by somebody else. */
void pages_compare(struct core *c);

/* draft.c: the visit in its vault, so that a power cut costs nothing. */
enum err draft_keep(struct core *c);
enum err draft_resume(struct core *c);
void draft_drop_page(struct core *c, const struct page *p);

/* What belongs to a page, each a file: its pixels, its preview, its pack. `fd` is sealed memory,
 * and stays the caller's; *ret_fd is the caller's. */
enum page_part { PART_PIXELS, PART_PREVIEW, PART_PACK };
enum err draft_put_part(struct core *c, uint32_t file, enum page_part part, int fd);
enum err draft_get_part(struct core *c, uint32_t file, enum page_part part, int *ret_fd);

/* chip.c: reading the chip of the card on the reader, for one at a time. */
struct reading {
	struct chip chip; /* as far as it is known */
	struct chip_news news;
	char name[256];
	int kept; /* of a session that was cut short; -1: nothing */
};

void chip_init(struct core *c);
enum err chip_read(struct core *c, const struct card_key *key);
void chip_stop(struct core *c); /* and forgets what was read */

/* handin.c: from the visit to a sealed package in the outbox, step by step. */
struct handin {
	bool begun, at_work;
	size_t paper;   /* that is being bound, or whose originals are made */
	uint32_t page;  /* whose original is being made */
	uint8_t tries;  /* of the present job */
	int *pdfs;      /* of each paper, sealed memory; -1: none yet */
	int *originals; /* of each page */
	struct timer next;
};

void handin_start(struct core *c);
void handin_poke(struct core *c);   /* a page may be ready */
void handin_forget(struct core *c); /* nothing is to be handed in any more */

/* The file of one paper: the order for kiosk-parse, which the caller owns on ERR_OK; and the
 * kiosk's seal in what came of it, sealed memory. */
enum err handin_order(struct core *c, size_t paper, struct msg *ret);
enum err handin_seal(struct core *c, const struct msg_bound *b, int *ret_pdf);

/* certify.c: an officer's certified copies of the papers of this visit. */
#define CERTIFY_FORM      "BẢN SAO ĐIỆN TỬ"
#define CERTIFY_REASON    "Chứng thực bản sao điện tử từ bản chính"
#define CERTIFY_STATEMENT "Chứng thực bản sao điện tử này đúng với bản chính"

struct certify {
	char boot[CLOCK_BOOT_CAP];  /* of the machine */
	struct msg_token_cert cert; /* who could sign; cert_len 0: not known */
	int64_t known_s;            /* the province has said that it is later than this */
	bool at_work;
	size_t paper;
	uint64_t pages; /* visit_pages_mark() of what is signed */
	struct copy_entry entry;
	uint32_t job, last_job; /* of the token; 0: nothing is asked of it */
	char pin[STAFF_PIN_BYTES];
	uint8_t *pdf; /* with a place for the signature */
	size_t len, gap_at, gap_len;
	struct pades pades;
	struct timer patience;
};

enum err certify_start(struct core *c, const char *token_pin);
void certify_token_state(struct core *c); /* it has changed */
void certify_message(struct core *c, struct msg *m);
void certify_forget(struct core *c); /* stops, and says nothing: nobody waits for it */

/* certify_who.c: officers and their tokens. open: when the program begins. */
enum err certify_open(struct core *c);
enum err certify_may(const struct core *c); /* ERR_DENIED: no officer's PIN is configured */
/* ERR_WRONG_PIN with the tries that are left, ERR_WAIT_PIN. */
enum err certify_check_staff(struct core *c, const char *pin, uint8_t *ret_left);
void certify_ask_token(struct core *c);
enum err certify_token(const struct core *c); /* ERR_OK: there is one that may sign today */

/* When a certificate must be valid: by the clock, but never before what the province has said. */
int64_t certify_now(const struct core *c);

/* certify_copy.c: the number of the copy at work, durable; the words and the code for it; what was
 * signed is judged, and only then kept, durably. */
enum err certify_number(struct core *c);
enum err certify_words(struct core *c, struct msg_job_endorse *job);
enum err certify_judge(const struct core *c, const struct msg_pdf_told *t);
enum err certify_keep(struct core *c);
void certify_dropped(struct core *c, size_t paper); /* it is a copy no more */

/* The certified file of that paper, sealed memory, the caller's. False: there is none. */
bool certify_take(struct core *c, size_t paper, int *ret_pdf);

/* folder.c: the visit as a dossier, packed. As package_make(). */
enum err folder_pack(const struct core *c, const char *receipt_code, struct package *ret);

/* sender.c: from the outbox to the province and back. */
struct sender {
	bool link_up;
	enum err link_why;       /* why it is not */
	char key[STORE_KEY_CAP]; /* being sent, or being checked; "" when idle */
	const void *proof;       /* the answer being checked; NULL: none */
	size_t proof_len;
	struct timer next, patience;
	struct timer lease; /* of the one being sent: runs out when it shows nothing */
};

void sender_message(struct core *c, struct msg *m);
void sender_peer(struct core *c, bool here);
void sender_poke(struct core *c);                     /* something new may be due */
void sender_wait_for(struct core *c);                 /* the visit shows SENDING */
void sender_settled(struct core *c, const char *key); /* answered by another way */
void sender_proven(struct core *c);                   /* the trial is over: unproven.h */
void sender_finish(struct core *c);

/* show.c: what the screen is told. */
void show_screen(struct core *c);
enum err show_receipt(struct core *c, int *ret_view);

/* "25/11/2026", when the result of this procedure can be expected if the province receives it at
 * received_s; "" when nothing can be said. *ret_sure: every day until then was announced. */
void show_expected(const struct core *c, const struct procedure *p, int64_t received_s,
		   char ret_text[12], bool *ret_sure);

struct core {
	struct child child;
	struct config config;
	struct version version;
	struct trusted_time time;
	struct time_ask time_ask;
	struct store *store;
	struct catalogue_book book;
	const struct catalogue *catalogue; /* the newest of the book */
	struct calendar calendar;
	bool has_calendar; /* without one, no day is ever expected */
	struct package_keys *keys;
	int answer_anchor; /* sealed memory with the PEM file */

	struct visit visit;
	uint32_t visitor; /* counts people; late answers to an earlier one are dropped */
	struct vault *vault;
	uint32_t next_file;
	char dossier_key[STORE_KEY_CAP];
	uint32_t handed_in; /* visitor whose dossier is in the outbox under dossier_key; or 0 */
	struct timer quiet, scrub;
	int64_t tick_ms; /* when the present second of a countdown began */

	struct jobs jobs;
	struct desk desk;
	struct reading reading;
	struct pages pages;
	struct handin handin;
	struct certify certify;
	struct copy_check check;
	struct staff_desk desk_of_staff;
	struct sender sender;
	struct bundle bundle;
	struct payments payments;
	struct track track;
	struct papers papers;
	struct queries queries;
	struct renew renew;
	struct reconcile reconcile;
	struct ctls ctls;
	struct hand hand;
	struct trial trial;
	struct anchor_listing anchors;
	struct care care;
	struct renewal renewal;
	struct audit_report report;
	struct update update;
	struct unproven unproven;
	bool held; /* the data is a newer release's: held.h */
	uint32_t gave_up; /* a bit for each program that keeps dying */
};

/* "09:42 ngày 21/11/2026" or "09:42 on 21/11/2026", in Vietnam's time. */
void core_time_text(int64_t wall_s, enum language l, char *out, size_t cap);

/* As much of `text` as fits, whole characters. */
void core_cut_text(const char *text, char *out, size_t cap);

/* "001******000" */
void core_mask_number(const char *number, char out[13]);

#endif
