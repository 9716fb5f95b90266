#include "firmware/parse/chip/proof.h"
#include "tests/unit/chip/mapping.h"

/* 9303-11, the example with chip authentication mapping. */
static void chip_authentication_mapping(void)
{
	static const enum vector CHANCES[] = { CAM_SK_MAP, CAM_SK_DH };
	static const struct generic V = { CAM_SK_MAP, CAM_PK_MAP_IC, VECTOR_COUNT, CAM_S, CAM_G };
	char hex[4][400];
	struct talk talks[] = { { hex[0], hex[1] }, { hex[2], hex[3] }, TALK(CAM_TOKEN) };
	struct bytes oid = vec(CAM_OID), nonce = vec(CAM_S);
	struct recorded r;
	AUTO_GROUP g = { 0 };
	struct sm sm = { 0 };
	struct cam cam = { 0 };
	uint8_t hash[20], key[16];

	hash_of_mrz(CAM_MRZ, hash);
	eq_int(kdf(SM_AES128, hash, sizeof(hash), KDF_PASSWORD, key), ERR_OK);
	eq_vector(key, 16, CAM_KPI);
	nonce_opens(CAM_KPI, CAM_Z, CAM_S);
	eq_int(group_standard(13, &g), ERR_OK);
	AUTO_ELEMENT base = map_again(&g, &V);
	key_pair(&g, NULL, CAM_SK_MAP, CAM_PK_MAP);
	key_pair(&g, &base, CAM_SK_DH, CAM_PK_DH);
	talk_of(CAM_PK_MAP, true, 0x10, 0x81, hex[0]);
	talk_of(CAM_PK_MAP_IC, false, 0, 0x82, hex[1]);
	talk_of(CAM_PK_DH, true, 0x10, 0x83, hex[2]);
	talk_of(CAM_PK_DH_IC, false, 0, 0x84, hex[3]);
	struct info info = { .kind = INFO_PACE,
			     .map = PACE_CAM,
			     .cipher = SM_AES128,
			     .curve = true,
			     .oid = span_of(&oid),
			     .id = 13 };
	recorded_start(&r, talks, COUNT(talks), CHANCES);
	struct pace p = { .session = &r.session, .info = &info, .group = &g };
	eq_int(pace_from_nonce(&p, span_of(&nonce), &sm, &cam), ERR_OK);
	eq_vector(sm.enc, 16, CAM_ENC);
	eq_vector(sm.mac, 16, CAM_MAC);
	ok(cam.present);
	eq_int(cam.group, 13);
	eq_vector(cam.proof, cam.proof_len, CAM_CA_IC);
	eq_vector(cam.map_key, cam.map_key_len, CAM_PK_MAP_IC);
	recorded_over(&r);
}

/* A set with one key on group 13, version 1, as EF.CardSecurity has it; or in DG14. */
static size_t set_with_key(uint32_t tag, struct span point, uint8_t *ret)
{
	static const uint8_t ALGORITHM[] = { 0x30, 0x0c, 0x06, 0x07, 0x04, 0x00, 0x7f,
					     0x00, 0x07, 0x01, 0x02, 0x02, 0x01, 0x0d };
	static const uint8_t OID[] = { 0x06, 0x09, 0x04, 0x00, 0x7f, 0x00,
				       0x07, 0x02, 0x02, 0x01, 0x02 };
	uint8_t bits[80] = { 0 }, key[200], entry[200];

	memcpy(bits + 1, point.at, point.len);
	memcpy(key, ALGORITHM, sizeof(ALGORITHM));
	size_t n = sizeof(ALGORITHM);
	n += tlv_put(key + n, 0x03, (struct span){ bits, point.len + 1 });
	memcpy(entry, OID, sizeof(OID));
	n = sizeof(OID) + tlv_put(entry + sizeof(OID), 0x30, (struct span){ key, n });
	n = tlv_put(key, 0x30, (struct span){ entry, n });
	if (tag == 0x31)
		return tlv_put(ret, 0x31, (struct span){ key, n });
	n = tlv_put(entry, 0x31, (struct span){ key, n });
	return tlv_put(ret, tag, (struct span){ entry, n });
}

/* The static key the example must have had: CA_IC^-1 times the key of the mapping. */
static void the_mapping_proves_the_chip(void)
{
	struct bytes proof = vec(CAM_CA_IC), map = vec(CAM_PK_MAP_IC), other = vec(CAM_PK_MAP);
	struct cam cam = {
		.present = true, .group = 13, .map_key_len = map.len, .proof_len = proof.len
	};
	AUTO_GROUP g = { 0 };
	AUTO_SECRET k = number(CAM_CA_IC);
	AUTO_ELEMENT key = { 0 };
	uint8_t point[GROUP_MAX_PUBLIC], set[256];
	size_t len, n;
	enum chip_proof is;

	eq_int(group_standard(13, &g), ERR_OK);
	AUTO_ELEMENT mapped = decoded(&g, CAM_PK_MAP_IC);
	ok(BN_mod_inverse(k, k, g.q, g.ctx));
	eq_int(group_times(&g, &mapped, k, &key), ERR_OK);
	eq_int(group_encode(&g, &key, point, &len), ERR_OK);
	memcpy(cam.map_key, map.at, map.len);
	memcpy(cam.proof, proof.at, proof.len);

	n = set_with_key(0x31, (struct span){ point, len }, set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	n = set_with_key(0x6e, (struct span){ point, len }, set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	/* another key: EF.CardSecurity must have the right one, DG14 need not */
	n = set_with_key(0x31, span_of(&other), set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	n = set_with_key(0x6e, span_of(&other), set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	/* a chip that did not know its key */
	n = set_with_key(0x31, (struct span){ point, len }, set);
	cam.proof[31] ^= 1;
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	memset(cam.proof, 0, sizeof(cam.proof));
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	cam.present = false;
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
}

/* A real card, whose EF.CardSecurity has two keys on the same curve: one is for this. */
static void a_real_card_by_mapping(void)
{
	static const enum vector CHANCES[] = { CAMDE_SK_MAP, CAMDE_SK_DH };
	const struct talk TALKS[] = { TALK(CAMDE_MAP), TALK(CAMDE_AGREE), TALK(CAMDE_TOKEN) };
	struct bytes oid = vec(CAM_OID), nonce = vec(CAMDE_S), infos = vec(CAMDE_INFOS);
	struct recorded r;
	AUTO_GROUP g = { 0 };
	struct sm sm = { 0 };
	struct cam cam = { 0 };
	enum chip_proof is;

	eq_int(group_standard(13, &g), ERR_OK);
	struct info info = { .kind = INFO_PACE,
			     .map = PACE_CAM,
			     .cipher = SM_AES128,
			     .curve = true,
			     .oid = span_of(&oid),
			     .id = 13 };
	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	struct pace p = { .session = &r.session, .info = &info, .group = &g };
	eq_int(pace_from_nonce(&p, span_of(&nonce), &sm, &cam), ERR_OK);
	eq_vector(sm.enc, 16, CAMDE_ENC);
	eq_vector(sm.mac, 16, CAMDE_MAC);
	eq_int(proof_cam(&cam, span_of(&infos), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	cam.proof[0] ^= 1;
	eq_int(proof_cam(&cam, span_of(&infos), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	recorded_over(&r);
}

int main(void)
{
	chip_authentication_mapping();
	the_mapping_proves_the_chip();
	a_real_card_by_mapping();
	return tap_done();
}
