#include "firmware/parse/verify_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *bytes_in_words(enum verify_bytes b)
{
	static const char *const WORDS[] = { "are as they were signed", "were CHANGED",
					     "cannot be judged: the signature is in another form" };
	return WORDS[b];
}

static const char *signer_in_words(enum verify_signer s)
{
	static const char *const WORDS[] = { "known: leads to an anchor of this kiosk",
					     "NOT known: leads to no anchor of this kiosk",
					     "leads to an anchor, but is EXPIRED or not yet valid",
					     "its certificate is not one to sign documents with" };
	return WORDS[s];
}

static const char *after_in_words(enum foreign_after a)
{
	static const char *const WORDS[] = { "nothing: it covers the whole file",
					     "further signatures, nothing else",
					     "the pages were CHANGED",
					     "something that could not be looked into",
					     "bytes that belong to NO signature" };
	return WORDS[a];
}

/* Text being written; what does not fit any more is dropped whole. */
struct words {
	char *at;
	size_t len;
	bool full;
};

__attribute__((format(printf, 2, 3))) static void add(struct words *w, const char *format, ...)
{
	size_t left = VERIFY_WORDS_CAP - w->len;
	va_list args;

	if (w->full)
		return;
	va_start(args, format);
	int n = vsnprintf(w->at + w->len, left, format, args);
	va_end(args);
	w->full = n < 0 || (size_t)n >= left;
	if (w->full)
		w->at[w->len] = '\0';
	else
		w->len += (size_t)n;
}

bool verify_is_good(const struct foreign_signature *s, const struct verified *v)
{
	return v->bytes == BYTES_INTACT && v->signer == SIGNER_KNOWN &&
	       (s->after == AFTER_NOTHING || s->after == AFTER_SIGNATURES);
}

static void say(struct words *w, size_t i, const struct foreign_signature *s,
		const struct verified *v)
{
	add(w, "signature %zu by %s\n", i + 1, v->holder[0] ? v->holder : "(no name)");
	add(w, "  the bytes    %s\n", bytes_in_words(v->bytes));
	add(w, "  the signer   %s%s%s%s\n", signer_in_words(v->signer),
	    v->issuer[0] ? " (issuer " : "", v->issuer, v->issuer[0] ? ")" : "");
	add(w, "  after it     %s\n", after_in_words(s->after));
	if (s->reason[0])
		add(w, "  it says      %s\n", s->reason);
}

static enum err say_all(struct words *w, const uint8_t *pdf, const struct foreign *f,
			const struct verify_anchors *a, int64_t now_s, struct verify_told *ret)
{
	struct verify_told t = { .good = f->count > 0 && !f->partial && !f->encrypted,
				 .count = f->count,
				 .pages = f->pages };

	for (size_t i = 0; i < f->count; i++) {
		const struct foreign_signature *s = &f->signatures[i];
		enum err e = verify_signature(pdf, s, a, now_s, &t.last);

		if (e != ERR_OK)
			return e;
		t.good = t.good && verify_is_good(s, &t.last);
		t.after = s->after;
		t.time_s = s->time_s;
		say(w, i, s, &t.last);
	}
	if (f->encrypted)
		add(w, "the file is encrypted: nothing of it was looked at\n");
	else if (f->count == 0)
		add(w, "no signature that could be understood\n");
	if (f->partial)
		add(w, "parts of the file were not understood: there may be more signatures\n");
	*ret = t;
	return ERR_OK;
}

enum err verify_words(const uint8_t *pdf, size_t len, const struct verify_anchors *a, int64_t now_s,
		      char out[VERIFY_WORDS_CAP], struct verify_told *ret)
{
	static const char MORE[] = "(and more)\n";
	struct words w = { .at = out };
	struct foreign f = { 0 };

	out[0] = '\0';
	enum err e = foreign_read(pdf, len, &f);
	if (e == ERR_OK)
		e = say_all(&w, pdf, &f, a, now_s, ret);
	foreign_finish(&f);
	if (w.full) {
		size_t at = w.len < VERIFY_WORDS_CAP - sizeof MORE ? w.len
								   : VERIFY_WORDS_CAP - sizeof MORE;

		memcpy(out + at, MORE, sizeof MORE);
	}
	return e;
}
