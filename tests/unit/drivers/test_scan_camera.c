/* The camera stand as the scanner's driver has it, at a simulated camera. */
#include "firmware/base/page.h"
#include "tests/unit/drivers/rig.h"

extern const struct driver SCAN_SANE;

static uint32_t job;

static void photograph(struct rig *r)
{
	struct msg m = { .type = MSG_SCAN_START,
			 .scan_start = { .job = ++job, .source = SOURCE_CAMERA, .sides = 1 } };

	rig_send(r, ROLE_CORE, &m);
}

static void live(struct rig *r, bool on)
{
	struct msg m = { .type = MSG_SCAN_LIVE, .scan_live.on = on };

	rig_send(r, ROLE_CORE, &m);
}

static int end_of(struct rig *r)
{
	const struct msg_scan_done *d = &r->last[MSG_SCAN_DONE].scan_done;

	return rig_until(r, r->count[MSG_SCAN_DONE] > 0 && d->job == job) ? d->why : -1;
}

static bool camera_is(struct rig *r, enum err state)
{
	const struct msg_scan_camera *c = &r->last[MSG_SCAN_CAMERA].scan_camera;

	return rig_until(r, r->count[MSG_SCAN_CAMERA] > 0 && c->state == state);
}

static bool seen(struct rig *r, enum err doubt)
{
	const struct msg_scan_frame *f = &r->last[MSG_SCAN_FRAME].scan_frame;

	r->count[MSG_SCAN_FRAME] = 0;
	return rig_until(r, r->count[MSG_SCAN_FRAME] > 0 && f->doubt == doubt);
}

static void comes_and_goes(struct rig *r)
{
	ok(camera_is(r, ERR_GONE));
	photograph(r);
	eq_int(end_of(r), ERR_GONE);
	ok(rig_line(r, "plug camera"));
	ok(camera_is(r, ERR_OK));
	eq_str(r->last[MSG_SCAN_CAMERA].scan_camera.model, "Kiosk camera");
	eq_int(r->last[MSG_STATUS].status.state, ERR_GONE); /* the scanner, which there is not */
	ok(rig_line(r, "unplug camera"));
	ok(camera_is(r, ERR_GONE));
	ok(rig_line(r, "plug camera"));
	ok(camera_is(r, ERR_OK));
}

static void takes_a_picture(struct rig *r)
{
	const struct msg_scan_page *p = &r->last[MSG_SCAN_PAGE].scan_page;

	photograph(r);
	eq_int(end_of(r), ERR_OK);
	eq_int(p->source, SOURCE_CAMERA);
	eq_int(p->width, 2448);
	eq_int(p->height, 3264);
	eq_int(p->dpi, 200);
	eq_int(r->mem_len, (intmax_t)2448 * 3264 * 3);
}

static void shows_what_it_sees(struct rig *r)
{
	live(r, true);
	ok(seen(r, ERR_NOT_FOUND));
	eq_int(r->last[MSG_SCAN_FRAME].scan_frame.width, 306);
	ok(rig_line(r, "camera +dark"));
	ok(seen(r, ERR_DARK_PAGE));
	ok(rig_line(r, "camera -dark"));
	photograph(r); /* from the camera that is open */
	eq_int(end_of(r), ERR_OK);
	ok(seen(r, ERR_NOT_FOUND));
	live(r, false);
}

static void ends_what_nobody_wants(struct rig *r)
{
	ok(rig_line(r, "camera +mute"));
	photograph(r);
	struct msg m = { .type = MSG_SCAN_STOP, .scan_stop.job = job };
	rig_send(r, ROLE_CORE, &m);
	eq_int(end_of(r), ERR_CANCELLED);
	ok(rig_line(r, "camera -mute"));
	photograph(r);
	eq_int(end_of(r), ERR_OK);
}

static void pulled_out_while_it_shows(struct rig *r)
{
	live(r, true);
	ok(seen(r, ERR_NOT_FOUND));
	ok(rig_line(r, "unplug camera"));
	ok(camera_is(r, ERR_GONE));
	ok(rig_line(r, "plug camera"));
	ok(camera_is(r, ERR_OK));
	ok(seen(r, ERR_NOT_FOUND));
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	r->scanner = "none";
	r->camera = "/dev/video0";
	rig_start(r, &SCAN_SANE);
	comes_and_goes(r);
	takes_a_picture(r);
	shows_what_it_sees(r);
	ends_what_nobody_wants(r);
	pulled_out_while_it_shows(r);
	rig_stop(r);
	return rig_done(r);
}
