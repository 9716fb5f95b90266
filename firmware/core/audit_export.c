/* The audit log for an inspector: one tar, checked with bash and openssl only. */
#include "firmware/core/audit_head.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/core/files.h"
#include "firmware/core/seal.h"
#include "firmware/core/store.h"
#include "firmware/core/tar.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 8

static const char README[] =
	"Audit log of a kiosk\n"
	"\n"
	"audit.tsv      one line for each event: number, seconds since 1970 as the clock said, run "
	"of\n"
	"               the program, what, about whom or what, detail, SHA-256. The first line "
	"names\n"
	"               the line before it (0: it begins at the beginning).\n"
	"audit.p7m      signed by the kiosk (CMS): its last line, and the SHA-256 of audit.tsv\n"
	"kiosk.pem      the kiosk's certificate\n"
	"confirmed.p7m  signed by the province (CMS): the newest line that it has confirmed\n"
	"broken.p7m     only when it has confirmed one that the log did not have any more\n"
	"\n"
	"    bash verify.sh [CA.pem [ANSWER-CA.pem]]\n"
	"\n"
	"CA.pem is the authority that made the kiosk's certificate, ANSWER-CA.pem the one of the\n"
	"province's answers; without them the certificates themselves are not judged.\n"
	"\n"
	"SHA-256 of a line is over: the SHA-256 of the line before it (32 bytes, zeros for line "
	"1),\n"
	"number and seconds (8 bytes each, high first), then run, what, subject and detail, each "
	"with\n"
	"its length in bytes before it (8 bytes, high first).\n";

static const char VERIFY[] =
	"#!/bin/bash\n"
	"# bash verify.sh [CA.pem [ANSWER-CA.pem]]    needs openssl\n"
	"set -u\n"
	"export LC_ALL=C\n"
	"kiosk=(-noverify) province=(-noverify)\n"
	"[ -z \"${1-}\" ] || kiosk=(-CAfile \"$(realpath \"$1\")\")\n"
	"[ -z \"${2-}\" ] || province=(-CAfile \"$(realpath \"$2\")\")\n"
	"cd \"$(dirname \"$0\")\" || exit 2\n"
	"dir=$(mktemp -d) || exit 2\n"
	"trap 'rm -r \"$dir\"' EXIT\n"
	"wrong() { echo \"WRONG: $*\"; exit 1; }\n"
	"opened() { # FILE OPTIONS...: what was signed, on one line\n"
	"	local file=$1; shift\n"
	"	openssl cms -verify -binary -inform DER -in \"$file\" \"$@\" -out \"$dir/text\" "
	"2>\"$dir/why\" ||\n"
	"		return 1\n"
	"	tr -d ' \\n' <\"$dir/text\"\n"
	"}\n"
	"value() { sed -n \"s/.*\\\"$2\\\":\\\"\\{0,1\\}\\([0-9a-z]*\\).*/\\1/p\" <<<\"$1\"; }\n"
	"bytes() { local i; for ((i = 0; i < ${#1}; i += 2)); do printf \"\\\\x${1:i:2}\"; done; "
	"}\n"
	"number() { local h; printf -v h %016x \"$1\"; bytes \"$h\"; }\n"
	"text() { number ${#1}; printf %s \"$1\"; }\n"
	"\n"
	"claim=$(opened audit.p7m \"${kiosk[@]}\") || wrong \"the kiosk's signature: $(cat "
	"\"$dir/why\")\"\n"
	"openssl dgst -sha256 -r audit.tsv >\"$dir/sum\" || exit 2\n"
	"[ \"$(value \"$claim\" file_sha256)\" = \"$(cut -c1-64 \"$dir/sum\")\" ] ||\n"
	"	wrong \"audit.tsv is not the list that the kiosk signed\"\n"
	"read -r _ at before <audit.tsv\n"
	"confirmed=0\n"
	"if [ -e confirmed.p7m ]; then\n"
	"	said=$(opened confirmed.p7m \"${province[@]}\") || wrong \"the province's "
	"signature: $(cat \"$dir/why\")\"\n"
	"	confirmed=$(value \"$said\" seq) confirmed_hash=$(value \"$said\" sha256)\n"
	"	[ \"$confirmed\" != \"$at\" ] || [ \"$confirmed_hash\" = \"$before\" ] || wrong "
	"\"line $at\"\n"
	"fi\n"
	"while IFS=$'\\037' read -r n time boot what subject detail hash; do\n"
	"	[ \"$n\" = $((at + 1)) ] || wrong \"line $((at + 1)) is missing\"\n"
	"	sum=$({ bytes \"$before\"; number \"$n\"; number \"$time\"; text \"$boot\"; text "
	"\"$what\"\n"
	"		text \"$subject\"; text \"$detail\"; } | openssl dgst -sha256 -r)\n"
	"	[ \"${sum:0:64}\" = \"$hash\" ] || wrong \"line $n was changed\"\n"
	"	[ \"$n\" != \"$confirmed\" ] || [ \"$hash\" = \"$confirmed_hash\" ] ||\n"
	"		wrong \"line $n is not the one that the province confirmed\"\n"
	"	at=$n before=$hash\n"
	"done < <(tail -n +2 audit.tsv | tr '\\t' '\\037')\n"
	"[ \"$(value \"$claim\" seq)\" = \"$at\" ] && [ \"$(value \"$claim\" sha256)\" = "
	"\"$before\" ] ||\n"
	"	wrong \"it does not end with the line that the kiosk signed\"\n"
	"[ \"$confirmed\" -le \"$at\" ] || wrong \"it ends before line $confirmed, which the "
	"province confirmed\"\n"
	"[ ! -e broken.p7m ] || wrong \"the province confirmed a line that is not there: see "
	"broken.p7m\"\n"
	"echo \"whole to line $at; confirmed by the province: line $confirmed\"\n";

