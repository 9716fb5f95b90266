#include "firmware/board/entries.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/board/efi.h"
#include "firmware/board/entry.h"
#include "firmware/board/run.h"
#include "firmware/board/tries.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#define ORDER  "BootOrder-" EFI_GLOBAL
#define TOOL_S 30

/* The partitions that the image has: board/build/disk.sh. */
static const struct {
	const char *name, *label;
	uint8_t uuid[16];
} SLOT_ROWS[SLOTS] = {
	{ "MOCUA-A",
	  "boot-a",
	  { 0xa0, 0xa0, 0xa0, 0xa0, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, 1 } },
	{ "MOCUA-B",
	  "boot-b",
	  { 0xb0, 0xb0, 0xb0, 0xb0, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, 1 } },
};

struct found {
	struct entry all[EFI_ENTRIES];
	size_t count;
};

const char *entries_name(enum slot s)
{
	return SLOT_ROWS[s == SLOT_B].name;
}

/* Where firmware looks on a disk without being told (UEFI specification, 3.5.1.1). */
static const char *loader(void)
{
	struct utsname u;

	return uname(&u) == 0 && strcmp(u.machine, "aarch64") == 0 ? "\\EFI\\BOOT\\BOOTAA64.EFI"
								   : "\\EFI\\BOOT\\BOOTX64.EFI";
}

