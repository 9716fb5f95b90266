/* kioskctl: asks the running kiosk. In the simulation it also passes lines to the simulated
 * devices and the stand-in province. */
#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "firmware/base/setup.h"
#include "firmware/base/version.h"
#include "firmware/ctl/code.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#define BOARD_DIR "/run/kiosk-board"
#define WAIT_MS   60000  /* for the next word of an answer: a card may have to be laid down first */
#define SCAN_MS   200000 /* the slowest scanner, and then a page's way */
#define MAX_FILE  (32u << 20)
#define MAX_SCAN  (256u << 20)

static const char USAGE[] =
	"kioskctl COMMAND [ARGUMENT]      ask the running kiosk; `kioskctl help` lists what it "
	"knows\n"
	"kioskctl staff pin               asks for an officer's PIN, prints its line of "
	"kiosk.conf\n"
	"kioskctl slots                   what is in both slots of this machine, and what was "
	"left why\n"
	"kioskctl update status           what the update server says and wants\n"
	"kioskctl update list             bundles on a stick, and whether they may be installed\n"
	"kioskctl update install PATH     into the other slot; `update restart` starts it, when "
	"nobody is there\n"
	"kioskctl versions                of the image, its parts and the machine\n"
	"kioskctl hashes [--qr]           of the root that runs; as a code for a phone\n"
	"kioskctl devices                 what is plugged in where, and each part of the kiosk\n"
	"kioskctl self-test               tries what can be tried without a person\n"
	"kioskctl logs                    onto the technician's stick; it may be pulled out "
	"after it\n"
	"                                 each of these with --json, for programs; 0 well, 1 "
	"something is not\n"
	"kioskctl --version               of the software on this machine, and its board\n"
	"kioskctl setup                   staff want this kiosk to be set up again, at its "
	"screen\n"
	"kioskctl setup FILE              answers of a set-up that waits at the screen; "
	"`kiosk-setup "
	"check FILE`\n"
	"                                 looks at them before. 0 done, 1 a step failed, 2 wrong "
	"answers,\n"
	"                                 3 the screen waits for a person\n"
	"kioskctl readiness               the report of the last set-up: 0 ready, 1 something is "
	"to do\n"
	"kioskctl sim LINE                a line for the simulated devices, such as `card in`\n"
	"kioskctl province LINE           a line for the stand-in province, such as `list`\n"
	"The kiosk is found in /run/kiosk, or in the folder that $KIOSK_RUN names.\n";

static const char *run_dir(void)
{
	const char *dir = getenv("KIOSK_RUN");

	return dir ? dir : "/run/kiosk";
}

static int call(const char *dir, const char *name, int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FD sock = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", dir, name) >=
		    (int)sizeof at.sun_path ||
	    sock < 0 || connect(sock, (struct sockaddr *)&at, sizeof at) < 0) {
		fprintf(stderr,
			"kioskctl: nobody answers at %s: is the kiosk running, and are you "
			"one of its staff?\n",
			at.sun_path);
		return -1;
	}
	return take_fd(&sock);
}

/* Puts the words of a command line together again. */
static bool join(char **words, char *line, size_t cap)
{
	size_t len = 0;

	line[0] = '\0';
	for (; *words; words++) {
		int n = snprintf(line + len, cap - len, "%s%s", len ? " " : "", *words);

		if (n < 0 || (size_t)n >= cap - len)
			return false;
		len += (size_t)n;
	}
	return true;
}

static enum err next_answer(int sock, int wait_ms, struct msg *ret)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };

	for (;;) {
		enum err e = msg_recv(sock, ROLE_CTL, ROLE_CORE, ret);

		if (e != ERR_BUSY)
			return e;
		if (poll(&p, 1, wait_ms) <= 0)
			return ERR_TIMEOUT;
	}
}

static enum err load(const char *path, int *ret_mem)
{
	AUTO_FREE uint8_t *bytes = malloc(MAX_FILE);
	FILE *f = bytes ? fopen(path, "re") : NULL;
	size_t len = f ? fread(bytes, 1, MAX_FILE, f) : 0;
	bool whole = f && feof(f) && !ferror(f);

