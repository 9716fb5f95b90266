#include "ui/fault.h"

static const struct fault {
	enum err err;
	enum word word;
	enum picture picture;
} FAULTS[] = {
	{ ERR_BLANK_PAGE, WORD_FAULT_BLANK, PICTURE_FAULT_BLANK },
	{ ERR_BLURRED_PAGE, WORD_FAULT_BLURRED, PICTURE_FAULT_BLURRED },
	{ ERR_SOFT_PAGE, WORD_FAULT_SOFT, PICTURE_FAULT_BLURRED },
	{ ERR_DARK_PAGE, WORD_FAULT_DARK, PICTURE_FAULT_DARK },
	{ ERR_GLARE, WORD_FAULT_GLARE, PICTURE_FAULT_GLARE },
	{ ERR_CUT_PAGE, WORD_FAULT_CUT, PICTURE_FAULT_CUT },
	{ ERR_COVERED_PAGE, WORD_FAULT_COVERED, PICTURE_FAULT_COVERED },
	{ ERR_CROOKED_PAGE, WORD_FAULT_CROOKED, PICTURE_FAULT_CROOKED },
	{ ERR_WRONG_SIDE, WORD_FAULT_WRONG_SIDE, PICTURE_FAULT_WRONG_SIDE },
	{ ERR_COARSE_PAGE, WORD_FAULT_COARSE, PICTURE_FAULT_COARSE },
	{ ERR_SAME_PAGE, WORD_FAULT_SAME, PICTURE_FAULT_SAME },
	{ ERR_OTHER_PAPER, WORD_FAULT_OTHER, PICTURE_FAULT_OTHER },
	{ ERR_TWO_SHEETS, WORD_FAULT_TWO_SHEETS, PICTURE_FAULT_TWO_SHEETS },
	{ ERR_LEFT_PAPER, WORD_FAULT_LEFT, PICTURE_FAULT_LEFT },
};

static const struct fault *fault_of(int64_t e)
{
	for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++)
		if ((int64_t)FAULTS[i].err == e)
			return &FAULTS[i];
	return NULL;
}

const char *fault_word(const struct page *p, int64_t e)
{
	const struct fault *f = fault_of(e);

	return say(p, f ? f->word : WORD_FAULT_CHECK);
}

bool fault_is_hint(int64_t e)
{
	return e == ERR_SOFT_PAGE || e == ERR_SAME_PAGE || e == ERR_OTHER_PAPER;
}

int fault_picture(int64_t e)
{
	const struct fault *f = fault_of(e);

	return f ? (int)f->picture + 1 : 0;
}

void flow_fault(struct flow *f, struct page *p, const char *key, const char *lead, int64_t e)
{
	const char *sentence = say_err(p, e);
	bool led = lead && lead[0];

	if (!sentence[0])
		return;
	struct node *n = flow_add(f, key, NODE_BANNER, led ? lead : sentence, led ? sentence : "");
	n->tone = TONE_WARN;
	n->icon = ICON_WARNING;
	n->max = fault_picture(e);
}

void flow_left(struct flow *f, struct page *p)
{
	flow_fault(f, p, "left", "", ERR_LEFT_PAPER);
}
