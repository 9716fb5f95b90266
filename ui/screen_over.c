/* What is laid over another screen: time is nearly up, leaving, a fault, help is coming. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

void screen_TIMEOUT(struct page *p, const struct view *v)
{
	const char *left =
		page_format(p, "%d %s", (int)view_get_num(v, "left_s"), say(p, WORD_TIMEOUT_LEFT));
	const char *title = page_format(p, "%s\n%s", say(p, WORD_TIMEOUT_TITLE), left);
	struct rect body = frame_dialog(p, ICON_CLOCK, TONE_WARN, title, say(p, WORD_TIMEOUT_SUB));
	const struct way ways[] = { { .key = "leave",
				      .text = say(p, WORD_TIMEOUT_LEAVE),
				      .tone = TONE_DANGER,
				      .action = ACTION_LEAVE_YES },
				    { .key = "stay",
				      .text = say(p, WORD_TIMEOUT_STAY),
				      .icon = ICON_STOP_HAND,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_STAY } };

	frame_actions(p, &body, ways, 2);
}

void screen_LEAVE(struct page *p, const struct view *v)
{
	struct rect body = frame_dialog(p, ICON_LEAVE, TONE_WARN, say(p, WORD_LEAVE_TITLE),
					say(p, WORD_LEAVE_SUB));
	const struct way ways[] = { { .key = "leave",
				      .text = say(p, WORD_LEAVE_YES),
				      .tone = TONE_DANGER,
				      .action = ACTION_LEAVE_YES },
				    { .key = "stay",
				      .text = say(p, WORD_LEAVE_STAY),
				      .icon = ICON_BACK,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_STAY } };

	(void)v;
	frame_actions(p, &body, ways, 2);
}

static bool needs_staff(int64_t e)
{
	return e > ERR_OK && e < ERR_COUNT && err_helper((enum err)e) >= HELP_STAFF;
}

void screen_FAULT(struct page *p, const struct view *v)
{
	const char *device = words_device(p->language, view_get_text(v, "device"));
	const char *what = say_err(p, view_get_num(v, "err"));
	struct rect body =
		frame_dialog(p, ICON_PROBLEM, TONE_WARN, filled(p, WORD_FAULT_TITLE, device, NULL),
			     page_format(p, "%s\n%s", what[0] ? what : say(p, WORD_ERR_BROKEN),
					 say(p, WORD_FAULT_SAFE)));
	/* the strong way is the one that helps */
	bool staff = needs_staff(view_get_num(v, "err"));
	const struct way call = { .key = "call",
				  .text = say(p, WORD_CALL),
				  .icon = ICON_CALL_STAFF,
				  .tone = staff ? TONE_PRIMARY : TONE_SECOND,
				  .action = ACTION_CALL };
	const struct way stay = { .key = "stay",
				  .text = say(p, WORD_FAULT_STAY),
				  .icon = ICON_CLOSE,
				  .tone = staff ? TONE_SECOND : TONE_PRIMARY,
				  .action = ACTION_STAY };

	frame_actions(p, &body, (struct way[]){ staff ? stay : call, staff ? call : stay }, 2);
}

void screen_STAFF(struct page *p, const struct view *v)
{
	const char *hotline = view_get_text(v, "hotline");
	const char *more = say(p, WORD_STAFF_SUB);
	struct rect body;

	if (hotline[0])
		more = page_format(p, "%s\n%s %s.", more, say(p, WORD_STAFF_HOTLINE), hotline);
	if (view_get_num(v, "err") == ERR_LEFT_PAPER)
		more = page_format(p, "%s\n%s", say_err(p, ERR_LEFT_PAPER), more);
	body = frame_dialog(p, ICON_CALL_STAFF, TONE_OK,
			    filled(p, WORD_STAFF_TITLE, view_get_text(v, "time"), NULL), more);
	bool pin = view_get_num(v, "menu") != 0;
	const struct way menu = { .key = pin ? "staff_menu" : "check_copy",
				  .text = say(p, WORD_STAFF_MENU),
				  .icon = pin ? ICON_LOCK : ICON_CERTIFICATE,
				  .tone = TONE_SECOND,
				  .action = pin ? ACTION_STAFF_MENU : ACTION_CHECK_COPY };
	const struct way stay = { .key = "stay",
				  .text = say(p, WORD_STAFF_STAY),
				  .icon = ICON_BACK,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_STAY };

	frame_actions(p, &body, (struct way[]){ menu, stay }, 2);
}

/* No ways: there is nobody here who could take an action. */
void screen_PAUSED(struct page *p, const struct view *v)
{
	const char *hotline = view_get_text(v, "hotline"), *more = say(p, WORD_PAUSED_SUB);

	if (hotline[0])
		more = page_format(p, "%s\n%s %s.", more, say(p, WORD_PAUSED_HOTLINE), hotline);
	(void)frame_dialog(p, ICON_PROBLEM, TONE_WARN, say(p, WORD_PAUSED_TITLE), more);
}
