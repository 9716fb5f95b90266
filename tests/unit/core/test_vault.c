/* Only the same identity opens a visit again, and after its end nothing of it can be read. */
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static bool holds(struct vault *v, const char *name, const char *text)
{
	AUTO_VAULT_BYTES b = { 0 };

	return vault_get(v, name, &b) == ERR_OK && b.len == strlen(text) &&
	       memcmp(b.bytes, text, b.len) == 0;
}

static enum err put(struct vault *v, const char *name, const char *text)
{
	return vault_put(v, name, text, strlen(text));
}

static void comes_back_after_a_cut(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL, *w = NULL;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	ok(vault_begun_s(v) >= T0 && vault_begun_s(v) < T0 + 600);
	eq_int(put(v, "page-1", "first"), ERR_OK);
	eq_int(put(v, "page-1", "second"), ERR_OK);
	eq_int(put(v, "empty", ""), ERR_OK);
	vault_close(v);
	store_close(s); /* nothing more is done at a power cut either */

	s = open_store(&f);
	eq_int(vault_find(s, OTHER, &w), ERR_NOT_FOUND);
	eq_int(vault_find(s, "", &w), ERR_NOT_FOUND);
	ok(!w);
	eq_int(vault_find(s, CITIZEN, &w), ERR_OK);
	ok(vault_begun_s(w) >= T0 && vault_begun_s(w) < T0 + 600);
	ok(holds(w, "page-1", "second"));
	ok(holds(w, "empty", ""));
	AUTO_VAULT_BYTES none = { 0 };
	eq_int(vault_get(w, "page-2", &none), ERR_NOT_FOUND);
	eq_int(vault_remove(w, "page-1"), ERR_OK);
	eq_int(vault_remove(w, "page-1"), ERR_OK);
	eq_int(vault_get(w, "page-1", &none), ERR_NOT_FOUND);
	eq_int(vault_end(w), ERR_OK);
	eq_int(vault_find(s, CITIZEN, &w), ERR_NOT_FOUND);
	store_close(s);
}

static void the_newest_first(void)
{
	struct store *s = open_store(&f);
	struct vault *old = NULL, *other = NULL, *new = NULL, *found = NULL;

	eq_int(vault_begin(s, CITIZEN, &old), ERR_OK);
	eq_int(vault_begin(s, CITIZEN, &new), ERR_OK);
	eq_int(vault_begin(s, OTHER, &other), ERR_OK);
	eq_int(put(old, "which", "old"), ERR_OK);
	eq_int(put(new, "which", "new"), ERR_OK);
	eq_int(vault_find(s, CITIZEN, &found), ERR_OK);
	ok(holds(found, "which", "new"));
	vault_close(found);
	eq_int(vault_end(new), ERR_OK);
	eq_int(vault_find(s, CITIZEN, &found), ERR_OK);
	ok(holds(found, "which", "old"));
	vault_close(found);
	eq_int(vault_end(old), ERR_OK);
	eq_int(vault_end(other), ERR_OK);
	store_close(s);
}

static void names(void)
{
	static const char *const BAD[] = {
		"",   ".",   "..",
		".x", "a/b", "../x",
		"A",  "ê",   "a-name-of-forty-one-characters-is-too-long"
	};
	struct store *s = open_store(&f);
	struct vault *v = NULL;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(put(v, BAD[i], "x"), ERR_BAD_DATA);
	eq_int(put(v, "page-001.pdf", "x"), ERR_OK);
	eq_int(vault_put(v, "big", "", VAULT_MAX_BYTES + 1), ERR_NO_SPACE);
	eq_int(vault_end(v), ERR_OK);
	store_close(s);
}

static int vault_folder(const char *ret_path)
{
	char path[160];

	snprintf(path, sizeof path, "%s/vault", f.data);
	DIR *dir = opendir(path);
	for (struct dirent *d = dir ? readdir(dir) : NULL; d; d = readdir(dir))
		if (d->d_name[0] != '.')
			snprintf((char *)(uintptr_t)ret_path, 256, "%s/%.40s", path, d->d_name);
	if (dir)
		closedir(dir);
	return open(ret_path, O_RDONLY | O_DIRECTORY);
}

