/* A line that is dead, silent, or leads to somebody else. Complaints Q05, Q06 and Q10. */
#include "tests/unit/sync/world.h"

static void the_link_comes_and_goes(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	world_expect_link(w, true);
	world_say(w, "net down");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_OFFLINE, 0, &m);
	world_expect_link(w, false);
	/* Q06: it comes back by itself */
	world_say(w, "net up");
	world_expect_link(w, true);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

static void it_notices_without_being_asked_to_send(struct world *w)
{
	world_say(w, "net down");
	w->hurry_ms = 2000; /* it looks every minute or so */
	world_expect_link(w, false);
	world_say(w, "net up");
	world_expect_link(w, true);
	w->hurry_ms = 100;
}

static void cut_off_in_the_middle_it_goes_on_later(struct world *w)
{
	struct parcel p = parcel_make(w, 2000000);
	int64_t before = world_count(w);
	struct msg m;

	world_say(w, "slow 2000000");
	world_send(w, &p, "");
	ok(world_expect(w, MSG_UPLOAD_AT, &m));
	world_say(w, "net down");
	world_expect_failed(w, ERR_OFFLINE, 0, &m);
	world_say(w, "slow 0");
	world_say(w, "net up");
	world_expect_link(w, true);
	world_send(w, &p, w->upload);
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 0);
	eq_int(world_count(w), before + 1);
}

/* Q10: somebody takes the connection and says nothing, for ever. */
static void q10_silence_ends_in_a_timeout(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	world_say(w, "net hang");
	w->hurry_ms = 1000;
	world_send(w, &p, "");
	world_expect_failed(w, ERR_TIMEOUT, 0, &m);
	world_expect_link(w, false);
	w->hurry_ms = 100;
	world_say(w, "net up");
	world_expect_link(w, true);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

static void q10_sigterm_ends_it_in_the_middle(struct world *w)
{
	struct parcel p = parcel_make(w, 500000);

	world_say(w, "net hang");
	world_send(w, &p, "");
	world_hurry(w, 1);
	world_stop_sync(w); /* checks: exit status 0 within two seconds */
	world_say(w, "net up");
	world_start_sync(w);
	world_expect_link(w, true);
}

static void a_stopped_send_is_silent_and_makes_room(struct world *w)
{
	struct parcel a = parcel_make(w, 500000), b = parcel_make(w, 5000);
	struct msg stop = { .type = MSG_SEND_STOP };

	world_say(w, "slow 50000");
	world_send(w, &a, "");
	snprintf(stop.send_stop.key, sizeof stop.send_stop.key, "%s", a.key);
	eq_int(msg_send(w->core, ROLE_CORE, ROLE_SYNC, &stop), ERR_OK);
	world_say(w, "slow 0");
	world_send(w, &b, "");
	world_expect_accepted(w, &b); /* and nothing about the first */
}

/* What a core that is gone had ordered is dropped; the new one hears how the link is. */
static void a_new_core_begins_with_an_empty_desk(struct world *w)
{
	struct parcel a = parcel_make(w, 500000), b = parcel_make(w, 5000);
	struct msg m;

	world_say(w, "slow 50000");
	world_send(w, &a, "");
	ok(world_expect(w, MSG_UPLOAD_AT, &m));
	close(w->core);
	world_new_core(w);
	world_expect_link(w, true);
	world_say(w, "slow 0");
	world_send(w, &b, "");
	world_expect_accepted(w, &b);
}

static void one_at_a_time(struct world *w)
{
	struct parcel a = parcel_make(w, 5000), b = parcel_make(w, 5000);
	struct msg m;

	world_send(w, &a, "");
	world_send(w, &b, "");
	world_expect_failed(w, ERR_BUSY, 0, &m);
	eq_str(m.send_failed.key, b.key);
	world_expect_accepted(w, &a);
}

static void orders_that_are_not_as_agreed(struct world *w)
{
	static const char *const UPLOADS[] = { "https://elsewhere.invalid/v1/uploads/x", "//x/y",
					       "v1/uploads", "/v1/uploads/\"" };
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	for (size_t i = 0; i < sizeof UPLOADS / sizeof *UPLOADS; i++) {
		world_send(w, &p, UPLOADS[i]);
		world_expect_failed(w, ERR_BAD_DATA, 0, &m);
	}
	snprintf(p.key, sizeof p.key, "../../etc/passwd");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_BAD_DATA, 0, &m);
}

static void wrong_certificates_of_the_province(struct world *w)
{
	static const char *const CERTS[] = { "cert rogue", "cert expired", "cert name" };
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	for (size_t i = 0; i < sizeof CERTS / sizeof *CERTS; i++) {
		world_say(w, CERTS[i]);
		world_send(w, &p, "");
		world_expect_failed(w, ERR_FORGED, 0, &m);
		world_expect_link(w, false);
	}
	world_say(w, "cert good");
	world_expect_link(w, true);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

/* Starts kiosk-sync with other settings, and says how a send fails. */
static void with_conf(struct world *w, const char *url, const char *client, enum err why)
{
	struct parcel p = parcel_make(w, 5000);
	int64_t before = world_count(w);
	struct msg m;

	world_stop_sync(w);
	world_conf(w, url, client);
	world_start_sync(w);
	world_expect_link(w, false);
	world_send(w, &p, "");
	world_expect_failed(w, why, 0, &m);
	eq_int(world_count(w), before);
}

static void wrong_certificates_of_the_kiosk(struct world *w)
{
	with_conf(w, w->url, "rogue/client", ERR_FORGED);
	with_conf(w, w->url, "kiosk/kiosk", ERR_FORGED); /* ours, but of another CA and purpose */
}

/* Q05: on the province's port sits something that speaks no TLS. */
static void q05_plain_http_is_not_the_province(struct world *w)
{
	char url[128];

	snprintf(url, sizeof url, "https://%s", w->page + strlen("http://"));
	with_conf(w, url, "kiosk/tls/kiosk", ERR_BAD_DATA);
}

static void nobody_there(struct world *w)
{
	with_conf(w, "https://127.0.0.1:1", "kiosk/tls/kiosk", ERR_OFFLINE);
}

int main(void)
{
	struct world w;

	world_init(&w);
	world_start_sync(&w);
	the_link_comes_and_goes(&w);
	it_notices_without_being_asked_to_send(&w);
	cut_off_in_the_middle_it_goes_on_later(&w);
	q10_silence_ends_in_a_timeout(&w);
	q10_sigterm_ends_it_in_the_middle(&w);
	a_stopped_send_is_silent_and_makes_room(&w);
	a_new_core_begins_with_an_empty_desk(&w);
	one_at_a_time(&w);
	orders_that_are_not_as_agreed(&w);
	wrong_certificates_of_the_province(&w);
	wrong_certificates_of_the_kiosk(&w);
	q05_plain_http_is_not_the_province(&w);
	nobody_there(&w);
	world_stop_sync(&w);
	world_finish(&w);
	return tap_done();
}
