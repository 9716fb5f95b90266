/* The real kiosk-sync and the real stand-in province, for tests: the test plays supervisor and
 * core. Waiting costs little: while nothing comes, the clock that both share runs faster. */
#ifndef TESTS_SYNC_WORLD_H
#define TESTS_SYNC_WORLD_H

#include "firmware/base/clock.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "tests/tap.h"
#include "tests/unit/province/pack.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORLD_WAIT_MS 120000 /* of real time, for one message; then the test fails */
#define KEY_FORMAT    "%08x-5f0f-4c57-9d9b-3a1f6a1b2c3d"

struct world {
	char dir[32], bin[PATH_MAX], conf[64], url[128], page[128];
	pid_t province, sync;
	int super, core, control, clock_fd;
	struct clock_shift *shift;
	int64_t hurry_ms; /* how much the clock runs on for each 20 ms without a message */
	int link;         /* what LINK said last; -1: nothing */
	enum err why;     /* it is not up */
	unsigned moves;   /* how often SEND_MOVES came */
	char upload[512]; /* what UPLOAD_AT said last */
	unsigned uploads; /* how often */
	unsigned keys;
};

static inline void world_bin(struct world *w)
{
	ssize_t n = readlink("/proc/self/exe", w->bin, sizeof w->bin - 1);

	w->bin[n > 0 ? n : 0] = '\0';
	char *at = strstr(w->bin, "/tests/unit/");
	if (!at)
		at = strstr(w->bin, "/bench/");
	if (!at)
		abort();
	memcpy(at, "/bin", 5);
}

/* In the room that role.def gives to kiosk-sync, as the supervisor would do it. */
static inline void world_enter_room(const struct world *w, const char *program)
{
	char pki[64];
	struct sandbox_places places = { .program = program, .unprivileged = true };
	unsigned parts;

	snprintf(pki, sizeof pki, "%s/pki", w->dir);
	places.path[PLACE_CONF][0] = w->conf;
	places.path[PLACE_KEYS_TLS][0] = pki;
	if (sandbox_enter(ROLE_SYNC, &places, &parts) != ERR_OK)
		_exit(126);
}

static inline pid_t world_spawn(struct world *w, const char *const argv[], int out)
{
	char path[PATH_MAX + 32];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(path, sizeof path, "%s/%s", w->bin, argv[0]);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	if (!getenv("KIOSK_DEBUG"))
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	if (strcmp(argv[0], "kiosk-sync") == 0 && getenv("KIOSK_SUPER_FD"))
		world_enter_room(w, path);
	execv(path, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static inline int world_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0)
		abort();
	return fd;
}

static inline void world_start_province(struct world *w)
{
	const char *const argv[] = { "province", "--dir", w->dir, NULL };
	char line[512] = "", path[64];
	int out[2];
	size_t len = 0;

	if (pipe2(out, O_CLOEXEC) < 0)
		abort();
	w->province = world_spawn(w, argv, out[1]);
	close(out[1]);
	while (!strchr(line, '\n')) {
		ssize_t n = read(out[0], line + len, sizeof line - 1 - len);

		if (n <= 0)
			abort(); /* it did not start */
		len += (size_t)n;
	}
	close(out[0]);
	if (sscanf(line, "ready %127s %127s", w->url, w->page) != 2)
		abort();
	snprintf(path, sizeof path, "%s/control", w->dir);
	w->control = world_connect(path);
}

/* Says one line to the province; the last line of its answer is in `ret`. */
static inline void world_ask(struct world *w, const char *line, char ret[256])
{
	char text[65536] = "", *last = text;
	size_t len = 0;

	if (dprintf(w->control, "%s\n", line) < 0)
		abort();
	for (;;) {
		ssize_t n = read(w->control, text + len, sizeof text - 1 - len);

		if (n <= 0)
			abort();
		len += (size_t)n;
		text[len] = '\0';
		if (text[len - 1] != '\n')
			continue;
		text[len - 1] = '\0';
		last = strrchr(text, '\n');
		last = last ? last + 1 : text;
		if (strncmp(last, "ok", 2) == 0 || strncmp(last, "error", 5) == 0)
			break;
		text[len - 1] = '\n';
	}
	snprintf(ret, 256, "%s", last);
}

/* The same for a line that must be understood. */
static inline void world_say(struct world *w, const char *line)
{
	char answer[256];

	world_ask(w, line, answer);
	eq_str(answer, "ok");
}

static inline int64_t world_count(struct world *w)
{
	char answer[256];

	world_ask(w, "count", answer);
	return atoll(answer + 3);
}

static inline void world_conf(struct world *w, const char *url, const char *client)
{
	snprintf(w->conf, sizeof w->conf, "%s/kiosk.conf", w->dir);
	FILE *f = fopen(w->conf, "we");
	fprintf(f,
		"office_name = Trung tâm\noffice_place = Xã\nagency_code = 000.00.06.H56\n"
		"kiosk_id = K01\nprovince_url = %s\ntls_ca = %s/pki/kiosk/tls/ca.pem\n"
		"tls_cert = %s/pki/%s.pem\ntls_key = %s/pki/%s.key\n",
		url, w->dir, w->dir, client, w->dir, client);
	fclose(f);
	setenv("KIOSK_CONF", w->conf, 1);
}

