/* zone: parse */
#include "firmware/parse/answer.h"

#include <stdlib.h>
#include <string.h>

/* Signed corpus/answer/signed with a key that is gone; good until 2081. */
#define ANCHOR                                                               \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBfDCCASKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlBbnN3ZXIg\n" \
	"Q0EwIBcNMjQwMjIyMTEwNjQwWhgPMjA4MTA4MjExMTA2NDBaMBQxEjAQBgNVBAMM\n" \
	"CUFuc3dlciBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIWLm0fmyVQ6Mc9V\n" \
	"DGHb9lOBZNuda9lgQ1OGcB8SK7CILEqJF4uieF5MzxP1TRWTTCngK+6yueGeSoRM\n" \
	"pF0fJrCjYzBhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1Ud\n" \
	"DgQWBBSEQmhH4trTj/WVCRvaE1xAhloF3TAfBgNVHSMEGDAWgBSEQmhH4trTj/WV\n" \
	"CRvaE1xAhloF3TAKBggqhkjOPQQDAgNIADBFAiBx4jC133j5fMfSiAiE2d5PIbQh\n" \
	"mG+i+/ES1SOY0Hby2QIhAOqMaBjyiJVIRyFAmGVi1ov29Oi4AI8XHH/BQ/ZrXmaH\n" \
	"-----END CERTIFICATE-----\n"

#define NOW_S 1795000000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The first byte: t for the signed text alone, else the whole answer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct blob anchor = { (const uint8_t *)ANCHOR, sizeof ANCHOR - 1 };
	struct msg m = { .type = MSG_ANSWER_FACTS };
	uint8_t packed[MSG_MAX_BYTES];
	int fds[MSG_MAX_FDS];
	size_t packed_len, fd_count;

	if (len == 0)
		return 0;
	struct blob rest = { bytes + 1, len - 1 };
	enum err e = bytes[0] == 't'
			     ? answer_read_text((const char *)rest.at, rest.len, &m.answer_facts)
			     : answer_read(rest, anchor, NOW_S, &m.answer_facts);
	if (e != ERR_OK)
		return 0;
	if (msg_pack(&m, ROLE_PARSE, ROLE_CORE, packed, &packed_len, fds, &fd_count) != ERR_OK)
		abort();
	return 0;
}
