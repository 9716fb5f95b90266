/* Papers that were asked for later: a package of its own, that is never taken for a dossier. */
#include "tests/unit/core/fixture.h"

#include "firmware/core/counter.h"
#include "firmware/core/manifest.h"

#include <json-c/json.h>

#define CODE "000.00.06.H56-261121-0007"
#define SLIP "TAM-K02-261121-0001-QC"

static struct fixture f;

static enum err file_supplement(struct store *s, const char *to, struct package *p)
{
	enum err e = fake_package(s, p);

	snprintf(p->supplement, sizeof p->supplement, "%s", to);
	return e == ERR_OK ? outbox_add(s, p, NULL) : e;
}

static enum err answer(struct store *s, const struct package *p, const char *code)
{
	struct outbox_answer a = { .accepted = code != NULL,
				   .key = p->key,
				   .manifest = p->manifest,
				   .dossier_code = code,
				   .reason = "yêu cầu này đã đóng",
				   .time_s = T0 + 5,
				   .due_s = T0 + 86400,
				   .bytes = "signed",
				   .len = 6 };

	enum err e = outbox_sending(s, p->key);
	return e == ERR_OK ? outbox_answered(s, p->key, &a) : e;
}

static struct package file_dossier(struct store *s)
{
	struct package p = { 0 };

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	eq_int(answer(s, &p, CODE), ERR_OK);
	return p;
}

static bool counted(struct store *s, const char *what, uint64_t n)
{
	uint64_t got = 0;

	return counter_get(s, what, local_day(T0), &got) == ERR_OK && got == n;
}

static void the_dossier_stays_the_dossier(struct store *s)
{
	struct package dossier = file_dossier(s), p;
	struct outbox_item item;

	eq_int(outbox_supplement(s, CODE, &item), ERR_NOT_FOUND);
	eq_int(outbox_supplement(s, "", &item), ERR_NOT_FOUND);
	eq_int(file_supplement(s, CODE, &p), ERR_OK);
	eq_int(outbox_supplement(s, CODE, &item), ERR_OK);
	eq_str(item.key, p.key);
	eq_str(item.supplement, CODE);
	eq_int(answer(s, &p, CODE), ERR_OK);
	eq_int(outbox_supplement(s, CODE, &item), ERR_OK);
	eq_int(item.state, OUTBOX_ACCEPTED);
	eq_int(outbox_find(s, CODE, &item), ERR_OK);
	eq_str(item.key, dossier.key);
	eq_str(item.supplement, "");
	eq_int(outbox_find(s, p.receipt_code, &item), ERR_OK);
	eq_str(item.supplement, CODE);
	eq_str(item.dossier_code, CODE);
	char name[OUTBOX_CODE_CAP];
	outbox_dossier(s, CODE, name);
	eq_str(name, dossier.key);
	outbox_dossier(s, p.receipt_code,
		       name); /* its fee is the dossier's, whatever slip is shown */
	eq_str(name, dossier.key);
	outbox_dossier(s, "000.00.06.H56-261121-9999", name);
	eq_str(name, "000.00.06.H56-261121-9999");
	ok(counted(s, "dossier.sealed", 1) && counted(s, "dossier.accepted", 1));
	ok(counted(s, "supplement.sealed", 1) && counted(s, "supplement.accepted", 1));
}

/* Taken as a new dossier, or for another one: that is no answer to what was handed in. */
static void another_code_is_no_answer(struct store *s)
{
	struct outbox_item item;
	struct package p;

	eq_int(file_supplement(s, CODE, &p), ERR_OK);
	eq_int(answer(s, &p, "000.00.06.H56-261121-0008"), ERR_FORGED);
	eq_int(outbox_get(s, p.key, &item), ERR_OK);
	eq_int(item.state, OUTBOX_SENDING);
	eq_int(answer(s, &p, "000.00.06.h56-261121-0007"), ERR_OK);

	eq_int(file_supplement(s, SLIP, &p), ERR_OK); /* only the province knows which that is */
	eq_int(answer(s, &p, "000.00.06.H56-261121-0009"), ERR_OK);

	eq_int(file_supplement(s, CODE, &p), ERR_OK);
	eq_int(answer(s, &p, NULL), ERR_OK);
	ok(counted(s, "supplement.refused", 1));
	ok(counted(s, "dossier.refused", 0));
}

static void kept_over_a_restart(struct store **s)
{
	struct outbox_item item;
	struct package p;

	eq_int(file_supplement(*s, SLIP, &p), ERR_OK);
	store_close(*s);
	*s = open_store(&f);
	eq_int(outbox_supplement(*s, SLIP, &item), ERR_OK);
	eq_str(item.receipt_code, p.receipt_code);
}

static const char *text_at(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) ? json_object_get_string(v) : "(none)";
}

static struct json_object *manifest_of(const struct dossier *d)
{
	char *json = NULL;
	size_t len = 0;
	struct json_tokener *t = json_tokener_new();
	enum err e = manifest_make(d, &json, &len);
	struct json_object *o = t && e == ERR_OK ? json_tokener_parse_ex(t, json, (int)len) : NULL;

	json_tokener_free(t);
	free(json);
	return o;
}

static void the_manifest_says_what_for(void)
{
	struct dossier_supplement to = { CODE, "BS-1" };
	struct dossier d = sample("6f1c2b3a-0000-4000-8000-000000000001", "TAM-K01-261121-0001-A");
	struct json_object *o = manifest_of(&d), *part;

	ok(o && !json_object_object_get_ex(o, "HoSoBoSung", &part));
	json_object_put(o);
	d.procedure = d.procedure_name = "";
	ok(!manifest_of(&d)); /* a new dossier of no procedure is none */
	d.supplement = &to;
	o = manifest_of(&d);
	ok(json_object_object_get_ex(o, "HoSoBoSung", &part));
	eq_str(text_at(part, "MaHoSo"), CODE);
	eq_str(text_at(part, "HoSoBoSungId"), "BS-1");
	eq_str(text_at(o, "MaTTHC"), "");
	json_object_put(o);
	to.id = "";
	o = manifest_of(&d);
	ok(o != NULL);
	json_object_put(o);
	to.dossier_code = "";
	ok(!manifest_of(&d));
}

static void sealed_without_a_procedure(struct store *s)
{
	static const struct dossier_supplement TO = { SLIP, "" };
	struct package_keys *keys = make_keys(&f);
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct outbox_item item;
	struct package p;

	eq_int(store_new_key(s, key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	struct dossier d = sample(key, code);
	d.procedure = d.procedure_name = "";
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_BAD_DATA);
	d.supplement = &TO;
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	eq_int(outbox_get(s, key, &item), ERR_OK);
	eq_str(item.supplement, SLIP);
	eq_str(item.procedure, "");
	package_keys_free(keys);
}

int main(void)
{
	fixture_init(&f);
	struct store *s = open_store(&f);

	the_dossier_stays_the_dossier(s);
	another_code_is_no_answer(s);
	kept_over_a_restart(&s);
	sealed_without_a_procedure(s);
	the_manifest_says_what_for();
	store_close(s);
	fixture_finish(&f);
	return tap_done();
}
