/* What the kiosk may ask the province: the rows of query.def. */
#ifndef BASE_QUERY_H
#define BASE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum query {
#define QUERY(NAME, name, max_kb, quiet_s) QUERY_##NAME,
#define FACT(...)
#include "firmware/base/query.def"
#undef FACT
#undef QUERY
	QUERY_COUNT
};

struct query_row {
	const char *name; /* of the path */
	size_t max_bytes;
	uint32_t quiet_ms;
};

/* What is inside the signature of every reply, in this order or another:
 * {"v":1,"query":NAME,"nonce":as asked,"time":seconds,"epoch":16 hex digits,"data":{...}} */
#define QUERY_VERSION   1
#define QUERY_NONCE_CAP 33
#define QUERY_EPOCH_CAP 17 /* the province's database; another one when it came from a backup */

enum fact_kind { FACT_NUM, FACT_FLAG, FACT_DIGITS, FACT_MOMENT, FACT_TEXT, FACT_HEX, FACT_BYTES };

struct fact_row {
	enum query query;
	const char *group, *key;
	enum fact_kind kind;
	int64_t low, high;
};

/* How a list of procedures comes. A delta is {"procedures":[...], ...}: the whole list anew, but a
 * procedure that has not changed is its code only. */
enum catalogue_form { CATALOGUE_WHOLE, CATALOGUE_DELTA, CATALOGUE_KEY, CATALOGUE_FORMS };

#define CATALOGUE_MAX_BYTES (8u << 20)

/* NULL outside. Static. */
const struct query_row *query_row(unsigned query);

/* All rows of FACT, in the order of the table. */
const struct fact_row *query_facts(size_t *ret_count);

/* "yyyyMMddHHmmss" in Asia/Ho_Chi_Minh (UTC+7, no summer time), or "" for 0. False: malformed. */
bool query_read_moment(const char *text, int64_t *ret_s);
void query_write_moment(int64_t s, char ret[15]);

#endif
