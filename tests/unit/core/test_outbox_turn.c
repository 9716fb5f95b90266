/* Whose turn it is: the citizen who stands here before the backlog. */
#include "firmware/core/pace.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static struct dice dice = { .count = 1 };

/* The key of the next one, or "" and how long to wait. */
static uint32_t next(struct store *s, char ret_key[STORE_KEY_CAP])
{
	struct outbox_item item;
	uint32_t wait_ms = 0;
	enum err e = outbox_next(s, NULL, &item, &wait_ms);

	snprintf(ret_key, STORE_KEY_CAP, "%s", e == ERR_OK ? item.key : "");
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

/* After the link came back the backlog is spread; who stands here does not wait for it. */
static void q06_the_citizen_is_not_spread(void)
{
	struct store *s = open_store(&f);
	char a[STORE_KEY_CAP], key[STORE_KEY_CAP];
	struct outbox_item item;
	uint32_t wait_ms;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(fail(s, a, 0, 0), ERR_OK);
	dice.pause = 59000;
	eq_int(outbox_link_up(s, PACE_SPREAD_MS), ERR_OK);
	wait_ms = next(s, key);
	eq_str(key, "");
	ok(wait_ms > 58000 && wait_ms <= 59000);
	eq_int(outbox_next(s, a, &item, &wait_ms), ERR_OK);
	eq_str(item.key, a);
	/* the server's word is for them too */
	eq_int(fail(s, a, 503, 90), ERR_OK);
	eq_int(outbox_link_up(s, 0), ERR_OK);
	eq_int(outbox_next(s, a, &item, &wait_ms), ERR_NOT_FOUND);
	ok(wait_ms > 89000 && wait_ms <= 90000);
	store_close(s);
}

/* A backlog on its way makes room: nothing of it counts as a failure. */
static void the_backlog_yields(void)
{
	static const char STRANGER[] = "6f1c2b3a-0000-4000-8000-00000000ffff";
	struct store *s = open_store(&f);
	char a[STORE_KEY_CAP], b[STORE_KEY_CAP], key[STORE_KEY_CAP];
	struct outbox_item item;

	eq_int(file_one(s, a), ERR_OK);
	eq_int(file_one(s, b), ERR_OK);
	eq_int(outbox_sending(s, a), ERR_OK);
	eq_int(outbox_upload_at(s, a, "/v1/uploads/7"), ERR_OK);
	eq_int(outbox_yield(s, a), ERR_OK);
	eq_int(outbox_yield(s, a), ERR_OK);
	eq_int(outbox_sending(s, b), ERR_OK);
	eq_int(outbox_failed(s, b, &(struct outbox_failure){ .why = ERR_REFUSED, .http = 422 }),
	       ERR_OK);
	next(s, key);
	eq_str(key, a);
	eq_int(outbox_get(s, a, &item), ERR_OK);
	eq_int(item.tries, 0);
	eq_str(item.upload, "/v1/uploads/7");
	eq_int(outbox_yield(s, STRANGER), ERR_NOT_FOUND);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	f.options.random = loaded_dice;
	f.options.random_data = &dice;
	the_backlog_yields();
	remove_dir(f.data);
	q06_the_citizen_is_not_spread();
	fixture_finish(&f);
	return tap_done();
}
