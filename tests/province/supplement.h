/* Papers that officers ask for after a dossier was taken, and what becomes of what is brought. */
#ifndef PROVINCE_SUPPLEMENT_H
#define PROVINCE_SUPPLEMENT_H

#include "tests/province/manifest.h"
#include "tests/province/store.h"
#include <json-c/json.h>

struct supplement {
	char dossier[37]; /* its key */
	char id[64];      /* HoSoBoSungId */
	char note[1001], papers[2001];
	int64_t asked_at, brought_at, due_at; /* 0: not brought; the new appointment */
	bool closed;                          /* brought, or not wanted any more */
};

/* Asks; what was asked for before and not brought is not wanted any more. */
enum err supplement_ask(struct store *s, const struct supplement *what);

/* Nothing is asked for any more. */
enum err supplement_close(struct store *s, const char *dossier);

/* Is what this manifest brings asked for, of this person? "" and the dossier with the request; or
 * the reason to refuse it, as a citizen shall read it. NULL: the database failed. */
const char *supplement_judge(struct store *s, const struct manifest *m, struct dossier *ret_of,
			     struct supplement *ret);

/* It came at that time: work goes on, with a new appointment, which is put into *what. */
enum err supplement_bring(struct store *s, const struct dossier *of, struct supplement *what,
			  int64_t at_s);

/* The newest appointment that a supplement has given the dossier; 0: none has. */
int64_t supplement_due(struct store *s, const char *dossier);

/* DanhSachHoSoBoSung, oldest first; the caller's. */
struct json_object *supplement_list(struct store *s, const char *dossier);

#endif
