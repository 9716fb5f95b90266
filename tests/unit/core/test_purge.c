/* A package is deleted after the province's answer, the time it is kept, and a reconciliation that
 * saw it there: with any of them missing it stays. And what is deleted is gone, provably. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

#define DAY_S  86400
#define KEEP_S (30 * DAY_S)
#define CHILD  "Nguyễn Thị Bình"
#define REASON "thiếu giấy chứng sinh của cháu Nguyễn Thị Bình"

static struct fixture f;
static struct package_keys *keys;

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

static enum err answer(struct store *s, const char *key, bool accepted)
{
	struct outbox_item item;
	enum err e = outbox_get(s, key, &item);

	if (e != ERR_OK)
		return e;
	return outbox_answered(s, key,
			       &(struct outbox_answer){ .accepted = accepted,
							.key = key,
							.manifest = item.manifest,
							.dossier_code = accepted ? "x-1" : "",
							.reason = accepted ? "" : REASON,
							.time_s = T0,
							.bytes = "signed: " REASON,
							.len = sizeof "signed: " REASON - 1 });
}

/* Everything there is but what the bit is for. */
enum { NO_ANSWER = 1, NO_TIME = 2, NO_LOOK = 4, ALL_THREE = 0 };

static unsigned purged_without(unsigned missing, bool accepted)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	unsigned n = 99;

	eq_int(file_one(s, key), ERR_OK);
	if (!(missing & NO_ANSWER))
		eq_int(answer(s, key, accepted), ERR_OK);
	if (!(missing & NO_LOOK))
		eq_int(seen_there(s, T0), ERR_OK);
	f.shift.wall_s += KEEP_S + (missing & NO_TIME ? -DAY_S : DAY_S);
	eq_int(outbox_purge(s, KEEP_S, &n), ERR_OK);
	f.shift.wall_s -= KEEP_S + (missing & NO_TIME ? -DAY_S : DAY_S);
	store_close(s);
	return n;
}

static void each_condition_alone(void)
{
	for (unsigned missing = 1; missing < 8; missing++)
		for (int accepted = 0; accepted < 2; accepted++)
			eq_int(purged_without(missing, accepted), 0);
	eq_int(purged_without(ALL_THREE, true), 1);
	eq_int(purged_without(ALL_THREE, false), 1);
}

/* In whatever state without an answer, and however old. */
static void unanswered_ones_stay(void)
{
	struct store *s = fresh();
	char key[3][STORE_KEY_CAP];
	struct outbox_counts n;
	unsigned purged = 99;

	for (int i = 0; i < 3; i++)
		eq_int(file_one(s, key[i]), ERR_OK);
	eq_int(outbox_damaged(s, key[0]), ERR_OK); /* quarantined */
	eq_int(outbox_sending(s, key[1]), ERR_OK);
	for (int i = 0; i < 2; i++) { /* sending, then sent */
		eq_int(seen_there(s, T0), ERR_OK);
		eq_int(outbox_purge(s, -INT64_C(3650) * DAY_S, &purged), ERR_OK);
		eq_int(purged, 0);
		eq_int(outbox_sent(s, key[1]), ERR_OK);
	}
	eq_int(outbox_counts(s, &n), ERR_OK);
	eq_int(n.in[OUTBOX_PURGED], 0);
	store_close(s);
}

/* Seen, then lost there and sent again: what was seen before counts no more. */
static void sent_again_is_unseen(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	unsigned purged = 99;

	eq_int(file_one(s, key), ERR_OK);
	eq_int(answer(s, key, true), ERR_OK);
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_again(s, key), ERR_OK);
	eq_int(outbox_purge(s, -DAY_S, &purged), ERR_OK);
	eq_int(purged, 0);
	eq_int(answer(s, key, true), ERR_OK);
	eq_int(outbox_purge(s, -DAY_S, &purged), ERR_OK);
	eq_int(purged, 0);
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_purge(s, -DAY_S, &purged), ERR_OK);
	eq_int(purged, 1);
	store_close(s);
}

