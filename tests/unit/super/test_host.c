/* torture-wraps: listen */
#include "firmware/super/host.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[200] = "/tmp/test_host.XXXXXX";
static struct host host;

static void write_config(const char *data_dir)
{
	char path[300], text[500];

	snprintf(path, sizeof path, "%s/conf/kiosk.conf", dir);
	int n = snprintf(text, sizeof text,
			 "office_name = A\noffice_place = B\nagency_code = G\nkiosk_id = K1\n"
			 "province_url = https://a.example\ndata_dir = %s\n",
			 data_dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ok(write(fd, text, (size_t)n) == n);
	close(fd);
}

static mode_t mode_of(const char *name)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &st) < 0 ? 0 : st.st_mode & 07777;
}

/* Whoever sees the name of a socket in the folder may call at once. */
int __real_listen(int sock, int backlog);
int __wrap_listen(int sock, int backlog);
int __wrap_listen(int sock, int backlog)
{
	struct sockaddr_un at = { 0 };
	socklen_t len = sizeof at;

	ok(getsockname(sock, (struct sockaddr *)&at, &len) == 0);
	ok(!strstr(at.sun_path, "/ctl") && !strstr(at.sun_path, "/ui.sock"));
	return __real_listen(sock, backlog);
}

static void finds(void)
{
	char data[260];

	unsetenv("KIOSK_CONF");
	eq_int(host_find(&host, dir, false), ERR_IO); /* there is none */
	unsetenv("KIOSK_CONF");
	write_config("/var/lib/kiosk"); /* a simulation must not touch real dossiers */
	eq_int(host_find(&host, dir, false), ERR_BAD_CONFIG);
	snprintf(data, sizeof data, "%s/../data", dir);
	write_config(data);
	eq_int(host_find(&host, dir, false), ERR_BAD_CONFIG);
	snprintf(data, sizeof data, "%s_data", dir);
	write_config(data);
	eq_int(host_find(&host, dir, false), ERR_BAD_CONFIG);
	snprintf(data, sizeof data, "%s/data", dir);
	write_config(data);
	eq_int(host_find(&host, dir, false), ERR_OK);
	ok(host.sim && strcmp(host.sim_dir, dir) == 0);
	ok(strstr(host.bin_dir, "tests/unit/super"));
	ok(strcmp(getenv("KIOSK_CONF"), host.config_path) == 0);
	eq_int(host_find(&host, "/tmp/there/is/none", false), ERR_IO);
}

/* Where there is a board, settings that are missing or wrong are no end. */
static void is_set_up_by_a_board(void)
{
	char board[300], conf[300];
	FILE *f;

	snprintf(board, sizeof board, "%s/board.conf", dir);
	snprintf(conf, sizeof conf, "%s/conf/kiosk.conf", dir);
	f = fopen(board, "w");
	ok(f && fputs("scan_dpi = 300\n", f) >= 0 && fclose(f) == 0);
	unlink(conf);
	eq_int(host_find(&host, dir, false), ERR_OK);
	ok(host.setup);
	eq_str(host.config.kiosk_id, "-");
	eq_int(host.config.scan_dpi, 300);
	eq_int(host_open(&host), ERR_OK);
	eq_int(mode_of("data"), 0); /* nothing is kept yet */
	host_close(&host);
	write_config("/etc"); /* and what it names is not there */
	eq_int(host_find(&host, dir, false), ERR_OK);
	ok(host.setup);
	host_close(&host);
	f = fopen(board, "w");
	ok(f && fputs("colour = blue\n", f) >= 0 && fclose(f) == 0);
	unlink(conf);
	ok(host_find(&host, dir, false) != ERR_OK); /* a board that says nothing is no help */
	host_close(&host);
	unlink(board);
}