	if (f)
		(void)fclose(f); /* it was only read */
	else
		return bytes ? err_of_errno() : ERR_NO_MEMORY;
	return whole ? mem_of(bytes, len, ret_mem) : ERR_NO_SPACE;
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* The kiosk's program may read none of our files: what a command reads goes before it. */
static enum err send_file(int sock, const char *path)
{
	struct msg m = { .type = MSG_ASK_FILE, .ask_file = { .bytes = -1 } };
	enum err e = load(path, &m.ask_file.bytes);

	if (e != ERR_OK)
		fprintf(stderr, "kioskctl: %s cannot be read\n", path);
	else
		e = msg_send(sock, ROLE_CTL, ROLE_CORE, &m);
	msg_finish(&m);
	return e;
}

/* Where a command names a file; NULL: nowhere. */
static char **file_in(char **words)
{
	static const char *const WITH_FILE[][2] = { { "anchors", "add" }, { "copy", "verify" } };
	bool takes = false;

	for (size_t i = 0; words[1] && i < sizeof WITH_FILE / sizeof *WITH_FILE; i++)
		takes |= strcmp(words[0], WITH_FILE[i][0]) == 0 &&
			 strcmp(words[1], WITH_FILE[i][1]) == 0;
	if (strcmp(words[0], "setup") == 0 && words[1] && strncmp(words[1], "--", 2) != 0)
		return words + 1;
	if (!takes)
		return NULL;
	for (words += 2; *words; words++)
		if (strncmp(*words, "--", 2) != 0)
			return words;
	return NULL;
}

/* What follows --csv or --json of `reconcile`, or of `reconcile report`. */
static char **report_out(char **words)
{
	words += words[1] && strcmp(words[1], "report") == 0 ? 2 : 1;
	return words[0] && strncmp(words[0], "--", 2) == 0 && words[1] ? words + 1 : NULL;
}

/* Where `scan` names the file that it makes: what is left when the options and their values are
 * gone; and where a report is to go. NULL: nowhere. */
static char **file_out(char **words)
{
	if (strcmp(words[0], "reconcile") == 0)
		return report_out(words);
	if (strcmp(words[0], "audit") == 0 && words[1] && strcmp(words[1], "export") == 0)
		return words[2] ? words + 2 : NULL;
	if (strcmp(words[0], "scan") != 0)
		return NULL;
	for (words++; *words; words++) {
		if (strncmp(*words, "--", 2) != 0)
			return words;
		if (strcmp(*words, "--json") != 0 && words[1])
			words++;
	}
	return NULL;
}

/* Papers are nobody else's to read. The name is taken only by a whole file; "-" is none. */
static enum err store(const char *path, int mem)
{
	AUTO_FREE char *part = NULL;
	const void *bytes;
	size_t len;
	enum err e = mem_map(mem, MAX_SCAN, &bytes, &len);

	if (e != ERR_OK)
		return e;
	if (strcmp(path, "-") == 0) {
		e = write_all(STDOUT_FILENO, bytes, len) ? ERR_OK : err_of_errno();
		mem_unmap(bytes, len);
		return e;
	}
	AUTO_FD fd =
		asprintf(&part, "%s.part", path) < 0
			? -1
			: open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool whole =
		fd >= 0 && write_all(fd, bytes, len) && fsync(fd) == 0 && rename(part, path) == 0;
	e = whole ? ERR_OK : err_of_errno();
	if (!whole && fd >= 0)
		unlink(part);
	mem_unmap(bytes, len);
	if (!whole)
		fprintf(stderr, "kioskctl: %s cannot be written\n", path);
	return e;
}

/* What the kiosk says until it ends; returns its exit code. */
static int hear(int sock, int wait_ms, const char *path)
{
	struct msg m;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		e = next_answer(sock, wait_ms, &m);
		if (e != ERR_OK)
			break;
		if (m.type == MSG_SAID)
			return m.said.code;
		if (m.type == MSG_SAY)
			puts(m.say.text);
		else if (m.type == MSG_SAY_FILE && path)
			e = store(path, m.say_file.bytes);
		msg_finish(&m);
	}
	fprintf(stderr, "kioskctl: %s\n", err_text(e));
	return 1;
}

