/* What was read of the card, what the chip proved, and whether it is the right person. */
#include "firmware/base/chip.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#define FACE_WIDTH_MM  32
#define FACE_HEIGHT_MM 42
#define GAP_SHEET_MM   5

enum { SOURCE_CODE, SOURCE_CHIP };

struct answer {
	enum word word;
	enum icon icon;
	enum tone tone;
};

/* Sign, tone and word go together: no answer is told by its colour alone. */
static const struct answer DATA[CHIP_DATA_COUNT] = {
	[CHIP_DATA_UNCHECKED] = { WORD_PROOF_DATA_0, ICON_HELP, TONE_WARN },
	[CHIP_DATA_SIGNED] = { WORD_PROOF_DATA_1, ICON_CHECK_CIRCLE, TONE_OK },
	[CHIP_DATA_ALTERED] = { WORD_PROOF_DATA_2, ICON_CANCEL, TONE_ERROR },
};
static const struct answer ISSUER[CHIP_ISSUER_COUNT] = {
	[CHIP_ISSUER_UNCHECKED] = { WORD_PROOF_ISSUER_0, ICON_HELP, TONE_WARN },
	[CHIP_ISSUER_KNOWN] = { WORD_PROOF_ISSUER_1, ICON_CHECK_CIRCLE, TONE_OK },
	[CHIP_ISSUER_UNKNOWN] = { WORD_PROOF_ISSUER_2, ICON_HELP, TONE_WARN },
	[CHIP_ISSUER_EXPIRED] = { WORD_PROOF_ISSUER_3, ICON_WARNING, TONE_WARN },
	[CHIP_ISSUER_REVOKED] = { WORD_PROOF_ISSUER_4, ICON_CANCEL, TONE_ERROR },
};
static const struct answer PROOF[CHIP_PROOF_COUNT] = {
	[CHIP_PROOF_UNCHECKED] = { WORD_PROOF_CHIP_0, ICON_HELP, TONE_WARN },
	[CHIP_PROOF_ORIGINAL] = { WORD_PROOF_CHIP_1, ICON_CHECK_CIRCLE, TONE_OK },
	[CHIP_PROOF_COPIED] = { WORD_PROOF_CHIP_2, ICON_CANCEL, TONE_ERROR },
};

static const struct {
	enum word title, more;
	enum icon icon;
	enum tone tone;
} HEADLINES[VERDICT_COUNT] = {
	[VERDICT_UNCHECKED] = { WORD_VERDICT_UNCHECKED, WORD_VERDICT_UNCHECKED_HELP, ICON_HELP,
				TONE_WARN },
	[VERDICT_GENUINE] = { WORD_VERDICT_GENUINE, WORD_VERDICT_GENUINE_HELP, ICON_SHIELD,
			      TONE_OK },
	[VERDICT_NO_ANCHOR] = { WORD_VERDICT_NO_ANCHOR, WORD_VERDICT_NO_ANCHOR_HELP, ICON_HELP,
				TONE_WARN },
	[VERDICT_ALTERED] = { WORD_VERDICT_ALTERED, WORD_VERDICT_BAD_HELP, ICON_STOP_HAND,
			      TONE_ERROR },
	[VERDICT_COPIED] = { WORD_VERDICT_COPIED, WORD_VERDICT_BAD_HELP, ICON_STOP_HAND,
			     TONE_ERROR },
};

/* A number of the view within a table; 0, which claims nothing, when it is outside. */
static int within(const struct view *v, const char *key, int count)
{
	int64_t n = view_get_num(v, key);

	return n > 0 && n < count ? (int)n : 0;
}

/* "Genuine" only over three good answers, whatever the headline said. */
static int verdict_shown(const struct view *v)
{
	int said = within(v, "verdict", VERDICT_COUNT);
	enum verdict known = verdict_of((enum chip_data)within(v, "data", CHIP_DATA_COUNT),
					(enum chip_issuer)within(v, "issuer", CHIP_ISSUER_COUNT),
					(enum chip_proof)within(v, "chip", CHIP_PROOF_COUNT));

	return said == VERDICT_GENUINE ? (int)known : said;
}

static bool is_refused(int verdict)
{
	return verdict == VERDICT_ALTERED || verdict == VERDICT_COPIED;
}

static void answer_row(struct flow *f, struct page *p, const char *key, const struct answer *a)
{
	flow_row(f, key, a->tone, a->icon, say(p, a->word));
}

static void headline(struct flow *f, struct page *p, int verdict)
{
	flow_banner(f, "verdict", HEADLINES[verdict].tone, HEADLINES[verdict].icon,
		    say(p, HEADLINES[verdict].title), say(p, HEADLINES[verdict].more));
}

/* The chip's key was signed with its contents: where these are not as signed it proves nothing,
 * and where nobody known signed them it proves no more than that it belongs to them. */
