/* From a spec to a card. */
#include "tests/mrtd/card.h"
#include "tests/mrtd/lds.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DGS 16

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

static void make_dg(struct mrtd *m, unsigned dg, struct mrtd_bytes *out)
{
	const struct mrtd_face none = { .jpeg2000 = true };

	switch (dg) {
	case 1:
		return mrtd_make_dg1(&m->spec, out);
	case 2:
		return mrtd_make_dg2(&m->spec, &none, out);
	case 13:
		return mrtd_make_dg13(&m->spec, out);
	case 14:
		mrtd_make_security_infos(m, out);
		return out->len ? mrtd_wrap(out, 0x6E, 0) : (void)0;
	case 15:
		return m->aa ? mrtd_put_tlv(out, 0x6F, m->aa_public.at, m->aa_public.len) : (void)0;
	default:
		return;
	}
}

enum err mrtd_make_files(struct mrtd *m, struct issuer *issuer)
{
	struct list want, have = { 0 };

	(void)issuer;
	if (!get_list(m->spec.dgs, &want))
		return ERR_BAD_DATA;
	for (size_t i = 0; i < want.count; i++) {
		struct mrtd_file *f =
			mrtd_add_file(m, (uint16_t)(0x0100 | want.dg[i]), IN_APPLICATION);

		make_dg(m, want.dg[i], &f->bytes);
		f->refused = want.dg[i] == 3 || want.dg[i] == 4;
		if (!f->bytes.len && !f->refused)
			m->file_count--;
		else
			have.dg[have.count++] = want.dg[i];
	}
	if (*m->spec.pace) {
		struct mrtd_file *access = mrtd_add_file(m, 0x011C, IN_MASTER);

		access->open = true;
		mrtd_make_card_access(m, &access->bytes);
	}
	struct mrtd_file *com = mrtd_add_file(m, 0x011E, IN_APPLICATION);
	mrtd_make_com(have.dg, have.count, &com->bytes);
	return com->bytes.bad ? ERR_NO_MEMORY : ERR_OK;
}
