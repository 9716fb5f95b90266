/* A full disk (Q17): new visits are refused in time, the running one ends well, nothing is lost.
 * On a small file system of its own. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

#include <sched.h>
#include <sys/mount.h>

#define SIZE_MB 32

static struct fixture f;
static uint8_t page[1 << 20];

static const struct disk_limits LIMITS = { 15, UINT64_C(2) << 30, 8 << 20, 0 };

static bool own_file_system(void)
{
	bool root = geteuid() == 0;
	char size[32];

	snprintf(size, sizeof size, "size=%dm", SIZE_MB);
	if (unshare(root ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mkdir(f.data, 0700) < 0)
		return false;
	return mount("tmpfs", f.data, "tmpfs", 0, size) == 0;
}

static int pages_until_full(struct vault *v)
{
	char name[24];
	int n = 0;

	for (; n < 100; n++) {
		snprintf(name, sizeof name, "page-%d", n);
		enum err e = vault_put(v, name, page, sizeof page);

		if (e == ERR_NO_SPACE)
			return n;
		if (e != ERR_OK)
			return -1;
	}
	return n;
}

static void full(void)
{
	struct store *s = open_store(&f);
	struct disk_state state;
	struct vault *v = NULL;
	struct package p;
	AUTO_VAULT_BYTES b = { 0 };

	eq_int(disk_state(store_disk(s), &state), ERR_OK);
	ok(state.reserve);
	ok(state.free_percent > 60 && state.free_percent < 80);
	eq_int(disk_may_begin(store_disk(s)), ERR_OK);
	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	int pages = pages_until_full(v);
	printf("# full after %d pages of 1 MB\n", pages);
	ok(pages > SIZE_MB - 8 && pages < SIZE_MB);
	eq_int(disk_may_begin(store_disk(s)), ERR_NO_SPACE);
	eq_int(disk_state(store_disk(s), &state), ERR_OK);
	ok(!state.reserve); /* given up for the visit that was under way */
	eq_int(disk_rest(store_disk(s)), ERR_NO_SPACE);
	eq_int(vault_get(v, "page-0", &b), ERR_OK);
	ok(b.len == sizeof page && memcmp(b.bytes, page, sizeof page) == 0);

	/* it is handed in all the same, and then there is room again */
	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, v), ERR_OK);
	eq_int(vault_end(v), ERR_OK);
	eq_int(disk_rest(store_disk(s)), ERR_OK);
	eq_int(disk_may_begin(store_disk(s)), ERR_OK);
	eq_int(disk_state(store_disk(s), &state), ERR_OK);
	ok(state.reserve);
	store_close(s);
}

/* Somebody else filled it to the last byte. */
static void filled_by_another(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL;
	struct package p, q;
	struct outbox_item item;
	char junk[160];

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(fake_package(s, &p), ERR_OK);
	snprintf(junk, sizeof junk, "%s/junk", f.data);
	int fd = open(junk, O_CREAT | O_WRONLY, 0600);
	while (write(fd, page, sizeof page) > 0)
		;
	while (write(fd, page, 512) > 0)
		;
	eq_int(disk_may_begin(store_disk(s)), ERR_NO_SPACE);
	eq_int(outbox_add(s, &p, v), ERR_OK); /* the reserve is there for this */
	while (write(fd, page, sizeof page) > 0)
		;
	while (write(fd, page, 512) > 0)
		;
	close(fd);
	/* no reserve, no room: an error, and nothing is claimed */
	enum err e = fake_package(s, &q);
	if (e == ERR_OK)
		e = outbox_add(s, &q, NULL);
	ok(e == ERR_NO_SPACE || e == ERR_IO);
	vault_close(v);
	store_close(s);
	/* The store opens on a full disk or says why; with room again, all is there. */
	e = store_open(&f.options, &s);
	ok(e == ERR_OK || e == ERR_NO_SPACE);
	if (e == ERR_OK)
		store_close(s);
	unlink(junk);
	s = open_store(&f);
	eq_int(outbox_get(s, p.key, &item), ERR_OK);
	ok(!store_report(s)->damaged);
	store_close(s);
}

static void junk(const char *name, int mib)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", f.data, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	for (int i = 0; i < mib; i++)
		if (write(fd, page, sizeof page) != sizeof page)
			ok(!"the fixture");
	close(fd);
}

