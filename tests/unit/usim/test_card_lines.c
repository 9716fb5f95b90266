/* The control lines of identity cards, and the vpcd protocol both ways with another process. */
#include "tests/tap.h"
#include "tests/usim/control.h"
#include "tests/usim/lines.h"
#include "tests/usim/vpcd_wire.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_MS 60000

static char dir[] = "/tmp/test_card_lines.XXXXXX";

static const uint8_t SELECT_LDS[] = { 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0,
				      0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };
static const uint8_t READ_ACCESS[] = { 0x00, 0xB0, 0x9C, 0x00, 0x00 };

static const struct answer *say(struct world *w, const char *line)
{
	static struct answer a;

	control_line(w, line, &a);
	return &a;
}

static bool says(struct world *w, const char *line)
{
	const struct answer *a = say(w, line);

	if (a->error)
		printf("# %s: %s\n", line, a->text);
	return !a->error;
}

/* The status word of the card on the reader. */
static int ask(struct world *w, const uint8_t *command, size_t len)
{
	static uint8_t answer[CARD_MAX_ANSWER];
	struct card *c = w->ccid.card;
	size_t n = c ? c->apdu(c->self, command, len, answer) : 0;

	return n < 2 ? 0 : answer[n - 2] << 8 | answer[n - 1];
}

static void cards_come_by_name(struct world *w)
{
	char names[4096];

	ok(says(w, "card names"));
	snprintf(names, sizeof names, "%.4000s", say(w, "card names")->text);
	ok(strstr(names, "sample-01 sample-02 sample-03") != NULL);
	for (char *save = NULL, *name = strtok_r(names, " ", &save); name;
	     name = strtok_r(NULL, " ", &save)) {
		char line[128];

		snprintf(line, sizeof line, "card in %.60s", name);
		ok(says(w, line));
		eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0x9000);
		snprintf(line, sizeof line, "\"name\":\"%.60s\"", name);
		ok(strstr(say(w, "status")->text, line) != NULL);
	}
	ok(says(w, "card in"));
	ok(strstr(say(w, "status")->text, "\"name\":\"toy\"") != NULL);
	ok(says(w, "card in tests/mrtd/cards/sample-02.card"));
	ok(says(w, "card out"));
	ok(!w->ccid.card);
	ok(say(w, "card in nobody")->error);
	ok(say(w, "card about nobody")->error);
	ok(strstr(say(w, "card about sample-01")->text, "\"can\":\"000000\"") != NULL);
	unsigned scans = w->code.scans;
	ok(says(w, "card show-qr sample-02"));
	eq_int(w->code.scans, scans + 1);
}

static void faults_strike(struct world *w)
{
	ok(says(w, "card in sample-01"));
	ok(says(w, "card fault refuse-at 2"));
	eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0x9000);
	eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0x6F00);
	eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0x9000);
	ok(strstr(say(w, "card faults")->text, "refuse_at (set): ") != NULL);
	ok(says(w, "card fault none"));
	ok(strstr(say(w, "card faults")->text, "(set)") == NULL);
	ok(says(w, "card fault mute 1"));
	eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0);
	ok(says(w, "card fault none"));
	ok(says(w, "card fault altered-dg 13"));
	ok(says(w, "card in sample-01"));
	ok(says(w, "card fault none"));
	ok(says(w, "card out"));
}

static void malformed_lines(struct world *w)
{
	static const char *const lines[] = {
		"card in sample-01 twice",
		"card out now",
		"card out-at",
		"card out-at 1 2 3",
		"card out-at x",
		"card out-at 1 x",
		"card fault",
		"card fault x",
		"card fault altered-dg",
		"card faults all",
		"card names all",
		"card anchor",
		"card anchor /nowhere/x",
		"card serve x",
		"card serve 99999",
		"card from",
		"card from x",
		"card show-qr",
		"card serve 9 nobody",
		"card fault none x",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		bool refused = say(w, lines[i])->error;

		ok(refused);
		if (!refused)
			printf("# accepted: \"%s\"\n", lines[i]);
	}
}

static bool file_begins(const char *path, const char *text)
{
	char line[128] = "";
	FILE *f = fopen(path, "re");
	bool same = f && fgets(line, sizeof line, f) && strncmp(line, text, strlen(text)) == 0;

	if (f)
		fclose(f);
	(void)unlink(path);
	return same;
}

static void the_issuer_publishes(struct world *w)
{
	static const char *const kinds[][3] = {
		{ "anchor", "a.pem", "-----BEGIN CERTIFICATE-----" },
		{ "crl", "a.crl", "-----BEGIN X509 CRL-----" },
		{ "master-list", "a.ml", "0" },
	};

	for (size_t i = 0; i < 3; i++) {
		char path[128], line[256];

		snprintf(path, sizeof path, "%s/%s", dir, kinds[i][1]);
		snprintf(line, sizeof line, "card %s %s", kinds[i][0], path);
		ok(says(w, line));
		ok(file_begins(path, kinds[i][2]));
	}
}

static bool turn_until_card(struct world *w, bool there)
{
	int64_t until = loop_now_ms(w->loop) + DEADLINE_MS;

	while (!!w->ccid.card != there && loop_now_ms(w->loop) < until)
		if (loop_turn(w->loop, 20) != ERR_OK)
			return false;
	return !!w->ccid.card == there;
}

