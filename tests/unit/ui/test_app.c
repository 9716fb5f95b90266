#include "tests/unit/ui/stage.h"
#include "ui/sound.h"

static int heard, times; /* of the sounds */

static const struct shown FORM = { .turn = 7, .screen = SCREEN_FORM };

static const char FORM_VIEW[] = "title = Người yêu cầu\n"
				"group = 0\n"
				"groups = 2\n"
				"[fields]\n"
				"key = ten\n"
				"label = Họ tên\n"
				"type = text\n"
				"value = An\n"
				"[fields]\n"
				"key = noi\n"
				"label = Nơi sinh\n"
				"type = text\n"
				"value =\n";

/* The key of the n-th field node on the page. */
static const char *field_key(struct stage *s, int n)
{
	for (size_t i = 0; i < s->app.now->count; i++)
		if (s->app.now->nodes[i].kind == NODE_FIELD && n-- == 0)
			return s->app.now->nodes[i].key;
	return "no such field";
}

static const struct node *field(struct stage *s, int n)
{
	return stage_find(s, field_key(s, n));
}

static void test_typing(struct stage *s)
{
	stage_show(s, FORM, FORM_VIEW);
	stage_tap(s, field_key(s, 0));
	ok(field(s, 0)->state & STATE_EDITING);
	stage_type(s, "a");
	eq_int(s->act_count, 1);
	eq_int(s->acts[0].turn, 7);
	eq_int(s->acts[0].action, ACTION_FIELD);
	eq_int(s->acts[0].index, 0);
	eq_str(s->acts[0].text, "Ana");
	eq_str(field(s, 0)->more, "Ana");
}

/* A view that kiosk-core made before it knew the last letter does not take it back. */
static void test_late_view(struct stage *s)
{
	struct shown again = FORM;

	again.turn = 8;
	s->act_count = 0;
	stage_show(s, again, FORM_VIEW);
	eq_str(field(s, 0)->more, "Ana");
	ok(field(s, 0)->state & STATE_EDITING);
	eq_int(s->act_count, 1);
	eq_int(s->acts[0].turn, 8);
	eq_str(s->acts[0].text, "Ana");
}

static void show_hits(struct stage *s, uint32_t turn, const char *query)
{
	struct shown pick = { .turn = turn, .screen = SCREEN_PICK };
	char view[200];

	snprintf(view, sizeof view,
		 "query = %s\ntotal = 20\npage = 0\npages = 3\n[hits]\nname = A\ncode = \"1.1\"\n",
		 query);
	stage_show(s, pick, view);
}

static bool takes_taps(struct stage *s, const char *key)
{
	const struct node *n = stage_find(s, key);

	return n && node_is_control(n);
}

/* Rows of an earlier search would be taken for those of the one that was typed since. */
static void test_late_hits(struct stage *s)
{
	struct display_event away = { .kind = EVENT_KEY, .key = KEY_ESCAPE };

	show_hits(s, 3, "");
	ok(takes_taps(s, "hits.0") && takes_taps(s, "hits.after"));
	stage_tap(s, "query");
	stage_type(s, "an");
	app_event(&s->app, &away, 0);
	s->act_count = 0;
	ok(!takes_taps(s, "hits.0") && !takes_taps(s, "hits.after"));
	show_hits(s, 3, "");
	show_hits(s, 3, "a");
	ok(!takes_taps(s, "hits.0") && !takes_taps(s, "hits.after"));
	eq_str(stage_find(s, "query")->more, "an");
	eq_int(s->act_count, 0); /* its answer comes */
	show_hits(s, 3, "an");
	ok(takes_taps(s, "hits.0") && takes_taps(s, "hits.after"));
}

/* It went to a screen that was there no more: it is sent to the one that came. */
static void test_lost_search(struct stage *s)
{
	stage_tap(s, "query");
	stage_type(s, "h");
	s->act_count = 0;
	show_hits(s, 4, "an");
	eq_int(s->act_count, 1);
	eq_int(s->acts[0].turn, 4);
	eq_str(s->acts[0].text, "anh");
	show_hits(s, 4, "an");
	eq_int(s->act_count, 1);
	show_hits(s, 4, "anh");
	ok(takes_taps(s, "hits.0"));
}

static void test_language(struct stage *s)
{
	struct shown english = FORM;

	s->act_count = 0;
	stage_tap(s, "head.language");
	eq_int(s->acts[0].action, ACTION_LANGUAGE);
	eq_int(s->acts[0].index, LANGUAGE_EN);
	english.language = LANGUAGE_EN;
	stage_show(s, english, FORM_VIEW);
	eq_str(field(s, 0)->more, "Ana");
	ok(field(s, 0)->state & STATE_EDITING);
}

static void test_dialog_and_back(struct stage *s)
{
	struct shown timeout = { .turn = 9, .screen = SCREEN_TIMEOUT };
	const struct node *n;

	stage_show(s, timeout, "left_s = 42\nunder = #FORM\n");
	n = field(s, 0);
	ok(n && n->state & STATE_UNDER && !node_is_control(n));
	eq_str(n->more, "Ana");
	stage_show(s, FORM, FORM_VIEW);
	eq_str(field(s, 0)->more, "Ana");
	ok(!(field(s, 0)->state & STATE_UNDER));
}

static void test_other_group(struct stage *s)
{
	stage_show(s, FORM,
		   "group = 1\n[fields]\nkey = ten\nlabel = Họ tên\ntype = text\nvalue = Bình\n");
	eq_str(field(s, 0)->more, "Bình");
	ok(!(field(s, 0)->state & STATE_EDITING));
}

