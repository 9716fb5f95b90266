/* Staff: the machine itself, for a technician who stands before it or is on the telephone. */
#include "firmware/base/staff.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/work.h"

#include <string.h>

#define QR_MM       60
#define QR_LYING_MM 46
#define MAX_PARTS   16
#define HASH_LINE   16 /* characters of a hash that are read out in one breath */

static const char *part_name(const struct page *p, const char *name)
{
	static const struct {
		const char *name;
		enum word words;
	} NAMES[] = {
		{ "touch", WORD_PART_TOUCH },       { "card", WORD_PART_CARD },
		{ "printer", WORD_PART_PRINTER },   { "scanner", WORD_PART_SCANNER },
		{ "code", WORD_PART_CODE },         { "keypad", WORD_PART_KEYPAD },
		{ "stick", WORD_PART_STICK },       { "camera", WORD_PART_CAMERA },
		{ "panel", WORD_PART_PANEL },       { "tpm", WORD_PART_TPM },
		{ "watchdog", WORD_PART_WATCHDOG },
	};

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(NAMES[i].name, name) == 0)
			return say(p, NAMES[i].words);
	return name;
}

static void parts(struct flow *f, struct page *p, const struct view *v)
{
	static const enum word STATES[] = { [PART_UNKNOWN] = WORD_PART_UNKNOWN,
					    [PART_OK] = WORD_PART_OK,
					    [PART_ABSENT] = WORD_PART_ABSENT,
					    [PART_REFUSED] = WORD_PART_REFUSED,
					    [PART_BAD] = WORD_PART_BAD };
	size_t count = view_rows(v, "parts");

	if (count > 0)
		flow_heading(f, "parts", say(p, WORD_MACHINE_PARTS));
	for (size_t i = 0; i < count && i < MAX_PARTS; i++) {
		int64_t state = view_row_num(v, "parts", i, "state");
		const char *more = view_row_text(v, "parts", i, "more");

		state = state >= 0 && state <= PART_BAD ? state : PART_UNKNOWN;
		flow_fact(f, page_format(p, "parts.%zu", i),
			  part_name(p, view_row_text(v, "parts", i, "name")),
			  state == PART_ABSENT || !more[0]
				  ? say(p, STATES[state])
				  : page_format(p, "%s · %s", say(p, STATES[state]), more));
	}
}

static void versions(struct flow *f, struct page *p, const struct view *v)
{
	flow_fact(f, "image", say(p, WORD_MACHINE_IMAGE), view_get_text(v, "image"));
	flow_fact(f, "slot", say(p, WORD_MACHINE_SLOT), view_get_text(v, "slot"));
	flow_fact(f, "board", say(p, WORD_MACHINE_BOARD), view_get_text(v, "board"));
	flow_fact(f, "model", say(p, WORD_MACHINE_MODEL), view_get_text(v, "model"));
	flow_fact(f, "system", say(p, WORD_MACHINE_SYSTEM), view_get_text(v, "system"));
}

static void logs(struct flow *f, struct page *p, const struct view *v)
{
	switch (view_get_num(v, "logs")) {
	case LOGS_BUSY:
		flow_add(f, "logs", NODE_PROGRESS, say(p, WORD_MACHINE_LOGS_BUSY), "")->value = -1;
		break;
	case LOGS_DONE:
		flow_banner(f, "logs", TONE_OK, ICON_CHECK, say(p, WORD_STICK_SAFE),
			    filled(p, WORD_MACHINE_LOGS_DONE, view_get_text(v, "folder"), NULL));
		break;
	case LOGS_FAILED:
		flow_banner(f, "logs", TONE_WARN, ICON_PROBLEM, say(p, WORD_MACHINE_LOGS_FAILED),
			    view_get_text(v, "why"));
		break;
	default:
		break;
	}
}

/* In groups, as it is compared with the paper of a release. */
static const char *in_groups(struct page *p, const char *hash)
{
	const char *text = "";

	for (size_t len = strlen(hash), at = 0; at < len; at += HASH_LINE)
		text = page_format(p, "%s%s%.*s", text, at ? " " : "", HASH_LINE, hash + at);
	return text;
}

static void code(struct page *p, struct rect *body, const struct view *v)
{
	const char *qr = view_get_text(v, "qr");
	struct rect r;

	if (!qr[0])
		return;
	r = cut_top(body, mm(p, is_portrait(p->metrics) ? QR_MM : QR_LYING_MM));
	struct node *n = page_add(p, "qr", NODE_QR, centred(r, r.h, r.h));
	n->more = qr;
	n->say = say(p, WORD_MACHINE_CODE);
	skip(p, body, GAP_MM);
}

void screen_STAFF_MACHINE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const char *hash = view_get_text(v, "hash");
	struct way log = { .key = "logs.write",
			   .text = say(p, WORD_MACHINE_LOGS),
			   .icon = ICON_UPLOAD,
			   .tone = TONE_SECOND,
			   .action = ACTION_PICK,
			   .index = STAFF_LOGS };

	if (view_get_num(v, "logs") == LOGS_BUSY)
		log.text = NULL;
	frame_title(p, &body, say(p, WORD_MACHINE_TITLE), "");
	frame_actions(p, &body, (struct way[]){ way_back(p), log }, 2);
	code(p, &body, v);
	logs(&f, p, v);
	if (!view_get_num(v, "known"))
		flow_banner(&f, "unknown", TONE_WARN, ICON_PROBLEM, say(p, WORD_MACHINE_UNKNOWN),
			    "");
	work_board(&f, p, v);
	if (hash[0])
		flow_fact(&f, "hash", say(p, WORD_MACHINE_HASH), in_groups(p, hash));
	versions(&f, p, v);
	parts(&f, p, v);
	flow_draw(p, &body, &f);
}
