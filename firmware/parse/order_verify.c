#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"
#include "firmware/parse/pdf/verify.h"

#include <stdio.h>
#include <time.h>

enum { ANCHORS_BYTES = 1 << 20 };

static const char *in_words(enum verify_bytes b)
{
	static const char *const WORDS[] = { "the signed bytes are as they were signed",
					     "the signed bytes were CHANGED",
					     "the signature is in a form that cannot be judged" };
	return WORDS[b];
}

static const char *who_in_words(enum verify_signer s)
{
	static const char *const WORDS[] = { "known: leads to an anchor that was given",
					     "NOT known: leads to none of the anchors",
					     "leads to an anchor, but EXPIRED or not yet valid",
					     "its certificate is not one to sign documents with" };
	return WORDS[s];
}

static const char *after_in_words(enum foreign_after a)
{
	static const char *const WORDS[] = { "it covers the whole file",
					     "further signatures were added, nothing else",
					     "the pages were CHANGED after it",
					     "something was added that could not be looked into" };
	return WORDS[a];
}

static void say(size_t i, const struct foreign_signature *s, const struct verified *v)
{
	printf("signature %zu by %s\n  bytes   %s\n  signer  %s%s%s%s\n  after   %s\n", i + 1,
	       v->holder[0] ? v->holder : "(nobody it names)", in_words(v->bytes),
	       who_in_words(v->signer), v->issuer[0] ? " (issuer " : "", v->issuer,
	       v->issuer[0] ? ")" : "", after_in_words(s->after));
	if (s->reason[0])
		printf("  says    %s\n", s->reason);
}

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

static bool is_good(const struct foreign_signature *s, const struct verified *v)
{
	return v->bytes == BYTES_INTACT && v->signer == SIGNER_KNOWN &&
	       (s->after == AFTER_NOTHING || s->after == AFTER_SIGNATURES);
}

/* 0 only when there is a signature, and each is good, and nothing was left unseen. */
static enum err verify_all(const struct order *o, const uint8_t *pdf, const struct foreign *f,
			   const struct verify_anchors *a, int *ret_status)
{
	struct json_object *all = o->json ? json_object_new_array() : NULL;
	bool good = f->count > 0 && !f->partial && !f->encrypted;

	for (size_t i = 0; i < f->count; i++) {
		struct verified v;
		enum err e = verify_signature(pdf, &f->signatures[i], a, time(NULL), &v);

		if (e != ERR_OK) {
			json_object_put(all);
			return e;
		}
		good = good && is_good(&f->signatures[i], &v);
		if (all)
			json_object_array_add(all, signature_json(&f->signatures[i], &v));
		else
			say(i, &f->signatures[i], &v);
	}
	if (all)
		json_say(all);
	else if (f->count == 0)
		printf("no signature%s\n", f->encrypted ? ": the file is encrypted" : "");
	if (!all && f->partial)
		printf("parts of the file were not understood: there may be more signatures\n");
	*ret_status = good ? 0 : 1;
	return ERR_OK;
}

int order_verify(struct order *o)
{
	AUTO_FREE uint8_t *pdf = NULL;
	AUTO_FREE uint8_t *pem = NULL;
	size_t len = 0, pem_len = 0;
	struct foreign f = { 0 };
	struct verify_anchors *a = NULL;
	int status = 1;

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
	e = foreign_read(pdf, len, &f);
	if (e == ERR_OK)
		e = verify_all(o, pdf, &f, a, &status);
	foreign_finish(&f);
	verify_anchors_free(a);
	return e == ERR_OK ? status : complain(o->names[0], e);
}
