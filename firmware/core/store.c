#include "firmware/core/store.h"

#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/mend.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/wayback.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define SECRET_FILE "device.secret"

static enum err take_lock(struct store *s)
{
	s->lock_fd = openat(s->dir_fd, "lock", O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return err_of_errno();
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return ERR_OK;
	return errno == EWOULDBLOCK ? ERR_BUSY : err_of_errno();
}

static enum err open_dir(struct store *s)
{
	size_t len = strlen(s->options.dir);

	if (len == 0 || len >= sizeof s->dir)
		return ERR_BAD_CONFIG;
	memcpy(s->dir, s->options.dir, len + 1);
	s->options.dir = s->dir;
	if (mkdir(s->dir, 0700) < 0 && errno != EEXIST)
		return err_of_errno();
	s->dir_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->dir_fd < 0 ? err_of_errno() : take_lock(s);
}

static enum err open_folders(struct store *s)
{
	enum err e = disk_init(&s->disk, s->dir, s->options.limits);

	if (e == ERR_OK)
		e = files_folder(s->dir_fd, "outbox", &s->outbox_fd);
	if (e == ERR_OK)
		e = files_folder(s->dir_fd, "vault", &s->vault_fd);
	return e;
}

/* A secret of the wrong length, or that cannot be read, is of no use to any visit: begin anew. What
 * was handed in does not need it. */
static enum err load_secret(struct store *s)
{
	struct iovec part = { s->device.bytes, sizeof s->device.bytes };
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = files_usable(s->dir_fd, SECRET_FILE);

	if (e == ERR_OK)
		e = files_read(s->dir_fd, SECRET_FILE, 4096, &bytes, &len);

	if (e == ERR_OK && len == sizeof s->device.bytes) {
		memcpy(s->device.bytes, bytes, len);
		explicit_bzero(bytes, len);
		free(bytes);
		return ERR_OK;
	}
	free(bytes);
	if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_BAD_DATA)
		return e;
	if (e == ERR_BAD_DATA)
		(void)renameat(s->dir_fd, SECRET_FILE, s->dir_fd, SECRET_FILE ".bad");
	e = db_random(s, s->device.bytes, sizeof s->device.bytes);
	return e == ERR_OK ? files_replace(s->dir_fd, SECRET_FILE, &part, 1) : e;
}

static enum err new_boot(struct store *s)
{
	uint8_t random[(STORE_BOOT_CAP - 1) / 2];
	enum err e = db_random(s, random, sizeof random);

	if (e == ERR_OK)
		hex_of(random, sizeof random, s->boot);
	return e;
}

static enum err check(struct store *s, bool suspected)
{
	uint32_t budget_ms = suspected ? 0 : s->options.check_budget_ms;
	enum err e = db_check(s->db, s->options.clock, budget_ms, suspected);

	s->report.checked = e != ERR_TIMEOUT;
	if (e == ERR_TIMEOUT)
		checkup_begin_rest(s);
	return e == ERR_TIMEOUT ? ERR_OK : e;
}

static bool exists(const struct store *s, const char *name)
{
	struct stat st;

	return fstatat(s->dir_fd, name, &st, 0) == 0 && st.st_size > 0;
}

static enum err open_file(struct store *s, bool suspected)
{
	char path[sizeof s->dir + 16];
	enum err e = files_usable(s->dir_fd, DB_FILE);

	if (e == ERR_OK)
		e = files_usable(s->dir_fd, DB_WAL);
	if (e != ERR_OK)
		return e;
	s->report.fresh = !exists(s, DB_FILE);
	if (s->report.fresh && (suspected || exists(s, DB_WAL)))
		return ERR_BAD_DATA; /* SQLite would delete the journal and begin anew */
	(void)snprintf(path, sizeof path, "%s/%s", s->dir, DB_FILE);
	e = db_open(path, s->options.max_bytes, &s->db);
	return e == ERR_OK ? db_check_version(s->db) : e;
}

static enum err open_sound(struct store *s)
{
	struct stat st;
	bool suspected = fstatat(s->dir_fd, DB_SUSPECT, &st, 0) == 0;
	enum err e = open_file(s, suspected);
	if (e == ERR_OK && !s->report.fresh)
		e = check(s, suspected);
	if (e == ERR_OK)
		e = wayback_keep(s);
	if (e == ERR_OK)
		e = db_migrate(s->db);
	if (e == ERR_OK)
		e = db_prepare(s);
	if (e == ERR_OK)
		db_watch(s);
	/* Writes all again that a failed sync may have left in the page cache only. */
	if (e == ERR_OK)
		e = db_checkpoint(s->db);
	if (e == ERR_OK && suspected)
		(void)unlinkat(s->dir_fd, DB_SUSPECT, 0);
	return e;
}