/* Every bit of a file counts, its place and its name too. */
static void changed_files(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL;
	AUTO_VAULT_BYTES b = { 0 };
	uint8_t file[256];
	char path[256] = "";

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(put(v, "a", "text of a"), ERR_OK);
	int dir = vault_folder(path), fd = openat(dir, "a", O_RDWR);
	ssize_t len = read(fd, file, sizeof file);
	eq_int(len, 20 + 9 + 16);
	int refused = 0;
	for (ssize_t i = 0; i < len; i++) {
		file[i] ^= 1;
		pwrite(fd, file, (size_t)len, 0);
		refused += vault_get(v, "a", &b) == ERR_BAD_DATA;
		file[i] ^= 1;
	}
	eq_int(refused, len);
	pwrite(fd, file, (size_t)len, 0);
	ok(holds(v, "a", "text of a"));
	for (ssize_t cut = 0; cut < len; cut++) {
		ftruncate(fd, cut);
		refused += vault_get(v, "a", &b) == ERR_BAD_DATA;
		pwrite(fd, file, (size_t)len, 0);
	}
	eq_int(refused, 2 * len);
	renameat(dir, "a", dir, "b");
	eq_int(vault_get(v, "b", &b), ERR_BAD_DATA);
	close(fd);
	close(dir);
	eq_int(vault_end(v), ERR_OK);
	store_close(s);
}

/* Does any file below the store hold these bytes? */
static bool on_disk(const char *dir, const void *bytes, size_t len)
{
	static uint8_t all[1 << 22];
	bool found = false;
	DIR *d = opendir(dir);

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		char path[512];

		snprintf(path, sizeof path, "%s/%.200s", dir, e->d_name);
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			found |= on_disk(path, bytes, len);
		int fd = e->d_type == DT_REG ? open(path, O_RDONLY) : -1;
		ssize_t n = fd < 0 ? 0 : read(fd, all, sizeof all);
		if (fd >= 0)
			close(fd);
		found |= n > 0 && memmem(all, (size_t)n, bytes, len);
	}
	if (d)
		closedir(d);
	return found;
}

static bool wrapped_key(struct store *s, uint8_t ret[61])
{
	AUTO_ROWS *st = NULL;

	if (db_first(s, SQL_VAULT_ALL, DB_NOTHING, &st) != ERR_OK ||
	    sqlite3_column_bytes(st, 3) != 61)
		return false;
	memcpy(ret, sqlite3_column_blob(st, 3), 61);
	return true;
}

/* After the end neither the page nor the wrapped key is anywhere, the journal included. */
static void nothing_is_left(bool handed_in)
{
	static const char CANARY[] = "canary: Nguyen Van An, 001090000000";
	struct store *s = open_store(&f);
	struct vault *v = NULL;
	struct package p;
	uint8_t key[61];

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(put(v, "page-1", CANARY), ERR_OK);
	ok(wrapped_key(s, key));
	ok(on_disk(f.data, key, sizeof key));
	ok(!on_disk(f.data, CANARY, sizeof CANARY - 1));
	ok(!on_disk(f.data, CITIZEN, strlen(CITIZEN)));
	if (handed_in) {
		eq_int(fake_package(s, &p), ERR_OK);
		eq_int(outbox_add(s, &p, v), ERR_OK);
	}
	eq_int(vault_end(v), ERR_OK);
	ok(!on_disk(f.data, key + 13, 32));
	char path[256] = "";
	eq_int(vault_folder(path), -1);
	store_close(s);
	ok(!on_disk(f.data, key + 13, 32));
}

static void read_from(int fd, uint8_t *ret, size_t cap, size_t *ret_len)
{
	ssize_t n = pread(fd, ret, cap, 0);

	*ret_len = n > 0 ? (size_t)n : 0;
}

/* Somebody copied the file while it was of use, and has device key, number and all else: once the
 * row is deleted nobody opens it, neither under its old name nor as a file of a new visit. */
