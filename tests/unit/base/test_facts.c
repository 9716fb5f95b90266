#include "firmware/base/facts.h"
#include "firmware/base/version.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char value[8];

static enum err in(const char *text, const char *name)
{
	snprintf(value, sizeof value, "kept");
	return facts_in(text, strlen(text), name, value, sizeof value);
}

static void lines(void)
{
	eq_int(in("SLOT=A\n", "SLOT"), ERR_OK);
	eq_str(value, "A");
	eq_int(in("# SLOT=B\nSLOTS=2\n\nSLOT=\nSLOT=C", "SLOT"), ERR_OK);
	eq_str(value, "");
	eq_int(in("A=1\nSLOT=a=b", "SLOT"), ERR_OK);
	eq_str(value, "a=b");
	eq_int(in("SLOT=1234567\n", "SLOT"), ERR_OK);
	eq_str(value, "1234567");

	eq_int(in("", "SLOT"), ERR_NOT_FOUND);
	eq_int(in("SLOT", "SLOT"), ERR_NOT_FOUND);
	eq_int(in("SLO=T\nSLO", "SLOT"), ERR_NOT_FOUND);
	eq_int(in("SLOT=12345678\n", "SLOT"), ERR_BAD_DATA);
	eq_int(in("SLOT=a\tb\n", "SLOT"), ERR_BAD_DATA);
	eq_str(value, "kept");
	eq_int(facts_in("SLOT=A", 5, "SLOT", value, sizeof value), ERR_OK);
	eq_str(value, "");
}

static void put(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	ok(f && fwrite(text, 1, len, f) == len && fclose(f) == 0);
}

static void files(const char *dir)
{
	static char much[FACTS_MAX_BYTES + 1];
	char path[100];

	snprintf(path, sizeof path, "%s/version", dir);
	eq_int(facts_get(path, "SLOT", value, sizeof value), ERR_NOT_FOUND);
	eq_int(facts_get(dir, "SLOT", value, sizeof value), ERR_IO);
	memset(much, '\n', sizeof much);
	memcpy(much + sizeof much - 8, "\nSLOT=B\n", 8);
	put(path, much, sizeof much);
	eq_int(facts_get(path, "SLOT", value, sizeof value), ERR_BAD_DATA);
	put(path, much + 1, sizeof much - 1);
	eq_int(facts_get(path, "SLOT", value, sizeof value), ERR_OK);
	eq_str(value, "B");
	eq_int(unlink(path), 0);
}

static void version(const char *dir)
{
	static const char IMAGE[] =
		"VERSION=1.815+g9081d97\nBOARD=x86-kiosk\nCOMPATIBLE=mocua-x86-kiosk\nKEYS=test\n";
	static const char BLANK[] = "VERSION=1.8 15\nKEYS=own\n";
	char path[100];
	struct version v;

	snprintf(path, sizeof path, "%s/version", dir);
	version_read(dir, &v);
	eq_str(v.number, "0");
	eq_str(v.board, "");
	ok(!v.test_keys);
	put(path, IMAGE, sizeof IMAGE - 1);
	version_read(dir, &v);
	eq_str(v.number, "1.815+g9081d97");
	eq_str(v.board, "x86-kiosk");
	eq_str(v.compatible, "mocua-x86-kiosk");
	ok(v.test_keys);
	put(path, BLANK, sizeof BLANK - 1);
	version_read(dir, &v);
	eq_str(v.number, "0");
	ok(!v.test_keys);
	eq_int(unlink(path), 0);
}

int main(void)
{
	char dir[] = "/tmp/facts.XXXXXX";

	if (!mkdtemp(dir))
		return 1;
	lines();
	files(dir);
	version(dir);
	eq_int(rmdir(dir), 0);
	return tap_done();
}
