#include "firmware/board/logs.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/stick.h"
#include "firmware/board/answer.h"
#include "firmware/board/kiosk.h"
#include "firmware/board/machine.h"
#include "firmware/board/notes.h"
#include "firmware/board/run.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#define FILES_MAX     12
#define SUM           32
#define JOURNAL_S     120
#define STATUS_S      30
#define AUDIT_S       200
#define AUDIT_MAX     (256u << 20)
#define FILE_MAX      (300u << 20)
#define FACTS_FILE    65536
#define BUFFER        (64u << 10)
#define JOURNAL_LINES "200000"

struct written {
	char name[16];
	uint8_t sum[SUM];
	uint64_t bytes;
};

struct logs {
	const struct board *b;
	int dir;         /* on the stick */
	char folder[24]; /* "LOGS/MMDDHHMM" */
	struct written files[FILES_MAX];
	size_t count;
	uint64_t bytes;

	/* of the file at work */
	struct stick_out out;
	EVP_MD_CTX *md;
	uint8_t *buffer; /* BUFFER */
	size_t used;
	enum err e; /* the first that went wrong; then nothing more is written of it */
};

static void flush(struct logs *l)
{
	if (l->e == ERR_OK && l->used > 0)
		l->e = stick_write(&l->out, l->buffer, l->used);
	if (l->e == ERR_OK && EVP_DigestUpdate(l->md, l->buffer, l->used) != 1)
		l->e = ERR_NO_MEMORY;
	l->bytes += l->used;
	l->files[l->count].bytes += l->used;
	l->used = 0;
}

static void put(struct logs *l, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len > 0) {
		size_t n = len < BUFFER - l->used ? len : BUFFER - l->used;

		memcpy(l->buffer + l->used, at, n);
		l->used += n;
		at += n;
		len -= n;
		if (l->used == BUFFER)
			flush(l);
	}
}

static void put_line(void *data, const char *line)
{
	put(data, line, strlen(line));
	put(data, "\n", 1);
}

static enum err begin(struct logs *l, const char *name)
{
	struct written *f = &l->files[l->count];

