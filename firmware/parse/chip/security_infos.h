/* SecurityInfos (ICAO Doc 9303-11 section 9.2; BSI TR-03110-3 A.1.1): what protocols a chip
 * speaks and with which keys, in EF.CardAccess, DG14 and EF.CardSecurity. */
#ifndef PARSE_CHIP_SECURITY_INFOS_H
#define PARSE_CHIP_SECURITY_INFOS_H

#include "firmware/parse/chip/cipher.h"
#include "firmware/parse/chip/tlv.h"

enum info_kind {
	INFO_OTHER,       /* not for us */
	INFO_PACE,        /* pace and cipher, id is the group's */
	INFO_PACE_GROUP,  /* algorithm: a group that is not one of the standard ones; id */
	INFO_CHIP_AUTH,   /* cipher, key id */
	INFO_CHIP_KEY,    /* key: a SubjectPublicKeyInfo; key id */
	INFO_ACTIVE_AUTH, /* signature: an object identifier's value */
};

enum pace_map { PACE_GM, PACE_IM, PACE_CAM };

#define INFO_NO_ID UINT32_MAX

struct info {
	enum info_kind kind;
	struct span oid;       /* the protocol's object identifier, its value */
	bool curve;            /* elliptic, else numbers modulo a prime */
	enum pace_map map;     /* PACE */
	enum sm_cipher cipher; /* PACE, CHIP_AUTH */
	uint32_t version;
	uint32_t id; /* of group or key; INFO_NO_ID when not given */
	struct span
		body; /* PACE_GROUP: AlgorithmIdentifier; CHIP_KEY: SubjectPublicKeyInfo; whole */
	struct span signature; /* ACTIVE_AUTH */
	struct span whole;
};

/* The inside of the SET in a file: the SET itself, or DG14 with it (6E). ERR_BAD_DATA. */
enum err infos_open(struct span file, struct span *ret_set);

/* One after the other; what is not understood is INFO_OTHER, so that one strange entry does not
 * hide the rest. ERR_NOT_FOUND at the end, ERR_BAD_DATA when the SET itself is malformed. */
enum err infos_next(struct span *set, struct info *ret);

/* Whether what is signed vouches for what EF.CardAccess, which is not, offered (9303-11 section
 * 4.2): the offers of PACE, no more and no fewer, must stand in DG14 as well. */
enum infos_vouch {
	INFOS_SILENT, /* DG14 does not speak of PACE, as on some cards */
	INFOS_SAME,
	INFOS_OTHER, /* somebody changed EF.CardAccess */
	/* DG14 has offers, EF.CardAccess none: somebody took that file away so that the chip is
	 * opened by BAC, or reading it failed; from here both look the same */
	INFOS_WITHHELD
};
enum infos_vouch infos_vouch(struct span card_access, struct span dg14);

#endif
