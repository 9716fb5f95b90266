/* Receipts: every Vietnamese letter is there and its own, the QR code can be read back, and the
 * slips look as they did when they were found good (tests/golden/receipts; GOLDEN_UPDATE=1 makes
 * them anew, then look at them). */
#include "tests/tap.h"
#include "ui/letter.h"
#include "ui/receipt.h"
#include "ui/sample.h"
#include "ui/slip.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char LETTERS[] = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
			      "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ";
#define COUNT 134
#define SIDE  48

struct glyph {
	char letter[5];
	uint8_t dots[SIDE * SIDE];
	int black;
};

/* One letter as the printer gets it. Plain a-z stand beside the 134, for the same question. */
static void print_letter(PangoContext *c, bool bold, struct glyph *g)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, SIDE, SIDE);
	struct slip slip = { .cr = cairo_create(s), .context = c, .dots = 576, .width = SIDE };

	slip_text(&slip, (struct slip_words){ .size = SLIP_BODY, .bold = bold }, g->letter);
	cairo_surface_flush(s);
	const uint8_t *from = cairo_image_surface_get_data(s);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			bool on = from[y * cairo_image_surface_get_stride(s) + x] >= SLIP_BLACK;
			g->dots[y * SIDE + x] = on;
			g->black += on;
		}
	cairo_destroy(slip.cr);
	cairo_surface_destroy(s);
}

static int unknown(PangoContext *c, const char *text)
{
	PangoLayout *l = pango_layout_new(c);

	pango_layout_set_text(l, text, -1);
	int n = pango_layout_get_unknown_glyphs_count(l);
	g_object_unref(l);
	return n;
}

static void letters_are_their_own(struct text *t, bool bold)
{
	static struct glyph made[COUNT + 52];
	PangoContext *c = slip_context(t);
	int n = 0, same = 0, empty = 0;
	size_t len;

	for (const char *at = LETTERS; *at; at += len, n++) {
		utf8_get(at, &len);
		made[n] = (struct glyph){ .black = 0 };
		memcpy(made[n].letter, at, len);
	}
	eq_int(n, COUNT);
	for (int i = 0; i < 52; i++)
		made[n++] = (struct glyph){ .letter = { (char)(i < 26 ? 'a' + i : 'A' + i - 26) } };
	eq_int(unknown(c, LETTERS), 0);
	for (int i = 0; i < n; i++) {
		print_letter(c, bold, &made[i]);
		empty += made[i].black < 8;
		for (int j = 0; j < i; j++) {
			/* even I and l, which are one stroke each in most typefaces */
			if (memcmp(made[i].dots, made[j].dots, sizeof made[i].dots) == 0) {
				printf("# %s and %s print the same\n", made[i].letter,
				       made[j].letter);
				same++;
			}
		}
	}
	eq_int(empty, 0);
	eq_int(same, 0);
	g_object_unref(c);
}

