/* A list that a technician brings: taken as any other, once; what is no signed list changes
 * nothing, and which one stands is said. */
#include "firmware/base/query.h"
#include "firmware/core/catalogue_brought.h"
#include "tests/unit/core/fixture.h"

#include <string.h>

#define LIST(number)                                                                             \
	"{\"number\":" #number ",\"procedures\":[{\"code\":\"1.001193\",\"name\":\"Khai sinh\"," \
	"\"papers\":[]}],\"version\":\"v" #number "\"}"

static struct fixture f;
static char list[160], signature[160];

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	ok(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

static void sign(const char *path, const char *by, const char *out)
{
	char key[160], cert[160], file[40];

	snprintf(file, sizeof file, "%s.key", by);
	in(&f, file, key);
	snprintf(file, sizeof file, "%s.pem", by);
	in(&f, file, cert);
	ok(RUN(NULL, "openssl", "cms", "-sign", "-binary", "-in", path, "-signer", cert, "-inkey",
	       key, "-outform", "DER", "-out", out) == 0);
}

static void signer(const char *name)
{
	char key[160], cert[160], subject[40], file[40];

	snprintf(file, sizeof file, "%s.key", name);
	in(&f, file, key);
	snprintf(file, sizeof file, "%s.pem", name);
	in(&f, file, cert);
	snprintf(subject, sizeof subject, "/CN=%s", name);
	ok(RUN(NULL, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
	       "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-subj", subject,
	       "-days", "30") == 0);
}

static void bring(const char *text, const char *by)
{
	put(list, text);
	sign(list, by, signature);
}

static enum err take(struct catalogue_book *b)
{
	return catalogue_brought_take(b, list, signature, T0);
}

static void says(const struct catalogue_book *b, const char *want)
{
	char said[200] = "";
	FILE *out = fmemopen(said, sizeof said, "w");

	catalogue_brought_say(b, out);
	fclose(out);
	eq_str(said, want);
}

static void open_book(struct catalogue_book *b)
{
	char assets[160], anchor[160];

	in(&f, "assets", assets);
	in(&f, "own.pem", anchor);
	eq_int(catalogue_book_open(&(struct catalogue_places){ assets, anchor, f.data }, b),
	       ERR_OK);
}

static void no_list(struct catalogue_book *b)
{
	char other[160];

	eq_int(catalogue_brought_take(b, "/nothing", "/nothing", T0), ERR_FORGED);
	bring(LIST(5), "other");
	eq_int(take(b), ERR_FORGED);
	bring(LIST(5), "own");
	put(list, LIST(6));
	eq_int(take(b), ERR_FORGED);
	bring("{\"number\":5", "own");
	eq_int(take(b), ERR_BAD_DATA);
	bring("", "own");
	eq_int(take(b), ERR_BAD_DATA);
	bring(LIST(5), "own");
	ok(truncate(list, CATALOGUE_MAX_BYTES + 1) == 0);
	eq_int(take(b), ERR_BAD_DATA);
	bring(LIST(1), "own");
	eq_int(take(b), ERR_REFUSED); /* the image has that */
	in(&f, "other.json", other);
	ok(rename(list, other) == 0 && symlink(other, list) == 0);
	eq_int(take(b), ERR_FORGED);
	ok(unlink(list) == 0 && mkfifo(list, 0600) == 0);
	eq_int(take(b), ERR_BAD_DATA);
	ok(unlink(list) == 0);
	says(b, "VERSION=v1\nNUMBER=1\nFROM=image\n");
}

int main(void)
{
	char path[160], cms[160];
	struct catalogue_book b;

	fixture_init(&f);
	in(&f, "brought.json", list);
	in(&f, "brought.p7s", signature);
	signer("own");
	signer("other");
	in(&f, "assets", path);
	ok(mkdir(path, 0700) == 0 && mkdir(f.data, 0700) == 0);
	in(&f, "assets/catalogue.json", path);
	in(&f, "assets/catalogue.json.p7s", cms);
	put(path, LIST(1));
	sign(path, "own", cms);

	open_book(&b);
	no_list(&b);
	bring(LIST(5), "own");
	eq_int(take(&b), ERR_OK);
	eq_int(take(&b), ERR_OK); /* again: it is in use */
	says(&b, "VERSION=v5\nNUMBER=5\nFROM=province\n");
	bring(LIST(4), "own");
	eq_int(take(&b), ERR_REFUSED);
	catalogue_book_close(&b);
	open_book(&b); /* as core finds it */
	says(&b, "VERSION=v5\nNUMBER=5\nFROM=province\n");
	catalogue_book_close(&b);
	fixture_finish(&f);
	return tap_done();
}
