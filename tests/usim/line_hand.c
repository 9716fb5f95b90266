/* Control lines of the touch screen, and of what a stranger plugs in. */
#include "tests/usim/lines.h"

#include <stdio.h>
#include <string.h>

static bool lift(const char *args, unsigned *ret_n)
{
	char up[3], end;

	return sscanf(args, "%1u %2s%c", ret_n, up, &end) == 2 && strcmp(up, "up") == 0;
}

static bool put(const char *args, unsigned *ret_n, double *ret_x, double *ret_y)
{
	char end;

	return sscanf(args, "%1u %lf %lf%c", ret_n, ret_x, ret_y, &end) == 3 && *ret_x >= 0 &&
	       *ret_x <= 1 && *ret_y >= 0 && *ret_y <= 1;
}

void finger_line(struct world *w, const char *args, struct answer *ret)
{
	double x = 0, y = 0;
	unsigned n = FINGERS_MAX;
	bool up = lift(args, &n), down = !up && put(args, &n, &x, &y);

	if ((!up && !down) || n >= FINGERS_MAX)
		return answer_error(ret, "finger N X Y | N up; N below %d, X and Y 0 to 1",
				    FINGERS_MAX);
	if (!w->fingers.usb.attached)
		return answer_error(ret, "the touch screen is unplugged");
	world_lock(w);
	if (up)
		fingers_lift(&w->fingers, n);
	else
		fingers_put(&w->fingers, n, x, y);
	world_unlock(w);
}

static void come_as(struct world *w, enum stranger_as as, struct answer *ret)
{
	world_unplug(w, &w->stranger.usb);
	world_lock(w);
	stranger_be(&w->stranger, as);
	world_unlock(w);
	enum err e = world_plug(w, &w->stranger.usb);
	if (e != ERR_OK)
		answer_error(ret, "%s", err_text(e));
}

void stranger_line(struct world *w, const char *args, struct answer *ret)
{
	static const char *const AS[] = { "stick", "keyboard", "both" };

	for (unsigned i = 0; i < sizeof AS / sizeof *AS; i++)
		if (strcmp(args, AS[i]) == 0)
			return come_as(w, (enum stranger_as)i, ret);
	if (strcmp(args, "gone") == 0)
		return world_unplug(w, &w->stranger.usb);
	if (strncmp(args, "type ", 5) != 0)
		return answer_error(ret, "stranger stick | keyboard | both | gone | type TEXT");
	world_lock(w);
	stranger_type(&w->stranger, args + 5);
	world_unlock(w);
}
