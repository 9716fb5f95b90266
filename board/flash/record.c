#include "board/flash/record.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE "MOCUA-INSTALLED=1\n"
#define SUM   "SUM="

static const char *const DATA[] = { "kept", "new", "erased" };

static void hex_of(const uint8_t *bytes, size_t len, char *ret)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static void sum_of(const uint8_t *bytes, size_t len, char ret[65])
{
	uint8_t sha256[32];

	SHA256(bytes, len, sha256);
	hex_of(sha256, sizeof(sha256), ret);
}

/* How long what the sum is over is; 0: there is no sum. */
static size_t summed(const char *text, size_t len)
{
	const char *at = memmem(text, len, "\n" SUM, sizeof("\n" SUM) - 1);

	return at ? (size_t)(at - text) + 1 : 0;
}

static uint64_t number(const char *text, size_t len, const char *name)
{
	char value[FACT_CAP];

	return fact_get(text, len, name, value) ? strtoull(value, NULL, 10) : 0;
}

enum err record_read(const uint8_t bytes[RECORD_BYTES], struct record *ret)
{
	const char *text = (const char *)bytes;
	size_t len = summed(text, RECORD_BYTES);
	char value[FACT_CAP], sum[65];
	struct record r = { 0 };

	sum_of(bytes, len, sum);
	if (len == 0 || memcmp(text, TITLE, sizeof(TITLE) - 1) != 0 ||
	    !fact_get(text, RECORD_BYTES, "SUM", value) || strcmp(value, sum) != 0)
		return ERR_BAD_DATA;
	r.done = fact_get(text, len, "STATE", value) && strcmp(value, "done") == 0;
	if (!fact_get(text, len, "DATA", value))
		return ERR_BAD_DATA;
	for (r.data = RECORD_KEPT; strcmp(DATA[r.data], value) != 0; r.data++) {
		if (r.data == RECORD_ERASED)
			return ERR_BAD_DATA;
	}
	(void)fact_get(text, len, "VERSION", r.version);
	(void)fact_get(text, len, "BOARD", r.board);
	(void)fact_get(text, len, "COMPATIBLE", r.compatible);
	(void)fact_get(text, len, "ROOT_HASH", r.root_hash);
	(void)fact_get(text, len, "IMAGE_SHA256", r.image_sha256);
	(void)fact_get(text, len, "WHO", r.who);
	(void)fact_get(text, len, "WHEN", r.when);
	(void)fact_get(text, len, "MODEL", r.model);
	(void)fact_get(text, len, "SERIAL", r.serial);
	(void)fact_get(text, len, "SECURE_BOOT", r.secure_boot);
	r.disk_bytes = number(text, len, "DISK_BYTES");
	r.verified_bytes = number(text, len, "VERIFIED_BYTES");
	*ret = r;
	return ERR_OK;
}

/* All lines of a record are shorter together than RECORD_BYTES: 10 of FACT_CAP, and small ones. */
static void line(uint8_t *bytes, const char *name, const char *value)
{
	size_t at = strlen((char *)bytes);

	if (value[0])
		(void)snprintf((char *)bytes + at, RECORD_BYTES - at, "%s=%s\n", name, value);
}

static void line_of_number(uint8_t *bytes, const char *name, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	line(bytes, name, text);
}

void record_write(const struct record *r, uint8_t ret[RECORD_BYTES])
{
	char sum[65];

	memset(ret, 0, RECORD_BYTES);
	memcpy(ret, TITLE, sizeof(TITLE));
	line(ret, "STATE", r->done ? "done" : "begun");
	line(ret, "DATA", DATA[r->data]);
	line(ret, "VERSION", r->version);
	line(ret, "BOARD", r->board);
	line(ret, "COMPATIBLE", r->compatible);
	line(ret, "ROOT_HASH", r->root_hash);
	line(ret, "IMAGE_SHA256", r->image_sha256);
	line(ret, "WHO", r->who);
	line(ret, "WHEN", r->when);
	line(ret, "MODEL", r->model);
	line(ret, "SERIAL", r->serial);
	line(ret, "SECURE_BOOT", r->secure_boot);
	line_of_number(ret, "DISK_BYTES", r->disk_bytes);
	line_of_number(ret, "VERIFIED_BYTES", r->verified_bytes);
	sum_of(ret, strlen((char *)ret), sum);
	line(ret, "SUM", sum);
}
