/* A disk that refuses a write or a sync (Q20), and one that is full (Q17), at every call of every
 * step: acceptance stops at once, no sync is tried again as if it were good, what was acknowledged
 * stays. And a visit with thirty documents, cut at every call (Q03). */
#include "firmware/core/audit.h"
#include "firmware/core/checkup.h"
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <sys/mman.h>

#define PAGES 30

static struct fixture f;
static struct package_keys *keys;
static const char PAGE[] = "page of the visit";

struct visit {
	struct store *store;
	struct vault *vault;
	char before[STORE_KEY_CAP]; /* a dossier that was acknowledged earlier */
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct package package;
};

static bool prepare(struct visit *v)
{
	*v = (struct visit){ 0 };
	remove_dir(f.data);
	return store_open(&f.options, &v->store) == ERR_OK &&
	       file_one(v->store, v->before) == ERR_OK &&
	       vault_begin(v->store, CITIZEN, &v->vault) == ERR_OK &&
	       vault_put(v->vault, "page-1", PAGE, sizeof PAGE) == ERR_OK &&
	       store_new_key(v->store, v->key) == ERR_OK &&
	       receipt_code_next(v->store, "K01", v->code) == ERR_OK;
}

static enum err begin_vault(struct visit *v)
{
	struct vault *other = NULL;
	enum err e = vault_begin(v->store, OTHER, &other);

	vault_close(other);
	return e;
}

static enum err put_page(struct visit *v)
{
	return vault_put(v->vault, "page-2", PAGE, sizeof PAGE);
}

static enum err remove_page(struct visit *v)
{
	return vault_remove(v->vault, "page-1");
}

static enum err make_package(struct visit *v)
{
	struct dossier d = sample(v->key, v->code);

	return outbox_make(v->store, &d, keys, &v->package);
}

static enum err hand_in(struct visit *v)
{
	enum err e = make_package(v);

	return e == ERR_OK ? outbox_add(v->store, &v->package, v->vault) : e;
}

static enum err send_it(struct visit *v)
{
	enum err e = outbox_sending(v->store, v->before);

	if (e == ERR_OK)
		e = outbox_upload_at(v->store, v->before, "u");
	return e == ERR_OK ? outbox_sent(v->store, v->before) : e;
}

static enum err add_line(struct visit *v)
{
	return audit_add(v->store, "test.line", "", "");
}

/* So many commits that the journal is put into the database in between. */
static enum err many_commits(struct visit *v)
{
	enum err e = ERR_OK;

	for (int i = 0; i < 400 && e == ERR_OK; i++)
		e = audit_add(v->store, "test.line", "", "");
	return e;
}

static enum err end_visit(struct visit *v)
{
	enum err e = vault_end(v->vault);

	v->vault = NULL;
	return e;
}

struct op {
	const char *name;
	enum err (*run)(struct visit *v);
	long stride;
};

static const struct op OPS[] = {
	{ "vault_begin", begin_vault, 1 },  { "vault_put", put_page, 1 },
	{ "vault_remove", remove_page, 1 }, { "outbox_make", make_package, 1 },
	{ "outbox_add", hand_in, 1 },       { "sending", send_it, 1 },
	{ "audit_add", add_line, 1 },       { "many commits", many_commits, 37 },
	{ "vault_end", end_visit, 1 },
};

/* The next start: the one from before, and the new one if it was acknowledged. */
static bool kept(const struct visit *v, bool handed_in, bool *ret_told)
{
	struct store *s = NULL;
	int fd = -1;
	bool good = store_open(&f.options, &s) == ERR_OK && !store_report(s)->damaged &&
		    outbox_open(s, v->before, &fd) == ERR_OK;

	if (fd >= 0)
		close(fd);
	fd = -1;
	if (handed_in)
		good = good && outbox_open(s, v->key, &fd) == ERR_OK;
	if (fd >= 0)
		close(fd);
	good = good && audit_verify(s, NULL, NULL) == ERR_OK;
	if (good)
		*ret_told = checkup_calls_staff(s);
	store_close(s);
	return good;
}

