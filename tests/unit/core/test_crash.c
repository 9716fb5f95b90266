/* kill -9 again and again while dossiers come in and go out; a history of what was claimed is
 * kept outside and compared with what is there. */
#include "firmware/core/audit.h"
#include "tests/unit/core/fixture.h"

#include <signal.h>

#define KILLS 25
#define MOST  2000

static struct fixture f;

/* What the other side of the pipe was told, after it was durable. */
struct claim {
	char key[STORE_KEY_CAP];
	bool answered;
};

static struct claim history[MOST];
static size_t claims;

static bool tell(int fd, const char *key, bool answered)
{
	struct claim c = { .answered = answered };

	memcpy(c.key, key, sizeof c.key);
	return write(fd, &c, sizeof c) == sizeof c;
}

static bool hand_in(struct store *s, int fd)
{
	struct vault *v = NULL;
	struct package p;

	return vault_begin(s, CITIZEN, &v) == ERR_OK && vault_put(v, "page", "x", 1) == ERR_OK &&
	       fake_package(s, &p) == ERR_OK && outbox_add(s, &p, v) == ERR_OK &&
	       tell(fd, p.key, false) && vault_end(v) == ERR_OK;
}

static bool send_one(struct store *s, int fd)
{
	char manifest[65] = "";
	struct outbox_item item;
	uint32_t wait_ms;

	if (outbox_next(s, NULL, &item, &wait_ms) != ERR_OK)
		return false;
	memset(manifest, 'a', 64);
	struct outbox_answer a = { .accepted = true,
				   .key = item.key,
				   .manifest = manifest,
				   .dossier_code = "x-261121-0001",
				   .bytes = "signed",
				   .len = 6 };
	return outbox_sending(s, item.key) == ERR_OK &&
	       outbox_upload_at(s, item.key, "u") == ERR_OK && outbox_sent(s, item.key) == ERR_OK &&
	       outbox_answered(s, item.key, &a) == ERR_OK && tell(fd, item.key, true);
}

static void work_for_ever(int fd)
{
	struct store *s = NULL;

	if (store_open(&f.options, &s) != ERR_OK)
		_exit(1);
	for (int i = 0;; i++)
		if (!hand_in(s, fd) || (i % 2 && !send_one(s, fd)))
			_exit(1);
}

/* Reads what was claimed, kills after `lives` claims, reads the rest. */
static void one_life(int lives)
{
	int pipes[2], status;

	if (pipe(pipes) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		work_for_ever(pipes[1]);
	}
	close(pipes[1]);
	for (struct claim c; claims < MOST && read(pipes[0], &c, sizeof c) == sizeof c;) {
		history[claims++] = c;
		if (--lives == 0)
			kill(pid, SIGKILL);
	}
	close(pipes[0]);
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static bool as_claimed(struct store *s, const struct claim *c)
{
	struct outbox_item item;
	int fd = -1;
	bool good = outbox_get(s, c->key, &item) == ERR_OK &&
		    outbox_open(s, c->key, &fd) == ERR_OK &&
		    (!c->answered || item.state == OUTBOX_ACCEPTED);

	if (fd >= 0)
		close(fd);
	return good;
}

static void compare(int kills)
{
	struct store *s = open_store(&f);
	struct outbox_counts counts;
	size_t lost = 0, handed_in = 0, rows = 0;

	for (size_t i = 0; i < claims; i++) {
		lost += !as_claimed(s, &history[i]);
		handed_in += !history[i].answered;
	}
	eq_int(lost, 0);
	eq_int(outbox_counts(s, &counts), ERR_OK);
	for (int i = 0; i < OUTBOX_STATES; i++)
		rows += counts.in[i];
	/* at most one a kill was committed without a chance to say so */
	ok(rows >= handed_in && rows <= handed_in + (size_t)kills);
	eq_int(counts.in[OUTBOX_SENDING], 0);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	eq_int(store_report(s)->adopted, 0);
	store_close(s);
}

int main(void)
{
	unsigned seed = 20261121;

	fixture_init(&f);
	for (int i = 1; i <= KILLS; i++) {
		seed = seed * 1103515245 + 12345;
		one_life(1 + (int)(seed >> 16) % 17);
		compare(i);
	}
	ok(claims > KILLS);
	printf("# %zu claims, %d kills\n", claims, KILLS);
	fixture_finish(&f);
	return tap_done();
}
