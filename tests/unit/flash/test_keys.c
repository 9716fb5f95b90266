/* Secure Boot's variables, as the kernel shows them, in a folder. */
#include "board/flash/keys.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static char dir[64], vars[128];

static void put(const char *in, const char *name, const void *bytes, size_t len)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", in, name);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

static enum keys_state with(char secure, char setup)
{
	struct host h = { dir, "", 0 };
	char value[5] = { 6, 0, 0, 0, secure };

	put(vars, "SecureBoot" GLOBAL, value, 5);
	value[4] = setup;
	put(vars, "SetupMode" GLOBAL, value, 5);
	return keys_state(&h);
}

static bool holds(const char *name, const void *want, size_t len)
{
	char path[256], got[64];

	snprintf(path, sizeof(path), "%s/%s", vars, name);
	FILE *f = fopen(path, "r");
	bool same = f && fread(got, 1, sizeof(got), f) == len && memcmp(got, want, len) == 0;
	if (f)
		fclose(f);
	return same;
}

static void enrolled(void)
{
	struct host h = { dir, "", 0 };
	char path[128];

	ok(with(0, 0) == KEYS_OFF); /* as if firmware had left setup mode on the last one */
	ok(!keys_enrol(&h, dir));
	put(dir, "db.auth", "of db", 5);
	put(dir, "KEK.auth", "of KEK", 6);
	ok(!keys_enrol(&h, dir));
	put(dir, "PK.auth", "of PK", 5);
	ok(keys_enrol(&h, dir));
	ok(holds("db-d719b2cb-3d3a-4596-a3bc-dad00e67656f", "\x27\0\0\0of db", 9));
	ok(holds("KEK" GLOBAL, "\x27\0\0\0of KEK", 10));
	ok(holds("PK" GLOBAL, "\x27\0\0\0of PK", 9));
	ok(with(0, 1) == KEYS_SETUP);
	ok(!keys_enrol(&h, dir));
	snprintf(path, sizeof(path), "%s/none", dir);
	ok(!keys_enrol(&h, path));
}

int main(void)
{
	struct host none = { "/nowhere", "", 0 };

	snprintf(dir, sizeof(dir), "/tmp/flash-keys-XXXXXX");
	ok(mkdtemp(dir) != NULL);
	snprintf(vars, sizeof(vars), "%s/firmware", dir);
	ok(mkdir(vars, 0755) == 0);
	snprintf(vars, sizeof(vars), "%s/firmware/efi", dir);
	ok(mkdir(vars, 0755) == 0);
	snprintf(vars, sizeof(vars), "%s/firmware/efi/efivars", dir);
	ok(mkdir(vars, 0755) == 0);
	ok(keys_state(&none) == KEYS_NONE);
	ok(with(0, 1) == KEYS_SETUP);
	ok(with(1, 0) == KEYS_ON);
	ok(with(0, 0) == KEYS_OFF);
	enrolled();
	return tap_done();
}
