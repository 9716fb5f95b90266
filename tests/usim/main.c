/* The devices at the far end of a kiosk's cables, simulated.
 *
 *     usim --dir STATE [--usbip PORT] [--redir] [--ccid SPEC] [--trace] [--ready-fd FD]
 *     usim --dir STATE ... --run COMMAND [WORDS...]     until the command ends
 *     usim --say SOCKET LINE...                         asks a running one
 * SPEC is what kind of chip reader: see ccid_spec_of() in ccid.h.
 *
 * In STATE it keeps usim.sock (control lines, see lines.def), receipts/ (what was printed),
 * and, as soon as everything is up, usim.ready (the umockdev root folder on one line) and
 * usim.env (what a program needs in its environment, one NAME=value a line). */
#include "firmware/base/auto.h"
#include "tests/usim/lines.h"
#include "tests/usim/say.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PRELOAD "libumockdev-preload.so.0"

struct options {
	const char *dir;
	struct ccid_spec reader;
	bool trace;
	int usbip_port; /* 0: none */
	bool redirect;
	int ready_fd; /* -1: none */
	char **run;   /* NULL: until SIGTERM */
};

struct usim {
	struct options options;
	struct clock clock;
	struct loop *loop;
	struct world world;
	struct control *control;
	pid_t child; /* of --run */
	int status;
};

static bool set_option(struct options *o, int c)
{
	long n = 0;

	switch (c) {
	case 'd':
		o->dir = optarg;
		return true;
	case 'c':
		return ccid_spec_of(optarg, &o->reader);
	case 't':
		o->trace = true;
		return true;
	case 'u':
		o->usbip_port = line_number(optarg, 65535, &n) ? (int)n : -1;
		return o->usbip_port > 0;
	case 'R':
		o->redirect = true;
		return true;
	case 'f':
		o->ready_fd = line_number(optarg, 65535, &n) ? (int)n : -1;
		return o->ready_fd >= 0;
	default:
		return false;
	}
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "dir", 1, 0, 'd' },   { "usbip", 1, 0, 'u' },
		{ "ccid", 1, 0, 'c' },  { "redir", 0, 0, 'R' },
		{ "trace", 0, 0, 't' }, { "ready-fd", 1, 0, 'f' },
		{ "run", 0, 0, 'r' },   { 0 },
	};
	int c;

	*o = (struct options){ .ready_fd = -1 };
	(void)ccid_spec_of("extended", &o->reader);
	while ((c = getopt_long(argc, argv, "+", names, NULL)) != -1 && c != 'r')
		if (!set_option(o, c))
			return false;
	if (c == 'r' && optind < argc)
		o->run = argv + optind;
	return o->dir && (o->run || optind == argc);
}

/* Uevents go out right only from a process that is itself under the preload. */
static void become_preloaded(char **argv)
{
	const char *now = getenv("LD_PRELOAD");

	if (now && strstr(now, PRELOAD))
		return;
	setenv("LD_PRELOAD", PRELOAD, 1);
	execv("/proc/self/exe", argv);
	perror("usim: cannot start again under " PRELOAD);
	exit(1);
}

static bool make_dir(const char *dir, char *ret, size_t size)
{
	AUTO_FREE char *full = NULL;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return false;
	full = realpath(dir, NULL);
	return full && (size_t)snprintf(ret, size, "%s", full) < size;
}

static bool write_file(const char *dir, const char *name, const char *text)
{
	char path[4096], part[4096 + 8];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	snprintf(part, sizeof part, "%s.part", path);
	FILE *f = fopen(part, "we");
	if (!f)
		return false;
	bool good = fputs(text, f) >= 0;
	return fclose(f) == 0 && good && rename(part, path) == 0;
}

