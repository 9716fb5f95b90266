/* torture-wraps: mem_of */
/* There is no memory for an answer: whoever asked is told so at once, and the card goes on. */
#include "tests/unit/drivers/rig.h"

extern const struct driver CARD_CCID;

static bool failing;

enum err __real_mem_of(const void *bytes, size_t len, int *ret_fd);
enum err __wrap_mem_of(const void *bytes, size_t len, int *ret_fd);
enum err __wrap_mem_of(const void *bytes, size_t len, int *ret_fd)
{
	return failing ? ERR_NO_MEMORY : __real_mem_of(bytes, len, ret_fd);
}

/* READ BINARY of ten bytes; how it ended, -1 when it did not in time. The driver's own memory
 * fails when told so. */
static int read_ten(struct rig *r, bool fails)
{
	static const uint8_t READ[] = { 0, 0xb0, 0, 0, 10 };
	unsigned before = r->count[MSG_APDU_ANSWER];
	struct msg m = { .type = MSG_APDU, .apdu.seq = before + 1 };

	if (mem_of(READ, sizeof READ, &m.apdu.command) != ERR_OK)
		abort();
	r->mem_len = SIZE_MAX;
	failing = fails;
	rig_send(r, ROLE_PARSE, &m);
	bool ended = rig_until(r, r->count[MSG_APDU_ANSWER] > before);
	failing = false;
	const struct msg_apdu_answer *a = &r->last[MSG_APDU_ANSWER].apdu_answer;
	return ended && a->seq == before + 1 ? a->why : -1;
}

static void no_memory_for_an_answer(struct rig *r)
{
	unsigned in = r->count[MSG_CARD_IN];

	eq_int(read_ten(r, false), ERR_OK);
	eq_int(r->mem_len, 12);
	eq_int(read_ten(r, true), ERR_NO_MEMORY);
	eq_int(r->mem_len, 0);
	eq_int(read_ten(r, false), ERR_OK);
	eq_int(r->mem_len, 12);
	eq_int(r->count[MSG_CARD_IN], in);
}

/* What has no bytes is told all the same, and as what it is. */
static void an_error_needs_no_memory(struct rig *r)
{
	unsigned outs = r->count[MSG_CARD_OUT];

	ok(rig_line(r, "card out"));
	ok(rig_until_count(r, MSG_CARD_OUT, outs + 1));
	eq_int(read_ten(r, true), ERR_NO_CARD);
	eq_int(r->mem_len, 0);
	eq_int(read_ten(r, true), ERR_NO_CARD); /* the memory is still there */
	eq_int(r->mem_len, 0);
}

static void start_fails(struct rig *r)
{
	void *self = NULL;

	rig_stop(r);
	failing = true;
	eq_int(CARD_CCID.start(&r->host, &self), ERR_NO_MEMORY);
	failing = false;
	ok(self == NULL);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	rig_start(r, &CARD_CCID);
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, 1));
	no_memory_for_an_answer(r);
	an_error_needs_no_memory(r);
	start_fails(r);
	return rig_done(r);
}
