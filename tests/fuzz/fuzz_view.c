/* zone: base */
/* A view as the ui opens it: every entry is read after it was accepted. */
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_all(const struct view *v)
{
	size_t len, sum = 0;

	for (size_t i = 0; i < v->count; i++) {
		const char *key = v->entries[i].key;
		const char *text = view_get_text(v, key);

		if (!utf8_ok(text, strlen(text)))
			abort();
		const uint8_t *bytes = view_get_bytes(v, key, &len);
		for (size_t n = 0; n < len; n++)
			sum += bytes[n];
		sum += (size_t)view_get_num(v, key);
		for (size_t row = 0; row < view_rows(v, key) && row < 8; row++)
			sum += strlen(view_row_text(v, key, row, "k")) +
			       (size_t)view_row_num(v, key, row, "k");
	}
	if (sum == 1)
		setenv("NOT_OPTIMISED_AWAY", "1", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct view v;
	int fd;

	if (mem_of(bytes, len, &fd) != ERR_OK)
		return 0;
	if (view_open(fd, &v) == ERR_OK) {
		read_all(&v);
		view_close(&v);
	}
	close(fd);
	return 0;
}
