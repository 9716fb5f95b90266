/* zone: parse */
#include "firmware/parse/pdf/foreign.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What is listed must be true of the file: ranges inside it, a gap between them, DER. */
static void check(const struct foreign *f, size_t len)
{
	if (f->count > FOREIGN_SIGNATURES || (f->encrypted && f->count > 0))
		abort();
	for (size_t i = 0; i < f->count; i++) {
		const struct foreign_signature *s = &f->signatures[i];

		if (s->at[0] != 0 || s->len[0] >= s->at[1] || s->at[1] > len ||
		    s->len[1] > len - s->at[1] || s->cms_len < 2 || s->cms[0] != 0x30 ||
		    memchr(s->name, 0, sizeof s->name) == NULL)
			abort();
		if ((s->after == AFTER_NOTHING) != (s->at[1] + s->len[1] == len))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct foreign f = { 0 };

	if (foreign_read(bytes, len, &f) == ERR_OK)
		check(&f, len);
	foreign_finish(&f);
	return 0;
}
