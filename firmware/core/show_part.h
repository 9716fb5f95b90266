/* The parts of show.c: words (show_text.c), and the screens of papers and the form
 * (show_part.c). */
#ifndef CORE_SHOW_PART_H
#define CORE_SHOW_PART_H

#include "firmware/base/view.h"
#include "firmware/core/core.h"

/* A procedure as citizens say it, in their language where there is a translation. */
const char *show_name(const struct procedure *p, enum language l);
/* That of the visit; "" when papers are added to a dossier and it is not known. */
const char *show_service(const struct visit *v);
const char *show_name_of(const struct visit *v, const struct paper *p);
const char *show_paper_name(const struct visit *v, size_t paper);

/* limit, fee, result, decision and the full name of the chosen procedure. */
void show_terms(struct view_writer *w, const struct visit *v);

/* Who it is (show_chip.c). */
void show_identify(struct view_writer *w, const struct core *c);
void show_card_key(struct view_writer *w, const struct core *c);
void show_chip(struct view_writer *w, const struct core *c);
void show_identity(struct view_writer *w, const struct core *c);

/* Papers and their pages (show_paper.c); what is missing: those that must be there. */
void show_papers(struct view_writer *w, const struct visit *v);
uint32_t show_missing(const struct visit *v);
void show_scan(struct view_writer *w, const struct core *c);
void show_page(struct view_writer *w, const struct core *c);
void show_pages(struct view_writer *w, const struct core *c);
void show_picture(struct view_writer *w, const struct page *p); /* image, width, height */
/* What the state already has (show_stored.c): how far the look-up is; one paper's row. */
void show_asking(struct view_writer *w, const struct core *c);
void show_stored_facts(struct view_writer *w, const struct core *c, size_t paper);
void show_stored(struct view_writer *w, const struct core *c);

/* How far a dossier is, and its fee (show_track.c). The fee, how it is paid, on any screen; the
 * form that PRINT on TRACK prints. */
void show_track_code(struct view_writer *w, const struct core *c);
void show_track(struct view_writer *w, const struct core *c);
void show_pay(struct view_writer *w, const struct core *c);
void show_fee(struct view_writer *w, const struct core *c);
void show_paying(struct view_writer *w, const struct core *c);
enum err show_track_form(const struct core *c, int *ret_view);

/* Certified copies (show_staff.c). */
void show_staff_pin(struct view_writer *w, const struct core *c);
void show_certify(struct view_writer *w, const struct core *c);
void show_compare(struct view_writer *w, const struct core *c);
void show_token_pin(struct view_writer *w, const struct core *c);

/* The work of staff (show_work.c). */
void show_staff_work(struct view_writer *w, const struct core *c);
void show_staff_queue(struct view_writer *w, const struct core *c);
void show_staff_stick(struct view_writer *w, const struct core *c);
void show_staff_machine(struct view_writer *w, const struct core *c);

/* Trials of the machine, and its set-up (show_trial.c). */
void show_staff_trial(struct view_writer *w, const struct core *c);
void show_staff_panel(struct view_writer *w, const struct core *c);
void show_staff_setup(struct view_writer *w, const struct core *c);

/* What is printed there, as a receipt's view. */
enum err show_slip(struct core *c, int *ret_view);
void show_form(struct view_writer *w, const struct core *c);
void show_errors(struct view_writer *w, const struct core *c);
void show_review(struct view_writer *w, const struct core *c);
void show_confirm(struct view_writer *w, const struct core *c);

#endif
