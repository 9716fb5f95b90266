/* torture-wraps: malloc calloc realloc */
/* Memory runs out at the n-th call, for every n: an error, never a crash, and nothing kept. */
#include "firmware/parse/page.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

static int calls_left = -1; /* -1: never fails */

static bool fails(void)
{
	return calls_left >= 0 && calls_left-- == 0;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
	return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

static enum err read_page(const struct image *i, struct code_finder *codes)
{
	static struct pdf pdf;
	struct page page = { 0 };
	enum err e = pdf_begin(&pdf, "x");

	if (e == ERR_OK)
		e = page_read(i, codes, &pdf, &page);
	if (e == ERR_OK)
		e = pdf_end(&pdf);
	if (e != ERR_OK && page.preview.pixels && !pdf.bad)
		e = ERR_BAD_DATA; /* something was handed out with an error */
	page_finish(&page);
	pdf_finish(&pdf);
	return e;
}

int main(void)
{
	struct code_finder *codes = NULL;
	struct image i = blank_image(200, 280, 3, 230);
	int n = 0, wrong = 0;
	enum err e;

	draw_qr(&i, 40, 40, 3, "KIOSK", 20);
	eq_int(code_finder_create(&codes), ERR_OK);
	do {
		calls_left = n;
		e = read_page(&i, codes);
		wrong += e != ERR_OK && e != ERR_NO_MEMORY;
		n++;
	} while (calls_left < 0 && n < 1000);
	calls_left = -1;
	eq_int(wrong, 0);
	eq_int(e, ERR_OK);
	ok(n > 10);
	printf("# %d allocations\n", n - 1);

	code_finder_destroy(codes);
	for (n = 0; n < 3; n++) {
		struct code_finder *f = NULL;

		calls_left = n;
		e = code_finder_create(&f);
		calls_left = -1;
		ok(e == ERR_OK ? f != NULL : e == ERR_NO_MEMORY && !f);
		code_finder_destroy(f);
	}
	image_free(&i);
	return tap_done();
}
