/* zone: core
 * A database with damage in it. The input says where and what: records of three bytes of place, one
 * of count, and so many bytes, written over a sound one. Whatever it is, the store opens, mends,
 * reads its rows and takes on the next dossier, or says that a newer release made it. */
#include "firmware/core/audit.h"
#include "firmware/core/checkup.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "tests/unit/core/fixture.h"

#define ROWS 5

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct sound {
	struct fixture f;
	uint8_t *db, *harmed;
	size_t len;
	char path[160];
} sound;

static void must(bool good)
{
	if (!good)
		abort();
}

static void finish(void)
{
	fixture_finish(&sound.f);
}

/* One of each kind of row that a kiosk has after a day. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];
	int dir;

	(void)argc, (void)argv;
	fixture_init(&sound.f);
	must(atexit(finish) == 0);
	must(store_open(&sound.f.options, &s) == ERR_OK);
	for (int i = 0; i < ROWS; i++)
		must(file_one(s, key) == ERR_OK);
	must(outbox_sending(s, key) == ERR_OK && outbox_sent(s, key) == ERR_OK);
	must(store_check(s) == ERR_OK);
	store_close(s);
	dir = open(sound.f.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(files_read(dir, DB_FILE, 1 << 24, &sound.db, &sound.len) == ERR_OK);
	close(dir);
	sound.harmed = malloc(sound.len);
	must(sound.harmed != NULL);
	snprintf(sound.path, sizeof sound.path, "%s/%s", sound.f.data, DB_FILE);
	return 0;
}

static void harm(const uint8_t *at, size_t left)
{
	memcpy(sound.harmed, sound.db, sound.len);
	while (left >= 4) {
		size_t place = ((size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2]) % sound.len;
		size_t n = at[3] < left - 4 ? at[3] : left - 4;

		n = n < sound.len - place ? n : sound.len - place;
		memcpy(sound.harmed + place, at + 4, n);
		at += 4 + n;
		left -= 4 + n;
	}
}

static void put_back(void)
{
	static const char *const ENDINGS[] = { "-wal", ".new", ".new-wal" };
	char path[200];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", sound.path, ENDINGS[i]);
		(void)unlink(path);
	}
	for (int n = 1; n <= 5; n++) {
		snprintf(path, sizeof path, "%s/damaged-%d.db", sound.f.data, n);
		(void)unlink(path);
	}
	/* a new file: what was set aside has the old one's second name */
	(void)unlink(sound.path);
	int fd = open(sound.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, sound.harmed, sound.len) == (ssize_t)sound.len);
	close(fd);
}

static bool seen(void *data, const struct outbox_item *item)
{
	unsigned *n = data;

	must(item->state < OUTBOX_STATES && memchr(item->reason, 0, sizeof item->reason));
	++*n;
	return true;
}

/* Damage that shows only when a row is read ends the program, and the next start mends it. */
static bool reads(struct store *s)
{
	struct outbox_counts counts;
	unsigned n = 0;
	int64_t bad;

	enum err e = outbox_list(s, 100, seen, &n);
	if (e == ERR_OK)
		e = outbox_counts(s, &counts);
	enum err chain = audit_verify(s, NULL, &bad);
	must(chain == ERR_OK || chain == ERR_FORGED || store_failed(s) || chain == ERR_NO_MEMORY);
	if (e == ERR_OK)
		e = store_check(s);
	return e == ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct store *s = NULL;

	harm(bytes, len);
	put_back();
	enum err e = store_open(&sound.f.options, &s);
	must(e == ERR_OK || e == ERR_NEWER);
	if (e == ERR_OK && !reads(s) && store_failed(s)) {
		store_close(s);
		s = NULL;
		e = store_open(&sound.f.options, &s);
		must(e == ERR_OK && store_report(s)->damaged);
	}
	store_close(s);
	return 0;
}