static char wanted[64];
static unsigned hits, files;

static int look_in(const char *path, const struct stat *st, int what, struct FTW *at)
{
	static char bytes[4 << 20];
	int fd = what == FTW_F ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? 0 : read(fd, bytes, sizeof bytes);

	(void)st, (void)at;
	if (fd >= 0)
		close(fd);
	files += what == FTW_F;
	if (n > 0 && memmem(bytes, (size_t)n, wanted, strlen(wanted))) {
		printf("# \"%s\" is in %s\n", wanted, path);
		hits++;
	}
	return 0;
}

/* In how many files of the data it stands, in the clear. */
static unsigned found(const char *text)
{
	hits = files = 0;
	snprintf(wanted, sizeof wanted, "%s", text);
	(void)nftw(f.data, look_in, 16, FTW_PHYS);
	ok(files > 2);
	return hits;
}

static unsigned count_of(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	unsigned n = 99;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = (unsigned)sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* By way of a visit, as a citizen's dossier comes to be; ret_path: of its package. */
static void file_a_visit(struct store *s, char ret_key[STORE_KEY_CAP], char ret_path[400])
{
	char code[RECEIPT_CODE_CAP];
	struct vault *v = NULL;
	struct package p;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(vault_put(v, "form", CHILD, sizeof CHILD - 1), ERR_OK);
	eq_int(store_new_key(s, ret_key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	const struct dossier d = sample(ret_key, code);
	eq_int(outbox_make(s, &d, keys, &p), ERR_OK);
	eq_int(outbox_add(s, &p, v), ERR_OK);
	eq_int(vault_end(v), ERR_OK);
	snprintf(ret_path, 400, "%s/outbox/%s", f.data, p.name);
}

static char last_line[256];

static bool take_line(void *data, const struct audit_line *l)
{
	(void)data;
	snprintf(last_line, sizeof last_line, "%s %s %s", l->what, l->subject, l->detail);
	return false;
}

/* The file is gone, the key of the visit is gone, and nothing of the person is found in what is
 * left, the database's own journal included; the chain of the log has the hash and is whole. */
static void gone_and_proven(void)
{
	struct store *s = fresh();
	struct outbox_item item;
	char key[STORE_KEY_CAP], path[400], package[20], want[128] = "";
	unsigned purged = 0;

	file_a_visit(s, key, path);
	eq_int(count_of(s, "SELECT count(*) FROM vault"), 0); /* since it was handed in */
	eq_int(found(CHILD), 0);                              /* the package is sealed */
	eq_int(answer(s, key, false), ERR_OK);
	ok(found(REASON) > 0); /* so that it can be missed */
	eq_int(outbox_get(s, key, &item), ERR_OK);
	snprintf(package, sizeof package, "%.8s-%.8s", item.sha256, item.sha256 + 8);
	ok(access(path, R_OK) == 0);

	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_purge(s, -DAY_S, &purged), ERR_OK);
	eq_int(purged, 1);
	ok(access(path, F_OK) != 0);
	eq_int(found(REASON), 0);
	eq_int(found("Bình"), 0);
	eq_int(found(CITIZEN), 0);
	eq_int(count_of(s, "SELECT count(*) FROM outbox WHERE answer IS NOT NULL"), 0);
	eq_int(count_of(s, "SELECT count(*) FROM outbox WHERE claim IS NOT NULL"), 0);
	eq_int(audit_list(s, 1, take_line, NULL), ERR_OK);
	snprintf(want, sizeof want, "outbox.purged %s refused sha256=%s", key, package);
	ok(strncmp(last_line, want, strlen(want)) == 0);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
	eq_int(found(REASON), 0);

	s = open_store(&f); /* nothing is made good again after a start */
	eq_int(outbox_get(s, key, &item), ERR_OK);
	eq_int(item.state, OUTBOX_PURGED);
	eq_int(outbox_again(s, key), ERR_DENIED);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	keys = make_keys(&f);
	each_condition_alone();
	unanswered_ones_stay();
	sent_again_is_unseen();
	gone_and_proven();
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
