/* Looking at everything in portions: damage is found, wherever it is; a damaged package is held
 * back with its reason and never sent; what does not fit in a budget goes on later. */
#include "firmware/core/audit.h"
#include "firmware/core/checkup.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 6

static struct fixture f;
static char keys[MANY][STORE_KEY_CAP];

static struct store *filled(void)
{
	remove_dir(f.data);
	struct store *s = open_store(&f);
	for (int i = 0; i < MANY; i++)
		eq_int(file_one(s, keys[i]), ERR_OK);
	return s;
}

/* Opens the package of keys[i]. */
static int package_fd(struct store *s, int i, char ret_name[PACKAGE_NAME_CAP])
{
	struct outbox_item item;

	eq_int(outbox_get(s, keys[i], &item), ERR_OK);
	snprintf(ret_name, PACKAGE_NAME_CAP, "%s_%s_%s.p7m", item.key, item.receipt_code,
		 item.manifest);
	return openat(store_outbox_fd(s), ret_name, O_RDWR | O_CLOEXEC);
}

static enum err look(struct store *s, uint32_t budget_ms, int *ret_steps)
{
	enum err e;
	int steps = 0;

	checkup_begin(s);
	do
		e = checkup_step(s, budget_ms);
	while (e == ERR_BUSY && ++steps < 100000);
	if (ret_steps)
		*ret_steps = steps;
	return e;
}

static enum outbox_state state_of(struct store *s, int i)
{
	struct outbox_item item = { .state = OUTBOX_STATES };

	eq_int(outbox_get(s, keys[i], &item), ERR_OK);
	return item.state;
}

static void all_is_well(void)
{
	struct store *s = filled();
	struct checkup_result r;

	eq_int(checkup_last(s, CHECKUP_FILE, &r), ERR_NOT_FOUND);
	eq_int(look(s, 1000, NULL), ERR_OK);
	eq_int(checkup_step(s, 1000), ERR_OK); /* at rest */
	eq_int(checkup_state(s).seen, MANY);
	eq_int(checkup_state(s).bad, 0);
	store_close(s);
	s = open_store(&f);
	eq_int(checkup_last(s, CHECKUP_FILE, &r), ERR_OK);
	eq_int(r.seen, MANY);
	eq_int(r.bad, 0);
	ok(r.ended_s >= T0);
	eq_int(checkup_last(s, CHECKUP_DATABASE, &r), ERR_OK);
	ok(r.seen > 10);
	ok(!checkup_calls_staff(s));
	store_close(s);
}

/* One byte, one byte less, one more, gone, another's, not to be read. */
static void damaged_packages_are_held_back(void)
{
	struct store *s = filled();
	char name[PACKAGE_NAME_CAP];
	struct outbox_item item;
	struct checkup_result r;
	uint32_t wait_ms;

	int fd = package_fd(s, 0, name);
	ok(pwrite(fd, "S", 1, 0) == 1);
	close(fd);
	fd = package_fd(s, 1, name);
	ok(ftruncate(fd, 5) == 0);
	close(fd);
	fd = package_fd(s, 2, name);
	ok(ftruncate(fd, 100000) == 0);
	close(fd);
	close(package_fd(s, 3, name));
	ok(unlinkat(store_outbox_fd(s), name, 0) == 0);
	close(package_fd(s, 4, name));
	ok(unlinkat(store_outbox_fd(s), name, 0) == 0 &&
	   mkdirat(store_outbox_fd(s), name, 0700) == 0);
	eq_int(look(s, 1000, NULL), ERR_OK);
	eq_int(checkup_state(s).seen, MANY);
	eq_int(checkup_state(s).bad, 5);
	ok(strcmp(checkup_state(s).bad_key, keys[4]) == 0);
	for (int i = 0; i < 5; i++)
		eq_int(state_of(s, i), OUTBOX_QUARANTINED);
	eq_int(outbox_get(s, keys[0], &item), ERR_OK);
	eq_int(item.last_error, ERR_DAMAGED);
	/* the one that is whole goes on its way; the others never */
	eq_int(outbox_next(s, NULL, &item, &wait_ms), ERR_OK);
	eq_str(item.key, keys[5]);
	ok(checkup_calls_staff(s));
	eq_int(checkup_last(s, CHECKUP_FILE, &r), ERR_OK);
	eq_int(r.bad, 5);
	eq_int(checkup_seen(s), ERR_OK);
	ok(!checkup_calls_staff(s));
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

/* The disk gives an error where a package lies: others are sent all the same. */
static void a_bad_sector(void)
{
	struct store *s = filled();
	struct outbox_item item;
	uint32_t wait_ms;
	int fd = -1;

	checkup_begin(s);
	while (checkup_state(s).phase != CHECKUP_FILES)
		eq_int(checkup_step(s, 1000), ERR_BUSY);
	faults_set(FAULT_READ, FAULT_ONCE, 1, EIO);
	enum err e = checkup_step(s, 1000);
	faults_off();
	while (e == ERR_BUSY)
		e = checkup_step(s, 1000);
	eq_int(e, ERR_OK);
	eq_int(checkup_state(s).bad, 1);
	eq_int(state_of(s, 0), OUTBOX_QUARANTINED);
	ok(!store_failed(s));
	/* the same when it is about to be sent */
	faults_set(FAULT_READ, FAULT_ONCE, 1, EIO);
	eq_int(outbox_open(s, keys[1], &fd), ERR_DAMAGED);
	faults_off();
	eq_int(state_of(s, 1), OUTBOX_QUARANTINED);
	eq_int(outbox_next(s, NULL, &item, &wait_ms), ERR_OK);
	eq_str(item.key, keys[2]);
	/* staff may try again: the disk gave it this time */
	eq_int(outbox_again(s, keys[1]), ERR_OK);
	eq_int(outbox_open(s, keys[1], &fd), ERR_OK);
	close(fd);
	store_close(s);
}

/* Answered and purged while others were read. */
static void what_is_answered_is_left(void)
{
	struct store *s = filled();
	struct outbox_item item;
	char name[PACKAGE_NAME_CAP];

	eq_int(outbox_get(s, keys[0], &item), ERR_OK);
	struct outbox_answer a = { .accepted = true,
				   .key = item.key,
				   .manifest = item.manifest,
				   .dossier_code = "x-261121-0001",
				   .time_s = T0,
				   .bytes = "signed",
				   .len = 6 };
	eq_int(outbox_sending(s, keys[0]), ERR_OK);
	eq_int(outbox_sent(s, keys[0]), ERR_OK);
	eq_int(outbox_answered(s, keys[0], &a), ERR_OK);
	int fd = package_fd(s, 0, name);
	ok(pwrite(fd, "S", 1, 0) == 1);
	close(fd);
	eq_int(look(s, 1000, NULL), ERR_OK);
	eq_int(checkup_state(s).bad, 1);
	eq_int(state_of(s, 0), OUTBOX_ACCEPTED);
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_purge(s, -10, NULL), ERR_OK);
	eq_int(look(s, 1000, NULL), ERR_OK);
	eq_int(checkup_state(s).seen, MANY - 1);
	eq_int(checkup_state(s).bad, 0);
	store_close(s);
}

