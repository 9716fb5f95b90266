/* Lengths, limits and live faults of the simulated chip, at a file that everybody may read. */
#include "tests/unit/usim/mrtd_talk.h"

#define FILE_BYTES 700

static struct mrtd *card(const char *const *lines)
{
	struct mrtd_spec s;

	mrtd_spec_init(&s);
	(void)mrtd_spec_line(&s, "picture = none");
	(void)mrtd_spec_line(&s, "pace = ecdh-gm-aes128");
	for (; lines && *lines; lines++)
		if (mrtd_spec_line(&s, *lines) != ERR_OK)
			abort();
	struct mrtd *m = talk_card(&s);
	for (size_t i = 0; i < m->file_count; i++)
		if (m->files[i].id == 0x011C) {
			m->files[i].bytes.len = 0;
			for (int k = 0; k < FILE_BYTES; k++)
				mrtd_put_u8(&m->files[i].bytes, (uint8_t)k);
		}
	return m;
}

/* "data bytes status" of the answer, or "mute". */
static const char *shape(struct mrtd *m, const char *command)
{
	static char text[32];
	const char *answer = talk(m, command);
	size_t n = strlen(answer);

	if (n < 4)
		return "mute";
	snprintf(text, sizeof text, "%zu %s", n / 2 - 2, answer + n - 4);
	return text;
}

struct row {
	const char *lines[4];
	const char *command, *shape;
};

