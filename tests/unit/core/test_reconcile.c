/* Both sides agree in the end: what the province lost comes back once, what it invents is told. */
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "tests/unit/core/fixture.h"

#include <openssl/sha.h>

#define DAY_S 86400
#define MANY  5000

static struct fixture f;

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

static enum err answer_at(struct store *s, const char *key, const char *code, int64_t time_s)
{
	char manifest[65] = { 0 };

	memset(manifest, 'a', 64);
	return outbox_answered(s, key,
			       &(struct outbox_answer){ .accepted = code != NULL,
							.key = key,
							.manifest = manifest,
							.dossier_code = code,
							.reason = "thiếu giấy chứng sinh",
							.time_s = time_s,
							.due_s = time_s + 3 * DAY_S,
							.bytes = "signed",
							.len = 6 });
}

/* A dossier, answered at that time. */
static void filed(struct store *s, const char *code, int64_t time_s, char ret_key[STORE_KEY_CAP])
{
	if (file_one(s, ret_key) != ERR_OK || answer_at(s, ret_key, code, time_s) != ERR_OK)
		ok(!"a dossier is filed");
}

static struct outbox_item item_of(struct store *s, const char *key)
{
	struct outbox_item item = { .state = OUTBOX_STATES };

	(void)outbox_get(s, key, &item);
	return item;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* One day judged, with what the province says it has of it. Its figures. */
static struct reconcile_check judged(struct store *s, int64_t time_s, const char *const *theirs,
				     unsigned most)
{
	struct reconcile_check c = { 0 }, ret;
	char keys[8][STORE_KEY_CAP];
	size_t n = 0;
	int64_t mark = 0;
	enum err e = ERR_BUSY;

	for (; theirs && theirs[n]; n++)
		snprintf(keys[n], sizeof keys[n], "%s", theirs[n]);
	qsort(keys, n, sizeof *keys, by_text);
	eq_int(reconcile_mark(s, &mark), ERR_OK);
	reconcile_check_begin(reconcile_day_of(time_s), mark, &c);
	for (size_t i = 0; i < n; i++)
		eq_int(reconcile_check_add(&c, keys[i]), ERR_OK);
	c.time_s = time_s + 600;
	while (e == ERR_BUSY)
		e = reconcile_check_step(s, &c, most);
	eq_int(e, ERR_OK);
	ret = c;
	reconcile_check_free(&c);
	return ret;
}

static struct reconcile_find finds[16];
static unsigned find_count;

static bool take_find(void *data, const struct reconcile_find *find)
{
	(void)data;
	finds[find_count++] = *find;
	return find_count < 16;
}

static void look(struct store *s)
{
	find_count = 0;
	memset(finds, 0, sizeof finds);
	eq_int(reconcile_finds(s, 16, take_find, NULL), ERR_OK);
}

static struct reconcile_day days[40];
static unsigned day_count;

static bool take_day(void *data, const struct reconcile_day *d)
{
	(void)data;
	days[day_count++] = *d;
	return day_count < 40;
}

/* The digest, reckoned anew and in another way. */
static void digest_is_as_agreed(void)
{
	struct store *s = fresh();
	struct reconcile_digest d = { 0 };
	char keys[3][STORE_KEY_CAP], text[3 * STORE_KEY_CAP], hex[65];
	unsigned char hash[32];
	int64_t mark = -1, day = reconcile_day_of(T0);

	for (int i = 0; i < 3; i++)
		filed(s, i == 2 ? NULL : "x-1", T0 + i, keys[i]); /* a refused one counts as well */
	qsort(keys, 3, sizeof *keys, by_text);
	snprintf(text, sizeof text, "%s\n%s\n%s", keys[0], keys[1], keys[2]);
	SHA256((unsigned char *)text, strlen(text), hash);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	eq_int(reconcile_mark(s, &mark), ERR_OK);
	eq_int(mark, 3);
	eq_int(reconcile_ours(s, day, mark, &d), ERR_OK);
	eq_int(d.count, 3);
	eq_str(d.sha256, hex);
	/* what was answered after the question is not in it */
	eq_int(reconcile_ours(s, day, 1, &d), ERR_OK);
	eq_int(d.count, 1);
	eq_int(reconcile_ours(s, day + 1, mark, &d), ERR_OK);
	eq_int(d.count, 0);
	eq_str(d.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	store_close(s);
}

/* Midnight in Vietnam, to the second; our own clock plays no part. */
static void days_are_the_provinces(void)
{
	struct store *s = fresh();
	struct reconcile_digest d = { 0 };
	char key[STORE_KEY_CAP];
	int64_t midnight = T0 - T0 % DAY_S + DAY_S - 7 * 3600;

	f.shift.wall_s -= INT64_C(40) * 365 * DAY_S;
	filed(s, "x-1", midnight - 1, key);
	filed(s, "x-2", midnight, key);
	f.shift.wall_s += INT64_C(40) * 365 * DAY_S;
	eq_int(reconcile_day_of(midnight - 1) + 1, reconcile_day_of(midnight));
	eq_int(reconcile_ours(s, reconcile_day_of(midnight), 9, &d), ERR_OK);
	eq_int(d.count, 1);
	eq_int(reconcile_ours(s, reconcile_day_of(midnight - 1), 9, &d), ERR_OK);
	eq_int(d.count, 1);
	store_close(s);
}

/* Restored from yesterday's backup: it comes again under its key, and the second answer is kept
 * beside the first. */
static void q15_lost_and_taken_again(void)
{
	struct store *s = fresh();
	struct outbox_item item;
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], c[STORE_KEY_CAP];
	uint64_t accepted = 0;
	unsigned purged = 9;

	filed(s, "x-261121-0001", T0, a);
	filed(s, "x-261121-0002", T0 + 1, b);
	filed(s, "x-261121-0003", T0 + 2, c);
	struct reconcile_check r = judged(s, T0, (const char *[]){ a, NULL }, 1);
	eq_int(r.again, 2);
	eq_int(r.other, 0);
	eq_int(item_of(s, a).state, OUTBOX_ACCEPTED);
	eq_int(item_of(s, b).state, OUTBOX_SEALED);
	eq_int(item_of(s, c).state, OUTBOX_SEALED);
	/* looked at again before the answer: nothing more is done */
	r = judged(s, T0, (const char *[]){ a, NULL }, 10);
	eq_int(r.again, 0);
	/* the code of b is given to another, newer one: that is whose it is now */
	filed(s, "x-261121-0002", T0 + 30, c);
	eq_int(outbox_find(s, "x-261121-0002", &item), ERR_OK);
	eq_str(item.key, c);
	eq_int(answer_at(s, b, "x-261121-0009", T0 + 60), ERR_OK);
	eq_str(item_of(s, b).dossier_code, "x-261121-0009");
	/* who holds the first slip of b is led to it all the same */
	eq_int(reconcile_former(s, "x-261121-0002", &item), ERR_OK);
	eq_str(item.key, b);
	eq_int(reconcile_former(s, "x-261121-0009", &item), ERR_NOT_FOUND);
	eq_int(reconcile_former(s, "x-261121-0001", &item), ERR_NOT_FOUND);
	eq_int(reconcile_former(s, "", &item), ERR_NOT_FOUND);
	look(s);
	eq_int(find_count, 2);
	int n = strcmp(finds[0].key, b) == 0 ? 0 : 1;
	eq_str(finds[n].key, b);
	eq_int(finds[n].what, FIND_CHANGED);
	eq_str(finds[n].was, "x-261121-0002");
	eq_str(finds[n].code, "x-261121-0009");
	eq_int(finds[n].ended_s, T0 + 60);
	eq_int(finds[!n].what, FIND_AGAIN);
	eq_int(finds[!n].ended_s, 0);
	/* nothing is counted twice, and the chain is whole */
	eq_int(counter_get(s, "dossier.accepted", local_day(clock_wall_s(&f.clock)), &accepted),
	       ERR_OK);
	eq_int(accepted, 4);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	/* seen before it was lost does not count: only a is deleted */
	eq_int(outbox_purge(s, -10, &purged), ERR_OK);
	eq_int(purged, 1);
	store_close(s);
}

/* The same answer, byte for byte: the province had it after all. And one that it refuses now. */
static void second_answers(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP];

