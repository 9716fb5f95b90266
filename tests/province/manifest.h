/* manifest.json of a package: read and checked field by field. Names and values are those of
 * the national portal: flags and codes are strings. */
#ifndef PROVINCE_MANIFEST_H
#define PROVINCE_MANIFEST_H

#include "tests/province/complaint.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANIFEST_MAX_PAPERS    100
#define MANIFEST_MAX_ORIGINALS 200

struct manifest_paper {
	char id[64];        /* TepDinhKemId */
	char file[512];     /* TenTepDinhKem, as the citizen knows it */
	char component[64]; /* MaThanhPhanHoSo */
	char sha256[65];
	int64_t bytes, pages;
	/* nothing came along: what the province itself has stands for it */
	bool reference;
	char result[64], path[201]; /* MaKetQua, DuongDan */
};

struct manifest {
	char key[37], kiosk[9], agency[41], receipt[64];
	char procedure[16], procedure_name[1025];
	char name[257], number[32], handed_in[15];
	char filer[13];                /* identity.number */
	bool verified;                 /* by the chip */
	bool lookup;                   /* consent.stored_papers: the province might be asked */
	char dossier[64], request[64]; /* MaHoSo and HoSoBoSungId of a supplement; else "" */
	int64_t audit_seq;             /* the head of the kiosk's audit log; 0: not said */
	char audit_sha256[65];
	size_t paper_count;
	struct manifest_paper papers[MANIFEST_MAX_PAPERS];
	/* scans without loss that came along; id is the name in the package, file is empty */
	size_t original_count;
	struct manifest_paper originals[MANIFEST_MAX_ORIGINALS];
};

/* ERR_BAD_DATA, with the first thing that is wrong. `ret` is large: not for the stack. */
enum err manifest_read(const void *bytes, size_t len, struct manifest *ret, struct complaint *why);

#endif
