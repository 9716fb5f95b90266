/* zone: parse */
#include "firmware/parse/bundle.h"
#include "firmware/parse/bundle_answer.h"

#include <stdlib.h>
#include <string.h>

/* Signed corpus/bundle/index-* with a key that is gone; good until 2081. */
#define ANCHOR                                                               \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBjDCCATOgAwIBAgIUVgTq1OzgtS7dkq13va1Nt10+KS0wCgYIKoZIzj0EAwIw\n" \
	"EzERMA8GA1UEAwwIS2lvc2sgQ0EwIBcNMjYxMTIyMTAyMzMwWhgPMjA4MTA4MjUx\n" \
	"MDIzMzBaMBMxETAPBgNVBAMMCEtpb3NrIENBMFkwEwYHKoZIzj0CAQYIKoZIzj0D\n" \
	"AQcDQgAEc3wNercJFc+ZWNN/OIy6naPGCM30xwmXLgYHLmlXVyfvuI/JV4k+DDnt\n" \
	"t/Oy255A5j7aCNVWgYwmWzu7GyGG+qNjMGEwHQYDVR0OBBYEFJJOa0gTrIcyieg8\n" \
	"8dM+4l7ix70cMB8GA1UdIwQYMBaAFJJOa0gTrIcyieg88dM+4l7ix70cMA8GA1Ud\n" \
	"EwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCICnw\n" \
	"lCSdCYGNP2GMBZscSvVw47Qhue67uuS0g0VAh3mCAiAgiuCUVWnCxXlBKp5/7vz1\n" \
	"BKM0oH4QUpgc/dAAPWjwZQ==\n"                                         \
	"-----END CERTIFICATE-----\n"

/* Opens corpus/bundle/answer-*: made for this test alone. */
#define KEY                                                                  \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQk6+jRRtCuWAX4hD\n" \
	"GBqUyPdNnYgtPBEOIaQRn2R19eihRANCAASbgHem8SyUbTJvOup56qZWT8Cakh79\n" \
	"PrvvDhmT3lg6qQ8aZy3yUFO2YJcAic8SV4H586dO2Bt+GKj6DDFMJiS7\n"         \
	"-----END PRIVATE KEY-----\n"                                        \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBfDCCASGgAwIBAgIUGkFu0KffpZ8kDpbJkmEdsSwpO50wCgYIKoZIzj0EAwIw\n" \
	"EjEQMA4GA1UEAwwHYW5zd2VyczAgFw0yNjExMjIxMDIzMzBaGA8yMDgxMDgyNTEw\n" \
	"MjMzMFowEjEQMA4GA1UEAwwHYW5zd2VyczBZMBMGByqGSM49AgEGCCqGSM49AwEH\n" \
	"A0IABJuAd6bxLJRtMm866nnqplZPwJqSHv0+u+8OGZPeWDqpDxpnLfJQU7ZglwCJ\n" \
	"zxJXgfnzp07YG34YqPoMMUwmJLujUzBRMB0GA1UdDgQWBBRUy5Hko8UeHXgVylgm\n" \
	"K37PMqVG6zAfBgNVHSMEGDAWgBRUy5Hko8UeHXgVylgmK37PMqVG6zAPBgNVHRMB\n" \
	"Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDppz+W+Yi7cWsGx9jA5HYtmRae\n" \
	"NOIUw7mTWzj8kLNuOAIhAN+dH6epZSXBKLmn3FKFP/Ydg0QBIU2Ejy322Pku5OzM\n" \
	"-----END CERTIFICATE-----\n"

#define NOW_S 1795000000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void unlock(struct blob locked)
{
	struct blob key = { (const uint8_t *)KEY, sizeof KEY - 1 };
	uint8_t *answer = NULL;
	size_t len = 0;

	if (bundle_unlock(locked, key, &answer, &len) != ERR_OK)
		return;
	if (len == 0 || len > BUNDLE_MAX_LOCKED)
		abort();
	free(answer);
}

/* What core relies on. */
static void check(const struct bundle_index *i)
{
	if (i->id == 0 || i->count > BUNDLE_MAX_ROWS || !i->lock || i->lock_len == 0)
		abort();
	for (uint32_t n = 0; n < i->count; n++) {
		const struct bundle_row *r = &i->rows[n];

		if (r->name == 0 || r->bytes == 0 || r->bytes > BUNDLE_MAX_PACKAGE ||
		    strlen(r->key) != 36 || strlen(r->sha256) != 64 ||
		    (n > 0 && r->name <= i->rows[n - 1].name))
			abort();
	}
}

/* The first byte: t for what is signed alone, a for a locked answer, else the whole index. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct blob anchor = { (const uint8_t *)ANCHOR, sizeof ANCHOR - 1 };
	struct bundle_index i = { 0 };

	if (len == 0)
		return 0;
	struct blob rest = { bytes + 1, len - 1 };
	if (bytes[0] == 'a') {
		unlock(rest);
		return 0;
	}
	enum err e = bytes[0] == 't' ? bundle_read_text(rest.at, rest.len, &i)
				     : bundle_read(rest, anchor, NOW_S, &i);
	if (e == ERR_OK)
		check(&i);
	bundle_index_finish(&i);
	return 0;
}
