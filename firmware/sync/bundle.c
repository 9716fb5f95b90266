#include "firmware/sync/bundle.h"

#include "firmware/base/auto.h"
#include "firmware/base/bundle.h"
#include "firmware/base/mem.h"
#include "firmware/base/stick.h"
#include "firmware/sync/hand.h"
#include "firmware/sync/send.h"

#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define MAX_FOLDERS 64u
#define PATH_CAP    64 /* of an open file, for kiosk-parse */

struct forward {
	struct hand_line line;
	struct send send;
	char parse[PATH_MAX]; /* kiosk-parse */
	int root, folder, lock;
	uint32_t ids[MAX_FOLDERS];
	size_t id_count;
	/* of the package on its way */
	int answer;               /* as the province gave it; -1: none */
	struct send_failure last; /* why not */
	struct {
		unsigned accepted, refused, had, missing, wrong, failed, bad;
	} tally;
};

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* kiosk-parse stands beside this program. */
static bool find_parse(struct forward *f)
{
	ssize_t n = readlink("/proc/self/exe", f->parse, sizeof f->parse - 16);
	char *slash = n > 0 ? memrchr(f->parse, '/', (size_t)n) : NULL;

	if (slash)
		memcpy(slash + 1, "kiosk-parse", sizeof "kiosk-parse");
	return slash != NULL;
}

static void fd_path(int fd, char ret[PATH_CAP])
{
	(void)snprintf(ret, PATH_CAP, "/proc/self/fd/%d", fd);
}

/* Runs it; what it says is in *ret_said, a file of memory. The descriptors of `keep` are open
 * there, too. */
static bool ask_parse(const struct forward *f, const char *const *words, const int keep[3],
		      int *ret_said)
{
	AUTO_FD said = memfd_create("said", MFD_CLOEXEC);
	int status = 1;
	pid_t pid = said < 0 ? -1 : fork();

	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			if (keep[i] >= 0)
				(void)fcntl(keep[i], F_SETFD, 0);
		if (dup2(said, STDOUT_FILENO) >= 0)
			execv(f->parse, (char *const *)(uintptr_t)words);
		fprintf(stderr, "kiosk-sync: %s cannot be started\n", f->parse);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 ||
	    lseek(said, 0, SEEK_SET) < 0)
		return false;
	*ret_said = take_fd(&said);
	return true;
}

/* The rows of the index of the open folder, as lines of *ret_said, and its lock. */
static bool read_index(struct forward *f, int *ret_said)
{
	AUTO_FREE uint8_t *bytes = NULL;
	AUTO_FD index = -1;
	char in[PATH_CAP], out[PATH_CAP];
	size_t len = 0;
	enum err e = stick_get(f->folder, BUNDLE_INDEX, BUNDLE_MAX_INDEX, &bytes, &len);

	if (e == ERR_OK)
		e = mem_of(bytes, len, &index);
	if (e != ERR_OK) {
		fprintf(stderr, "kiosk-sync: %s: %s\n", BUNDLE_INDEX, err_text(e));
		return false;
	}
	close_one(&f->lock);
	f->lock = memfd_create("lock", MFD_CLOEXEC);
	fd_path(index, in);
	fd_path(f->lock, out);
	const char *words[] = { f->parse, "bundle", in,  "--anchor", f->line.config.kiosk_anchor,
				"-o",     out,      NULL };
	return ask_parse(f, words, (const int[]){ index, f->lock, -1 }, ret_said);
}

static void on_upload_at(void *data, const char *upload)
{
	(void)data, (void)upload;
}

static void on_answered(void *data, const void *bytes, size_t len)
{
	struct forward *f = data;

	if (mem_of(bytes, len, &f->answer) != ERR_OK)
		f->last.why = ERR_NO_MEMORY;
	loop_stop(f->line.loop);
}

static void on_failed(void *data, const struct send_failure *why)
{
	struct forward *f = data;

	f->last = *why;
	loop_stop(f->line.loop);
}

/* Takes over `package`. */
static enum err send_row(struct forward *f, const struct bundle_row *row, int package)
{
	static const struct send_events EVENTS = { .upload_at = on_upload_at,
						   .answered = on_answered,
						   .failed = on_failed };
	struct send_job job = { .carried = true, .fd = package };

	memcpy(job.key, row->key, sizeof job.key);
	memcpy(job.sha256, row->sha256, sizeof job.sha256);
	close_one(&f->answer);
	f->last = (struct send_failure){ .why = ERR_OK };
	enum err e = send_start(&f->send, f->line.http, &job, &EVENTS, f);
	if (e != ERR_OK) {
		close(package);
		return e;
	}
	e = loop_run(f->line.loop);
	return e == ERR_OK ? f->last.why : e;
}