	*f = (struct written){ 0 };
	snprintf(f->name, sizeof f->name, "%s", name);
	l->used = 0;
	if (EVP_DigestInit_ex(l->md, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	return l->e = stick_begin(l->dir, name, &l->out);
}

static enum err end(struct logs *l)
{
	flush(l);
	if (l->e == ERR_OK && EVP_DigestFinal_ex(l->md, l->files[l->count].sum, NULL) != 1)
		l->e = ERR_NO_MEMORY;
	if (l->e == ERR_OK)
		l->e = stick_end(&l->out);
	else
		stick_drop(&l->out);
	l->count += l->e == ERR_OK;
	return l->e;
}

static enum err write_text(struct logs *l, const char *name, const char *text, size_t len)
{
	enum err e = begin(l, name);

	if (e != ERR_OK)
		return e;
	put(l, text, len);
	return end(l);
}

/* The answers of the board itself. */
static enum err write_machine(struct logs *l)
{
	static const char *const LINES[] = { "versions", "hashes", "slots", "devices" };
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
		(void)answer_line(l->b, LINES[i], f); /* that a part is absent is told there */
	if (fclose(f) != 0)
		return ERR_NO_MEMORY;
	return write_text(l, "MACHINE.TXT", text, len);
}

/* A small file of the board; none is written when there is none. */
static enum err write_facts(struct logs *l, const char *path, const char *name)
{
	char at[PATH_MAX], text[FACTS_FILE];
	enum err e = board_path(l->b, path, at);

	if (e != ERR_OK)
		return e;
	AUTO_FD fd = open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
	return n > 0 ? write_text(l, name, text, (size_t)n) : ERR_OK;
}

static enum err write_journal(struct logs *l)
{
	static const char *const ARGV[] = { "journalctl", "--no-pager",  "--quiet",
					    "--output",   "short-iso",   "--no-hostname",
					    "--lines",    JOURNAL_LINES, NULL };
	int code = 0;
	enum err e = begin(l, "JOURNAL.TXT");

	if (e != ERR_OK)
		return e;
	e = run(l->b, ARGV, JOURNAL_S, put_line, l, &code);
	if (e != ERR_OK || code != 0)
		put_line(l, "(the journal ends here: it could not all be read)");
	return end(l);
}

static void hear(void *data, struct msg *m)
{
	const void *bytes;
	size_t len;

	if (m->type == MSG_SAY)
		put_line(data, m->say.text);
	if (m->type != MSG_SAY_FILE ||
	    mem_map(m->say_file.bytes, AUDIT_MAX, &bytes, &len) != ERR_OK)
		return;
	put(data, bytes, len);
	mem_unmap(bytes, len);
}

static void hear_file(void *data, struct msg *m)
{
	if (m->type == MSG_SAY_FILE)
		hear(data, m);
}

/* What core says or gives; nothing when it does not run: the journal tells why. */
static enum err write_answer(struct logs *l, const char *name, const char *line, kiosk_fn *fn,
			     uint32_t limit_s)
{
	uint8_t code = 0;
	enum err e = begin(l, name);

	if (e != ERR_OK)
		return e;
	enum err asked = kiosk_ask(l->b, line, limit_s, fn, l, &code);
	if (asked == ERR_OK && (l->used > 0 || l->files[l->count].bytes > 0))
		return end(l);
	stick_drop(&l->out);
	return l->e;
}

static enum err write_sums(struct logs *l)
{
	char text[FILES_MAX * (2 * SUM + 20)];
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		for (size_t k = 0; k < SUM; k++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%02x",
					      l->files[i].sum[k]);
		n += (size_t)snprintf(text + n, sizeof text - n, "  %s\n", l->files[i].name);
	}
	return write_text(l, "SUMS.TXT", text, n);
}

static enum err write_all(struct logs *l)
{
	enum err e = write_machine(l);

	if (e == ERR_OK)
		e = write_facts(l, BOARD_TROUBLE, "TROUBLE.TXT");
	if (e == ERR_OK)
		e = write_facts(l, BOARD_KEPT "/readiness", "READY.TXT");
	if (e == ERR_OK)
		e = write_facts(l, BOARD_KEPT "/installed", "INSTALL.TXT");
	if (e == ERR_OK)
		e = write_facts(l, BOARD_HEALTH, "HEALTH.TXT");
	if (e == ERR_OK)
		e = write_answer(l, "STATUS.TXT", "status", hear, STATUS_S);
	if (e == ERR_OK)
		e = write_answer(l, "AUDIT.TAR", "audit export -", hear_file, AUDIT_S);
	if (e == ERR_OK)
		e = write_journal(l);
	if (e == ERR_OK)
		e = write_sums(l);
	return e == ERR_OK ? stick_sync_names(l->dir) : e;
}

/* From the stick itself, not from memory. */
static enum err verify_file(struct logs *l, const struct written *f)
{
	struct stick_in in = { .fd = -1 };
	const uint8_t *bytes;
	uint8_t sum[SUM];
	size_t len = 1;
	enum err e = stick_in_open(l->dir, f->name, FILE_MAX, &in);

	if (e == ERR_OK && EVP_DigestInit_ex(l->md, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	while (e == ERR_OK && len > 0) {
		e = stick_in_next(&in, &bytes, &len);
		if (e == ERR_OK && len > 0 && EVP_DigestUpdate(l->md, bytes, len) != 1)
			e = ERR_NO_MEMORY;
	}
	stick_in_close(&in);
	if (e == ERR_OK && EVP_DigestFinal_ex(l->md, sum, NULL) != 1)
		e = ERR_NO_MEMORY;
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA)
		return ERR_DAMAGED;
	return e != ERR_OK || memcmp(sum, f->sum, SUM) == 0 ? e : ERR_DAMAGED;
}

static enum err verify(struct logs *l)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->count; i++)
		e = verify_file(l, &l->files[i]);
	return e;
}