/* What zbarimg reads from a picture; "" when it reads nothing. False when there is no zbarimg. */
static bool read_code(const char *path, char *ret, size_t cap)
{
	int out[2];

	ret[0] = '\0';
	if (pipe(out) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(out[1], 1);
		dup2(null, 2);
		execlp("zbarimg", "zbarimg", "-q", "--raw", path, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	size_t len = 0;
	for (ssize_t n; len + 1 < cap && (n = read(out[0], ret + len, cap - 1 - len)) > 0;)
		len += (size_t)n;
	ret[len] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	close(out[0]);
	int status = 0;
	waitpid(pid, &status, 0);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

/* Dots that differ, of 10,000; 10,000 when the size does. */
static int difference(const struct receipt *r, const char *path)
{
	cairo_surface_t *s = cairo_image_surface_create_from_png(path);
	bool sized = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS &&
		     cairo_image_surface_get_width(s) == r->width &&
		     cairo_image_surface_get_height(s) == (int)r->height;
	const uint8_t *from = sized ? cairo_image_surface_get_data(s) : NULL;
	int64_t wrong = 0;

	for (uint32_t y = 0; sized && y < r->height; y++)
		for (uint32_t x = 0; x < r->width; x++) {
			size_t at = y * (size_t)cairo_image_surface_get_stride(s) + x * 4;
			bool was = from[at] < 128;
			bool is = r->bits[y * ((r->width + 7u) / 8) + x / 8] & 0x80 >> x % 8;
			wrong += was != is;
		}
	cairo_surface_destroy(s);
	return sized ? (int)(wrong * 10000 / ((int64_t)r->width * r->height)) : 10000;
}

static void slip_is_as_before(struct text *t, const char *name, enum language l, const char *code)
{
	char view[128], golden[128], png[] = "/tmp/receipt-XXXXXX", read[256];
	struct receipt r = { 0 };
	struct view v = { 0 };

	snprintf(view, sizeof view, "tests/golden/receipts/%s.view", name);
	snprintf(golden, sizeof golden, "tests/golden/receipts/%s.%s.png", name,
		 l == LANGUAGE_VI ? "vi" : "en");
	eq_int(sample_load(view, &v), ERR_OK);
	eq_int(receipt_draw(t, &v, l, &r), ERR_OK);
	if (getenv("GOLDEN_UPDATE"))
		eq_int(receipt_png(&r, golden), ERR_OK);
	int differs = difference(&r, golden);
	printf("# %s: %u x %u\n", golden, r.width, r.height);
	ok(differs <= 2); /* two of ten thousand dots: another rounding, not another letter */
	close(mkstemp(png));
	eq_int(receipt_png(&r, png), ERR_OK);
	if (!code[0])
		read[0] = '\0'; /* there is none on it */
	else if (!read_code(png, read, sizeof read))
		printf("# no zbarimg: the code was not read back\n");
	else
		eq_str(read, code);
	unlink(png);
	receipt_free(&r);
	view_close(&v);
}

static enum err draw(struct text *t, const char *view, struct receipt *ret)
{
	struct view v = { 0 };
	unsigned line;
	enum err e = sample_parse(view, strlen(view), &v, &line);

	if (e == ERR_OK)
		e = receipt_draw(t, &v, LANGUAGE_VI, ret);
	view_close(&v);
	return e;
}

static void bad_views_are_refused(struct text *t)
{
	struct receipt r = { .width = 7 };

	eq_int(draw(t, "office = A\n", &r), ERR_BAD_DATA); /* no code at all */
	eq_int(draw(t, "receipt_code = TAM-1\ndots = 100\n", &r), ERR_BAD_DATA);
	eq_int(r.width, 7); /* untouched */
	eq_int(draw(t, "receipt_code = TAM-1\n", &r), ERR_OK);
	eq_int(r.width, 576);
	eq_int(receipt_bytes(&r), 72 * (size_t)r.height);
	receipt_free(&r);
	receipt_free(&r);
}

/* A roll of paper is not endless. */
static void too_long_is_refused(struct text *t)
{
	struct receipt r = { 0 };
	size_t len = 0;
	char *view = malloc(200000);

	len += (size_t)snprintf(view, 100, "receipt_code = TAM-1\n");
	for (int i = 0; i < 600; i++)
		len += (size_t)snprintf(view + len, 300,
					"[papers]\nname = Giấy tờ có tên rất dài, dài đến mức phải "
					"xuống hàng mấy lần trên giấy in\npages = 1\n");
	eq_int(draw(t, view, &r), ERR_NO_SPACE);
	free(view);
}

int main(void)
{
	struct text *t = NULL;

	eq_int(text_create(&t), ERR_OK);
	letters_are_their_own(t, false);
	letters_are_their_own(t, true);
	slip_is_as_before(t, "provisional", LANGUAGE_VI, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional", LANGUAGE_EN, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional-384", LANGUAGE_VI, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional-512", LANGUAGE_VI, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional-unsure", LANGUAGE_VI, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional-unsure", LANGUAGE_EN, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "official", LANGUAGE_VI, "000.00.06.H36-261121-0042");
	slip_is_as_before(t, "official-384", LANGUAGE_VI, "000.00.06.H36-261121-0042");
	slip_is_as_before(t, "provisional-stored", LANGUAGE_VI, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "provisional-stored", LANGUAGE_EN, "TAM-K01-261121-0007-4");
	slip_is_as_before(t, "official-stored", LANGUAGE_VI, "000.00.06.H36-261121-0042");
	slip_is_as_before(t, "supply-taken", LANGUAGE_VI, "000.00.06.H56-261121-0042");
	slip_is_as_before(t, "supply-taken", LANGUAGE_EN, "000.00.06.H56-261121-0042");
	slip_is_as_before(t, "supply-saved", LANGUAGE_VI, "TAM-K01-261125-0003-QC");
	slip_is_as_before(t, "supply-saved", LANGUAGE_EN, "TAM-K01-261125-0003-QC");
	slip_is_as_before(t, "supply-saved-384", LANGUAGE_VI, "TAM-K01-261125-0003-QC");
	slip_is_as_before(t, "trial", LANGUAGE_VI, "K01");
	slip_is_as_before(t, "trial", LANGUAGE_EN, "K01");
	slip_is_as_before(t, "trial-384", LANGUAGE_VI, "K01");
	slip_is_as_before(t, "readiness", LANGUAGE_VI, "");
	slip_is_as_before(t, "readiness", LANGUAGE_EN, "");
	slip_is_as_before(t, "apology", LANGUAGE_VI, "000.00.06.H56-261105-0007");
	slip_is_as_before(t, "apology-384", LANGUAGE_VI, "000.00.06.H56-261105-0007");
	bad_views_are_refused(t);
	too_long_is_refused(t);
	text_destroy(t);
	return tap_done();
}