	filed(s, "x-1", T0, a);
	filed(s, "x-2", T0, b);
	judged(s, T0, NULL, 10);
	eq_int(answer_at(s, a, "x-1", T0), ERR_OK);
	eq_int(answer_at(s, b, NULL, T0 + 60), ERR_OK);
	eq_int(item_of(s, b).state, OUTBOX_REFUSED);
	look(s);
	eq_int(find_count, 2);
	int n = strcmp(finds[0].key, a) == 0 ? 0 : 1;
	eq_int(finds[n].what, FIND_RETURNED);
	eq_int(finds[!n].what, FIND_TURNED);
	eq_str(finds[!n].was, "x-2");
	eq_str(finds[!n].code, "");
	/* staff sent one again that nobody had missed */
	eq_int(outbox_again(s, a), ERR_OK);
	eq_int(answer_at(s, a, "x-7", T0 + 90), ERR_OK);
	look(s);
	eq_int(find_count, 3);
	eq_int(finds[2].what, FIND_CHANGED);
	eq_str(finds[2].was, "x-1");
	eq_str(finds[2].code, "x-7");
	store_close(s);
}

/* What cannot be sent again, and what is not ours: told, and over when it is so no more. */
static void told_and_nothing_invented(void)
{
	static const char STRANGE[] = "ffffffff-ffff-4fff-bfff-ffffffffffff";
	struct store *s = fresh();
	struct outbox_counts before, after;
	char gone[STORE_KEY_CAP], no[STORE_KEY_CAP], held[STORE_KEY_CAP], way[STORE_KEY_CAP];
	uint32_t standing = 9;
	unsigned purged = 0;

	filed(s, "x-1", T0, gone);
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_purge(s, -10, &purged), ERR_OK);
	eq_int(purged, 1);
	filed(s, NULL, T0, no);
	eq_int(file_one(s, held), ERR_OK);
	eq_int(outbox_damaged(s, held), ERR_OK);
	eq_int(file_one(s, way), ERR_OK);
	eq_int(outbox_counts(s, &before), ERR_OK);
	for (int i = 0; i < 2; i++) { /* the same things, told once */
		struct reconcile_check r =
			judged(s, T0, (const char *[]){ STRANGE, held, way, NULL }, i ? 1 : 10);
		eq_int(r.again, 0);
		eq_int(r.other, 4);
		look(s);
		eq_int(find_count, 4);
		eq_int(reconcile_standing(s, &standing), ERR_OK);
		eq_int(standing, 4);
	}
	eq_int(outbox_counts(s, &after), ERR_OK);
	ok(memcmp(before.in, after.in, sizeof before.in) == 0);
	ok(before.bytes == after.bytes && before.oldest_unsent_s == after.oldest_unsent_s);
	bool seen[FIND_COUNT] = { 0 };
	for (unsigned i = 0; i < find_count; i++)
		seen[finds[i].what] = true;
	ok(seen[FIND_PURGED] && seen[FIND_UNREFUSED] && seen[FIND_UNKNOWN] && seen[FIND_HELD]);
	/* a refusal that was looked for need not be kept for ever */
	eq_int(outbox_purge(s, -10, &purged), ERR_OK);
	eq_int(purged, 1);
	/* the province has found them, and has forgotten the stranger */
	struct reconcile_check r = judged(s, T0 - 60, (const char *[]){ gone, no, way, NULL }, 10);
	eq_int(r.other, 0);
	eq_int(reconcile_standing(s, &standing), ERR_OK);
	eq_int(standing, 0);
	store_close(s);
}