/* What a trial has left behind that went back, before it took anything from anybody. */
static enum err open_before(struct store *s, enum err why)
{
	db_close(s);
	enum err e = wayback_take(s);
	if (e == ERR_OK)
		e = open_sound(s);
	return e == ERR_NOT_FOUND ? why : e;
}

static enum err open_database(struct store *s)
{
	enum err e = mend_resume(s);

	if (e == ERR_OK)
		e = wayback_resume(s);
	if (e == ERR_OK)
		e = open_sound(s);
	if (s->options.on_trial)
		return e == ERR_BAD_DATA ? ERR_IO : e;
	if (e == ERR_NEWER || e == ERR_BAD_DATA)
		e = open_before(s, e);
	if (e != ERR_BAD_DATA)
		return e;
	db_close(s);
	e = mend_damaged(s);
	if (e == ERR_OK)
		e = open_sound(s);
	return e == ERR_BAD_DATA ? ERR_IO : e;
}

/* A chain that breaks proves nothing behind the break; a new part begins with this line. */
static enum err after_damage(struct store *s)
{
	char detail[80];
	enum err e = audit_restart(s);

	if (e != ERR_OK)
		return e;
	(void)snprintf(detail, sizeof detail, "recovered=%u adopted=%u", s->report.recovered,
		       s->report.adopted);
	e = audit_add(s, "store.damaged", s->report.set_aside, detail);
	struct checkup_result r = { .ended_s = clock_now_s(s->options.clock),
				    .seen = s->report.recovered,
				    .bad = s->report.adopted };
	if (e == ERR_OK)
		e = checkup_note(s, CHECKUP_MENDED, &r);
	return e == ERR_OK ? mend_done(s) : e;
}

/* A row that the checks let pass may show only here that it is damaged. */
static enum err start_outbox(struct store *s)
{
	enum err e = outbox_start(s);

	if (s->options.on_trial)
		return e == ERR_BAD_DATA ? ERR_IO : e;
	if (s->report.damaged || (e != ERR_BAD_DATA && !(e == ERR_IO && s->met_damage)))
		return e;
	db_close(s);
	s->failed = s->met_damage = false;
	e = mend_damaged(s);
	if (e == ERR_OK)
		e = open_sound(s);
	return e == ERR_OK ? outbox_start(s) : e;
}

/* What had been promised was looked at again just now; but staff should hear of the disk. */
static enum err after_let_down(struct store *s)
{
	const struct checkup_result r = { .ended_s = clock_now_s(s->options.clock), .bad = 1 };
	struct stat st;

	if (fstatat(s->dir_fd, DB_LET_DOWN, &st, 0) < 0)
		return ERR_OK;
	enum err e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = checkup_note(s, CHECKUP_DISK, &r);
	if (e == ERR_OK)
		e = audit_add(s, "store.failed", "", "");
	e = db_end(s, e);
	if (e == ERR_OK)
		(void)unlinkat(s->dir_fd, DB_LET_DOWN, 0); /* else it is told again */
	return e == ERR_NO_SPACE ? ERR_OK : e;
}

static enum err open_all(struct store *s)
{
	enum err e = open_dir(s);

	if (e == ERR_OK)
		e = open_folders(s);
	if (e == ERR_OK)
		e = load_secret(s);
	if (e == ERR_OK)
		e = new_boot(s);
	if (e == ERR_OK)
		e = open_database(s);
	if (e == ERR_OK)
		e = start_outbox(s);
	if (e == ERR_OK)
		e = files_sweep(s->dir_fd, &s->report.removed);
	if (e == ERR_OK)
		e = vault_start(s, &s->report.removed);
	if (e == ERR_OK && s->report.damaged)
		e = after_damage(s);
	if (e == ERR_OK && s->options.on_trial)
		return ERR_OK; /* what is to be told is told by who stays */
	if (e == ERR_OK)
		e = wayback_drop(s);
	if (e == ERR_OK)
		e = wayback_tell(s);
	return e == ERR_OK ? after_let_down(s) : e;
}

enum err store_open(const struct store_options *options, struct store **ret_store)
{
	struct store *s = calloc(1, sizeof *s);

	if (!s)
		return ERR_NO_MEMORY;
	s->options = *options;
	s->dir_fd = s->lock_fd = s->outbox_fd = s->vault_fd = -1;
	enum err e = open_all(s);
	if (e != ERR_OK) {
		store_close(s);
		return e;
	}
	*ret_store = s;
	return ERR_OK;
}

enum err store_proven(struct store *s)
{
	enum err e = db_wrote(s, wayback_drop(s));

