#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/sandbox.h"
#include "firmware/super/host.h"
#include "firmware/super/super.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HELP[] =
	"kiosk: starts, wires and restarts the programs of the one-stop-shop kiosk\n"
	"\n"
	"  kiosk                 the real thing; systemd starts it\n"
	"  kiosk --sim DIR       with simulated devices, as anybody; everything stays in DIR\n"
	"  kiosk --check-config  reads kiosk.conf, reports every error, starts nothing\n"
	"  kiosk --help          this text\n"
	"\n"
	"The settings are in $KIOSK_CONF, or /etc/kiosk/kiosk.conf, or DIR/conf/kiosk.conf.\n"
	"SIGTERM stops it. $KIOSK_DEBUG makes the log say more.\n";

static void print_error(void *data, unsigned line, const char *what)
{
	if (line > 0)
		fprintf(stderr, "%s:%u: %s\n", (const char *)data, line, what);
	else
		fprintf(stderr, "%s: %s\n", (const char *)data, what);
}

static void print_missing(const char *name, const char *path)
{
	fprintf(stderr, "%s = %s: %s\n", name, path, strerror(errno));
}

static int check_config(void)
{
	const char *path = config_path();
	struct config c;

	if (config_load(path, &c, print_error, (char *)(uintptr_t)path) != ERR_OK ||
	    config_files_missing(&c, geteuid() == 0 ? F_OK : R_OK, print_missing) > 0)
		return 1;
	printf("%s is good\n", path);
	return 0;
}

static void on_signal(void *data, short signal)
{
	struct super *s = data;

	if (signal == SIGCHLD) {
		super_reap(s);
	} else if (signal == SIGUSR1) {
		super_clock_moved(s);
	} else {
		s->again = false; /* who ends it means it, whatever was to come next */
		super_stop(s);
	}
}

/* One life: *ret_set_up is what the next is to be, when *ret_again says that there is one. */
static int live(const char *sim_dir, bool set_up, bool *ret_set_up, bool *ret_again)
{
	static const int SIGNALS[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1, 0 };
	struct host host;
	struct clock clock;
	struct loop *loop;
	struct super super = { 0 };

	if (host_find(&host, sim_dir, set_up) != ERR_OK)
		return 1;
	if (clock_init(&clock) != ERR_OK || loop_create(&clock, &loop) != ERR_OK)
		return 1;
	enum err e = loop_signals(loop, SIGNALS, on_signal, &super);
	if (e == ERR_OK)
		e = host_open(&host);
	if (e == ERR_OK) {
		log_line(LOG_INFO, "kiosk.started", "config=%s run=%s sim=%d setup=%d",
			 host.config_path, host.run_dir, host.sim, host.setup);
		if (!host.sim && mem_swap_kib() > 0)
			log_line(LOG_WARN, "memory.swap",
				 "kib=%ju: what citizens tell may come to lie on it",
				 (uintmax_t)mem_swap_kib());
		super_start(&super, &host, loop);
		e = loop_run(loop);
		log_line(LOG_INFO, "kiosk.stopped", "err=%s", err_name(e));
	}
	host_close(&host);
	loop_destroy(loop);
	*ret_set_up = super.set_up;
	*ret_again = super.again;
	return e == ERR_OK ? 0 : 1;
}

static int run(const char *sim_dir)
{
	bool set_up = false, again = true;
	int status = 0;

	while (again && status == 0) {
		again = false;
		status = live(sim_dir, set_up, &set_up, &again);
	}
	return status;
}

/* A person without a world: the player of scenes makes one and starts us again. */
static int play(const char *dir)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 8);

	if (n > 0) {
		path[n] = '\0';
		char *slash = strrchr(path, '/');
		memcpy(slash ? slash + 1 : path, "scene", sizeof "scene");
		execl(path, path, "--play", "--dir", dir, (char *)NULL);
	}
	fprintf(stderr, "kiosk: the simulation is made by %s: %s\n", n > 0 ? path : "scene",
		strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "";

	log_open(ROLE_SUPER);
	if (sandbox_hide() != ERR_OK)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	if (argc == 2 && strcmp(first, "--help") == 0)
		return fputs(HELP, stdout) < 0;
	if (argc == 2 && strcmp(first, "--check-config") == 0)
		return check_config();
	if (argc == 3 && strcmp(first, "--sim") == 0)
		return getenv("KIOSK_SIM_USB") ? run(argv[2]) : play(argv[2]);
	if (argc > 1) {
		fputs(HELP, stderr);
		return 2;
	}
	if (!sandbox_may_enter()) {
		fputs("kiosk: must be started by systemd, or by root; or try kiosk --sim DIR\n",
		      stderr);
		return 1;
	}
	return run(NULL);
}
