#include "firmware/board/install.h"

#include "firmware/base/auto.h"
#include "firmware/base/facts.h"
#include "firmware/base/log.h"
#include "firmware/board/entries.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/run.h"
#include "firmware/board/tries.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#define WRITE_S 7200                         /* of the slowest stick: 120 MB at 17 kB/s */
#define PERMIT  "/run/kiosk-board/permitted" /* the older version that was signed for, just now */

struct writing {
	install_fn *say;
	void *data;
	char last[BUNDLE_WORDS];
};

static void on_line(void *data, const char *line)
{
	struct writing *w = data;

	if (strncmp(w->last, "LastError: ", 11) != 0) /* what follows it only says that it failed */
		snprintf(w->last, sizeof w->last, "%.250s", line);
	w->say(w->data, line, NULL);
}

/* Both sentences of the same arguments. */
static enum err __attribute__((format(printf, 3, 5), format(printf, 4, 5)))
tell(install_fn *say, void *data, const char *words, const char *vi, ...)
{
	char line[2 * BUNDLE_WORDS], line_vi[2 * BUNDLE_WORDS];
	va_list args, again;

	va_start(args, vi);
	va_copy(again, args);
	vsnprintf(line, sizeof line, words, args);
	vsnprintf(line_vi, sizeof line_vi, vi, again);
	va_end(again);
	va_end(args);
	log_line(LOG_INFO, "update", "%s", line);
	say(data, line, line_vi);
	return ERR_REFUSED;
}

/* Whoever runs must have been proven: else a failure would leave none that is good. */
static enum err ready(const struct board *b, struct tries *t, install_fn *say, void *data)
{
	struct pending p;
	enum err e = tries_load(b, t);

	if (e == ERR_NOT_FOUND && !notes_there(b, "/sys/firmware/efi/efivars"))
		return tell(say, data, "refused: this machine does not start by UEFI",
			    "không cài được: máy này không khởi động bằng UEFI");
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (t->state[b->slot] != SLOT_GOOD)
		return tell(say, data,
			    "refused: what runs has not been found good yet; wait for it",
			    "chưa cài được: bản đang chạy còn đang được thử, hãy chờ vài phút");
	if (pending_get(b, &p) && p.written)
		return tell(say, data, "refused: %s waits for a restart",
			    "bản %s đã cài và chờ khởi động lại", p.version);
	return ERR_OK;
}

/* From here on the other slot is nobody's fallback, whatever happens. */
static enum err begin(const struct board *b, struct tries *t, const struct bundle *at)
{
	enum slot to = slot_other(b->slot);
	struct pending p = { .from = b->slot, .to = to, .permitted = at->permitted };
	struct slots s;

	memcpy(p.version, at->version, sizeof p.version);
	slots_get(b, &s);
	s.version[to][0] = '\0';
	t->state[to] = SLOT_UNKNOWN;
	t->tries[to] = 0;
	t->why[to] = WHY_NONE;
	enum err e = pending_put(b, &p);
	if (e == ERR_OK)
		e = slots_put(b, &s);
	if (e == ERR_OK)
		e = tries_save(b, t);
	if (e == ERR_OK)
		e = entries_order(b, t->number, &b->slot, 1);
	char line[64];
	snprintf(line, sizeof line, "VERSION=%s\n", at->version);
	return e == ERR_OK && at->permitted ? notes_put(b, PERMIT, line) : e;
}

static enum err end_well(const struct board *b, struct tries *t, const struct bundle *at)
{
	enum slot to = slot_other(b->slot);
	struct pending p = {
		.from = b->slot, .to = to, .written = true, .permitted = at->permitted
	};

	memcpy(p.version, at->version, sizeof p.version);
	t->state[to] = SLOT_TRIAL;
	enum err e = pending_put(b, &p);
	return e == ERR_OK ? tries_save(b, t) : e;
}

static enum err write_slot(const struct board *b, struct tries *t, const struct bundle *at,
			   struct writing *w)
{
	int code = 0;
	enum err e = begin(b, t, at);

	if (e == ERR_OK)
		e = run(b, (const char *[]){ "rauc", "install", at->path, NULL }, WRITE_S, on_line,
			w, &code);
	(void)notes_drop(b, PERMIT); /* it would only allow what was allowed */
	if (e == ERR_OK && code != 0)
		e = ERR_IO;
	if (e == ERR_OK)
		return end_well(b, t, at);
	(void)pending_drop(b); /* else the next start does */
	return e;
}

/* Staff read it at the screen, too, where somebody may have put the stick in. */
static enum err refused(const struct board *b, const struct bundle *at, enum err e, install_fn *say,
			void *data)
{
	bool other = at->compatible[0] && strcmp(at->compatible, b->version.compatible) != 0;
	const char *why = e == ERR_REFUSED ? at->why : err_text(e);
	const char *why_vi = e == ERR_REFUSED ? at->why_vi : err_text_vi(e);

	notes_trouble(b, other ? "OTHER_BOARD" : "UPDATE_REFUSED", why);
	return tell(say, data, "refused: %s%.0s", "máy không nhận bản này: %.0s%s", why, why_vi);
}

enum err install(const struct board *b, const char *path, install_fn *say, void *data)
{
	struct writing w = { .say = say, .data = data };
	struct bundle at;
	struct tries t;
	char lock[PATH_MAX];
	enum err e = board_path(b, BOARD_LOCK, lock);
	AUTO_FD fd = e == ERR_OK ? open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;

	if (e != ERR_OK || fd < 0)
		return ERR_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		(void)tell(say, data, "refused: another update is being written",
			   "một bản cập nhật khác đang được ghi");
		return ERR_BUSY;
	}
	e = ready(b, &t, say, data);
	if (e != ERR_OK)
		return e;
	e = bundle_judge(b, path, &at);
	if (e != ERR_OK)
		return refused(b, &at, e, say, data);
	(void)tell(say, data, "writing %s into slot %s", "đang ghi bản %s vào ngăn %s", at.version,
		   slot_name(slot_other(b->slot)));
	e = write_slot(b, &t, &at, &w);
	if (e == ERR_OK)
		(void)tell(say, data, "%s is written; it starts at the next restart",
			   "đã cài bản %s, sẽ chạy từ lần khởi động sau", at.version);
	else
		(void)tell(say, data, "failed: %s%.0s; the kiosk goes on with %s",
			   "ghi không xong: %.0s%s; máy vẫn chạy bản %s", w.last, err_text_vi(e),
			   b->version.number);
	return e;
}

/* "version=1.2+gabc" of the manifest's first part, which is signed with the rest. */
static enum err read_version(const char *folder, char ret[48])
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/manifest.raucm", folder);

	return n > 0 && (size_t)n < sizeof path ? facts_get(path, "version", ret, 48)
						: ERR_NO_SPACE;
}

enum err install_may(const struct board *b, const char *folder)
{
	struct bundle at = { 0 };
	char permitted[48];
	enum err e = read_version(folder, at.version);

	if (e != ERR_OK)
		return e;
	e = bundle_judge_version(b, "", &at);
	notes_get(b, PERMIT, "VERSION", permitted, sizeof permitted);
	if (e == ERR_REFUSED && strcmp(permitted, at.version) == 0)
		return ERR_OK;
	if (e != ERR_OK)
		log_line(LOG_ERROR, "update.refused", "%s", at.why);
	return e;
}
