/* A changed, removed, inserted or cut audit line shows. */
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static void sql(struct store *s, const char *text)
{
	eq_int(sqlite3_exec(s->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static struct store *five_lines(void)
{
	remove_dir(f.data);
	struct store *s = open_store(&f);

	for (int i = 0; i < 5; i++)
		eq_int(audit_add(s, "staff.login", "TECHNICIAN", "by card"), ERR_OK);
	return s;
}

static void tampering(const char *how, int64_t want_bad)
{
	struct store *s = five_lines();
	int64_t lines = -1, bad = -1;

	eq_int(audit_verify(s, &lines, &bad), ERR_OK);
	eq_int(lines, 5);
	sql(s, how);
	eq_int(audit_verify(s, &lines, &bad), ERR_FORGED);
	eq_int(bad, want_bad);
	store_close(s);
}

static struct audit_point point_at(struct store *s, int64_t seq)
{
	struct audit_point p = { 0 };

	eq_int(audit_at(s, seq, &p), ERR_OK);
	return p;
}

/* What is found after `how`, when the line `confirmed` (0: none) had been confirmed before. */
static void finding(const char *how, int64_t confirmed, enum audit_fault fault, int64_t seq)
{
	struct store *s = five_lines();
	struct audit_point p = { 0 };
	struct audit_finding found = { 0 };

	if (confirmed)
		p = point_at(s, confirmed);
	sql(s, how);
	eq_int(audit_check(s, &p, &found), ERR_OK);
	eq_int(found.fault, fault);
	eq_int(found.seq, seq);
	for (unsigned most = 1; most <= 6; most++) { /* the same in portions */
		struct audit_walk w = { .confirmed = p };
		struct audit_finding piecewise = { 0 };
		enum err e;

		while ((e = audit_walk_on(s, &w, most, &piecewise)) == ERR_BUSY)
			;
		eq_int(e, ERR_OK);
		ok(piecewise.fault == found.fault && piecewise.seq == found.seq &&
		   piecewise.first == found.first && piecewise.last == found.last);
	}
	store_close(s);
}

static void portions_while_it_grows_and_is_pruned(void)
{
	struct store *s = five_lines();
	struct audit_walk w = { 0 };
	struct audit_finding found = { 0 };
	struct audit_point last = point_at(s, 5);
	int64_t pruned = 0;

	eq_int(audit_walk_on(s, &w, 2, &found), ERR_BUSY);
	eq_int(audit_add(s, "staff.login", "TECHNICIAN", "by card"), ERR_OK);
	eq_int(audit_prune(s, 3, &last, &pruned), ERR_OK);
	eq_int(pruned, 3);
	while (audit_walk_on(s, &w, 2, &found) == ERR_BUSY)
		;
	eq_int(found.fault, AUDIT_WHOLE);
	eq_int(found.first, 4);
	eq_int(found.last, 7); /* with the line that tells of the pruning */
	store_close(s);
}

static void one_look_at_what_was_confirmed(void)
{
	struct store *s = five_lines();
	struct audit_point p = point_at(s, 4);
	struct audit_finding found = { 0 };

	eq_int(audit_has(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_WHOLE);
	p.hash[0] ^= 1;
	eq_int(audit_has(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_OTHER);
	p.seq = 6;
	eq_int(audit_has(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_CUT);
	eq_int(found.last, 5);
	store_close(s);
}

static void rewritten_from(struct store *s, int64_t seq)
{
	char text[80];

	snprintf(text, sizeof text, "DELETE FROM audit WHERE seq >= %d", (int)seq);
	sql(s, text);
	while (seq++ <= 6)
		eq_int(audit_add(s, "staff.login", "STAFF", "by PIN"), ERR_OK);
}

/* Who may write the database can make a new chain; not one that has the confirmed line in it. */
static void a_new_chain_shows_by_what_was_confirmed(void)
{
	struct store *s = five_lines();
	struct audit_point p = point_at(s, 4);
	struct audit_finding found = { 0 };

	rewritten_from(s, 3);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	eq_int(audit_check(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_OTHER);
	eq_int(found.seq, 4);
	p = point_at(s, 2);
	eq_int(audit_check(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_WHOLE);
	eq_int(found.first, 1);
	eq_int(found.last, 6);
	store_close(s);
}

static void prune(struct store *s, int64_t keep, struct audit_point p, int64_t want)
{
	int64_t n = -1;

	eq_int(audit_prune(s, keep, &p, &n), ERR_OK);
	eq_int(n, want);
}

static void pruned_only_behind_what_was_confirmed(void)
{
	struct store *s = five_lines();
	struct audit_point p = point_at(s, 3), wrong = p;
	struct audit_finding found = { 0 };
	int64_t n = -1, lines = 0;

	wrong.hash[0] ^= 1;
	eq_int(audit_prune(s, 1, &wrong, &n), ERR_FORGED);
	eq_int(n, -1);
	prune(s, 1, (struct audit_point){ 0 }, 0);
	prune(s, 5, p, 0);
	prune(s, 1, p, 3);
	eq_int(audit_check(s, &p, &found), ERR_OK);
	eq_int(found.fault, AUDIT_WHOLE);
	eq_int(found.first, 4);
	eq_int(found.last, 6);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 3);
	prune(s, 1, point_at(s, 5), 2);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 2);
	store_close(s);
}

/* However much is written, what stays is what was asked for and a line for each pruning. */
static void it_does_not_grow_without_end(void)
{
	enum { KEEP = 1000, DAYS = 20, A_DAY = 700 };
	struct store *s = five_lines();
	int64_t n, lines = 0, most = 0;

	for (int day = 0; day < DAYS; day++) {
		eq_int(db_begin(s), ERR_OK);
		for (int i = 0; i < A_DAY; i++)
			if (audit_add(s, "outbox.sealed", "key", "code") != ERR_OK)
				ok(!"audit_add");
		eq_int(db_end(s, ERR_OK), ERR_OK);
		struct audit_point p = { 0 };
		eq_int(audit_head(s, &p.seq, p.hash), ERR_OK);
		do
			eq_int(audit_prune(s, KEEP, &p, &n), ERR_OK);
		while (n == AUDIT_PRUNE_MOST);
		eq_int(audit_verify(s, &lines, NULL), ERR_OK);
		most = lines > most ? lines : most;
	}
	ok(most >= KEEP && most <= KEEP + 3);
	store_close(s);
}

/* Until the province has confirmed it, nothing goes, however many lines there are. */
static void nothing_goes_unconfirmed(void)
{
	struct store *s = five_lines();
	struct audit_point p = point_at(s, 2);
	int64_t n = -1, lines = 0;

	eq_int(db_begin(s), ERR_OK);
	for (int i = 0; i < 2000; i++)
		if (audit_add(s, "outbox.sealed", "key", "code") != ERR_OK)
			ok(!"audit_add");
	eq_int(db_end(s, ERR_OK), ERR_OK);
	eq_int(audit_prune(s, 100, &p, &n), ERR_OK);
	eq_int(n, 2);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 5 + 2000 - 2 + 1);
	store_close(s);
}

static void a_loose_contact_is_noted_so_often_only(void)
{
	struct audit_pace p = { 0 };
	int noted = 0, last = 0;

	for (int64_t ms = 0; ms < 3600 * 1000; ms += 500) {
		enum audit_note how = audit_paced(&p, ms);
		noted += how == AUDIT_NOTE;
		last += how == AUDIT_NOTE_LAST;
	}
	eq_int(noted, AUDIT_MOST_AN_HOUR);
	eq_int(last, 1);
	eq_int(audit_paced(&p, 3600 * 1000), AUDIT_NOTE);
}

/* Deleting the oldest lines and putting the anchor behind them is pruning that nobody told of. */
static void quiet_pruning_shows(void)
{
	struct store *s = five_lines();
	struct audit_finding found = { 0 };

	sql(s, "INSERT INTO audit_anchor SELECT 1, seq, hash FROM audit WHERE seq = 2");
	sql(s, "DELETE FROM audit WHERE seq <= 2");
	eq_int(audit_check(s, NULL, &found), ERR_OK);
	eq_int(found.fault, AUDIT_UNPROVEN);
	eq_int(found.seq, 2);
	store_close(s);
}

static void a_moved_anchor_shows(void)
{
	struct store *s = five_lines();
	struct audit_finding found = { 0 };

	prune(s, 1, point_at(s, 3), 3);
	sql(s, "UPDATE audit_anchor SET hash = zeroblob(32)");
	eq_int(audit_check(s, NULL, &found), ERR_OK);
	eq_int(found.fault, AUDIT_CHANGED);
	eq_int(found.seq, 4);
	sql(s, "DELETE FROM audit_anchor");
	eq_int(audit_check(s, NULL, &found), ERR_OK);
	eq_int(found.fault, AUDIT_MISSING);
	eq_int(found.seq, 1);
	store_close(s);
}

static void a_new_part_after_damage(void)
{
	struct store *s = five_lines();
	int64_t lines = 0;

	prune(s, 1, point_at(s, 3), 3);
	sql(s, "UPDATE audit SET detail = '' WHERE seq = 5");
	eq_int(audit_restart(s), ERR_OK);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 2);
	eq_int(audit_restart(s), ERR_OK);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 2);
	store_close(s);
}

static void cutting_the_end_shows_by_the_head(void)
{
	struct store *s = five_lines();
	uint8_t before[AUDIT_HASH_BYTES], after[AUDIT_HASH_BYTES];
	int64_t seq = 0, lines = 0;

	eq_int(audit_head(s, &seq, before), ERR_OK);
	eq_int(seq, 5);
	sql(s, "DELETE FROM audit WHERE seq = 5");
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(audit_head(s, &seq, after), ERR_OK);
	eq_int(seq, 4);
	ok(memcmp(before, after, sizeof before) != 0);
	store_close(s);
}

struct seen {
	int lines;
	char last[300];
};

static bool see(void *data, const struct audit_line *l)
{
	struct seen *seen = data;

	if (seen->lines++ == 0)
		snprintf(seen->last, sizeof seen->last, "%s|%s|%s", l->what, l->subject, l->detail);
	return seen->lines < 3;
}

static void no_person_in_it(void)
{
	struct store *s = five_lines();
	struct seen seen = { 0 };

	eq_int(audit_add(s, "staff.note", "K01", "the card " CITIZEN " was left\nhere"), ERR_OK);
	eq_int(audit_list(s, 100, see, &seen), ERR_OK);
	eq_int(seen.lines, 3);
	eq_str(seen.last, "staff.note|K01|the card 001******000 was left?here");
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

static void it_goes_on_after_a_restart(void)
{
	struct store *s = five_lines();
	int64_t lines = 0;

	store_close(s);
	s = open_store(&f);
	eq_int(audit_add(s, "kiosk.start", "", ""), ERR_OK);
	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	eq_int(lines, 6);
	store_close(s);
}

static bool sum_up(void *data, const char *what, const char *subject, uint64_t n)
{
	char *text = data;

	snprintf(text + strlen(text), 200 - strlen(text), "%s/%s=%d ", what, subject, (int)n);
	return true;
}

static void counters(void)
{
	char text[200] = "";
	uint64_t n = 9;
	struct store *s = five_lines();

	eq_int(counter_get(s, "visit.begun", 261121, &n), ERR_OK);
	eq_int(n, 0);
	eq_int(counter_add(s, "visit.begun", ""), ERR_OK);
	eq_int(counter_add(s, "visit.left", "SCAN"), ERR_OK);
	eq_int(counter_add(s, "visit.left", "FORM"), ERR_OK);
	eq_int(counter_add(s, "visit.left", "FORM"), ERR_OK);
	f.shift.wall_s += 5 * 3600; /* midnight in Hà Nội, not in Greenwich */
	eq_int(counter_add(s, "visit.left", "FORM"), ERR_OK);
	f.shift.wall_s -= 5 * 3600;
	eq_int(counter_get(s, "visit.left", 261121, &n), ERR_OK);
	eq_int(n, 3);
	eq_int(counter_list(s, 261121, sum_up, text), ERR_OK);
	eq_str(text, "visit.begun/=1 visit.left/FORM=2 visit.left/SCAN=1 ");
	eq_int(counter_get(s, "visit.left", 261122, &n), ERR_OK);
	eq_int(n, 1);
	store_close(s);
}

static void local_times(void)
{
	char stamp[LOCAL_STAMP_CAP];

	local_stamp(T0, stamp);
	eq_str(stamp, "20261121190000");
	local_stamp(0, stamp);
	eq_str(stamp, "19700101070000");
	local_stamp(INT64_C(1) << 60, stamp);
	eq_str(stamp, "");
	eq_int(local_day(T0 + 5 * 3600 - 1), 261121);
	eq_int(local_day(T0 + 5 * 3600), 261122);
}

int main(void)
{
	fixture_init(&f);
	tampering("UPDATE audit SET subject = 'STAFF' WHERE seq = 3", 3);
	tampering("UPDATE audit SET time_s = time_s - 1 WHERE seq = 1", 1);
	tampering("UPDATE audit SET what = 'staff.', detail = 'loginby card' WHERE seq = 2", 2);
	tampering("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 4",
		  4);
	tampering("DELETE FROM audit WHERE seq = 1", 1);
	finding("SELECT 1", 5, AUDIT_WHOLE, 0);
	finding("DELETE FROM audit WHERE seq = 5", 5, AUDIT_CUT, 5);
	finding("DELETE FROM audit WHERE seq > 2", 4, AUDIT_CUT, 4);
	finding("DELETE FROM audit", 4, AUDIT_CUT, 4);
	finding("DELETE FROM audit WHERE seq = 5", 4, AUDIT_WHOLE, 0);
	finding("DELETE FROM audit WHERE seq IN (2, 3)", 0, AUDIT_MISSING, 2);
	finding("UPDATE audit SET boot = 'x' WHERE seq = 5", 0, AUDIT_CHANGED, 5);
	finding("UPDATE audit SET seq = 9 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4;"
		"UPDATE audit SET seq = 4 WHERE seq = 9",
		0, AUDIT_CHANGED, 3);
	finding("UPDATE audit SET seq = seq + 100 WHERE seq > 2;"
		"UPDATE audit SET seq = seq - 99 WHERE seq > 100;"
		"INSERT INTO audit SELECT 3, time_s, boot, what, subject, detail, hash FROM audit"
		" WHERE seq = 2",
		0, AUDIT_CHANGED, 3);
	portions_while_it_grows_and_is_pruned();
	one_look_at_what_was_confirmed();
	a_new_chain_shows_by_what_was_confirmed();
	pruned_only_behind_what_was_confirmed();
	it_does_not_grow_without_end();
	nothing_goes_unconfirmed();
	a_loose_contact_is_noted_so_often_only();
	quiet_pruning_shows();
	a_moved_anchor_shows();
	a_new_part_after_damage();
	tampering("DELETE FROM audit WHERE seq = 4", 4);
	tampering("INSERT INTO audit SELECT 6, time_s, boot, what, subject, detail, hash FROM audit"
		  " WHERE seq = 5",
		  6);
	cutting_the_end_shows_by_the_head();
	no_person_in_it();
	it_goes_on_after_a_restart();
	counters();
	local_times();
	fixture_finish(&f);
	return tap_done();
}