/* A core begins, in place of an earlier one. */
static inline void world_new_core(struct world *w)
{
	int core[2];

	if (msg_pair(core) != ERR_OK)
		abort();
	w->core = core[0];
	w->link = -1;
	struct msg m = { .type = MSG_PEER, .peer = { .role = ROLE_CORE, .sock = core[1] } };
	eq_int(msg_send(w->super, ROLE_SUPER, ROLE_SYNC, &m), ERR_OK);
	close(core[1]);
}

static inline void world_start_sync(struct world *w)
{
	const char *const argv[] = { "kiosk-sync", NULL };
	char number[16];
	int super[2];

	if (msg_pair(super) != ERR_OK)
		abort();
	fcntl(super[1], F_SETFD, 0);
	snprintf(number, sizeof number, "%d", super[1]);
	setenv("KIOSK_SUPER_FD", number, 1);
	w->sync = world_spawn(w, argv, -1);
	close(super[1]);
	w->super = super[0];
	world_new_core(w);
}

static inline void world_init(struct world *w)
{
	char number[16];

	*w = (struct world){ .hurry_ms = 100, .link = -1 };
	signal(SIGPIPE, SIG_IGN);
	pack_folder(w->dir);
	world_bin(w);
	w->clock_fd = memfd_create("clock", 0);
	if (ftruncate(w->clock_fd, sizeof *w->shift) < 0)
		abort();
	w->shift = mmap(NULL, sizeof *w->shift, PROT_READ | PROT_WRITE, MAP_SHARED, w->clock_fd, 0);
	snprintf(number, sizeof number, "%d", w->clock_fd);
	setenv("KIOSK_CLOCK_FD", number, 1);
	world_start_province(w);
	world_conf(w, w->url, "kiosk/tls/kiosk");
}

static inline int64_t world_now_ms(void)
{
	struct clock real = { 0 };

	return clock_mono_ms(&real);
}

/* How long the process has waited for a processor. 0 where the kernel does not tell. */
static inline int64_t world_queued_ms(pid_t pid)
{
	unsigned long long work_ns, wait_ns = 0;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
	FILE *f = fopen(path, "re");
	if (f && fscanf(f, "%llu %llu", &work_ns, &wait_ns) != 2)
		wait_ns = 0;
	if (f)
		(void)fclose(f);
	return (int64_t)(wait_ns / 1000000);
}

/* With sanitizers a program looks for leaks at its end. */
#if defined __SANITIZE_ADDRESS__
#define WORLD_LEAKS_MS 5000
#elif defined __has_feature
#define WORLD_LEAKS_MS (__has_feature(address_sanitizer) ? 5000 : 0)
#else
#define WORLD_LEAKS_MS 0
#endif

/* Waits for the program's end. It may sleep and work for `ms` until then; that it has to wait for a
 * processor on a busy machine is not its fault. */
static inline int world_wait_exit(pid_t pid, int64_t ms)
{
	int64_t until = world_now_ms() + ms + WORLD_LEAKS_MS, queued = world_queued_ms(pid);
	int status = -1;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (world_now_ms() > until + world_queued_ms(pid) - queued) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		poll(NULL, 0, 5);
	}
	return status;
}

static inline void world_stop_sync(struct world *w)
{
	kill(w->sync, SIGTERM);
	eq_int(world_wait_exit(w->sync, 2000), 0);
	close(w->super);
	close(w->core);
}

static inline int world_remove_one(const char *path, const struct stat *st, int how, struct FTW *at)
{
	(void)st, (void)how, (void)at;
	return remove(path);
}