struct part {
	const char *name;
	const void *bytes;
	size_t len;
};

struct export
{
	struct part parts[PARTS];
	size_t count;
	char *lines, *pem;
	size_t lines_len, pem_len;
	uint8_t *claim;
	size_t claim_len;
	struct audit_confirmed confirmed, broken;
};

static bool write_line(void *data, const struct audit_line *l)
{
	char sha256[AUDIT_HEX_CAP];

	hex_of(l->hash, AUDIT_HASH_BYTES, sha256);
	return fprintf(data, "%jd\t%jd\t%s\t%s\t%s\t%s\t%s\n", (intmax_t)l->seq,
		       (intmax_t)l->time_s, l->boot, l->what, l->subject, l->detail, sha256) > 0;
}

static enum err write_lines(struct store *s, struct export *x)
{
	char sha256[AUDIT_HEX_CAP];
	struct audit_point anchor = { 0 };
	enum err e = audit_anchor(s, &anchor);
	FILE *f = e == ERR_OK ? open_memstream(&x->lines, &x->lines_len) : NULL;

	if (!f)
		return e == ERR_OK ? ERR_NO_MEMORY : e;
	hex_of(anchor.hash, AUDIT_HASH_BYTES, sha256);
	(void)fprintf(f, "# %jd %s\n", (intmax_t)anchor.seq, sha256);
	e = audit_each(s, write_line, f);
	bool whole = !ferror(f);
	return fclose(f) == 0 && whole ? e : ERR_NO_MEMORY;
}

static enum err claim(struct store *s, const struct package_keys *k, const char *kiosk,
		      struct export *x)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char sha256[AUDIT_HEX_CAP];
	struct audit_claim c = { .kiosk = kiosk,
				 .time_s = clock_now_s(store_clock(s)),
				 .file_sha256 = sha256 };
	enum err e = audit_head(s, &c.head.seq, c.head.hash);

	if (EVP_Digest(x->lines, x->lines_len, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, AUDIT_HASH_BYTES, sha256);
	return e == ERR_OK ? audit_sign(k, &c, &x->claim, &x->claim_len) : e;
}

static void put(struct export *x, const char *name, const void *bytes, size_t len)
{
	if (bytes)
		x->parts[x->count++] = (struct part){ name, bytes, len };
}

static enum err to_tar(const struct export *x, int *ret_fd)
{
	struct tar t = { 0 };
	size_t bytes = 0;

	for (size_t i = 0; i < x->count; i++)
		bytes += x->parts[i].len;
	enum err e = tar_init(&t, x->count, bytes);
	for (size_t i = 0; i < x->count && e == ERR_OK; i++)
		e = tar_add(&t, x->parts[i].name, x->parts[i].bytes, x->parts[i].len);
	if (e == ERR_OK)
		e = tar_end(&t);
	if (e == ERR_OK)
		e = mem_of(t.bytes, t.len, ret_fd);
	tar_finish(&t);
	return e;
}

static enum err confirmed(struct store *s, const char *file, struct audit_confirmed *ret)
{
	enum err e = audit_confirmed_get(s, file, ret);

	return e == ERR_NOT_FOUND || e == ERR_BAD_DATA ? ERR_OK : e;
}

enum err audit_export(struct store *s, const struct package_keys *k, const char *kiosk, int *ret_fd)
{
	struct export x = { 0 };
	enum err e = write_lines(s, &x);

	if (e == ERR_OK)
		e = claim(s, k, kiosk, &x);
	if (e == ERR_OK)
		e = seal_cert_pem(k, &x.pem, &x.pem_len);
	if (e == ERR_OK)
		e = confirmed(s, AUDIT_HEAD_FILE, &x.confirmed);
	if (e == ERR_OK)
		e = confirmed(s, AUDIT_BROKEN_FILE, &x.broken);
	put(&x, "README.txt", README, sizeof README - 1);
	put(&x, "verify.sh", VERIFY, sizeof VERIFY - 1);
	put(&x, "audit.tsv", x.lines, x.lines_len);
	put(&x, "audit.p7m", x.claim, x.claim_len);
	put(&x, "kiosk.pem", x.pem, x.pem_len);
	put(&x, "confirmed.p7m", x.confirmed.reply, x.confirmed.len);
	put(&x, "broken.p7m", x.broken.reply, x.broken.len);
	if (e == ERR_OK)
		e = to_tar(&x, ret_fd);
	audit_confirmed_finish(&x.confirmed);
	audit_confirmed_finish(&x.broken);
	free(x.lines);
	free(x.claim);
	free(x.pem);
	return e;
}
