#include "tests/province/command.h"

#include "tests/province/api.h"
#include "tests/province/call.h"
#include "tests/province/json.h"
#include "tests/province/received.h"
#include "tests/province/supplement.h"
#include "tests/province/uploads.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUPPLEMENT 5 /* state of the portal */

void call_fine(struct call *c)
{
	fputs("ok\n", c->out);
}

void call_wrong(struct call *c, const char *sentence)
{
	fprintf(c->out, "error %s\n", sentence);
}

/* The next number of the line; advances. */
bool call_number(struct call *c, int64_t *ret)
{
	char text[20];
	size_t n = strcspn(c->rest, " ");

	if (n == 0 || n >= sizeof text)
		return false;
	memcpy(text, c->rest, n);
	text[n] = '\0';
	if (!api_number(text, ret))
		return false;
	c->rest += n;
	c->rest += strspn(c->rest, " ");
	return true;
}

static bool listen_again(struct world *w)
{
	if (w->api)
		return true;
	if (server_start(w, &API_ROUTES, true, w->api_port, &w->api) != ERR_OK)
		return false;
	if (w->held > 0)
		close(w->held);
	w->held = 0;
	return true;
}

static bool set_wire(struct world *w, enum wire wire)
{
	if (wire == WIRE_DOWN) {
		if (w->api)
			w->held = server_hold(w->api_port);
		server_stop(w->api);
		w->api = NULL;
	} else if (!listen_again(w)) {
		return false;
	} else {
		server_hang(w->api, wire == WIRE_HANG);
	}
	w->fault.wire = wire;
	if (wire == WIRE_UP)
		w->fault.html_count = 0;
	return true;
}

static void do_net(struct call *c)
{
	static const char *const WORDS[] = { "up", "down", "hang" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(c->rest, WORDS[i]) != 0)
			continue;
		if (set_wire(c->w, (enum wire)i))
			call_fine(c);
		else
			call_wrong(c, "the port cannot be listened on");
		return;
	}
	call_wrong(c, "net what? up, down or hang");
}

static void do_fail(struct call *c)
{
	int64_t n, status;
	struct fault *f = &c->w->fault;

	if (!call_number(c, &n) || !call_number(c, &status) || n > 100000 || status < 400 ||
	    status > 599 || strlen(c->rest) >= sizeof f->fail_method) {
		call_wrong(c, "fail N CODE [METHOD], CODE from 400 to 599");
		return;
	}
	f->fail_count = (unsigned)n;
	f->fail_code = (unsigned)status;
	snprintf(f->fail_method, sizeof f->fail_method, "%s", c->rest);
	call_fine(c);
}

bool call_one_number(struct call *c, int64_t max, int64_t *ret)
{
	if (call_number(c, ret) && *ret <= max && *c->rest == '\0')
		return true;
	call_wrong(c, "one whole number, please");
	return false;
}

static void do_retry_after(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, 86400, &n))
		return;
	c->w->fault.retry_after_s = (unsigned)n;
	call_fine(c);
}

static void do_refuse(struct call *c)
{
	struct fault *f = &c->w->fault;

	if (*c->rest == '\0' || strlen(c->rest) >= sizeof f->refuse) {
		call_wrong(c, "a reason of up to 1000 bytes, as the citizen shall read it");
		return;
	}
	snprintf(f->refuse, sizeof f->refuse, "%s", c->rest);
	call_fine(c);
}

static void do_drop_answer(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, 100000, &n))
		return;
	c->w->fault.drop_answers = (unsigned)n;
	call_fine(c);
}

static void do_flood(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, 100000, &n))
		return;
	c->w->fault.floods = (unsigned)n;
	call_fine(c);
}

static void do_cut(struct call *c)
{
	struct fault *f = &c->w->fault;

	f->cut_count = 0;
	while (f->cut_count < sizeof f->cut_at / sizeof *f->cut_at &&
	       call_number(c, &f->cut_at[f->cut_count]))
		f->cut_count++;
	if (f->cut_count > 0 && *c->rest == '\0') {
		call_fine(c);
		return;
	}
	f->cut_count = 0;
	call_wrong(c, "one to eight numbers of bytes, growing");
}