static void lengths(void)
{
	static const struct row rows[] = {
		{ { NULL }, "00B09C0000", "256 9000" },
		{ { NULL }, "00B09C00000000", "700 9000" },
		{ { NULL }, "00B09C000002BC", "700 9000" },
		{ { NULL }, "00B09C000002BD", "700 6282" },
		{ { "past_end = 9000", NULL }, "00B09C000002BD", "700 9000" },
		{ { "past_end = 6b00", NULL }, "00B09C000002BD", "0 6B00" },
		{ { NULL }, "00B09C", "0 6700" },
		{ { NULL }, "00B0BC0001", "0 6A86" },
		{ { NULL }, "00B0800001", "0 6A82" },
		{ { NULL }, "00B0000001", "0 6986" },
		{ { "extended = no", NULL }, "00B09C00000000", "0 6700" },
		{ { "extended = no", NULL }, "00B09C0000", "256 9000" },
		{ { "max_le = 300", NULL }, "00B09C00000000", "300 9000" },
		{ { "max_le = 300", "over_le = 6700", NULL }, "00B09C0000012D", "0 6700" },
		{ { "max_le = 300", "over_le = 6700", NULL }, "00B09C0000012C", "300 9000" },
		{ { "max_le = 200", "over_le = 6cxx", NULL }, "00B09C0000", "0 6CC8" },
		{ { "max_le = 300", "over_le = 0", NULL }, "00B09C00000000", "0 9000" },
		/* the odd instruction wraps what it reads: 53 82 01 00 and so on */
		{ { NULL }, "00B1001C0454020000000300", "0 6700" },
		{ { NULL }, "00B1001C000004540202B80010", "6 6282" },
		{ { NULL },
		  "00B1001C0454020000"
		  "80",
		  "128 9000" },
		{ { NULL }, "00B1001C0354010000", "256 9000" },
		{ { NULL }, "00B1011C0354010010", "16 9000" },
		{ { NULL }, "00B1011D0354010010", "0 6A82" },
		{ { NULL }, "00B100000354010010", "0 6986" },
		{ { NULL }, "00B1001C02550010", "0 6A80" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mrtd *m = card(rows[i].lines);
		const char *got = shape(m, rows[i].command);

		eq_str(got, rows[i].shape);
		if (strcmp(got, rows[i].shape) != 0)
			printf("# %s\n", rows[i].command);
		mrtd_destroy(m);
	}
}

static void offsets_go_on(void)
{
	struct mrtd *m = card(NULL);

	eq_str(talk(m, "00B09C0502"), "05069000");
	eq_str(talk(m, "00B0010203"), "0203049000");
	eq_str(talk(m, "00B002BA10"), "BABB6282");
	eq_str(talk(m, "00B002BC01"), "6B00");
	eq_str(talk(m, "00B100000454020102"
		       "05"),
	       "53030203049000");
	mrtd_destroy(m);
}

/* Under secure messaging an answer has to fit a short command's 256 bytes, or GET RESPONSE. */
static void room_under_secure_messaging(void)
{
	struct mrtd_sm s = { .on = true, .keys.cipher = MRTD_AES128 };

	eq_int(mrtd_sm_room(&s, 0xB0, 256), 223);
	eq_int(mrtd_sm_room(&s, 0xB0, 65536), 65503);
	eq_int(mrtd_sm_room(&s, 0xB0, 20), 0);
	s.keys.cipher = MRTD_3DES;
	eq_int(mrtd_sm_room(&s, 0xB0, 256), 231);
}

static void long_answers_to_short_commands(void)
{
	struct mrtd *m = card(NULL);

	/* PACE in a field of 2048 bits answers 264 bytes to a key of as many; here by hand */
	m->waiting_sw = 0x9000;
	mrtd_put_fill(&m->waiting, 7, 300);
	eq_str(shape(m, "00C0000000"), "256 612C");
	eq_str(shape(m, "00C0000010"), "16 611C");
	eq_str(shape(m, "00C0000000"), "28 9000");
	eq_str(shape(m, "00C0000000"), "0 6D00");
	mrtd_put_fill(&m->waiting, 7, 300);
	eq_str(shape(m, "00B09C0001"), "1 9000"); /* whoever asks for something else loses it */
	eq_str(shape(m, "00C0000000"), "0 6D00");
	mrtd_destroy(m);
}

static void set(struct mrtd *m, const char *words)
{
	struct mrtd_faults f = { 0 };

	eq_int(mrtd_faults_set(&f, words), ERR_OK);
	mrtd_set_faults(m, &f);
}

static void faults_in_the_conversation(void)
{
	struct mrtd *m = card(NULL);

	set(m, "mute 2");
	eq_str(shape(m, "00B09C0001"), "1 9000");
	eq_str(shape(m, "00B09C0001"), "mute");
	eq_str(shape(m, "00B09C0001"), "mute");
	mrtd_reset(m);
	eq_str(shape(m, "00B09C0001"), "1 9000");
	set(m, "moved_at 1");
	eq_str(shape(m, "00B09C0001"), "mute");
	eq_str(shape(m, "00B09C0001"), "1 9000");
	set(m, "cut_at 1");
	eq_str(shape(m, "00B09C0020"), "22 9000");
	eq_str(shape(m, "00B09C0020"), "32 9000");
	set(m, "refuse_at 1");
	eq_str(shape(m, "00B09C0020"), "0 6F00");
	set(m, "empty_65536");
	eq_str(shape(m, "00B09C00000000"), "0 9000");
	eq_str(shape(m, "00B09C000002BC"), "700 9000");
	set(m, "no_extended");
	eq_str(shape(m, "00B09C00000010"), "0 6700");
	set(m, "slow_ms 321");
	eq_str(shape(m, "00B09C0001"), "1 9000");
	eq_int(mrtd_wait_ms(m), 321);
	set(m, "none");
	eq_str(shape(m, "00B09C0001"), "1 9000");
	eq_int(mrtd_wait_ms(m), 0);
	mrtd_destroy(m);
}

/* EXTERNAL AUTHENTICATE with nonsense. */
static const char *try_a_key(struct mrtd *m)
{
	talk(m, SELECT_LDS);
	talk(m, "0084000008");
	return talk(m,
		    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F"
		    "1448EEA8AD90A728");
}

static void wrong_keys_are_counted(void)
{
	struct mrtd *m = card(NULL);

	set(m, "tries_counted");
	eq_str(try_a_key(m), "63C2");
	eq_int(mrtd_wait_ms(m), 0);
	eq_str(try_a_key(m), "63C1");
	eq_str(try_a_key(m), "63C0");
	eq_int(mrtd_wait_ms(m), 0);
	eq_str(try_a_key(m), "63C0");
	eq_int(mrtd_wait_ms(m), 1000);
	mrtd_reset(m); /* it does not forget without power */
	eq_str(try_a_key(m), "63C0");
	eq_int(mrtd_wait_ms(m), 2000);
	for (int i = 0; i < 5; i++)
		try_a_key(m);
	eq_int(mrtd_wait_ms(m), 8000);
	mrtd_destroy(m);
}

/* The same answer in the clear; and nothing is read afterwards. */
static void secure_answers_are_disturbed(void)
{
	static const struct {
		const char *fault, *answer;
	} rows[] = {
		{ "none", "990290008E08FA855A5D4C50A8ED9000" },
		{ "wrong_mac_at 1", "990290008E08FA855A5D4C50A8EC9000" },
		{ "plain_at 1", "9000" },
		{ "replay_at 1", "9000" }, /* there was none before */
		{ "cut_at 1", "990290009000" },
		{ "wrong_mac_at 2", "990290008E08FA855A5D4C50A8ED9000" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mrtd *m = card(NULL);
		struct mrtd_keys k = { .cipher = MRTD_3DES };
		AUTO_BYTES b = { 0 };

		talk(m, SELECT_LDS);
		mrtd_put_hex(&b, "979EC13B1CBFE9DCD01AB0FED307EAE5F1CB1F1FB5ADF208806B89DC579DC1F8"
				 "887022120C06C226");
		memcpy(k.enc, b.at, 16);
		memcpy(k.mac, b.at + 16, 16);
		mrtd_right_key(m, &k, b.at + 32);
		set(m, rows[i].fault);
		eq_str(talk(m, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"),
		       rows[i].answer);
		mrtd_destroy(m);
	}
}

static bool same_atr(const char *const *some, const char *const *others)
{
	struct mrtd *a = card(some), *b = card(others);
	size_t len, other;
	const uint8_t *x = mrtd_atr(a, &len), *y = mrtd_atr(b, &other);
	uint8_t check = 0;

	eq_int(len, 13);
	for (size_t i = 1; i < len; i++)
		check ^= x[i];
	eq_int(check, 0);
	bool same = len == other && memcmp(x, y, len) == 0;
	mrtd_destroy(a);
	mrtd_destroy(b);
	return same;
}

static void a_type_of_cards_has_an_atr(void)
{
	static const char *const man[] = { "name = A", "number = 001", NULL };
	static const char *const short_only[] = { "extended = no", NULL };

	ok(same_atr(man, NULL));
	ok(!same_atr(short_only, NULL));
}

int main(void)
{
	a_type_of_cards_has_an_atr();
	lengths();
	offsets_go_on();
	room_under_secure_messaging();
	long_answers_to_short_commands();
	faults_in_the_conversation();
	wrong_keys_are_counted();
	secure_answers_are_disturbed();
	return tap_done();
}
