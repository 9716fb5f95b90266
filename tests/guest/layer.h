/* The kernel's recorder of writes (its dm-log-writes) between a file system and its disk: on the
 * log disk stands what the disk may count on, in its order: writes once they were flushed, or by
 * themselves where they asked for that (tests/cut/log.h reads it). */
#ifndef GUEST_LAYER_H
#define GUEST_LAYER_H

#include "firmware/base/err.h"

/* What to mount instead of `disk`. A NULL `log` is ERR_NOT_FOUND. */
#define LAYER_NODE "/dev/dm-0"
enum err layer_begin(const char *disk, const char *log);

/* A mark in the log: whatever it is to be behind is there already. */
enum err layer_mark(const char *text);

/* Nothing may be mounted any more. The log is whole then. */
enum err layer_end(void);

#endif