static void do_slow(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, INT32_MAX, &n))
		return;
	c->w->fault.slow_bytes_s = (uint64_t)n;
	call_fine(c);
}

static void do_forge(struct call *c)
{
	bool purpose = strcmp(c->rest, "purpose") == 0;

	c->w->fault.forge = purpose ? PKI_OTHER_PURPOSE : PKI_ROGUE_ANSWER;
	call_fine(c);
}

static void do_html(struct call *c)
{
	struct fault *f = &c->w->fault;
	int64_t n = INT32_MAX;

	if (*c->rest != '\0' &&
	    (!call_number(c, &n) || n > INT32_MAX || strlen(c->rest) >= sizeof f->html_method)) {
		call_wrong(c, "html [N [METHOD]]");
		return;
	}
	f->html_count = (unsigned)n;
	snprintf(f->html_method, sizeof f->html_method, "%s", c->rest);
	call_fine(c);
}

static void do_lose(struct call *c)
{
	if (store_upload_delete_open(c->w->store) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void do_cert(struct call *c)
{
	static const struct {
		const char *word;
		enum pki_id id;
	} CERTS[] = { { "good", PKI_SERVER },
		      { "rogue", PKI_ROGUE_SERVER },
		      { "expired", PKI_EXPIRED },
		      { "name", PKI_OTHER_NAME },
		      { "shown", PKI_NONE } };

	for (size_t i = 0; i < sizeof CERTS / sizeof *CERTS; i++) {
		if (strcmp(c->rest, CERTS[i].word) != 0)
			continue;
		c->w->server_cert = CERTS[i].id;
		if (set_wire(c->w, WIRE_DOWN) && set_wire(c->w, WIRE_UP))
			call_fine(c);
		else
			call_wrong(c, "the port cannot be listened on");
		return;
	}
	call_wrong(c, "which certificate? good, rogue, expired, name or shown");
}

/* The fee of the reference that is left of the line, else the newest. */
static enum err which_fee(struct call *c, struct fee *ret)
{
	return *c->rest ? store_fee_find(c->w->store, c->rest, ret)
			: store_fee_newest(c->w->store, ret);
}

static void do_pay(struct call *c)
{
	struct fee f;
	int64_t vnd = 0;

	(void)call_number(c, &vnd);
	if (which_fee(c, &f) != ERR_OK) {
		call_wrong(c, "no such fee");
		return;
	}
	f.paid += vnd > 0 ? vnd : f.amount;
	f.paid_at = clock_wall_s(&c->w->clock);
	f.times++;
	if (store_fee_set(c->w->store, &f) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void do_unpaid(struct call *c)
{
	struct fee f;

	if (which_fee(c, &f) != ERR_OK) {
		call_wrong(c, "no such fee");
		return;
	}
	f.failed = true;
	if (store_fee_set(c->w->store, &f) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void show_fee(struct call *c)
{
	struct fee f;

	if (store_fee_newest(c->w->store, &f) == ERR_OK)
		fprintf(c->out, "ok %s amount=%" PRId64 " paid=%" PRId64 " times=%" PRId64 "\n",
			f.reference, f.amount, f.paid, f.times);
	else
		call_wrong(c, "no fee was begun");
}

/* The next word of the line; advances. */
bool call_word(struct call *c, char *ret, size_t cap)
{
	size_t n = strcspn(c->rest, " ");

	if (n == 0 || n >= cap)
		return false;
	memcpy(ret, c->rest, n);
	ret[n] = '\0';
	c->rest += n;
	c->rest += strspn(c->rest, " ");
	return true;
}

/* "newest" is the one that came last; papers that are added to one are none. */
static void newest(void *data, const struct dossier *d)
{
	if (!d->supplement[0])
		*(struct dossier *)data = *d;
}

static bool which_dossier(struct call *c, struct dossier *ret, struct progress *ret_progress)
{
	struct dossier d = { 0 };
	char code[64];
	enum err e = call_word(c, code, sizeof code) ? ERR_OK : ERR_NOT_FOUND;

	if (e == ERR_OK && strcmp(code, "newest") == 0)
		e = store_each(c->w->store, newest, &d);
	else if (e == ERR_OK)
		e = store_find_any(c->w->store, code, &d);
	if (e == ERR_OK && d.key[0] && store_progress(c->w->store, d.key, ret_progress) == ERR_OK) {
		*ret = d;
		return true;
	}
	call_wrong(c, "no dossier of that code or key");
	return false;
}

static void keep_progress(struct call *c, const struct dossier *d, const struct progress *p)
{
	if (store_progress_set(c->w->store, d->key, p) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void do_progress(struct call *c)
{
	struct dossier d;
	struct progress p;

	if (!which_dossier(c, &d, &p))
		return;
	if (!call_number(c, &p.state) || p.state < 1 || p.state > 10 ||
	    strlen(c->rest) >= sizeof p.note) {
		call_wrong(c, "progress CODE STATE [WHY], STATE from 1 to 10");
		return;
	}
	snprintf(p.note, sizeof p.note, "%s", c->rest);
	if (supplement_close(c->w->store, d.key) == ERR_OK)
		keep_progress(c, &d, &p);
	else
		call_wrong(c, "the database failed");
}

static void do_supplement(struct call *c)
{
	struct supplement what = { .asked_at = clock_wall_s(&c->w->clock) };
	struct dossier d;
	struct progress p;

	if (!which_dossier(c, &d, &p))
		return;
	size_t len = strcspn(c->rest, "|");
	if (len == 0 || len >= sizeof what.papers) {
		call_wrong(c, "which papers?");
		return;
	}
	memcpy(what.papers, c->rest, len);
	for (char *at = what.papers; *at; at++)
		*at = *at == ';' ? '\n' : *at;
	snprintf(what.note, sizeof what.note, "%s", c->rest + len + (c->rest[len] == '|'));
	memcpy(what.dossier, d.key, sizeof what.dossier);
	p.state = SUPPLEMENT;
	if (supplement_ask(c->w->store, &what) == ERR_OK)
		keep_progress(c, &d, &p);
	else
		call_wrong(c, "the database failed");
}

#define DAY_S 86400

static void do_overdue(struct call *c)
{
	struct dossier d;
	struct progress p;

	if (!which_dossier(c, &d, &p))
		return;
	int64_t now_s = clock_wall_s(&c->w->clock);
	p.due_at = now_s - 3 * DAY_S;
	p.state = p.state ? p.state : 4;
	p.sorry_at = *c->rest ? now_s - DAY_S : 0;
	p.new_due_at = *c->rest ? now_s + 4 * DAY_S : 0;
	snprintf(p.sorry, sizeof p.sorry, "%s", c->rest);
	keep_progress(c, &d, &p);
}

static void set_fee(struct call *c)
{
	struct dossier d;
	struct progress p;

	if (strncmp(c->rest, "all ", 4) == 0) {
		c->rest += 4;
		if (call_one_number(c, 499999999, &c->w->fault.fee))
			call_fine(c);
		return;
	}
	if (which_dossier(c, &d, &p) && call_one_number(c, 499999999, &p.fee))
		keep_progress(c, &d, &p);
}

static void do_fee(struct call *c)
{
	if (*c->rest)
		set_fee(c);
	else
		show_fee(c);
}

static void do_heal(struct call *c)
{
	c->w->fault = (struct fault){ .forge = PKI_NONE };
	c->rest = "good";
	do_cert(c);
}

/* "N***** V** A*": enough to tell two apart, too little to know who. */
static void mask(const char *name, char *ret, size_t cap)
{
	size_t at = 0;
	bool first = true;

	for (const unsigned char *p = (const unsigned char *)name; *p && at + 5 < cap; p++) {
		bool more = (*p & 0xc0) == 0x80; /* the rest of a UTF-8 letter */

		if (*p == ' ' || first || (more && at > 0 && ret[at - 1] != '*'))
			ret[at++] = (char)*p;
		else if (!more)
			ret[at++] = '*';
		if (!more)
			first = *p == ' ';
	}
	ret[at] = '\0';
}

static void print_dossier(void *data, const struct dossier *d)
{
	FILE *out = data;
	AUTO_JSON o = json_object_new_object();
	char name[257];

	mask(d->name, name, sizeof name);
	json_object_object_add(o, "code", json_object_new_string(d->code));
	json_object_object_add(o, "key", json_object_new_string(d->key));
	json_object_object_add(o, "kiosk", json_object_new_string(d->kiosk));
	json_object_object_add(o, "receipt_code", json_object_new_string(d->receipt));
	json_object_object_add(o, "procedure", json_object_new_string(d->procedure));
	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "papers", json_object_new_int64(d->papers));
	json_object_object_add(o, "bytes", json_object_new_int64(d->bytes));
	json_object_object_add(o, "accepted", json_object_new_boolean(d->accepted));
	json_object_object_add(o, "reason", json_object_new_string(d->reason));
	if (d->supplement[0])
		json_object_object_add(o, "supplement", json_object_new_string(d->supplement));
	json_object_object_add(o, "handed_in", json_object_new_string(d->handed_in));
	json_object_object_add(o, "received_at", json_object_new_int64(d->received_at));
	json_object_object_add(o, "due_at", json_object_new_int64(d->due_at));
	fprintf(out, "%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
}

static void print_head(void *data, const struct head *h)
{
	fprintf(data, "%s %" PRId64 " %s %s\n", h->kiosk, h->seq, h->source, h->sha256);
}

static void do_heads(struct call *c)
{
	if (store_head_each(c->w->store, print_head, c->out) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void do_list(struct call *c)
{
	if (store_each(c->w->store, print_dossier, c->out) == ERR_OK)
		call_fine(c);
	else
		call_wrong(c, "the database failed");
}

static void do_show(struct call *c)
{
	struct dossier d;
	char path[PATH_MAX];
	enum err e = store_find_code(c->w->store, c->rest, &d);

	if (e != ERR_OK)
		e = store_find(c->w->store, c->rest, &d);
	if (e != ERR_OK || !received_path(c->w, d.folder, "", path, sizeof path)) {
		call_wrong(c, "no dossier of that code or key");
		return;
	}
	print_dossier(c->out, &d);
	fprintf(c->out, "%s\n", path);
	call_fine(c);
}

static void do_count(struct call *c)
{
	fprintf(c->out, "ok %" PRId64 "\n", store_count(c->w->store));
}

/* The control socket holds the line back until it is true (control.c). */
static void do_wait(struct call *c)
{
	do_count(c);
}

int64_t command_wait(const char *line)
{
	struct call c = { .rest = line };
	int64_t n;

	if (strncmp(line, "wait ", 5) != 0)
		return 0;
	c.rest += 5;
	if (strncmp(c.rest, "count ", 6) == 0)
		c.rest += 6;
	return call_number(&c, &n) && *c.rest == '\0' ? n : 0;
}

static void do_help(struct call *c);

static const struct {
	const char *word, *arguments, *what;
	void (*run)(struct call *c);
} COMMANDS[] = {
#define COMMAND(word, arguments, what) { #word, arguments, what, do_##word },
#include "tests/province/command.def"
#undef COMMAND
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof *COMMANDS)

static void do_help(struct call *c)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(c->out, "%-12s %-24s %s\n", COMMANDS[i].word, COMMANDS[i].arguments,
			COMMANDS[i].what);
	call_fine(c);
}

/* drop-answer and drop_answer are one command. */
static bool is_word(const char *line, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (line[i] != word[i] && !(line[i] == '-' && word[i] == '_'))
			return false;
	return word[n] == '\0';
}

void command_do(struct world *w, const char *line, FILE *out)
{
	size_t n = strcspn(line, " ");
	struct call c = { w, line + n + strspn(line + n, " "), out };

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!is_word(line, n, COMMANDS[i].word))
			continue;
		COMMANDS[i].run(&c);
		return;
	}
	call_wrong(&c, "unknown command; try help");
}
