/* A simulated identity card with a chip: an eMRTD application from the card's side, made from a
 * spec and signed by an issuer. Nothing in it knows the kiosk's reader code.
 * Sources: ICAO Doc 9303-10 and -11 (8th edition), ISO/IEC 7816-4, BSI TR-03110. */
#ifndef TESTS_MRTD_MRTD_H
#define TESTS_MRTD_MRTD_H

#include "tests/mrtd/fault.h"
#include "tests/mrtd/spec.h"
#include <stdbool.h>

#define MRTD_MAX_ANSWER 65538 /* 65536 data, 2 status */

/* What the chip draws by lot, in the order of a session. Keys are drawn as a number of as many
 * bytes as the group's order has; one outside 1..order-1 is drawn again. */
enum mrtd_lot {
	MRTD_LOT_CHALLENGE, /* RND.IC, 8 bytes */
	MRTD_LOT_K_IC,      /* 16 or 32 bytes */
	MRTD_LOT_NONCE,     /* s of PACE */
	MRTD_LOT_MAP_KEY,   /* SK_Map,IC */
	MRTD_LOT_DH_KEY,    /* SK_DH,IC */
	MRTD_LOT_AA_SALT    /* M1 of an RSA signature */
};

struct issuer; /* issuer.h */
struct mrtd;

/* Makes the files, has them signed. `faults` and `issuer` may be NULL: none; an empty EF.SOD.
 * *spec is copied. ERR_BAD_DATA: the spec names what there is not. */
enum err mrtd_create(const struct mrtd_spec *spec, struct issuer *issuer,
		     const struct mrtd_faults *faults, struct mrtd **ret);
void mrtd_destroy(struct mrtd *m); /* NULL is allowed */

/* Power off and on: the session and its keys are forgotten. */
void mrtd_reset(struct mrtd *m);

/* One command. The length of the answer in ret[0..MRTD_MAX_ANSWER), at least 2; 0 when the chip
 * stays mute. */
size_t mrtd_apdu(struct mrtd *m, const uint8_t *command, size_t len, uint8_t *ret);

/* How long the last command kept the chip busy; a reader sends time extensions meanwhile. */
uint32_t mrtd_wait_ms(const struct mrtd *m);

/* As a contactless reader makes it up; lives as long as the card. Cards of one type, by what they
 * open with and how long they can answer, have the same. */
const uint8_t *mrtd_atr(const struct mrtd *m, size_t *ret_len);

/* Live faults take effect at once, counted from now; the others are as the card was made. */
void mrtd_set_faults(struct mrtd *m, const struct mrtd_faults *f);

/* Another drawer of lots, for recorded conversations; false ends the session with 6F00. */
void mrtd_set_lots(struct mrtd *m,
		   bool (*draw)(void *data, enum mrtd_lot lot, uint8_t *ret, size_t len),
		   void *data);

const struct mrtd_spec *mrtd_spec_of(const struct mrtd *m);

/* The bytes of a file as the chip holds it, NULL when there is none; for tests. In the application:
 * EF.COM 0x011E, EF.SOD 0x011D, EF.DGn 0x0100 + n; outside: EF.CardAccess 0x011C, EF.CardSecurity
 * 0x011D. */
const uint8_t *mrtd_file(const struct mrtd *m, uint16_t file_id, bool in_application,
			 size_t *ret_len);

/* Commands since it was made. */
unsigned mrtd_commands(const struct mrtd *m);

#endif
