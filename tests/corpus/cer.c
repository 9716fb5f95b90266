#include "tests/corpus/cer.h"

#include <glib.h>
#include <string.h>

struct text {
	gunichar *at; /* own */
	int len;
};

static gunichar alike(gunichar c)
{
	if (g_unichar_isspace(c) || c == 0xfeff || g_unichar_iscntrl(c))
		return ' ';
	if (c == 0x2018 || c == 0x2019)
		return '\'';
	if (c == 0x201c || c == 0x201d || c == 0xab || c == 0xbb)
		return '"';
	if (c >= 0x2010 && c <= 0x2015)
		return '-';
	if (c == 0xb2 || c == 0xb3)
		return c == 0xb2 ? '2' : '3';
	return c;
}

static int run_of(const gunichar *at)
{
	int n = 0;

	while (at[n] == '.' || at[n] == '_' || at[n] == '-' || at[n] == 0xb7)
		n++;
	return n;
}

static bool filler(const gunichar *at, int *ret_skip)
{
	int n = run_of(at);

	if (n >= 3 || *at == 0x2026)
		*ret_skip = n > 0 ? n : 1;
	else
		return false;
	return true;
}

/* Composed or, with `plain`, without diacritics. */
static struct text text_of(const char *utf8, bool plain)
{
	g_autofree char *valid = g_utf8_make_valid(utf8, -1);
	g_autofree char *form = g_utf8_normalize(
		valid, -1, plain ? G_NORMALIZE_DEFAULT : G_NORMALIZE_DEFAULT_COMPOSE);
	glong n;
	g_autofree gunichar *in = g_utf8_to_ucs4_fast(form, -1, &n);
	struct text t = { g_malloc_n((gsize)n + 2, sizeof *t.at), 0 };
	int skip;

	for (glong i = 0; i < n; i++)
		in[i] = alike(in[i]);
	for (glong i = 0; i < n; i++) {
		gunichar c = in[i];

		if (plain && g_unichar_combining_class(c) != 0)
			continue;
		if (plain && (c == 0x111 || c == 0x110))
			c = c == 0x111 ? 'd' : 'D';
		if (filler(in + i, &skip)) {
			i += skip - 1;
			c = ' ';
		}
		if ((c == ' ' || c == '<') && t.len > 0 && t.at[t.len - 1] == c)
			continue;
		if (c != ' ' || t.len > 0)
			t.at[t.len++] = c;
	}
	if (t.len > 0 && t.at[t.len - 1] == ' ')
		t.len--;
	return t;
}

static void text_finish(struct text *t)
{
	g_free(t->at);
}

static int least(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits between all of `a` and all of `b`, or with `part` the part of b that fits best; then
 * *ret_from and *ret_to say which. */
static int edits(const struct text *a, const struct text *b, bool part, int *ret_from, int *ret_to)
{
	g_autofree int *row = g_malloc_n((gsize)b->len + 1, sizeof *row);
	g_autofree int *from = g_malloc_n((gsize)b->len + 1, sizeof *from);
	int end = b->len;

	for (int j = 0; j <= b->len; j++) {
		row[j] = part ? 0 : j;
		from[j] = j;
	}
	for (int i = 1; i <= a->len; i++) {
		int corner = row[0], corner_from = from[0];

		row[0] = i;
		for (int j = 1; j <= b->len; j++) {
			int same = corner + (a->at[i - 1] != b->at[j - 1]);
			int best = least(same, row[j] + 1, row[j - 1] + 1);
			int begun = best == same         ? corner_from
				    : best == row[j] + 1 ? from[j]
							 : from[j - 1];
			corner = row[j];
			corner_from = from[j];
			row[j] = best;
			from[j] = begun;
		}
	}
	for (int j = 0; part && j <= b->len; j++)
		end = row[j] < row[end] ? j : end;
	if (ret_from && ret_to) {
		*ret_from = from[end];
		*ret_to = end;
	}
	return row[end];
}

static void tell(int errors, const char *line, const struct text *t, int from, int to,
		 void (*heard)(int, const char *, const char *))
{
	g_autofree char *match = g_ucs4_to_utf8(t->at + from, to - from, NULL, NULL, NULL);

	heard(errors, line, match ? match : "");
}

static void add_words(struct cer *c, const char *truth, const char *text)
{
	g_autoptr(GHashTable) bag = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) real = g_str_tokenize_and_fold(truth, NULL, NULL);
	g_auto(GStrv) read = g_str_tokenize_and_fold(text, NULL, NULL);

	for (char **w = real; *w; w++, c->words++) {
		gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(bag, *w));

		g_hash_table_replace(bag, g_strdup(*w), GSIZE_TO_POINTER(n + 1));
	}
	for (char **w = read; *w; w++, c->read++) {
		gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(bag, *w));

		if (n == 0)
			continue;
		c->found++;
		g_hash_table_replace(bag, g_strdup(*w), GSIZE_TO_POINTER(n - 1));
	}
}

static void add_lines(struct cer *c, const char *truth, const struct text *page, bool plain,
		      void (*heard)(int, const char *, const char *))
{
	g_auto(GStrv) lines = g_strsplit(truth, "\n", -1);

	for (char **l = lines; *l; l++) {
		struct text line = text_of(*l, plain);
		int from = 0, to = 0, errors = edits(&line, page, true, &from, &to);

		if (plain) {
			c->line_plain += errors;
		} else {
			c->line_errors += errors;
			c->chars += line.len;
			if (errors > 0 && heard)
				tell(errors, *l, page, from, to, heard);
		}
		text_finish(&line);
	}
}

void cer_add(struct cer *c, const char *truth, const char *text,
	     void (*heard)(int errors, const char *line, const char *match))
{
	for (int plain = 0; plain < 2; plain++) {
		struct text real = text_of(truth, plain), read = text_of(text, plain);

		add_lines(c, truth, &read, plain, heard);
		*(plain ? &c->seq_plain : &c->seq_errors) += edits(&real, &read, false, NULL, NULL);
		if (!plain && real.len == 0)
			c->extra += read.len;
		text_finish(&real);
		text_finish(&read);
	}
	add_words(c, truth, text);
}

double cer_percent(long errors, long chars)
{
	return chars > 0 ? 100.0 * (double)errors / (double)chars : 0;
}

double cer_word_f1(const struct cer *c)
{
	return c->words + c->read > 0 ? 200.0 * (double)c->found / (double)(c->words + c->read)
				      : 100;
}
