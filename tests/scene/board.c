#include "tests/scene/board.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define SCRIPT "board/root/usr/lib/kiosk-board/setup"

static enum err folder(const struct world *w, const char *name)
{
	char path[WORLD_PATH];

	world_path(w, name, path);
	return mkdir(path, 0755) < 0 && errno != EEXIST ? err_of_errno() : ERR_OK;
}

static enum err text(const struct world *w, const char *name, const char *what)
{
	char path[WORLD_PATH];

	world_path(w, name, path);
	FILE *f = fopen(path, "we");
	if (!f)
		return err_of_errno();
	fputs(what, f);
	return fclose(f) == 0 ? ERR_OK : ERR_IO;
}

static enum err lay_out(const struct world *w)
{
	static const char *const FOLDERS[] = { "setup",
					       "board",
					       "board-run",
					       "net",
					       "net/eth0",
					       "input",
					       "input/event0",
					       "input/event0/device",
					       "input/event0/device/capabilities" };
	char conf[3 * WORLD_PATH], assets[WORLD_PATH];
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS && e == ERR_OK; i++)
		e = folder(w, FOLDERS[i]);
	if (e == ERR_OK)
		e = text(w, "net/eth0/device", "");
	if (e == ERR_OK)
		e = text(w, "net/eth0/carrier", "1\n");
	if (e == ERR_OK)
		e = text(w, "net/address", "192.168.1.20/24\n");
	if (e == ERR_OK)
		e = text(w, "input/event0/device/capabilities/abs", "2608000 3\n");
	snprintf(conf, sizeof conf, "data_dir = %s/data\nassets_dir = %s\nscreen_full = 0\n",
		 w->dir, w->assets);
	if (e == ERR_OK)
		e = text(w, "board.conf", conf);
	world_path(w, "assets", assets);
	if (e == ERR_OK && symlink(w->assets, assets) < 0 && errno != EEXIST)
		e = err_of_errno();
	world_path(w, "conf/kiosk.conf", conf);
	(void)unlink(conf);
	return e;
}

/* systemd's part: one program for each connection. */
static void serve(int listener)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (sock < 0)
			_exit(1);
		if (fork() == 0) {
			signal(SIGCHLD, SIG_DFL);
			dup2(sock, STDIN_FILENO);
			dup2(sock, STDOUT_FILENO);
			execl("/bin/sh", "sh", SCRIPT, (char *)NULL);
			_exit(127);
		}
		close(sock);
	}
}

/* Each deed has a socket of its own; here all are the same one. */
static enum err name_deeds(struct world *w)
{
	static const char *const DEEDS[] = { "state",     "clock",    "network",  "keys",
					     "stick",     "way",      "province", "install",
					     "catalogue", "recovery", "recover" };
	char path[WORLD_PATH], name[64];

	world_path(w, "run/helper", path);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return err_of_errno();
	for (size_t i = 0; i < sizeof DEEDS / sizeof *DEEDS; i++) {
		snprintf(name, sizeof name, "run/helper/%s", DEEDS[i]);
		world_path(w, name, path);
		if (symlink("all", path) < 0 && errno != EEXIST)
			return err_of_errno();
	}
	return ERR_OK;
}

static enum err start_helper(struct world *w)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char path[WORLD_PATH];
	pid_t me = getpid();

	AUTO_FD listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	enum err e = name_deeds(w);
	if (e != ERR_OK)
		return e;
	world_path(w, "run/helper/all", path);
	if (snprintf(at.sun_path, sizeof at.sun_path, "%s", path) >= (int)sizeof at.sun_path)
		return ERR_NO_SPACE;
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) < 0 ||
	    listen(listener, 4) < 0)
		return err_of_errno();
	world_path(w, "helper.log", path);
	AUTO_FD log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	w->board = fork();
	if (w->board == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != me || dup2(log, STDERR_FILENO) < 0 ||
		    setenv("KIOSK_SIM", w->dir, 1) < 0 || setenv("KIOSK_BIN", w->bin, 1) < 0)
			_exit(1);
		serve(listener);
	}
	return w->board > 0 ? ERR_OK : err_of_errno();
}

enum err board_blank(struct world *w)
{
	world_stop_kiosk(w, SIGTERM);
	enum err e = lay_out(w);
	if (e == ERR_OK && w->board == 0)
		e = start_helper(w);
	return e == ERR_OK ? world_start_kiosk(w) : e;
}