/* "Boot0003-8be4..." */
static bool number_of(const char *file, uint16_t *ret)
{
	char hex[5] = "";

	if (strncmp(file, "Boot", 4) != 0 || strcasecmp(file + 8, "-" EFI_GLOBAL) != 0)
		return false;
	memcpy(hex, file + 4, 4);
	for (int i = 0; i < 4; i++)
		if (!isxdigit((unsigned char)hex[i]))
			return false;
	*ret = (uint16_t)strtoul(hex, NULL, 16);
	return true;
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

static enum err list(const struct board *b, struct found *ret)
{
	char path[PATH_MAX];
	uint8_t bytes[EFI_MAX];
	size_t len;
	const struct dirent *d;
	enum err e = board_path(b, EFI_VARS, path);
	__attribute__((cleanup(close_folder))) DIR *dir = e == ERR_OK ? opendir(path) : NULL;

	ret->count = 0;
	if (!dir)
		return ERR_NOT_FOUND;
	while (ret->count < EFI_ENTRIES && (d = readdir(dir))) {
		struct entry *at = &ret->all[ret->count];
		uint16_t number;

		/* one that cannot be understood is somebody else's */
		if (strlen(d->d_name) < 9 || !number_of(d->d_name, &number) ||
		    efi_read(b, d->d_name, bytes, sizeof bytes, &len) != ERR_OK ||
		    entry_parse(bytes, len, at) != ERR_OK)
			continue;
		at->number = number;
		ret->count++;
	}
	return ERR_OK;
}

static bool is_right(const struct entry *e, enum slot s)
{
	return e->active && e->on_partition && strcasecmp(e->file, loader()) == 0 &&
	       memcmp(e->partition, SLOT_ROWS[s].uuid, sizeof e->partition) == 0;
}

static void note(void *data, const char *line)
{
	(void)data;
	log_line(LOG_DEBUG, "efibootmgr", "%s", line);
}

static enum err tool(const struct board *b, const char *const argv[])
{
	int code = 0;
	enum err e = run(b, argv, TOOL_S, note, NULL, &code);

	if (e == ERR_OK && code != 0)
		e = ERR_IO;
	if (e != ERR_OK)
		log_line(LOG_ERROR, "entries", "efibootmgr %s: code %d, %s", argv[1], code,
			 err_text(e));
	return e;
}

static void drop(const struct board *b, uint16_t number)
{
	char hex[5];

	snprintf(hex, sizeof hex, "%04X", number);
	(void)tool(b, (const char *[]){ "efibootmgr", "-q", "-b", hex, "-B", NULL });
}

static bool read_line(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");
	bool read = f && fgets(ret, (int)size, f);

	if (f)
		(void)fclose(f); /* it was only read */
	ret[read ? strcspn(ret, "\n") : 0] = '\0';
	return read;
}

/* "/dev/vda" and "1" of the partition of that name. */
static enum err find_partition(const struct board *b, const char *label, char ret_disk[64],
			       char ret_number[8])
{
	char link[PATH_MAX], node[PATH_MAX], path[PATH_MAX], real[PATH_MAX];

	snprintf(link, sizeof link, "%s/dev/disk/by-partlabel/%s", b->root, label);
	if (!realpath(link, node))
		return ERR_GONE;
	int n = snprintf(path, sizeof path, "%s/sys/class/block%s/partition", b->root,
			 strrchr(node, '/'));
	if (n < 0 || (size_t)n >= sizeof path || !read_line(path, ret_number, 8))
		return ERR_GONE;
	*strrchr(path, '/') = '\0';
	if (!realpath(path, real))
		return ERR_GONE;
	*strrchr(real, '/') = '\0'; /* a partition's folder lies in its disk's */
	n = snprintf(ret_disk, 64, "/dev%s", strrchr(real, '/'));
	return n > 0 && n < 64 ? ERR_OK : ERR_NO_SPACE;
}

static enum err make(const struct board *b, enum slot s)
{
	char disk[64], number[8];
	enum err e = find_partition(b, SLOT_ROWS[s].label, disk, number);

	if (e != ERR_OK)
		return e;
	log_line(LOG_WARN, "entries.made", "name=%s disk=%s part=%s", SLOT_ROWS[s].name, disk,
		 number);
	return tool(b, (const char *[]){ "efibootmgr", "-q", "-C", "-d", disk, "-p", number, "-L",
					 SLOT_ROWS[s].name, "-l", loader(), NULL });
}

/* The number of the one that is right; the others of its name go. */
static uint16_t keep_one(const struct board *b, const struct found *f, enum slot s)
{
	uint16_t kept = NO_NUMBER;

	for (size_t i = 0; i < f->count; i++) {
		const struct entry *e = &f->all[i];

		if (strcmp(e->name, SLOT_ROWS[s].name) != 0)
			continue;
		if (kept == NO_NUMBER && is_right(e, s))
			kept = e->number;
		else
			drop(b, e->number);
	}
	return kept;
}

enum err entries_make(const struct board *b, uint16_t ret_number[SLOTS], bool *ret_lost)
{
	uint16_t number[SLOTS] = { NO_NUMBER, NO_NUMBER };
	struct found f;
	enum err e = list(b, &f);

	if (e != ERR_OK)
		return e;
	for (enum slot s = 0; s < SLOTS; s++)
		number[s] = keep_one(b, &f, s);
	*ret_lost = number[SLOT_A] == NO_NUMBER && number[SLOT_B] == NO_NUMBER;
	for (enum slot s = 0; s < SLOTS; s++)
		if (number[s] == NO_NUMBER && make(b, s) == ERR_OK && list(b, &f) == ERR_OK)
			number[s] = keep_one(b, &f, s);
	memcpy(ret_number, number, sizeof number);
	return ERR_OK;
}

enum err entries_order(const struct board *b, const uint16_t number[SLOTS], const enum slot *want,
		       size_t count)
{
	uint16_t old[EFI_ENTRIES], now[EFI_ENTRIES + SLOTS];
	size_t had = 0, n = 0;
	enum err e = efi_numbers(b, ORDER, old, &had);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < count; i++)
		if (number[want[i]] != NO_NUMBER)
			now[n++] = number[want[i]];
	for (size_t i = 0; i < had; i++)
		if (old[i] != number[SLOT_A] && old[i] != number[SLOT_B])
			now[n++] = old[i];
	if (n == had && memcmp(old, now, n * sizeof *now) == 0)
		return ERR_OK;
	return n == 0 ? ERR_OK : efi_put_numbers(b, ORDER, now, n);
}

struct order entries_now(const struct board *b, const uint16_t number[SLOTS])
{
	struct order o = { .first = SLOTS };
	uint16_t all[EFI_ENTRIES];
	size_t count = 0;

	if (efi_numbers(b, ORDER, all, &count) != ERR_OK)
		return o;
	for (size_t i = 0; i < count; i++)
		for (enum slot s = 0; s < SLOTS; s++) {
			if (all[i] != number[s] || number[s] == NO_NUMBER)
				continue;
			o.in[s] = true;
			o.first = o.first == SLOTS ? s : o.first;
		}
	return o;
}
