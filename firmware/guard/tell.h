/* What was refused is told: a line in the log, and one in the file `trouble` of the board's folder,
 * which staff and technicians are shown. */
#ifndef GUARD_TELL_H
#define GUARD_TELL_H

#define TELL_MAX 16 /* lines of ours in that file; more are in the log only */

/* `dir` is /run/kiosk-board. The same words are told once a start in `trouble`; what cannot be
 * written is passed over. `words` has no line end. */
void tell_refused(const char *dir, const char *words);

#endif
