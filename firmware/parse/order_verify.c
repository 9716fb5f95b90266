#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"
#include "firmware/parse/verify_words.h"

#include <stdio.h>
#include <time.h>

enum { ANCHORS_BYTES = 1 << 20 };

static struct json_object *signature_json(const struct foreign_signature *s,
					  const struct verified *v)
{
	struct json_object *o = json_object_new_object();

	json_put_text(o, "holder", v->holder);
	json_put_text(o, "issuer", v->issuer);
	json_put_text(o, "bytes", verify_bytes_name(v->bytes));
	json_put_text(o, "signer", verify_signer_name(v->signer));
	json_put_text(o, "after", foreign_after_name(s->after));
	json_put_text(o, "kind", s->kind);
	json_put_text(o, "name", s->name);
	json_put_text(o, "reason", s->reason);
	json_put_text(o, "place", s->place);
	json_put_int(o, "claimed_time", s->time_s);
	return o;
}

static enum err say_json(const uint8_t *pdf, size_t len, const struct verify_anchors *a)
{
	struct json_object *all = json_object_new_array();
	struct foreign f = { 0 };
	enum err e = foreign_read(pdf, len, &f);

	for (size_t i = 0; e == ERR_OK && i < f.count; i++) {
		struct verified v;

		e = verify_signature(pdf, &f.signatures[i], a, time(NULL), &v);
		if (e == ERR_OK)
			json_object_array_add(all, signature_json(&f.signatures[i], &v));
	}
	foreign_finish(&f);
	if (e == ERR_OK)
		json_say(all);
	else
		json_object_put(all);
	return e;
}

/* 0 only when nothing speaks against the file. */
static int verify_file(const struct order *o, const uint8_t *pdf, size_t len,
		       const struct verify_anchors *a)
{
	char words[VERIFY_WORDS_CAP];
	struct verify_told t = { 0 };
	enum err e = verify_words(pdf, len, a, time(NULL), words, &t);

	if (e == ERR_OK && o->json)
		e = say_json(pdf, len, a);
	else if (e == ERR_OK)
		fputs(words, stdout);
	return e == ERR_OK ? !t.good : complain(o->names[0], e);
}

int order_verify(struct order *o)
{
	AUTO_FREE uint8_t *pdf = NULL;
	AUTO_FREE uint8_t *pem = NULL;
	size_t len = 0, pem_len = 0;
	struct verify_anchors *a = NULL;

	enum err e = load_file(o->names[0], FOREIGN_MAX_BYTES, &pdf, &len);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	e = load_file(o->anchor, ANCHORS_BYTES, &pem, &pem_len);
	if (e != ERR_OK)
		return complain(o->anchor, e);
	e = room_lock(NULL);
	if (e == ERR_OK)
		e = verify_anchors_of(pem, pem_len, &a);
	if (e != ERR_OK)
		return complain(o->anchor, e);
	int status = verify_file(o, pdf, len, a);
	verify_anchors_free(a);
	return status;
}
