/* The way of a dossier to the province. Names with a number are users' complaints about other
 * systems; each is a thing that must not happen here. */
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/pace.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static struct dice dice = { .count = 1 };

static void pass_ms(int64_t ms)
{
	f.shift.mono_ms += ms;
}

static struct store *fresh(void)
{
	remove_dir(f.data);
	dice.pause = 0;
	return open_store(&f);
}

static enum outbox_state state_of(struct store *s, const char *key)
{
	struct outbox_item item;

	return outbox_get(s, key, &item) == ERR_OK ? item.state : OUTBOX_STATES;
}

/* The key of the next one, or "" and how long to wait. */
static uint32_t next(struct store *s, char ret_key[STORE_KEY_CAP])
{
	struct outbox_item item;
	uint32_t wait_ms = 0;
	enum err e = outbox_next(s, NULL, &item, &wait_ms);

	snprintf(ret_key, STORE_KEY_CAP, "%s", e == ERR_OK ? item.key : "");
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		ok(!"outbox_next");
	return wait_ms;
}

static enum err fail(struct store *s, const char *key, uint16_t http, uint32_t after_s)
{
	struct outbox_failure failure = { .why = http ? ERR_SERVER : ERR_OFFLINE,
					  .http = http,
					  .retry_after_s = after_s };
	enum err e = outbox_sending(s, key);

	return e == ERR_OK ? outbox_failed(s, key, &failure) : e;
}

static enum err answer(struct store *s, const char *key, const char *code)
{
	static char manifest[65];
	memset(manifest, 'a', 64);
	struct outbox_answer a = { .accepted = code != NULL,
				   .key = key,
				   .manifest = manifest,
				   .dossier_code = code,
				   .reason = "thiếu giấy chứng sinh",
				   .time_s = T0 + 5,
				   .due_s = T0 + 86400,
				   .bytes = "signed",
				   .len = 6 };

	return outbox_answered(s, key, &a);
}

static void the_whole_way(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], key[STORE_KEY_CAP];
	struct outbox_item item;
	uint8_t *proof = NULL;
	size_t len = 0;
	uint64_t n = 0;

	eq_int(next(s, key), UINT32_MAX);
	eq_int(file_one(s, a), ERR_OK);
	eq_int(file_one(s, b), ERR_OK);
	next(s, key);
	eq_str(key, a);
	eq_int(outbox_sending(s, a), ERR_OK);
	eq_int(outbox_sending(s, a), ERR_OK);
	eq_int(outbox_sending(s, b), ERR_DENIED);
	uint32_t wait_ms;
	eq_int(outbox_next(s, NULL, &item, &wait_ms), ERR_BUSY);
	eq_int(outbox_upload_at(s, a, "https://example.invalid/up/1"), ERR_OK);
	eq_int(outbox_sent(s, a), ERR_OK);
	eq_int(outbox_sent(s, a), ERR_OK);
	eq_int(state_of(s, a), OUTBOX_SENT);
	eq_int(answer(s, a, "000.00.06.H56-261121-0007"), ERR_OK);
	eq_int(answer(s, a, "000.00.06.H56-261121-0007"), ERR_OK);
	eq_int(answer(s, a, "000.00.06.H56-261121-0008"), ERR_FORGED);
	eq_int(answer(s, a, NULL), ERR_FORGED);
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_int(item.state, OUTBOX_ACCEPTED);
	eq_str(item.dossier_code, "000.00.06.H56-261121-0007");
	eq_str(item.reason, "");
	eq_int(item.due_s, T0 + 86400);
	eq_int(outbox_find(s, "000.00.06.H56-261121-0007", &item), ERR_OK);
	eq_str(item.key, a);
	eq_int(outbox_find(s, item.receipt_code, &item), ERR_OK);
	eq_str(item.key, a);
	eq_int(outbox_find(s, "", &item), ERR_NOT_FOUND);
	eq_int(outbox_proof(s, a, &proof, &len), ERR_OK);
	ok(len == 6 && memcmp(proof, "signed", 6) == 0);
	free(proof);
	eq_int(outbox_proof(s, b, &proof, &len), ERR_NOT_FOUND);

	next(s, key);
	eq_str(key, b);
	eq_int(outbox_sending(s, b), ERR_OK);
	eq_int(answer(s, b, NULL), ERR_OK);
	eq_int(outbox_get(s, b, &item), ERR_OK);
	eq_int(item.state, OUTBOX_REFUSED);
	eq_str(item.reason, "thiếu giấy chứng sinh");
	eq_int(next(s, key), UINT32_MAX);
	eq_int(counter_get(s, "dossier.sealed", 261121, &n), ERR_OK);
	eq_int(n, 2);
	eq_int(counter_get(s, "dossier.refused", 261121, &n), ERR_OK);
	eq_int(n, 1);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

