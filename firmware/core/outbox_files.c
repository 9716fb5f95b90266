#include "firmware/core/outbox_files.h"

#include "firmware/core/counter.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox.h"
#include "firmware/core/outbox_row.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING     ".p7m"
#define UNCLAIMED  ".new"
#define KEY_CHARS  (STORE_KEY_CAP - 1)
#define HASH_CHARS (PACKAGE_HASH_CAP - 1)

/* Codes given after the last one that the lost database still told us of. */
#define LOST_CODES 500

static bool key_ok(const char *key)
{
	static const char LIKE[] = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	for (; LIKE[i] && key[i]; i++)
		if (LIKE[i] == 'x' ? !strchr("0123456789abcdef", key[i]) : key[i] != LIKE[i])
			return false;
	return !LIKE[i] && !key[i];
}

enum err outbox_name(struct package *p)
{
	char name[PACKAGE_NAME_CAP];

	if (!key_ok(p->key) || !receipt_code_ok(p->receipt_code) || strchr(p->receipt_code, ' ') ||
	    !hex_ok(p->manifest, HASH_CHARS))
		return ERR_BAD_DATA;
	int n = snprintf(name, sizeof name, "%s_%s_%s" ENDING, p->key, p->receipt_code,
			 p->manifest);
	if (n < 0 || n >= (int)sizeof name)
		return ERR_BAD_DATA;
	memcpy(p->name, name, sizeof name);
	return ERR_OK;
}

bool outbox_parse_name(const char *name, struct package *ret_package)
{
	struct package p = { 0 };
	size_t len = strlen(name), tail = 1 + HASH_CHARS + strlen(ENDING);

	if (len >= PACKAGE_NAME_CAP || len <= KEY_CHARS + 1 + tail ||
	    len - KEY_CHARS - 1 - tail >= RECEIPT_CODE_CAP)
		return false;
	memcpy(p.key, name, KEY_CHARS);
	memcpy(p.receipt_code, name + KEY_CHARS + 1, len - KEY_CHARS - 1 - tail);
	memcpy(p.manifest, name + len - tail + 1, HASH_CHARS);
	/* Every part is checked again when the name is made from them. */
	if (outbox_name(&p) != ERR_OK || strcmp(p.name, name) != 0)
		return false;
	*ret_package = p;
	return true;
}

void outbox_unclaimed(const char *name, char ret_name[OUTBOX_FILE_CAP])
{
	(void)snprintf(ret_name, OUTBOX_FILE_CAP, "%.*s" UNCLAIMED, PACKAGE_NAME_CAP - 1, name);
}

void outbox_claim(struct store *s, const struct package *p)
{
	char from[OUTBOX_FILE_CAP];

	outbox_unclaimed(p->name, from);
	if (renameat(s->outbox_fd, from, s->outbox_fd, p->name) < 0 && errno == EIO)
		s->failed = true;
}

void outbox_disclaim(struct store *s, const struct package *p)
{
	char name[OUTBOX_FILE_CAP];

	outbox_unclaimed(p->name, name);
	(void)unlinkat(s->outbox_fd, name, 0);
}

/* Gives itself the right to read it when it may. */
static int open_package(struct store *s, const char *name)
{
	const int how = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd = openat(s->outbox_fd, name, how);

	if (fd < 0 && errno == EACCES && fchmodat(s->outbox_fd, name, 0600, 0) == 0)
		fd = openat(s->outbox_fd, name, how);
	return fd;
}

enum err outbox_open_file(struct store *s, const char *name, int *ret_fd)
{
	char other[OUTBOX_FILE_CAP];
	int fd = open_package(s, name);

	if (fd < 0 && errno == ENOENT) {
		outbox_unclaimed(name, other);
		fd = open_package(s, other);
	}
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	*ret_fd = fd;
	return ERR_OK;
}

/* Not a matter of this file: there is no memory, or no descriptor is left. */
static bool is_passing(enum err e)
{
	return e == ERR_NO_MEMORY || e == ERR_BUSY;
}

enum err outbox_file_open(struct store *s, const struct outbox_item *item, int *ret_fd)
{
	struct package p = { 0 };

	memcpy(p.key, item->key, sizeof p.key);
	memcpy(p.receipt_code, item->receipt_code, sizeof p.receipt_code);
	memcpy(p.manifest, item->manifest, sizeof p.manifest);
	enum err e = outbox_name(&p);
	errno = 0;
	if (e == ERR_OK)
		e = outbox_open_file(s, p.name, ret_fd);
	if (e != ERR_OK && (errno == EMFILE || errno == ENFILE))
		return ERR_BUSY;
	return e == ERR_OK || is_passing(e) ? e : ERR_DAMAGED;
}

enum err outbox_file_check(const struct outbox_item *item, int fd)
{
	uint8_t hash[FILES_HASH_BYTES];
	char hex[PACKAGE_HASH_CAP];
	uint64_t bytes;
	enum err e = files_hash(fd, hash, &bytes);

