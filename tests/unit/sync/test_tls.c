/* Who may pass for the province: certificates that are wrong in every way, pins, the clock; and
 * who may pass for a kiosk. Each wrong one is refused for what is wrong with it. */
#include "firmware/sync/http.h"
#include "tests/unit/sync/world.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define DAY_S 86400L

/* A certificate to show, by what differs from a good one. */
struct bad {
	const char *what;
	const char *issuer; /* file under pki of who signs; NULL: the TLS CA; "": itself */
	const char *names, *usage, *purpose, *odd;
	const char *why;          /* it fails; NULL: FORGED */
	long from_day, until_day; /* both 0: good today */
	bool rsa1024, sha1, chain, altered;
};

static const struct bad BAD[] = {
	{ .what = "of another CA of the same name", .issuer = "rogue/ca" },
	{ .what = "of our CA for answers", .issuer = "province/answer-ca" },
	{ .what = "of our CA for kiosks", .issuer = "province/kiosk-ca" },
	{ .what = "signed by itself", .issuer = "" },
	{ .what = "signed by a server, not by a CA", .issuer = "province/server", .chain = true },
	{ .what = "signed by a kiosk", .issuer = "kiosk/tls/kiosk", .chain = true },
	{ .what = "out of date", .from_day = -60, .until_day = -1 },
	{ .what = "of the future", .from_day = 30, .until_day = 60 },
	{ .what = "for another name", .names = "DNS:elsewhere.invalid" },
	{ .what = "for another address", .names = "IP:127.0.0.2" },
	{ .what = "for a pattern of addresses", .names = "DNS:*.0.0.1" },
	{ .what = "for clients", .purpose = "clientAuth" },
	{ .what = "for signing mail", .purpose = "emailProtection" },
	/* the stand-in's own library does not go through with it */
	{ .what = "for signing certificates only", .usage = "keyCertSign", .why = "OFFLINE" },
	{ .what = "with a demand nobody knows", .odd = "critical,odd" },
	{ .what = "with a key that is too small", .rsa1024 = true },
	{ .what = "signed with SHA-1", .sha1 = true },
	{ .what = "with a broken signature", .altered = true },
};

static EVP_PKEY *read_key(const struct world *w, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/pki/%s.key", w->dir, file);
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	if (f)
		fclose(f);
	return key;
}

static X509 *read_cert(const struct world *w, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/pki/%s.pem", w->dir, file);
	FILE *f = fopen(path, "re");
	X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	if (f)
		fclose(f);
	return cert;
}

static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

static X509 *fill(const struct bad *b, EVP_PKEY *key, X509 *issuer, EVP_PKEY *by)
{
	X509 *c = X509_new();
	X509_NAME *name = X509_get_subject_name(c);

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 4711);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"localhost",
				   -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
	X509_gmtime_adj(X509_getm_notBefore(c), (b->until_day ? b->from_day : -1) * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(c), (b->until_day ? b->until_day : 30) * DAY_S);
	X509_set_pubkey(c, key);
	extend(c, issuer ? issuer : c, NID_basic_constraints, "critical,CA:FALSE");
	extend(c, issuer ? issuer : c, NID_key_usage, b->usage ? b->usage : "digitalSignature");
	extend(c, issuer ? issuer : c, NID_ext_key_usage, b->purpose ? b->purpose : "serverAuth");
	extend(c, issuer ? issuer : c, NID_subject_alt_name, b->names ? b->names : "IP:127.0.0.1");
	if (b->odd)
		extend(c, issuer ? issuer : c, NID_netscape_comment, b->odd);
	X509_sign(c, by ? by : key, b->sha1 ? EVP_sha1() : EVP_sha256());
	return c;
}

static void spoil(X509 *cert)
{
	const ASN1_BIT_STRING *signature;

	X509_get0_signature(&signature, NULL, cert);
	signature->data[signature->length - 1] ^= 1;
}