/* The answer, verified and locked by kiosk-parse, durably on the stick. */
static enum err keep_answer(struct forward *f, const struct bundle_row *row)
{
	AUTO_FD locked = memfd_create("locked", MFD_CLOEXEC);
	AUTO_FD said = -1;
	AUTO_FREE uint8_t *bytes = malloc(BUNDLE_MAX_LOCKED);
	char in[PATH_CAP], lock[PATH_CAP], out[PATH_CAP], name[BUNDLE_NAME_CAP], line[64] = "";

	fd_path(f->answer, in);
	fd_path(f->lock, lock);
	fd_path(locked, out);
	const char *words[] = { f->parse, "lock", in,   "--anchor", f->line.config.answer_anchor,
				"--lock", lock,   "-o", out,        NULL };
	if (!bytes || !ask_parse(f, words, (const int[]){ f->answer, f->lock, locked }, &said))
		return ERR_FORGED;
	ssize_t n = read(said, line, sizeof line - 1);
	ssize_t len = pread(locked, bytes, BUNDLE_MAX_LOCKED, 0);
	if (n < 38 || len <= 0 || strncmp(line, row->key, 36) != 0)
		return ERR_FORGED; /* about another dossier */
	(void)snprintf(name, sizeof name, "%08x%s", row->name, BUNDLE_ANSWER);
	enum err e = stick_put(f->folder, name, bytes, (size_t)len);
	if (e == ERR_OK)
		e = stick_sync_names(f->folder);
	bool accepted = strncmp(line + 37, "accepted", 8) == 0;
	f->tally.accepted += e == ERR_OK && accepted;
	f->tally.refused += e == ERR_OK && !accepted;
	return e;
}

