#include "firmware/parse/page/build.h"

#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static size_t aligned(size_t bytes)
{
	return (bytes + 3) & ~(size_t)3;
}

static bool is_build_id(const ElfW(Nhdr) * note)
{
	return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof "GNU" &&
	       memcmp(note + 1, "GNU", sizeof "GNU") == 0;
}

static void write_hex(const unsigned char *id, size_t bytes, char *hex)
{
	for (size_t i = 0; i < bytes && 2 * i + 2 < BUILD_ID_CAP; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
}

static void search(const unsigned char *at, size_t left, char *hex)
{
	ElfW(Nhdr) note;

	while (left >= sizeof note) {
		memcpy(&note, at, sizeof note);
		size_t bytes = sizeof note + aligned(note.n_namesz) + aligned(note.n_descsz);
		if (bytes > left)
			return;
		if (is_build_id((const ElfW(Nhdr) *)at))
			write_hex(at + sizeof note + aligned(note.n_namesz), note.n_descsz, hex);
		at += bytes;
		left -= bytes;
	}
}

/* The program itself is the first that is told; its libraries are of no interest. */
static int visit(struct dl_phdr_info *program, size_t size, void *hex)
{
	(void)size;
	for (int i = 0; i < program->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &program->dlpi_phdr[i];
		if (part->p_type == PT_NOTE && part->p_align <= 4)
			search((const unsigned char *)program->dlpi_addr + part->p_vaddr,
			       part->p_memsz, hex);
	}
	return 1;
}

void build_id(char ret_hex[BUILD_ID_CAP])
{
	*ret_hex = '\0';
	dl_iterate_phdr(visit, ret_hex);
}
