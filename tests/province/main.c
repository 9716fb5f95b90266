/* province: a stand-in for the computer of a province. See help(). */
#include "firmware/base/auto.h"
#include "tests/province/api.h"
#include "tests/province/control.h"
#include "tests/province/package.h"
#include "tests/province/page.h"
#include "tests/province/pki.h"
#include "tests/province/proxy.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int help(FILE *to)
{
	fputs("province --dir DIR [--port N] [--page N] [--control PATH] [--kiosk ID]\n"
	      "         [--kiosk ID]              serves until SIGTERM; port 0, the default: a "
	      "free one\n"
	      "province --pki-only DIR [--kiosk ID]   makes keys and certificates, and ends\n"
	      "province open DIR PACKAGE          opens and checks one package, as a commit would\n"
	      "\n"
	      "Prints `ready API-URL PAGE-URL CONTROL-SOCKET` when it serves. What came is in\n"
	      "DIR/received, in clear. Faults: `help` on the control socket.\n",
	      to);
	return to == stdout ? 0 : 2;
}

static int open_by_hand(const char *dir, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct complaint why = { "" };
	struct package *p;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
		return fprintf(stderr, "province: %s cannot be read, or is empty\n", path), 1;
	void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return perror("province: mmap"), 1;
	enum err e = package_open(dir, bytes, (size_t)st.st_size, &p, &why);
	munmap(bytes, (size_t)st.st_size);
	if (e != ERR_OK)
		return fprintf(stderr, "province: %s: %s\n", err_name(e), why.text), 1;
	printf("%.*s\n", (int)p->manifest_len, (const char *)p->manifest_bytes);
	fprintf(stderr, "province: good: %zu documents, manifest sha256 %s\n",
		p->manifest.paper_count, p->manifest_sha256);
	package_destroy(p);
	return 0;
}

struct options {
	const char *dir, *pki_only, *kiosk, *control;
	int64_t port, page;
};

static bool read_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *name = argv[i], *value = argv[i + 1];

		if (strcmp(name, "--dir") == 0)
			o->dir = value;
		else if (strcmp(name, "--pki-only") == 0)
			o->pki_only = value;
		else if (strcmp(name, "--kiosk") == 0)
			o->kiosk = value;
		else if (strcmp(name, "--control") == 0)
			o->control = value;
		else if (strcmp(name, "--port") != 0 && strcmp(name, "--page") != 0)
			return false;
		else if (!api_number(value, strcmp(name, "--port") == 0 ? &o->port : &o->page))
			return false;
	}
	return argc % 2 == 1 && o->port <= UINT16_MAX && o->page <= UINT16_MAX &&
	       !o->dir != !o->pki_only;
}

static enum err make_folders(const char *dir)
{
	static const char *const FOLDERS[] = { "uploads", "received" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
		int n = snprintf(path, sizeof path, "%s/%s", dir, FOLDERS[i]);

		if (n < 0 || (size_t)n >= sizeof path)
			return ERR_NO_SPACE;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_of_errno();
	}
	return ERR_OK;
}

static void on_signal(void *data, short signal)
{
	(void)signal;
	loop_stop(data);
}

/* Brings one part after the other up; the first that fails is named. */
static const char *start(struct world *w, const struct options *o)
{
	static const int SIGNALS[] = { SIGTERM, SIGINT, 0 };
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/control", w->dir);

	if (pki_make(w->dir, o->kiosk) != ERR_OK || make_folders(w->dir) != ERR_OK)
		return "folders and certificates";
	if (clock_init(&w->clock) != ERR_OK || loop_create(&w->clock, &w->loop) != ERR_OK ||
	    loop_signals(w->loop, SIGNALS, on_signal, w->loop) != ERR_OK)
		return "clock and loop";
	if (store_open(w->dir, &w->store) != ERR_OK)
		return "database";
	if (server_start(w, &API_ROUTES, true, (uint16_t)o->port, &w->api) != ERR_OK)
		return "the port of the API";
	w->api_port = server_port(w->api);
	if (server_start(w, &PAGE_ROUTES, false, (uint16_t)o->page, &w->page) != ERR_OK)
		return "the port of the page";
	if (n < 0 || (size_t)n >= sizeof path ||
	    control_start(w, o->control ? o->control : path, &w->control) != ERR_OK)
		return "control socket (its path may be at most 107 bytes)";
	printf("ready https://127.0.0.1:%u http://127.0.0.1:%u %s\n", w->api_port,
	       server_port(w->page), o->control ? o->control : path);
	fflush(stdout);
	return NULL;
}

static void finish(struct world *w)
{
	control_stop(w->control);
	proxy_stop(w->proxy);
	server_stop(w->api);
	server_stop(w->page);
	store_close(w->store);
	loop_destroy(w->loop);
}

int main(int argc, char **argv)
{
	struct options o = { .kiosk = PKI_KIOSK_ID };

	if (argc == 4 && strcmp(argv[1], "open") == 0)
		return open_by_hand(argv[2], argv[3]);
	if (!read_options(argc, argv, &o))
		return help(argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
	if (o.pki_only) {
		enum err e = pki_make(o.pki_only, o.kiosk);

		if (e != ERR_OK)
			fprintf(stderr, "province: certificates: %s\n", err_text(e));
		return e == ERR_OK ? 0 : 1;
	}
	signal(SIGPIPE, SIG_IGN);
	struct world w = { .dir = o.dir,
			   .server_cert = PKI_SERVER,
			   .fault = { .forge = PKI_NONE } };
	const char *failed = start(&w, &o);
	if (failed)
		fprintf(stderr, "province: cannot start: %s\n", failed);
	enum err e = failed ? ERR_IO : loop_run(w.loop);
	finish(&w);
	return e == ERR_OK ? 0 : 1;
}