static void test_keys(struct stage *s)
{
	struct display_event down = { .kind = EVENT_KEY, .key = KEY_DOWN };
	struct display_event enter = { .kind = EVENT_KEY, .key = KEY_ENTER };
	struct shown home = { .turn = 3, .screen = SCREEN_HOME };
	size_t controls = 0, walked = 0;
	uint32_t first;

	stage_show(s, home, "code = 0\n");
	for (size_t i = 0; i < s->app.now->count; i++)
		controls += node_is_control(&s->app.now->nodes[i]);
	app_event(&s->app, &down, 0);
	first = s->app.base.local.focus;
	ok(page_find(s->app.now, first)->state & STATE_FOCUSED);
	do {
		app_event(&s->app, &down, 0);
		walked++;
	} while (s->app.base.local.focus != first && walked < 100);
	eq_int(walked, controls);
	s->act_count = 0;
	app_event(&s->app, &enter, 0);
	eq_int(s->act_count, 1);
}

/* Until kiosk-core answers, the tapped control shows that the tap counts. */
static void test_waiting(struct stage *s)
{
	struct shown attract = { .turn = 1, .screen = SCREEN_ATTRACT };
	struct display_event elsewhere = { .kind = EVENT_DOWN, .x = 2, .y = 900 };

	stage_show(s, attract, "");
	s->act_count = 0;
	stage_tap(s, "bar.call");
	eq_int(s->act_count, 1);
	ok(stage_find(s, "bar.call")->state & STATE_PRESSED);
	stage_show(s, attract, "");
	ok(!(stage_find(s, "bar.call")->state & STATE_PRESSED));
	stage_tap(s, "bar.call");
	app_event(&s->app, &elsewhere, 100000);
	ok(!(stage_find(s, "bar.call")->state & STATE_PRESSED));
}

static void hear(void *data, int what)
{
	(void)data;
	heard = what;
	times++;
}

/* What one hears when this follows what was shown before; -1: nothing. */
static int heard_at(struct stage *s, enum screen screen, const char *view)
{
	struct shown shown = { .turn = 1, .screen = screen };

	heard = -1;
	times = 0;
	s->app.beep = hear;
	stage_show(s, shown, view);
	ok(times <= 1);
	s->app.beep = NULL;
	return heard;
}

/* Each turn of a reading is heard once, and the news that follow it are not. */
static void test_sounds_of_the_chip(struct stage *s)
{
	eq_int(heard_at(s, SCREEN_CHIP, "state = 0\nstep = 0\n"), SOUND_TICK);
	eq_int(heard_at(s, SCREEN_CHIP, "state = 0\nstep = 1\n"), -1);
	eq_int(heard_at(s, SCREEN_CHIP, "state = 1\nstep = 1\n"), SOUND_WARN);
	eq_int(heard_at(s, SCREEN_CHIP, "state = 0\nstep = 1\n"), SOUND_TICK);
	eq_int(heard_at(s, SCREEN_CHIP, "state = 2\nerr = @BAD_CARD\n"), SOUND_ERROR);
	eq_int(heard_at(s, SCREEN_CARD_KEY, "kind = 1\n"), -1);
	eq_int(heard_at(s, SCREEN_CARD_KEY, "kind = 1\nerr = @FIELD_EMPTY\n"), SOUND_ERROR);
	eq_int(heard_at(s, SCREEN_IDENTITY, "source = 1\nverdict = 1\n"), SOUND_OK);
	eq_int(heard_at(s, SCREEN_IDENTITY, "source = 1\nverdict = 1\nfor_other = 1\n"), -1);
	eq_int(heard_at(s, SCREEN_CHIP, "state = 0\n"), SOUND_TICK);
	eq_int(heard_at(s, SCREEN_IDENTITY, "source = 1\nverdict = 4\n"), SOUND_ERROR);
}

static const unsigned char *pixels(const struct stage *s, size_t *len)
{
	cairo_surface_t *p = s->display->ops->surface(s->display);

	*len = (size_t)cairo_image_surface_get_stride(p) *
	       (size_t)cairo_image_surface_get_height(p);
	return cairo_image_surface_get_data(p);
}

/* What was drawn before there was anything to show is seen in nothing that is shown. */
static void test_warm(struct shown first, const char *view)
{
	static struct stage cold, warm;
	size_t a, b;

	stage_open(&cold, 1080, 1920);
	stage_open(&warm, 1080, 1920);
	app_warm(&warm.app);
	eq_int(warm.app.damage.count, 0);
	eq_int(warm.app.now->count, 0);
	ok(!warm.app.base.present && !warm.app.over.present);
	stage_show(&cold, first, view);
	stage_show(&warm, first, view);
	const unsigned char *of_cold = pixels(&cold, &a), *of_warm = pixels(&warm, &b);
	ok(a == b && memcmp(of_cold, of_warm, a) == 0);
	stage_close(&cold);
	stage_close(&warm);
}

int main(void)
{
	static struct stage s;

	stage_open(&s, 1080, 1920);
	test_typing(&s);
	test_late_view(&s);
	test_language(&s);
	test_dialog_and_back(&s);
	test_other_group(&s);
	test_keys(&s);
	test_waiting(&s);
	test_sounds_of_the_chip(&s);
	test_late_hits(&s);
	test_lost_search(&s);
	stage_close(&s);
	test_warm((struct shown){ .turn = 1, .screen = SCREEN_ATTRACT }, "");
	test_warm(FORM, FORM_VIEW);
	return tap_done();
}
