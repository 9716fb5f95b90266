#include "tests/panel/board.h"
#include "tests/panel/fact.h"
#include "tests/panel/model.h"
#include "tests/tap.h"

static bool overlap(struct rect a, struct rect b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
	       b.y < a.y + a.height;
}

static void everything_has_its_place(void)
{
	struct rect receipt = board_receipt();
	int bad = 0;

	for (size_t i = 0; board_item(i); i++) {
		struct rect r = board_place(i);

		bad += r.x < 0 || r.x + r.width > BOARD_WIDTH || r.y < 0 || overlap(r, receipt);
		for (size_t k = 0; k < i; k++)
			bad += overlap(r, board_place(k));
		int hit = board_hit(r.x + r.width / 2, r.y + r.height / 2);
		bad += hit != (board_item(i)->columns ? -1 : (int)i);
	}
	eq_int(bad, 0);
	ok(receipt.height > 200 && receipt.y + receipt.height < BOARD_HEIGHT);
}

static void every_button_does_something(void)
{
	int bad = 0, buttons = 0;

	for (size_t i = 0; board_item(i); i++) {
		const struct item *b = board_item(i);

		if (b->columns || b->height)
			continue;
		buttons++;
		bad += !b->line || !b->name[0] || !b->english[0] || !b->undo != !b->state;
	}
	eq_int(bad, 0);
	ok(buttons > 15);
}

static void the_card_has_its_parts(void)
{
	struct rect card = board_card(BOARD_TURN), before = board_card(BOARD_BEFORE);
	struct rect next = board_card(BOARD_NEXT), receipt = board_receipt();

	ok(!overlap(card, before) && !overlap(card, next) && !overlap(before, next));
	ok(next.x + next.width < BOARD_WIDTH && next.y + next.height < receipt.y);
	eq_int(board_card_hit(card.x + 5, card.y + 5), BOARD_TURN);
	eq_int(board_card_hit(before.x + 5, before.y + 5), BOARD_BEFORE);
	eq_int(board_card_hit(next.x + 5, next.y + 5), BOARD_NEXT);
	eq_int(board_card_hit(next.x + 5, card.y + 5), BOARD_NOTHING);
}

static void cards_are_chosen_in_a_ring(void)
{
	struct model m = { .usim.fd = -1, .names = "a-1 b-2 c-3" };
	char name[16];

	eq_int(model_card_count(&m), 3);
	model_choose(&m, 1);
	model_card_name(&m, name, sizeof name);
	eq_str(name, "b-2");
	model_choose(&m, -1);
	model_choose(&m, -1);
	model_card_name(&m, name, sizeof name);
	eq_str(name, "c-3");
	m.names[0] = '\0';
	eq_int(model_card_count(&m), 0);
	model_choose(&m, 1);
	model_card_name(&m, name, sizeof name);
	eq_str(name, "");
}

static void facts(void)
{
	static const char status[] = "ok {\"a\":{\"plugged\":true,\"n\":12},"
				     "\"b\":{\"plugged\":false,\"last\":\"/x/y \\\"z\\\".png\"}}";
	char text[32];

	ok(fact_flag(status, "a.plugged"));
	ok(!fact_flag(status, "b.plugged"));
	ok(!fact_flag(status, "a.last")); /* of another section */
	ok(!fact_flag("", "a.plugged"));
	eq_int(fact_number(status, "a.n"), 12);
	eq_int(fact_number(status, "b.n"), 0);
	fact_text(status, "b.last", text, sizeof text);
	eq_str(text, "/x/y \"z\".png");
	fact_text(status, "b.last", text, 4);
	eq_str(text, "/x/");
	fact_text(status, "nothing", text, sizeof text);
	eq_str(text, "");
}

int main(void)
{
	everything_has_its_place();
	every_button_does_something();
	the_card_has_its_parts();
	cards_are_chosen_in_a_ring();
	facts();
	return tap_done();
}