static void unknown_keys(void)
{
	static const char KEY[] = "6f1c2b3a-0000-4000-8000-00000000ffff";
	struct store *s = fresh();
	struct outbox_item item;
	int fd = -1;

	eq_int(outbox_get(s, KEY, &item), ERR_NOT_FOUND);
	eq_int(outbox_sending(s, KEY), ERR_NOT_FOUND);
	eq_int(outbox_upload_at(s, KEY, "x"), ERR_NOT_FOUND);
	eq_int(outbox_sent(s, KEY), ERR_NOT_FOUND);
	eq_int(fail(s, KEY, 0, 0), ERR_NOT_FOUND);
	eq_int(answer(s, KEY, "x"), ERR_NOT_FOUND);
	eq_int(outbox_again(s, KEY), ERR_NOT_FOUND);
	eq_int(outbox_open(s, KEY, &fd), ERR_NOT_FOUND);
	store_close(s);
}

/* Stuck on "sending": after a restart it waits again, with the place its upload had reached. */
static void q02_not_sending_for_ever(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], key[STORE_KEY_CAP];
	struct outbox_item item;
	uint32_t wait_ms;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(outbox_sending(s, a), ERR_OK);
	eq_int(outbox_upload_at(s, a, "https://example.invalid/up/2"), ERR_OK);
	store_close(s);
	s = open_store(&f);
	eq_int(store_report(s)->interrupted, 1);
	next(s, key);
	eq_str(key, a);
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_str(item.upload, "https://example.invalid/up/2");

	/* the sender hangs: its lease ends, unless it shows something */
	eq_int(outbox_sending(s, a), ERR_OK);
	pass_ms(OUTBOX_LEASE_MS - 1000);
	eq_int(outbox_upload_at(s, a, "https://example.invalid/up/3"), ERR_OK);
	pass_ms(OUTBOX_LEASE_MS - 1000);
	eq_int(outbox_next(s, NULL, &item, &wait_ms), ERR_BUSY);
	pass_ms(2000);
	eq_int(outbox_next(s, NULL, &item, &wait_ms), ERR_TIMEOUT);
	eq_str(item.key, a);
	eq_int(outbox_failed(s, a, &(struct outbox_failure){ .why = ERR_TIMEOUT }), ERR_OK);
	eq_int(state_of(s, a), OUTBOX_SEALED);
	store_close(s);
}

/* Deleted after sending although there was an error: only a verified answer ends a dossier. */
static void q04_nothing_but_an_answer_ends_it(void)
{
	static const uint16_t HTTP[] = { 0, 200, 302, 400, 401, 404, 409, 413, 422, 429, 500, 503 };
	struct store *s = fresh();
	char a[STORE_KEY_CAP], manifest[65];
	unsigned purged = 9;
	int fd = -1;

	memset(manifest, 'b', 64);
	manifest[64] = '\0';
	eq_int(file_one(s, a), ERR_OK);
	for (size_t i = 0; i < sizeof HTTP / sizeof *HTTP; i++) {
		if (state_of(s, a) == OUTBOX_QUARANTINED)
			eq_int(outbox_again(s, a), ERR_OK);
		eq_int(fail(s, a, HTTP[i], 0), ERR_OK);
		eq_int(outbox_purge(s, 0, &purged), ERR_OK);
		eq_int(purged, 0);
		eq_int(outbox_open(s, a, &fd), ERR_OK);
		close(fd);
	}
	struct outbox_answer other = { .accepted = true,
				       .key = a,
				       .manifest = manifest,
				       .dossier_code = "x-261121-0001",
				       .bytes = "s",
				       .len = 1 };
	eq_int(outbox_answered(s, a, &other), ERR_FORGED);
	memset(manifest, 'a', 64);
	other.key = "6f1c2b3a-0000-4000-8000-00000000ffff";
	eq_int(outbox_answered(s, a, &other), ERR_FORGED);
	other.key = a;
	other.dossier_code = "";
	eq_int(outbox_answered(s, a, &other), ERR_FORGED);
	ok(state_of(s, a) != OUTBOX_ACCEPTED);
	other.dossier_code = "x-261121-0001";
	eq_int(outbox_answered(s, a, &other), ERR_OK);
	store_close(s);
}

