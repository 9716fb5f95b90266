/* kiosk-setup: stands in the place of kiosk-core while a kiosk is not set up, or while its board is
 * in trouble. It asks on the screen, keeps what was answered, and has the board's helper do what
 * only root may. When it ends well the supervisor looks for the kiosk again, and starts it. */
#include "firmware/base/auto.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/sandbox.h"
#include "firmware/setup/file.h"
#include "firmware/setup/former.h"
#include "firmware/setup/setup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define WATCH_MS 2000u

static const char HELP[] =
	"kiosk-setup: sets a kiosk up on its screen; the supervisor starts it when it is needed\n"
	"\n"
	"  kiosk-setup check FILE     is that file of answers good and whole? 0 yes, 2 no\n"
	"  kiosk-setup site DIR       is that a whole mocua-site? prints the fingerprint to "
	"compare\n"
	"  kiosk-setup trouble WORD   what the machine says when its board has that trouble\n"
	"  kiosk-setup --help         this text\n"
	"\n"
	"A set-up that runs is fed with `kioskctl setup FILE`.\n";

static void on_fault(void *data, unsigned line, const char *name, enum fault f)
{
	char at[16] = "";

	if (line > 0)
		snprintf(at, sizeof at, ":%u", line);
	fprintf(stderr, "%s%s: %s: %s / %s\n", (const char *)data, at, name,
		fault_row(f)->words[LANGUAGE_VI], fault_row(f)->words[LANGUAGE_EN]);
}

static int check(char *path)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = file_get(AT_FDCWD, path, ANSWERS_MAX, &text, &len);

	if (e != ERR_OK) {
		fprintf(stderr, "%s: %s\n", path, err_text(e));
		return 2;
	}
	if (answers_judge(text, len, on_fault, path) > 0)
		return 2;
	printf("%s is good\n", path);
	return 0;
}

static int site(const char *dir)
{
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct site found;
	char groups[96];
	enum err e = fd < 0 ? ERR_NOT_FOUND : site_check(fd, &found);

	if (e != ERR_OK) {
		const struct said_row *n =
			note_row(e == ERR_NOT_FOUND ? NOTE_NO_SITE : NOTE_SITE_FORGED);
		fprintf(stderr, "%s: %s / %s\n", dir, n->words[LANGUAGE_VI], n->words[LANGUAGE_EN]);
		return 1;
	}
	site_groups(found.fingerprint, groups, sizeof groups);
	printf("%s\n%s\n", found.signer, groups);
	return 0;
}

static int tell_trouble(const char *word)
{
	enum trouble t = trouble_by_word(word);
	const struct trouble_row *row = trouble_row(t);

	if (t == TROUBLE_COUNT) {
		fprintf(stderr, "kiosk-setup: no trouble is called %s\n", word);
		return 2;
	}
	for (enum language l = 0; l < LANGUAGE_COUNT; l++)
		printf("%s %s %s\n", row->code, row->what[l], row->next[l]);
	return 0;
}

static int by_hand(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	if (argc == 3 && strcmp(argv[1], "site") == 0)
		return site(argv[2]);
	if (argc == 3 && strcmp(argv[1], "trouble") == 0)
		return tell_trouble(argv[2]);
	bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
	fputs(HELP, asked ? stdout : stderr);
	return asked ? 0 : 2;
}

/* Who holds comes first: the screen says what is to be done now. */
static void read_troubles(struct setup *s)
{
	struct trouble_told all[TROUBLES_MAX];
	size_t n = board_troubles(&s->places, all);

	s->trouble_count = 0;
	s->board = false;
	for (int holding = 1; holding >= 0; holding--)
		for (size_t i = 0; i < n; i++) {
			const struct trouble_row *row = trouble_row(all[i].trouble);

			if ((row->holds == TROUBLE_HOLDS) != holding || row->holds == TROUBLE_STAFF)
				continue;
			s->board |= holding;
			s->troubles[s->trouble_count++] = all[i];
		}
	if (s->dir_fd >= 0 || s->board)
		return;
	/* without a place to keep anything nothing can be set up */
	s->board = true;
	s->trouble_count = 1;
	s->troubles[0] = (struct trouble_told){ .trouble = TROUBLE_DATA_BROKEN };
	snprintf(s->troubles[0].why, sizeof s->troubles[0].why, "there is no %.100s",
		 s->places.setup);
}

/* What was typed was for the one before. */
static void show_other_trouble(struct setup *s)
{
	explicit_bzero(s->recover, sizeof s->recover);
	s->board_note = NOTE_COUNT;
	s->kind++; /* it goes from the screen, too */
	face_show(s);
}

/* What is wrong with the board may be mended while this stands here. */
static void watch(void *data)
{
	struct setup *s = data;
	struct trouble_told before = s->troubles[0];
	bool was = s->board, again = was && s->busy && !helper_at_work(&s->helper);

	if (s->dir_fd < 0)
		s->dir_fd = open(s->places.setup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	read_troubles(s);
	if (again) /* somebody waits for what is seen here */
		s->busy = false;
	if (was && !s->board && !s->entered)
		face_end(s);
	else if (was != s->board || (s->board && before.trouble != s->troubles[0].trouble))
		show_other_trouble(s);
	else if (again)
		face_show(s);
	timer_set(s->child.loop, &s->watch, WATCH_MS, watch, s);
}

static enum err begin(struct setup *s)
{
	unsigned parts;
	enum err e = child_init(&s->child, ROLE_CORE, &FACE_HANDLERS, s);

	if (e != ERR_OK)
		return e;
	log_open(ROLE_SETUP);
	umask(027); /* its helpers are of its group */
	board_places(getenv("KIOSK_SIM"), &s->places);
	s->dir_fd = open(s->places.setup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	helper_init(&s->helper, s->child.loop, s->places.helper);
	if (s->dir_fd >= 0)
		e = answers_load(s->dir_fd, &s->kept);
	if (s->dir_fd >= 0 && e != ERR_OK) { /* it is asked anew, and they are replaced */
		log_line(LOG_WARN, "setup.answers", "err=%s", err_name(e));
		e = ERR_OK;
	}
	if (e == ERR_OK)
		s->set_up = former_take(s->dir_fd, &s->kept);
	if (e == ERR_OK)
		e = sandbox_lock(ROLE_SETUP, &parts);
	if (e != ERR_OK)
		return e;
	watch(s);
	if (s->board)
		face_show(s);
	else
		step_enter(s, s->kept.at);
	return ERR_OK;
}

static void finish(struct setup *s)
{
	script_stop(s);
	helper_stop(&s->helper);
	child_finish(&s->child);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	explicit_bzero(s, sizeof *s);
}

int main(int argc, char **argv)
{
	AUTO_FREE struct setup *s = calloc(1, sizeof *s);

	if (!child_is_supervised() || argc > 1 || !s)
		return by_hand(argc, argv);
	s->listener = s->script.ctl = s->script.file = s->dir_fd = -1;
	s->board_note = NOTE_COUNT;
	enum err e = begin(s);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "setup.start", "err=%s", err_name(e));
	bool ran = e == ERR_OK && child_run(&s->child) == 0;
	/* only what was finished is an end; SIGTERM of the supervisor is none either way */
	bool done = ran && s->done;
	finish(s);
	return done ? 0 : 1;
}
