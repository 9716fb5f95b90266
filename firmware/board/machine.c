#include "firmware/board/machine.h"

#include "firmware/base/auto.h"
#include "firmware/base/facts.h"
#include "firmware/board/notes.h"
#include "firmware/board/sysfs.h"
#include "firmware/board/usb.h"

#include <string.h>
#include <sys/utsname.h>

#define HASH "kiosk.hash="
#define DMI  "/sys/class/dmi/id"

static void say_system(const struct board *b, struct rows *r)
{
	char name[80];
	struct utsname u;

	rows_say(r, "version", "kernel", "is", "%s", uname(&u) == 0 ? u.release : "?");
	if (sysfs_line(b, "/etc", "debian_version", name, sizeof name))
		rows_say(r, "version", "debian", "is", "%s", name);
}

static void say_hardware(const struct board *b, struct rows *r)
{
	char maker[60], model[60], bios[60];

	(void)sysfs_line(b, DMI, "sys_vendor", maker, sizeof maker); /* "" is told as it is */
	(void)sysfs_line(b, DMI, "product_name", model, sizeof model);
	(void)sysfs_line(b, DMI, "bios_version", bios, sizeof bios);
	if (maker[0] || model[0])
		rows_say(r, "version", "machine", "is", "%s %s", maker, model);
	if (bios[0])
		rows_say(r, "version", "firmware", "is", "%s", bios);
}

void machine_versions(const struct board *b, struct rows *r)
{
	const struct version *v = &b->version;

	rows_say(r, "version", "image", "is", "%s", v->number);
	rows_say(r, "version", "board", "is", "%s", v->board);
	rows_say(r, "version", "updates", "is", "%s", v->compatible);
	rows_say(r, "version", "keys", "is", "%s",
		 v->test_keys ? "for tests: NOT FOR PRODUCTION" : "of a release");
	rows_say(r, "version", "slot", "is", "%s", slot_name(b->slot));
	say_system(b, r);
	say_hardware(b, r);
}

/* False: this start did not say it, or not as a hash is written. */
static bool root_hash(const struct board *b, char ret_hex[65])
{
	char line[4096];
	const char *at = NULL;

	if (sysfs_line(b, "/proc", "cmdline", line, sizeof line))
		at = strstr(line, " " HASH);
	at = at ? at + strlen(" " HASH) : "";
	if (strspn(at, "0123456789abcdef") != 64)
		return false;
	snprintf(ret_hex, 65, "%.64s", at);
	return true;
}

void machine_hashes(const struct board *b, struct rows *r)
{
	char hex[65];

	if (!root_hash(b, hex)) {
		rows_say(r, "hash", "root", "unknown",
			 "this start did not say which root it trusts");
		return;
	}
	rows_say(r, "hash", "root", "is", "%s", hex);
	rows_say(r, "hash", "text", "is", "MOCUA %s %s %s", b->version.board, b->version.number,
		 hex);
}

static void say_panel(const struct board *b, const struct sysfs_names *all, struct rows *r)
{
	char dir[40 + SYSFS_NAME], state[16];
	size_t outlets = 0;

	for (size_t i = 0; i < all->count; i++) {
		snprintf(dir, sizeof dir, "/sys/class/drm/%s", all->name[i]);
		if (!strchr(all->name[i], '-') ||
		    !sysfs_line(b, dir, "status", state, sizeof state))
			continue;
		outlets++;
		if (strcmp(state, "connected") != 0)
			continue;
		rows_say(r, "part", "panel", "ok", "%s", all->name[i]);
		return;
	}
	rows_say(r, "part", "panel", outlets ? "absent" : "unknown", "%s",
		 outlets ? "no screen at any outlet"
			 : "the kernel tells of no outlet for a screen");
}

static void say_chip(const struct board *b, const struct sysfs_names *all, bool known,
		     struct rows *r)
{
	char dir[40 + SYSFS_NAME], version[8] = "";

	if (known && all->count > 0) {
		snprintf(dir, sizeof dir, "/sys/class/tpm/%s", all->name[0]);
		(void)sysfs_line(b, dir, "tpm_version_major", version, sizeof version);
	}
	if (version[0] == '2')
		rows_say(r, "part", "tpm", "ok", "TPM 2");
	else if (version[0])
		rows_say(r, "part", "tpm", "bad", "TPM %s is too old", version);
	else
		rows_say(r, "part", "tpm", "absent", "no TPM is there, or it is switched off");
}

static void say_watchdog(const struct board *b, struct rows *r)
{
	char name[60], state[16];
	const char *dir = "/sys/class/watchdog/watchdog0";

	if (!sysfs_line(b, dir, "identity", name, sizeof name))
		rows_say(r, "part", "watchdog", "absent", "nothing restarts a machine that hangs");
	else if (sysfs_line(b, dir, "state", state, sizeof state) && strcmp(state, "active") == 0)
		rows_say(r, "part", "watchdog", "ok", "%s", name);
	else
		rows_say(r, "part", "watchdog", state[0] ? "bad" : "unknown", "%s %s", name,
			 state[0] ? "is not set" : "does not say whether it is set");
}

void machine_devices(const struct board *b, struct rows *r)
{
	AUTO_FREE struct sysfs_names *all = malloc(sizeof *all);

	usb_rows(b, r);
	if (!all)
		return;
	(void)sysfs_names(b, "/sys/class/drm", all); /* then there is none */
	say_panel(b, all, r);
	bool known = sysfs_names(b, "/sys/class/tpm", all) == ERR_OK;
	say_chip(b, all, known, r);
	say_watchdog(b, r);
}

enum err machine_keep(const struct board *b)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return ERR_NO_MEMORY;
	struct rows r = rows_of(f, false);
	machine_versions(b, &r);
	machine_hashes(b, &r);
	machine_devices(b, &r);
	if (fclose(f) != 0)
		return ERR_NO_MEMORY;
	return notes_put(b, BOARD_MACHINE, text);
}
