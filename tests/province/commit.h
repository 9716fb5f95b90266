/* "That was all": from an upload to a dossier with a code and a signed answer, once. */
#ifndef PROVINCE_COMMIT_H
#define PROVINCE_COMMIT_H

#include "tests/province/complaint.h"
#include "tests/province/world.h"

struct commit {
	char key[37], package_sha256[65], manifest_sha256[65]; /* the last may be "" */
	char upload[33];
	int64_t size;
	bool carried; /* the client brings what another kiosk wrote */
};

struct commit_result {
	unsigned status; /* of HTTP; 200 comes with an answer, anything else with a complaint */
	struct complaint why;
	uint8_t *answer; /* the caller's to free */
	size_t answer_len;
};

/* Does it all, in one transaction; a repeated commit gets what the first one got. */
void commit_do(struct world *w, const struct commit *c, struct commit_result *ret);

/* The signed answer for a dossier; by another key than PKI_ANSWER it is a forged one.
 * *ret_der is the caller's to free. */
enum err commit_sign(struct world *w, enum pki_id signer, const struct dossier *d,
		     uint8_t **ret_der, size_t *ret_len);

/* "000.00.06.H56-261121-0001" for the n-th of the day that contains `at_s`, in Vietnam. */
void commit_code(const char *agency, int64_t at_s, int64_t n, char *ret, size_t cap);

/* yyMMdd of that day. */
void commit_day(int64_t at_s, char ret[7]);

#endif
