/* Control lines of the camera stand. */
#include "tests/usim/lines.h"

#include <string.h>

static enum err set(struct camera *c, const char *args)
{
	bool on = args[0] == '+';

	if (strncmp(args, "shows ", 6) == 0)
		return camera_shows(c, args + 6);
	if (strcmp(args, "shows") == 0)
		return camera_shows(c, "");
	if (strncmp(args, "send ", 5) == 0)
		return camera_spoil(c, args + 5);
	if (strcmp(args, "send") == 0)
		return camera_spoil(c, "");
	if (strchr("+-", args[0]) && strcmp(args + 1, "dark") == 0)
		return camera_set_dark(c, on);
	if (!strchr("+-", args[0]) || strcmp(args + 1, "mute") != 0)
		return ERR_CANCELLED;
	c->mute = on;
	return ERR_OK;
}

void camera_line(struct world *w, const char *args, struct answer *ret)
{
	world_lock(w);
	enum err e = *args ? set(&w->camera, args) : ERR_CANCELLED;
	world_unlock(w);
	if (e == ERR_CANCELLED)
		answer_error(ret,
			     "camera shows [FILE] | +dark | -dark | +mute | -mute | send [FILE]");
	else if (e != ERR_OK)
		answer_error(ret, "%s: %s", args, err_text(e));
	world_changed(w);
}
