/* What the works of a bundle have in common; for the files of bundle.h only. */
#ifndef CORE_BUNDLE_STEP_H
#define CORE_BUNDLE_STEP_H

#include "firmware/core/bundle.h"
#include "firmware/core/core.h"

/* A line for who gave the command, if they still wait. */
__attribute__((format(printf, 2, 3))) void bundle_say(struct core *c, const char *format, ...);

/* The same, but not oftener than every few seconds: that it goes on, and how far. */
__attribute__((format(printf, 2, 3))) void bundle_tell(struct core *c, const char *format, ...);

/* The next step, from the loop; or after a while, when a step says ERR_BUSY. */
void bundle_on(struct core *c);
void bundle_later(struct core *c, uint32_t ms);

/* Everything is on the stick, or nothing was to be: it may be pulled out; the person is told when
 * the work is over. `also`: static. */
void bundle_safe(struct core *c, const char *also);

/* Ends the work and everything that is open; as STICK_DONE unless bundle_ends_as() was called. */
void bundle_end(struct core *c, enum ctl_code code);
void bundle_over(struct core *c); /* the last of it */

/* The first step of a work that writes. True: the stick is shut first, then bundle_over(). */
enum err bundle_door_open(struct core *c);
bool bundle_door_shut(struct core *c);
void bundle_ends_as(struct core *c, enum stick_end end);

/* One more bundle that a screen may tell of. */
void bundle_found(struct core *c, const struct bundle_found *f);

/* Says what went wrong, and ends. */
void bundle_fail(struct core *c, enum err why);

/* The folder's name of a bundle, a file's name in it. */
void bundle_folder_name(uint32_t id, char ret[BUNDLE_NAME_CAP]);
void bundle_file_name(uint32_t name, const char *ending, char ret[BUNDLE_NAME_CAP]);

/* The stick and its folder of bundles; fills ids with those that lie there. */
enum err bundle_open(struct core *c, bool make);

/* Opens the folder of ids[id_at]. */
enum err bundle_enter(struct core *c);
void bundle_leave(struct core *c); /* closes it and what was read of it */

/* Takes the open bundle, which is this kiosk's and has no dossier, off the stick. */
enum err bundle_remove_folder(struct core *c);

/* Hashing file after file: begin, some, and whether it is the one. */
enum err bundle_hash_begin(struct core *c);
enum err bundle_hash_more(struct core *c, const void *bytes, size_t len);
bool bundle_hash_is(struct core *c, const char *sha256);

/* The next chunk of `in`, hashed. *ret_whole: that was all, and it is `row`. ERR_BAD_DATA: it is
 * not, or not as long. ERR_BUSY never. */
enum err bundle_read_some(struct core *c, const struct bundle_row *row, bool *ret_end);

/* The first steps of the works; forwarding begins as verifying does. */
enum err bundle_write_step(struct core *c);
enum err bundle_verify_step(struct core *c);
enum err bundle_take_step(struct core *c);
enum err bundle_report_step(struct core *c);

void bundle_report_forget(struct core *c);

/* The bundle ids[id_at]: its index is read and checked by kiosk-parse, then its rows are gone
 * through, by verifying or bundle_forward_row(). One that is none is told, and left. */
enum err bundle_verify_folder(struct core *c);
enum err bundle_verify_end(struct core *c); /* that was the last */
enum err bundle_next_folder(struct core *c);

/* The same of what this kiosk wrote, by its own rows. */
enum err bundle_take_folder(struct core *c);

void bundle_drop_buffer(struct core *c);

bool bundle_has_answer(struct core *c, uint32_t name);

/* Forwarding: the row `at`; and what came of all. */
enum err bundle_forward_row(struct core *c);
enum err bundle_forward_end(struct core *c);

/* What was asked of kiosk-parse or kiosk-sync is nobody's any more. */
void bundle_carry_forget(struct core *c);
void bundle_read_forget(struct core *c);
void bundle_take_forget(struct core *c);

#endif
