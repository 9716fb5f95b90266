/* The operator's settings, from kiosk.conf by way of config.def. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define CONFIG_TEXT_CAP 256

#define CONF_TEXT(name)             char name[CONFIG_TEXT_CAP];
#define CONF_PATH(name)             char name[CONFIG_TEXT_CAP];
#define CONF_NUM(name)              uint32_t name;
#define CONF(name, kind, def, what) CONF_##kind(name)
struct config {
#include "firmware/base/config.def"
};
#undef CONF
#undef CONF_TEXT
#undef CONF_PATH
#undef CONF_NUM

/* Called for each error found; line 0 is the file as a whole. */
typedef void config_error_fn(void *data, unsigned line, const char *what);

/* Where the settings are: $KIOSK_CONF, or /etc/kiosk/kiosk.conf. */
const char *config_path(void);

/* Reads the whole file and reports every error; *ret is set only on ERR_OK.
 * ERR_BAD_CONFIG; ERR_IO when the file cannot be read. `on_error` may be NULL. */
enum err config_load(const char *path, struct config *ret, config_error_fn *on_error, void *data);

/* What all programs of one start go by, however the file changes meanwhile: a sealed copy of it.
 * *ret_fd is the caller's to close. ERR_IO, ERR_NO_MEMORY, ERR_BAD_CONFIG: too large. */
enum err config_keep(const char *path, int *ret_fd);

/* The same of a file that need not say everything: what must be set and is not, is "-". For
 * programs that work before a kiosk is set up. As above. */
enum err config_keep_part(const char *path, int *ret_fd);

/* The text of that copy, when the environment names it in KIOSK_CONF_FD, else of config_path().
 * *ret_text is the caller's to free; it has no NUL at its end. */
enum err config_text(char **ret_text, size_t *ret_len);

/* Loads config_text() and logs each error. */
enum err config_load_logged(struct config *ret);

/* The same on text in memory; for tests and fuzzing. */
enum err config_parse(const char *text, size_t len, struct config *ret, config_error_fn *on_error,
		      void *data);

/* Tells each file that the settings name (setting, path; errno says why) and that access(2) does
 * not allow in `mode`, but for the data folder, which is made at start. Returns how many. `tell`
 * may be NULL. */
int config_files_missing(const struct config *c, int mode,
			 void (*tell)(const char *name, const char *path));

#endif
