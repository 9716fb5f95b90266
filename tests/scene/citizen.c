#include "tests/scene/citizen.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_MS  2000   /* for the screen to answer, before it is asked anew */
#define AGAIN_MS 1500   /* without an effect, a touch is made again */
#define VISIT_MS 300000 /* a visit that takes longer has come to a dead end */

static const struct {
	const char *key;
	const char *value; /* NULL: the telephone number */
	bool from_list;
} ANSWERS[] = {
	{ "field.SoDienThoai", NULL, false },
	{ "field.loai_giay_to", "Giấy khai sinh", true },
	{ "field.ho_ten_nguoi_duoc_dang_ky", "Nguyễn Văn An", false },
	{ "field.noi_dang_ky", "UBND xã Tân Thành", false },
	{ "field.so_luong_ban_sao", "2", false },
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void hang_up(int *sock)
{
	if (*sock >= 0)
		close(*sock);
	*sock = -1;
}

static bool reach(struct citizen *c, int *sock, const char *name)
{
	char path[WORLD_PATH];

	world_path(c->world, name, path);
	return *sock >= 0 || line_connect(path, sock) == ERR_OK;
}

/* True when `seen` is the screen as it is now; a screen that has died is no reason to despair. */
static bool look(struct citizen *c)
{
	if (!reach(c, &c->screen, "run/ui.sock"))
		return false;
	if (line_ask_body(c->screen, "dump", LOOK_MS, c->seen) == ERR_OK)
		return true;
	hang_up(&c->screen);
	return false;
}

static bool shows(const struct citizen *c, const char *text)
{
	return strstr(c->seen, text) != NULL;
}

/* Sends a line and lets the world go on; what came of it is seen on the screen. */
static void send(struct citizen *c, int *sock, const char *name, const char *line)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);

	if (!answer || !reach(c, sock, name))
		return;
	enum err e = line_send(*sock, line);
	c->touches++;
	if (c->meanwhile)
		c->meanwhile(c->data);
	if (e == ERR_OK)
		e = line_answer(*sock, LOOK_MS, answer);
	if (e != ERR_OK && e != ERR_REFUSED)
		hang_up(sock);
}

static void at_screen(struct citizen *c, const char *word, const char *rest)
{
	char line[512];

	snprintf(line, sizeof line, "%s %s", word, rest);
	send(c, &c->screen, "run/ui.sock", line);
}

static void touch(struct citizen *c, const char *what)
{
	at_screen(c, "tap", what);
}

static void show_card(struct citizen *c, const char *what)
{
	char line[512];

	(void)what;
	snprintf(
		line, sizeof line,
		"scan 001090%06u||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024",
		c->n);
	send(c, &c->devices, "usim/usim.sock", line);
}

static void answer_papers(struct citizen *c, const char *what)
{
	(void)what;
	touch(c, c->scans ? "papers.0.yes" : "papers.0.no");
	touch(c, "next");
}

static void scan_paper(struct citizen *c, const char *what)
{
	char line[2 * WORLD_PATH];

	(void)what;
	if (shows(c, "PROGRESS")) /* it is at work */
		return;
	snprintf(line, sizeof line, "feeder add %s/../papers/giay_ket_hon.png", c->world->bin);
	send(c, &c->devices, "usim/usim.sock", "feeder empty");
	send(c, &c->devices, "usim/usim.sock", line);
	touch(c, "scan");
}

/* The value a field shows, or NULL when the field is not on the screen. A list's is its name. */
static const char *value_of(const struct citizen *c, const char *key, bool list, char out[512])
{
	const char *name = list ? "\"text\":\"" : "\"value\":\"";
	char start[128];

	snprintf(start, sizeof start, "{\"key\":\"%s\"", key);
	const char *node = strstr(c->seen, start);
	if (!node)
		return NULL;
	int len = (int)strcspn(node, "\n");
	const char *value = memmem(node, (size_t)len, name, strlen(name));
	value = value ? value + strlen(name) : "";
	snprintf(out, 512, "%.*s", (int)strcspn(value, "\""), value);
	return out;
}

static void retype(struct citizen *c, const char *key, const char *had, const char *value)
{
	touch(c, key);
	for (const char *p = had; *p; p++)
		if ((*p & 0xc0) != 0x80)
			at_screen(c, "key", "backspace");
	at_screen(c, "type", value);
	at_screen(c, "key", "escape");
}

static void choose(struct citizen *c)
{
	touch(c, "Giấy khai sinh");
	touch(c, "chosen");
}