static void without_its_row_a_file_is_rubbish(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL;
	AUTO_VAULT_BYTES b = { 0 };
	uint8_t copy[512];
	char dir[256] = "", path[300];
	size_t len = 0;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(put(v, "page-1", "what a page shows"), ERR_OK);
	ok(vault_folder(dir) >= 0);
	snprintf(path, sizeof path, "%s/page-1", dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	read_from(fd, copy, sizeof copy, &len);
	close(fd);
	ok(len > 17);
	eq_int(vault_end(v), ERR_OK);

	ok(mkdir(dir, 0700) == 0);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ok(write(fd, copy, len) == (ssize_t)len);
	close(fd);
	eq_int(vault_find(s, CITIZEN, &v), ERR_NOT_FOUND);
	unsigned count = 9;
	eq_int(vault_sweep(s, T0 - 1, &count), ERR_OK);
	ok(access(dir, F_OK) < 0); /* and it does not stay */

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(put(v, "page-1", "of another visit"), ERR_OK);
	ok(vault_folder(dir) >= 0);
	snprintf(path, sizeof path, "%s/page-1", dir);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ok(write(fd, copy, len) == (ssize_t)len);
	close(fd);
	eq_int(vault_get(v, "page-1", &b), ERR_BAD_DATA);
	eq_int(vault_end(v), ERR_OK);
	store_close(s);
}

static void abandoned_ones_are_swept(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL;
	unsigned count = 9;
	char path[256] = "", stray[160];

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	vault_close(v);
	f.shift.wall_s += 3600;
	eq_int(vault_begin(s, OTHER, &v), ERR_OK);
	vault_close(v);
	snprintf(stray, sizeof stray, "%s/vault/0123456789abcdef0123456789abcdef", f.data);
	ok(mkdir(stray, 0700) == 0);
	eq_int(vault_sweep(s, T0 + 1800, &count), ERR_OK);
	eq_int(count, 1);
	eq_int(vault_find(s, CITIZEN, &v), ERR_NOT_FOUND);
	ok(access(stray, F_OK) < 0);
	eq_int(vault_find(s, OTHER, &v), ERR_OK);
	eq_int(vault_end(v), ERR_OK);
	eq_int(vault_folder(path), -1);
	f.shift.wall_s -= 3600;
	store_close(s);
}

/* The clock was wrong and is set right while somebody stands there. */
static void a_sweep_leaves_the_visit_that_is_open(void)
{
	struct store *s = open_store(&f);
	struct vault *v = NULL, *w = NULL;
	unsigned count = 9;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(vault_begin(s, OTHER, &w), ERR_OK);
	vault_close(w);
	f.shift.wall_s += INT64_C(30) * 365 * 86400;
	eq_int(vault_sweep(s, T0 + INT64_C(29) * 365 * 86400, &count), ERR_OK);
	eq_int(count, 1);
	eq_int(put(v, "page-1", "still here"), ERR_OK);
	vault_close(v);
	eq_int(vault_find(s, CITIZEN, &v), ERR_OK);
	ok(holds(v, "page-1", "still here"));
	eq_int(vault_end(v), ERR_OK);
	f.shift.wall_s -= INT64_C(30) * 365 * 86400;
	store_close(s);
}

/* vault_put: whatever call fails, the old text or the new one is there. */
static bool put_with(unsigned kind, enum fault_how how, long at, int code)
{
	struct store *s = NULL;
	struct vault *v = NULL, *w = NULL;

	remove_dir(f.data);
	if (store_open(&f.options, &s) != ERR_OK || vault_begin(s, CITIZEN, &v) != ERR_OK ||
	    put(v, "a", "old") != ERR_OK)
		return ok(!"the fixture"), false;
	faults_set(kind, how, at, code);
	enum err e = put(v, "a", "new");
	bool fired = faults_fired();
	faults_off();
	vault_close(v);
	store_close(s);
	if (store_open(&f.options, &s) != ERR_OK || vault_find(s, CITIZEN, &w) != ERR_OK)
		return ok(!"lost"), false;
	if (!holds(w, "a", "new") && (e == ERR_OK || !holds(w, "a", "old")))
		ok(!"torn"), printf("# kind=%u at=%ld %s\n", kind, at, err_name(e));
	vault_end(w) == ERR_OK ? (void)0 : (void)ok(!"end");
	store_close(s);
	return fired;
}

/* vault_begin and vault_end: whatever fails, the next start serves, and a sweep ends all. */
static bool life_with(unsigned kind, enum fault_how how, long at, int code)
{
	struct store *s = NULL;
	struct vault *v = NULL;
	char path[256] = "";

	remove_dir(f.data);
	if (store_open(&f.options, &s) != ERR_OK)
		return ok(!"the fixture"), false;
	faults_set(kind, how, at, code);
	enum err e = vault_begin(s, CITIZEN, &v);
	if (e == ERR_OK)
		e = put(v, "a", "text");
	if (e == ERR_OK)
		e = vault_end(v);
	else
		vault_close(v);
	bool fired = faults_fired();
	faults_off();
	store_close(s);
	if (store_open(&f.options, &s) != ERR_OK || vault_sweep(s, T0 + 3600, NULL) != ERR_OK ||
	    vault_find(s, CITIZEN, &v) != ERR_NOT_FOUND || vault_folder(path) != -1)
		ok(!"left over"), printf("# kind=%u at=%ld %s\n", kind, at, err_name(e));
	store_close(s);
	return fired;
}

static void torture(bool (*with)(unsigned, enum fault_how, long, int), unsigned kind,
		    enum fault_how how, int code)
{
	long at = 1;

	while (with(kind, how, at, code))
		at++;
	ok(at > 1);
}

/* One that only the same card opens again waits until the night, the others do not. */
static void one_that_lasts(void)
{
	struct store *s = NULL;
	struct vault *v = NULL;
	unsigned count = 0;

	remove_dir(f.data);
	eq_int(store_open(&f.options, &s), ERR_OK);
	eq_int(vault_begin(s, CITIZEN " c4f1", &v), ERR_OK);
	int64_t begun_s = vault_begun_s(v);
	eq_int(vault_last(v, begun_s + 7200), ERR_OK);
	vault_close(v);
	eq_int(vault_begin(s, OTHER, &v), ERR_OK);
	vault_close(v);
	int64_t was_s = f.shift.wall_s;
	f.shift.wall_s += 3600;
	eq_int(vault_sweep(s, begun_s + 1800, &count), ERR_OK);
	eq_int(count, 1);
	eq_int(vault_find(s, OTHER, &v), ERR_NOT_FOUND);
	eq_int(vault_find(s, CITIZEN, &v), ERR_NOT_FOUND); /* the number alone is not enough */
	eq_int(vault_find(s, CITIZEN " c4f1", &v), ERR_OK);
	vault_close(v);
	f.shift.wall_s += 3601;
	eq_int(vault_sweep(s, begun_s + 1800, &count), ERR_OK);
	eq_int(count, 1);
	eq_int(vault_find(s, CITIZEN " c4f1", &v), ERR_NOT_FOUND);
	store_close(s);
	f.shift.wall_s = was_s;
}

int main(void)
{
	fixture_init(&f);
	comes_back_after_a_cut();
	the_newest_first();
	names();
	changed_files();
	nothing_is_left(false);
	nothing_is_left(true);
	without_its_row_a_file_is_rubbish();
	abandoned_ones_are_swept();
	a_sweep_leaves_the_visit_that_is_open();
	torture(put_with, FAULT_DISK, FAULT_ONCE, EIO);
	torture(put_with, FAULT_DISK, FAULT_ON, ENOSPC);
	torture(put_with, FAULT_OPEN, FAULT_ONCE, EMFILE);
	torture(life_with, FAULT_DISK, FAULT_ONCE, EIO);
	torture(life_with, FAULT_DISK, FAULT_ON, EIO);
	torture(life_with, FAULT_OPEN, FAULT_ONCE, EMFILE);
	if (FAULTS_IN_MEMORY) {
		torture(put_with, FAULT_MEMORY, FAULT_ONCE, 0);
		torture(life_with, FAULT_MEMORY, FAULT_ONCE, 0);
	}
	one_that_lasts();
	fixture_finish(&f);
	return tap_done();
}
