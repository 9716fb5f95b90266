#include "firmware/core/staff_pin.h"

#include "firmware/core/files.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { SALT = 16, HASH = 32, ROUNDS = 200000, MAX_ROUNDS = 2000000, MIN_PIN = 6, MAX_PIN = 8 };

static bool derive(const char *pin, const uint8_t salt[SALT], int rounds, uint8_t ret[HASH])
{
	return PKCS5_PBKDF2_HMAC(pin, (int)strlen(pin), salt, SALT, rounds, EVP_sha256(), HASH,
				 ret) == 1;
}

enum err staff_pin_make(const char *pin, char ret_line[STAFF_PIN_LINE_CAP])
{
	uint8_t salt[SALT], hash[HASH];
	char salt_hex[2 * SALT + 1], hash_hex[2 * HASH + 1];
	size_t len = strlen(pin);

	if (len < MIN_PIN || len > MAX_PIN || strspn(pin, "0123456789") != len)
		return ERR_BAD_DATA;
	if (RAND_bytes(salt, SALT) != 1 || !derive(pin, salt, ROUNDS, hash))
		return ERR_NO_MEMORY;
	hex_of(salt, SALT, salt_hex);
	hex_of(hash, HASH, hash_hex);
	snprintf(ret_line, STAFF_PIN_LINE_CAP, "pbkdf2-sha256:%d:%s:%s", ROUNDS, salt_hex,
		 hash_hex);
	return ERR_OK;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex(const char *hex, size_t len, uint8_t *ret)
{
	if (strlen(hex) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = digit_of(hex[2 * i]), low = digit_of(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool staff_pin_is(const char *line, const char *pin)
{
	uint8_t salt[SALT], want[HASH], hash[HASH];
	char salt_hex[2 * SALT + 1], hash_hex[2 * HASH + 1];
	int rounds = 0;

	if (sscanf(line, "pbkdf2-sha256:%7d:%32[0-9a-f]:%64[0-9a-f]", &rounds, salt_hex,
		   hash_hex) != 3 ||
	    rounds < 1 || rounds > MAX_ROUNDS || !unhex(salt_hex, SALT, salt) ||
	    !unhex(hash_hex, HASH, want) || !derive(pin, salt, rounds, hash))
		return false;
	bool same = CRYPTO_memcmp(want, hash, HASH) == 0;
	explicit_bzero(hash, sizeof hash);
	return same;
}