static void show(struct world *w, const struct bad *b)
{
	const char *file = b->issuer ? b->issuer : "province/tls-ca";
	EVP_PKEY *by = *file ? read_key(w, file) : NULL;
	X509 *issuer = *file ? read_cert(w, file) : NULL;
	EVP_PKEY *key = b->rsa1024 ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
	X509 *cert = fill(b, key, issuer, by);
	char path[PATH_MAX];

	if (b->altered)
		spoil(cert);
	snprintf(path, sizeof path, "%s/pki/shown.key", w->dir);
	FILE *f = fopen(path, "we");
	PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	snprintf(path, sizeof path, "%s/pki/shown.pem", w->dir);
	f = fopen(path, "we");
	PEM_write_X509(f, cert);
	if (b->chain)
		PEM_write_X509(f, issuer);
	fclose(f);
	X509_free(cert);
	X509_free(issuer);
	EVP_PKEY_free(key);
	EVP_PKEY_free(by);
	world_say(w, "cert shown");
}

struct
try {
	struct loop *loop;
	enum err e;
	unsigned status;
};

static void on_answer(void *data, const struct http_answer *a)
{
	struct try *t = data;

	t->e = a->e;
	t->status = a->status;
	if (a->e != ERR_OK)
		printf("# %s: %s\n", err_name(a->e), a->why);
	loop_stop(t->loop);
}

/* One request as kiosk-sync makes it, with the settings of w->conf and this clock. */
static enum err reach(struct world *w, const char *more, const struct clock *clock)
{
	struct try t = { .e = ERR_BUSY };
	struct http_request r = {
		.method = "GET", .path = "/v1/health", .fd = -1, .quiet_ms = 5000
	};
	struct config config;
	struct http_call *call;
	struct http *http;
	char why[256];

	FILE *f = fopen(w->conf, "ae");
	fputs(more, f);
	fclose(f);
	if (config_load(w->conf, &config, NULL, NULL) != ERR_OK ||
	    loop_create(clock, &t.loop) != ERR_OK)
		return ERR_BAD_MESSAGE;
	enum err e = http_create(t.loop, &config, &http, why);
	if (e == ERR_OK && http_start(http, &r, on_answer, &t, &call) == ERR_OK) {
		e = loop_run(t.loop) == ERR_OK ? t.e : ERR_IO;
		eq_int(e == ERR_OK ? t.status : 200, 200);
	} else if (e != ERR_OK) {
		printf("# %s\n", why);
	}
	http_destroy(e == ERR_BAD_CONFIG ? NULL : http);
	loop_destroy(t.loop);
	return e;
}

static enum err reach_now(struct world *w, const char *more)
{
	const struct clock clock = { 0 };

	world_conf(w, w->url, "kiosk/tls/kiosk");
	return reach(w, more, &clock);
}

static void every_wrong_certificate_is_refused(struct world *w)
{
	static const struct bad GOOD = { .what = "good" };

	show(w, &GOOD);
	eq_str(err_name(reach_now(w, "")), "OK"); /* so that the others fail for what is wrong */
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		printf("# %s\n", BAD[i].what);
		show(w, &BAD[i]);
		eq_str(err_name(reach_now(w, "")), BAD[i].why ? BAD[i].why : "FORGED");
	}
	world_say(w, "cert good");
	eq_str(err_name(reach_now(w, "")), "OK");
}

/* The pin of a certificate's key, as the settings have it. */
static void pin_of(struct world *w, const char *file, char ret[64])
{
	unsigned char *spki = NULL, sum[EVP_MAX_MD_SIZE];
	X509 *cert = read_cert(w, file);
	int len = i2d_PUBKEY(X509_get0_pubkey(cert), &spki);

	EVP_Digest(spki, (size_t)len, sum, NULL, EVP_sha256(), NULL);
	EVP_EncodeBlock((unsigned char *)ret, sum, 32);
	OPENSSL_free(spki);
	X509_free(cert);
}

