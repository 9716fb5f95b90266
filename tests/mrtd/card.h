/* Inside of the simulated chip: its files, its session, and the parts that answer commands. */
#ifndef TESTS_MRTD_CARD_H
#define TESTS_MRTD_CARD_H

#include "tests/mrtd/bytes.h"
#include "tests/mrtd/mrtd.h"
#include "tests/mrtd/pace.h"
#include "tests/mrtd/sm.h"
#include <openssl/evp.h>

#define MRTD_MAX_FILES 24

enum mrtd_where { IN_MASTER, IN_APPLICATION };

struct mrtd_file {
	uint16_t id; /* its short identifier is the last five bits */
	enum mrtd_where where;
	bool open;    /* readable without a key */
	bool refused; /* never readable */
	bool endless; /* reads on and on */
	struct mrtd_bytes bytes;
};

/* Of Chip Authentication and of PACE-CAM. */
struct mrtd_chip_key {
	struct mrtd_protocol protocol;
	struct mrtd_group group;
	BIGNUM *key;                /* NULL: the chip has none */
	struct mrtd_element public; /* as signed */
	bool chosen;                /* by MSE: the next GENERAL AUTHENTICATE is for it */
};

#define MRTD_ATR_BYTES 13

struct mrtd {
	struct mrtd_spec spec;
	uint8_t atr[MRTD_ATR_BYTES];
	struct mrtd_file files[MRTD_MAX_FILES];
	size_t file_count;
	struct mrtd_pace pace;
	struct mrtd_chip_key ca;
	EVP_PKEY *aa;                /* NULL: no Active Authentication */
	struct mrtd_bytes aa_public; /* as signed, SubjectPublicKeyInfo */

	/* The session. */
	enum mrtd_where where;
	const struct mrtd_file *current; /* NULL: none selected */
	struct mrtd_sm sm;
	bool may_read; /* a key was right */
	uint8_t challenge[8];
	bool challenged;
	struct mrtd_bytes waiting; /* the rest of an answer, for GET RESPONSE */
	uint32_t waiting_sw;

	/* Faults and counters. */
	struct mrtd_faults faults;
	unsigned since; /* commands since the faults were set */
	unsigned commands;
	unsigned wrong_keys; /* in a row; survive power */
	bool mute;
	uint32_t wait_ms;
	struct mrtd_bytes last; /* the last protected answer */
	bool (*draw)(void *data, enum mrtd_lot lot, uint8_t *ret, size_t len);
	void *draw_data;
};

bool mrtd_draw(struct mrtd *m, enum mrtd_lot lot, uint8_t *ret, size_t len);

/* Keys, access and selection are forgotten; power stays. */
void mrtd_end_session(struct mrtd *m);

/* Before a key is tried: chips that count wrong ones take their time. */
void mrtd_delay_try(struct mrtd *m);

/* A key was wrong: counts it, and makes the chip slower if it is of that kind. */
uint16_t mrtd_wrong_key(struct mrtd *m);
void mrtd_right_key(struct mrtd *m, const struct mrtd_keys *keys, const uint8_t *counter);

struct mrtd_file *mrtd_add_file(struct mrtd *m, uint16_t id, enum mrtd_where where);
const struct mrtd_file *mrtd_find_file(const struct mrtd *m, uint16_t id, enum mrtd_where where);

/* Commands: status word; data are appended to *out. */
typedef uint16_t mrtd_command_fn(struct mrtd *m, const struct mrtd_command *c,
				 struct mrtd_bytes *out);
mrtd_command_fn mrtd_select, mrtd_read_binary, mrtd_get_challenge, mrtd_external_authenticate,
	mrtd_manage_security, mrtd_general_authenticate, mrtd_internal_authenticate;

/* MSE:Set AT, and GENERAL AUTHENTICATE with what its 7C holds. */
uint16_t mrtd_pace_begin(struct mrtd *m, const struct mrtd_command *c);
uint16_t mrtd_pace_step(struct mrtd *m, const struct mrtd_command *c, const uint8_t *data,
			size_t len, struct mrtd_bytes *out);

/* The most data the answer to this command may have. */
size_t mrtd_room(const struct mrtd *m, const struct mrtd_command *c);

/* The keys that the spec asks for; ERR_BAD_DATA: there is no such. */
enum err mrtd_make_keys(struct mrtd *m);
void mrtd_drop_keys(struct mrtd *m);
const EVP_MD *mrtd_hash(unsigned word); /* of aa_hash, sod_hash */

/* SecurityInfos of EF.CardAccess; and of EF.DG14 and EF.CardSecurity. Nothing when there is nothing
 * to say. */
void mrtd_make_card_access(const struct mrtd *m, struct mrtd_bytes *out);
void mrtd_make_security_infos(const struct mrtd *m, struct mrtd_bytes *out);

/* Makes the files of the logical data structure, of a spec and keys. */
enum err mrtd_make_files(struct mrtd *m, struct issuer *issuer);

#endif
