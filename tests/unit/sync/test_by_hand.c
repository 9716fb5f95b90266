/* kiosk-sync at a technician's command line. */
#include "tests/unit/sync/world.h"

/* Runs it and reads all that it says; returns its exit status. */
static int run(struct world *w, const char *const argv[], char ret[4096])
{
	int out[2], status = -1;
	size_t len = 0;
	ssize_t n;

	if (pipe2(out, O_CLOEXEC) < 0)
		abort();
	pid_t pid = world_spawn(w, argv, out[1]);
	close(out[1]);
	while (len < 4095 && (n = read(out[0], ret + len, 4095 - len)) > 0)
		len += (size_t)n;
	ret[len] = '\0';
	close(out[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(said, ...) run(w, (const char *const[]){ "kiosk-sync", __VA_ARGS__, NULL }, said)

static int number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? atoi(at + strlen(word)) : -1;
}

static void check_says_who_is_there(struct world *w)
{
	char said[4096];

	eq_int(RUN(said, "check"), 0);
	ok(strstr(said, "TLSv1.3"));
	ok(number_after(said, "\"localhost\", ") > 800);
	ok(number_after(said, "\"K01\", ") > 800);
	ok(strstr(said, "\ngood\n"));
	eq_int(RUN(said, "check", "--json"), 0);
	ok(strncmp(said, "{\"ok\":true,", 11) == 0);
	ok(number_after(said, "\"kiosk_days\":") > 800);
}

static void check_says_what_is_wrong(struct world *w)
{
	static const struct {
		const char *fault, *err, *advice;
	} ROWS[] = { { "cert expired", "\"FORGED\"", "date of this kiosk" },
		     { "cert rogue", "\"FORGED\"", "tls_ca" },
		     { "html", "\"BAD_DATA\"", "WiFi" },
		     { "fail 2 503 HEALTH", "\"SERVER\"", "ask the province" },
		     { "net down", "\"OFFLINE\"", "cable" } };
	char said[4096];

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		world_say(w, ROWS[i].fault);
		eq_int(RUN(said, "check", "--json"), 1);
		ok(strncmp(said, "{\"ok\":false,", 12) == 0);
		ok(strstr(said, ROWS[i].err));
		eq_int(RUN(said, "check"), 1);
		ok(strstr(said, "NOT GOOD"));
		ok(strstr(said, ROWS[i].advice));
		world_say(w, "heal");
	}
}

static void send_hands_in_once(struct world *w)
{
	struct parcel p = parcel_make(w, 20000);
	char said[4096], answer[64];
	struct stat st;

	snprintf(answer, sizeof answer, "%s/answer", w->dir);
	for (int i = 0; i < 2; i++) {
		eq_int(RUN(said, "send", p.path, "--key", p.key, "--manifest", p.pack.manifest,
			   "--out", answer),
		       0);
		ok(strstr(said, "does not verify"));
		ok(stat(answer, &st) == 0 && st.st_size > 500);
	}
	eq_int(world_count(w), 1);
	eq_int(RUN(said, "send", p.path, "--key", p.key, "--manifest", p.pack.sha256), 0);
	world_say(w, "fail 1 413");
	eq_int(RUN(said, "send", p.path, "--key", p.key), 1);
	ok(strstr(said, "status      413"));
}

static void wrong_words(struct world *w)
{
	char said[4096];

	eq_int(RUN(said, "bogus"), 2);
	eq_int(RUN(said, "check", "--jso"), 2);
	eq_int(RUN(said, "send", "/dev/null"), 2);
	eq_int(RUN(said, "send", "/dev/null", "--key", "1"), 2);
	eq_int(RUN(said, "send", "/nowhere", "--key", "0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d"), 1);
	world_conf(w, "http://127.0.0.1", "kiosk/tls/kiosk");
	eq_int(RUN(said, "check"), 1);
	world_conf(w, w->url, "nowhere");
	eq_int(RUN(said, "check"), 1);
}

int main(void)
{
	struct world w;

	unsetenv("KIOSK_SUPER_FD");
	world_init(&w);
	check_says_who_is_there(&w);
	check_says_what_is_wrong(&w);
	send_hands_in_once(&w);
	wrong_words(&w);
	world_finish(&w);
	return tap_done();
}