/* By another day than its own signed answer names: told; sending it again would change nothing. */
static void on_another_day(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP];

	filed(s, "x-1", T0, a);
	struct reconcile_check r = judged(s, T0 + DAY_S, (const char *[]){ a, NULL }, 10);
	eq_int(r.other, 1);
	look(s);
	eq_int(finds[0].what, FIND_MOVED);
	eq_int(item_of(s, a).state, OUTBOX_ACCEPTED);
	store_close(s);
}

static void keys_from_outside(void)
{
	static const char *const BAD[] = {
		"",
		"6f1c2b3a-0000-4000-8000-00000000000",
		"6f1c2b3a-0000-4000-8000-0000000000000",
		"6F1c2b3a-0000-4000-8000-000000000000",
		"6f1c2b3a 0000-4000-8000-000000000000",
		"6f1c2b3a-0000-4000-8000-00000000000'",
		"00000000-0000-4000-8000-000000000000", /* before the last one */
		"6f1c2b3a-0000-4000-8000-000000000000", /* the last one */
	};
	struct reconcile_check c = { 0 };
	char key[STORE_KEY_CAP];
	enum err e = ERR_OK;
	unsigned n = 0;

	eq_int(reconcile_check_add(&c, "6f1c2b3a-0000-4000-8000-000000000000"), ERR_OK);
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(reconcile_check_add(&c, BAD[i]), ERR_BAD_DATA);
	reconcile_check_free(&c);
	for (; e == ERR_OK; n++) { /* keys without end */
		snprintf(key, sizeof key, "%08x-0000-4000-8000-000000000000", n);
		e = reconcile_check_add(&c, key);
	}
	eq_int(e, ERR_BAD_DATA);
	eq_int(n, RECONCILE_MAX_KEYS + 1);
	reconcile_check_free(&c);
}