static void add_lines(struct store *s, int n)
{
	eq_int(db_begin(s), ERR_OK);
	for (int i = 0; i < n; i++)
		if (audit_add(s, "test.line", "subject", "detail") != ERR_OK)
			ok(!"audit_add");
	eq_int(db_end(s, ERR_OK), ERR_OK);
	eq_int(db_checkpoint(s->db), ERR_OK);
}

/* The last page that has the text. */
static off_t find(const char *path, const char *text)
{
	FILE *in = fopen(path, "re");
	off_t at = -1;
	char page[4096];

	for (off_t n = 0; fread(page, 1, sizeof page, in) == sizeof page; n++) {
		if (memmem(page, sizeof page, text, strlen(text)))
			at = n * 4096;
	}
	fclose(in);
	return at;
}

/* The budget of the start is used up at once: the rest is looked at afterwards, in portions that
 * find the same damage. */
static void a_start_without_time(bool damaged)
{
	struct store_options o = f.options;
	struct store *s = filled();
	char path[200], key[STORE_KEY_CAP];
	int steps = 0;
	enum err e;

	add_lines(s, 40000);
	store_close(s);
	snprintf(path, sizeof path, "%s/%s", f.data, DB_FILE);
	off_t page = find(path, "test.line");
	o.check_budget_ms = 1;
	eq_int(store_open(&o, &s), ERR_OK);
	ok(!store_report(s)->checked && !store_report(s)->damaged);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (damaged) /* its tree is looked at before its rows: the start would have found it */
		ok(pwrite(fd, "\xff\xff\xff\xff", 4, page) == 4);
	/* left open: closing it would give up SQLite's lock */
	eq_int(checkup_state(s).phase, CHECKUP_TABLES);
	int64_t row = INT64_MIN;
	do
		e = db_walk_table(s->db, "audit", CHECKUP_ROWS, &row);
	while (e == ERR_OK);
	eq_int(e, damaged ? ERR_BAD_DATA : ERR_NOT_FOUND);
	ok(row > 30000);
	do {
		e = checkup_step(s, 1);
		steps++;
	} while (e == ERR_BUSY && steps < 100000);
	printf("# %d portions\n", steps);
	ok(damaged || steps > 10);
	eq_int(e, damaged ? ERR_BAD_DATA : ERR_OK);
	eq_int(store_failed(s), damaged);
	eq_int(file_one(s, key), damaged ? ERR_IO : ERR_OK);
	store_close(s);
	close(fd);
	s = open_store(&f); /* the next start mends it */
	eq_int(store_report(s)->damaged, damaged);
	ok(checkup_calls_staff(s) == damaged);
	for (int i = 0; i < MANY; i++)
		eq_int(state_of(s, i), OUTBOX_SEALED);
	store_close(s);
	s = open_store(&f); /* staff are called until they have come */
	ok(checkup_calls_staff(s) == damaged);
	store_close(s);
}