static void pins(struct world *w)
{
	char right[64], other[64], line[256];

	pin_of(w, "province/server", right);
	pin_of(w, "rogue/other-name", other);
	snprintf(line, sizeof line, "province_pins = %s\n", right);
	eq_str(err_name(reach_now(w, line)), "OK");
	snprintf(line, sizeof line, "province_pins = %s %s\n", other, right);
	eq_str(err_name(reach_now(w, line)), "OK"); /* the spare one */
	snprintf(line, sizeof line, "province_pins = %s\n", other);
	eq_str(err_name(reach_now(w, line)), "FORGED"); /* though its CA vouches for it */
	eq_str(err_name(reach_now(w, "province_pins = sha256//short\n")), "BAD_CONFIG");
	right[10] = '!';
	snprintf(line, sizeof line, "province_pins = %s\n", right);
	eq_str(err_name(reach_now(w, line)), "BAD_CONFIG");
}

/* Q16: not the certificate is wrong, but what this machine takes for today. */
static void q16_a_wrong_clock_is_named(struct world *w)
{
	static const int64_t AT_S[] = { 0, 1e9, 2147483647, 4102444800 };
	struct clock_shift shift = { 0 };
	struct clock now = { 0 }, clock = { .shift = &shift };

	for (size_t i = 0; i < sizeof AT_S / sizeof *AT_S; i++) {
		shift.wall_s = AT_S[i] - clock_wall_s(&now);
		world_conf(w, w->url, "kiosk/tls/kiosk");
		eq_str(err_name(reach(w, "", &clock)), "WRONG_CLOCK");
	}
	shift.wall_s = -3 * DAY_S; /* both were made yesterday */
	eq_str(err_name(reach(w, "", &clock)), "WRONG_CLOCK");
	shift.wall_s = -3600;
	eq_str(err_name(reach(w, "", &clock)), "OK");
}

static void wrong_kiosks_are_refused(struct world *w)
{
	static const char *const CLIENTS[] = { "rogue/client", "kiosk/kiosk", "province/server" };
	const struct clock clock = { 0 };

	for (size_t i = 0; i < sizeof CLIENTS / sizeof *CLIENTS; i++) {
		world_conf(w, w->url, CLIENTS[i]);
		eq_str(err_name(reach(w, "", &clock)), "FORGED");
	}
}

static void no_name_server_knows_the_host(struct world *w)
{
	const struct clock clock = { 0 };

	world_conf(w, "https://province.invalid:8443", "kiosk/tls/kiosk");
	eq_str(err_name(reach(w, "", &clock)), "OFFLINE");
}

static void through_a_proxy(struct world *w)
{
	char answer[256], url[128], line[160];
	unsigned before, after;

	setenv("https_proxy", "http://127.0.0.1:1", 1); /* of no interest */
	eq_str(err_name(reach_now(w, "")), "OK");
	world_ask(w, "proxy good", answer);
	eq_int(sscanf(answer, "ok %127s %u", url, &before), 2);
	snprintf(line, sizeof line, "https_proxy = %s\n", url);
	eq_str(err_name(reach_now(w, line)), "OK");
	world_ask(w, "proxy", answer);
	eq_int(sscanf(answer, "ok %127s %u", url, &after), 2);
	eq_int(after, before + 1);  /* it did go that way */
	world_say(w, "cert rogue"); /* a proxy changes nothing about who is trusted */
	eq_str(err_name(reach_now(w, line)), "FORGED");
	world_say(w, "cert good");
	world_ask(w, "proxy refuse", answer);
	eq_str(err_name(reach_now(w, line)), "OFFLINE");
	world_ask(w, "proxy good", answer);
	eq_str(err_name(reach_now(w, "https_proxy = http://127.0.0.1:1\n")), "OFFLINE");
	eq_str(err_name(reach_now(w, "https_proxy = http://nowhere.invalid:1\n")), "OFFLINE");
	eq_str(err_name(reach_now(w, "https_proxy = 127.0.0.1:3128\n")), "BAD_CONFIG");
	eq_str(err_name(reach_now(w, "https_proxy = http://u:p@127.0.0.1:1\n")), "BAD_CONFIG");
	unsetenv("https_proxy");
}

int main(void)
{
	struct world w;

	world_init(&w);
	every_wrong_certificate_is_refused(&w);
	pins(&w);
	q16_a_wrong_clock_is_named(&w);
	wrong_kiosks_are_refused(&w);
	no_name_server_knows_the_host(&w);
	through_a_proxy(&w);
	world_finish(&w);
	return tap_done();
}
