/* What an emulator says on its control socket (QEMU's docs/interop/qmp-spec.txt): one JSON object a
 * line, each a greeting, the answer to a command, or an event. */
#ifndef IMAGE_QMP_H
#define IMAGE_QMP_H

#include "firmware/base/err.h"

#include <stddef.h>

#define QMP_CAP 65536 /* of one line */

enum qmp_kind { QMP_GREETING, QMP_RETURN, QMP_ERROR, QMP_EVENT };

struct qmp_said {
	enum qmp_kind kind;
	const char *name; /* of an event; of an error what it says; else "" */
	const char *body; /* JSON of what was returned, or of the event's data; else "" */
};

/* `said` and what it points to is gone after the call. */
typedef void qmp_fn(void *data, const struct qmp_said *said);

/* Zero it before first use. */
struct qmp {
	size_t len;
	char line[QMP_CAP];
};

/* Takes bytes as they come and calls fn for each whole line. ERR_BAD_DATA: a line that is none of
 * these; ERR_NO_SPACE: one that does not end. */
enum err qmp_feed(struct qmp *q, const char *bytes, size_t len, qmp_fn *fn, void *data);

#endif
