/* The power goes at every sync and after every claim, on the worst disk and on random ones. What
 * was claimed before is there afterwards; what was erased before is gone. */
#include "firmware/core/audit.h"
#include "tests/unit/core/fixture.h"
#include "tests/unit/core/powercut.h"

#include <sys/vfs.h>

#define ROUNDS 3
#define DISKS  4 /* per cut: the worst one and three random ones */
#define TMPFS  0x01021994

static struct fixture f;
static char self[200], claims[160], after[160];
static const char *mode = "sound";
static int cuts, bad;
static const char PAGE[] = "page of the visit";

/* In the program started anew on what the cut left: is all there that `claims` says?
 * "D key" handed in, "A key" accepted, "P" a page was kept, "E" the visit was erased. */
static bool claim_holds(struct store *s, const char *line)
{
	struct outbox_item item = { 0 };
	struct vault *v = NULL;
	AUTO_VAULT_BYTES b = { 0 };
	int fd = -1;
	bool good = false;

	switch (line[0]) {
	case 'D':
	case 'A':
		good = outbox_get(s, line + 2, &item) == ERR_OK &&
		       outbox_open(s, line + 2, &fd) == ERR_OK &&
		       (line[0] == 'D' || item.state == OUTBOX_ACCEPTED);
		if (fd >= 0)
			close(fd);
		return good;
	case 'P':
		good = vault_find(s, CITIZEN, &v) == ERR_OK && vault_get(v, "page", &b) == ERR_OK &&
		       b.len == sizeof PAGE && memcmp(b.bytes, PAGE, b.len) == 0;
		vault_close(v);
		return good || store_report(s)->adopted; /* or it has just become a dossier */
	case 'E':
		return vault_find(s, CITIZEN, &v) == ERR_NOT_FOUND;
	}
	return false;
}

/* After damage a dossier may be waiting again that was answered; it is not lost. */
static bool holds_after_damage(struct store *s, const char *line)
{
	int fd = -1;

	if (line[0] != 'D' && line[0] != 'A')
		return true;
	bool good = outbox_open(s, line + 2, &fd) == ERR_OK;
	if (fd >= 0)
		close(fd);
	return good;
}

static int check(const char *dir, const char *file, bool damaged)
{
	struct store_options o = f.options;
	struct store *s = NULL;
	char line[80], key[STORE_KEY_CAP];
	struct outbox_counts n = { 0 };
	FILE *in = fopen(file, "re");

	o.dir = dir;
	if (!in || store_open(&o, &s) != ERR_OK)
		return 10;
	if (!damaged && (store_report(s)->damaged || store_report(s)->adopted > 0))
		return 11;
	(void)outbox_counts(s, &n);
	while (fgets(line, sizeof line, in)) {
		line[strcspn(line, "\n")] = '\0';
		/* a page whose visit has been handed in a moment ago */
		if (line[0] == 'P' && n.in[OUTBOX_SEALED] > 0)
			continue;
		if (damaged ? !holds_after_damage(s, line) : !claim_holds(s, line))
			return line[0];
	}
	if (audit_verify(s, NULL, NULL) != ERR_OK || file_one(s, key) != ERR_OK)
		return 13;
	store_close(s);
	fclose(in);
	return 0;
}

static void power_goes(void)
{
	for (uint32_t disk = 0; disk < DISKS; disk++) {
		cut_power(f.data, after, disk ? (uint32_t)cuts * 7919 + disk : 0);
		int status = RUN(NULL, self, mode, after, claims);
		if (status != 0) {
			bad++;
			printf("# cut %d disk %u: '%c' %d\n", cuts, disk, WEXITSTATUS(status),
			       WEXITSTATUS(status));
		}
		remove_dir(after);
	}
	cuts++;
}

/* From here it may not be lost. A claim about the visit replaces the one before. */
static void claim(char what, const char *key)
{
	static char done[40][STORE_KEY_CAP + 4];
	static int n;

	snprintf(done[n++], sizeof done[0], "%c %s", what, key);
	FILE *file = fopen(claims, "we");
	for (int i = 0; i < n; i++)
		if (done[i][0] == 'D' || done[i][0] == 'A' || i == n - 1)
			fprintf(file, "%s\n", done[i]);
	fclose(file);
	cut.on = false;
	power_goes();
	cut.on = true;
}

static enum err send_it(struct store *s, const struct package *p)
{
	struct outbox_answer a = { .accepted = true,
				   .key = p->key,
				   .manifest = p->manifest,
				   .dossier_code = "x-261121-0001",
				   .bytes = "signed",
				   .len = 6 };
	enum err e = outbox_sending(s, p->key);

	if (e == ERR_OK)
		e = outbox_upload_at(s, p->key, "https://example.invalid/1");
	if (e == ERR_OK)
		e = outbox_sent(s, p->key);
	return e == ERR_OK ? outbox_answered(s, p->key, &a) : e;
}

static void one_visit(struct store *s, const struct package_keys *keys)
{
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct vault *v = NULL;
	struct package p;

	eq_int(vault_begin(s, CITIZEN, &v), ERR_OK);
	eq_int(vault_put(v, "page", "first", 5), ERR_OK);
	eq_int(vault_put(v, "page", PAGE, sizeof PAGE), ERR_OK);
	claim('P', "");
	eq_int(store_new_key(s, key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	struct dossier d = sample(key, code);
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_OK);
	eq_int(outbox_add(s, &p, v), ERR_OK);
	claim('D', key);
	eq_int(vault_end(v), ERR_OK);
	claim('E', "");
	eq_int(send_it(s, &p), ERR_OK);
	claim('A', key);
}

/* The database was damaged, and the power goes while it is being mended. */
static void mending(void)
{
	char path[160];
	int before = cuts;

	mode = "damaged";
	snprintf(path, sizeof path, "%s/kiosk.db", f.data);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	cut.before_sync = NULL;
	ok(pwrite(fd, "junk in the middle of a page", 28, 4096 + 8) == 28 && fsync(fd) == 0);
	close(fd);
	cut.before_sync = power_goes;
	struct store *s = open_store(&f);
	ok(store_report(s)->damaged);
	store_close(s);
	ok(cuts > before + 10);
}

int main(int argc, char **argv)
{
	struct statfs fs;

	fixture_init(&f);
	if (argc == 4) {
		int status = check(argv[2], argv[3], strcmp(argv[1], "damaged") == 0);

		fixture_finish(&f);
		return status;
	}
	if (statfs(f.dir, &fs) < 0 || fs.f_type != TMPFS) {
		printf("1..0 # SKIP no memory file system here\n");
		fixture_finish(&f);
		return 0;
	}
	snprintf(self, sizeof self, "%s", argv[0]);
	in(&f, "claims", claims);
	in(&f, "after", after);
	close(open(claims, O_CREAT | O_WRONLY, 0600));
	struct package_keys *keys = make_keys(&f);
	ok(mkdir(f.data, 0700) == 0);
	cut_watch(f.data, power_goes);
	struct store *s = open_store(&f);
	for (int i = 0; i < ROUNDS; i++)
		one_visit(s, keys);
	store_close(s);
	mending();
	cut.on = false;
	printf("# %d cuts\n", cuts);
	ok(cuts > 30);
	eq_int(bad, 0);
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
