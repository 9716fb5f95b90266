/* Numbers of certified copies: never given twice, whatever becomes of them. */
#include "firmware/core/copy_book.h"
#include "tests/unit/core/fixture.h"

#define DOSSIER "00000000-0000-4000-8000-000000000001"
#define PAPER   "000.00.00.G15-KQ004946"

static struct fixture f;

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void give(struct store *s, const char *want, char number[COPY_NUMBER_CAP])
{
	eq_int(copy_book_give(s, "K01", DOSSIER, PAPER, number), ERR_OK);
	ok(begins(number, want));
}

static void given_once(void)
{
	struct store *s = open_store(&f);
	char n[COPY_NUMBER_CAP];

	give(s, "BS-K01-261121-0001-", n);
	give(s, "BS-K01-261121-0002-", n); /* nothing came of the first */
	store_close(s);
	s = open_store(&f);
	give(s, "BS-K01-261121-0003-", n);
	f.shift.wall_s += 86400;
	give(s, "BS-K01-261122-0001-", n);
	f.shift.wall_s -= 86400; /* the clock goes back: yesterday's numbers go on */
	give(s, "BS-K01-261121-0004-", n);
	memcpy(n, "untouched", 10);
	eq_int(copy_book_give(s, "k-1", DOSSIER, PAPER, n), ERR_BAD_CONFIG);
	eq_str(n, "untouched");
	store_close(s);
}

static void found(void)
{
	struct store *s = open_store(&f);
	struct copy_entry e = { .at_s = T0 + 60, .pages = 3, .hint = "0011223344556677" }, got;
	char small[COPY_NUMBER_CAP + 2];

	memset(e.digest, 0xab, sizeof e.digest);
	give(s, "BS-K01-261121-0005-", e.number);
	eq_int(copy_book_find(s, e.number, &got), ERR_OK);
	eq_int(got.state, ENTRY_GIVEN);
	eq_int(got.at_s / 60, T0 / 60);
	eq_int(copy_book_made(s, &e), ERR_OK);
	snprintf(small, sizeof small, " %s", e.number);
	small[1] = 'b';
	eq_int(copy_book_find(s, small, &got), ERR_OK);
	eq_int(got.state, ENTRY_MADE);
	eq_str(got.number, e.number);
	eq_str(got.dossier, DOSSIER);
	eq_str(got.paper, PAPER);
	eq_str(got.hint, e.hint);
	eq_int(got.pages, 3);
	eq_int(got.at_s, T0 + 60);
	ok(memcmp(got.digest, e.digest, sizeof e.digest) == 0);
	eq_int(copy_book_dropped(s, e.number), ERR_OK);
	eq_int(copy_book_find(s, e.number, &got), ERR_OK);
	eq_int(got.state, ENTRY_DROPPED);
	small[strlen(small) - 1] ^= 1; /* mistyped */
	eq_int(copy_book_find(s, small, &got), ERR_BAD_DATA);
	eq_int(copy_book_find(s, "TAM-K01-261121-0001-QX", &got), ERR_BAD_DATA);
	snprintf(e.number, sizeof e.number, "BS-K01-200101-0001-AA");
	eq_int(copy_book_made(s, &e), ERR_NOT_FOUND);
	store_close(s);
}

/* A damaged database forgets; numbers of that day go on far behind those that may be lost. */
static void damaged(void)
{
	struct store *s = open_store(&f);
	char path[200], n[COPY_NUMBER_CAP];

	store_close(s);
	snprintf(path, sizeof path, "%s/kiosk.db", f.data);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ok(fd >= 0 && write(fd, "no database", 11) == 11);
	close(fd);
	s = open_store(&f);
	ok(store_report(s)->damaged);
	give(s, "BS-K01-261121-1001-", n);
	give(s, "BS-K01-261121-1002-", n);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	given_once();
	found();
	damaged();
	fixture_finish(&f);
	return tap_done();
}
