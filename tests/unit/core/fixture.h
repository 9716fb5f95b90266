/* What the tests of the store share: an empty folder, a clock that begins at T0,
 * keys made with stock openssl, and a small dossier of invented people. */
#ifndef TESTS_CORE_FIXTURE_H
#define TESTS_CORE_FIXTURE_H

#include "firmware/core/dossier.h"
#include "firmware/core/outbox.h"
#include "firmware/core/package.h"
#include "firmware/core/reconcile.h"
#include "firmware/core/store.h"
#include "firmware/core/vault.h"
#include "tests/tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CITIZEN "001090000000"
#define OTHER   "001090000001"
#define T0      INT64_C(1795262400) /* 2026-11-21 19:00 in Hà Nội */

extern char **environ;

/* However full the machine is that runs the tests. */
static const struct disk_limits NO_LIMITS = { 0, 0, 1 << 20, 0 };

struct fixture {
	char dir[64];  /* holds `data` and the keys */
	char data[80]; /* store_options.dir */
	struct clock_shift shift;
	struct clock clock;
	struct store_options options;
};

/* 0 when the program ended well. Its output goes to `out`, or nowhere. */
static inline int run(const char *out, const char *const argv[])
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status = -1;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, out ? out : "/dev/null",
					 O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	return status;
}

#define RUN(out, ...) run(out, (const char *const[]){ __VA_ARGS__, NULL })

static inline int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st, (void)what, (void)at;
	return remove(path);
}

