#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"
#include "firmware/parse/page/look.h"

#include <fcntl.h>
#include <stdio.h>

static void say(const char *name, const struct look *l)
{
	printf("%s: ", name);
	if (l->fault_count == 0)
		printf("good");
	for (size_t i = 0; i < l->fault_count; i++)
		printf("%s%s (%s)", i ? ", " : "", err_name(l->faults[i]), err_text(l->faults[i]));
	printf("; edges %.2f mm, ink %.2f %%, glare %.2f %%, paper %u of 255, turned %u, "
	       "straightened %.2f%s%s\n",
	       l->edge_mm, 100 * l->ink, 100 * l->glare, l->paper, l->turned_deg, l->tilt_deg,
	       l->code[0] ? ", code " : "", l->code);
}

static struct json_object *look_json(const char *name, const struct look *l)
{
	struct json_object *o = json_object_new_object(), *faults = json_object_new_array();
	char print[2 * PAGE_PRINT_BYTES + 1];

	for (size_t i = 0; i < l->fault_count; i++)
		json_object_array_add(faults, json_object_new_string(err_name(l->faults[i])));
	for (size_t i = 0; i < PAGE_PRINT_BYTES; i++)
		snprintf(print + 2 * i, 3, "%02x", l->print[i]);
	json_put_text(o, "file", name);
	json_object_object_add(o, "faults", faults);
	json_put_real(o, "edge_mm", l->edge_mm, "%.3f");
	json_put_real(o, "ink", l->ink, "%.5f");
	json_put_real(o, "glare", l->glare, "%.5f");
	json_put_int(o, "paper", l->paper);
	json_put_int(o, "turned_deg", l->turned_deg);
	json_put_real(o, "tilt_deg", l->tilt_deg, "%.3f");
	json_put_text(o, "code", l->code);
	json_put_text(o, "print", print);
	return o;
}

/* One page in memory at a time. */
static enum err look_at_file(struct order *o, int fd, struct look *ret)
{
	const struct look_wish wish = { .source = o->source, .turn_deg = LEAF_TURN_BY_TEXT };
	struct image image = { 0 };
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = load_fd(fd, LOAD_PICTURE_BYTES, &bytes, &len);

	if (e == ERR_OK)
		e = load_image(bytes, len, &image);
	if (e != ERR_OK)
		return e;
	if (o->dpi > 0)
		image.dpi = o->dpi;
	e = look_at_page(&image, &wish, o->room.codes, ret);
	free((void *)(uintptr_t)image.pixels);
	return e;
}

/* In the locked room. A page that cannot be read is named, and the others are looked at. */
static int look_at_files(struct order *o, const int *fds)
{
	struct json_object *all = o->json ? json_object_new_array() : NULL;
	int status = 0;

	for (int i = 0; i < o->count; i++) {
		struct look look = { 0 };

		if (fds[i] < 0) {
			status = 1;
			continue;
		}
		enum err e = look_at_file(o, fds[i], &look);
		if (e != ERR_OK)
			status = complain_read(o->names[i], e);
		else if (all)
			json_object_array_add(all, look_json(o->names[i], &look));
		else
			say(o->names[i], &look);
		look_finish(&look);
	}
	if (all)
		json_say(all);
	return status;
}

int order_quality(struct order *o)
{
	AUTO_FREE int *fds = malloc((size_t)o->count * sizeof *fds);

	if (!fds)
		return complain("start", ERR_NO_MEMORY);
	int status = 1;
	enum err e = ERR_OK;
	if (order_open(o, fds) > 0) {
		e = room_lock(NULL);
		status = e == ERR_OK ? look_at_files(o, fds) : complain("start", e);
	}
	order_close(o, fds);
	return status;
}
