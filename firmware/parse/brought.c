#include "firmware/parse/brought.h"

#include "firmware/base/auto.h"
#include "firmware/parse/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEAD_BYTES = 1024, VIETNAM_S = 7 * 3600 };

static const char *bytes_in_words(enum verify_bytes b)
{
	static const char *const WORDS[] = {
		"is as the kiosk signed it",
		"is FORGED or was CHANGED: the signature does not fit",
		"cannot be judged: damaged, or there is no key to judge it by",
	};
	return WORDS[b];
}

static const char *signer_in_words(enum verify_signer s)
{
	static const char *const WORDS[] = {
		"a kiosk that is known here",
		"NOT known: no kiosk of the anchors",
		"a kiosk that is known here, whose certificate is EXPIRED or not yet valid",
		"a certificate that is no kiosk's",
	};
	return WORDS[s];
}

static void put_words(const struct copy_said *s, char out[VERIFY_WORDS_CAP])
{
	char digest[2 * COPY_DIGEST + 1], when[32] = "";
	time_t there = s->time_s + VIETNAM_S;
	struct tm t = { 0 };

	for (int i = 0; i < COPY_DIGEST; i++)
		snprintf(digest + 2 * i, 3, "%02x", s->digest[i]);
	if (gmtime_r(&there, &t))
		(void)strftime(when, sizeof when, "%d/%m/%Y %H:%M:%S", &t);
	int n = snprintf(out, VERIFY_WORDS_CAP,
			 "code of a printed copy\n"
			 "  the text     %s\n"
			 "  the kiosk    %s\n",
			 bytes_in_words(s->bytes), signer_in_words(s->signer));
	if (s->pages > 0 && n > 0 && n < VERIFY_WORDS_CAP)
		snprintf(out + n, VERIFY_WORDS_CAP - (size_t)n,
			 "  it says      copy %s of %s, %u pages, %s\n"
			 "  certified by the certificate %s...\n"
			 "  its file     before that, SHA-256 %s\n",
			 s->number, s->title, s->pages, when, s->hint, digest);
}

static enum err judge_code(const uint8_t *text, size_t len, const struct verify_anchors *a,
			   int64_t now_s, struct brought *ret)
{
	enum err e = copy_code_read(text, len, a, now_s, &ret->code);

	if (e != ERR_OK)
		return e;
	ret->kind = COPY_KIND_CODE;
	ret->good = ret->code.bytes == BYTES_INTACT && ret->code.signer == SIGNER_KNOWN;
	put_words(&ret->code, ret->words);
	return ERR_OK;
}

/* The first code that is a copy's. */
static enum err judge_codes(const struct codes *codes, const struct verify_anchors *a,
			    int64_t now_s, struct brought *ret)
{
	enum err e = ERR_NO_CODE;

	for (size_t i = 0; i < codes->count && e == ERR_NO_CODE; i++)
		e = judge_code(codes->at[i].bytes, codes->at[i].len, a, now_s, ret);
	return e;
}

static enum err judge_picture(struct room *room, const struct image *picture,
			      const struct verify_anchors *a, int64_t now_s, struct brought *ret)
{
	AUTO_FREE struct codes *codes = malloc(sizeof *codes);

	if (!codes)
		return ERR_NO_MEMORY;
	enum err e = room_find_codes(room, picture, codes);
	if (e == ERR_OK)
		e = judge_codes(codes, a, now_s, ret);
	if (e != ERR_NO_CODE)
		return e;
	ret->kind = COPY_KIND_OTHER;
	snprintf(ret->words, sizeof ret->words, "no code of a copy is in this picture\n");
	return ERR_OK;
}

static enum err judge(struct room *room, const uint8_t *bytes, size_t len,
		      const struct verify_anchors *a, int64_t now_s, struct brought *ret)
{
	struct image picture = { 0 };

	if (memmem(bytes, len < HEAD_BYTES ? len : HEAD_BYTES, "%PDF-", 5)) {
		ret->kind = COPY_KIND_PDF;
		enum err e = verify_words(bytes, len, a, now_s, ret->words, &ret->pdf);
		ret->good = e == ERR_OK && ret->pdf.good;
		return e;
	}
	enum err e = judge_code(bytes, len, a, now_s, ret);
	if (e != ERR_NO_CODE)
		return e;
	if (load_image(bytes, len, &picture) != ERR_OK)
		return ERR_BAD_DATA;
	e = judge_picture(room, &picture, a, now_s, ret);
	free((void *)(uintptr_t)picture.pixels);
	return e;
}

enum err brought_judge(struct room *room, const uint8_t *bytes, size_t len,
		       const struct verify_anchors *a, int64_t now_s, struct brought *ret)
{
	*ret = (struct brought){ 0 };
	return judge(room, bytes, len, a, now_s, ret);
}
