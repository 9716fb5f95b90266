/* Whoever compares what was promised with what is there must see every way of breaking it. */
#include "tests/cut/book.h"
#include "tests/tap.h"

#define KEY      "11111111-2222-4333-8444-555555555555"
#define OTHER    "21111111-2222-4333-8444-555555555555"
#define CODE     "TAM-K01-261122-0001-QJ"
#define MANIFEST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define BAD      "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define SAVED    "saved 7 " CODE " " KEY "_" CODE "_" MANIFEST ".p7m " SHA
#define VISIT \
	"visit 7 OK confirmed=1 saved=1 away=OK code=" CODE " dossier=000.00.06.H56-1 touches=9"

static struct book_counts after(const char *const lines[])
{
	struct book b;

	book_init(&b, NULL);
	for (int i = 0; lines[i]; i++)
		book_line(&b, lines[i]);
	struct book_counts c = b.counts;
	book_finish(&b);
	return c;
}
#define AFTER(...) after((const char *const[]){ __VA_ARGS__, NULL })

static void what_is_there_is_good(void)
{
	struct book_counts c =
		AFTER(SAVED, "integrity ok",
		      "row " KEY " " CODE " sealed " MANIFEST " " SHA " " SHA " -", "shelf 1");

	ok(book_is_good(&c));
	eq_int(c.saved, 1);
	eq_int(c.looks, 1);
	/* one who was interrupted before they were told, and a file that was never claimed */
	c = AFTER("row " KEY " " CODE " sealed " MANIFEST " " SHA " " SHA " -", "file x.p7m.new",
		  "shelf 1");
	ok(book_is_good(&c));
}

static void what_is_lost_is_seen(void)
{
	struct book_counts c = AFTER(SAVED, "shelf 0");

	eq_int(c.lost, 1);
	c = AFTER(SAVED, "row " KEY " " CODE " sealed " MANIFEST " " SHA " - -", "shelf 1");
	eq_int(c.lost, 1);
	c = AFTER("saved 7 " CODE " - -");
	eq_int(c.lost, 1);
	/* the province's answer, which the person has seen */
	c = AFTER(SAVED, VISIT, "row " KEY " " CODE " sent " MANIFEST " " SHA " " SHA " -",
		  "shelf 1");
	eq_int(c.lost, 1);
	eq_int(c.accepted, 1);
	c = AFTER(SAVED, VISIT,
		  "row " KEY " " CODE " accepted " MANIFEST " " SHA " " SHA " 000.00.06.H56-1",
		  "shelf 1");
	ok(book_is_good(&c));
}

static void what_is_altered_is_seen(void)
{
	struct book_counts c = AFTER(
		SAVED, "row " KEY " " CODE " sealed " MANIFEST " " SHA " " BAD " -", "shelf 1");

	eq_int(c.altered, 1);
	eq_int(c.damaged, 1);
	c = AFTER(SAVED, "row " OTHER " " CODE " sealed " MANIFEST " " SHA " " SHA " -", "shelf 1");
	eq_int(c.altered, 1);
	c = AFTER(SAVED, "row " KEY " " CODE " sealed " BAD " " SHA " " SHA " -", "shelf 1");
	eq_int(c.altered, 1);
}

static void the_rest_is_seen(void)
{
	struct book_counts c =
		AFTER("row " KEY " TAM-1 sealed " MANIFEST " " SHA " " SHA " -",
		      "row " OTHER " TAM-2 sealed " MANIFEST " " SHA " " SHA " -", "shelf 2");

	eq_int(c.doubled, 1);
	c = AFTER("integrity row 3 missing from index", "shelf 0");
	eq_int(c.damaged, 1);
	c = AFTER("trouble IO");
	eq_int(c.damaged, 1);
	c = AFTER("file " KEY "_" CODE "_" MANIFEST ".p7m", "shelf 0");
	eq_int(c.damaged, 1);
}

/* At a moment of a recorded run, only what had been promised by then must be there. */
static void the_future_is_not_missed(void)
{
	struct book b;

	book_init(&b, NULL);
	book_line(&b, SAVED);
	b.limit = 0;
	book_line(&b, "shelf 0");
	ok(book_is_good(&b.counts));
	b.limit = 1;
	book_line(&b, "shelf 0");
	eq_int(b.counts.lost, 1);
	book_finish(&b);
}

int main(void)
{
	what_is_there_is_good();
	what_is_lost_is_seen();
	what_is_altered_is_seen();
	the_rest_is_seen();
	the_future_is_not_missed();
	return tap_done();
}
