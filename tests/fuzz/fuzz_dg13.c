/* zone: chip */
#include "firmware/parse/chip/dg13.h"
#include "firmware/parse/chip/lds.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must_pack(const struct msg *m)
{
	uint8_t packed[MSG_MAX_BYTES];
	int fds[MSG_MAX_FDS];
	size_t packed_len, fd_count;

	if (msg_pack(m, ROLE_PARSE, ROLE_CORE, packed, &packed_len, fds, &fd_count) != ERR_OK)
		abort();
}

/* The first byte says how much of the rest is EF.DG1; what is left is EF.DG13. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len < 1 || bytes[0] > len - 1)
		return 0;
	struct span dg1 = { bytes + 1, bytes[0] };
	struct span dg13 = { bytes + 1 + bytes[0], len - 1 - bytes[0] };
	struct lds_person p;

	if (lds_person_read(dg1, dg13, &p) != ERR_OK)
		return 0;
	/* what leaves the room must pass as a message; `raw` is a file, which there is none here */
	must_pack(&(struct msg){ .type = MSG_CHIP_FACTS, .chip_facts = p.facts });
	const char *texts[] = {
		p.more.ethnicity, p.more.religion, p.more.home,   p.more.features,
		p.more.father,    p.more.mother,   p.more.spouse, p.more.chip_number
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!utf8_ok(texts[i], strlen(texts[i])))
			abort();
	return 0;
}