static enum err listed(const char *const *keys, const struct reconcile_digest *theirs, bool *ret)
{
	struct reconcile_check c = { 0 };
	enum err e = ERR_OK;

	for (; *keys && e == ERR_OK; keys++)
		e = reconcile_check_add(&c, *keys);
	if (e == ERR_OK)
		e = reconcile_check_counted(&c, theirs, ret);
	reconcile_check_free(&c);
	return e;
}

/* A list that is not what was counted is told of, and proves nothing: never a purge. */
static void a_list_that_was_not_counted(void)
{
	struct store *s = fresh();
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP];
	struct reconcile_digest ours;
	unsigned purged = 9;
	uint32_t standing = 0;
	bool counted = false;

	filed(s, "x-1", T0, a);
	filed(s, "x-2", T0, b);
	eq_int(reconcile_ours(s, reconcile_day_of(T0), 2, &ours), ERR_OK);
	bool first = strcmp(a, b) < 0;
	const char *const both[] = { first ? a : b, first ? b : a, NULL };
	eq_int(listed(both, &ours, &counted), ERR_OK);
	ok(counted);
	eq_int(listed((const char *[]){ a, NULL }, &ours, &counted), ERR_OK);
	ok(!counted); /* one is missing */
	struct reconcile_digest wrong = ours;
	wrong.sha256[0] ^= 1;
	eq_int(listed(both, &wrong, &counted), ERR_OK);
	ok(!counted);
	wrong = (struct reconcile_digest){ .day = ours.day }; /* "nothing that day" */
	eq_int(listed(both, &wrong, &counted), ERR_OK);
	ok(!counted);
	eq_int(listed((const char *[]){ NULL }, &wrong, &counted), ERR_OK);
	ok(counted);

	wrong.count = 7;
	for (int i = 0; i < 2; i++) { /* told once, however often it is met */
		eq_int(reconcile_unclear(s, &wrong, 2, T0 + 60), ERR_OK);
		eq_int(reconcile_standing(s, &standing), ERR_OK);
		eq_int(standing, 1);
	}
	wrong.day--;
	eq_int(reconcile_unclear(s, &wrong, 2, T0 + 60), ERR_OK); /* and of each day */
	look(s);
	eq_int(find_count, 2);
	eq_int(finds[0].what, FIND_UNCLEAR);
	eq_str(finds[0].key, "2026-11-21");
	eq_str(finds[0].receipt_code, "");
	eq_int(finds[0].state, OUTBOX_STATES);
	eq_str(finds[1].key, "2026-11-20");
	eq_int(outbox_purge(s, -10 * DAY_S, &purged), ERR_OK);
	eq_int(purged, 0);
	eq_int(item_of(s, a).state, OUTBOX_ACCEPTED);
	day_count = 0;
	eq_int(reconcile_days(s, 40, take_day, NULL), ERR_OK);
	eq_int(days[0].ours, 2);
	eq_int(days[0].theirs, 7);
	ok(!days[0].same);
	/* the truth ends it */
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(reconcile_standing(s, &standing), ERR_OK);
	eq_int(standing, 1);
	eq_int(outbox_purge(s, -10 * DAY_S, &purged), ERR_OK);
	eq_int(purged, 2);
	store_close(s);
}

