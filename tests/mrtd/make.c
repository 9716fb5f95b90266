/* From a spec to a card: contents of the files, what is wrong with them, the issuer's signature. */
#include "tests/mrtd/card.h"
#include "tests/mrtd/face.h"
#include "tests/mrtd/issuer.h"
#include "tests/mrtd/lds.h"
#include "tests/mrtd/spoil.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DGS 16
#define COM     0x011E
#define SOD     0x011D

struct list {
	unsigned dg[MAX_DGS];
	size_t count;
};

static bool get_list(const char *text, struct list *ret)
{
	char *end;

	for (ret->count = 0; *text; text = end + strspn(end, " ")) {
		unsigned long n = strtoul(text, &end, 10);

		if (end == text || n < 1 || n > 16 || ret->count == MAX_DGS)
			return false;
		ret->dg[ret->count++] = (unsigned)n;
	}
	return true;
}

static enum err make_face_file(struct mrtd *m, struct mrtd_bytes *out)
{
	struct mrtd_face f;
	enum err e = mrtd_make_face(&m->spec, &f);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (m->faults.n[MRTD_FAULT_huge_face])
		mrtd_blow_up_face(&f);
	if (m->faults.n[MRTD_FAULT_bad_face])
		f.picture.len /= 2;
	mrtd_make_dg2(&f, out);
	mrtd_bytes_end(&f.picture);
	return ERR_OK;
}

static void make_person_file(struct mrtd *m, struct mrtd_bytes *out)
{
	struct mrtd_spec other = m->spec;

	if (m->faults.n[MRTD_FAULT_other_person]) {
		(void)mrtd_spec_line(&other, "number = 001199000000");
		(void)mrtd_spec_line(&other, "name = Phạm Thị Lạ");
		(void)mrtd_spec_line(&other, "birth = 02/03/1999");
	}
	mrtd_make_dg13(&other, out);
}

/* Nobody without a right to it reads what it is. */
static void make_secret_file(unsigned dg, struct mrtd_bytes *out)
{
	uint8_t finger[64];

	if (RAND_bytes(finger, sizeof finger) == 1)
		mrtd_put_tlv(out, mrtd_dg_tag(dg), finger, sizeof finger);
}

/* Nothing is put when the card has no such file. */
static enum err make_dg(struct mrtd *m, unsigned dg, struct mrtd_bytes *out)
{
	switch (dg) {
	case 1:
		mrtd_make_dg1(&m->spec, out);
		break;
	case 2:
		return make_face_file(m, out);
	case 3:
	case 4:
		make_secret_file(dg, out);
		break;
	case 13:
		make_person_file(m, out);
		break;
	case 14:
		mrtd_make_security_infos(m, out);
		if (out->len)
			mrtd_wrap(out, 0x6E, 0);
		break;
	case 15:
		if (m->aa)
			mrtd_put_tlv(out, 0x6F, m->aa_public.at, m->aa_public.len);
		break;
	default:
		return ERR_BAD_DATA;
	}
	return out->bad ? ERR_NO_MEMORY : ERR_OK;
}

/* ret: those that there are. */
static enum err make_dgs(struct mrtd *m, const struct list *want, struct list *ret)
{
	ret->count = 0;
	for (size_t i = 0; i < want->count; i++) {
		unsigned dg = want->dg[i];
		struct mrtd_file *f = mrtd_add_file(m, (uint16_t)(0x0100 | dg), IN_APPLICATION);
		enum err e = make_dg(m, dg, &f->bytes);

		if (e != ERR_OK)
			return e;
		f->refused = dg == 3 || dg == 4;
		if (!f->bytes.len) {
			m->file_count--;
			continue;
		}
		mrtd_spoil(f, &m->faults);
		ret->dg[ret->count++] = dg;
	}
	return ERR_OK;
}

