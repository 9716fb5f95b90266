/* torture-wraps: malloc calloc realloc reallocarray */
/* Memory runs out at the n-th call, for every n: ERR_NO_MEMORY, never a crash, nothing kept. */
#include "tests/unit/parse/sealed.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__real_reallocarray(void *p, size_t count, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t count, size_t n);

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

void *__wrap_reallocarray(void *p, size_t count, size_t n)
{
	return fails() ? NULL : __real_reallocarray(p, count, n);
}

struct job {
	struct text text;
	struct layers layers;
	struct bytes file; /* signed */
};

static enum err bind_it(const struct job *j)
{
	struct binder *b = NULL;
	uint8_t *pdf = NULL;
	size_t len;
	struct pdf_gap gap;
	enum err e = bind_begin(usual_wish(), &b);

	if (e == ERR_OK)
		e = bind_page(b, &j->layers, &j->text);
	if (e == ERR_OK)
		e = bind_page(b, &j->layers, &j->text);
	if (e == ERR_OK)
		e = bind_end(b, &pdf, &len, &gap);
	bind_destroy(b);
	if (e != ERR_OK && pdf)
		e = ERR_BAD_DATA; /* something was handed out with an error */
	free(pdf);
	return e;
}

static enum err endorse_it(const struct job *j)
{
	uint8_t *pdf = NULL;
	size_t len;
	struct pdf_gap gap;
	enum err e = endorse(j->file.at, j->file.len, usual_words(), &pdf, &len, &gap);

	if (e != ERR_OK && pdf)
		e = ERR_BAD_DATA;
	free(pdf);
	return e;
}

static enum err read_it(const struct job *j)
{
	struct foreign f = { 0 };
	enum err e = foreign_read(j->file.at, j->file.len, &f);

	if (e != ERR_OK && f.count > 0)
		e = ERR_BAD_DATA;
	foreign_finish(&f);
	return e;
}

static void torture(enum err (*work)(const struct job *), const struct job *j, const char *what)
{
	int n = 0, wrong = 0;
	enum err e = ERR_NO_MEMORY;

	for (; e != ERR_OK && n < 2000; n++) {
		calls_left = n;
		e = work(j);
		wrong += e != ERR_OK && e != ERR_NO_MEMORY;
	}
	calls_left = -1;
	printf("# %s: %d calls\n", what, n - 1);
	eq_int(e, ERR_OK);
	eq_int(wrong, 0);
	ok(n > 3);
}

int main(void)
{
	struct signer kiosk = make_signer(NULL, &SIGNER_FORM);
	struct job j = { .text = made_text("CỘNG HÒA XÃ HỘI\n" PHRASE, 80, 120, 24) };

	j.layers = made_layers(&j.text);
	j.file = endorsed(sealed_file(&kiosk), usual_words(), &kiosk);
	torture(bind_it, &j, "bind");
	torture(endorse_it, &j, "endorse");
	torture(read_it, &j, "foreign");
	layers_finish(&j.layers);
	text_finish(&j.text);
	free(j.file.at);
	signer_free(&kiosk);
	return tap_done();
}
