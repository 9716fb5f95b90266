/* The firmware's Secure Boot: its state, and our keys for a machine in setup mode. */
#ifndef FLASH_KEYS_H
#define FLASH_KEYS_H

#include "board/flash/disks.h"
#include <stdbool.h>

enum keys_state {
	KEYS_NONE, /* no such firmware */
	KEYS_OFF,
	KEYS_SETUP, /* it has no keys, and takes those of anybody */
	KEYS_ON
};

enum keys_state keys_state(const struct host *h);
const char *keys_state_name(enum keys_state s);

/* Gives the firmware db, KEK and PK (NAME.auth in `folder`, as sign-efi-sig-list makes them), PK
 * last: with it setup mode ends. True when all were taken and it has ended. */
bool keys_enrol(const struct host *h, const char *folder);

#endif