static struct issuer_sod form_of(const struct mrtd *m)
{
	static const enum issuer_key keys[] = { ISSUER_BP256, ISSUER_P256, ISSUER_P384,
						ISSUER_BP384, ISSUER_RSA,  ISSUER_RSA_PSS };
	static const char *const digests[] = { "SHA256", "SHA1", "SHA224", "SHA384", "SHA512" };
	const unsigned *n = m->faults.n;

	return (struct issuer_sod){
		.hash = digests[m->spec.sod_hash],
		.sign = { keys[m->spec.ds_key], m->spec.ca_params == 0, digests[m->spec.sod_hash] },
		.when = n[MRTD_FAULT_expired_ds] ? ISSUER_EXPIRED : ISSUER_VALID,
		.revoked = n[MRTD_FAULT_revoked_ds],
		.v1 = m->spec.lds,
		.bad_signer = n[MRTD_FAULT_sod_signature] ? 1 : 0,
		.altered_list = n[MRTD_FAULT_sod_altered],
		.missing_dg = n[MRTD_FAULT_unlisted_dg],
		.wrong_dg = n[MRTD_FAULT_wrong_hash],
	};
}

static void take(struct mrtd_bytes *out, struct issuer_bytes b)
{
	mrtd_put(out, b.at, b.len);
	issuer_free(&b);
}

static void sign_files(struct mrtd *m, struct issuer *issuer, const struct list *dgs,
		       struct mrtd_bytes *out)
{
	struct issuer_file files[MAX_DGS];
	struct issuer_sod s = form_of(m);

	for (size_t i = 0; i < dgs->count; i++) {
		const struct mrtd_bytes *b =
			&mrtd_find_file(m, (uint16_t)(0x0100 | dgs->dg[i]), IN_APPLICATION)->bytes;

		files[i] = (struct issuer_file){ dgs->dg[i], b->at, b->len };
	}
	s.files = files;
	s.file_count = dgs->count;
	take(out, issuer_sod(issuer, &s));
}

/* EF.SOD, and EF.CardSecurity for chips that prove themselves in PACE. */
static void make_signed(struct mrtd *m, struct issuer *issuer, const struct list *dgs)
{
	struct issuer *foreign = NULL;
	AUTO_BYTES infos = { 0 };

	if (m->faults.n[MRTD_FAULT_foreign_csca])
		issuer = foreign =
			issuer_create(&(struct issuer_form){ .name = "Other State CSCA" });
	if (!m->faults.n[MRTD_FAULT_sod_none]) {
		struct mrtd_file *sod = mrtd_add_file(m, SOD, IN_APPLICATION);

		if (issuer)
			sign_files(m, issuer, dgs, &sod->bytes);
		else
			mrtd_put_tlv(&sod->bytes, 0x77, NULL, 0);
		mrtd_spoil(sod, &m->faults);
	}
	mrtd_make_security_infos(m, &infos);
	if (issuer && strstr(m->spec.pace, "-cam-") && infos.len) {
		struct issuer_sod s = form_of(m);
		struct mrtd_file *security = mrtd_add_file(m, SOD, IN_MASTER);

		take(&security->bytes, issuer_card_security(issuer, &s, infos.at, infos.len));
	}
	issuer_destroy(foreign);
}

enum err mrtd_make_files(struct mrtd *m, struct issuer *issuer)
{
	struct list want, have;

	if (!get_list(m->spec.dgs, &want))
		return ERR_BAD_DATA;
	enum err e = make_dgs(m, &want, &have);
	if (e != ERR_OK)
		return e;
	if (*m->spec.pace) {
		struct mrtd_file *access = mrtd_add_file(m, 0x011C, IN_MASTER);

		access->open = true;
		mrtd_make_card_access(m, &access->bytes);
	}
	struct mrtd_file *com = mrtd_add_file(m, COM, IN_APPLICATION);
	mrtd_make_com(have.dg, have.count, &com->bytes);
	mrtd_spoil(com, &m->faults);
	make_signed(m, issuer, &have);
	mrtd_spoil_signed(m);
	return ERR_OK;
}
