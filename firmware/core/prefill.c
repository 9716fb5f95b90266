#include "firmware/core/prefill.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum fact_form { FACT_TEXT, FACT_DATE, FACT_YEAR, FACT_SEX };

static const struct {
	const char *word;
	enum fact_form form;
	size_t at; /* in struct visit */
} FACTS[] = {
#define OFFER(word, part, form)
#define FACT(word, part, form) { #word, FACT_##form, offsetof(struct visit, part) },
#include "firmware/core/prefill.def"
#undef FACT
#undef OFFER
};
#define FACT_COUNT (sizeof FACTS / sizeof *FACTS)

static const struct {
	const char *word;
	enum fact_form form;
	size_t at; /* in struct page */
} OFFERS[] = {
#define FACT(word, part, form)
#define OFFER(word, part, form) { #word, FACT_##form, offsetof(struct page, part) },
#include "firmware/core/prefill.def"
#undef FACT
#undef OFFER
};
#define OFFER_COUNT (sizeof OFFERS / sizeof *OFFERS)

/* ddMMyyyy as dd/mm/yyyy; "" when a part of it is unknown: a form wants a whole date. */
static void whole_date(const char *d, char *out)
{
	if (strlen(d) == 8 && strncmp(d, "00", 2) != 0 && strncmp(d + 2, "00", 2) != 0)
		snprintf(out, FORM_VALUE_BYTES, "%.2s/%.2s/%.4s", d, d + 2, d + 4);
}

static void in_form(const char *text, enum fact_form form, char *out)
{
	switch (form) {
	case FACT_TEXT:
		snprintf(out, FORM_VALUE_BYTES, "%.*s", FORM_VALUE_BYTES - 1, text);
		break;
	case FACT_DATE:
		whole_date(text, out);
		break;
	case FACT_YEAR:
		snprintf(out, FORM_VALUE_BYTES, "%s", strlen(text) == 8 ? text + 4 : "");
		break;
	case FACT_SEX:
		if (*text > 0)
			snprintf(out, FORM_VALUE_BYTES, "%u", (unsigned)*text);
		break;
	}
}

static void of_card(const struct visit *v, const char *word, size_t len, char *out)
{
	size_t i = 0;

	while (i < FACT_COUNT &&
	       (strlen(FACTS[i].word) != len || memcmp(FACTS[i].word, word, len) != 0))
		i++;
	if (i < FACT_COUNT)
		in_form((const char *)v + FACTS[i].at, FACTS[i].form, out);
}

/* What was answered about the one it is for. */
static void of_owner(const struct visit *v, const char *word, size_t len, char *out)
{
	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		if (strlen(f->gives) == len && memcmp(f->gives, word, len) == 0 &&
		    field_check(f, v->values[i], v->today) == ERR_OK)
			snprintf(out, FORM_VALUE_BYTES, "%s", v->values[i]);
	}
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* One of the ways of a field, up to `len`. True when what it gives is the card's. */
static bool try_one(const struct visit *v, const char *way, size_t len, char *out)
{
	if (begins(way, "text:")) {
		snprintf(out, FORM_VALUE_BYTES, "%.*s", (int)len - 5, way + 5);
		return false;
	}
	if (begins(way, "owner.") && v->for_other) {
		of_owner(v, way + 6, len - 6, out);
		return false;
	}
	if (begins(way, "owner."))
		of_card(v, way + 6, len - 6, out);
	else if (begins(way, "card."))
		of_card(v, way + 5, len - 5, out);
	return true;
}

static const char *value_of(const struct visit *v, const char *key)
{
	for (size_t i = 0; i < v->form.field_count; i++)
		if (strcmp(v->form.fields[i].key, key) == 0)
			return v->values[i];
	return "";
}

/* Passes over VALUE? when it is the value now; NULL when it is not. */
static const char *when_it_holds(const struct visit *v, const struct form_field *f, const char *way,
				 size_t len)
{
	size_t n = strcspn(way, "?:|");

	if (n >= len || way[n] != '?')
		return way;
	const char *is = value_of(v, f->when);
	return strlen(is) == n && memcmp(is, way, n) == 0 ? way + n + 1 : NULL;
}

static void prefill(struct visit *v, size_t i)
{
	const struct form_field *f = &v->form.fields[i];
	char *out = v->values[i];
	bool card = false;

	explicit_bzero(out, FORM_VALUE_BYTES);
	for (const char *way = f->prefill; *way && !*out;) {
		size_t len = strcspn(way, "|");
		const char *one = when_it_holds(v, f, way, len);

		if (one)
			card = try_one(v, one, len - (size_t)(one - way), out);
		if (field_check(f, out, v->today) != ERR_OK)
			explicit_bzero(out, FORM_VALUE_BYTES);
		way += len + (way[len] == '|');
	}
	v->from[i] = FROM_NOTHING;
	if (*out && card)
		v->from[i] = v->source == CARD_FROM_CHIP ? FROM_CHIP : FROM_CODE;
}

void prefill_all(struct visit *v)
{
	for (size_t i = 0; i < v->form.field_count; i++)
		if (v->form.fields[i].prefill[0] && v->from[i] != FROM_TYPED &&
		    v->from[i] != FROM_PAPER)
			prefill(v, i);
}

static bool is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && memcmp(word, text, len) == 0;
}

/* Another paper than the one asked for says nothing, nor does the card of who stands here. */
static bool may_offer(const struct visit *v, const struct page *p, size_t at)
{
	bool text = at >= offsetof(struct page, text);

	return text ? p->text.fits != 2 : strcmp(p->card.number, v->card.number) != 0;
}

/* One COMPONENT:WORD of `len` bytes, of one page. */
static bool offers(const struct visit *v, const struct page *p, const char *way, size_t len,
		   char *out)
{
	const char *colon = memchr(way, ':', len);
	size_t n = colon ? (size_t)(colon - way) : len;

	if (!colon || p->aside || (!is_word("*", way, n) && !is_word(p->of->code, way, n)))
		return false;
	for (size_t i = 0; i < OFFER_COUNT; i++)
		if (is_word(OFFERS[i].word, colon + 1, len - n - 1) &&
		    may_offer(v, p, OFFERS[i].at))
			in_form((const char *)p + OFFERS[i].at, OFFERS[i].form, out);
	return *out;
}

bool visit_offer(const struct visit *v, size_t field, char ret_value[FORM_VALUE_BYTES],
		 const struct page **ret_page)
{
	const struct form_field *f = &v->form.fields[field];
	char value[FORM_VALUE_BYTES] = "";

	for (const char *way = f->offer; *way;) {
		size_t len = strcspn(way, "|");

		for (uint32_t i = 0; i < v->page_count; i++) {
			if (!offers(v, &v->pages[i], way, len, value))
				continue;
			field_tidy(value);
			if (field_check(f, value, v->today) == ERR_OK &&
			    strcmp(value, v->values[field]) != 0) {
				memcpy(ret_value, value, sizeof value);
				*ret_page = &v->pages[i];
				return true;
			}
			value[0] = '\0';
		}
		way += len + (way[len] == '|');
	}
	return false;
}