/* A file of the stick into memory of our own; ERR_BAD_DATA: it is not what the index says. */
static enum err copy_in(struct stick_in *in, const struct bundle_row *row, uint8_t *to)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char hex[65];
	uint64_t at = 0;
	const uint8_t *part;
	size_t len = 1;
	enum err e = ERR_OK;

	while (e == ERR_OK && len > 0) {
		e = stick_in_next(in, &part, &len);
		if (e == ERR_OK)
			memcpy(to + at, part, len);
		at += e == ERR_OK ? len : 0;
	}
	if (e == ERR_OK && EVP_Digest(to, row->bytes, sum, NULL, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	for (size_t i = 0; e == ERR_OK && i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	return e == ERR_OK && strcmp(hex, row->sha256) != 0 ? ERR_BAD_DATA : e;
}

static enum err load_package(struct forward *f, const struct bundle_row *row, int *ret_fd)
{
	struct stick_in in = { .fd = -1 };
	char name[BUNDLE_NAME_CAP];
	void *bytes = NULL;
	AUTO_FD fd = -1;

	(void)snprintf(name, sizeof name, "%08x%s", row->name, BUNDLE_PACKAGE);
	enum err e = stick_in_open(f->folder, name, BUNDLE_MAX_PACKAGE, &in);
	if (e == ERR_OK && in.bytes != row->bytes)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = mem_create(row->bytes, &fd, &bytes);
	if (e == ERR_OK) {
		e = copy_in(&in, row, bytes);
		enum err sealed = mem_seal(fd, bytes, row->bytes);
		e = e == ERR_OK ? sealed : e;
	}
	stick_in_close(&in);
	if (e == ERR_OK)
		*ret_fd = take_fd(&fd);
	return e;
}

static bool has_answer(struct forward *f, const struct bundle_row *row)
{
	struct stick_in in = { .fd = -1 };
	char name[BUNDLE_NAME_CAP];

	(void)snprintf(name, sizeof name, "%08x%s", row->name, BUNDLE_ANSWER);
	bool there = stick_in_open(f->folder, name, BUNDLE_MAX_LOCKED, &in) == ERR_OK;
	stick_in_close(&in);
	return there;
}

/* False: nothing more will go, for this one's reason. */
static bool forward_row(struct forward *f, const struct bundle_row *row)
{
	int package = -1;

	if (has_answer(f, row)) {
		f->tally.had++;
		return true;
	}
	enum err e = load_package(f, row, &package);
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA) {
		f->tally.missing += e == ERR_NOT_FOUND;
		f->tally.wrong += e == ERR_BAD_DATA;
		return true;
	}
	bool was_read = e == ERR_OK;
	if (e == ERR_OK)
		e = send_row(f, row, package);
	if (e == ERR_REFUSED && f->last.http != 0) {
		printf("NOT GOOD    %s: the province does not take it: %s\n", row->key,
		       f->last.detail);
		f->tally.failed++;
		return true;
	}
	if (e == ERR_OK)
		e = keep_answer(f, row);
	if (e == ERR_OK)
		return true;
	printf("NOT GOOD    %s%s%s\nnext        %s\n", err_text(e), was_read ? ": " : "",
	       was_read ? f->last.detail : "", hand_advice(e));
	f->tally.failed++;
	return false;
}

/* One line of kiosk-parse. */
static bool read_row(const char *line, struct bundle_row *ret)
{
	unsigned long long bytes;

	if (sscanf(line, "%8x %36s %64s %llu", &ret->name, ret->key, ret->sha256, &bytes) != 4)
		return false;
	ret->bytes = bytes;
	return strlen(ret->sha256) == 64 && send_key_ok(ret->key) && bytes > 0 &&
	       bytes <= BUNDLE_MAX_PACKAGE;
}

static bool forward_bundle(struct forward *f)
{
	char line[160];
	struct bundle_row row;
	int said = -1;
	bool go = true;

	if (!read_index(f, &said)) {
		f->tally.bad++;
		return true;
	}
	FILE *in = fdopen(said, "r");
	while (in && go && fgets(line, sizeof line, in))
		if (read_row(line, &row))
			go = forward_row(f, &row);
		else
			printf("%s", line);
	if (in)
		(void)fclose(in); /* it was only read */
	return go;
}

static bool note_folder(void *data, const char *name)
{
	struct forward *f = data;

	if (strlen(name) == 8 && strspn(name, "0123456789abcdef") == 8 && f->id_count < MAX_FOLDERS)
		f->ids[f->id_count++] = (uint32_t)strtoul(name, NULL, 16);
	return true;
}

static void forward_all(struct forward *f)
{
	char name[BUNDLE_NAME_CAP];
	bool go = true;

	for (size_t i = 0; i < f->id_count && go; i++) {
		(void)snprintf(name, sizeof name, "%08x", f->ids[i]);
		close_one(&f->folder);
		if (stick_folder(f->root, name, false, &f->folder) == ERR_OK)
			go = forward_bundle(f);
		else
			f->tally.bad++;
	}
}

static int say_end(const struct forward *f)
{
	bool good = !f->tally.missing && !f->tally.wrong && !f->tally.failed && !f->tally.bad;

	printf("forwarded   %u accepted, %u refused; %u had an answer already\n", f->tally.accepted,
	       f->tally.refused, f->tally.had);
	if (f->tally.missing || f->tally.wrong)
		printf("NOT SENT    %u missing on the stick, %u differ from what was written\n",
		       f->tally.missing, f->tally.wrong);
	if (f->tally.bad)
		printf("NOT READ    %u bundles: damaged, or not of a kiosk of this province\n",
		       f->tally.bad);
	puts("next        take the stick back to where it was written: kioskctl bundle take");
	return good && f->id_count > 0 ? 0 : 1;
}

static enum err open_stick(struct forward *f, const char *dir)
{
	AUTO_FD stick = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e =
		stick < 0 ? err_of_errno() : stick_folder(stick, BUNDLE_FOLDER, false, &f->root);

	if (e == ERR_OK)
		e = stick_each(f->root, note_folder, f);
	if (e != ERR_OK)
		fprintf(stderr, "kiosk-sync: there is no bundle on %s\n", dir);
	return e;
}

int bundle_forward(const char *dir)
{
	struct forward f = { .root = -1, .folder = -1, .lock = -1, .answer = -1 };
	int status = 1;
	enum err e = open_stick(&f, dir);

	if (e == ERR_OK)
		e = hand_open(&f.line);
	if (e == ERR_OK && (!f.line.config.kiosk_anchor[0] || !find_parse(&f))) {
		fprintf(stderr,
			"kiosk-sync: kiosk_anchor must say by whom the kiosks' certificates "
			"are signed\n");
		e = ERR_BAD_CONFIG;
	}
	if (e == ERR_OK) {
		forward_all(&f);
		if (f.folder >= 0 && stick_sync_all(f.folder) != ERR_OK)
			f.tally.failed++;
		status = say_end(&f);
	}
	hand_close(&f.line);
	close_one(&f.answer);
	close_one(&f.lock);
	close_one(&f.folder);
	close_one(&f.root);
	return status;
}