	if (e != ERR_OK)
		return is_passing(e) ? e : ERR_DAMAGED;
	hex_of(hash, sizeof hash, hex);
	return bytes == item->bytes && strcmp(hex, item->sha256) == 0 ? ERR_OK : ERR_DAMAGED;
}

enum err outbox_remove_file(struct store *s, const char *name)
{
	char other[OUTBOX_FILE_CAP];

	outbox_unclaimed(name, other);
	if (unlinkat(s->outbox_fd, name, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	if (unlinkat(s->outbox_fd, other, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	return ERR_OK;
}

static enum err remove_stray(struct store *s, const char *name)
{
	if (unlinkat(s->outbox_fd, name, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	s->report.removed++;
	return ERR_OK;
}

/* What a file says of itself besides its name. */
static enum err measure(struct store *s, struct package *p)
{
	uint8_t hash[FILES_HASH_BYTES];
	int fd;
	enum err e = outbox_open_file(s, p->name, &fd);

	if (e != ERR_OK)
		return e;
	e = files_hash(fd, hash, &p->bytes);
	close(fd);
	if (e == ERR_OK)
		hex_of(hash, sizeof hash, p->sha256);
	return e;
}

/* A claimed package without a row: its row was lost. It is sent again; if the province has it
 * already, the same key gives the same answer. What cannot be read, or has a code that is another
 * dossier's, stays as it is for the next start and a technician: it must not keep the kiosk from
 * serving. */
static enum err adopt(struct store *s, struct package *p)
{
	enum err e = measure(s, p);

	if (e == ERR_OK)
		e = outbox_add_rows(s, p, NULL, "outbox.adopted");
	if (e == ERR_OK) {
		outbox_claim(s, p);
		s->report.adopted++;
	}
	if (e == ERR_OK || e == ERR_NO_MEMORY || e == ERR_NO_SPACE || s->failed)
		return e;
	s->report.unreadable++;
	return ERR_OK;
}

/* A file and a row of the same key. */
static enum err settle_with(struct store *s, const struct outbox_item *item, struct package *p,
			    bool unclaimed)
{
	bool same = strcmp(item->manifest, p->manifest) == 0 &&
		    strcmp(item->receipt_code, p->receipt_code) == 0;

	if (same && unclaimed)
		outbox_claim(s, p);
	if (same || item->state >= OUTBOX_ACCEPTED)
		return ERR_OK;
	/* One key is only ever claimed for one package, so it is the row that was damaged. */
	enum err e = db_run(s, SQL_OUTBOX_DROP, DB_VALUES(db_text(p->key)));
	return e == ERR_OK ? adopt(s, p) : e;
}

/* One name in the folder. */
static enum err settle(void *data, const char *file)
{
	struct store *s = data;
	struct package p;
	struct outbox_item item;
	char name[OUTBOX_FILE_CAP] = "";
	size_t len = strlen(file);
	bool unclaimed =
		len > strlen(UNCLAIMED) && strcmp(file + len - strlen(UNCLAIMED), UNCLAIMED) == 0;

	if (len < sizeof name)
		memcpy(name, file, unclaimed ? len - strlen(UNCLAIMED) : len);
	if (!outbox_parse_name(name, &p))
		return unclaimed ? remove_stray(s, file) : ERR_OK; /* not ours: leave it */
	enum err e = outbox_get(s, p.key, &item);
	if (e == ERR_NOT_FOUND && (!unclaimed || s->report.damaged))
		return adopt(s, &p);
	if (e == ERR_NOT_FOUND)
		return remove_stray(s, file);
	if (e != ERR_OK)
		return e;
	if (item.state == OUTBOX_PURGED || (unclaimed && strcmp(item.manifest, p.manifest) != 0))
		return remove_stray(s, file);
	return settle_with(s, &item, &p, unclaimed);
}

/* Codes of today may have been given that no row and no file tells of. */
static enum err skip_codes(struct store *s)
{
	uint32_t day = local_day(clock_now_s(s->options.clock));
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_RECEIPT_LAST, DB_VALUES(db_num(day)), &st);

	if (e != ERR_OK)
		return e;
	int64_t seq = sqlite3_column_int64(st, 0) + LOST_CODES;
	return db_run(s, SQL_RECEIPT_TAKE, DB_VALUES(db_num(day), db_num(seq)));
}

static enum err start(struct store *s)
{
	enum err e = db_run(s, SQL_OUTBOX_RESTART, DB_NOTHING);

	if (e == ERR_OK)
		s->report.interrupted = (uint32_t)sqlite3_changes(s->db);
	if (e == ERR_OK)
		e = db_run(s, SQL_OUTBOX_RESET, DB_NOTHING);
	if (e == ERR_OK)
		e = files_each(s->outbox_fd, settle, s);
	if (e == ERR_OK && (s->report.damaged || s->report.adopted > 0))
		e = skip_codes(s);
	return e;
}

enum err outbox_start(struct store *s)
{
	enum err e = db_begin(s); /* one commit, however many were adopted */

	return e == ERR_OK ? db_end(s, start(s)) : e;
}