/* Q18 on a short disk: what was set aside earlier makes room for the mended database. */
static void mended_on_a_short_disk(void)
{
	struct store *s = open_store(&f);
	struct disk_state d;
	char key[STORE_KEY_CAP], path[200];
	struct outbox_item item;

	eq_int(file_one(s, key), ERR_OK);
	eq_int(db_begin(s), ERR_OK);
	for (int i = 0; i < 15000; i++)
		if (audit_add(s, "test.line", "a subject of some length to fill pages", "") !=
		    ERR_OK)
			ok(!"the fixture");
	eq_int(db_end(s, ERR_OK), ERR_OK);
	(void)disk_give(store_disk(s));
	eq_int(disk_state(store_disk(s), &d), ERR_OK);
	store_close(s);
	snprintf(path, sizeof path, "%s/kiosk.db", f.data);
	int fd = open(path, O_RDWR);
	ok(pwrite(fd, page + 1, 64, 8192) == 64);
	close(fd);
	eq_int(disk_state(&(struct disk){ .dir_fd = open(f.data, O_RDONLY) }, &d), ERR_OK);
	junk("damaged-1.db", (int)((d.free_bytes - (2 << 20)) >> 21));
	junk("damaged-2.db", (int)((d.free_bytes - (2 << 20)) >> 21));
	s = open_store(&f);
	ok(store_report(s)->damaged);
	eq_str(store_report(s)->set_aside, "damaged-3");
	ok(store_report(s)->recovered > 1000);
	eq_int(outbox_get(s, key, &item), ERR_OK);
	snprintf(path, sizeof path, "%s/damaged-2.db", f.data);
	ok(access(path, F_OK) < 0);
	store_close(s);
	eq_int(RUN(NULL, "sh", "-c", (snprintf(path, sizeof path, "rm -rf %s/*", f.data), path)),
	       0);
}

/* The database's own limit (max_page_count) gives the same error, early. */
static void database_at_its_limit(void)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];
	struct outbox_counts counts;
	enum err e = ERR_OK;
	uint32_t added = 0, last_visit = 0;

	f.options.max_bytes = 256 << 10;
	remove_dir(f.data);
	s = open_store(&f);
	while (e == ERR_OK && added < 5000) {
		e = file_one(s, key);
		added += e == ERR_OK;
		if (store_may_begin(s) == ERR_OK)
			last_visit = added;
	}
	eq_int(e, ERR_NO_SPACE);
	/* new visits were refused in time for those that ran */
	printf("# %u dossiers, new visits until %u\n", added, last_visit);
	ok(last_visit > 10 && last_visit + 10 < added);
	eq_int(store_may_begin(s), ERR_NO_SPACE);
	ok(!store_failed(s));
	eq_int(outbox_counts(s, &counts), ERR_OK);
	eq_int(counts.in[OUTBOX_SEALED], added);
	store_close(s);
	f.options.max_bytes = 0;
	s = open_store(&f);
	eq_int(file_one(s, key), ERR_OK);
	store_close(s);
}

/* Packages may take no more than their share of the disk. */
static void outbox_at_its_limit(void)
{
	static const struct disk_limits SHARE = { 0, 0, 1 << 20, 1 };
	struct store *s = NULL;
	struct store_room r;
	char key[STORE_KEY_CAP], sql[160];

	f.options.limits = &SHARE;
	remove_dir(f.data);
	s = open_store(&f);
	eq_int(file_one(s, key), ERR_OK);
	eq_int(store_may_begin(s), ERR_OK);
	eq_int(store_room(s, &r), ERR_OK);
	eq_int(r.package_bytes, 6);
	/* one that is as large as all of its share */
	snprintf(sql, sizeof sql, "UPDATE outbox_total SET bytes = %ju WHERE state = 'sealed'",
		 (uintmax_t)r.max_package_bytes);
	eq_int(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
	eq_int(store_may_begin(s), ERR_NO_SPACE);
	eq_int(file_one(s, key), ERR_OK); /* but who has begun is served */
	store_close(s);
	f.options.limits = &NO_LIMITS;
}

int main(void)
{
	fixture_init(&f);
	f.options.limits = &LIMITS;
	for (size_t i = 0; i < sizeof page; i++)
		page[i] = (uint8_t)(i * 31);
	if (own_file_system()) {
		full();
		mended_on_a_short_disk();
		filled_by_another();
		umount(f.data);
	} else {
		printf("# SKIP no file system of our own here\n");
	}
	f.options.limits = &NO_LIMITS;
	database_at_its_limit();
	outbox_at_its_limit();
	fixture_finish(&f);
	return tap_done();
}