/* What a second kiosk of the same folder gets: the lock knows processes. */
static int opened_by_another(void)
{
	struct host second;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		enum err e = host_find(&second, dir, false);
		e = e == ERR_OK ? host_open(&second) : e;
		host_close(&second);
		_exit((int)e);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A child that is just being started has all descriptors of its kiosk, but not its folder. */
static void lock_is_not_inherited(void)
{
	int pipes[2];

	eq_int(host_find(&host, dir, false), ERR_OK);
	eq_int(host_open(&host), ERR_OK);
	ok(pipe(pipes) == 0);
	pid_t pid = fork();
	if (pid == 0) { /* its copy of run_fd stays open until the pipe is closed */
		char c;

		close(pipes[1]);
		_exit(read(pipes[0], &c, 1) != 0);
	}
	close(pipes[0]);
	close(host.run_fd);
	host.run_fd = -1;
	eq_int(opened_by_another(), ERR_OK);
	close(pipes[1]);
	ok(waitpid(pid, NULL, 0) == pid);
	host_close(&host);
}

/* The folder's path is longer than a socket's may be. */
static void opens(void)
{
	struct sockaddr_un at;
	socklen_t len = sizeof at;
	int type = 0;

	unsetenv("KIOSK_SIM_REMOTE");
	eq_int(host_find(&host, dir, false), ERR_OK);
	eq_int(host_open(&host), ERR_OK);
	ok(strlen(host.run_dir) > sizeof at.sun_path);
	eq_int(mode_of("run"), 0700);
	eq_int(mode_of("data"), 0700);
	eq_int(mode_of("screen"), 0700);
	eq_int(mode_of("run/ctl"), 0660);
	eq_int(host.remote_sock, -1);
	ok(getsockopt(host.ctl_sock, SOL_SOCKET, SO_TYPE, &type, &len) == 0);
	eq_int(type, SOCK_SEQPACKET);

	setenv("KIOSK_SIM_REMOTE", "1", 1);
	eq_int(opened_by_another(), ERR_BUSY);
	eq_int(mode_of("run/ctl"), 0660);
	struct host second;
	eq_int(host_find(&second, dir, false), ERR_OK);
	close(host.run_fd); /* as one that is killed: its names are left behind */
	host.run_fd = -1;
	eq_int(host_open(&second), ERR_OK);
	eq_int(mode_of("run/ui.sock"), 0660);
	host_close(&second);
	eq_int(mode_of("run/ctl"), 0);
	eq_int(mode_of("run/ui.sock"), 0);
	host_close(&host);
	host_close(&host);
}

static void places_of_the_simulation(void)
{
	struct sandbox_places p;

	setenv("SANE_CONFIG_DIR", "/tmp/sane", 1);
	host_places(&host, "/bin/x", &p);
	ok(p.unprivileged);
	eq_str(p.program, "/bin/x");
	eq_str(p.path[PLACE_DATA][0], host.config.data_dir);
	ok(p.path[PLACE_DATA][1] == NULL);
	eq_str(p.path[PLACE_CONF][0], host.config_path);
	eq_str(p.path[PLACE_SCREEN][0], host.screen_dir);
	eq_str(p.path[PLACE_SCANNER][1], "/tmp/sane");
	host.sim = false;
	host_places(&host, "/bin/x", &p);
	ok(!p.unprivileged);
	eq_str(p.path[PLACE_SCREEN][0], "/dev/dri");
	for (int i = 0; i < SANDBOX_PATHS; i++)
		ok(!p.path[PLACE_SCANNER][i] || strcmp(p.path[PLACE_SCANNER][i], "/tmp/sane"));
}

static bool scanner_may(const struct sandbox_places *p, const char *path)
{
	for (int i = 0; i < SANDBOX_PATHS; i++)
		if (p->path[PLACE_SCANNER][i] && strcmp(p->path[PLACE_SCANNER][i], path) == 0)
			return true;
	return false;
}

/* A camera that is plugged in anew gets another node. */
static void places_of_a_camera(void)
{
	struct sandbox_places p;

	host_places(&host, "/bin/x", &p);
	ok(!scanner_may(&p, "/dev"));
	snprintf(host.config.camera, sizeof host.config.camera, "/dev/v4l/by-id/camera");
	host_places(&host, "/bin/x", &p);
	ok(scanner_may(&p, "/dev"));
	host.config.camera[0] = '\0';
}

static void make_dir(const char *name)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	eq_int(mkdir(path, 0700), 0);
}

int main(void)
{
	static const char *const MADE[] = { "conf/kiosk.conf", "conf", "run/lock", "run", "data",
					    "screen",          "" };
	char top[200];

	ok(mkdtemp(dir) != NULL);
	snprintf(top, sizeof top, "%s", dir);
	memset(dir + strlen(dir), 'd', 120);
	dir[strlen(top)] = '/';
	eq_int(mkdir(dir, 0700), 0);
	make_dir("conf");
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	is_set_up_by_a_board();
	finds();
	opens();
	lock_is_not_inherited();
	places_of_the_simulation();
	places_of_a_camera();
	for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
		char path[300];

		snprintf(path, sizeof path, "%s/%s", dir, MADE[i]);
		(void)remove(path);
	}
	ok(rmdir(top) == 0);
	return tap_done();
}