static inline void remove_dir(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The wall clock begins at T0, whatever the machine says. */
static inline void fixture_init(struct fixture *f)
{
	/* In memory where that is possible: these tests sync thousands of times. */
	const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	*f = (struct fixture){ 0 };
	snprintf(f->dir, sizeof f->dir, "%s/kiosk-core-XXXXXX", tmp);
	if (!mkdtemp(f->dir))
		exit(1);
	snprintf(f->data, sizeof f->data, "%s/data", f->dir);
	f->clock.shift = &f->shift;
	f->shift.wall_s = T0 - clock_wall_s(&f->clock);
	f->options = (struct store_options){
		.dir = f->data,
		.clock = &f->clock,
		.limits = &NO_LIMITS,
		.work_log2 = 4,
	};
}

/* For store_options.random: pauses are `pause`, as they must be known, and keys differ by `count`,
 * as they must. */
struct dice {
	uint64_t pause, count;
};

static inline enum err loaded_dice(void *data, void *bytes, size_t len)
{
	struct dice *d = data;
	uint8_t *at = bytes;

	if (len == sizeof d->pause) {
		memcpy(bytes, &d->pause, len);
		return ERR_OK;
	}
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(++d->count >> (i % 8) ^ i * 37);
	memcpy(at, &d->count, len < 8 ? len : 8);
	return ERR_OK;
}

static inline void fixture_finish(struct fixture *f)
{
	remove_dir(f->dir);
}

static inline void in(const struct fixture *f, const char *name, char ret[160])
{
	snprintf(ret, 160, "%s/%s", f->dir, name);
}

static inline int make_cert(const struct fixture *f, const char *name, const char *subject)
{
	char key[160], cert[160], file[40];

	snprintf(file, sizeof file, "%s.key", name);
	in(f, file, key);
	snprintf(file, sizeof file, "%s.pem", name);
	in(f, file, cert);
	return RUN(NULL, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		   "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", subject, "-keyout",
		   key, "-out", cert);
}

/* kiosk.key, kiosk.pem and seal.key, seal.pem. */
static inline struct package_keys *make_keys(const struct fixture *f)
{
	struct package_keys *keys = NULL;
	char key[160], cert[160], seal[160];

	ok(make_cert(f, "kiosk", "/CN=kiosk K01") == 0);
	ok(make_cert(f, "seal", "/CN=province") == 0);
	in(f, "kiosk.key", key);
	in(f, "kiosk.pem", cert);
	in(f, "seal.pem", seal);
	eq_int(package_keys_load(key, cert, seal, &keys), ERR_OK);
	return keys;
}

static inline struct store *open_store(const struct fixture *f)
{
	struct store *s = NULL;

	eq_int(store_open(&f->options, &s), ERR_OK);
	return s;
}

static const uint8_t PDF_A[] = "%PDF-1.4 to khai dang ky khai sinh, trang 1 va 2";
static const uint8_t PDF_B[] = "%PDF-1.4 giay chung sinh";

static const struct dossier_paper PAPERS[] = {
	{ .component = "000.00.00.G15-KQ004946",
	  .name = "Tờ khai đăng ký khai sinh.pdf",
	  .pdf = PDF_A,
	  .pdf_len = sizeof PDF_A - 1,
	  .pages = 2,
	  .copies = 1,
	  .digitized = true,
	  .quality = { .dpi = 200, .channels = 1, .scanner = "flatbed" } },
	{ .component = "",
	  .name = "Giấy chứng sinh.pdf",
	  .pdf = PDF_B,
	  .pdf_len = sizeof PDF_B - 1,
	  .pages = 1,
	  .copies = 1,
	  .digitized = true,
	  .quality = { .dpi = 200, .channels = 3, .doubts = 1, .scanner = "flatbed" } },
};

static const struct dossier_answer ANSWERS[] = {
	{ "child_name", "Họ, chữ đệm, tên", "Nguyễn Thị Bình", "typed" },
	{ "note", "Ghi chú", "dòng \"một\"\nvà \\ hai / ba", "typed" },
};

static inline struct dossier sample(const char *key, const char *code)
{
	return (struct dossier){
		.key = key,
		.receipt_code = code,
		.kiosk = "K01",
		.agency = "000.00.06.H56",
		.procedure = "1.001193",
		.procedure_name = "Đăng ký khai sinh",
		.filer = { .name = "Nguyễn Văn An",
			   .number = CITIZEN,
			   .birth = "19900101",
			   .sex = "Nam",
			   .address = "Thôn Một, xã Ví Dụ" },
		.papers = PAPERS,
		.paper_count = 2,
		.answers = ANSWERS,
		.answer_count = 2,
		.consent = "Tôi xin cam đoan",
		.started_s = T0 - 300,
		.confirmed_s = T0,
		.clock = "rtc",
	};
}

/* A package whose file is a few plain bytes: what the outbox needs, without the cost of CMS. */
static inline enum err fake_package(struct store *s, struct package *p)
{
	char code[RECEIPT_CODE_CAP], name[PACKAGE_NAME_CAP + 8];

	*p = (struct package){ .procedure = "1.001193", .bytes = 6 };
	memset(p->manifest, 'a', 64);
	/* SHA-256 of "sealed" */
	memcpy(p->sha256, "c9d0036bed6744bcdf692fc980d8717d7e5f5a4f4e8266b4a84982602fb1cd09", 65);
	enum err e = store_new_key(s, p->key);
	if (e == ERR_OK)
		e = receipt_code_next(s, "K01", code);
	if (e != ERR_OK)
		return e;
	memcpy(p->receipt_code, code, sizeof code);
	snprintf(p->name, sizeof p->name, "%s_%s_%s.p7m", p->key, p->receipt_code, p->manifest);
	snprintf(name, sizeof name, "%s.new", p->name);
	int fd = openat(store_outbox_fd(s), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, "sealed", 6) == 6 && fdatasync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good && fsync(store_outbox_fd(s)) == 0 ? ERR_OK : ERR_IO;
}

/* A dossier in the outbox; its key. */
static inline enum err file_one(struct store *s, char ret_key[STORE_KEY_CAP])
{
	struct package p;
	enum err e = fake_package(s, &p);

	if (e == ERR_OK)
		e = outbox_add(s, &p, NULL);
	if (e == ERR_OK)
		memcpy(ret_key, p.key, sizeof p.key);
	return e;
}

/* A reconciliation: the province has all that was answered on that moment's day. */
static inline enum err seen_there(struct store *s, int64_t answered_s)
{
	struct reconcile_digest ours;
	int64_t mark;
	enum err e = reconcile_mark(s, &mark);

	if (e == ERR_OK)
		e = reconcile_ours(s, reconcile_day_of(answered_s), mark, &ours);
	return e == ERR_OK ? reconcile_agreed(s, &ours, mark, answered_s + 60) : e;
}

#endif