static int ask(char **words)
{
	struct msg m = { .type = MSG_ASK };
	char sent[] = "-";
	AUTO_FD sock = call(run_dir(), "ctl", SOCK_SEQPACKET);

	if (sock < 0)
		return 1;
	char **in = file_in(words), **out = file_out(words), **file = in ? in : out;
	const char *path = out ? *out : strcmp(words[0], "reconcile") == 0 ? "-" : NULL;
	enum err e = in ? send_file(sock, *in) : ERR_OK;
	if (file)
		*file = sent; /* its name could be taken for an option */
	if (e == ERR_OK && !join(words, m.ask.line, sizeof m.ask.line))
		e = ERR_NO_SPACE;
	if (e == ERR_OK)
		e = msg_send(sock, ROLE_CTL, ROLE_CORE, &m);
	if (e == ERR_OK)
		return hear(sock, out ? SCAN_MS : WAIT_MS, path);
	fprintf(stderr, "kioskctl: %s\n", err_text(e));
	return 1;
}

/* From the terminal without showing it, or a line of standard input. */
static bool read_pin(char *pin, size_t cap)
{
	struct termios shown, hidden;
	bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

	if (terminal) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		fputs("PIN (six to eight digits): ", stderr);
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden); /* then it shows */
	}
	bool read = fgets(pin, (int)cap, stdin) != NULL;
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		fputc('\n', stderr);
	}
	pin[strcspn(pin, "\r\n")] = '\0';
	return read && pin[0];
}

static int ask_with_pin(void)
{
	char pin[65] = "", staff[] = "staff", what[] = "pin";
	char *words[] = { staff, what, pin, NULL };
	int code = read_pin(pin, sizeof pin) ? ask(words) : 2;

	explicit_bzero(pin, sizeof pin);
	return code;
}

/* The end of an answer: for people it is a line of it, for programs not. */
static bool is_last(const char *line)
{
	return strncmp(line, "ok", 2) == 0 || strncmp(line, "error", 5) == 0;
}

static void hear_lines(FILE *f, bool json, int *ret_code)
{
	char line[2048];

	while (fgets(line, sizeof line, f)) {
		bool last = is_last(line);

		fputs(line, last && json ? stderr : stdout);
		if (!last)
			continue;
		*ret_code = line[0] == 'o' ? 0 : 1;
		return;
	}
}

/* Text lines: one to them, then what they say until the line that begins with ok or error. */
static int pass_on(const char *dir, const char *to, char **words)
{
	char line[2048];
	AUTO_FD sock = call(dir, to, SOCK_STREAM);
	int code = 1;
	bool json = false;

	for (char **w = words; *w; w++)
		json |= strcmp(*w, "--json") == 0;
	if (sock < 0)
		return 1;
	FILE *f = fdopen(sock, "r+");
	if (!f)
		return 1;
	(void)take_fd(&sock);
	if (join(words, line, sizeof line - 1) && fprintf(f, "%s\n", line) > 0 && fflush(f) == 0)
		hear_lines(f, json, &code);
	(void)fclose(f); /* nothing is lost by that */
	return code;
}

/* The root's hash as a code. */
static int show_code(void)
{
	static const char TEXT[] = "hash text is ";
	char line[400], found[400] = "";
	AUTO_FD sock = call(BOARD_DIR, "ctl", SOCK_STREAM);
	FILE *f = sock < 0 ? NULL : fdopen(sock, "r+");

	if (!f)
		return 1;
	(void)take_fd(&sock);
	if (fputs("hashes\n", f) >= 0 && fflush(f) == 0)
		while (fgets(line, sizeof line, f) && !is_last(line)) {
			line[strcspn(line, "\n")] = '\0';
			if (strncmp(line, TEXT, strlen(TEXT)) == 0)
				memcpy(found, line, sizeof found);
			puts(line);
		}
	(void)fclose(f); /* nothing is lost by that */
	if (!found[0])
		return 1;
	return code_print(found + strlen(TEXT), stdout) == ERR_OK ? 0 : 1;
}