/* Did the fault come? Whatever the step said, nothing is taken on any more. */
static bool stops_at(const struct op *op, unsigned kind, long at)
{
	struct visit v;
	char key[STORE_KEY_CAP];

	if (!prepare(&v))
		ok(!"the fixture");
	faults_set(kind, FAULT_ONCE, at, EIO);
	enum err e = op->run(&v);
	bool fired = faults_fired(), added = e == ERR_OK && op->run == hand_in;
	faults_off();
	bool stopped = store_failed(v.store);
	long syncs = faults.syncs;
	bool refused = file_one(v.store, key) == ERR_IO &&
		       (!v.vault || vault_put(v.vault, "p", "x", 1) == ERR_IO);
	vault_close(v.vault);
	store_close(v.store);
	/* not even by closing */
	bool quiet = faults.syncs == syncs;
	bool told = false, good = kept(&v, added, &told);
	if (!good || told != stopped || (fired && !(stopped && refused && quiet))) {
		ok(!"it does not stop, or something is lost");
		printf("# %s kind=%u at=%ld: %s stopped=%d refused=%d quiet=%d\n", op->name, kind,
		       at, err_name(e), stopped, refused, quiet);
	}
	return fired;
}

static void q20_stops_at_once(unsigned kind)
{
	for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++) {
		long at = 1, places = 0;

		for (; stops_at(&OPS[i], kind, at); at += OPS[i].stride)
			places++;
		printf("# kind=%u %s: %ld places\n", kind, OPS[i].name, places);
		ok(places > 0 || kind == FAULT_WRITE);
	}
}

/* Commits until one that also puts the journal into the database; how many that took. */
static int until_checkpoint(struct visit *v)
{
	for (int i = 1; i < 5000; i++) {
		faults.syncs = 0;
		if (add_line(v) != ERR_OK)
			return 0;
		if (faults.syncs > 1)
			return i;
	}
	return 0;
}

/* SQLite by itself would not say that putting the journal into the database failed. The commit
 * stands, but nothing is taken on after it. */
static void q20_the_journal_cannot_be_emptied(void)
{
	struct visit v;

	ok(prepare(&v));
	int commits = until_checkpoint(&v);
	long syncs = faults.syncs;
	vault_close(v.vault);
	store_close(v.store);
	printf("# after %d commits, by %ld syncs\n", commits, syncs);
	ok(commits > 100 && syncs >= 2);
	for (long at = 2; at <= syncs; at++) {
		ok(prepare(&v));
		for (int i = 1; i < commits; i++)
			if (add_line(&v) != ERR_OK)
				ok(!"the fixture");
		faults_set(FAULT_SYNC, FAULT_ONCE, at, EIO);
		eq_int(add_line(&v), ERR_OK);
		ok(faults_fired());
		faults_off();
		ok(store_failed(v.store));
		eq_int(add_line(&v), ERR_IO);
		vault_close(v.vault);
		store_close(v.store);
		bool told = false;
		ok(kept(&v, false, &told) && told);
	}
}

/* A full disk is no failed one: it says so, and with room again all goes on in the same program. */
static bool full_at(const struct op *op, enum fault_how how, long at)
{
	struct visit v;
	char key[STORE_KEY_CAP];

	if (!prepare(&v))
		ok(!"the fixture");
	faults_set(FAULT_WRITE, how, at, ENOSPC);
	enum err e = op->run(&v);
	bool fired = faults_fired(), added = e == ERR_OK && op->run == hand_in;
	faults_off();
	bool failed = store_failed(v.store);
	bool serves = file_one(v.store, key) == ERR_OK;
	vault_close(v.vault);
	store_close(v.store);
	bool told = false;
	if (!kept(&v, added, &told) || told != failed || (!failed && !serves) ||
	    (fired && e == ERR_IO && !failed)) {
		ok(!"a full disk");
		printf("# %s how=%d at=%ld: %s failed=%d serves=%d\n", op->name, how, at,
		       err_name(e), failed, serves);
	}
	return fired;
}

static void q17_no_space_at_every_write(enum fault_how how)
{
	for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++) {
		long at = 1;

		for (; full_at(&OPS[i], how, at); at += OPS[i].stride)
			;
		ok(at > 1 || OPS[i].run == remove_page);
	}
}

/* The reserve is there for the package too, and for the lines about it. */
static void q17_the_reserve_ends_a_visit(void)
{
	struct visit v;
	struct disk_state d;

	ok(prepare(&v));
	eq_int(disk_rest(store_disk(v.store)), ERR_OK);
	faults_set(FAULT_WRITE, FAULT_ONCE, 1, ENOSPC);
	eq_int(make_package(&v), ERR_OK);
	ok(faults_fired());
	faults_off();
	eq_int(disk_state(store_disk(v.store), &d), ERR_OK);
	ok(!d.reserve);
	eq_int(outbox_add(v.store, &v.package, v.vault), ERR_OK);
	vault_close(v.vault);
	store_close(v.store);
	bool told = false;
	ok(kept(&v, true, &told) && !told);
}

