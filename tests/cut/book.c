#include "tests/cut/book.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TOLD 20 /* lines about what is wrong, of one book */

void book_init(struct book *b, FILE *out)
{
	*b = (struct book){ .limit = SIZE_MAX, .next = 1, .out = out };
}

void book_finish(struct book *b)
{
	free(b->promises);
	free(b->rows);
	b->promises = NULL;
	b->rows = NULL;
}

void book_forget(struct book *b)
{
	b->promise_count = b->row_count = 0;
}

bool book_is_good(const struct book_counts *c)
{
	return c->lost == 0 && c->altered == 0 && c->doubled == 0 && c->damaged == 0 &&
	       c->in_clear == 0;
}

void book_add(struct book_counts *to, const struct book_counts *c)
{
	to->looks += c->looks;
	to->saved += c->saved;
	to->accepted += c->accepted;
	to->lost += c->lost;
	to->altered += c->altered;
	to->doubled += c->doubled;
	to->damaged += c->damaged;
	to->in_clear += c->in_clear;
}

__attribute__((format(printf, 3, 4))) static void blame(struct book *b, unsigned *count,
							const char *format, ...)
{
	va_list args;

	if (++*count > MAX_TOLD || !b->out)
		return;
	va_start(args, format);
	(void)vfprintf(b->out, format, args);
	va_end(args);
	(void)fputc('\n', b->out);
}

static void *grow(void *all, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return all;
	*cap = *cap ? 2 * *cap : 64;
	void *more = realloc(all, *cap * size);
	if (!more)
		abort(); /* a test without memory proves nothing */
	return more;
}

static struct promise *new_promise(struct book *b)
{
	b->promises = grow(b->promises, b->promise_count, &b->promise_cap, sizeof *b->promises);
	struct promise *p = &b->promises[b->promise_count++];
	*p = (struct promise){ 0 };
	return p;
}

/* saved N CODE KEY_CODE_MANIFEST.p7m SHA256 */
static void hear_saved(struct book *b, const char *line)
{
	struct promise p = { 0 };

	if (sscanf(line, "saved %u %39s %36[^_]_%*[^_]_%64[^.]%*s %64s", &p.who, p.code, p.key,
		   p.manifest, p.sha256) != 5) {
		blame(b, &b->counts.lost, "saved without a file: %s", line);
		return;
	}
	*new_promise(b) = p;
	b->counts.saved++;
	b->next = p.who + 1;
}

static const struct promise *promise_of(const struct book *b, const char *code)
{
	for (size_t i = 0; i < b->promise_count; i++)
		if (strcmp(b->promises[i].code, code) == 0)
			return &b->promises[i];
	return NULL;
}

/* visit N ERR confirmed=C saved=S away=A code=CODE dossier=CODE touches=T */
static void hear_visit(struct book *b, const char *line)
{
	char how[24], away[24], code[40], dossier[64];
	unsigned who;
	int confirmed, saved;

	if (sscanf(line, "visit %u %23s confirmed=%d saved=%d away=%23s code=%39s dossier=%63s",
		   &who, how, &confirmed, &saved, away, code, dossier) != 7)
		return;
	b->confirmed = confirmed;
	b->saved = saved;
	b->away = strcmp(away, "OK") == 0 ? ERR_OK : ERR_REFUSED;
	const struct promise *saved_one = promise_of(b, code);
	if (!saved_one || strcmp(dossier, "-") == 0)
		return;
	struct promise p = *saved_one;
	snprintf(p.dossier, sizeof p.dossier, "%s", dossier);
	*new_promise(b) = p;
	b->counts.accepted++;
}

static void hear_row(struct book *b, const char *line)
{
	b->rows = grow(b->rows, b->row_count, &b->row_cap, sizeof *b->rows);
	struct shelf_row *r = &b->rows[b->row_count];

	*r = (struct shelf_row){ 0 };
	if (sscanf(line, "row %36s %39s %15s %64s %64s %64s %63s", r->key, r->code, r->state,
		   r->manifest, r->sha256, r->file, r->dossier) == 7)
		b->row_count++;
	else
		blame(b, &b->counts.damaged, "unreadable: %s", line);
}

static const struct shelf_row *row_of(const struct book *b, const char *code)
{
	for (size_t i = 0; i < b->row_count; i++)
		if (strcmp(b->rows[i].code, code) == 0)
			return &b->rows[i];
	return NULL;
}

static void check_promise(struct book *b, const struct promise *p)
{
	const struct shelf_row *r = row_of(b, p->code);
	bool accepted = r && (strcmp(r->state, "accepted") == 0 || strcmp(r->state, "purged") == 0);

	if (!r)
		blame(b, &b->counts.lost, "lost: %s of person %u has no row", p->code, p->who);
	else if (strcmp(r->file, "-") == 0)
		blame(b, &b->counts.lost, "lost: %s of person %u has no file", p->code, p->who);
	else if (strcmp(r->key, p->key) != 0 || strcmp(r->manifest, p->manifest) != 0 ||
		 strcmp(r->sha256, p->sha256) != 0 || strcmp(r->file, p->sha256) != 0)
		blame(b, &b->counts.altered, "altered: %s of person %u", p->code, p->who);
	else if (*p->dossier && (!accepted || strcmp(r->dossier, p->dossier) != 0))
		blame(b, &b->counts.lost, "lost: the answer to %s, now %s %s", p->code, r->state,
		      r->dossier);
}

/* Only the one who was interrupted may have a row that nobody told them of. */
static void check_rows(struct book *b)
{
	unsigned untold = 0;

	for (size_t i = 0; i < b->row_count; i++) {
		const struct shelf_row *r = &b->rows[i];

		untold += !promise_of(b, r->code);
		if (strcmp(r->file, r->sha256) != 0 && strcmp(r->state, "purged") != 0)
			blame(b, &b->counts.damaged, "damaged: the file of %s is not its row's",
			      r->code);
	}
	for (unsigned i = 1; i < untold; i++)
		blame(b, &b->counts.doubled, "doubled: %u rows that nobody was told of", untold);
}

static void check(struct book *b)
{
	for (size_t i = 0; i < b->promise_count && i < b->limit; i++)
		check_promise(b, &b->promises[i]);
	if (b->limit == SIZE_MAX)
		check_rows(b);
	b->counts.looks++;
	b->looked = true;
	b->row_count = 0;
}

static bool begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

static bool ends(const char *line, const char *word)
{
	size_t n = strlen(line), m = strlen(word);

	return n >= m && strcmp(line + n - m, word) == 0;
}

void book_line(struct book *b, const char *line)
{
	if (begins(line, "saved "))
		hear_saved(b, line);
	else if (begins(line, "visit "))
		hear_visit(b, line);
	else if (begins(line, "row "))
		hear_row(b, line);
	else if (begins(line, "shelf "))
		check(b);
	else if (begins(line, "done"))
		b->done = true;
	else if (sscanf(line, "ended %d", &b->end_code) == 1)
		b->ended = true;
	else if ((begins(line, "integrity ") && strcmp(line, "integrity ok") != 0) ||
		 begins(line, "unreadable ") || begins(line, "trouble "))
		blame(b, &b->counts.damaged, "damaged: %s", line);
	else if (begins(line, "file ") && !ends(line, ".new"))
		blame(b, &b->counts.damaged, "damaged: no row tells of %s", line);
}
