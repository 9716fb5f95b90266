#include "firmware/base/chip.h"

struct row {
	const char *name, *text;
};

#define VERDICT(name, text) [VERDICT_##name] = { #name, text },
static const struct row ROWS[VERDICT_COUNT] = {
#include "firmware/base/verdict.def"
};
#undef VERDICT

enum verdict verdict_of(enum chip_data d, enum chip_issuer i, enum chip_proof p)
{
	if (d == CHIP_DATA_ALTERED)
		return VERDICT_ALTERED;
	if (d != CHIP_DATA_SIGNED)
		return VERDICT_UNCHECKED;
	if (p == CHIP_PROOF_COPIED)
		return VERDICT_COPIED;
	if (i == CHIP_ISSUER_UNKNOWN)
		return VERDICT_NO_ANCHOR;
	return i == CHIP_ISSUER_KNOWN && p == CHIP_PROOF_ORIGINAL ? VERDICT_GENUINE
								  : VERDICT_UNCHECKED;
}

const char *verdict_name(enum verdict v)
{
	return v < VERDICT_COUNT ? ROWS[v].name : "?";
}

const char *verdict_text(enum verdict v)
{
	return v < VERDICT_COUNT ? ROWS[v].text : "?";
}