static void a_card_comes_back(struct world *w)
{
	ok(says(w, "card in sample-01"));
	ok(says(w, "card out-at 1 30"));
	world_lock(w);
	ccid_insert(&w->ccid, NULL); /* as the reader does at that command */
	world_unlock(w);
	ok(turn_until_card(w, true));
	ok(w->ccid.card == &w->wallet.card);
	ok(says(w, "card out"));
}

static int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	close(fd);
	return ntohs(a.sin_port);
}

/* An emulator: gives its card to the reader at that port until it is killed. */
static pid_t start_emulator(int port, unsigned commands)
{
	struct clock clock = { 0 };
	struct mrtd_spec s;
	struct mrtd *m;
	struct card c;
	struct vicc *v;
	struct loop *l;
	pid_t pid = fork();

	if (pid)
		return pid;
	mrtd_spec_init(&s);
	(void)mrtd_spec_line(&s, "pace = ecdh-gm-aes128");
	if (mrtd_create(&s, NULL, NULL, &m) != ERR_OK || loop_create(&clock, &l) != ERR_OK)
		_exit(1);
	wallet_card(m, &c);
	if (vicc_open(l, &c, port, false, &v) != ERR_OK)
		_exit(2);
	while (vicc_is_connected(v) && mrtd_commands(m) < commands)
		if (loop_turn(l, 1000) != ERR_OK)
			break;
	_exit(0);
}

static void somebodys_card_on_our_reader(struct world *w)
{
	char line[64];
	int port = free_port(), status;

	snprintf(line, sizeof line, "card from %d", port);
	ok(says(w, line));
	pid_t pid = start_emulator(port, 2);
	ok(turn_until_card(w, true));
	ok(strstr(say(w, "status")->text, "\"name\":\"distant\"") != NULL);
	ok(w->ccid.card && w->ccid.card->atr_len == 13);
	eq_int(ask(w, READ_ACCESS, sizeof READ_ACCESS), 0x9000);
	eq_int(ask(w, SELECT_LDS, sizeof SELECT_LDS), 0x9000);
	ok(turn_until_card(w, false)); /* it has answered two commands and leaves */
	ok(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	pid = start_emulator(port, 1);
	ok(turn_until_card(w, true));
	ok(says(w, "card from off"));
	ok(!w->ccid.card);
	ok(waitpid(pid, &status, 0) == pid);
}

static long receive(int fd, uint8_t *ret, size_t cap)
{
	static struct wire_in in;
	const uint8_t *message;
	long len;

	while ((len = wire_message(&in, &message)) < 0)
		if (!wire_read(fd, &in, DEADLINE_MS))
			return -1;
	memcpy(ret, message, (size_t)len < cap ? (size_t)len : cap);
	wire_drop(&in);
	return len;
}

/* A reader at our card: what it gets is its exit status. */
static pid_t start_reader(int port)
{
	static const uint8_t on = WIRE_ON, atr = WIRE_ATR;
	uint8_t got[512];
	int fd;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (wire_connect(port, &fd) != ERR_OK)
		_exit(1);
	if (!wire_send(fd, &on, 1) || !wire_send(fd, &atr, 1) || receive(fd, got, 512) != 13)
		_exit(2);
	if (!wire_send(fd, READ_ACCESS, sizeof READ_ACCESS))
		_exit(3);
	long n = receive(fd, got, 512);
	_exit(n > 4 && got[0] == 0x31 && got[n - 2] == 0x90 ? 0 : 4);
}

static void our_card_on_somebodys_reader(struct world *w)
{
	char line[64];
	int port = free_port(), status = -1;

	snprintf(line, sizeof line, "card offer %d sample-01", port);
	ok(says(w, line));
	pid_t pid = start_reader(port);
	int64_t until = loop_now_ms(w->loop) + DEADLINE_MS;
	while (waitpid(pid, &status, WNOHANG) == 0 && loop_now_ms(w->loop) < until)
		if (loop_turn(w->loop, 20) != ERR_OK)
			break;
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ok(says(w, "card offer off"));
	snprintf(line, sizeof line, "card serve %d", port);
	ok(say(w, line)->error); /* nobody listens there */
}

int main(void)
{
	struct clock clock = { 0 };
	struct loop *loop;
	struct world *w = calloc(1, sizeof *w);
	char receipts[64];

	ok(mkdtemp(dir) != NULL);
	snprintf(receipts, sizeof receipts, "%s/receipts", dir);
	eq_int(loop_create(&clock, &loop), ERR_OK);
	eq_int(world_init(w, loop, dir, CCID_EXTENDED), ERR_OK);
	cards_come_by_name(w);
	faults_strike(w);
	malformed_lines(w);
	the_issuer_publishes(w);
	a_card_comes_back(w);
	somebodys_card_on_our_reader(w);
	our_card_on_somebodys_reader(w);
	world_finish(w);
	loop_destroy(loop);
	free(w);
	eq_int(rmdir(receipts), 0);
	eq_int(rmdir(dir), 0);
	return tap_done();
}
