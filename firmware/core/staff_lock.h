/* Tries of the officers' PIN: after three wrong ones, none for ten minutes. Kept in the database,
 * so that neither a restart nor a power cut gives another try; counted by the monotonic clock of
 * one boot of the machine, so that a moved wall clock shortens nothing. After another boot, when
 * nobody knows how long the machine was off, the ten minutes begin anew. */
#ifndef CORE_STAFF_LOCK_H
#define CORE_STAFF_LOCK_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdint.h>

#define STAFF_LOCK_TRIES 3
#define STAFF_LOCK_MS    (10 * 60 * 1000)

/* Once, when the program begins. `boot` names this boot of the machine. */
enum err staff_lock_open(struct store *s, const char *boot);

/* Takes a try, durably, before the PIN is looked at; *ret_left are those that are left should it
 * be wrong. ERR_WAIT_PIN: locked. Errors of the store: then there is no try. */
enum err staff_lock_take(struct store *s, const char *boot, uint8_t *ret_left);

/* The PIN was right: all tries are there again. */
enum err staff_lock_right(struct store *s, const char *boot);

#endif
