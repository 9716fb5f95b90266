/* Form 04 of Circular 03/2025/TT-VPCP (Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết): an
 * office that does not keep its day says so, why, and names another one. The province writes it;
 * the kiosk shows and prints it, and tells staff what is odd about it. */
#ifndef CORE_APOLOGY_H
#define CORE_APOLOGY_H

#include "firmware/base/err.h"
#include "firmware/base/view.h"
#include "firmware/core/calendar.h"
#include <stdint.h>

/* Texts are borrowed, "" or NULL when not known; times are Unix seconds, 0 when not known. */
struct apology {
	const char *number; /* of the paper: "12/XL-TTPVHCC" */
	const char *to;     /* the citizen */
	const char *dossier_code, *procedure;
	int64_t received_s, promised_s;
	const char *unit, *reason; /* who is late, and why */
	int64_t new_s;             /* the new appointment */
	const char *where, *copies;
	const char *signer, *signer_title;
	int64_t issued_s;
	uint8_t earlier; /* apologies for this dossier before this one */
};

/* What the rules do not allow, but an office did; bits of apology_doubts(). */
enum {
	APOLOGY_LATE = 1,  /* written after the promised day had passed */
	APOLOGY_AGAIN = 2, /* not the first one: a day may be put off once */
	APOLOGY_OFF = 4    /* the new day is one on which nobody works */
};

/* ERR_BAD_DATA: it says nothing an apology says (no dossier, no reason, no promised day), or its
 * new day is not after the promised one. A new day may be missing. */
enum err apology_check(const struct apology *a);

/* For an apology that was checked. */
unsigned apology_doubts(const struct calendar *c, const struct apology *a);

/* Its rows of the receipt view, of which screens.def tells; office and place are the caller's. */
void apology_put(struct view_writer *w, const struct apology *a);

#endif
