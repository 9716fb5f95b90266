/* Waiting for facts: look, and when it is not so yet, look again after a change. Nothing here
 * waits for time to pass; time only ends the waiting.
 *
 *     struct fact f;
 *     fact_begin(&f, w, 60000);
 *     do {
 *             if (it_is_so())
 *                     ...
 *     } while (fact_changed(&f));
 *     fact_end(&f);
 */
#ifndef SCENE_FACT_H
#define SCENE_FACT_H

#include "firmware/base/err.h"
#include "tests/scene/world.h"

struct fact {
	int watch; /* inotify; -1 when the kernel gave none */
	int64_t until_ms;
};

/* From here on the log, the data and the starts of programs of this world are watched. */
void fact_begin(struct fact *f, const struct world *w, int wait_ms);
void fact_end(struct fact *f);

/* True after a change, and after a short while without one, since not all facts are files: look
 * again. False when wait_ms are over. */
bool fact_changed(struct fact *f);

/* Waits until there is a file of that name; it may be a socket. ERR_TIMEOUT. */
enum err fact_file(const char *path, int wait_ms);

/* Looks once: has a line of the file, from *at on, that text? Then *at is behind it. */
bool fact_line(const char *path, const char *text, long *at);

#endif