static const struct answer *chip_answer(const struct view *v)
{
	static const struct answer FITS = { WORD_PROOF_CHIP_FITS, ICON_CHECK_CIRCLE, TONE_OK };
	int proof = within(v, "chip", CHIP_PROOF_COUNT);

	if (within(v, "data", CHIP_DATA_COUNT) != CHIP_DATA_SIGNED)
		return &PROOF[CHIP_PROOF_UNCHECKED];
	if (proof == CHIP_PROOF_ORIGINAL &&
	    within(v, "issuer", CHIP_ISSUER_COUNT) != CHIP_ISSUER_KNOWN)
		return &FITS;
	return &PROOF[proof];
}

static void answers(struct flow *f, struct page *p, const struct view *v)
{
	answer_row(f, p, "proof.data", &DATA[within(v, "data", CHIP_DATA_COUNT)]);
	answer_row(f, p, "proof.issuer", &ISSUER[within(v, "issuer", CHIP_ISSUER_COUNT)]);
	answer_row(f, p, "proof.chip", chip_answer(v));
	if (view_get_num(v, "expired"))
		flow_banner(f, "expired", TONE_WARN, ICON_CALENDAR, say(p, WORD_IDENTITY_EXPIRED),
			    say(p, WORD_IDENTITY_EXPIRED_HELP));
}

/* The way from the code to the chip, where there is a reader. */
static void offer_chip(struct flow *f, struct page *p, const struct view *v)
{
	if (!view_has(v, "card_reader") || view_get_num(v, "card_reader") != ERR_OK)
		return;
	struct node *n = flow_row(
		f, "again", TONE_BLUE, ICON_CHIP,
		say(p, view_get_num(v, "card_in") ? WORD_IDENTITY_LAY_IN : WORD_IDENTITY_LAY));
	n->deed.action = ACTION_AGAIN;
}

static void read_facts(struct flow *f, struct page *p, const struct view *v)
{
	flow_fact(f, "name", say(p, WORD_IDENTITY_NAME), view_get_text(v, "name"));
	flow_fact(f, "number", say(p, WORD_IDENTITY_NUMBER), view_get_text(v, "number"));
	flow_fact(f, "birth", say(p, WORD_IDENTITY_BIRTH), view_get_text(v, "birth"));
	flow_fact(f, "sex", say(p, WORD_IDENTITY_SEX), view_get_text(v, "sex"));
	flow_fact(f, "nationality", say(p, WORD_IDENTITY_NATION), view_get_text(v, "nationality"));
	flow_fact(f, "address", say(p, WORD_IDENTITY_ADDRESS), view_get_text(v, "address"));
	flow_fact(f, "expires", say(p, WORD_IDENTITY_EXPIRES),
		  view_get_num(v, "endless") ? say(p, WORD_IDENTITY_ENDLESS)
					     : view_get_text(v, "expires"));
}

static void for_other(struct flow *f, struct page *p, const struct view *v)
{
	bool on = view_get_num(v, "for_other");
	struct node *n = flow_add(f, "for_other", NODE_CHOICE, say(p, WORD_IDENTITY_OTHER),
				  on ? say(p, WORD_IDENTITY_OTHER_HELP) : "");

	n->icon = on ? ICON_BOX_ON : ICON_BOX;
	n->state = on ? STATE_SELECTED : 0u;
	n->deed.action = ACTION_FOR_OTHER;
	n->deed.index = !on;
}

/* The picture of the chip, when the view has one that is whole. */
static struct pixels face_of(const struct view *v)
{
	size_t len = 0;
	const uint8_t *rgb = view_get_bytes(v, "face", &len);
	int64_t w = view_get_num(v, "face_width"), h = view_get_num(v, "face_height");

	if (!rgb || w <= 0 || h <= 0 || w > 4000 || h > 4000 || (size_t)(w * h * 3) != len)
		return (struct pixels){ 0 };
	return (struct pixels){ rgb, (int)w, (int)h, hash_bytes(rgb, len) };
}

static void face_node(struct page *p, struct node *n, const struct pixels *face)
{
	n->say = say(p, WORD_IDENTITY_FACE);
	n->icon = ICON_PERSON;
	n->image = *face;
}

/* In *area: the face, and beside it a sheet with the facts. */
static void face_and_facts(struct page *p, struct rect area, const struct pixels *face,
			   const struct flow *facts)
{
	if (face->rgb) {
		struct rect left = cut_left(&area, mm(p, FACE_WIDTH_MM));
		left.h = mm(p, FACE_HEIGHT_MM);
		face_node(p, page_add(p, "face", NODE_IMAGE, left), face);
		cut_left(&area, mm(p, GAP_SHEET_MM));
	}
	flow_draw(p, &area, facts);
}

/* What there is to show: how far it can be believed, why, what was read, what can be chosen. */
struct shown_parts {
	struct flow head, rest, facts, choice;
	struct pixels face;
};

/* One after the other, in parts: who it is stands in the first. */
static void in_parts(struct page *p, struct rect *body, const struct shown_parts *s)
{
	struct flow all = s->head;

	all.gap_mm = 4;
	flow_join(&all, &s->facts);
	if (s->face.rgb) {
		all.least_mm = FACE_HEIGHT_MM;
		face_node(p, flow_add(&all, "face", NODE_IMAGE, "", ""), &s->face);
	}
	flow_join(&all, &s->rest);
	flow_join(&all, &s->choice);
	flow_draw(p, body, &all);
}

