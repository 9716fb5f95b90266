#include "tests/unit/parse/sealed.h"

/* What is told of the first signature after the file was changed; `f` is freed. */
static enum foreign_after after_first(struct bytes f, size_t count)
{
	struct foreign found = { 0 };

	eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
	eq_int(found.count, count);
	enum foreign_after after = found.signatures[0].after;
	foreign_finish(&found);
	free(f.at);
	return after;
}

/* `f` is freed. */
static struct bytes longer(struct bytes f, const char *more)
{
	struct bytes g = { malloc(f.len + strlen(more)), f.len + strlen(more) };

	memcpy(g.at, f.at, f.len);
	memcpy(g.at + f.len, more, strlen(more));
	free(f.at);
	return g;
}

/* The first page's object: its number, and its text up to its end. */
static unsigned first_page(const struct bytes *f, char *text, size_t cap)
{
	const char *kids = (const char *)find_in(f, "/Kids [");
	unsigned number = (unsigned)strtoul(kids + 7, NULL, 10);
	char head[32];

	snprintf(head, sizeof head, "\n%u 0 obj\n", number);
	const char *at = (const char *)find_in(f, head) + strlen(head);
	snprintf(text, cap, "%.*s", (int)(strstr(at, "\nendobj") - at), at);
	return number;
}

static void pages_that_were_changed(const struct signer *kiosk)
{
	struct bytes f = sealed_file(kiosk);
	char page[1024], object[2048];
	unsigned number = first_page(&f, page, sizeof page);

	eq_int(after_first(f, 1), AFTER_NOTHING);
	snprintf(object, sizeof object, "%u 0 obj\n%s\nendobj\n", number, page);
	eq_int(after_first(updated(sealed_file(kiosk), number, object, 0), 1), AFTER_MORE);
	/* another box, another content */
	snprintf(object, sizeof object, "%u 0 obj\n%s\nendobj\n", number, page);
	*strstr(object, "841") = '9';
	eq_int(after_first(updated(sealed_file(kiosk), number, object, 0), 1), AFTER_CHANGES);
	unsigned contents = (unsigned)strtoul(strstr(page, "/Contents ") + 10, NULL, 10);
	snprintf(object, sizeof object, "%u 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n",
		 contents);
	eq_int(after_first(updated(sealed_file(kiosk), contents, object, 0), 1), AFTER_CHANGES);
	/* a note that covers something, beside the signature */
	char *annots = strstr(page, "/Annots [");
	snprintf(object, sizeof object,
		 "%u 0 obj\n%.*s/Annots [8 0 R 90 0 R]>>\nendobj\n90 0 obj\n<</Subtype /FreeText "
		 "/Rect "
		 "[0 0 500 500]>>\nendobj\n",
		 number, (int)(annots - page), page);
	eq_int(after_first(updated(sealed_file(kiosk), number, object, 0), 1), AFTER_CHANGES);
}

/* The table of an update sends readers to another place for an object. */
static void objects_that_moved(const struct signer *kiosk)
{
	struct bytes f = sealed_file(kiosk);
	const uint8_t *other = find_in(&f, "\n5 0 obj\n");

	eq_int(after_first(updated(f, 6, "", (size_t)(other + 1 - f.at)), 1), AFTER_CHANGES);
	f = sealed_file(kiosk);
	f = updated(f, 6, "", 0);
	memcpy(memmem(f.at + f.len - 200, 200, " 00000 n", 8), " 00000 f", 8);
	eq_int(after_first(f, 1), AFTER_CHANGES);
	eq_int(after_first(updated(sealed_file(kiosk), 1,
				   "1 0 obj\n<</Type /Catalog /Pages 2 0 R /OpenAction 3 0 "
				   "R>>\nendobj\n",
				   0),
			   1),
	       AFTER_CHANGES);
	eq_int(after_first(updated(sealed_file(kiosk), 4,
				   "4 0 obj\n<</Type /Metadata /Length "
				   "1>>\nstream\nq\nendstream\nendobj\n",
				   0),
			   1),
	       AFTER_MORE);
}

/* Whatever stands behind the last signature is told, were it a comment or a line's end. */
static void bytes_behind_all(const struct signer *kiosk)
{
	static const char *const MORE[] = { "% paid in full\n", "\n", "garbage" };

	for (size_t i = 0; i < sizeof MORE / sizeof MORE[0]; i++) {
		eq_int(after_first(longer(sealed_file(kiosk), MORE[i]), 1), AFTER_MORE);
		struct bytes f = endorsed(sealed_file(kiosk), usual_words(), kiosk);
		eq_int(after_first(longer(f, MORE[i]), 2), AFTER_MORE);
	}
	eq_int(after_first(endorsed(sealed_file(kiosk), usual_words(), kiosk), 2),
	       AFTER_SIGNATURES);
}

