#include "firmware/base/auto.h"
#include "firmware/parse/chip/import.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <stdio.h>
#include <time.h>

static void hex(const uint8_t *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void day(int64_t s, char out[16])
{
	struct tm t;
	time_t at = (time_t)s;

	if (!gmtime_r(&at, &t) || strftime(out, 16, "%Y-%m-%d", &t) == 0)
		out[0] = '\0';
}

static void say_one(const struct anchor *a)
{
	char sha256[2 * ANCHOR_SHA256 + 1], from[16], until[16];

	hex(a->sha256, ANCHOR_SHA256, sha256);
	day(a->from_s, from);
	day(a->until_s, until);
	printf("%-4s %s..%s %s %s\n", anchor_kind_name(a->kind), from, until, sha256, a->subject);
}

static void say_all(const struct import *i)
{
	struct reader r = anchors_reader(i->list.bytes, i->list.len);
	struct anchor a;

	while (anchors_next(&r, &a) == ERR_OK)
		say_one(&a);
	printf("anchors   %u\nrefused   %u\n", i->list.count, i->refused);
	if (i->signer[0])
		printf("signer    %s\nknown     %s\n", i->signer, i->known ? "yes" : "no");
}

static struct json_object *json_one(const struct anchor *a)
{
	struct json_object *o = json_object_new_object();
	char sha256[2 * ANCHOR_SHA256 + 1];

	hex(a->sha256, ANCHOR_SHA256, sha256);
	json_put_text(o, "kind", anchor_kind_name(a->kind));
	json_put_text(o, "subject", a->subject);
	json_put_text(o, "sha256", sha256);
	json_put_int(o, "from", a->from_s);
	json_put_int(o, "until", a->until_s);
	return o;
}

static void say_all_json(const struct import *i)
{
	struct reader r = anchors_reader(i->list.bytes, i->list.len);
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	struct anchor a;

	while (anchors_next(&r, &a) == ERR_OK)
		json_object_array_add(list, json_one(&a));
	json_put_int(o, "refused", i->refused);
	json_put_text(o, "signer", i->signer);
	json_object_object_add(o, "known", json_object_new_boolean(i->known));
	json_object_object_add(o, "anchors", list);
	json_say(o);
}

int order_anchors(struct order *o)
{
	AUTO_FREE uint8_t *bytes = NULL;
	struct span file = { 0 }, none = { 0 };
	struct import i = { 0 };
	int64_t now_s = time(NULL);
	enum err e = load_file(o->names[0], IMPORT_MAX_BYTES, &bytes, &file.len);

	file.at = bytes;
	if (e == ERR_OK)
		e = room_lock(NULL);
	if (e == ERR_OK)
		e = import_read(file, none, now_s, &i);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	if (o->json)
		say_all_json(&i);
	else
		say_all(&i);
	import_finish(&i);
	return 0;
}
