/* Uploads: cut, resumed, misplaced, gone. Complaints Q08 and Q11 of the problem list. */
#include "tests/unit/sync/world.h"

static void the_good_way(struct world *w)
{
	struct parcel p = parcel_make(w, 50000);

	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	ok(strncmp(w->upload, "/v1/uploads/", 12) == 0);
	eq_int(world_count(w), 1);
}

static void resumes_after_a_cut_anywhere(struct world *w)
{
	struct parcel p = parcel_make(w, 100000);
	const size_t at[] = { 0, 1, 16384, p.pack.len / 2, p.pack.len - 1, p.pack.len };
	char line[64];
	int64_t before = world_count(w);

	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct parcel one = parcel_make(w, 100000);

		snprintf(line, sizeof line, "cut %zu", at[i]);
		world_say(w, line);
		world_send(w, &one, "");
		world_expect_accepted(w, &one);
		eq_int(w->uploads, 1);
	}
	eq_int(world_count(w), before + (int64_t)(sizeof at / sizeof *at));
}

/* Q08: attachments lost or doubled. The province checks every hash of what came. */
static void q08_five_megabytes_with_three_cuts(struct world *w)
{
	struct parcel p = parcel_make(w, 5000000);
	int64_t before = world_count(w);

	world_say(w, "cut 1000000 1000001 4200000");
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	eq_int(world_count(w), before + 1);
}

/* Q11: an upload that is locked, misplaced or damaged on the way is asked for and goes on. */
static void q11_misplaced_uploads_go_on(struct world *w)
{
	static const char *const FAULTS[] = { "fail 1 409 PATCH", "fail 1 460 PATCH",
					      "fail 2 423 PATCH", "fail 1 423 HEAD",
					      "fail 1 409 POST" };

	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
		struct parcel p = parcel_make(w, 30000);

		if (strstr(FAULTS[i], "HEAD"))
			world_say(w, "cut 10000");
		if (strstr(FAULTS[i], "POST")) {
			/* the commit's POST, not the creation's: the upload is there already */
			world_say(w, "fail 1 503 PATCH");
			world_send(w, &p, "");
			struct msg m;
			world_expect_failed(w, ERR_SERVER, 503, &m);
		}
		world_say(w, FAULTS[i]);
		world_send(w, &p, strstr(FAULTS[i], "POST") ? w->upload : "");
		world_expect_accepted(w, &p);
	}
}

/* Q11: what was damaged on the way is found at once, and only that piece is sent again. */
static void q11_a_damaged_piece_is_sent_again(struct world *w)
{
	struct parcel p = parcel_make(w, 3000000), small = parcel_make(w, 1000);
	int64_t before = world_count(w);

	world_say(w, "flip 1");
	world_send(w, &small, "");
	world_expect_accepted(w, &small);
	eq_int(w->uploads, 1);
	world_say(w, "flip 3");
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	eq_int(world_count(w), before + 2);
}

/* A line that damages all it carries is told, and is not the dossier's fault. */
static void q11_damage_that_stays_is_told(struct world *w)
{
	struct parcel p = parcel_make(w, 30000);
	struct msg m;

	world_say(w, "flip 1000");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 460, &m);
	world_say(w, "heal");
	world_send(w, &p, w->upload);
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 0);
}

/* By tus a server may throw away a piece that was cut; it gets there all the same. */
static void q11_a_strict_server_is_satisfied(struct world *w)
{
	struct parcel p = parcel_make(w, 600000);

	world_say(w, "checksum strict");
	world_say(w, "cut 1 100000 262143 300000 500000");
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	world_say(w, "heal");
}

/* One that knows no checksum, or not ours, gets none; damage is then found at the end. */
static void q11_a_server_without_checksums(struct world *w)
{
	struct parcel p = parcel_make(w, 30000), again = parcel_make(w, 30000);

	world_say(w, "checksum never");
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	world_say(w, "flip 1");
	world_send(w, &again, "");
	world_expect_accepted(w, &again);
	eq_int(w->uploads, 2);
	world_say(w, "heal");
	world_stop_sync(w); /* the next one tries again with checksums */
	world_start_sync(w);
}

static void q11_a_lock_that_stays_is_told(struct world *w)
{
	struct parcel p = parcel_make(w, 30000);
	struct msg m;

	world_say(w, "fail 100 423 PATCH");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 423, &m);
	world_say(w, "heal");
}

static void q11_an_empty_file_is_not_sent(struct world *w)
{
	struct parcel p = parcel_make(w, 1000);
	int64_t before = world_count(w);
	struct msg m;

	eq_int(truncate(p.path, 0), 0);
	world_send(w, &p, "");
	world_expect_failed(w, ERR_BAD_DATA, 0, &m);
	ok(strstr(m.send_failed.detail, "empty"));
	eq_int(w->uploads, 0);
	eq_int(world_count(w), before);
}

static void a_lost_upload_begins_anew(struct world *w)
{
	struct parcel p = parcel_make(w, 30000);
	struct msg m;

	world_say(w, "fail 1 500 PATCH");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 500, &m);
	char old[512];
	snprintf(old, sizeof old, "%s", w->upload);
	world_say(w, "lose");
	world_send(w, &p, old);
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 1);
	ok(strcmp(w->upload, old) != 0);
}

/* The kiosk lost its power in the middle: the next program goes on where the upload stands. */
static void a_killed_program_is_continued(struct world *w)
{
	struct parcel p = parcel_make(w, 3000000);
	struct msg m;
	char old[512];

	world_say(w, "slow 4000000");
	world_send(w, &p, "");
	ok(world_expect(w, MSG_UPLOAD_AT, &m));
	kill(w->sync, SIGKILL);
	waitpid(w->sync, NULL, 0);
	close(w->super);
	close(w->core);
	world_say(w, "slow 0");
	snprintf(old, sizeof old, "%s", w->upload);
	world_start_sync(w);
	world_send(w, &p, old);
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 0);
}

/* What the province holds under another package's address is not continued. */
static void an_address_of_another_package_is_not_used(struct world *w)
{
	struct parcel a = parcel_make(w, 30000), b = parcel_make(w, 40000);
	struct msg m;

	world_say(w, "fail 1 500 PATCH");
	world_send(w, &a, "");
	world_expect_failed(w, ERR_SERVER, 500, &m);
	world_send(w, &b, w->upload);
	world_expect_accepted(w, &b);
	eq_int(w->uploads, 1);
}

int main(void)
{
	struct world w;

	world_init(&w);
	world_start_sync(&w);
	the_good_way(&w);
	resumes_after_a_cut_anywhere(&w);
	q08_five_megabytes_with_three_cuts(&w);
	q11_misplaced_uploads_go_on(&w);
	q11_a_damaged_piece_is_sent_again(&w);
	q11_damage_that_stays_is_told(&w);
	q11_a_strict_server_is_satisfied(&w);
	q11_a_server_without_checksums(&w);
	q11_a_lock_that_stays_is_told(&w);
	q11_an_empty_file_is_not_sent(&w);
	a_lost_upload_begins_anew(&w);
	a_killed_program_is_continued(&w);
	an_address_of_another_package_is_not_used(&w);
	world_stop_sync(&w);
	world_finish(&w);
	return tap_done();
}
