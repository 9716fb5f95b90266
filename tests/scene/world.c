#include "tests/scene/world.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define START_MS      300000
#define CLOCK_FD      9 /* its number in the kiosk */
#define CLOCK_FD_TEXT "9"

#define DAY_S         86400
#define MORNING_UTC_S (2 * 3600) /* nine o'clock in Vietnam */
#define NO_DISK       126

void world_path(const struct world *w, const char *name, char out[WORLD_PATH])
{
	if (snprintf(out, WORLD_PATH, "%s/%s", w->dir, name) >= WORLD_PATH)
		out[0] = '\0';
}

/* A child of ours ends with us, however we end. Its standard output goes to `out`. */
static pid_t start(const char *const words[], int out, int err, int clock_fd)
{
	pid_t me = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != me || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		_exit(127);
	if (clock_fd >= 0 &&
	    (dup2(clock_fd, CLOCK_FD) < 0 || setenv("KIOSK_CLOCK_FD", CLOCK_FD_TEXT, 1) < 0))
		_exit(127);
	execv(words[0], (char *const *)(uintptr_t)words); /* execv changes nothing of it */
	dprintf(err, "cannot start %s\n", words[0]);
	_exit(127);
}

static void stop(pid_t *pid, int signal)
{
	int status;

	if (*pid <= 0)
		return;
	kill(*pid, signal);
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

static int open_log(const struct world *w, const char *name)
{
	char path[WORLD_PATH];

	world_path(w, name, path);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static enum err start_usim(struct world *w)
{
	char bin[WORLD_PATH + 8], dir[WORLD_PATH], ready[WORLD_PATH];
	AUTO_FD log = open_log(w, "usim.log");

	snprintf(bin, sizeof bin, "%s/usim", w->bin);
	world_path(w, "usim", dir);
	world_path(w, "usim/usim.ready", ready);
	(void)mkdir(dir, 0755);
	w->usim = start((const char *const[]){ bin, "--dir", dir, NULL }, log, log, -1);
	return fact_file(ready, START_MS);
}

static enum err start_province(struct world *w)
{
	char bin[WORLD_PATH + 10], dir[WORLD_PATH], control[WORLD_PATH], line[1024] = "";
	const char *port = strrchr(w->province_url, ':'), *page = strrchr(w->page_url, ':');
	AUTO_FD log = open_log(w, "province.log");
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return ERR_IO;
	AUTO_FD from = pipes[0];
	AUTO_FD to = pipes[1];
	snprintf(bin, sizeof bin, "%s/province", w->bin);
	world_path(w, "province", dir);
	world_path(w, "run/province.sock", control);
	w->province =
		start((const char *const[]){ bin, "--dir", dir, "--control", control, "--kiosk",
					     "K01", "--port", port ? port + 1 : "0", "--page",
					     page ? page + 1 : "0", NULL },
		      to, log, w->province_clock_fd);
	close(take_fd(&to));
	size_t len = 0;
	while (len < sizeof line - 1 && !strchr(line, '\n')) {
		ssize_t n = read(from, line + len, sizeof line - 1 - len);

		if (n <= 0)
			return ERR_GONE;
		len += (size_t)n;
		line[len] = '\0';
	}
	return sscanf(line, "ready %127s %127s", w->province_url, w->page_url) == 2 ? ERR_OK
										    : ERR_BAD_DATA;
}

static enum err write_conf(const struct world *w)
{
	char path[WORLD_PATH];

	world_path(w, "conf/kiosk.conf", path);
	FILE *f = fopen(path, "we");
	if (!f)
		return ERR_IO;
	fprintf(f,
		"office_name = Trung tâm Phục vụ hành chính công\n"
		"office_place = Xã Tân Thành, tỉnh Lâm Đồng\n"
		"agency_code = 000.00.06.H56\n"
		"kiosk_id = K01\n"
		"data_dir = %1$s/data\n"
		"assets_dir = %2$s\n"
		"catalogue_anchor = %3$s/catalogue.pem\n"
		"sign_key = %1$s/province/pki/kiosk/kiosk.key\n"
		"sign_cert = %1$s/province/pki/kiosk/kiosk.pem\n"
		"seal_cert = %1$s/province/pki/kiosk/seal.pem\n"
		"answer_anchor = %1$s/province/pki/kiosk/answer.pem\n"
		"province_url = %4$s\n"
		"tls_ca = %1$s/province/pki/kiosk/tls/ca.pem\n"
		"tls_cert = %1$s/province/pki/kiosk/tls/kiosk.pem\n"
		"tls_key = %1$s/province/pki/kiosk/tls/kiosk.key\n"
		"screen_full = 0\n",
		w->dir, w->assets, w->keys, w->province_url);
	return fclose(f) == 0 ? ERR_OK : ERR_IO;
}

static enum err make_shift(int *ret_fd, struct clock_shift **ret)
{
	AUTO_FD fd = memfd_create("clock", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, sizeof **ret) < 0)
		return ERR_IO;
	void *at = mmap(NULL, sizeof **ret, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return ERR_IO;
	*ret = at;
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}

/* Scenes begin in the morning: by night a kiosk tidies, and drafts end. The hour is never behind
 * the machine's clock, so that no certificate made just now is one of the future. */
static int64_t until_morning_s(void)
{
	const struct clock real = { 0 };

	return (DAY_S + MORNING_UTC_S - clock_wall_s(&real) % DAY_S) % DAY_S;
}

static enum err make_clocks(struct world *w)
{
	enum err e = make_shift(&w->clock_fd, &w->shift);

	if (e == ERR_OK)
		e = make_shift(&w->province_clock_fd, &w->province_shift);
	if (e == ERR_OK && !w->window && !w->now)
		w->shift->wall_s = w->province_shift->wall_s = until_morning_s();
	return e;
}

static void kiosk_environment(const struct world *w)
{
	char path[WORLD_PATH], root[WORLD_PATH] = "";

	world_path(w, "usim/usim.ready", path);
	FILE *f = fopen(path, "re");
	if (f && fgets(root, sizeof root, f))
		root[strcspn(root, "\n")] = '\0';
	if (f)
		(void)fclose(f);
	setenv("KIOSK_SIM_USB", root, 1);
	setenv("KIOSK_SIM_REMOTE", "1", 1);
	setenv("KIOSK_CLOCK_FD", CLOCK_FD_TEXT, 1);
	world_path(w, "usim/sane", path);
	setenv("SANE_CONFIG_DIR", path, 1);
	world_path(w, "token/softhsm2.conf", path);
	setenv("SOFTHSM2_CONF", path, 1);
	if (!w->window) {
		setenv("SDL_VIDEODRIVER", "dummy", 1);
		setenv("SDL_AUDIODRIVER", "dummy", 1);
	}
}

static bool write_text(const char *path, const char *text)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* A small disk of the kiosk's own, without anybody's leave: in a user namespace. */
static bool mount_disk(const struct world *w)
{
	char data[WORLD_PATH], size[32], uid_map[48], gid_map[48];

	snprintf(uid_map, sizeof uid_map, "%1$u %1$u 1", getuid());
	snprintf(gid_map, sizeof gid_map, "%1$u %1$u 1", getgid());
	snprintf(size, sizeof size, "size=%um,mode=700", w->disk_mib);
	world_path(w, "data", data);
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       write_text("/proc/self/setgroups", "deny") &&
	       write_text("/proc/self/uid_map", uid_map) &&
	       write_text("/proc/self/gid_map", gid_map) &&
	       mount("none", data, "tmpfs", MS_NOSUID | MS_NODEV, size) == 0;
}

bool world_has_disks(const struct world *w)
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(mount_disk(w) ? 0 : NO_DISK);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void start_kiosk(struct world *w)
{
	char bin[WORLD_PATH + 8];
	AUTO_FD log = open_log(w, "kiosk.log");
	pid_t me = getpid();

	snprintf(bin, sizeof bin, "%s/kiosk", w->kiosk_bin[0] ? w->kiosk_bin : w->bin);
	w->kiosk = fork();
	if (w->kiosk == 0) {
		if (w->disk_mib && !mount_disk(w))
			_exit(NO_DISK);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		kiosk_environment(w);
		if (getppid() != me || dup2(w->clock_fd, CLOCK_FD) < 0 || dup2(log, 2) < 0)
			_exit(127);
		execl(bin, bin, "--sim", w->dir, (char *)NULL);
		_exit(127);
	}
}

enum err world_start_kiosk(struct world *w)
{
	char sock[WORLD_PATH];

	world_path(w, "run/ui.sock", sock);
	(void)unlink(sock);
	start_kiosk(w);
	return fact_file(sock, START_MS);
}

enum err world_refuses(struct world *w)
{
	struct fact f;
	int status = 0;
	pid_t ended;

	start_kiosk(w);
	fact_begin(&f, w, START_MS);
	while ((ended = waitpid(w->kiosk, &status, WNOHANG)) == 0 && fact_changed(&f))
		;
	fact_end(&f);
	if (ended == 0)
		return ERR_TIMEOUT;
	w->kiosk = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) != 0 && WEXITSTATUS(status) < NO_DISK
		       ? ERR_OK
		       : ERR_REFUSED;
}

void world_stop_kiosk(struct world *w, int signal)
{
	stop(&w->kiosk, signal);
}

enum err world_power_cut(struct world *w)
{
	/* children first, so that the supervisor cannot say good-bye to them */
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		pid_t pid = world_find(w, r);

		if (pid > 0)
			kill(pid, SIGKILL);
	}
	world_stop_kiosk(w, SIGKILL);
	return world_start_kiosk(w);
}