/* Not sent after the link came back: waiting times begin anew, after one small spread. */
static void q06_link_up_wakes_all(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], key[STORE_KEY_CAP];

	eq_int(file_one(s, a), ERR_OK);
	dice.pause = PACE_CAP_MS - 1; /* the longest pauses there are */
	for (int i = 0; i < 12; i++) {
		pass_ms(PACE_CAP_MS);
		eq_int(fail(s, a, 0, 0), ERR_OK);
	}
	ok(next(s, key) > 200000);
	dice.pause = 700;
	eq_int(outbox_link_up(s, 1000), ERR_OK);
	uint32_t wait_ms = next(s, key);
	eq_str(key, "");
	ok(wait_ms > 600 && wait_ms <= 700);
	pass_ms(700);
	next(s, key);
	eq_str(key, a);
	store_close(s);
}

/* The same one sent twice by staff: it keeps its key, and an answered one stays answered. */
static void q09_sent_again_under_the_same_key(void)
{
	struct store *s = fresh();
	struct package p;
	struct outbox_counts counts;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	struct package changed = p;
	memset(changed.manifest, 'c', 64);
	eq_int(outbox_add(s, &changed, NULL), ERR_DENIED);
	struct package same_code = p;
	eq_int(store_new_key(s, same_code.key), ERR_OK);
	eq_int(outbox_add(s, &same_code, NULL), ERR_DENIED);
	eq_int(outbox_again(s, p.key), ERR_OK);
	eq_int(outbox_counts(s, &counts), ERR_OK);
	eq_int(counts.in[OUTBOX_SEALED], 1);
	eq_int(answer(s, p.key, NULL), ERR_OK);
	eq_int(outbox_again(s, p.key), ERR_DENIED);
	eq_int(outbox_sending(s, p.key), ERR_DENIED);
	eq_int(fail(s, p.key, 500, 0), ERR_DENIED);
	eq_int(state_of(s, p.key), OUTBOX_REFUSED);
	store_close(s);
}

/* One bad dossier blocks all others: it goes aside after a few tries that can never succeed, and
 * failures of the way never put anything aside. */
static void poison_goes_aside(void)
{
	static const struct outbox_failure REFUSED = { .why = ERR_REFUSED,
						       .http = 422,
						       .detail = "another kind of package" };
	static const uint16_t PASSING[] = { 0, 401, 403, 408, 409, 423, 429, 460, 503 };
	struct store *s = fresh();
	struct outbox_item item;
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], key[STORE_KEY_CAP];

	eq_int(file_one(s, a), ERR_OK);
	eq_int(file_one(s, b), ERR_OK);
	dice.pause = 1500;
	eq_int(fail(s, a, 422, 0), ERR_OK);
	next(s, key);
	eq_str(key, b); /* at once, though a waits */
	for (unsigned i = 1; i < OUTBOX_MAX_PERMANENT; i++) {
		eq_int(state_of(s, a), OUTBOX_SEALED);
		eq_int(outbox_sending(s, a), ERR_OK);
		eq_int(outbox_failed(s, a, &REFUSED), ERR_OK);
	}
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_int(item.state, OUTBOX_QUARANTINED);
	eq_int(item.last_error, ERR_REFUSED);
	eq_int(item.last_http, 422);
	eq_str(item.reason, "another kind of package"); /* for staff */
	for (unsigned i = 0; i < 5 * sizeof PASSING / sizeof *PASSING; i++)
		eq_int(fail(s, b, PASSING[i / 5], 0), ERR_OK);
	eq_int(state_of(s, b), OUTBOX_SEALED);
	pass_ms(PACE_CAP_MS);
	next(s, key);
	eq_str(key, b);
	eq_int(outbox_again(s, a), ERR_OK);
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_int(item.state, OUTBOX_SEALED);
	eq_str(item.reason, "");
	store_close(s);
}