/* Standing: one below the other, the choice above the ways on; lying: facts beside the rest. The
 * facts grow with the room. */
static void place_parts(struct page *p, struct rect *body, const struct shown_parts *s)
{
	bool beside = !is_portrait(p->metrics);
	struct flow told = s->head;
	int gap = mm(p, GAP_SHEET_MM), own = s->face.rgb ? mm(p, FACE_WIDTH_MM + GAP_SHEET_MM) : 0;
	struct rect left = beside ? column(*body, 2, mm(p, 8), 0) : *body;
	struct rect right = beside ? column(*body, 2, mm(p, 8), 1) : *body;
	flow_join(&told, &s->rest);
	int rest = flow_height(p, &told, right.w) + gap + flow_height(p, &s->choice, right.w);
	int room = left.h - (beside ? 0 : rest + gap);

	if (flow_height(p, &s->facts, left.w - own) > room || rest > right.h ||
	    (s->face.rgb && room < mm(p, FACE_HEIGHT_MM))) {
		in_parts(p, body, s);
		return;
	}
	struct flow large = s->facts;
	large.spread = true;
	flow_large_facts(p, &large, (struct rect){ 0, 0, left.w - own, room });
	flow_draw(p, beside ? &right : &left, &told);
	cut_top(beside ? &right : &left, gap);
	face_and_facts(p, (struct rect){ left.x, left.y, left.w, room }, &s->face, &large);
	if (!beside)
		cut_top(&left, room + gap);
	flow_draw(p, beside ? &right : &left, &s->choice);
}

static void ways_of_refused(struct page *p, struct rect *body)
{
	const struct way ways[] = { { .key = "stop",
				      .text = say(p, WORD_LEAVE),
				      .icon = ICON_LEAVE,
				      .tone = TONE_SECOND,
				      .action = ACTION_LEAVE },
				    { .key = "call",
				      .text = say(p, WORD_CALL),
				      .icon = ICON_CALL_STAFF,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_CALL } };

	frame_actions(p, body, ways, 2);
}

static void identity_ways(struct page *p, struct rect *body, bool draft)
{
	const struct way not_me = { .key = "not_me",
				    .text = say(p, WORD_IDENTITY_NO),
				    .icon = ICON_BACK,
				    .tone = TONE_SECOND,
				    .action = ACTION_NOT_ME };
	const struct way fresh = { .key = "new",
				   .text = draft ? say(p, WORD_IDENTITY_NEW) : NULL,
				   .tone = TONE_SECOND,
				   .action = ACTION_NEXT };
	const struct way go = draft ? way_next(p, say(p, WORD_IDENTITY_RESUME), ACTION_RESUME)
				    : way_next(p, say(p, WORD_IDENTITY_YES), ACTION_NEXT);

	frame_actions(p, body, (struct way[]){ not_me, fresh, go }, 3);
}

/* A card that is not what was signed: nothing on it is repeated as if it were true. */
static void refused(struct page *p, struct rect body, const struct view *v, int verdict)
{
	struct flow told = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };

	frame_title(p, &body, say(p, WORD_IDENTITY_TITLE_BAD), "");
	ways_of_refused(p, &body);
	headline(&told, p, verdict);
	answers(&told, p, v);
	flow_draw(p, &body, &told);
}

void screen_IDENTITY(struct page *p, const struct view *v)
{
	bool draft = view_get_num(v, "draft"), chip = view_get_num(v, "source") == SOURCE_CHIP;
	int verdict = chip ? verdict_shown(v) : VERDICT_UNCHECKED;
	struct rect body = frame_begin(p, v);
	struct shown_parts s = { .head = { .gap_mm = GAP_MM },
				 .rest = { .gap_mm = GAP_MM },
				 .facts = { .gap_mm = 4, .sheet = true },
				 .choice = { .gap_mm = GAP_MM } };

	if (is_refused(verdict)) {
		refused(p, body, v, verdict);
		return;
	}
	frame_title(p, &body, say(p, WORD_IDENTITY_TITLE), chip ? say(p, WORD_IDENTITY_READ) : "");
	identity_ways(p, &body, draft);
	if (chip) {
		headline(&s.head, p, verdict);
		answers(&s.rest, p, v);
		s.face = face_of(v);
	} else {
		flow_banner(&s.head, "doubt", TONE_WARN, ICON_WARNING,
			    say(p, WORD_IDENTITY_UNVERIFIED), say(p, WORD_IDENTITY_DOUBT));
		offer_chip(&s.rest, p, v);
	}
	const char *wrong = say_err(p, view_get_num(v, "err"));
	if (wrong[0])
		flow_banner(&s.rest, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	if (draft)
		flow_banner(&s.rest, "draft", TONE_INFO, ICON_INFO, say(p, WORD_IDENTITY_DRAFT),
			    "");
	read_facts(&s.facts, p, v);
	if (!view_get_text(v, "supplement")[0]) /* whose dossier it is, the province knows */
		for_other(&s.choice, p, v);
	place_parts(p, &body, &s);
}
