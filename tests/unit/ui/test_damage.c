/* Redrawing only what changed gives the same bytes as redrawing everything. */
#include "tests/unit/ui/stage.h"

static const struct {
	enum screen screen;
	const char *view;
} VIEWS[] = {
	{ SCREEN_ATTRACT, "office = Trung tâm\nprint = @PAPER_OUT\n" },
	{ SCREEN_HOME, "office = Trung tâm\nplace = Xã Tân Thành\n" },
	{ SCREEN_LANGUAGE, "" },
	{ SCREEN_PICK,
	  "query = khai\ntotal = 2\n[hits]\ncode = 1.001193\nname = Thủ tục đăng ký khai "
	  "sinh\n[hits]\ncode = 2.000635\nname = Cấp bản sao trích lục\n" },
	{ SCREEN_CHECKLIST,
	  "[papers]\nname = Giấy chứng sinh\nmust = 1\n[papers]\nname = Tờ khai\n" },
	{ SCREEN_FORM, "group = 0\ngroups = 1\n[fields]\nkey = ten\nlabel = Họ tên\ntype = "
		       "text\nvalue = Nguyễn Văn An\n[fields]\nkey = so\nlabel = Số điện "
		       "thoại\ntype = phone\nerr = @FIELD_PHONE\n" },
	{ SCREEN_SENDING, "state = 1\n" },
	{ SCREEN_SENDING, "state = 2\n" },
	{ SCREEN_TIMEOUT, "left_s = 42\nunder = #FORM\n" },
	{ SCREEN_PAGE, "paper = Giấy chứng sinh\npage = 1\nimage = page:300x424\n" },
	{ SCREEN_PAGE, "paper = Giấy chứng sinh\nleft = 1\nundo = 1\n"
		       "[pages]\npage = 1\nerr = @CROOKED_PAGE\nimage = page:300x424\n"
		       "[pages]\npage = 2\nerr = @CUT_PAGE\nimage = page:300x424\n" },
	{ SCREEN_PAGE, "page = 1\nimage = page:30x42\n[pages]\npage = 1\nerr = @CROOKED_PAGE\n" },
};

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

static size_t pixel_bytes(struct stage *s)
{
	cairo_surface_t *p = s->display->ops->surface(s->display);

	return (size_t)cairo_image_surface_get_stride(p) *
	       (size_t)cairo_image_surface_get_height(p);
}

static uint8_t *pixels(struct stage *s)
{
	cairo_surface_t *p = s->display->ops->surface(s->display);

	cairo_surface_flush(p);
	return cairo_image_surface_get_data(p);
}

static void step(struct stage *s, unsigned *seed)
{
	struct display_event e = { .kind = EVENT_DOWN };
	unsigned what = next(seed) % 10;

	if (what == 0) {
		size_t i = next(seed) % (sizeof VIEWS / sizeof VIEWS[0]);
		struct shown shown = { 1, VIEWS[i].screen, next(seed) % 4 == 0, s->app.look };
		if (next(seed) % 4 == 0)
			shown.look = next(seed) & LOOK_ALL & ~(unsigned)LOOK_SPEECH;
		stage_show(s, shown, VIEWS[i].view);
		return;
	}
	if (what == 1) {
		e = (struct display_event){ .kind = EVENT_KEY,
					    .key = (enum display_key)(1 + next(seed) % 9) };
		app_event(&s->app, &e, 0);
		return;
	}
	const struct node *n = &s->app.now->nodes[next(seed) % s->app.now->count];
	e.x = n->rect.x + n->rect.w / 2;
	e.y = n->rect.y + n->rect.h / 2;
	s->app.touch = (struct touch){ .changed_ms = -1000, .last_ms = -1000 };
	app_event(&s->app, &e, 0);
	if (what < 5)
		app_paint(&s->app);
	e.kind = EVENT_UP;
	if (what != 2)
		app_event(&s->app, &e, 1000);
}

/* Number of steps after which the pictures differ. */
static int differing(struct stage *s, unsigned seed, int steps)
{
	size_t len = pixel_bytes(s);
	uint8_t *part = malloc(len);
	int bad = 0;

	for (int i = 0; i < steps; i++) {
		step(s, &seed);
		app_paint(&s->app);
		memcpy(part, pixels(s), len);
		app_paint_all(&s->app);
		if (memcmp(part, pixels(s), len) != 0) {
			bad++;
			printf("# step %d on %s\n", i, screen_name(s->app.base.screen));
		}
	}
	free(part);
	return bad;
}

int main(void)
{
	static struct stage s;

	stage_open(&s, 1080, 1920);
	stage_show(&s, (struct shown){ .screen = SCREEN_HOME }, "");
	eq_int(differing(&s, 1, 250), 0);
	stage_close(&s);
	stage_open(&s, 1280, 800);
	stage_show(&s, (struct shown){ .screen = SCREEN_HOME }, "");
	eq_int(differing(&s, 2, 150), 0);
	stage_close(&s);
	return tap_done();
}
