/* A line of 32 kbit/s, by a clock that goes with the bytes: for each four that the province has got
 * a millisecond passes. So nothing depends on how fast this machine is. */
#include "tests/unit/sync/world.h"

#include <dirent.h>

#define BYTES_A_MS 4

/* What the province has of the upload under way; -1: there is none. */
static int64_t arrived(const struct world *w)
{
	char path[80];
	struct stat st;
	int64_t bytes = -1;

	snprintf(path, sizeof path, "%s/uploads", w->dir);
	DIR *dir = opendir(path);
	for (struct dirent *d; dir && (d = readdir(dir));)
		if (d->d_name[0] != '.' && fstatat(dirfd(dir), d->d_name, &st, 0) == 0)
			bytes = st.st_size;
	if (dir)
		closedir(dir);
	return bytes;
}

struct line {
	int64_t seen, passed_ms;
	bool ebbed; /* something that had arrived was not there any more */
};

/* Waits for `type` while the clock goes with the bytes; true when it came. Stops, too, when so many
 * bytes are there. */
static bool carry(struct world *w, struct line *l, enum msg_type type, int64_t enough)
{
	int64_t until = world_now_ms() + WORLD_WAIT_MS * 3;
	struct msg m;

	while (world_now_ms() < until) {
		struct pollfd p = { .fd = w->core, .events = POLLIN };
		int64_t now = arrived(w), ms = now > l->seen ? (now - l->seen) / BYTES_A_MS : 0;

		l->ebbed |= now >= 0 && now < l->seen;
		if (now >= enough)
			return false;
		if (now > l->seen) {
			l->seen = now;
			l->passed_ms += ms;
			world_hurry(w, ms);
		}
		if (poll(&p, 1, 2) <= 0 || msg_recv(w->core, ROLE_CORE, ROLE_SYNC, &m) != ERR_OK)
			continue;
		world_notice(w, &m);
		enum msg_type got = m.type;
		if (got == MSG_SEND_FAILED)
			ok(!"it goes on");
		if (got != MSG_ANSWERED)
			msg_finish(&m);
		if (got == type || got == MSG_SEND_FAILED)
			return got == type;
	}
	ok(!"it came to an end");
	return false;
}

/* Twelve megabytes take fifty minutes: no clock ends that, and everybody sees that it lives. */
static void fifty_minutes(struct world *w)
{
	struct parcel p = parcel_make(w, 12000000);
	struct line l = { 0 };
	int64_t before = world_count(w);

	world_say(w, "slow 4000000"); /* so that this test sees the bytes come */
	w->moves = 0;
	world_send(w, &p, "");
	ok(carry(w, &l, MSG_ANSWERED, INT64_MAX));
	printf("# %zu bytes in %jd s of the line, %u signs of life\n", p.pack.len,
	       (intmax_t)l.passed_ms / 1000, w->moves);
	ok(l.passed_ms > 45 * 60000);
	ok(!l.ebbed);
	eq_int(w->uploads, 1);
	eq_int(w->link, true);
	ok(w->moves > 60); /* core's lease is ten minutes */
	eq_int(world_count(w), before + 1);
}

/* The same line falls silent: that is noticed, by the same clock, within a minute; what is there
 * stays there to the byte, and is not sent again. */
static void silence_is_not_slowness(struct world *w)
{
	struct parcel p = parcel_make(w, 1000000);
	struct line l = { 0 };
	struct msg m;
	int64_t before = world_count(w);

	world_say(w, "slow 1000000");
	world_send(w, &p, "");
	ok(!carry(w, &l, MSG_ANSWERED, 300000));
	world_say(w, "net hang");
	int64_t from_ms = w->shift->mono_ms;
	w->hurry_ms = 1000;
	world_expect_failed(w, ERR_TIMEOUT, 0, &m);
	ok(w->shift->mono_ms - from_ms < 180000); /* three times asked where it stands */
	w->hurry_ms = 100;
	int64_t kept = arrived(w);
	ok(kept >= 300000);
	world_say(w, "slow 0");
	world_say(w, "net up");
	world_expect_link(w, true);
	l = (struct line){ .seen = kept };
	world_send(w, &p, w->upload);
	ok(carry(w, &l, MSG_ANSWERED, INT64_MAX));
	eq_int(w->uploads, 0);
	ok(!l.ebbed);
	eq_int(world_count(w), before + 1);
}

int main(void)
{
	struct world w;

	world_init(&w);
	world_start_sync(&w);
	world_expect_link(&w, true);
	fifty_minutes(&w);
	silence_is_not_slowness(&w);
	world_stop_sync(&w);
	world_finish(&w);
	return tap_done();
}