static enum err fill(struct logs *l, int stick)
{
	enum err e;
	int logs = -1, dir = -1;

	e = stick_folder(stick, "LOGS", true, &logs);
	AUTO_FD kept = logs;
	if (e == ERR_OK)
		e = stick_folder(kept, l->folder + strlen("LOGS/"), true, &dir);
	AUTO_FD kept_dir = dir;
	l->dir = kept_dir;
	if (e == ERR_OK)
		e = write_all(l);
	if (e == ERR_OK)
		e = stick_sync_names(kept);
	if (e == ERR_OK)
		e = stick_sync_all(stick);
	return e == ERR_OK ? verify(l) : e;
}

/* It is mounted so that nobody writes by mistake. A played machine has a folder there. */
static enum err remount(const struct board *b, const char *path, unsigned long how)
{
	const unsigned long keep = MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (b->root[0])
		return ERR_OK;
	return mount("none", path, NULL, keep | how, NULL) == 0 ? ERR_OK : err_of_errno();
}

static bool is_there(const struct board *b, const char *path)
{
	struct stat at, above;
	char up[PATH_MAX + 4];

	snprintf(up, sizeof up, "%s/..", path);
	return stat(path, &at) == 0 && S_ISDIR(at.st_mode) && stat(up, &above) == 0 &&
	       (b->root[0] || at.st_dev != above.st_dev);
}

static void note(const struct logs *l, const char *state, const char *words, const char *vi)
{
	char lines[512];

	snprintf(lines, sizeof lines,
		 "STATE=%s\nWORDS=%.159s\nWORDS_VI=%.159s\nFOLDER=%s\nBYTES=%llu\n", state, words,
		 vi, l->folder, (unsigned long long)l->bytes);
	if (notes_put(l->b, BOARD_LOGS, lines) != ERR_OK)
		log_line(LOG_ERROR, "logs.untold", "%s", state);
}

static enum err on_stick(struct logs *l, const char *path)
{
	enum err e = remount(l->b, path, 0);
	AUTO_FD stick = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (e == ERR_OK)
		e = stick < 0 ? err_of_errno() : fill(l, stick);
	if (stick >= 0)
		close(take_fd(&stick)); /* or it stays writable */
	enum err back = remount(l->b, path, MS_RDONLY);
	return e == ERR_OK ? back : e;
}

enum err logs_write(const struct board *b)
{
	AUTO_FREE uint8_t *buffer = malloc(BUFFER);
	struct logs l = { .b = b, .buffer = buffer, .md = EVP_MD_CTX_new(), .dir = -1 };
	time_t now = time(NULL);
	struct tm tm;
	char path[PATH_MAX];
	enum err e = board_path(b, BOARD_STICK, path);

	if (e == ERR_OK)
		e = !buffer || !l.md || !gmtime_r(&now, &tm) ? ERR_NO_MEMORY : ERR_OK;
	if (e == ERR_OK) {
		(void)strftime(l.folder, sizeof l.folder, "LOGS/%m%d%H%M", &tm); /* it fits */
		note(&l, "busy", "", "");
		e = is_there(b, path) ? on_stick(&l, path) : ERR_NOT_FOUND;
		note(&l, e == ERR_OK ? "done" : "failed",
		     e == ERR_OK          ? "it was read back; the stick may be pulled out"
		     : e == ERR_NOT_FOUND ? "there is no stick whose label begins with MOCUA"
					  : err_text(e),
		     e == ERR_OK          ? "đã đọc lại đúng; có thể rút USB ra"
		     : e == ERR_NOT_FOUND ? "chưa thấy USB nào có nhãn MOCUA"
					  : err_text_vi(e));
	}
	EVP_MD_CTX_free(l.md);
	return e;
}
