#include "tests/tap.h"
#include "tests/unit/flash/world.h"

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SCRIPT "board/root/usr/lib/kiosk-board/installed"

static uint8_t bytes[RECORD_BYTES];

static struct record record(void)
{
	return (struct record){ .done = true,
				.data = RECORD_KEPT,
				.version = "1.2+gabc",
				.board = "x86-kiosk",
				.compatible = "mocua-x86-kiosk",
				.root_hash = "12ab",
				.who = "Lò Thị A",
				.when = "2026-11-22T13:00:00Z",
				.serial = "S1",
				.disk_bytes = 8000000000,
				.verified_bytes = 5 };
}

static bool same(const struct record *a, const struct record *b)
{
	return a->done == b->done && a->data == b->data && a->disk_bytes == b->disk_bytes &&
	       a->verified_bytes == b->verified_bytes &&
	       memcmp(a->version, b->version, 10 * sizeof(a->version)) == 0;
}

static void there_and_back(void)
{
	struct record r = record(), got;

	record_write(&r, bytes);
	eq_int(record_read(bytes, &got), ERR_OK);
	ok(same(&r, &got));
	ok(memcmp(bytes, "MOCUA-INSTALLED=1\nSTATE=done\nDATA=kept\n", 38) == 0);

	memset(r.who, 'w', FACT_CAP - 1);
	memset(r.model, 'm', FACT_CAP - 1);
	memset(r.version, 'v', FACT_CAP - 1);
	r.data = RECORD_ERASED;
	r.done = false;
	record_write(&r, bytes);
	eq_int(record_read(bytes, &got), ERR_OK);
	ok(same(&r, &got));
}

/* A bit that has changed before the sum, or in it, and none at all. */
static void damaged(void)
{
	struct record r = record(), got = { .who = "kept" };
	unsigned missed = 0;
	size_t len;

	record_write(&r, bytes);
	len = strlen((char *)bytes);
	for (size_t i = 0; i + 1 < len; i++) {
		bytes[i] ^= 2;
		missed += record_read(bytes, &got) == ERR_OK;
		bytes[i] ^= 2;
	}
	eq_int(missed, 0);
	memset(bytes, 0, sizeof(bytes));
	eq_int(record_read(bytes, &got), ERR_BAD_DATA);
	memset(bytes, 'A', sizeof(bytes));
	eq_int(record_read(bytes, &got), ERR_BAD_DATA);
	eq_str(got.who, "kept");
}

static char dir[64];

static void put(const char *name, const void *what, size_t len)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(what, 1, len, f) == len && fclose(f) == 0);
}

static bool has(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

/* The script that the kiosk runs at its start, on the record of a disk. */
static int take_over(const uint8_t what[RECORD_BYTES])
{
	static uint8_t disk[RECORD_AT + RECORD_BYTES];
	char kept[96], from[96], busybox[] = "/bin/busybox", sh[] = "sh", script[] = SCRIPT;
	char *argv[] = { busybox, sh, script, NULL }, *env[] = { kept, from, NULL };
	int status = -1;
	pid_t pid;

	memcpy(disk + RECORD_AT, what, RECORD_BYTES);
	put("disk", disk, sizeof(disk));
	snprintf(kept, sizeof(kept), "KIOSK_BOARD_KEPT=%s", dir);
	snprintf(from, sizeof(from), "KIOSK_BOARD_DISK=%s/disk", dir);
	ok(posix_spawn(&pid, busybox, NULL, NULL, argv, env) == 0 &&
	   waitpid(pid, &status, 0) == pid);
	return status;
}

static void taken_over(void)
{
	struct record r = record();
	char path[128];

	snprintf(dir, sizeof(dir), "/tmp/flash-record-XXXXXX");
	ok(mkdtemp(dir) != NULL);
	record_write(&r, bytes);
	put("pending", "3", 1);
	put("rauc.status", "x", 1);
	put("readiness", "x", 1);
	snprintf(path, sizeof(path), "%s/update", dir);
	ok(mkdir(path, 0755) == 0);
	put("update/wanted", "x", 1);
	eq_int(take_over(bytes), 0);
	ok(has("update") && !has("update/wanted")); /* the folder is core's, who cannot make it */
	ok(has("installed") && !has("pending") && !has("rauc.status") && has("readiness"));
	snprintf(path, sizeof(path), "%s/installed", dir);
	uint8_t *got = world_read(path, strlen((char *)bytes));
	ok(memcmp(got, bytes, strlen((char *)bytes)) == 0);
	free(got);

	/* the same record at the next start changes nothing; a broken one neither */
	put("pending", "3", 1);
	eq_int(take_over(bytes), 0);
	ok(has("pending"));
	bytes[25] ^= 2;
	eq_int(take_over(bytes), 0);
	ok(has("pending") && has("installed") && !has("installed.new"));

	memcpy(r.when, "2026-12", 7);
	record_write(&r, bytes);
	eq_int(take_over(bytes), 0);
	ok(!has("pending"));
}

int main(void)
{
	there_and_back();
	damaged();
	if (access("/bin/busybox", X_OK) == 0)
		taken_over();
	else
		tap_skip("there is no busybox");
	return tap_done();
}
