/* Newer lists of procedures: whose they are, what may stand in them, and deltas. */
#include "firmware/parse/catalogue_job.h"
#include "firmware/parse/catalogue_list.h"

#include "firmware/base/mem.h"
#include "firmware/base/query.h"
#include "tests/tap.h"
#include "tests/unit/parse/signing.h"

#include <unistd.h>

#define BIRTH  "{\"code\":\"1.001193\",\"name\":\"Khai sinh\",\"papers\":[]}"
#define DEATH  "{\"code\":\"1.000656\",\"name\":\"Khai tử\"}"
#define DEATH2 "{\"code\":\"1.000656\",\"name\":\"Khai tử / mới\"}"
#define LIST(number, procedures) \
	"{\"number\":" number ",\"procedures\":[" procedures "],\"version\":\"v" number "\"}"

static enum err check_text(const char *text)
{
	struct json_object *o = NULL;
	int64_t number;
	enum err e = list_read((struct blob){ (const uint8_t *)text, strlen(text) }, &o);

	if (e == ERR_OK)
		e = list_check(o, &number);
	json_object_put(o);
	return e;
}

static void bounds(void)
{
	static const char *const WRONG[] = {
		"",
		"[]",
		LIST("0", BIRTH),
		LIST("2147483648", BIRTH),
		LIST("1.5", BIRTH),
		LIST("1", ""),
		LIST("1", BIRTH "," BIRTH),
		LIST("1", "7"),
		LIST("1", "\"1.001193\""),
		LIST("1", BIRTH) "x",
		"{\"number\":1,\"version\":\"v\"}",
		"{\"number\":\"1\",\"version\":\"v\",\"procedures\":[" BIRTH "]}",
		"{\"number\":1,\"version\":\"\",\"procedures\":[" BIRTH "]}",
		LIST("1", "{\"code\":\"1.00119\",\"name\":\"x\"}"),
		LIST("1", "{\"code\":\"7.001193\",\"name\":\"x\"}"),
		LIST("1", "{\"code\":\"1.00119x\",\"name\":\"x\"}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"\"}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"a\\u0000b\"}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"papers\":{}}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"papers\":[7]}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"aliases\":[7]}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"scan\":{\"dpi\":601}}"),
		LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"originals\":1}"),
	};

	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
		printf("# row %zu\n", i);
		eq_int(check_text(WRONG[i]), ERR_BAD_DATA);
	}
	eq_int(check_text(LIST("1", BIRTH)), ERR_OK);
	eq_int(check_text(LIST("2147483647", BIRTH "," DEATH) "\n"), ERR_OK);
	eq_int(check_text(LIST("1", "{\"code\":\"1.001193\",\"name\":\"x\",\"new\":[{}]}")),
	       ERR_OK);
}

/* What is shipped is within the bounds of what may come. */
static void shipped(void)
{
	FILE *f = fopen("assets/catalogue.json", "re");
	char *text = calloc(1, 1 << 20);

	ok(f && text && fread(text, 1, (1 << 20) - 1, f) > 0);
	eq_int(check_text(text), ERR_OK);
	free(text);
	if (f)
		(void)fclose(f);
}

static void whole_again(const char *base, const char *delta, const char *want)
{
	char *text = NULL;
	size_t len = 0;
	enum err e = catalogue_whole((struct blob){ (const uint8_t *)base, strlen(base) },
				     (struct blob){ (const uint8_t *)delta, strlen(delta) }, &text,
				     &len);

	eq_int(e, want ? ERR_OK : ERR_BAD_DATA);
	if (want && text) {
		eq_int(len, strlen(want));
		ok(memcmp(text, want, strlen(want)) == 0);
	}
	free(text);
}

static void deltas(void)
{
	const char *base =
		"{ \"version\": \"v1\", \"number\": 1,\n\"procedures\": [" BIRTH ",\n" DEATH "]}\n";

	whole_again(base, LIST("2", "\"1.001193\"," DEATH2), LIST("2", BIRTH "," DEATH2));
	whole_again(base, LIST("2", "\"1.000656\""), LIST("2", DEATH));
	whole_again(base, LIST("2", "\"1.000656\",\"1.001193\""), LIST("2", DEATH "," BIRTH));
	whole_again(base, LIST("2", "\"1.999999\""), NULL);
	whole_again(base, LIST("2", "7"), NULL);
	whole_again(base, "{}", NULL);
	whole_again("{}", LIST("2", DEATH), NULL);
	whole_again(base, "{\"a b\":1,\"procedures\":[]}", NULL);
	whole_again(base, "{\"a\":1.5,\"procedures\":[]}", NULL);
}

