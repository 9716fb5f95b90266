/* zone: usim */
/* Lines of a .card file, what is made of them, and words of faults. */
#include "tests/mrtd/mrtd.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_it(const struct mrtd_spec *s)
{
	char mrz[91], key[48], can[16], qr[2048];

	mrtd_spec_mrz(s, mrz);
	mrtd_spec_mrz_key(s, key);
	mrtd_spec_can(s, can);
	mrtd_spec_qr(s, qr, sizeof qr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mrtd_spec s;
	struct mrtd_faults f = { 0 };
	struct mrtd *m = NULL;
	char *text = malloc(size + 1), *save = NULL;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	mrtd_spec_init(&s);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (mrtd_spec_line(&s, line) != ERR_OK)
			(void)mrtd_faults_set(&f, line);
	print_it(&s);
	if (s.aa == 1 || s.aa == 2) /* making RSA keys is slow */
		s.aa = 0;
	s.picture = 3;
	if (mrtd_create(&s, NULL, &f, &m) == ERR_OK)
		mrtd_destroy(m);
	free(text);
	return 0;
}
