/* What the forms on a strip of paper have in common: receipt*.c and form0*.c. */
#ifndef UI_RECEIPT_PART_H
#define UI_RECEIPT_PART_H

#include "firmware/base/screens.h"
#include "firmware/base/view.h"
#include "ui/slip.h"

/* How words look there; what only one of them needs stands with it. */
static const struct slip_words BOLD_TITLE = { .size = SLIP_TITLE, .bold = true, .centred = true };
static const struct slip_words PLAIN = { .size = SLIP_BODY };
static const struct slip_words BOLD = { .size = SLIP_BODY, .bold = true };
static const struct slip_words MIDDLE = { .size = SLIP_BODY, .centred = true };
static const struct slip_words CODE = {
	.size = SLIP_BIG, .bold = true, .centred = true, .whole = true
};

/* Office and place. */
void receipt_head(struct slip *s, const struct view *v);

/* The nation's name and motto, then place and the date of time_s. */
void receipt_nation(struct slip *s, const struct view *v);

/* A pattern filled and put at once, so that no text of the citizen stays behind. */
void receipt_filled(struct slip *s, struct slip_words how, const char *pattern, const char *one);

/* What was scanned, paper by paper. */
void receipt_papers(struct slip *s, const struct view *v, enum language l);

/* Papers were added to a dossier: the province has taken them, or they are saved here only; no form
 * of the circular (receipt_supplement.c). */
void receipt_supplement(struct slip *s, const struct view *v, enum language l);

/* What staff have printed: no receipt (receipt_slip.c). */
void receipt_slip(struct slip *s, const struct view *v, enum language l);

/* Whom to call, and room to tear. */
void receipt_foot(struct slip *s, const struct view *v, enum language l);

/* Forms 02, 03 and 05 of the same circular: papers are missing, a refusal, an end (form02.c). */
void form02(struct slip *s, const struct view *v, int64_t form);

/* Form 04 of Circular 03/2025/TT-VPCP: an apology and a new appointment (form04.c). */
void form04(struct slip *s, const struct view *v);

#endif
