/* Papers that are handed in later, because an officer asked for them (yêu cầu bổ sung): of which
 * dossier, by which request, and each paper. To the rooms of the visit it is a procedure like any
 * other. Whose dossier it is nobody knows here: the province decides. */
#ifndef CORE_SUPPLEMENT_H
#define CORE_SUPPLEMENT_H

#include "firmware/core/catalogue.h"
#include <stdbool.h>

#define SUPPLEMENT_MAX_PAPERS 60
#define SUPPLEMENT_CODE_CAP   64
#define SUPPLEMENT_LIST_CAP   2001

struct view;
struct view_writer;

/* Points into itself: it must not move once supplement_make() was called. */
struct supplement {
	bool on;
	bool known;                     /* the request was told by the province */
	char code[SUPPLEMENT_CODE_CAP]; /* MaHoSo; as it was typed when that is all that is known */
	char id[SUPPLEMENT_CODE_CAP];   /* HoSoBoSungId, or "" */
	char asked[1001];               /* NoiDungBoSung */
	char list
		[SUPPLEMENT_LIST_CAP]; /* the papers, one a line; "": what was asked is not known */
	char procedure_code[32];       /* of the dossier; both "" when not known */
	char procedure_name[1201];

	/* made of the list: */
	char names[SUPPLEMENT_LIST_CAP];
	struct paper papers[SUPPLEMENT_MAX_PAPERS];
	struct procedure procedure;
};

/* The papers and the procedure, from what is above them; `on` is true then. Without a list it is
 * one stack of papers without names. */
void supplement_make(struct supplement *s);

/* In the draft of a visit; nothing when it is off. */
void supplement_write(struct view_writer *w, const struct supplement *s);
void supplement_read(const struct view *d, struct supplement *ret);

#endif
