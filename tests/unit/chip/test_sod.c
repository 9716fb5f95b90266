/* The signed list by itself: what is one, and what only looks like one. */
#include "firmware/parse/chip/sod.h"
#include "firmware/parse/chip/trust.h"
#include "tests/tap.h"

#include <openssl/evp.h>
#include <string.h>

#define SHA1  0x30, 0x07, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a
#define HASH  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
#define DG(n) 0x30, 0x19, 0x02, 0x01, n, 0x04, 0x14, HASH
#define V0    0x02, 0x01, 0x00
#define V1    0x02, 0x01, 0x01
#define VERSIONS \
	0x30, 0x0e, 0x13, 0x04, '0', '1', '0', '8', 0x13, 0x06, '0', '4', '0', '0', '0', '0'

/* A SEQUENCE of these bytes; fewer than 128. */
#define LIST(...)                                                                               \
	((struct span){                                                                         \
		(const uint8_t[]){ 0x30, sizeof(const uint8_t[]){ __VA_ARGS__ }, __VA_ARGS__ }, \
		2 + sizeof(const uint8_t[]){ __VA_ARGS__ } })

static void both_versions_are_read(void)
{
	struct sod s;

	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 54, DG(1), DG(13)), &s), ERR_OK);
	eq_int(s.version, 0);
	eq_int(s.digest, SOD_SHA1);
	eq_str(s.lds_version, "");
	for (unsigned dg = 0; dg <= SOD_DGS + 1; dg++)
		eq_int(sod_lists(&s, dg), dg == 1 || dg == 13);
	eq_int(s.hash[13][19], 20);
	eq_int(sod_read_list(LIST(V1, SHA1, 0x30, 27, DG(16), VERSIONS), &s), ERR_OK);
	eq_int(s.version, 1);
	eq_str(s.lds_version, "0108");
	eq_str(s.unicode_version, "040000");
	ok(sod_lists(&s, 16));
}

static void parameters_of_the_digest_may_be_there(void)
{
	struct sod s;

	eq_int(sod_read_list(LIST(V0, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05,
				  0x00, 0x30, 27, DG(1)),
			     &s),
	       ERR_OK);
	eq_int(s.digest, SOD_SHA1);
}

/* They say nothing about what was signed. */
static void odd_versions_are_passed_over(void)
{
	struct sod s;

	eq_int(sod_read_list(LIST(V1, SHA1, 0x30, 27, DG(1), 0x30, 0x03, 0x13, 0x01, 0x07), &s),
	       ERR_OK);
	eq_str(s.lds_version, "");
	eq_int(sod_read_list(LIST(V1, SHA1, 0x30, 27, DG(1), 0x30, 0x0b, 0x13, 0x09, '1', '2', '3',
				  '4', '5', '6', '7', '8', '9'),
			     &s),
	       ERR_OK);
	eq_str(s.lds_version, "");
	eq_int(sod_read_list(LIST(V1, SHA1, 0x30, 27, DG(1), 0x04, 0x00), &s), ERR_OK);
}

static void what_is_not_such_a_list_is_refused(void)
{
	struct sod s = { .version = 77 };

	eq_int(sod_read_list((struct span){ 0 }, &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0), &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(SHA1, 0x30, 27, DG(1)), &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(0x02, 0x02, 0x00, 0x00, SHA1, 0x30, 27, DG(1)), &s),
	       ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0, SHA1, 0x31, 27, DG(1)), &s), ERR_BAD_DATA);
	/* numbers of no data group, and one twice */
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 27, DG(0)), &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 27, DG(17)), &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 27, DG(0x81)), &s), ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 54, DG(2), DG(2)), &s), ERR_BAD_DATA);
	/* a hash of another length than its digest's */
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 8, 0x30, 6, 0x02, 1, 1, 0x04, 1, 9), &s),
	       ERR_BAD_DATA);
	/* more in the entry, lying lengths, something behind the list */
	eq_int(sod_read_list(
		       LIST(V0, SHA1, 0x30, 29, 0x30, 27, 0x02, 1, 1, 0x04, 0x14, HASH, 0x05, 0),
		       &s),
	       ERR_BAD_DATA);
	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 28, DG(1)), &s), ERR_BAD_DATA);
	struct span list = LIST(V0, SHA1, 0x30, 27, DG(1), 0x05, 0x00);
	uint8_t tail[64];
	memcpy(tail, list.at, list.len);
	tail[1] = (uint8_t)(tail[1] - 2);
	eq_int(sod_read_list((struct span){ tail, list.len }, &s), ERR_BAD_DATA);
	eq_int(s.version, 77);
}

static void an_unknown_digest_is_said_to_be_one(void)
{
	struct sod s;

	/* MD5, and a name without bytes */
	eq_int(sod_read_list(LIST(V0, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
				  0x02, 0x05, 0x30, 27, DG(1)),
			     &s),
	       ERR_NOT_FOUND);
	eq_int(sod_read_list(LIST(V0, 0x30, 0x02, 0x06, 0x00, 0x30, 27, DG(1)), &s), ERR_NOT_FOUND);
}

static void a_file_is_held_against_its_own_entry(void)
{
	static const uint8_t FILE_BYTES[] = { 0x61, 0x01, 0x07 };
	struct span raw = { FILE_BYTES, sizeof FILE_BYTES };
	struct sod s;

	eq_int(sod_read_list(LIST(V0, SHA1, 0x30, 54, DG(1), DG(2)), &s), ERR_OK);
	ok(!sod_matches(&s, 1, raw));
	EVP_Digest(FILE_BYTES, sizeof FILE_BYTES, s.hash[1], NULL, EVP_sha1(), NULL);
	ok(sod_matches(&s, 1, raw));
	ok(!sod_matches(&s, 2, raw));
	ok(!sod_matches(&s, 0, raw) && !sod_matches(&s, 3, raw) && !sod_matches(&s, 99, raw));
	raw.len--;
	ok(!sod_matches(&s, 1, raw));
}

int main(void)
{
	eq_int(trust_prepare(), ERR_OK);
	both_versions_are_read();
	parameters_of_the_digest_may_be_there();
	odd_versions_are_passed_over();
	what_is_not_such_a_list_is_refused();
	an_unknown_digest_is_said_to_be_one();
	a_file_is_held_against_its_own_entry();
	return tap_done();
}
