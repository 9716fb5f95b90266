/* What core, parser and screen agree on about the chip of an identity card. */
#ifndef BASE_CHIP_H
#define BASE_CHIP_H

/* What opens the chip: six digits printed on the card, or three lines' worth of its back. NONE:
 * only what the chip says to everybody. */
enum chip_key { CHIP_KEY_NONE, CHIP_KEY_CAN, CHIP_KEY_MRZ, CHIP_KEY_COUNT };

/* What a session is to bring beside the facts; bits. */
enum chip_want { CHIP_WANT_FACE = 1, CHIP_WANT_TRACE = 2 };

/* Where a session is; a citizen sees them as a row of steps. */
enum chip_step {
	CHIP_STEP_OPEN,  /* the card answers, the key is tried */
	CHIP_STEP_READ,  /* who it is */
	CHIP_STEP_CHECK, /* signature, issuer, the chip itself */
	CHIP_STEP_FACE,
	CHIP_STEP_COUNT
};

/* How the chip was opened. CAM also proves the chip. */
enum chip_access {
	CHIP_ACCESS_NONE,
	CHIP_ACCESS_BAC,
	CHIP_ACCESS_PACE,
	CHIP_ACCESS_PACE_CAM,
	CHIP_ACCESS_COUNT
};

/* Three questions, answered apart. 0 is always "could not be checked". */
enum chip_data { CHIP_DATA_UNCHECKED, CHIP_DATA_SIGNED, CHIP_DATA_ALTERED, CHIP_DATA_COUNT };
enum chip_issuer {
	CHIP_ISSUER_UNCHECKED,
	CHIP_ISSUER_KNOWN,   /* the signer's certificate leads to an installed anchor */
	CHIP_ISSUER_UNKNOWN, /* no anchor for it */
	CHIP_ISSUER_EXPIRED, /* an anchor, but the signer's certificate is out of its time */
	CHIP_ISSUER_REVOKED,
	CHIP_ISSUER_COUNT
};
enum chip_proof {
	CHIP_PROOF_UNCHECKED,
	CHIP_PROOF_ORIGINAL, /* the chip has the private key that was signed for it */
	CHIP_PROOF_COPIED,   /* it has not */
	CHIP_PROOF_COUNT
};

#define VERDICT(name, text) VERDICT_##name,
enum verdict {
#include "firmware/base/verdict.def"
	VERDICT_COUNT
};
#undef VERDICT

/* The one word for the three answers. GENUINE only when all three are good; a chip counts as
 * copied only when its data are signed, else its key proves nothing. */
enum verdict verdict_of(enum chip_data d, enum chip_issuer i, enum chip_proof p);

/* Static; "?" outside the table. */
const char *verdict_name(enum verdict v);
const char *verdict_text(enum verdict v);

#endif
