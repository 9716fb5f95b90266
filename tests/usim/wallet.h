/* Identity cards to lay on the reader: made of the files in tests/mrtd/cards when they are asked
 * for, all signed by one issuer, who exists as long as this program runs. */
#ifndef TESTS_USIM_WALLET_H
#define TESTS_USIM_WALLET_H

#include "firmware/base/err.h"
#include "tests/mrtd/mrtd.h"
#include "tests/usim/card.h"

struct wallet {
	char dir[2048]; /* of the .card files */
	int64_t now_s;
	struct issuer *issuer; /* NULL: nothing was signed yet */
	struct mrtd_faults faults;
	struct mrtd *mrtd; /* the newest card, or NULL */
	struct card card;  /* the same for the reader */
	char name[64];
};

/* The files are looked for in bin/../cards, seen from this program, then in tests/mrtd/cards. */
void wallet_init(struct wallet *w, int64_t now_s);
void wallet_finish(struct wallet *w);

/* What is in NAME.card; with a slash in it, NAME is a path. *ret_line is that of an error, or 0.
 * As mrtd_spec_load(). */
enum err wallet_spec(const struct wallet *w, const char *name, struct mrtd_spec *ret,
		     unsigned *ret_line);

/* A card of it with the faults set now; the caller's to destroy. */
enum err wallet_make(struct wallet *w, const struct mrtd_spec *s, struct mrtd **ret);

/* Makes it the newest; the one before is destroyed, so the reader must not have it any more. */
void wallet_put(struct wallet *w, struct mrtd *m, const char *name);

/* The issuer, made at the first call. */
struct issuer *wallet_issuer(struct wallet *w);

/* Names of the files, in order, with spaces between them. */
void wallet_names(const struct wallet *w, char *ret, size_t size);

/* An mrtd as a card; it must outlive `ret`. */
void wallet_card(struct mrtd *m, struct card *ret);

#endif
