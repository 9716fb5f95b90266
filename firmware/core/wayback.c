#include "firmware/core/wayback.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY    "before.db"
#define CHOSEN  "before.back"
#define TOLD    "went-back"
#define STEP_AT 60 /* the user version, big-endian: SQLite's file format, 1.3 */

static bool exists(const struct store *s, const char *name)
{
	struct stat st;

	return fstatat(s->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Of a database that has no journal. An empty one has taken no step. */
static enum err step_of(const struct store *s, const char *name, int64_t *ret_step)
{
	uint8_t bytes[STEP_AT + 4];
	AUTO_FD fd = openat(s->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	if (n < 0)
		return err_of_errno();
	struct reader r = reader_of(bytes, (size_t)n);
	(void)get_bytes(&r, STEP_AT);
	uint32_t step = get_u32be(&r);
	if (n > 0 && r.bad)
		return ERR_BAD_DATA;
	*ret_step = n > 0 ? step : 0;
	return ERR_OK;
}

static enum err copy(struct store *s)
{
	char path[sizeof s->dir + 16];
	struct stat st;

	if (s->report.fresh)
		return files_replace(s->dir_fd, COPY, NULL, 0);
	(void)snprintf(path, sizeof path, "%s/" COPY, s->dir);
	/* whether that is enough, writing tells */
	if (fstatat(s->dir_fd, DB_FILE, &st, 0) == 0)
		(void)disk_room(&s->disk, (uint64_t)st.st_size);
	enum err e = store_backup(s, path);
	return e == ERR_OK ? files_sync(s->dir_fd) : e;
}

enum err wayback_keep(struct store *s)
{
	int64_t have = 0, kept = 0;

	if (!s->options.on_trial)
		return ERR_OK;
	enum err e = db_step(s->db, &have);
	if (e != ERR_OK || have == db_newest_step())
		return e;
	if (step_of(s, COPY, &kept) == ERR_OK && kept < have)
		return ERR_OK;
	return copy(s);
}

enum err wayback_drop(struct store *s)
{
	if (unlinkat(s->dir_fd, COPY, 0) == 0)
		return files_sync(s->dir_fd);
	return errno == ENOENT ? ERR_OK : err_of_errno();
}

enum err wayback_take(struct store *s)
{
	int64_t step = 0;

	if (step_of(s, COPY, &step) != ERR_OK || step > db_newest_step())
		return ERR_NOT_FOUND;
	enum err e = files_replace(s->dir_fd, TOLD, NULL, 0);
	if (e == ERR_OK && renameat(s->dir_fd, COPY, s->dir_fd, CHOSEN) < 0)
		e = err_of_errno();
	if (e == ERR_OK)
		e = files_sync(s->dir_fd);
	return e == ERR_OK ? wayback_resume(s) : e;
}

/* The newer one's journal goes first: SQLite must not play it into the copy. */
enum err wayback_resume(struct store *s)
{
	if (!exists(s, CHOSEN))
		return ERR_OK;
	if (unlinkat(s->dir_fd, DB_WAL, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	enum err e = files_sync(s->dir_fd);
	if (e == ERR_OK && renameat(s->dir_fd, CHOSEN, s->dir_fd, DB_FILE) < 0)
		e = err_of_errno();
	return e == ERR_OK ? files_sync(s->dir_fd) : e;
}

enum err wayback_tell(struct store *s)
{
	if (!exists(s, TOLD))
		return ERR_OK;
	s->report.went_back = true;
	enum err e = audit_add(s, "store.went_back", "", "");
	if (e == ERR_OK)
		(void)unlinkat(s->dir_fd, TOLD, 0); /* else it is told again */
	return e == ERR_NO_SPACE ? ERR_OK : e;
}
