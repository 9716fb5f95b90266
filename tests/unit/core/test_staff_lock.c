/* The officers' PIN: what a line of it is, and tries that neither a restart nor a clock gives
 * back. */
#include "firmware/core/staff_lock.h"
#include "firmware/core/staff_pin.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static void a_line_of_a_pin(void)
{
	static const char *const BAD[] = {
		"", "12345", "123456789", "12a456", " 123456", "12345６"
	};
	char line[STAFF_PIN_LINE_CAP] = "untouched", other[STAFF_PIN_LINE_CAP];

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(staff_pin_make(BAD[i], line), ERR_BAD_DATA);
	eq_str(line, "untouched");
	eq_int(staff_pin_make("246810", line), ERR_OK);
	eq_int(staff_pin_make("246810", other), ERR_OK);
	ok(strcmp(line, other) != 0); /* another salt */
	ok(!strstr(line, "246810"));
	ok(staff_pin_is(line, "246810") && staff_pin_is(other, "246810"));
	ok(!staff_pin_is(line, "246811") && !staff_pin_is(line, "24681") &&
	   !staff_pin_is(line, ""));
	line[strlen(line) - 1] ^= 1;
	ok(!staff_pin_is(line, "246810"));
}

static void no_line_is_no_pin(void)
{
	static const char *const BAD[] = {
		"",
		"pbkdf2-sha256",
		"246810",
		"pbkdf2-sha256:0:00:00",
		"pbkdf2-sha256:1:00112233445566778899aabbccddeeff:00",
		"pbkdf2-sha256:9999999:00112233445566778899aabbccddeeff:"
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"pbkdf2-sha256:-1:00112233445566778899aabbccddeeff:"
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	};

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!staff_pin_is(BAD[i], "246810") && !staff_pin_is(BAD[i], ""));
}

static enum err take(struct store *s, const char *boot, int want_left)
{
	uint8_t left = 99;
	enum err e = staff_lock_take(s, boot, &left);

	if (e == ERR_OK)
		eq_int(left, want_left);
	else
		eq_int(left, 99);
	return e;
}

static struct store *again(struct store *s, const char *boot)
{
	store_close(s);
	s = open_store(&f);
	eq_int(staff_lock_open(s, boot), ERR_OK);
	return s;
}

static void three_tries_and_a_wait(void)
{
	struct store *s = open_store(&f);

	eq_int(staff_lock_open(s, "boot-a"), ERR_OK);
	eq_int(take(s, "boot-a", 2), ERR_OK);
	eq_int(staff_lock_right(s, "boot-a"), ERR_OK);
	eq_int(take(s, "boot-a", 2), ERR_OK);
	s = again(s, "boot-a"); /* the program restarts in the middle of a row */
	eq_int(take(s, "boot-a", 1), ERR_OK);
	s = again(s, "boot-b"); /* the machine does */
	eq_int(take(s, "boot-b", 0), ERR_OK);
	eq_int(take(s, "boot-b", 0), ERR_WAIT_PIN);
	f.shift.mono_ms += STAFF_LOCK_MS - 5000;
	s = again(s, "boot-b");
	eq_int(take(s, "boot-b", 0), ERR_WAIT_PIN);
	f.shift.mono_ms += 5001;
	eq_int(take(s, "boot-b", 2), ERR_OK); /* and all three are there again */
	eq_int(take(s, "boot-b", 1), ERR_OK);
	store_close(s);
}

static void no_clock_shortens_it(void)
{
	struct store *s = open_store(&f);

	eq_int(staff_lock_open(s, "boot-c"), ERR_OK);
	eq_int(staff_lock_right(s, "boot-c"), ERR_OK);
	for (int left = 2; left >= 0; left--)
		eq_int(take(s, "boot-c", left), ERR_OK);
	f.shift.wall_s += 365 * 86400;
	eq_int(take(s, "boot-c", 0), ERR_WAIT_PIN);
	f.shift.wall_s -= 2 * 365 * 86400;
	eq_int(take(s, "boot-c", 0), ERR_WAIT_PIN);
	f.shift.mono_ms += STAFF_LOCK_MS * 3; /* another boot's clock is of no use */
	s = again(s, "boot-d");
	eq_int(take(s, "boot-d", 0), ERR_WAIT_PIN);
	f.shift.mono_ms += STAFF_LOCK_MS - 5000;
	eq_int(take(s, "boot-d", 0), ERR_WAIT_PIN);
	eq_int(take(s, "boot-e", 0), ERR_WAIT_PIN); /* a boot that did not open it */
	f.shift.mono_ms += 5001;
	eq_int(take(s, "boot-d", 2), ERR_OK);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	a_line_of_a_pin();
	no_line_is_no_pin();
	three_tries_and_a_wait();
	no_clock_shortens_it();
	fixture_finish(&f);
	return tap_done();
}
