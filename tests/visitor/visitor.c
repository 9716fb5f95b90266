#include "tests/visitor/visitor.h"

#include <stdio.h>
#include <string.h>

#define PROCEDURE "2.000635" /* copies of civil status papers: nothing has to be scanned */

struct eye {
	struct visitor *who;
	const struct msg_show *shown;
	const struct view *view;
	struct visitor_acts *acts;
};

typedef enum visitor_does sees_fn(struct eye *e);

static void touch(struct eye *e, enum action what, uint32_t index, const char *text)
{
	if (e->acts->count == VISITOR_MAX_ACTS)
		return;
	struct msg_act *a = &e->acts->all[e->acts->count++];

	*a = (struct msg_act){ .turn = e->shown->turn, .action = what, .index = index };
	snprintf(a->text, sizeof a->text, "%s", text);
}

static enum visitor_does touch_one(struct eye *e, enum action what)
{
	touch(e, what, 0, "");
	return VISITOR_TOUCHES;
}

static bool is_over(const struct visitor *v)
{
	return v->served || v->turned_away != ERR_OK;
}

static enum visitor_does begin(struct eye *e)
{
	if (!is_over(e->who))
		return touch_one(e, ACTION_START);
	e->who->left = true;
	return VISITOR_GOES;
}

static enum visitor_does touch_file(struct eye *e)
{
	return touch_one(e, is_over(e->who) ? ACTION_BACK : ACTION_FILE);
}

static enum visitor_does touch_next(struct eye *e)
{
	return touch_one(e, ACTION_NEXT);
}

static enum visitor_does touch_code_only(struct eye *e)
{
	return touch_one(e, ACTION_CODE_ONLY);
}

static enum visitor_does show_card(struct eye *e)
{
	if (is_over(e->who))
		return touch_one(e, ACTION_BACK);
	return view_get_num(e->view, "state") == 1 ? VISITOR_WAITS : VISITOR_SHOWS_CARD;
}

static enum visitor_does go_on(struct eye *e)
{
	if (is_over(e->who))
		return touch_one(e, ACTION_LEAVE);
	return touch_one(e, view_get_num(e->view, "draft") ? ACTION_RESUME : ACTION_NEXT);
}

static enum visitor_does pick(struct eye *e)
{
	for (size_t i = 0; i < view_rows(e->view, "hits"); i++)
		if (strcmp(view_row_text(e->view, "hits", i, "code"), PROCEDURE) == 0) {
			touch(e, ACTION_PICK, (uint32_t)i, "");
			return VISITOR_TOUCHES;
		}
	touch(e, ACTION_SEARCH, 0, "ban sao khai sinh");
	return VISITOR_TOUCHES;
}

static enum visitor_does answer_papers(struct eye *e)
{
	for (size_t i = 0; i < view_rows(e->view, "papers"); i++)
		if (view_row_num(e->view, "papers", i, "have") == 0) {
			touch(e, ACTION_HAVE, (uint32_t)i, e->who->scans ? "1" : "2");
			return VISITOR_TOUCHES;
		}
	return touch_one(e, ACTION_NEXT);
}

static enum visitor_does scan(struct eye *e)
{
	if (view_get_num(e->view, "state") != 0)
		return VISITOR_WAITS;
	if (view_get_num(e->view, "err") == ERR_NO_SPACE) /* a page cannot be kept: without it */
		return touch_one(e, ACTION_SKIP);
	touch(e, ACTION_SCAN, 0, "");
	return VISITOR_LAYS_PAPER;
}

static enum visitor_does keep(struct eye *e)
{
	return touch_one(e, ACTION_KEEP_LAST);
}

static const struct {
	const char *key, *value; /* NULL: the telephone number */
} ANSWERS[] = {
	{ "SoDienThoai", NULL },
	{ "loai_giay_to", "khai_sinh" },
	{ "ho_ten_nguoi_duoc_dang_ky", "Nguyễn Văn An" },
	{ "noi_dang_ky", "UBND xã Tân Thành" },
	{ "so_luong_ban_sao", "2" },
};

