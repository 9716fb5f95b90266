/* Questions of a kiosk (firmware/base/query.def), answered and signed. */
#ifndef PROVINCE_QUERY_H
#define PROVINCE_QUERY_H

#include "firmware/base/query.h"
#include "tests/province/json.h"
#include "tests/province/world.h"

struct query_result {
	const char *why; /* NULL: replied; otherwise the sentence for a technician */
	unsigned status;
	uint8_t *reply; /* DER, the caller's to free */
	size_t len;
};

void query_do(struct world *w, const char *name, const void *body, size_t len,
	      struct query_result *ret);

/* One kind of question: fills `data` as the rows of FACT list. Gives NULL, or what was wrong with
 * the question. */
typedef const char *query_answer_fn(struct world *w, struct json_object *asked,
				    struct json_object *data);

/* What an answer gives for a thing the province has never heard of: 404, and not signed. */
#define QUERY_NO_SUCH "there is no such thing here"

/* And for what is another kiosk's: 403. */
#define QUERY_FOREIGN "the question is about another kiosk than that of the client certificate"

query_answer_fn query_days;      /* a kiosk's dossiers, day by day */
query_answer_fn query_keys;      /* and which, of one day */
query_answer_fn query_catalogue; /* by the number of the list, and the key, that it has */
query_answer_fn query_paper;     /* by DuongDan, to its SoDinhDanhChuSoHuu only */
query_answer_fn query_papers;    /* by SoDinhDanhChuSoHuu and MaThuTuc */
query_answer_fn query_pay;       /* begins a fee by its MaThamChieu, or tells again of one */
query_answer_fn query_paid;      /* by MaThamChieu */
query_answer_fn query_renew;     /* by csr: PKCS #10 in PEM */
query_answer_fn query_status;    /* by MaHoSo: a dossier code or a key */
query_answer_fn query_head;      /* the audit log's */

#endif