/* What the process that is cut has acknowledged. */
struct told {
	int pages;
	bool handed_in;
	char key[STORE_KEY_CAP];
};

static void file_thirty(struct told *told)
{
	static char names[PAGES][40];
	static struct dossier_paper papers[PAGES];
	struct store *s = NULL;
	struct vault *v = NULL;
	struct package p;
	char code[RECEIPT_CODE_CAP];

	if (store_open(&f.options, &s) != ERR_OK || store_new_key(s, told->key) != ERR_OK ||
	    vault_begin(s, CITIZEN, &v) != ERR_OK)
		_exit(1);
	for (int i = 0; i < PAGES; i++) {
		snprintf(names[i], sizeof names[i], "page-%d", i);
		if (vault_put(v, names[i], names[i], sizeof names[i]) != ERR_OK)
			_exit(1);
		told->pages = i + 1;
		papers[i] = PAPERS[0];
		papers[i].name = names[i];
	}
	if (receipt_code_next(s, "K01", code) != ERR_OK)
		_exit(1);
	struct dossier d = sample(told->key, code);
	d.papers = papers;
	d.paper_count = PAGES;
	if (outbox_make(s, &d, keys, &p) != ERR_OK || outbox_add(s, &p, v) != ERR_OK)
		_exit(1);
	told->handed_in = true;
	if (vault_end(v) != ERR_OK)
		_exit(1);
	_exit(0);
}

/* Either all thirty are in the outbox, or all that were kept are in the visit still. */
static bool nothing_disappeared(const struct told *told)
{
	struct store *s = NULL;
	struct vault *v = NULL;
	char name[40];
	int fd = -1;
	bool good = store_open(&f.options, &s) == ERR_OK;
	enum err e = good ? outbox_open(s, told->key, &fd) : ERR_IO;

	if (e == ERR_OK) {
		close(fd);
		good = good && vault_find(s, CITIZEN, &v) == ERR_NOT_FOUND;
	} else {
		good = good && e == ERR_NOT_FOUND && !told->handed_in;
		if (told->pages > 0)
			good = good && vault_find(s, CITIZEN, &v) == ERR_OK;
	}
	for (int i = 0; i < told->pages && v && good; i++) {
		AUTO_VAULT_BYTES b = { 0 };

		snprintf(name, sizeof name, "page-%d", i);
		good = vault_get(v, name, &b) == ERR_OK && strcmp((char *)b.bytes, name) == 0;
	}
	vault_close(v);
	store_close(s);
	return good;
}

static void q03_thirty_documents_cut_at_each_call(void)
{
	struct told *told =
		mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, cuts = 0, halves = 0;

	for (long at = 1; cuts < 2000; at++) {
		remove_dir(f.data);
		*told = (struct told){ 0 };
		pid_t pid = fork();
		if (pid == 0) {
			faults_set(FAULT_DISK, FAULT_KILL, at, 0);
			file_thirty(told);
		}
		waitpid(pid, &status, 0);
		if (WEXITSTATUS(status) != 99)
			break;
		cuts++;
		halves += told->pages == PAGES && !told->handed_in;
		if (told->key[0] && !nothing_disappeared(told)) {
			ok(!"documents disappeared");
			printf("# at=%ld pages=%d\n", at, told->pages);
		}
	}
	eq_int(WEXITSTATUS(status), 0);
	printf("# %d cuts, %d between the last page and the outbox\n", cuts, halves);
	ok(cuts > 4 * PAGES && halves > 3);
	munmap(told, sizeof *told);
}

int main(void)
{
	fixture_init(&f);
	keys = make_keys(&f);
	q20_stops_at_once(FAULT_SYNC);
	q20_stops_at_once(FAULT_WRITE);
	q20_the_journal_cannot_be_emptied();
	q17_no_space_at_every_write(FAULT_ONCE);
	q17_no_space_at_every_write(FAULT_ON);
	q17_the_reserve_ends_a_visit();
	q03_thirty_documents_cut_at_each_call();
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
