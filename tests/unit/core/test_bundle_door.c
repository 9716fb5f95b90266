/* A stick that the board keeps read-only is opened for a work that writes, and shut before that is
 * said to be over; whoever asks for it is told, whatever the board does. */
#include "firmware/core/bundle_step.h"
#include "tests/unit/core/stick_desk.h"

#include <sys/statvfs.h>

static struct fixture f;
static struct package_keys *keys;
static char stick[160], wish[160];

/* The board: it mounts sticks anew some looks after it was asked, or never. */
static struct {
	bool deaf, writable;
	int looks, behind;
} board;

static bool is_wished(void)
{
	char text[8] = "";
	int fd = open(wish, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 && strcmp(text, "write\n") == 0;
}

/* Of the stick, which is a folder here. */
int fstatvfs(int fd, struct statvfs *v)
{
	(void)fd;
	*v = (struct statvfs){ .f_frsize = 512, .f_blocks = 1 << 20, .f_bavail = 1 << 20 };
	if (is_wished() != board.writable && ++board.looks >= board.behind && !board.deaf) {
		board.writable = is_wished();
		board.looks = 0;
	}
	v->f_flag = board.writable ? 0 : ST_RDONLY;
	return 0;
}

static void prepare(struct desk_of_stick *d, bool deaf)
{
	char key[STORE_KEY_CAP], dir[160];

	remove_dir(f.data);
	in(&f, "sticks", dir);
	remove_dir(dir);
	ok(mkdir(dir, 0700) == 0 && mkdir(stick, 0700) == 0);
	close(open(wish, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	board.deaf = deaf;
	board.writable = false;
	board.looks = 0;
	board.behind = 3;
	desk_open(d, &f, keys);
	eq_int(file_one(d->c->store, key), ERR_OK);
}

/* As far as where all is written, and the stick is not shut yet. */
static void until_shut(struct desk_of_stick *d)
{
	desk_begin(d, "write");
	while (!d->c->bundle.door.closing && loop_turn(d->c->child.loop, 0) == ERR_OK)
		desk_hear(d);
	desk_hear(d);
	ok(board.writable);
}

static void opened_and_shut(void)
{
	struct desk_of_stick d;

	prepare(&d, false);
	until_shut(&d);
	eq_int(d.code, -1);
	ok(!strstr(d.said, "safe to remove")); /* not before it is */
	desk_end(&d);
	eq_int(d.code, CTL_DONE);
	ok(strstr(d.said, "1 dossiers") && strstr(d.said, "safe to remove"));
	ok(!is_wished() && !board.writable);
	desk_close(&d);
}

/* Reading asks nobody for anything. */
static void only_read(void)
{
	struct desk_of_stick d;

	prepare(&d, true);
	eq_int(desk_run(&d, "verify"), CTL_REFUSED);
	ok(strstr(d.said, "no bundle on this stick") && !is_wished());
	desk_close(&d);
}

/* Stopped while it is shut: it is shut all the same, and as it ended. */
static void stopped(void)
{
	struct desk_of_stick d;

	prepare(&d, false);
	until_shut(&d);
	bundle_stop(d.c);
	desk_end(&d);
	eq_int(d.code, CTL_DONE);
	ok(strstr(d.said, "safe to remove") && !board.writable);
	desk_close(&d);
}

/* No board answers: writing is tried, and says what it finds; nobody waits for ever. */
static void nobody_answers(void)
{
	struct desk_of_stick d;

	prepare(&d, true);
	desk_begin(&d, "write");
	while (d.c->bundle.work != BUNDLE_IDLE) {
		f.shift.mono_ms += 100;
		eq_int(loop_turn(d.c->child.loop, 0), ERR_OK);
	}
	desk_hear(&d);
	eq_int(d.code, CTL_DONE); /* the folder here can be written */
	ok(!is_wished());
	desk_close(&d);
}

/* What an earlier life of core left open is shut. */
static void forgotten(void)
{
	struct desk_of_stick d;

	prepare(&d, false);
	eq_int(stick_wish(d.c->config.stick_dir, true), ERR_OK);
	ok(is_wished());
	bundle_door_forget(d.c);
	ok(!is_wished());
	ok(unlink(wish) == 0);
	eq_int(stick_wish(d.c->config.stick_dir, true), ERR_NOT_FOUND);
	eq_int(stick_wish("", true), ERR_NOT_FOUND);
	desk_close(&d);
}

int main(void)
{
	fixture_init(&f);
	keys = make_keys(&f);
	in(&f, "sticks/usb", stick);
	in(&f, "sticks/.wish", wish);
	opened_and_shut();
	only_read();
	stopped();
	nobody_answers();
	forgotten();
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
