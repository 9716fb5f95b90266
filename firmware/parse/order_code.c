#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <stdio.h>
#include <stdlib.h>

/* Exactly the bytes, which need not be text. */
static void say_code(const struct code *c)
{
	printf("%s ", code_kind_name(c->kind));
	fwrite(c->bytes, 1, c->len, stdout);
	putchar('\n');
}

static struct json_object *code_json(const struct code *c)
{
	struct json_object *o = json_object_new_object();
	char hex[2 * CODE_MAX_BYTES + 1];

	for (size_t i = 0; i < c->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", c->bytes[i]);
	json_put_text(o, "kind", code_kind_name(c->kind));
	if (utf8_ok((const char *)c->bytes, c->len))
		json_object_object_add(o, "text", json_text((const char *)c->bytes, c->len));
	json_put_text(o, "hex", hex);
	json_put_int(o, "x", c->x);
	json_put_int(o, "y", c->y);
	return o;
}

static void say_codes(const struct codes *list, bool json)
{
	struct json_object *all = json ? json_object_new_array() : NULL;

	for (size_t i = 0; i < list->count; i++)
		if (json)
			json_object_array_add(all, code_json(&list->at[i]));
		else
			say_code(&list->at[i]);
	if (json)
		json_say(all);
}

static enum err find_in_file(struct room *room, const uint8_t *bytes, size_t len, struct codes *ret)
{
	struct image image = { 0 };
	struct gray gray = { 0 };
	enum err e = load_image(bytes, len, &image);

	if (e == ERR_OK)
		e = gray_of(&image, 1, &gray);
	if (e == ERR_OK)
		e = code_find(room->codes, &gray, true, ret);
	gray_finish(&gray);
	free((void *)(uintptr_t)image.pixels);
	return e;
}

int order_qr(struct order *o)
{
	AUTO_FREE uint8_t *bytes = NULL;
	AUTO_FREE struct codes *found = malloc(sizeof *found);
	size_t len;
	enum err e =
		found ? load_file(o->names[0], LOAD_PICTURE_BYTES, &bytes, &len) : ERR_NO_MEMORY;

	if (e == ERR_OK)
		e = room_lock(NULL);
	if (e == ERR_OK)
		e = find_in_file(&o->room, bytes, len, found);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	say_codes(found, o->json);
	return 0;
}