/* Thirty days in the deep offline, or a year at once: one run, whatever there is. All of them
 * have the same second, so that nothing can be paged by time. */
static void q12_q13_q22_a_whole_backlog(void)
{
	struct store *s = fresh();
	struct reconcile_check c = { 0 };
	struct outbox_counts n;
	struct outbox_item item;
	char key[STORE_KEY_CAP];
	uint32_t wait_ms;
	unsigned portions = 0, sent = 0;
	enum err e = ERR_OK;

	for (int i = 0; i < MANY && e == ERR_OK; i++) {
		e = file_one(s, key);
		if (e == ERR_OK)
			e = answer_at(s, key, "x-1", T0);
	}
	eq_int(e, ERR_OK);
	reconcile_check_begin(reconcile_day_of(T0), MANY, &c);
	c.time_s = T0 + 60;
	for (e = ERR_BUSY; e == ERR_BUSY; portions++)
		e = reconcile_check_step(s, &c, 50);
	eq_int(e, ERR_OK);
	eq_int(portions, MANY / 50);
	eq_int(c.again, MANY);
	reconcile_check_free(&c);
	eq_int(outbox_counts(s, &n), ERR_OK);
	eq_int(n.in[OUTBOX_SEALED], MANY);
	while (outbox_next(s, NULL, &item, &wait_ms) == ERR_OK) {
		e = outbox_sending(s, item.key);
		if (e == ERR_OK)
			e = answer_at(s, item.key, "x-2", T0 + 90);
		if (e != ERR_OK)
			break;
		sent++;
	}
	eq_int(sent, MANY);
	eq_int(outbox_counts(s, &n), ERR_OK);
	eq_int(n.in[OUTBOX_ACCEPTED], MANY);
	eq_int(seen_there(s, T0 + 90), ERR_OK);
	eq_int(outbox_purge(s, -10, &sent), ERR_OK);
	eq_int(sent, MANY);
	store_close(s);
}

/* As far back as the oldest that the province was never seen to have. */
static void window_reaches_the_oldest(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	uint32_t window = 0;
	bool needed = true;

	eq_int(reconcile_needed(s, &needed), ERR_OK);
	ok(!needed);
	eq_int(reconcile_window(s, 30, &window), ERR_OK);
	eq_int(window, 30);
	eq_int(reconcile_window(s, 0, &window), ERR_OK);
	eq_int(window, 1);
	filed(s, "x-1", T0 - 44 * DAY_S, key);
	eq_int(reconcile_needed(s, &needed), ERR_OK);
	ok(needed);
	eq_int(reconcile_window(s, 30, &window), ERR_OK);
	eq_int(window, 46);
	eq_int(seen_there(s, T0 - 44 * DAY_S), ERR_OK);
	eq_int(reconcile_window(s, 30, &window), ERR_OK);
	eq_int(window, 30);
	filed(s, "x-2", 1, key);
	eq_int(reconcile_window(s, 30, &window), ERR_OK);
	eq_int(window, RECONCILE_MAX_DAYS);
	store_close(s);
}