	if (e == ERR_OK)
		s->options.on_trial = false;
	return e;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	checkup_finish(s);
	db_close(s);
	disk_finish(&s->disk);
	close_fd(s->vault_fd);
	close_fd(s->outbox_fd);
	close_fd(s->dir_fd);
	close_fd(s->lock_fd); /* last: from here another may open it */
	explicit_bzero(s, sizeof *s);
	free(s);
}

const char *store_why(enum err e)
{
	switch (e) {
	case ERR_BUSY:
		return "another program has it open, and only one may; it is left to that one";
	case ERR_IO:
		return "the disk does not read or write, or is read-only";
	case ERR_DENIED:
		return "this program's user has no right to its folder";
	case ERR_NO_SPACE:
		return "the disk is full, and the reserve is used up";
	default:
		return err_text(e);
	}
}

const struct store_report *store_report(const struct store *s)
{
	return &s->report;
}

bool store_failed(const struct store *s)
{
	return s->failed;
}

static enum err pragma(struct store *s, enum statement what, uint64_t *ret_n)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_NOTHING, &st);

	if (e == ERR_OK)
		*ret_n = (uint64_t)sqlite3_column_int64(st, 0);
	return e;
}

enum err store_room(struct store *s, struct store_room *ret_room)
{
	uint8_t percent = s->disk.limits.outbox_percent ? s->disk.limits.outbox_percent : 100;
	uint64_t pages, free, most, page_bytes;
	struct outbox_counts n;
	struct disk_state d;
	enum err e = pragma(s, SQL_PAGES, &pages);

	if (e == ERR_OK)
		e = pragma(s, SQL_FREE_PAGES, &free);
	if (e == ERR_OK)
		e = pragma(s, SQL_MAX_PAGES, &most);
	if (e == ERR_OK)
		e = pragma(s, SQL_PAGE_BYTES, &page_bytes);
	if (e == ERR_OK)
		e = outbox_counts(s, &n);
	if (e == ERR_OK)
		e = disk_state(&s->disk, &d);
	if (e == ERR_OK)
		*ret_room = (struct store_room){
			.database_bytes = (pages - free) * page_bytes,
			.max_database_bytes = most * page_bytes,
			.package_bytes = n.bytes,
			.max_package_bytes = d.total_bytes / 100 * percent,
		};
	return e;
}

enum err store_may_begin(struct store *s)
{
	struct store_room r;

	if (s->failed)
		return ERR_IO;
	enum err e = disk_may_begin(&s->disk);
	if (e == ERR_OK)
		e = store_room(s, &r);
	if (e != ERR_OK)
		return e;
	/* The last sixteenth of the database is for visits that run, and their answers. */
	bool room = r.database_bytes < r.max_database_bytes - r.max_database_bytes / 16 &&
		    r.package_bytes < r.max_package_bytes;
	return room ? ERR_OK : ERR_NO_SPACE;
}

enum err store_check(struct store *s)
{
	enum err e = db_check(s->db, s->options.clock, 0, true);

	if (e == ERR_BAD_DATA)
		(void)db_result(s, SQLITE_CORRUPT);
	if (e != ERR_OK)
		return e;
	checkup_begin(s);
	do
		e = checkup_step(s, 1000);
	while (e == ERR_BUSY);
	return e;
}

unsigned store_drop_aside(struct store *s)
{
	return mend_drop_aside(s, 1);
}

enum err store_backup(struct store *s, const char *path)
{
	struct sqlite3_stmt *st = NULL;
	char tmp[sizeof s->dir + 16];

	if (snprintf(tmp, sizeof tmp, "%s.new", path) >= (int)sizeof tmp)
		return ERR_BAD_DATA;
	if (unlink(tmp) < 0 && errno != ENOENT)
		return err_of_errno();
	int rc = sqlite3_prepare_v2(s->db, "VACUUM INTO ?", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, tmp, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	sqlite3_finalize(st);
	if (db_err(rc) != ERR_OK) {
		(void)unlink(tmp);
		return db_err(rc);
	}
	AUTO_FD fd = open(tmp, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0 || rename(tmp, path) < 0)
		return err_of_errno();
	return ERR_OK;
}

enum err store_new_key(struct store *s, char ret_key[STORE_KEY_CAP])
{
	uint8_t b[16];
	char hex[33];
	enum err e = db_random(s, b, sizeof b);

	if (e != ERR_OK)
		return e;
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	hex_of(b, sizeof b, hex);
	(void)snprintf(ret_key, STORE_KEY_CAP, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		       hex + 16, hex + 20);
	return ERR_OK;
}

int store_folder(const struct store *s)
{
	return s->dir_fd;
}

const struct clock *store_clock(const struct store *s)
{
	return s->options.clock;
}

const char *store_boot(const struct store *s)
{
	return s->boot;
}

struct disk *store_disk(struct store *s)
{
	return &s->disk;
}

int store_outbox_fd(const struct store *s)
{
	return s->outbox_fd;
}
