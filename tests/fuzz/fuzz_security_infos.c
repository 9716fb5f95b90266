/* zone: chip */
#include "firmware/parse/chip/pace.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void inside(const uint8_t *bytes, size_t len, struct span s)
{
	if (s.len > 0 && (s.at < bytes || s.at + s.len > bytes + len))
		abort();
}

/* EF.CardAccess or DG14: every entry, every group and key in it, and what would be chosen. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span set, file = { bytes, len };
	struct info i;

	if (infos_open(file, &set) == ERR_OK)
		while (infos_next(&set, &i) == ERR_OK) {
			AUTO_GROUP g = { 0 };
			AUTO_ELEMENT key = { 0 };

			inside(bytes, len, i.oid);
			inside(bytes, len, i.body);
			inside(bytes, len, i.signature);
			if (i.kind == INFO_CHIP_KEY)
				(void)!group_read_key(i.body, &g, &key);
			else if (i.kind == INFO_PACE_GROUP)
				(void)!group_read(i.body, &g);
		}
	/* whatever it is, it vouches for itself */
	if (infos_vouch(file, file) >= INFOS_OTHER)
		abort();
	for (unsigned n = 0; n < 4; n++) {
		struct pace_offer offer = { 0 };

		if (pace_choose(file, n, &offer) != ERR_OK)
			break;
		group_finish(&offer.group);
	}
	return 0;
}