/* One field that is not right yet; when all are, on to the next part. */
static void fill(struct citizen *c, const char *what)
{
	char had[512], phone[11];

	(void)what;
	citizen_phone(c->n, phone);
	if (shows(c, "\"key\":\"chosen\"")) {
		choose(c);
		return;
	}
	if (shows(c, "\"editing\"")) {
		at_screen(c, "key", "escape");
		return;
	}
	for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
		const char *value = ANSWERS[i].value ? ANSWERS[i].value : phone;

		if (!value_of(c, ANSWERS[i].key, ANSWERS[i].from_list, had) ||
		    strcmp(had, value) == 0)
			continue;
		if (ANSWERS[i].from_list)
			touch(c, ANSWERS[i].key);
		else
			retype(c, ANSWERS[i].key, had, value);
		return;
	}
	touch(c, "next");
}

static void hand_in_or_go(struct citizen *c, const char *what)
{
	touch(c, c->leaves ? "bar.leave" : what);
}

static void stay_or_leave(struct citizen *c, const char *what)
{
	(void)what;
	c->left |= c->leaves;
	touch(c, c->leaves ? "leave" : "stay");
}

static void confirm(struct citizen *c, const char *what)
{
	(void)what;
	c->confirmed = true;
	touch(c, "confirm");
}

static void watch(struct citizen *c, const char *text)
{
	c->told_saved |= shows(c, text);
}

/* The code that begins so, as it is written on the screen. */
static void note_code(struct citizen *c, const char *beginning)
{
	const char *at = strstr(c->seen, beginning);
	bool official = beginning[0] != 'T';
	char *to = official ? c->dossier_code : c->receipt_code;

	if (!at)
		return;
	snprintf(to, official ? sizeof c->dossier_code : sizeof c->receipt_code, "%.*s",
		 (int)strcspn(at, "\""), at);
	c->told_saved = c->knows_code = true;
	touch(c, c->prints && shows(c, "\"key\":\"print\"") ? "print" : "finish");
}

static void take_receipt(struct citizen *c, const char *what)
{
	(void)what;
	if (!shows(c, "PROGRESS"))
		touch(c, "finish");
}

static const struct {
	const char *screen;
	void (*act)(struct citizen *c, const char *what);
	const char *what;
} SEES[] = {
#define SEES(screen, act, what) { "{\"screen\":\"" #screen "\"", act, what },
#include "tests/scene/citizen.def"
#undef SEES
};

static bool is_on(const struct citizen *c, const char *screen)
{
	char start[64];

	snprintf(start, sizeof start, "{\"screen\":\"%s\"", screen);
	return strncmp(c->seen, start, strlen(start)) == 0;
}

static void act(struct citizen *c)
{
	for (size_t i = 0; i < sizeof SEES / sizeof *SEES; i++)
		if (strncmp(c->seen, SEES[i].screen, strlen(SEES[i].screen)) == 0) {
			SEES[i].act(c, SEES[i].what);
			return;
		}
}

/* Until the screen is another one than `before`, or it is time to try again. */
static void await_change(struct citizen *c, const char *before)
{
	struct fact f;

	fact_begin(&f, c->world, AGAIN_MS);
	while ((!look(c) || strcmp(c->seen, before) == 0) && fact_changed(&f))
		;
	fact_end(&f);
}

static bool is_over(const struct citizen *c)
{
	return (is_on(c, "ATTRACT") || is_on(c, "THANKS")) && (c->knows_code || c->left);
}

bool citizen_visit(struct citizen *c)
{
	AUTO_FREE char *before = malloc(LINE_CAP);
	int64_t until = now_ms() + VISIT_MS;

	while (before && now_ms() < until) {
		await_change(c, "");
		if (is_over(c))
			return true;
		memcpy(before, c->seen, LINE_CAP);
		act(c);
		await_change(c, before);
	}
	snprintf(c->why, sizeof c->why, "stuck after %u touches at %.*s", c->touches,
		 (int)strcspn(c->seen, ","), c->seen);
	return false;
}

void citizen_phone(unsigned n, char out[11])
{
	snprintf(out, 11, "09%08u", n % 100000000u);
}

void citizen_init(struct citizen *c, struct world *w, unsigned n)
{
	memset(c, 0, sizeof *c);
	c->world = w;
	c->n = n;
	c->screen = c->devices = -1;
}

void citizen_finish(struct citizen *c)
{
	hang_up(&c->screen);
	hang_up(&c->devices);
}