/* The province is down: the backlog is not tried one by one without a pause. */
static void a_failing_way_holds_all(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], c[STORE_KEY_CAP], key[STORE_KEY_CAP];
	struct outbox_item item;
	uint32_t wait_ms;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(file_one(s, b), ERR_OK);
	dice.pause = 1500;
	eq_int(fail(s, a, 503, 0), ERR_OK);
	wait_ms = next(s, key);
	ok(wait_ms > 1000 && wait_ms <= 1500);
	/* only the citizen who stands there with a new dossier need not wait */
	eq_int(file_one(s, c), ERR_OK);
	eq_int(outbox_next(s, c, &item, &wait_ms), ERR_OK);
	eq_str(item.key, c);
	pass_ms(1500);
	next(s, key);
	eq_str(key, b);
	/* the server says when: everybody waits so long, and then not all at once */
	eq_int(fail(s, b, 503, 120), ERR_OK);
	wait_ms = next(s, key);
	ok(wait_ms > 120000 && wait_ms <= 121500);
	eq_int(outbox_link_up(s, 0), ERR_OK);
	/* a server may not ask for a year */
	eq_int(fail(s, b, 503, 4000000000u), ERR_OK);
	ok(next(s, key) <= PACE_MAX_AFTER_S * 1000 + 4000);
	/* and an answer opens the way for all */
	eq_int(answer(s, b, "x-261121-0001"), ERR_OK);
	next(s, key);
	ok(*key);
	store_close(s);
}

/* Sync stops after the first batch: 5,000 go out in one run, in the order they came. */
static void q12_a_backlog_drains(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP], code[40];
	int sent = 0;

	for (int i = 0; i < 5000; i++)
		if (file_one(s, key) != ERR_OK)
			ok(!"file_one");
	while (next(s, key), *key) {
		snprintf(code, sizeof code, "x-261121-%04d", ++sent);
		if (outbox_sending(s, key) != ERR_OK || answer(s, key, code) != ERR_OK)
			ok(!"send");
	}
	eq_int(sent, 5000);
	struct outbox_item item;
	eq_int(outbox_find(s, "x-261121-0123", &item), ERR_OK);
	ok(strstr(item.receipt_code, "-0123-"));
	store_close(s);
}

/* The province was restored from yesterday's backup: what it lost is sent again. */
static void q15_sent_again_after_the_province_lost_it(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP];
	struct outbox_item item;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(answer(s, a, "x-261121-0001"), ERR_OK);
	eq_int(outbox_again(s, a), ERR_OK);
	eq_int(answer(s, a, "x-261122-0009"), ERR_OK);
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_str(item.dossier_code, "x-261122-0009");
	store_close(s);
}

/* The clock jumps: nothing is purged, skipped or waits for years because of it. */
static void q16_the_clock_jumps(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], key[STORE_KEY_CAP];
	int64_t was = f.shift.wall_s;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(fail(s, a, 0, 0), ERR_OK);
	f.shift.wall_s -= INT64_C(50) * 365 * 86400; /* 1976 */
	eq_int(file_one(s, b), ERR_OK);
	store_close(s);
	s = open_store(&f);
	next(s, key);
	eq_str(key, a);
	f.shift.wall_s = was + INT64_C(12) * 365 * 86400; /* 2038 */
	eq_int(outbox_purge(s, 86400, NULL), ERR_OK);
	eq_int(state_of(s, a), OUTBOX_SEALED);
	eq_int(state_of(s, b), OUTBOX_SEALED);
	f.shift.wall_s = was;
	store_close(s);
}

static void purged_after_the_retention(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP];
	struct outbox_item item;
	unsigned purged = 0;
	uint8_t *proof;
	size_t len;
	int fd = -1;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(file_one(s, b), ERR_OK);
	eq_int(answer(s, a, "x-261121-0001"), ERR_OK);
	eq_int(answer(s, b, NULL), ERR_OK);
	eq_int(outbox_purge(s, 86400, &purged), ERR_OK);
	eq_int(purged, 0);
	f.shift.wall_s += 86410;
	eq_int(outbox_purge(s, 86400, &purged), ERR_OK);
	eq_int(purged, 0); /* nobody has looked whether the province has them */
	eq_int(seen_there(s, T0 + 5), ERR_OK);
	eq_int(outbox_purge(s, 86420, &purged), ERR_OK);
	eq_int(purged, 0);
	eq_int(outbox_purge(s, 86400, &purged), ERR_OK);
	eq_int(purged, 2);
	eq_int(outbox_get(s, b, &item), ERR_OK);
	eq_int(item.state, OUTBOX_PURGED);
	eq_str(item.reason, "");
	eq_int(outbox_open(s, a, &fd), ERR_DENIED);
	eq_int(outbox_again(s, a), ERR_DENIED);
	eq_int(answer(s, a, "x-261121-0001"), ERR_DENIED);
	eq_int(outbox_proof(s, a, &proof, &len), ERR_OK); /* says nothing of the citizen */
	free(proof);
	eq_int(outbox_proof(s, b, &proof, &len), ERR_NOT_FOUND);
	eq_int(outbox_find(s, "x-261121-0001", &item), ERR_OK);
	f.shift.wall_s -= 86410;
	store_close(s);
}

