/* Variables that firmware keeps: efivarfs (the kernel's documentation, filesystems/efivarfs), a
 * file each, four bytes of attributes and then the value. A write is whole or not at all; that is
 * firmware's promise. */
#ifndef BOARD_EFI_H
#define BOARD_EFI_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stddef.h>
#include <stdint.h>

#define EFI_VARS    "/sys/firmware/efi/efivars"
#define EFI_GLOBAL  "8be4df61-93ca-11d2-aa0d-00e098032b8c" /* UEFI specification, 3.3 */
#define EFI_MAX     4096
#define EFI_ENTRIES 64 /* that we look at: of BootOrder, and boot entries */

/* The value, without its attributes. ERR_NOT_FOUND: there is none, or no UEFI. ERR_NO_SPACE:
 * longer than `size`. ERR_BAD_DATA, ERR_IO. */
enum err efi_read(const struct board *b, const char *name, uint8_t *ret, size_t size,
		  size_t *ret_len);

/* Kept over power cuts, seen by firmware and system. ERR_NOT_FOUND: there is no UEFI.
 * ERR_NO_SPACE: firmware has no room. */
enum err efi_write(const struct board *b, const char *name, const uint8_t *bytes, size_t len);

/* No error when there is none. */
enum err efi_remove(const struct board *b, const char *name);

/* BootOrder and BootNext are lists of 16-bit numbers, the latter of one. ret has EFI_ENTRIES. */
enum err efi_numbers(const struct board *b, const char *name, uint16_t *ret, size_t *ret_count);
enum err efi_put_numbers(const struct board *b, const char *name, const uint16_t *numbers,
			 size_t count);

#endif
