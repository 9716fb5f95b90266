/* Inside of the simulated chip: its files, its session, and the parts that answer commands. */
#ifndef TESTS_MRTD_CARD_H
#define TESTS_MRTD_CARD_H

#include "tests/mrtd/bytes.h"
#include "tests/mrtd/mrtd.h"
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

struct mrtd {
	struct mrtd_spec spec;
	struct mrtd_file files[MRTD_MAX_FILES];
	size_t file_count;

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

/* A key was wrong: counts it, and makes the chip slower if it is of that kind. */
uint16_t mrtd_wrong_key(struct mrtd *m);
void mrtd_right_key(struct mrtd *m, const struct mrtd_keys *keys, const uint8_t *counter);

struct mrtd_file *mrtd_add_file(struct mrtd *m, uint16_t id, enum mrtd_where where);
const struct mrtd_file *mrtd_find_file(const struct mrtd *m, uint16_t id, enum mrtd_where where);

/* Commands: status word; data are appended to *out. */
typedef uint16_t mrtd_command_fn(struct mrtd *m, const struct mrtd_command *c,
				 struct mrtd_bytes *out);
mrtd_command_fn mrtd_select, mrtd_read_binary, mrtd_get_challenge, mrtd_external_authenticate;

/* The most data the answer to this command may have. */
size_t mrtd_room(const struct mrtd *m, const struct mrtd_command *c);

/* Makes the files of the logical data structure, of a spec and keys. */
enum err mrtd_make_files(struct mrtd *m, struct mrtd_issuer *issuer);

#endif
