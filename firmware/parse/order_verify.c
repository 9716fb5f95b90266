#include "firmware/base/auto.h"
#include "firmware/parse/brought.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void say_code_json(const struct brought *b)
{
	const struct copy_said *c = &b->code;
	struct json_object *o = json_object_new_object();
	char digest[2 * COPY_DIGEST + 1];

	for (int i = 0; i < COPY_DIGEST; i++)
		snprintf(digest + 2 * i, 3, "%02x", c->digest[i]);
	json_put_text(o, "bytes", verify_bytes_name(c->bytes));
	json_put_text(o, "signer", verify_signer_name(c->signer));
	json_put_text(o, "number", c->number);
	json_put_text(o, "title", c->title);
	json_put_int(o, "time", c->time_s);
	json_put_int(o, "pages", c->pages);
	json_put_text(o, "digest", digest);
	json_put_text(o, "certificate", c->hint);
	json_say(o);
}

/* 0 only when nothing speaks against it. */
static int verify_bytes(struct order *o, const uint8_t *bytes, size_t len,
			const struct verify_anchors *a)
{
	AUTO_FREE struct brought *b = malloc(sizeof *b);

	if (!b)
		return complain("start", ERR_NO_MEMORY);
	enum err e = brought_judge(&o->room, bytes, len, a, time(NULL), b);
	if (e == ERR_OK && (b->kind == COPY_KIND_OTHER || (o->qr && b->kind == COPY_KIND_PDF)))
		e = ERR_NO_CODE;
	if (e == ERR_OK && o->json && b->kind == COPY_KIND_PDF)
		e = say_json(bytes, len, a);
	else if (e == ERR_OK && o->json)
		say_code_json(b);
	else if (e == ERR_OK)
		fputs(b->words, stdout);
	return e == ERR_OK ? !b->good : complain(o->names[0], e);
}

/* A code's text may stand on the command line itself. */
static enum err load_brought(const struct order *o, uint8_t **ret_bytes, size_t *ret_len)
{
	const char *name = o->names[0];

	if (!o->qr || strncmp(name, COPY_MARK, sizeof COPY_MARK - 1) != 0)
		return load_file(name, FOREIGN_MAX_BYTES, ret_bytes, ret_len);
	char *text = strdup(name);
	if (!text)
		return ERR_NO_MEMORY;
	*ret_bytes = (uint8_t *)text;
	*ret_len = strlen(text);
	return ERR_OK;
}

int order_verify(struct order *o)
{
	AUTO_FREE uint8_t *bytes = NULL;
	AUTO_FREE uint8_t *pem = NULL;
	size_t len = 0, pem_len = 0;
	struct verify_anchors *a = NULL;

	enum err e = load_brought(o, &bytes, &len);
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
	int status = verify_bytes(o, bytes, len, a);
	verify_anchors_free(a);
	return status;
}