/* Pages of the database that were looked at since the last call. */
static int pages_used(struct store *s)
{
	int hits = 0, misses = 0, most;

	(void)sqlite3_db_status(s->db, SQLITE_DBSTATUS_CACHE_HIT, &hits, &most, 1);
	(void)sqlite3_db_status(s->db, SQLITE_DBSTATUS_CACHE_MISS, &misses, &most, 1);
	return hits + misses;
}

/* Who touches the screen waits for one portion: however much is stored, it is a few rows. */
static void no_portion_is_long(void)
{
	enum { LINES = 40000, FEW_PAGES = 100 };
	struct store *s = filled();
	uint64_t pages = 0;
	int64_t all = 0;
	int longest = 0;
	enum err e;

	add_lines(s, LINES);
	eq_int(db_pages(s, &pages), ERR_OK);
	ok(pages > 5 * FEW_PAGES);
	checkup_begin(s);
	(void)pages_used(s);
	do {
		e = checkup_step(s, 0);
		int used = pages_used(s);
		longest = used > longest ? used : longest;
		all += used;
	} while (e == ERR_BUSY);
	printf("# %d pages at once, of %ju; %ju slices\n", longest, (uintmax_t)pages,
	       (uintmax_t)checkup_state(s).slices);
	eq_int(e, ERR_OK);
	ok(checkup_state(s).slices >= LINES / CHECKUP_ROWS);
	ok(all > (int64_t)pages / 2); /* it was all looked at */
	ok(longest <= FEW_PAGES);
	store_close(s);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	eq_int(sqlite3_open(path, &db), SQLITE_OK);
	eq_int(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	eq_int(sqlite3_close(db), SQLITE_OK);
}

/* The rows are whole, but an index does not have one of them: it would never be found again. */
static void an_index_that_lacks_a_row_is_found(void)
{
	struct store *s = filled();
	char path[200];

	eq_int(look(s, 0, NULL), ERR_OK);
	store_close(s);
	snprintf(path, sizeof path, "%s/%s", f.data, DB_FILE);
	run_sql(path, "PRAGMA writable_schema = ON;"
		      "CREATE TABLE hidden AS SELECT * FROM sqlite_schema"
		      " WHERE name = 'outbox_code';"
		      "DELETE FROM sqlite_schema WHERE name = 'outbox_code'");
	run_sql(path, "UPDATE outbox SET dossier_code = 'x' WHERE id = 1");
	run_sql(path, "PRAGMA writable_schema = ON;"
		      "INSERT INTO sqlite_schema SELECT * FROM hidden; DROP TABLE hidden");
	s = open_store(&f);
	ok(store_report(s)->checked && !store_report(s)->damaged); /* rows only */
	eq_int(look(s, 0, NULL), ERR_BAD_DATA);
	ok(store_failed(s));
	store_close(s);
	s = open_store(&f);
	ok(store_report(s)->damaged);
	eq_int(state_of(s, 0), OUTBOX_SEALED);
	eq_int(look(s, 0, NULL), ERR_OK);
	store_close(s);
}

/* A large file takes many portions, and nothing is held open afterwards. */
static void a_large_file_in_portions(void)
{
	static uint8_t block[1 << 20];
	struct store *s = filled();
	char name[PACKAGE_NAME_CAP], sql[300];
	uint8_t hash[FILES_HASH_BYTES];
	char hex[PACKAGE_HASH_CAP];
	uint64_t bytes;
	int steps, fd = package_fd(s, 2, name);

	for (int i = 0; i < 32; i++)
		ok(write(fd, block, sizeof block) == sizeof block);
	eq_int(files_hash(fd, hash, &bytes), ERR_OK);
	hex_of(hash, sizeof hash, hex);
	close(fd);
	snprintf(sql, sizeof sql, "UPDATE outbox SET sha256 = '%s', bytes = %ju WHERE key = '%s'",
		 hex, (uintmax_t)bytes, keys[2]);
	eq_int(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
	eq_int(look(s, 0, &steps), ERR_OK);
	printf("# %d portions\n", steps);
	ok(steps > 32 * 16);
	eq_int(checkup_state(s).bad, 0);
	/* in the middle of it the store is closed */
	checkup_begin(s);
	for (int i = 0; i < 100; i++)
		eq_int(checkup_step(s, 0), ERR_BUSY);
	store_close(s);
	fd = open("/dev/null", O_RDONLY);
	ok(fd < 10);
	close(fd);
}

int main(void)
{
	fixture_init(&f);
	all_is_well();
	damaged_packages_are_held_back();
	a_bad_sector();
	what_is_answered_is_left();
	a_start_without_time(false);
	a_start_without_time(true);
	no_portion_is_long();
	an_index_that_lacks_a_row_is_found();
	a_large_file_in_portions();
	fixture_finish(&f);
	return tap_done();
}
