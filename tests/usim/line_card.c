/* Control lines of identity cards. */
#include "tests/mrtd/fault.h"
#include "tests/mrtd/issuer.h"
#include "tests/usim/lines.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define USAGE                                                                                    \
	"card in [NAME] | out | out-at N [MS] | fault WORD [N] | faults | names | about NAME | " \
	"show-qr NAME | anchor FILE | crl FILE | master-list FILE | serve PORT [NAME] | "        \
	"offer PORT [NAME] | from PORT; serve, offer, from: off"

static bool read_spec(struct world *w, const char *name, struct mrtd_spec *s, struct answer *ret)
{
	unsigned line;
	enum err e = wallet_spec(&w->wallet, name, s, &line);

	if (e != ERR_OK && line)
		answer_error(ret, "%.60s, line %u: %s", name, line, err_text(e));
	else if (e != ERR_OK)
		answer_error(ret, "%.60s: no such card; see card names", name);
	return e == ERR_OK;
}

static struct mrtd *make(struct world *w, const char *name, struct answer *ret)
{
	struct mrtd_spec s;
	struct mrtd *m = NULL;

	if (!read_spec(w, name, &s, ret))
		return NULL;
	enum err e = wallet_make(&w->wallet, &s, &m);
	if (e != ERR_OK)
		answer_error(ret, "%.60s: %s", name, err_text(e));
	return m;
}

static void lay_down(struct world *w, const char *name, struct answer *ret)
{
	struct mrtd *m = *name ? make(w, name, ret) : NULL;

	if (*name && !m)
		return;
	world_lock(w);
	ccid_insert(&w->ccid, NULL);
	w->returns = NULL;
	if (m)
		wallet_put(&w->wallet, m, name);
	ccid_insert(&w->ccid, m ? &w->wallet.card : &w->toycard.card);
	world_unlock(w);
}

static void take_away(struct world *w, const char *args, struct answer *ret)
{
	(void)args, (void)ret;
	world_lock(w);
	w->returns = NULL;
	ccid_insert(&w->ccid, NULL);
	world_unlock(w);
}

static void take_away_at(struct world *w, const char *args, struct answer *ret)
{
	char first[16];
	long n, ms = -1;
	size_t len = strcspn(args, " ");

	snprintf(first, sizeof first, "%.*s", (int)(len < 15 ? len : 15), args);
	if (!line_number(first, 100000, &n) ||
	    (args[len] && !line_number(args + len + 1, 60000, &ms)))
		return answer_error(ret, USAGE);
	world_lock(w);
	w->ccid.leaves_at = (unsigned)n;
	w->returns = ms < 0 ? NULL : w->ccid.card;
	w->returns_ms = ms < 0 ? 0 : (uint32_t)ms;
	world_unlock(w);
}

static void set_fault(struct world *w, const char *args, struct answer *ret)
{
	enum err e = mrtd_faults_set(&w->wallet.faults, args);

	if (e != ERR_OK)
		return answer_error(ret, "%.60s: %s; see card faults", args, err_text(e));
	world_lock(w);
	if (w->wallet.mrtd)
		mrtd_set_faults(w->wallet.mrtd, &w->wallet.faults);
	world_unlock(w);
}

static void list_faults(struct world *w, const char *args, struct answer *ret)
{
	size_t at = 0;

	(void)args;
	ret->text[0] = '\0';
	for (int i = 0; i < MRTD_FAULT_COUNT; i++)
		at += (size_t)snprintf(
			ret->text + at, sizeof ret->text - at, "%s%s%s: %s%s", i ? "; " : "",
			mrtd_fault_word((enum mrtd_fault)i), w->wallet.faults.n[i] ? " (set)" : "",
			mrtd_fault_what((enum mrtd_fault)i),
			mrtd_fault_is_made((enum mrtd_fault)i) ? ", from the next card in on" : "");
}

static void list_names(struct world *w, const char *args, struct answer *ret)
{
	(void)args;
	wallet_names(&w->wallet, ret->text, sizeof ret->text);
}

/* Begins with a comma. What JSON would want escaped is left out: no card has it. */
static void put_pair(char *text, size_t size, const char *key, const char *value)
{
	size_t at = strlen(text);

	at += (size_t)snprintf(text + at, size - at, ",\"%s\":\"", key);
	for (; *value && at + 2 < size; value++)
		if ((unsigned char)*value >= 32 && *value != '"' && *value != '\\')
			text[at++] = *value;
	text[at++] = '"';
	text[at] = '\0';
}