/* A reference that led nowhere when the file was signed. */
static void hole_that_was_filled(const struct signer *kiosk)
{
	struct pdf_gap gap;
	struct bytes f = made_file(usual_wish(), 1, &gap);

	memcpy(memmem(f.at, f.len, "/Lang (vi-VN)", 13), "/Lang 90 0 R ", 13);
	seal(&f, &gap, kiosk);
	eq_int(after_first(updated(f, 90, "90 0 obj\n(en)\nendobj\n", 0), 1), AFTER_CHANGES);
}

/* A second signature that could hide what the page says. */
static void words_too_large(const struct signer *kiosk)
{
	struct bytes f = endorsed(sealed_file(kiosk), usual_words(), kiosk);
	char *rect = strstr(memmem(f.at, f.len, "(Signature2)", 12), "/Rect [") + 7;

	memset(rect, ' ', strcspn(rect, "]"));
	memcpy(rect, "10 10 580 800", 13);
	eq_int(after_first(f, 2), AFTER_CHANGES);
}

/* Ranges that are not all but the gap: somebody put them together. */
static void other_ranges(const struct signer *kiosk)
{
	struct bytes f = sealed_file(kiosk);
	struct foreign found = { 0 };
	char *range = (char *)f.at + (find_in(&f, "/ByteRange [0 ") - f.at);

	range[14] = range[14] == '9' ? '8' : (char)(range[14] + 1);
	eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
	eq_int(found.count, 0);
	ok(found.partial);
	foreign_finish(&found);
	free(f.at);
	/* nothing was signed yet */
	f = made_file(usual_wish(), 1, NULL);
	eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
	ok(found.count == 0 && found.partial && found.pages == 1);
	foreign_finish(&found);
	free(f.at);
}

/* Firefox's library signs with lengths that are not said beforehand. */
static void lengths_left_open(void)
{
	static const char *const CMS[] = { "3080020105308002010500000000", "30030201050000000000",
					   "3080020105308002010500001111" };
	static const size_t LEN[] = { 14, 5, 0 };

	for (size_t i = 0; i < 3; i++) {
		struct pdf_gap gap;
		struct bytes f = made_file(usual_wish(), 1, &gap);
		struct foreign found = { 0 };

		memcpy(f.at + gap.at + 1, CMS[i], strlen(CMS[i]));
		if (LEN[i] == 0)
			memset(f.at + gap.at + 1 + 28, '1', gap.len - 30);
		eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
		eq_int(found.count, LEN[i] > 0);
		eq_int(found.signatures[0].cms_len, LEN[i]);
		foreign_finish(&found);
		free(f.at);
	}
}

static void what_it_cannot_see(void)
{
	struct foreign found = { 0 };
	static const char SECRET[] = "%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
				     "trailer\n<</Size 1 /Encrypt 3 0 R>>\nstartxref\n9\n%%EOF\n";
	static const char LOOP[] = "%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
				   "trailer\n<</Size 1 /Prev 9>>\nstartxref\n9\n%%EOF\n";

	eq_int(foreign_read((const uint8_t *)"no", 2, &found), ERR_BAD_DATA);
	eq_int(foreign_read((const uint8_t *)SECRET, sizeof SECRET - 1, &found), ERR_OK);
	ok(found.encrypted && found.count == 0);
	eq_int(foreign_read((const uint8_t *)LOOP, sizeof LOOP - 1, &found), ERR_OK);
	ok(found.partial && !found.encrypted);
	eq_int(foreign_read((const uint8_t *)LOOP, (size_t)FOREIGN_MAX_BYTES + 1, &found),
	       ERR_NO_SPACE);
	foreign_finish(&found);
}

/* A million brackets, and a table of rows that all name them: an end is found. */
static void bombs(void)
{
	enum { DEEP = 1 << 20, ROWS = 50000 };
	struct bytes f = { malloc(DEEP + ROWS * 20 + 400), 0 };
	struct foreign found = { 0 };

	f.len = (size_t)snprintf((char *)f.at, 100, "%%PDF-1.7\n1 0 obj\n");
	memset(f.at + f.len, '[', DEEP);
	f.len += DEEP;
	size_t table = f.len + 1;
	f.len += (size_t)snprintf((char *)f.at + f.len, 100, "\nxref\n0 %d\n", ROWS);
	for (int i = 0; i < ROWS; i++)
		f.len += (size_t)snprintf((char *)f.at + f.len, 21, "0000000009 00000 n \n");
	f.len += (size_t)snprintf((char *)f.at + f.len, 200,
				  "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
				  ROWS, table);
	eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
	ok(found.partial && found.count == 0);
	foreign_finish(&found);
	free(f.at);
}

int main(void)
{
	struct signer kiosk = make_signer(NULL, &SIGNER_FORM);

	pages_that_were_changed(&kiosk);
	bytes_behind_all(&kiosk);
	objects_that_moved(&kiosk);
	hole_that_was_filled(&kiosk);
	words_too_large(&kiosk);
	other_ranges(&kiosk);
	lengths_left_open();
	what_it_cannot_see();
	bombs();
	signer_free(&kiosk);
	return tap_done();
}
