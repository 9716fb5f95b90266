/* What is offered of a stick that may hold anything, and what a code's number says in our book. */
#include "firmware/base/msg.h"
#include "firmware/core/core.h"
#include "tests/unit/core/fixture.h"

#include <string.h>

static struct fixture f;
static char dir[160];

static void put(const char *name, size_t bytes)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ok(fd >= 0 && ftruncate(fd, (off_t)bytes) == 0);
	close(fd);
}

static void folder(const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	ok(mkdir(path, 0700) == 0);
}

static void only_pdfs(struct stick *s)
{
	char path[512], to[512];

	eq_int(stick_list("", s), ERR_GONE);
	eq_int(stick_list(dir, s), ERR_NOT_FOUND); /* nothing is plugged in */
	folder("usb"), folder("usb/deeper"), folder("usb/a.pdf");
	put("usb/b.pdf", 5), put("usb/Ă.PDF", 7), put("usb/empty.pdf", 0), put("usb/note.txt", 5);
	put("usb/.hidden.pdf", 5), put("usb/deeper/c.pdf", 5), put("usb/bad\xff.pdf", 5);
	put("on_top.pdf", 1);
	snprintf(path, sizeof path, "%s/usb/link.pdf", dir);
	snprintf(to, sizeof to, "%s/usb/b.pdf", dir);
	ok(symlink(to, path) == 0);
	snprintf(path, sizeof path, "%s/usb/pipe.pdf", dir);
	ok(mkfifo(path, 0600) == 0);
	eq_int(stick_list(dir, s), ERR_OK);
	eq_int(s->count, 3);
	eq_str(s->files[0].path, "on_top.pdf");
	eq_str(s->files[1].path, "usb/b.pdf");
	eq_str(s->files[2].path, "usb/Ă.PDF");
	eq_int(s->files[2].bytes, 7);
	eq_int(s->more, 0);
}

static void what_is_opened(void)
{
	static const struct {
		const char *path;
		enum err e;
	} CASES[] = { { "usb/b.pdf", ERR_OK },          { "usb/gone.pdf", ERR_GONE },
		      { "usb/link.pdf", ERR_GONE }, /* it became one meanwhile */
		      { "usb/pipe.pdf", ERR_BAD_DATA }, { "usb/a.pdf", ERR_BAD_DATA },
		      { "usb/big.pdf", ERR_NO_SPACE } };

	put("usb/big.pdf", STICK_MAX_BYTES + 1);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct stick_file file = { 0 };
		int fd = -1;

		snprintf(file.path, sizeof file.path, "%s", CASES[i].path);
		eq_int(stick_open(dir, &file, &fd), CASES[i].e);
		ok((fd >= 0) == (CASES[i].e == ERR_OK));
		if (fd >= 0)
			close(fd);
	}
}

static void as_many_as_fit(struct stick *s)
{
	char name[64];

	for (int i = 0; i < STICK_FILES + 9; i++) {
		snprintf(name, sizeof name, "usb/a%03d.pdf", i);
		put(name, 3);
	}
	eq_int(stick_list(dir, s), ERR_OK);
	eq_int(s->count, STICK_FILES);
	eq_int(s->more, 9 + 4); /* the later ones, b, big and Ă among them */
	eq_str(s->files[0].path, "on_top.pdf");
	eq_str(s->files[STICK_FILES - 1].path, "usb/a022.pdf");
}

static enum copy_book book_of(struct core *c, const struct msg_pdf_told *t)
{
	return copy_check_book(c, t);
}

static void our_book(void)
{
	struct store *s = open_store(&f);
	struct core *c = calloc(1, sizeof *c);
	struct copy_entry e = { .at_s = T0, .pages = 2, .hint = "0011223344556677" };
	struct msg_pdf_told t = { .kind = COPY_KIND_CODE,
				  .bytes = BYTES_INTACT,
				  .digest_len = COPY_DIGEST,
				  .pages = 2,
				  .time_s = T0,
				  .hint = "0011223344556677" };

	c->store = s;
	snprintf(c->config.kiosk_id, sizeof c->config.kiosk_id, "K01");
	eq_int(copy_book_give(s, "K01", "d", "p", e.number), ERR_OK);
	memcpy(t.number, e.number, sizeof t.number);
	eq_int(book_of(c, &t), BOOK_UNMADE);
	eq_int(copy_book_made(s, &e), ERR_OK);
	eq_int(book_of(c, &t), BOOK_AGREES);
	t.pages = 3;
	eq_int(book_of(c, &t), BOOK_DIFFERS);
	t.pages = 2, t.digest[5] = 1;
	eq_int(book_of(c, &t), BOOK_DIFFERS);
	t.digest[5] = 0, t.bytes = BYTES_CHANGED; /* what somebody wrote is not looked up */
	eq_int(book_of(c, &t), BOOK_OTHER);
	t.bytes = BYTES_INTACT;
	snprintf(t.number, sizeof t.number, "BS-K01-200101-0001-AA");
	eq_int(book_of(c, &t), BOOK_NONE);
	snprintf(t.number, sizeof t.number, "BS-K011-200101-0001-AA");
	eq_int(book_of(c, &t), BOOK_OTHER);
	eq_int(copy_book_dropped(s, e.number), ERR_OK);
	memcpy(t.number, e.number, sizeof t.number);
	eq_int(book_of(c, &t), BOOK_UNMADE);
	free(c);
	store_close(s);
}

int main(void)
{
	static struct stick s;

	fixture_init(&f);
	in(&f, "sticks", dir);
	ok(mkdir(dir, 0700) == 0);
	only_pdfs(&s);
	what_is_opened();
	as_many_as_fit(&s);
	our_book();
	fixture_finish(&f);
	return tap_done();
}
