#include "firmware/core/catalogue_brought.h"

#include "firmware/base/auto.h"
#include "firmware/base/clock.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/query.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#define MAX_SIGNATURE 16384u

static enum err read_file(const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	enum err e = files_read(AT_FDCWD, path, max, ret_bytes, ret_len);

	return e == ERR_OK || e == ERR_BAD_DATA || e == ERR_NO_MEMORY ? e : ERR_FORGED;
}

/* A set-up is gone through more than once, or was cut. */
static bool is_in_use(const struct catalogue_book *b, const uint8_t *text, size_t len)
{
	const struct catalogue_copy *now = catalogue_book_copy(b);

	return now->file && len > 0 && now->file_len > len &&
	       memcmp(now->file + now->file_len - len, text, len) == 0;
}

enum err catalogue_brought_take(struct catalogue_book *b, const char *list, const char *signature,
				int64_t now_s)
{
	AUTO_FREE uint8_t *text = NULL, *cms = NULL;
	size_t len = 0, cms_len = 0;
	enum err e = read_file(list, CATALOGUE_MAX_BYTES, &text, &len);

	if (e == ERR_OK)
		e = read_file(signature, MAX_SIGNATURE, &cms, &cms_len);
	if (e == ERR_OK && !is_in_use(b, text, len))
		e = catalogue_book_take(b, (const char *)text, len, cms, cms_len, now_s);
	return e;
}

void catalogue_brought_say(const struct catalogue_book *b, FILE *out)
{
	const struct catalogue_copy *now = catalogue_book_copy(b);

	fprintf(out, "VERSION=%.40s\nNUMBER=%" PRId64 "\nFROM=%s\n", catalogue_version(now->list),
		catalogue_number(now->list), now->file ? "province" : "image");
}

int catalogue_brought_command(const char *list, const char *signature)
{
	AUTO_FREE struct config *config = calloc(1, sizeof *config);
	struct catalogue_book book;
	struct clock clock;

	if (!config || config_load_logged(config) != ERR_OK || clock_init(&clock) != ERR_OK)
		return 1;
	const struct catalogue_places p = { config->assets_dir, config->catalogue_anchor,
					    config->data_dir };
	enum err e = catalogue_book_open(&p, &book);
	if (e != ERR_OK) {
		log_line(LOG_ERROR, "catalogue", "err=%s", err_name(e));
		return 1;
	}
	if (list)
		e = catalogue_brought_take(&book, list, signature, clock_now_s(&clock));
	if (e != ERR_OK)
		printf("REFUSED=%s\n", err_name(e));
	catalogue_brought_say(&book, stdout);
	catalogue_book_close(&book);
	return fflush(stdout) == 0 ? 0 : 1;
}