static bool tell_ready(const struct usim *u)
{
	const char *root = um_root(u->world.um);
	char line[4096], env[3 * 4096];

	snprintf(line, sizeof line, "%s\n", root);
	snprintf(env, sizeof env,
		 "UMOCKDEV_DIR=%s\nLD_PRELOAD=" PRELOAD "\nSANE_CONFIG_DIR=%s/sane\n", root,
		 u->world.dir);
	if (!write_file(u->world.dir, "usim.env", env) ||
	    !write_file(u->world.dir, "usim.ready", line))
		return false;
	if (u->options.ready_fd < 0)
		return true;
	bool told = write(u->options.ready_fd, line, strlen(line)) > 0;
	close(u->options.ready_fd);
	return told;
}

static void forget_ready(const struct usim *u)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/usim.ready", u->world.dir);
	(void)unlink(path); /* it may not be there */
}

static void on_signal(void *data, short number)
{
	struct usim *u = data;
	int status;

	if (number != SIGCHLD)
		return loop_stop(u->loop);
	if (u->child <= 0 || waitpid(u->child, &status, WNOHANG) != u->child)
		return;
	u->child = 0;
	u->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	loop_stop(u->loop);
}

static bool run_command(struct usim *u)
{
	char sane[4096];
	sigset_t none;

	u->child = fork();
	if (u->child != 0)
		return u->child > 0;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(sane, sizeof sane, "%s/sane", u->world.dir);
	setenv("SANE_CONFIG_DIR", sane, 1);
	execvp(u->options.run[0], u->options.run);
	perror(u->options.run[0]);
	_exit(127);
}

static enum err start(struct usim *u)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGCHLD, 0 };
	char dir[sizeof u->world.dir - 32], socket[sizeof dir + 16];

	if (!make_dir(u->options.dir, dir, sizeof dir))
		return err_of_errno();
	snprintf(socket, sizeof socket, "%s/usim.sock", dir);
	enum err e = clock_init(&u->clock);
	if (e == ERR_OK)
		e = loop_create(&u->clock, &u->loop);
	if (e == ERR_OK)
		e = loop_signals(u->loop, signals, on_signal, u);
	if (e == ERR_OK)
		e = world_init(&u->world, u->loop, dir, u->options.reader.level);
	if (e != ERR_OK)
		return e;
	ccid_be(&u->world.ccid, &u->options.reader);
	forget_ready(u);
	for (int i = 0; i < WORLD_USB_DEVICES; i++)
		u->world.usb[i]->trace = u->options.trace;
	u->world.trace = u->options.trace;
	e = world_attach(&u->world);
	if (e == ERR_OK && u->options.usbip_port)
		e = world_export(&u->world, u->options.usbip_port);
	if (e == ERR_OK && u->options.redirect)
		e = world_redirect(&u->world);
	if (e == ERR_OK)
		e = control_open(&u->world, socket, &u->control);
	if (e == ERR_OK && !tell_ready(u))
		e = ERR_IO;
	return e;
}

static int usage(FILE *to)
{
	fputs("usim --dir STATE [--usbip PORT] [--redir] [--ccid SPEC] [--trace]\n"
	      "     [--ready-fd FD] [--run COMMAND...]\n"
	      "usim --say SOCKET LINE...\n",
	      to);
	return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--say") == 0)
		return say_lines(argv[2], argv + 3);
	AUTO_FREE struct usim *u = calloc(1, sizeof *u);
	if (!u)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (!parse_options(argc, argv, &u->options))
		return usage(stderr);
	become_preloaded(argv);
	enum err e = start(u);
	if (e == ERR_OK && u->options.run && !run_command(u))
		e = err_of_errno();
	if (e == ERR_OK)
		e = loop_run(u->loop);
	if (e != ERR_OK)
		fprintf(stderr, "usim: %s: %s\n", u->options.dir, err_text(e));
	if (u->child > 0)
		kill(u->child, SIGTERM);
	forget_ready(u);
	control_close(u->control);
	if (u->world.um)
		world_finish(&u->world);
	loop_destroy(u->loop);
	return e == ERR_OK ? u->status : 1;
}