struct sent {
	enum catalogue_form form;
	const char *body, *base, *is_over;
	const struct signer *by, *trusted;
};

/* Detached, as a list is signed. */
static unsigned char *sign_beside(const struct signer *s, const char *text, size_t *ret_len)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	CMS_ContentInfo *cms =
		CMS_sign(s->cert, s->key, NULL, in, CMS_BINARY | CMS_NOSMIMECAP | CMS_DETACHED);

	BIO_free(in);
	return der_of(cms, ret_len);
}

static enum err do_job(const struct sent *s, struct msg_catalogue_read *ret)
{
	struct msg_job_catalogue j = { .form = (uint8_t)s->form };
	size_t len, pem_len;
	unsigned char *der = s->form == CATALOGUE_KEY
				     ? sign_text(s->by, NULL, EVP_sha256(), s->is_over, &len)
				     : sign_beside(s->by, s->is_over, &len);
	char *pem = pem_of(s->trusted, &pem_len);

	*ret = (struct msg_catalogue_read){ .text = -1 };
	eq_int(mem_of(s->body, strlen(s->body), &j.body), ERR_OK);
	eq_int(mem_of(s->base, strlen(s->base), &j.base), ERR_OK);
	eq_int(mem_of(der, len, &j.signature), ERR_OK);
	eq_int(mem_of(pem, pem_len, &j.anchor), ERR_OK);
	enum err e = catalogue_job(&j, ret);
	ok((ret->text >= 0) == (e == ERR_OK));
	if (ret->text >= 0)
		close(ret->text);
	close(j.body);
	close(j.base);
	close(j.signature);
	close(j.anchor);
	OPENSSL_free(der);
	free(pem);
	return e;
}

static void only_the_key(void)
{
	struct signer own = make_signer(NULL, &SIGNER_FORM),
		      other = make_signer(NULL, &SIGNER_FORM);
	struct msg_catalogue_read got;
	const char *one = LIST("1", DEATH), *two = LIST("2", DEATH "," BIRTH);
	const char *delta = LIST("2", "\"1.000656\"," BIRTH);
	size_t len;
	char *pem = pem_of(&other, &len);

	eq_int(do_job(&(struct sent){ CATALOGUE_WHOLE, two, "", two, &own, &own }, &got), ERR_OK);
	eq_int(got.number, 2);
	eq_int(do_job(&(struct sent){ CATALOGUE_WHOLE, two, "", two, &other, &own }, &got),
	       ERR_FORGED);
	eq_int(do_job(&(struct sent){ CATALOGUE_WHOLE, two, "", one, &own, &own }, &got),
	       ERR_FORGED);
	eq_int(do_job(&(struct sent){ CATALOGUE_WHOLE, "{}", "", "{}", &own, &own }, &got),
	       ERR_BAD_DATA);
	eq_int(do_job(&(struct sent){ CATALOGUE_DELTA, delta, one, two, &own, &own }, &got),
	       ERR_OK);
	eq_int(got.number, 2);
	eq_int(do_job(&(struct sent){ CATALOGUE_DELTA, delta, LIST("1", DEATH2), two, &own, &own },
		      &got),
	       ERR_FORGED);
	eq_int(do_job(&(struct sent){ CATALOGUE_DELTA, delta, one, delta, &own, &own }, &got),
	       ERR_FORGED);
	eq_int(do_job(&(struct sent){ CATALOGUE_KEY, "", "", pem, &own, &own }, &got), ERR_OK);
	eq_int(do_job(&(struct sent){ CATALOGUE_KEY, "", "", pem, &other, &own }, &got),
	       ERR_FORGED);
	eq_int(do_job(&(struct sent){ CATALOGUE_KEY, "", "", two, &own, &own }, &got),
	       ERR_BAD_DATA);
	eq_int(do_job(&(struct sent){ CATALOGUE_FORMS, "", "", two, &own, &own }, &got),
	       ERR_BAD_MESSAGE);
	free(pem);
	signer_free(&own);
	signer_free(&other);
}

int main(void)
{
	eq_int(statement_prepare(), ERR_OK);
	bounds();
	shipped();
	deltas();
	only_the_key();
	return tap_done();
}