/* What root asks of the board. */
static bool is_of_board(const char *word)
{
	static const char *const WORDS[] = { "slots",   "update",    "versions", "hashes",
					     "devices", "self-test", "logs" };

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (strcmp(word, WORDS[i]) == 0)
			return true;
	return false;
}

/* For root, who alone may connect there. */
static int ask_board(char **words)
{
	bool update = strcmp(words[0], "update") == 0;

	if (update && !words[1]) {
		fputs(USAGE, stderr);
		return 2;
	}
	if (strcmp(words[0], "hashes") == 0 && words[1] && strcmp(words[1], "--qr") == 0)
		return show_code();
	return pass_on(BOARD_DIR, "ctl", update ? words + 1 : words);
}

static int say_version(void)
{
	struct version v;

	version_read("/usr/share/kiosk", &v);
	printf("%s%s%s%s\n", v.number, v.board[0] ? " " : "", v.board,
	       v.test_keys ? " NOT FOR PRODUCTION" : "");
	return 0;
}

/* One line of the report; *bad when something is to be done. */
static void print_ready(const char *line, bool *bad)
{
	char id[32], state[16], more[100] = "";

	if (sscanf(line, "%31[A-Z]=%15[a-z] %99[^\n]", id, state, more) < 2)
		return;
	enum ready r = ready_by_id(id);
	const struct said_row *row = ready_row(r);
	bool todo = strcmp(state, "bad") == 0;

	if (r == READY_COUNT)
		return;
	printf("%-8s %s / %s%s%s\n", state, row->words[LANGUAGE_VI], row->words[LANGUAGE_EN],
	       more[0] ? ": " : "", more);
	if (todo)
		printf("         %s / %s\n", row->todo[LANGUAGE_VI], row->todo[LANGUAGE_EN]);
	*bad |= todo;
}

/* What the last set-up found; nobody has to run for it. */
static int readiness(void)
{
	const char *sim = getenv("KIOSK_SIM");
	struct board_places board;
	char path[PATH_MAX + 16], line[256];
	bool bad = false;

	board_places(sim, &board);
	snprintf(path, sizeof path, "%s/readiness", board.kept);
	FILE *f = fopen(path, "re");
	if (!f) {
		fprintf(stderr, "kioskctl: %s: this kiosk was not set up at its screen\n", path);
		return 2;
	}
	while (fgets(line, sizeof line, f))
		print_ready(line, &bad);
	(void)fclose(f);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (sandbox_hide() != ERR_OK) /* PINs are typed here */
		return 1;
	(void)setvbuf(stdout, NULL, _IOLBF, 0); /* a report of long work is read as it comes */
	if (argc < 2 || strcmp(argv[1], "--help") == 0) {
		fputs(USAGE, argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	if (strcmp(argv[1], "--version") == 0)
		return say_version();
	if (strcmp(argv[1], "sim") == 0)
		return pass_on(run_dir(), "usim.sock", argv + 2);
	if (strcmp(argv[1], "province") == 0)
		return pass_on(run_dir(), "province.sock", argv + 2);
	if (argc == 3 && strcmp(argv[1], "update") == 0 && strcmp(argv[2], "status") == 0)
		return ask(argv + 1);
	if (is_of_board(argv[1]))
		return ask_board(argv + 1);
	if (argc == 3 && strcmp(argv[1], "staff") == 0 && strcmp(argv[2], "pin") == 0)
		return ask_with_pin();
	if (argc == 2 && strcmp(argv[1], "readiness") == 0)
		return readiness();
	return ask(argv + 1);
}
