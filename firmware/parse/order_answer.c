#include "firmware/base/auto.h"
#include "firmware/parse/answer.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <stdio.h>
#include <time.h>

static void say_moment(const char *label, int64_t s)
{
	struct tm t;
	time_t at = (time_t)s;

	if (s > 0 && gmtime_r(&at, &t))
		printf("%s %04d-%02d-%02d %02d:%02d UTC\n", label, t.tm_year + 1900, t.tm_mon + 1,
		       t.tm_mday, t.tm_hour, t.tm_min);
}

static void say_answer(const struct msg_answer_facts *a)
{
	printf("verdict   %s\nkey       %s\nmanifest  %s\n", a->accepted ? "accepted" : "refused",
	       a->key, a->manifest);
	if (a->accepted)
		printf("code      %s\n", a->code);
	else
		printf("reason    %s\n", a->reason);
	say_moment("received ", a->time_s);
	say_moment("due      ", a->due_s);
}

static void say_answer_json(const struct msg_answer_facts *a)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "accepted", json_object_new_boolean(a->accepted));
	json_put_text(o, "key", a->key);
	json_put_text(o, "manifest_sha256", a->manifest);
	json_put_text(o, "code", a->code);
	json_put_int(o, "received_at", a->time_s);
	json_put_int(o, "due_at", a->due_s);
	json_put_text(o, "reason", a->reason);
	json_say(o);
}

int order_answer(struct order *o)
{
	AUTO_FREE uint8_t *der = NULL;
	AUTO_FREE uint8_t *anchor = NULL;
	size_t der_len = 0, anchor_len = 0;
	struct msg_answer_facts facts;
	int64_t now_s = time(NULL);

	enum err e = load_file(o->names[0], ANSWER_MAX_BYTES, &der, &der_len);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	e = load_file(o->anchor, ANCHOR_MAX_BYTES, &anchor, &anchor_len);
	if (e != ERR_OK)
		return complain(o->anchor, e);
	e = room_lock(NULL);
	if (e == ERR_OK)
		e = answer_read((struct blob){ der, der_len }, (struct blob){ anchor, anchor_len },
				now_s, &facts);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	if (o->json)
		say_answer_json(&facts);
	else
		say_answer(&facts);
	return 0;
}