static const char *answer_to(const char *key, const char *phone)
{
	for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++)
		if (strcmp(ANSWERS[i].key, key) == 0)
			return ANSWERS[i].value ? ANSWERS[i].value : phone;
	return NULL;
}

static enum visitor_does fill(struct eye *e)
{
	char phone[11];

	visitor_phone(e->who->n, phone);
	for (size_t i = 0; i < view_rows(e->view, "fields"); i++) {
		const char *value = answer_to(view_row_text(e->view, "fields", i, "key"), phone);

		if (value && strcmp(view_row_text(e->view, "fields", i, "value"), value) != 0)
			touch(e, ACTION_FIELD, (uint32_t)i, value);
	}
	return touch_one(e, ACTION_NEXT);
}

static enum visitor_does confirm(struct eye *e)
{
	e->who->confirmed = true;
	return touch_one(e, ACTION_CONFIRM);
}

static void note(char *to, size_t cap, const char *code)
{
	if (*code)
		(void)snprintf(to, cap, "%s", code);
}

/* The screen's words: "saved on this kiosk". */
static enum visitor_does watch(struct eye *e)
{
	struct visitor *v = e->who;

	if (view_get_num(e->view, "state") < 1)
		return VISITOR_WAITS;
	v->told_saved = true;
	note(v->receipt_code, sizeof v->receipt_code, view_get_text(e->view, "receipt_code"));
	return VISITOR_WAITS;
}

static enum visitor_does note_code(struct eye *e)
{
	struct visitor *v = e->who;

	v->told_saved = v->served = true;
	note(v->receipt_code, sizeof v->receipt_code, view_get_text(e->view, "receipt_code"));
	note(v->dossier_code, sizeof v->dossier_code, view_get_text(e->view, "dossier_code"));
	bool can = view_has(e->view, "print") && view_get_num(e->view, "print") == ERR_OK;
	return touch_one(e, v->prints && can ? ACTION_PRINT : ACTION_FINISH);
}

static enum visitor_does take_receipt(struct eye *e)
{
	return view_get_num(e->view, "state") == 0 ? VISITOR_WAITS : touch_one(e, ACTION_FINISH);
}

static enum visitor_does touch_finish(struct eye *e)
{
	return touch_one(e, ACTION_FINISH);
}

static enum visitor_does touch_stay(struct eye *e)
{
	if (e->shown->screen == SCREEN_LEAVE && e->who->turned_away != ERR_OK)
		return touch_one(e, ACTION_LEAVE_YES);
	return touch_one(e, ACTION_STAY);
}

/* Of a device, it will be mended; of the kiosk's memory, today there is no more to be had here. */
static enum visitor_does hear_fault(struct eye *e)
{
	enum err why = (enum err)view_get_num(e->view, "err");

	if (*view_get_text(e->view, "device"))
		return touch_one(e, ACTION_STAY);
	e->who->turned_away = why == ERR_OK ? ERR_IO : why;
	return touch_one(e, ACTION_LEAVE);
}

enum visitor_does visitor_see(struct visitor *v, const struct msg_show *shown,
			      const struct view *view, struct visitor_acts *ret_acts)
{
	static sees_fn *const SEES[SCREEN_COUNT] = {
#define SEES(screen, does) [SCREEN_##screen] = does,
#include "tests/visitor/visitor.def"
#undef SEES
	};
	struct eye e = { v, shown, view, ret_acts };

	ret_acts->count = 0;
	return shown->screen < SCREEN_COUNT && SEES[shown->screen] ? SEES[shown->screen](&e)
								   : VISITOR_WAITS;
}

void visitor_init(struct visitor *v, unsigned n)
{
	*v = (struct visitor){ .n = n };
}

void visitor_number(unsigned n, char out[13])
{
	(void)snprintf(out, 13, "001090%06u", n % 1000000u);
}

void visitor_phone(unsigned n, char out[11])
{
	(void)snprintf(out, 11, "09%08u", n % 100000000u);
}

void visitor_card(const struct visitor *v, char out[200])
{
	char number[13];

	visitor_number(v->n, number);
	(void)snprintf(out, 200,
		       "%s||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024",
		       number);
}
