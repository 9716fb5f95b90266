/* Whatever call fails on the way of a dossier into the outbox: one that was claimed is there,
 * whole, after the next start; one that was not is there whole or not at all, and then the visit
 * can go on. */
#include "firmware/core/audit.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

struct visit {
	struct store *store;
	struct vault *vault;
	struct package package;
	char before[STORE_KEY_CAP]; /* a dossier that was claimed earlier */
};

static const char PAGE[] = "page one of the visit";

/* A store with one dossier claimed and one visit that has its package made. */
static bool prepare(struct visit *v)
{
	remove_dir(f.data);
	return store_open(&f.options, &v->store) == ERR_OK &&
	       file_one(v->store, v->before) == ERR_OK &&
	       vault_begin(v->store, CITIZEN, &v->vault) == ERR_OK &&
	       vault_put(v->vault, "page-1", PAGE, sizeof PAGE) == ERR_OK &&
	       fake_package(v->store, &v->package) == ERR_OK;
}

/* In the outbox with a file of the right hash? */
static bool whole(struct store *s, const char *key)
{
	struct outbox_item item;
	int fd;

	if (outbox_get(s, key, &item) != ERR_OK || item.state != OUTBOX_SEALED ||
	    outbox_open(s, key, &fd) != ERR_OK)
		return false;
	close(fd);
	return true;
}

static bool can_go_on(struct store *s)
{
	AUTO_VAULT_BYTES b = { 0 };
	struct vault *v = NULL;
	bool good = vault_find(s, CITIZEN, &v) == ERR_OK && vault_get(v, "page-1", &b) == ERR_OK &&
		    b.len == sizeof PAGE && memcmp(b.bytes, PAGE, sizeof PAGE) == 0;

	vault_close(v);
	return good;
}

static bool absent(struct store *s, const char *key)
{
	struct outbox_item item;

	return outbox_get(s, key, &item) == ERR_NOT_FOUND;
}

/* The next start, without faults. */
static bool all_well(const struct visit *v, bool claimed)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];

	if (store_open(&f.options, &s) != ERR_OK)
		return false;
	bool good = whole(s, v->before);
	if (whole(s, v->package.key))
		good = good && vault_find(s, CITIZEN, &(struct vault *){ NULL }) == ERR_NOT_FOUND;
	else
		good = good && !claimed && absent(s, v->package.key) && can_go_on(s);
	good = good && file_one(s, key) == ERR_OK && audit_verify(s, NULL, NULL) == ERR_OK;
	store_close(s);
	return good;
}

struct outcome {
	struct visit visit; /* pointers are the other process's */
	enum err result;
	bool fired;
};

/* In a process that ends right after: what it left on the disk is what counts, not what closing
 * the database would still do about it. */
static void add_and_die(int fd, unsigned kind, enum fault_how how, long at, int code)
{
	struct outcome o = { 0 };

	if (!prepare(&o.visit))
		_exit(1);
	faults_set(kind, how, at, code);
	o.result = outbox_add(o.visit.store, &o.visit.package, o.visit.vault);
	o.fired = faults_fired();
	faults_off();
	_exit(write(fd, &o, sizeof o) != sizeof o);
}

static bool enqueue_with(unsigned kind, enum fault_how how, long at, int code)
{
	struct outcome o = { 0 };
	int pipes[2], status;

	if (pipe(pipes) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0)
		add_and_die(pipes[1], kind, how, at, code);
	close(pipes[1]);
	bool good = read(pipes[0], &o, sizeof o) == sizeof o;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	if (!good || !all_well(&o.visit, o.result == ERR_OK)) {
		ok(!"a dossier is lost or half there");
		printf("# kind=%u how=%d at=%ld code=%d add=%s\n", kind, how, at, code,
		       err_name(o.result));
	}
	return o.fired;
}

/* Every call of that kind fails in turn. */
static void enqueue_fails(unsigned kind, enum fault_how how, int code)
{
	long at = 1;

	while (enqueue_with(kind, how, at, code))
		at++;
	printf("# kind=%u how=%d: %ld places\n", kind, how, at - 1);
	ok(at > 1);
}

/* After a sync that failed nothing more is claimed until the disk was looked at again (Q20). */
static void q20_no_claim_after_a_failed_sync(void)
{
	struct visit v = { 0 };
	char key[STORE_KEY_CAP];

	ok(prepare(&v));
	faults_set(FAULT_SYNC, FAULT_ONCE, 1, EIO);
	eq_int(outbox_add(v.store, &v.package, v.vault), ERR_IO);
	faults_off();
	ok(store_failed(v.store));
	eq_int(outbox_add(v.store, &v.package, v.vault), ERR_IO);
	eq_int(file_one(v.store, key), ERR_IO);
	vault_close(v.vault);
	store_close(v.store);
	ok(all_well(&v, false));
}

int main(void)
{
	fixture_init(&f);
	enqueue_fails(FAULT_SYNC, FAULT_ONCE, EIO);
	enqueue_fails(FAULT_SYNC, FAULT_ON, EIO);
	enqueue_fails(FAULT_WRITE, FAULT_ONCE, EIO);
	enqueue_fails(FAULT_WRITE, FAULT_ON, ENOSPC);
	enqueue_fails(FAULT_NAME, FAULT_ONCE, EIO);
	enqueue_fails(FAULT_DISK, FAULT_ON, EIO);
	if (FAULTS_IN_MEMORY) {
		enqueue_fails(FAULT_MEMORY, FAULT_ONCE, 0);
		enqueue_fails(FAULT_MEMORY, FAULT_ON, 0);
	}
	q20_no_claim_after_a_failed_sync();
	fixture_finish(&f);
	return tap_done();
}
