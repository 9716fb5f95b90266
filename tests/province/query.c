#include "tests/province/query.h"

#include "tests/province/answer.h"

#include <stdio.h>
#include <string.h>

/* The reply around it says it all. */
static const char *query_time(struct world *w, struct json_object *asked, struct json_object *data)
{
	(void)w, (void)asked, (void)data;
	return NULL;
}

static query_answer_fn *const ANSWERS[QUERY_COUNT] = {
	[QUERY_DAYS] = query_days,           [QUERY_KEYS] = query_keys,
	[QUERY_RENEW] = query_renew,         [QUERY_STATUS] = query_status,
	[QUERY_CATALOGUE] = query_catalogue, [QUERY_HEAD] = query_head,
	[QUERY_TIME] = query_time,           [QUERY_PAY] = query_pay,
	[QUERY_PAPERS] = query_papers,       [QUERY_PAPER] = query_paper,
	[QUERY_PAID] = query_paid,
};

static unsigned find_query(const char *name)
{
	unsigned q = 0;

	while (q < QUERY_COUNT && strcmp(query_row(q)->name, name) != 0)
		q++;
	return q;
}

static const char *reply_to(struct world *w, unsigned q, struct json_object *asked,
			    struct json_object *reply)
{
	struct json_object *data = json_object_new_object();
	const char *nonce = json_text(asked, "nonce", QUERY_NONCE_CAP - 1);
	char epoch[QUERY_EPOCH_CAP];
	int64_t version;

	json_object_object_add(reply, "data", data);
	if (!json_count(asked, "v", &version) || version != QUERY_VERSION || !nonce ||
	    strlen(nonce) != QUERY_NONCE_CAP - 1)
		return "a question has v 1 and a nonce of 32 digits";
	const char *kiosk = json_text(asked, "kiosk", 63);
	if (kiosk && strcmp(kiosk, w->client) != 0)
		return QUERY_FOREIGN;
	const char *why = ANSWERS[q](w, asked, data);
	if (why)
		return why;
	if (store_epoch(w->store, epoch) != ERR_OK)
		return "the province's database failed";
	json_object_object_add(reply, "v", json_object_new_int(QUERY_VERSION));
	json_object_object_add(reply, "query", json_object_new_string(query_row(q)->name));
	json_object_object_add(reply, "nonce", json_object_new_string(nonce));
	json_object_object_add(reply, "time", json_object_new_int64(clock_wall_s(&w->clock)));
	json_object_object_add(reply, "epoch", json_object_new_string(epoch));
	return NULL;
}

/* Signs with the key that a fault asks for, once, or the right one. quiet: no fault is meant for
 * this one. */
static enum err sign(struct world *w, bool quiet, struct json_object *reply,
		     struct query_result *ret)
{
	enum pki_id signer = quiet || w->fault.forge == PKI_NONE ? PKI_ANSWER : w->fault.forge;

	if (!quiet)
		w->fault.forge = PKI_NONE;
	return answer_sign_text(w->dir, signer,
				json_object_to_json_string_ext(reply, JSON_C_TO_STRING_PLAIN),
				&ret->reply, &ret->len);
}

void query_do(struct world *w, const char *name, const void *body, size_t len,
	      struct query_result *ret)
{
	unsigned q = find_query(name);
	AUTO_JSON asked = json_read(body ? body : "", body ? len : 0);
	AUTO_JSON reply = json_object_new_object();

	*ret = (struct query_result){ .status = 400 };
	if (q == QUERY_COUNT || !ANSWERS[q]) {
		ret->status = q == QUERY_COUNT ? 404 : 501;
		ret->why = "this province does not answer such a question";
		return;
	}
	ret->why = asked ? reply_to(w, q, asked, reply) : "the question is not a JSON object";
	if (ret->why && strcmp(ret->why, QUERY_NO_SUCH) == 0)
		ret->status = 404;
	if (ret->why && strcmp(ret->why, QUERY_FOREIGN) == 0)
		ret->status = 403;
	if (!ret->why && sign(w, q == QUERY_TIME, reply, ret) != ERR_OK) {
		ret->status = 500;
		ret->why = "the reply could not be signed";
	}
}
