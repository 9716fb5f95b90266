/* A played machine for kiosk-board: firmware that keeps variables and chooses a slot, a disk whose
 * slots hold a version, rauc, efibootmgr and systemctl (this test's own program under other names).
 * Its folder is world.root. */
#ifndef TESTS_BOARD_WORLD_H
#define TESTS_BOARD_WORLD_H

#include "firmware/board/board.h"
#include "firmware/board/efi.h"
#include "firmware/board/entries.h"
#include "firmware/board/tries.h"

#include <assert.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	char root[64], me[PATH_MAX];
} world;

static inline void put_file(const char *path, const char *text)
{
	char at[PATH_MAX];

	snprintf(at, sizeof at, "%s%s", world.root, path);
	FILE *f = fopen(at, "we");
	assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static inline const char *get_file(const char *path)
{
	static char text[4096];
	char at[PATH_MAX];

	snprintf(at, sizeof at, "%s%s", world.root, path);
	FILE *f = fopen(at, "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

static inline void make_folder(const char *path)
{
	char at[PATH_MAX];

	snprintf(at, sizeof at, "%s%s", world.root, path);
	for (char *p = at + strlen(world.root) + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(at, 0755);
			*p = '/';
		}
	(void)mkdir(at, 0755);
}

static inline void put_link(const char *path, const char *to)
{
	char at[PATH_MAX];

	snprintf(at, sizeof at, "%s%s", world.root, path);
	(void)unlink(at);
	assert(symlink(to, at) == 0);
}

static inline void put_program(const char *name)
{
	char path[100], script[2 * PATH_MAX];

	snprintf(path, sizeof path, "/usr/bin/%s", name);
	snprintf(script, sizeof script, "#!/bin/sh\nexec %s %s %s \"$@\"\n", world.me, name,
		 world.root);
	put_file(path, script);
	snprintf(script, sizeof script, "%s%s", world.root, path);
	assert(chmod(script, 0755) == 0);
}

static inline int world_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline void world_end(void)
{
	(void)nftw(world.root, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* A disk as it was flashed: version 1.10 in A, nothing in B. */
static inline void world_begin(void)
{
	char path[PATH_MAX + 100];

	snprintf(world.root, sizeof world.root, "/tmp/kiosk-board-XXXXXX");
	assert(mkdtemp(world.root) && readlink("/proc/self/exe", world.me, PATH_MAX - 1) > 0);
	make_folder(EFI_VARS);
	make_folder(BOARD_UPDATE);
	make_folder(BOARD_STICK);
	make_folder(BOARD_ASSETS);
	make_folder("/data/etc");
	make_folder("/usr/bin");
	make_folder("/dev/disk/by-partlabel");
	make_folder("/sys/class/block");
	make_folder("/sys/devices/vda/vda1");
	make_folder("/sys/devices/vda/vda3");
	put_file("/sys/devices/vda/vda1/partition", "1\n");
	put_file("/sys/devices/vda/vda3/partition", "3\n");
	put_link("/sys/class/block/vda1", "../../devices/vda/vda1");
	put_link("/sys/class/block/vda3", "../../devices/vda/vda3");
	put_file("/dev/vda1", "");
	put_file("/dev/vda3", "");
	put_link("/dev/disk/by-partlabel/boot-a", "../../vda1");
	put_link("/dev/disk/by-partlabel/boot-b", "../../vda3");
	put_program("rauc");
	put_program("efibootmgr");
	put_program("systemctl");
	put_file("/slot.A", "1.10");
	put_file("/slot.B", "");
	snprintf(path, sizeof path, "%s/usr/bin:/usr/bin:/bin", world.root);
	setenv("PATH", path, 1);
}

static inline struct board world_board(void)
{
	struct board b;

	assert(board_open(world.root, &b) == ERR_OK);
	return b;
}

static inline void put_slot(enum slot s, const char *version)
{
	put_file(s == SLOT_A ? "/slot.A" : "/slot.B", version);
}

static inline const char *get_slot(enum slot s)
{
	return get_file(s == SLOT_A ? "/slot.A" : "/slot.B");
}

/* What firmware finds there is a whole file. */
static inline bool slot_starts(enum slot s)
{
	const char *version = get_slot(s);

	return version[0] && strcmp(version, "half") != 0;
}

static inline enum slot slot_of_number(const struct board *b, uint16_t number)
{
	char name[80];
	uint8_t bytes[EFI_MAX];
	size_t len;

	snprintf(name, sizeof name, "Boot%04X-" EFI_GLOBAL, number);
	if (efi_read(b, name, bytes, sizeof bytes, &len) != ERR_OK || len < 50)
		return SLOTS;
	for (size_t i = 0; i + 4 < len; i++) {
		if (memcmp(bytes + i, "\xa0\xa0\xa0\xa0", 4) == 0)
			return SLOT_A;
		if (memcmp(bytes + i, "\xb0\xb0\xb0\xb0", 4) == 0)
			return SLOT_B;
	}
	return SLOTS;
}

/* BootNext, then the order, then any disk: what starts. */
static inline enum slot firmware_chooses(void)
{
	struct board b = { .root = world.root };
	uint16_t list[EFI_ENTRIES];
	size_t count = 0;

	if (efi_numbers(&b, "BootNext-" EFI_GLOBAL, list, &count) == ERR_OK && count == 1) {
		enum slot s = slot_of_number(&b, list[0]);

		(void)efi_remove(&b, "BootNext-" EFI_GLOBAL);
		if (s != SLOTS && slot_starts(s))
			return s;
	}
	if (efi_numbers(&b, "BootOrder-" EFI_GLOBAL, list, &count) != ERR_OK)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		enum slot s = slot_of_number(&b, list[i]);

		if (s != SLOTS && slot_starts(s))
			return s;
	}
	return slot_starts(SLOT_A) ? SLOT_A : slot_starts(SLOT_B) ? SLOT_B : SLOTS;
}

/* What the first file system tells the rest. */
static inline struct board slot_runs(enum slot s)
{
	char lines[200];

	put_file(BOARD_SLOT, s == SLOT_A ? "SLOT=A\n" : "SLOT=B\n");
	snprintf(lines, sizeof lines, "VERSION=%.40s\nCOMPATIBLE=mocua-test\n", get_slot(s));
	put_file(BOARD_ASSETS "/version", lines);
	return world_board();
}

static inline size_t ucs2(uint8_t *to, const char *text)
{
	size_t n = 0;

	do {
		to[n++] = (uint8_t)*text;
		to[n++] = 0;
	} while (*text++);
	return n;
}

/* An entry as efibootmgr 17 makes it, of partition 1 (A) or 3 (B). */
static inline size_t entry_bytes(uint8_t *to, const char *name, int part, const char *file)
{
	uint8_t list[300] = { 4, 1, 42, 0, (uint8_t)part }, *at = list + 24;
	uint8_t mark = part == 1 ? 0xa0 : 0xb0;

	memset(at, mark, 4);
	at[7] = 0x40;
	at[8] = 0x80;
	at[15] = 1;
	list[40] = list[41] = 2;
	size_t len = ucs2(list + 46, file);
	list[42] = list[43] = 4;
	list[44] = (uint8_t)(len + 4);
	len += 46;
	memcpy(list + len, "\x7f\xff\x04\x00", 4);
	len += 4;
	memcpy(to, "\x01\x00\x00\x00", 4);
	to[4] = (uint8_t)len;
	to[5] = (uint8_t)(len >> 8);
	size_t n = 6 + ucs2(to + 6, name);
	memcpy(to + n, list, len);
	return n + len;
}

/* It goes from the order, too. */
static inline int drop_entry(const struct board *b, const char *name, const char *number)
{
	uint16_t list[EFI_ENTRIES];
	size_t count = 0, n = 0;

	if (efi_numbers(b, "BootOrder-" EFI_GLOBAL, list, &count) == ERR_OK) {
		for (size_t i = 0; i < count; i++)
			if (list[i] != strtoul(number, NULL, 16))
				list[n++] = list[i];
		assert(efi_put_numbers(b, "BootOrder-" EFI_GLOBAL, list, n) == ERR_OK);
	}
	return efi_remove(b, name) == ERR_OK ? 0 : 1;
}

static inline int play_efibootmgr(int argc, char **argv)
{
	const struct board b = { .root = world.root };
	const char *label = "", *file = "", *number = "", *part = "0";
	uint8_t bytes[1000];
	char name[80];
	size_t len;
	int c, n = 1;
	bool make = false;

	while ((c = getopt(argc, argv, "qCd:p:L:l:b:B")) != -1) {
		make |= c == 'C';
		label = c == 'L' ? optarg : label;
		file = c == 'l' ? optarg : file;
		part = c == 'p' ? optarg : part;
		number = c == 'b' ? optarg : number;
	}
	snprintf(name, sizeof name, "Boot%s-" EFI_GLOBAL, number);
	if (!make)
		return drop_entry(&b, name, number);
	do
		snprintf(name, sizeof name, "Boot%04X-" EFI_GLOBAL, (unsigned)n++);
	while (efi_read(&b, name, bytes, sizeof bytes, &len) == ERR_OK);
	len = entry_bytes(bytes, label, atoi(part), file);
	return efi_write(&b, name, bytes, len) == ERR_OK ? 0 : 1;
}

/* The power goes after that step: nobody who called us lives on. */
static inline void rauc_step(int step)
{
	if (atoi(get_file("/rauc.cut")) != step)
		return;
	put_file("/rauc.cut", "");
	kill(getppid(), SIGKILL);
	_exit(1);
}

/* As rauc 1.8 does it with firmware's list: the target goes from the order, is written, and comes
 * next, once. */
static inline int play_rauc(char **argv)
{
	struct board b = world_board();
	enum slot to = slot_other(b.slot);
	struct tries t;
	const enum slot want[] = { b.slot };

	if (strcmp(argv[0], "info") == 0) {
		const char *said = get_file("/rauc.info");

		fputs(said, stdout);
		return strstr(said, "RAUC_MF_VERSION") ? 0 : 1;
	}
	assert(tries_load(&b, &t) == ERR_OK);
	assert(entries_order(&b, t.number, want, 1) == ERR_OK);
	rauc_step(1);
	put_slot(to, "half");
	rauc_step(2);
	fputs(get_file("/rauc.says"), stdout);
	if (strcmp(get_file("/rauc.fails"), "1") == 0) {
		puts("Failed to copy image: Input/output error");
		return 1;
	}
	put_slot(to, get_file("/rauc.version"));
	rauc_step(3);
	assert(efi_put_numbers(&b, "BootNext-" EFI_GLOBAL, &t.number[to], 1) == ERR_OK);
	rauc_step(4);
	return 0;
}

/* -1: this is the test itself. */
static inline int world_plays(int argc, char **argv)
{
	if (argc < 3)
		return -1;
	snprintf(world.root, sizeof world.root, "%s", argv[2]);
	if (strcmp(argv[1], "efibootmgr") == 0)
		return play_efibootmgr(argc - 2, argv + 2);
	if (strcmp(argv[1], "rauc") == 0)
		return play_rauc(argv + 3);
	return strcmp(get_file("/kiosk.runs"), "0") == 0; /* systemctl */
}

#endif
