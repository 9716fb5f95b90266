/* What a board says of itself: every trouble in both languages, and a file that anybody may have
 * written. */
#include "firmware/base/board.h"
#include "firmware/base/setup.h"
#include "tests/tap.h"

#include <string.h>

/* Words of the longest sentence. */
static int longest_sentence(const char *text)
{
	int longest = 0, n = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		longest = ++n > longest ? n : longest;
		if (len > 0 && strchr(".!?;:", text[len - 1]))
			n = 0;
		text += len;
		text += strspn(text, " ");
	}
	return longest;
}

static void every_trouble_is_told(void)
{
	int bad = 0;

	for (enum trouble t = 0; t < TROUBLE_COUNT; t++) {
		const struct trouble_row *r = trouble_row(t);

		eq_int(trouble_by_word(r->word), t);
		for (enum trouble o = t + 1; o < TROUBLE_COUNT; o++)
			bad += strcmp(r->code, trouble_row(o)->code) == 0;
		for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
			bool ok = r->what[l][0] && r->next[l][0] &&
				  longest_sentence(r->what[l]) <= 15 &&
				  longest_sentence(r->next[l]) <= 18;
			if (!ok)
				printf("# %s\n", r->word);
			bad += !ok;
		}
	}
	eq_int(bad, 0);
	eq_int(trouble_by_word("NOTHING"), TROUBLE_COUNT);
}

static size_t parse(const char *text, struct trouble_told *ret)
{
	return troubles_parse(text, strlen(text), ret);
}

static void lines_are_read(void)
{
	struct trouble_told t[TROUBLES_MAX];

	eq_int(parse("", t), 0);
	eq_int(parse("SEALED\n", t), 1);
	eq_int(t[0].trouble, TROUBLE_SEALED);
	eq_str(t[0].why, "");
	eq_int(parse("CLOCK it is 1970\nNO_TPM no /dev/tpmrm0", t), 2);
	eq_int(t[0].trouble, TROUBLE_CLOCK);
	eq_str(t[0].why, "it is 1970");
	eq_str(t[1].why, "no /dev/tpmrm0");
	eq_int(parse("CLOCK a\nCLOCK b\n", t), 1);
	eq_str(t[0].why, "a");
	eq_int(parse("clock a\n\n WHAT ever\nCLOCKS\n", t), 0);
	eq_int(parse("CLOCK \x1b[31m\xff red\n", t), 1);
	eq_str(t[0].why, "[31m red");
	eq_int(troubles_parse("CLOCK\0x\nSEALED y\n", 18, t), 1);
}

static void every_sentence_of_setup_is_there(void)
{
	int bad = 0;

	for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
		for (enum setup_step s = 0; s < SETUP_STEPS; s++)
			bad += !step_row(s)->title[l][0] || !step_row(s)->more[l][0];
		for (enum ask a = 0; a < ASK_COUNT; a++)
			bad += !ask_row(a)->label[l][0] || ask_row(a)->max < 1;
		for (enum fault f = FAULT_NONE + 1; f < FAULT_COUNT; f++)
			bad += longest_sentence(fault_row(f)->words[l]) > 15;
		for (enum note n = 0; n < NOTE_COUNT; n++)
			bad += longest_sentence(note_row(n)->words[l]) > 18;
		for (enum ready r = 0; r < READY_COUNT; r++)
			bad += !ready_row(r)->words[l][0] || !ready_row(r)->todo[l][0];
	}
	eq_int(bad, 0);
	eq_int(step_by_id("PIN"), SETUP_PIN);
	eq_int(ask_by_id("agency_code"), ASK_agency_code);
	eq_int(ask_by_id("nothing"), ASK_COUNT);
	eq_int(fault_by_id("URL"), FAULT_URL);
	eq_str(fault_row(FAULT_NONE)->words[0], "");
	eq_str(choice_row(ASK_network, 1)->value, "fixed");
	ok(!choice_row(ASK_network, 3) && !choice_row(ASK_gateway, 0));
}

int main(void)
{
	every_trouble_is_told();
	lines_are_read();
	every_sentence_of_setup_is_there();
	return tap_done();
}
