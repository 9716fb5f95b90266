/* What the start makes of the files in the outbox: claimed ones are never deleted, unclaimed ones
 * never sent, others never touched. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

static struct store *again(struct store *s)
{
	store_close(s);
	return open_store(&f);
}

static void sql(struct store *s, const char *text)
{
	eq_int(sqlite3_exec(s->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static bool there(struct store *s, const char *name, const char *ending)
{
	char path[PACKAGE_NAME_CAP + 8];

	snprintf(path, sizeof path, "%s%s", name, ending);
	return faccessat(store_outbox_fd(s), path, F_OK, 0) == 0;
}

static bool sendable(struct store *s, const char *key)
{
	int fd = -1;
	bool good = outbox_open(s, key, &fd) == ERR_OK;

	if (fd >= 0)
		close(fd);
	return good;
}

static void an_unclaimed_one_is_deleted(void)
{
	struct store *s = fresh();
	struct outbox_item item;
	struct package p;

	eq_int(fake_package(s, &p), ERR_OK);
	s = again(s);
	eq_int(store_report(s)->removed, 1);
	eq_int(store_report(s)->adopted, 0);
	ok(!there(s, p.name, ".new"));
	eq_int(outbox_get(s, p.key, &item), ERR_NOT_FOUND);
	store_close(s);
}

/* Cut between the commit and the rename. */
static void a_claimed_one_gets_its_name(void)
{
	struct store *s = fresh();
	struct package p;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	ok(there(s, p.name, "") && !there(s, p.name, ".new"));
	char other[PACKAGE_NAME_CAP + 8];
	snprintf(other, sizeof other, "%s.new", p.name);
	ok(renameat(store_outbox_fd(s), p.name, store_outbox_fd(s), other) == 0);
	ok(sendable(s, p.key)); /* under either name */
	s = again(s);
	eq_int(store_report(s)->removed, 0);
	ok(there(s, p.name, "") && !there(s, p.name, ".new"));
	ok(sendable(s, p.key));
	store_close(s);
}

static void a_lost_row_comes_back(void)
{
	struct store *s = fresh();
	struct package p;
	struct outbox_item item;
	char code[RECEIPT_CODE_CAP];
	uint32_t day, seq = 0;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	sql(s, "DELETE FROM outbox; DELETE FROM receipt");
	s = again(s);
	eq_int(store_report(s)->adopted, 1);
	eq_int(outbox_get(s, p.key, &item), ERR_OK);
	eq_int(item.state, OUTBOX_SEALED);
	eq_str(item.receipt_code, p.receipt_code);
	eq_str(item.manifest, p.manifest);
	eq_str(item.sha256, p.sha256);
	eq_int(item.bytes, 6);
	ok(sendable(s, p.key));
	/* codes given today that nothing tells of any more are not given again */
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	eq_int(receipt_code_parse(code, &day, &seq), ERR_OK);
	eq_int(seq, 502);
	s = again(s);
	eq_int(store_report(s)->adopted, 0);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

static void a_damaged_row_is_made_anew(void)
{
	struct store *s = fresh();
	struct package p;
	struct outbox_item item;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	sql(s, "UPDATE outbox SET manifest = replace(manifest, 'aa', 'ab')");
	s = again(s);
	eq_int(store_report(s)->adopted, 1);
	eq_int(outbox_get(s, p.key, &item), ERR_OK);
	eq_str(item.manifest, p.manifest);
	ok(sendable(s, p.key));
	store_close(s);
}

/* A second package of a dossier that is handed in already: never claimed, so never sent. */
static void a_second_try_after_the_first_counted(void)
{
	struct store *s = fresh();
	struct package p;
	char stray[PACKAGE_NAME_CAP + 8];

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	snprintf(stray, sizeof stray, "%s.new", p.name);
	memset(stray + strlen(p.name) - 68, 'b', 64);
	close(openat(store_outbox_fd(s), stray, O_CREAT | O_WRONLY, 0600));
	s = again(s);
	eq_int(store_report(s)->removed, 1);
	ok(sendable(s, p.key));
	store_close(s);
}

static void what_was_purged_stays_purged(void)
{
	struct store *s = fresh();
	struct package p;
	struct outbox_item item;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	sql(s, "UPDATE outbox SET state = 'purged'");
	s = again(s);
	ok(!there(s, p.name, ""));
	eq_int(outbox_get(s, p.key, &item), ERR_OK);
	eq_int(item.state, OUTBOX_PURGED);
	store_close(s);
}

/* Cut in the middle of writing: a page of a visit that goes on, and the store's own. */
static void half_written_ones_are_deleted(void)
{
	struct store *s = fresh();
	struct vault *v = NULL;
	char path[400];

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(vault_put(v, "page-1", "x", 1), ERR_OK);
	vault_close(v);
	store_close(s);
	snprintf(path, sizeof path,
		 "cd %s && touch .device.secret.new README && for v in vault/*; do touch "
		 "$v/.page-2.new;"
		 " done",
		 f.data);
	eq_int(RUN(NULL, "sh", "-c", path), 0);
	s = open_store(&f);
	eq_int(store_report(s)->removed, 2);
	snprintf(path, sizeof path, "cd %s && test -e README && ! ls -A . vault/* | grep new",
		 f.data);
	eq_int(RUN(NULL, "sh", "-c", path), 0);
	AUTO_VAULT_BYTES b = { 0 };
	eq_int(vault_find(s, CITIZEN, &v), ERR_OK);
	eq_int(vault_get(v, "page-1", &b), ERR_OK);
	vault_close(v);
	store_close(s);
}

static void others_are_left(void)
{
	static const char *const NAMES[] = { "README", "x.p7m", "TAM-K01-261121-0001-D.p7m" };
	struct store *s = fresh();

	for (size_t i = 0; i < 3; i++)
		close(openat(store_outbox_fd(s), NAMES[i], O_CREAT | O_WRONLY, 0600));
	close(openat(store_outbox_fd(s), "half.new", O_CREAT | O_WRONLY, 0600));
	s = again(s);
	for (size_t i = 0; i < 3; i++)
		ok(there(s, NAMES[i], ""));
	ok(!there(s, "half.new", ""));
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	an_unclaimed_one_is_deleted();
	a_claimed_one_gets_its_name();
	a_lost_row_comes_back();
	a_damaged_row_is_made_anew();
	a_second_try_after_the_first_counted();
	what_was_purged_stays_purged();
	half_written_ones_are_deleted();
	others_are_left();
	fixture_finish(&f);
	return tap_done();
}