static void tell_about(struct world *w, const char *args, struct answer *ret)
{
	struct mrtd_spec s;
	char mrz[91], can[16], key[48], qr[2048];

	if (!read_spec(w, args, &s, ret))
		return;
	mrtd_spec_mrz(&s, mrz);
	mrtd_spec_can(&s, can);
	mrtd_spec_mrz_key(&s, key);
	mrtd_spec_qr(&s, qr, sizeof qr);
	const char *const pairs[][2] = {
		{ "number", s.number },   { "name", s.name },
		{ "birth", s.birth },     { "sex", s.sex },
		{ "address", s.address }, { "issued", s.issued },
		{ "expires", s.expires }, { "profile", s.profile ? "2021" : "2024" },
		{ "can", can },           { "mrz_key", key },
		{ "mrz", mrz },           { "qr", qr },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		put_pair(ret->text, sizeof ret->text - 16, pairs[i][0], pairs[i][1]);
	size_t end = strlen(ret->text);
	memmove(ret->text + 9, ret->text + 1, end - 1);
	memcpy(ret->text, "{\"card\":{", 9);
	memcpy(ret->text + end + 8, "}}", 3);
}

static void show_qr(struct world *w, const char *args, struct answer *ret)
{
	struct mrtd_spec s;
	char qr[2048];

	if (!read_spec(w, args, &s, ret))
		return;
	mrtd_spec_qr(&s, qr, sizeof qr);
	scan_line(w, qr, ret);
}

static void save(const char *path, struct issuer_bytes b, struct answer *ret)
{
	FILE *f = fopen(path, "we");
	bool good = f && fwrite(b.at, 1, b.len, f) == b.len;

	if (f && fclose(f) != 0)
		good = false;
	if (!good)
		answer_error(ret, "%.200s: %s", path, strerror(errno));
	issuer_free(&b);
}

static void save_pem(const char *path, const char *label, struct issuer_bytes der,
		     struct answer *ret)
{
	save(path, issuer_pem(label, der), ret);
	issuer_free(&der);
}

static void save_anchor(struct world *w, const char *args, struct answer *ret)
{
	save_pem(args, "CERTIFICATE", issuer_csca(wallet_issuer(&w->wallet)), ret);
}

static void save_crl(struct world *w, const char *args, struct answer *ret)
{
	save_pem(args, "X509 CRL", issuer_crl(wallet_issuer(&w->wallet), false), ret);
}

static void save_list(struct world *w, const char *args, struct answer *ret)
{
	struct issuer_bytes root = issuer_csca(wallet_issuer(&w->wallet));
	const struct issuer_list list = { .certs = &root, .cert_count = 1 };

	save(args, issuer_master_list(wallet_issuer(&w->wallet), &list), ret);
	issuer_free(&root);
}

static void stop_serving(struct world *w)
{
	vicc_close(w->vicc);
	w->vicc = NULL;
	mrtd_destroy(w->served);
	w->served = NULL;
}

/* A card of its own, beside that on our reader. */
static void serve_at(struct world *w, const char *args, bool wait, struct answer *ret)
{
	char port_text[16];
	size_t len = strcspn(args, " ");
	const char *name = args[len] ? args + len + 1 : "sample-01";
	long port;

	stop_serving(w);
	if (strcmp(args, "off") == 0)
		return;
	snprintf(port_text, sizeof port_text, "%.*s", (int)(len < 15 ? len : 15), args);
	if (!line_number(port_text, 65535, &port))
		return answer_error(ret, USAGE);
	w->served = make(w, name, ret);
	if (!w->served)
		return;
	wallet_card(w->served, &w->served_card);
	enum err e = vicc_open(w->loop, &w->served_card, (int)port, wait, &w->vicc);
	if (e == ERR_OK)
		return;
	stop_serving(w);
	answer_error(ret, "port %ld: %s", port, err_text(e));
}

static void serve(struct world *w, const char *args, struct answer *ret)
{
	serve_at(w, args, false, ret);
}

static void offer(struct world *w, const char *args, struct answer *ret)
{
	serve_at(w, args, true, ret);
}

static void lock(void *data)
{
	world_lock(data);
}

static void unlock(void *data)
{
	world_unlock(data);
}

static void distant_card(void *data, struct card *card)
{
	struct world *w = data;

	ccid_insert(&w->ccid, NULL);
	w->returns = NULL;
	if (card)
		ccid_insert(&w->ccid, card);
}

static void take_from(struct world *w, const char *args, struct answer *ret)
{
	const struct vpcd_events events = { distant_card, lock, unlock, w };
	long port;

	vpcd_close(w->vpcd);
	w->vpcd = NULL;
	if (strcmp(args, "off") == 0)
		return;
	if (!line_number(args, 65535, &port))
		return answer_error(ret, USAGE);
	enum err e = vpcd_open(w->loop, (int)port, &events, &w->vpcd);
	if (e != ERR_OK)
		answer_error(ret, "port %ld: %s", port, err_text(e));
}

void card_line(struct world *w, const char *args, struct answer *ret)
{
	static const struct {
		const char *word;
		line_fn *fn;
		enum { ALONE, MAYBE_MORE, MORE } rest;
	} words[] = {
		{ "in", lay_down, MAYBE_MORE },     { "out", take_away, ALONE },
		{ "out-at", take_away_at, MORE },   { "fault", set_fault, MORE },
		{ "faults", list_faults, ALONE },   { "names", list_names, ALONE },
		{ "about", tell_about, MORE },      { "show-qr", show_qr, MORE },
		{ "anchor", save_anchor, MORE },    { "crl", save_crl, MORE },
		{ "master-list", save_list, MORE }, { "serve", serve, MORE },
		{ "offer", offer, MORE },           { "from", take_from, MORE },
	};
	size_t len = strcspn(args, " ");
	const char *rest = args[len] ? args + len + 1 : "";

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i].word) == len && memcmp(words[i].word, args, len) == 0 &&
		    (*rest ? words[i].rest != ALONE : words[i].rest != MORE && !args[len]))
			return words[i].fn(w, rest, ret);
	answer_error(ret, USAGE);
}
