#include "firmware/setup/pin.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { SALT = 16, HASH = 32, ROUNDS = 200000 };

static void hex(char *to, size_t cap, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len && 2 * i + 2 < cap; i++)
		snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

enum err pin_line(const char *pin, char ret[STAFF_PIN_CAP])
{
	unsigned char salt[SALT], hash[HASH];
	char salt_hex[2 * SALT + 1], hash_hex[2 * HASH + 1];

	if (RAND_bytes(salt, SALT) != 1 || PKCS5_PBKDF2_HMAC(pin, (int)strlen(pin), salt, SALT,
							     ROUNDS, EVP_sha256(), HASH, hash) != 1)
		return ERR_NO_MEMORY;
	hex(salt_hex, sizeof salt_hex, salt, SALT);
	hex(hash_hex, sizeof hash_hex, hash, HASH);
	snprintf(ret, STAFF_PIN_CAP, "pbkdf2-sha256:%d:%s:%s", ROUNDS, salt_hex, hash_hex);
	return ERR_OK;
}

void pin_forget_former(struct answers *a)
{
	if (strcmp(a->of[ASK_former_pin], "none") == 0)
		explicit_bzero(a->staff_pin, sizeof a->staff_pin);
	a->of[ASK_former_pin][0] = '\0';
}