bool world_kiosk_lives(const struct world *w)
{
	siginfo_t info = { 0 };

	return w->kiosk > 0 &&
	       waitid(P_PID, (id_t)w->kiosk, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

enum err world_restart_province(struct world *w)
{
	stop(&w->province, SIGKILL);
	return start_province(w);
}

bool world_beside_me(struct world *w)
{
	ssize_t n = readlink("/proc/self/exe", w->bin, sizeof w->bin - 1);
	char *slash = n > 0 ? strrchr(w->bin, '/') : NULL;

	if (!slash)
		return false;
	*slash = '\0';
	snprintf(w->assets, sizeof w->assets, "%.*s/assets", (int)(strrchr(w->bin, '/') - w->bin),
		 w->bin);
	snprintf(w->keys, sizeof w->keys, "%.*s/keys", (int)(strrchr(w->bin, '/') - w->bin),
		 w->bin);
	return true;
}

static enum err step(const char *what, enum err e)
{
	if (e != ERR_OK)
		fprintf(stderr, "scene: %s did not start: %s\n", what, err_text(e));
	return e;
}

enum err world_start(struct world *w)
{
	static const char *const FOLDERS[] = { "run", "conf", "data" };
	char path[WORLD_PATH], usim[WORLD_PATH];

	if (!world_beside_me(w))
		return ERR_IO;
	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
		world_path(w, FOLDERS[i], path);
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return step(path, err_of_errno());
	}
	enum err e = step("the clock", make_clocks(w));
	if (e == ERR_OK)
		e = step("the devices (usim)", start_usim(w));
	if (e == ERR_OK)
		e = step("the province", start_province(w));
	if (e == ERR_OK)
		e = step("the configuration", write_conf(w));
	world_path(w, "usim/usim.sock", usim);
	world_path(w, "run/usim.sock", path);
	(void)unlink(path);
	if (e == ERR_OK && symlink(usim, path) < 0)
		e = err_of_errno();
	return e == ERR_OK ? step("the kiosk", world_start_kiosk(w)) : e;
}

static void drop_shift(struct clock_shift **shift, int fd)
{
	if (!*shift)
		return;
	munmap(*shift, sizeof **shift);
	close(fd);
	*shift = NULL;
}

void world_stop(struct world *w)
{
	stop(&w->kiosk, SIGTERM);
	stop(&w->province, SIGTERM);
	stop(&w->usim, SIGTERM);
	stop(&w->board, SIGKILL);
	drop_shift(&w->shift, w->clock_fd);
	drop_shift(&w->province_shift, w->province_clock_fd);
}

static void moved(const struct world *w)
{
	if (w->kiosk > 0)
		kill(w->kiosk, SIGUSR1);
}

void world_advance(struct world *w, int64_t ms)
{
	w->shift->mono_ms += ms;
	w->shift->wall_s += ms / 1000;
	w->province_shift->wall_s += ms / 1000;
	moved(w);
}

bool world_set_clock(struct world *w, const char *how)
{
	const struct clock real = { 0 };
	int64_t n;

	if (strcmp(how, "right") == 0)
		w->shift->wall_s = w->province_shift->wall_s;
	else if (sscanf(how, "set %" SCNd64, &n) == 1)
		w->shift->wall_s = n - clock_wall_s(&real);
	else if (sscanf(how, "move %" SCNd64, &n) == 1)
		w->shift->wall_s += n;
	else
		return false;
	moved(w);
	return true;
}

static bool is_program(pid_t pid, const struct world *w, const struct role_row *row)
{
	char path[64], stat[512] = "", words[512] = "";
	int parent = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	AUTO_FD s = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
	AUTO_FD c = open(path, O_RDONLY | O_CLOEXEC);
	if (s < 0 || c < 0 || read(s, stat, sizeof stat - 1) <= 0 ||
	    read(c, words, sizeof words - 2) <= 0)
		return false;
	const char *after = strrchr(stat, ')');
	if (!after || sscanf(after, ") %*c %d", &parent) != 1 || parent != w->kiosk)
		return false;
	const char *slash = strrchr(words, '/');
	const char *argument = words + strlen(words) + 1;
	return strcmp(slash ? slash + 1 : words, row->program) == 0 &&
	       strcmp(argument, row->argument) == 0;
}

static pid_t find_among_all(const struct world *w, enum role r)
{
	DIR *d = opendir("/proc");
	pid_t found = 0;

	for (struct dirent *e; d && !found && (e = readdir(d));) {
		pid_t pid = (pid_t)atoi(e->d_name);

		if (pid > 0 && is_program(pid, w, role_row(r)))
			found = pid;
	}
	if (d)
		closedir(d);
	return found;
}

/* Not every kernel lists the children of a process. */
pid_t world_find(const struct world *w, enum role r)
{
	char path[64], children[4096] = "";

	snprintf(path, sizeof path, "/proc/%1$d/task/%1$d/children", w->kiosk);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, children, sizeof children - 1) < 0)
		return find_among_all(w, r);
	for (char *at = children, *end; *at; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			break;
		if (is_program(pid, w, role_row(r)))
			return pid;
	}
	return 0;
}
