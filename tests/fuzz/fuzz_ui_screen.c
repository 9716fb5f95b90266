/* zone: ui */
/* Any view on any screen: the first byte says which, the second how it looks, the third how
 * large the panel is; the rest is the view as text (ui/sample.h). Then a tap on every control. */
#include "ui/app.h"
#include "ui/lint.h"
#include "ui/sample.h"

#include <stdlib.h>

static void tap_all(struct app *a)
{
	for (size_t i = 0; i < a->now->count && i < 64; i++)
		if (node_is_control(&a->now->nodes[i]))
			app_activate(a, &a->now->nodes[i]);
}

/* Made once a panel: finding the fonts takes longer than all the rest. */
static struct app *app_for(unsigned panel)
{
	static const struct metrics PANELS[] = { { 1080, 1920, 248, 800 },
						 { 1920, 1080, 248, 800 },
						 { 480, 480, 300, 1000 } };
	static struct app apps[3];
	const struct metrics *m = &PANELS[panel % 3];
	struct app *a = &apps[panel % 3];
	struct display *d;

	if (!a->display && (display_memory(m->width_px, m->height_px, &d) != ERR_OK ||
			    app_init(a, d, m) != ERR_OK))
		abort();
	return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct shown attract = { .screen = SCREEN_ATTRACT };
	struct view v = { 0 }, nothing = { 0 };
	unsigned line;

	if (len < 3 || sample_parse((const char *)bytes + 3, len - 3, &v, &line) != ERR_OK)
		return 0;
	struct app *a = app_for(bytes[2]);
	struct shown s = { 1, (enum screen)(bytes[0] % SCREEN_COUNT),
			   (enum language)(bytes[1] >> 7), bytes[1] & LOOK_ALL };
	app_show(a, &attract, &nothing, 0);
	app_show(a, &s, &v, 0);
	lint_page(a->now, NULL, NULL);
	tap_all(a);
	app_paint_all(a);
	return 0;
}
