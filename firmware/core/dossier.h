/* One dossier as it is handed in: what package_make() packs. Plain data; every pointer is
 * borrowed from the caller (the visit's arena), UTF-8, and may be NULL where "" would do. */
#ifndef CORE_DOSSIER_H
#define CORE_DOSSIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOSSIER_MAX_PAPERS 128

struct dossier_filer {
	const char *name;
	const char *number; /* identity number, 12 digits */
	const char *birth;  /* yyyyMMdd, or what is known of it */
	const char *sex;    /* as on the card: "Nam", "Nữ" */
	const char *address;
	const char *source;              /* NULL: "card-qr" */
	bool verified;                   /* true only when the chip is genuine (verdict.def) */
	const struct dossier_chip *chip; /* NULL: it was not read */
};

/* What was found out about the card's chip: three answers apart, their one word, how it was
 * opened and who signed. No picture, no file of the chip. */
struct dossier_chip {
	const char *verdict, *data, *issuer, *proof, *access, *signer;
	const char *expires; /* yyyyMMdd; "" when it has no end */
	bool expired;
	int64_t read_s;
};

/* Whose dossier it is, when the filer acts for somebody else. */
struct dossier_owner {
	const char *name, *number, *birth, *address; /* all but the name may be "" */
	const char *relation, *authority;            /* in the form's words */
};

/* How well a paper was captured; written into the manifest as `chat_luong`. */
struct dossier_quality {
	uint16_t dpi;
	uint8_t channels;    /* 1 gray, 3 colour */
	uint16_t doubts;     /* pages the citizen kept although the kiosk doubted them */
	const char *scanner; /* model */
};

#define DOSSIER_MAX_FAULTS 8

/* Where one page comes from and what was done to it. Words are those of page.def and err.def. */
struct dossier_page {
	const char *device, *source, *profile, *check, *tools;
	const char *faults[DOSSIER_MAX_FAULTS]; /* that the citizen knew of */
	size_t fault_count;
	const char *source_sha256; /* of the pixels as they came */
	uint16_t dpi, turned;
	uint8_t channels, sides, side, confidence;
	uint32_t width, height;
	uint32_t edge_um, ink_ppm, glare_ppm;
	int32_t tilt_mdeg;
	uint16_t steps; /* bits of enum page_step */
	bool turned_by_hand;
	int64_t scanned_s;
	const char *clock;            /* how that time was known: trusted_time_source() */
	const char *scanned_for;      /* component it was scanned for first; NULL: this one */
	const char *code, *code_kind; /* on the page; NULL: none. "identity-card" or "other" */
	const uint8_t *original;      /* PNG of the pixels as they came; NULL: not sent along */
	size_t original_len;
};

/* An officer has certified the copy: who signed, with which certificate, what it says. */
struct dossier_copy {
	const char *number, *by, *serial, *statement, *form;
	int64_t at_s;
};

/* A paper that the province already has, and takes instead of a document: as its list named it. */
struct dossier_reference {
	const char *result; /* MaKetQua */
	const char *path;   /* DuongDan */
	const char *sha256; /* of the file there */
	const char *sign, *issuer;
	int64_t bytes;
};

/* One piece (thành phần hồ sơ) and its document. */
struct dossier_paper {
	const char *component; /* MaThanhPhanHoSo; "" is allowed */
	const char *name;      /* TenTepDinhKem: what a clerk sees */
	const uint8_t *pdf; /* NULL with a reference: then nothing comes along */
	size_t pdf_len;
	const struct dossier_reference *reference; /* NULL: there is a document */
	uint16_t pages;
	uint16_t copies; /* copies the law asks for of this piece */
	bool digitized;  /* DuocSoHoa */
	bool reused;     /* DuocTaiSuDung */
	struct dossier_quality quality;
	const struct dossier_copy *certified; /* NULL: a scan only */
	const struct dossier_page *sources;   /* `pages` of them; NULL: not known */
};

/* One answer of the form. */
struct dossier_answer {
	const char *key;   /* unique within the dossier */
	const char *label; /* Vietnamese, as the citizen saw it */
	const char *value;
	const char *source; /* "card", "chip", "paper" or "typed" */
};

/* Papers that were asked for later, of a dossier that the province has. */
struct dossier_supplement {
	const char *dossier_code; /* MaHoSo; of a slip when that is all that is known */
	const char *id;           /* HoSoBoSungId; "": the request is not known here */
};

struct dossier {
	const char *key;          /* store_new_key(), kept in the vault before the first package */
	const char *receipt_code; /* receipt_code_next() */
	const char *kiosk;        /* kiosk_id of the configuration */
	const char *software;     /* version of the kiosk's programs */
	const char *agency;       /* agency_code of the configuration */
	const char *procedure;    /* MaTTHC, such as 1.001193; of a supplement both may be "" */
	const char *procedure_name;                  /* TenTTHC */
	const struct dossier_supplement *supplement; /* NULL: a new dossier */
	const char *catalogue; /* version of the list of procedures that it was filed by */
	int64_t catalogue_number;
	struct dossier_filer filer;
	const struct dossier_owner *owner; /* NULL: the filer */
	const struct dossier_paper *papers;
	size_t paper_count;
	const struct dossier_answer *answers;
	size_t answer_count;
	const char *lookup; /* the question that let the kiosk look for papers; NULL: it did not */
	int64_t lookup_s;   /* when that was allowed */
	const char *consent;            /* the declaration's text, as confirmed */
	int64_t started_s, confirmed_s; /* seconds since 1970 UTC */
	int64_t audit_seq;              /* the head of the audit log; 0: not said */
	const char *audit_sha256;
	const char *clock; /* how the time is known: trusted_time_source() */
};

#endif