/* Power goes between "saved" on the disk and "saved" on the screen: the person hears of it when
 * they come back, and nobody else does. */
static void the_untold_are_told(void)
{
	struct store *s = fresh();
	struct outbox_item item;
	struct package p, q;
	struct vault *v = NULL;

	eq_int(outbox_untold(s, CITIZEN, &item), ERR_NOT_FOUND);
	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, v), ERR_OK);
	vault_close(v);
	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	vault_close(v);
	eq_int(vault_find(s, CITIZEN, &v), ERR_OK); /* resumed: it has its mark too */
	eq_int(fake_package(s, &q), ERR_OK);
	eq_int(outbox_add(s, &q, v), ERR_OK);
	vault_close(v);
	store_close(s);

	s = open_store(&f);
	eq_int(outbox_untold(s, OTHER, &item), ERR_NOT_FOUND);
	eq_int(outbox_untold(s, CITIZEN, &item), ERR_OK);
	eq_str(item.key, q.key);
	eq_int(outbox_told(s, q.key), ERR_OK);
	eq_int(outbox_told(s, q.key), ERR_OK);
	eq_int(outbox_untold(s, CITIZEN, &item), ERR_OK);
	eq_str(item.key, p.key);
	eq_int(answer(s, p.key, "x-261121-0001"), ERR_OK);
	eq_int(outbox_untold(s, CITIZEN, &item), ERR_OK);
	eq_str(item.dossier_code, "x-261121-0001");
	f.shift.wall_s += 86410;
	eq_int(seen_there(s, T0 + 5), ERR_OK);
	eq_int(outbox_purge(s, 86400, NULL), ERR_OK);
	eq_int(outbox_untold(s, CITIZEN, &item), ERR_NOT_FOUND);
	f.shift.wall_s -= 86410;
	eq_int(outbox_told(s, "6f1c2b3a-0000-4000-8000-00000000ffff"), ERR_NOT_FOUND);
	store_close(s);
}

static void a_damaged_package_goes_aside(void)
{
	struct store *s = fresh();
	struct package p;
	int fd = -1;

	eq_int(fake_package(s, &p), ERR_OK);
	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	fd = openat(store_outbox_fd(s), p.name, O_RDWR);
	ok(fd >= 0 && pwrite(fd, "S", 1, 0) == 1);
	close(fd);
	eq_int(outbox_open(s, p.key, &fd), ERR_DAMAGED);
	eq_int(state_of(s, p.key), OUTBOX_QUARANTINED);
	store_close(s);
}

static bool count_item(void *data, const struct outbox_item *item)
{
	int *left = data;

	(void)item;
	return --*left > 0;
}

static void lists_and_counts(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	struct outbox_counts counts;
	int left = 100;

	eq_int(outbox_counts(s, &counts), ERR_OK);
	eq_int(counts.oldest_unsent_s, 0);
	for (int i = 0; i < 5; i++)
		eq_int(file_one(s, key), ERR_OK);
	eq_int(answer(s, key, "x-261121-0005"), ERR_OK);
	eq_int(outbox_list(s, 3, count_item, &left), ERR_OK);
	eq_int(left, 97);
	left = 2;
	eq_int(outbox_list(s, 100, count_item, &left), ERR_OK);
	eq_int(left, 0);
	eq_int(outbox_counts(s, &counts), ERR_OK);
	eq_int(counts.in[OUTBOX_SEALED], 4);
	eq_int(counts.in[OUTBOX_ACCEPTED], 1);
	ok(counts.oldest_unsent_s >= T0 && counts.oldest_unsent_s < T0 + 600);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	f.options.random = loaded_dice;
	f.options.random_data = &dice;
	the_whole_way();
	unknown_keys();
	q02_not_sending_for_ever();
	q04_nothing_but_an_answer_ends_it();
	q06_link_up_wakes_all();
	q09_sent_again_under_the_same_key();
	poison_goes_aside();
	a_failing_way_holds_all();
	q12_a_backlog_drains();
	q15_sent_again_after_the_province_lost_it();
	q16_the_clock_jumps();
	purged_after_the_retention();
	a_damaged_package_goes_aside();
	the_untold_are_told();
	lists_and_counts();
	fixture_finish(&f);
	return tap_done();
}
