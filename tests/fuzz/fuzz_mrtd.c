/* zone: usim */
/* A simulated identity card before any reader: commands, each behind its length. */
#include "firmware/base/buf.h"
#include "tests/mrtd/card.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Opened already, so that wrapped commands are unwrapped; their MAC is nearly always wrong. */
static void open_it(struct mrtd *m)
{
	const struct mrtd_keys keys = { .cipher = MRTD_AES128 };

	m->where = IN_APPLICATION;
	mrtd_right_key(m, &keys, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t answer[MRTD_MAX_ANSWER];
	struct reader r = reader_of(data, size);
	struct mrtd_spec s;
	struct mrtd *m;

	mrtd_spec_init(&s);
	(void)mrtd_spec_line(&s, "picture = none");
	(void)mrtd_spec_line(&s, "pace = ecdh-gm-aes128 ecdh-im-aes128");
	(void)mrtd_spec_line(&s, "ca = ecdh-aes128");
	if (mrtd_create(&s, NULL, NULL, &m) != ERR_OK)
		abort();
	if (get_u8(&r) & 1)
		open_it(m);
	while (r.left && !r.bad) {
		size_t said = get_u16be(&r), len = said < r.left ? said : r.left;
		const uint8_t *command = get_bytes(&r, len);

		if (command && mrtd_apdu(m, command, len, answer) < 2)
			abort();
	}
	mrtd_destroy(m);
	return 0;
}