static inline void world_finish(struct world *w)
{
	close(w->control);
	kill(w->province, SIGTERM);
	eq_int(world_wait_exit(w->province, 5000), 0);
	nftw(w->dir, world_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	munmap(w->shift, sizeof *w->shift);
	close(w->clock_fd);
}

static inline void world_hurry(struct world *w, int64_t ms)
{
	struct msg m = { .type = MSG_CLOCK_MOVED };

	w->shift->mono_ms += ms;
	(void)msg_send(w->super, ROLE_SUPER, ROLE_SYNC, &m);
}

static inline void world_notice(struct world *w, const struct msg *m)
{
	if (m->type == MSG_LINK)
		w->link = m->link.up, w->why = m->link.why;
	if (m->type == MSG_SEND_MOVES)
		w->moves++;
	if (m->type == MSG_UPLOAD_AT) {
		snprintf(w->upload, sizeof w->upload, "%s", m->upload_at.upload);
		w->uploads++;
	}
}

/* The next message of `type`; news of the line and of the upload are noticed on the way, any
 * other type is an error. False when nothing came in time. */
static inline bool world_expect(struct world *w, enum msg_type type, struct msg *ret)
{
	int64_t until = world_now_ms() + WORLD_WAIT_MS;

	while (world_now_ms() < until) {
		struct pollfd p = { .fd = w->core, .events = POLLIN };
		int n = poll(&p, 1, 20);
		enum err e = n > 0 ? msg_recv(w->core, ROLE_CORE, ROLE_SYNC, ret) : ERR_BUSY;

		if (e == ERR_BUSY) {
			world_hurry(w, w->hurry_ms);
			continue;
		}
		if (e != ERR_OK)
			break;
		world_notice(w, ret);
		if (ret->type == type)
			return true;
		if (ret->type != MSG_LINK && ret->type != MSG_UPLOAD_AT &&
		    ret->type != MSG_SEND_MOVES && ret->type != MSG_CERT_ENDS) {
			printf("# got %s: %s\n", msg_name(ret->type),
			       ret->type == MSG_SEND_FAILED ? ret->send_failed.detail : "");
			msg_finish(ret);
			break;
		}
		msg_finish(ret);
	}
	ok(!"the message that was expected");
	*ret = (struct msg){ 0 };
	return false;
}

static inline void world_expect_link(struct world *w, bool up)
{
	struct msg m;

	while (w->link != up && world_expect(w, MSG_LINK, &m))
		msg_finish(&m);
	eq_int(w->link, up);
}

/* A package of its own key, on disk. */
struct parcel {
	char key[37], path[80];
	struct pack pack;
};

static inline struct parcel parcel_make(struct world *w, size_t bytes)
{
	struct parcel p;

	snprintf(p.key, sizeof p.key, KEY_FORMAT, ++w->keys);
	snprintf(p.path, sizeof p.path, "%s/%u.cms", w->dir, w->keys);
	p.pack = pack_make(
		&(struct pack_order){ .dir = w->dir, .key = p.key, .paper_bytes = bytes });
	FILE *f = fopen(p.path, "we");
	fwrite(p.pack.bytes, 1, p.pack.len, f);
	fclose(f);
	free(p.pack.bytes);
	return p;
}

static inline void world_send(struct world *w, const struct parcel *p, const char *upload)
{
	struct msg m = { .type = MSG_SEND };

	snprintf(m.send.key, sizeof m.send.key, "%s", p->key);
	snprintf(m.send.sha256, sizeof m.send.sha256, "%s", p->pack.sha256);
	snprintf(m.send.manifest, sizeof m.send.manifest, "%s", p->pack.manifest);
	snprintf(m.send.upload, sizeof m.send.upload, "%s", upload);
	m.send.package = open(p->path, O_RDONLY | O_CLOEXEC);
	w->uploads = 0;
	eq_int(msg_send(w->core, ROLE_CORE, ROLE_SYNC, &m), ERR_OK);
	close(m.send.package);
}

/* The text that the province signed, if it did and the parcel is meant; else "". */
static inline void answer_text(struct world *w, const struct parcel *p, int fd, char ret[2048])
{
	const void *bytes;
	size_t len;
	X509_STORE *store = X509_STORE_new();
	char path[PATH_MAX];
	BIO *out = BIO_new(BIO_s_mem());

	ret[0] = '\0';
	snprintf(path, sizeof path, "%s/pki/kiosk/answer.pem", w->dir);
	X509_STORE_load_file(store, path);
	if (mem_map(fd, 262144, &bytes, &len) == ERR_OK) {
		const unsigned char *at = bytes;
		CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);

		if (cms && CMS_verify(cms, NULL, store, NULL, out, CMS_BINARY) == 1) {
			int n = BIO_read(out, ret, 2047);
			ret[n > 0 ? n : 0] = '\0';
		}
		CMS_ContentInfo_free(cms);
		mem_unmap(bytes, len);
	}
	if (!strstr(ret, p->key) || !strstr(ret, p->pack.manifest))
		ret[0] = '\0';
	BIO_free(out);
	X509_STORE_free(store);
}

/* An answer comes, is signed, and says that the dossier is accepted; its code is in `ret`. */
static inline void world_expect_code(struct world *w, const struct parcel *p, char ret_code[64])
{
	char text[2048] = "";
	struct msg m;

	ret_code[0] = '\0';
	if (!world_expect(w, MSG_ANSWERED, &m))
		return;
	eq_str(m.answered.key, p->key);
	answer_text(w, p, m.answered.answer, text);
	ok(strstr(text, "\"accepted\":true"));
	char *at = strstr(text, "\"code\":\"");
	if (at)
		(void)sscanf(at + 8, "%63[^\"]", ret_code);
	msg_finish(&m);
}

static inline void world_expect_accepted(struct world *w, const struct parcel *p)
{
	char code[64];

	world_expect_code(w, p, code);
	ok(strncmp(code, "000.00.06.H56-", 14) == 0);
}

/* It fails, for that reason and with that status; the message stays the caller's. */
static inline void world_expect_failed(struct world *w, enum err why, unsigned http,
				       struct msg *ret)
{
	if (!world_expect(w, MSG_SEND_FAILED, ret))
		return;
	eq_str(err_name(ret->send_failed.why), err_name(why));
	eq_int(ret->send_failed.http, http);
	ok(ret->send_failed.detail[0]);
}

#endif