static char last_line[256];

static bool take_line(void *data, const struct audit_line *l)
{
	(void)data;
	snprintf(last_line, sizeof last_line, "%s %s %s", l->what, l->subject, l->detail);
	return false;
}

/* A purge is proven by the hash of what was purged, unmasked. */
static void audit_lines(void)
{
	struct store *s = fresh();
	struct reconcile_run run = { .why = "day",
				     .ended_s = T0,
				     .epoch = "00112233aabbccdd",
				     .days = 30,
				     .ours = 1,
				     .theirs = 1 };
	struct reconcile_run last = { 0 };
	char key[STORE_KEY_CAP], want[256];

	eq_int(reconcile_last(s, true, &last), ERR_NOT_FOUND);
	filed(s, "x-1", T0, key);
	eq_int(seen_there(s, T0), ERR_OK);
	eq_int(outbox_purge(s, -10, NULL), ERR_OK);
	eq_int(audit_list(s, 1, take_line, NULL), ERR_OK);
	snprintf(want, sizeof want,
		 "outbox.purged %s accepted sha256=c9d0036b-ed6744bc-df692fc9-80d8717d-7e5f5a4f-"
		 "4e8266b4-a8498260-2fb1cd09",
		 key);
	eq_str(last_line, want);
	eq_int(reconcile_ended(s, &run), ERR_OK);
	eq_int(audit_list(s, 1, take_line, NULL), ERR_OK);
	eq_str(last_line, "reconcile.done 00112233aabbccdd why=day days=30 ours=1 theirs=1 differ=0"
			  " again=0");
	run.error = ERR_TIMEOUT;
	run.ours = 7;
	eq_int(reconcile_ended(s, &run), ERR_OK);
	eq_int(reconcile_last(s, true, &last), ERR_OK);
	eq_int(last.ours, 1);
	eq_str(last.epoch, "00112233aabbccdd");
	eq_int(reconcile_last(s, false, &last), ERR_OK);
	eq_int(last.error, ERR_TIMEOUT);
	store_close(s);
}

static void report_of_days(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];

	for (int i = 0; i < 30; i++) {
		filed(s, "x-1", T0 - i * DAY_S, key);
		eq_int(seen_there(s, T0 - i * DAY_S), ERR_OK);
	}
	judged(s, T0, NULL, 10);
	day_count = 0;
	eq_int(reconcile_days(s, 40, take_day, NULL), ERR_OK);
	eq_int(day_count, 30);
	eq_int(days[0].day, reconcile_day_of(T0));
	ok(!days[0].same);
	eq_int(days[0].ours, 1);
	eq_int(days[0].theirs, 0);
	eq_int(days[0].again, 1);
	ok(days[29].same);
	store_close(s);
	s = open_store(&f); /* nothing of it is lost with the program */
	day_count = 0;
	eq_int(reconcile_days(s, 40, take_day, NULL), ERR_OK);
	eq_int(day_count, 30);
	for (int i = 0; i < FIND_COUNT; i++)
		ok(reconcile_find_words((enum reconcile_kind)i, false)[0] &&
		   reconcile_find_words((enum reconcile_kind)i, true)[0]);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	digest_is_as_agreed();
	days_are_the_provinces();
	q15_lost_and_taken_again();
	second_answers();
	told_and_nothing_invented();
	on_another_day();
	keys_from_outside();
	a_list_that_was_not_counted();
	q12_q13_q22_a_whole_backlog();
	window_reaches_the_oldest();
	audit_lines();
	report_of_days();
	fixture_finish(&f);
	return tap_done();
}
