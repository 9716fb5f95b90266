/* A queue of many dossiers, as rows only: no package is made for them. */
#ifndef TESTS_BENCH_FILL_H
#define TESTS_BENCH_FILL_H

#include "firmware/core/db.h"

/* ERR_IO. */
static inline enum err bench_fill(struct store *s, int n)
{
	char sql[600];

	snprintf(
		sql, sizeof sql,
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)"
		" INSERT INTO outbox (key, receipt_code, procedure, manifest, sha256, bytes, state,"
		" added_s) SELECT printf('%%08x-0000-4000-8000-000000000000', i * 7919),"
		" 'TAM-X-' || i, '1.001193', hex(randomblob(32)), hex(randomblob(32)), 1000,"
		" 'sealed', i FROM c",
		n);
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return ERR_IO;
	return db_checkpoint(s->db);
}

#endif
