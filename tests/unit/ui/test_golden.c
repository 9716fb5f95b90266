/* Every sample screen against what was found good: tests/golden/screens/NAME.LANG.txt says what
 * is on it; tests/golden/pixels.txt has hashes of its pictures, good for the library versions in
 * its first line; a few pictures are kept whole, and compared so that other versions may round
 * an edge otherwise, but a missing accent shows. `make golden-update` writes them all anew; then
 * look at them. */
#include "tests/unit/ui/samples.h"
#include "ui/dump.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <sys/stat.h>

#define PIXELS_FILE "tests/golden/pixels.txt"

static const struct {
	const char *name;
	unsigned look;
	int width, height;
} PICTURES[] = {
	{ "portrait", 0, 1080, 1920 },
	{ "portrait-contrast", LOOK_HIGH_CONTRAST, 1080, 1920 },
	{ "portrait-largest", 3, 1080, 1920 },
	{ "landscape", 0, 1920, 1080 },
};

static bool updating(void)
{
	return getenv("GOLDEN_UPDATE") != NULL;
}

static char *dumped(struct stage *s, size_t *ret_len)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_len);

	dump_page(to, s->app.now);
	fclose(to);
	return text;
}

static void compare(const char *path, const char *got)
{
	FILE *f = fopen(path, updating() ? "w" : "r");
	char line[4096];
	const char *at = got;
	int number = 0;

	if (updating()) {
		if (f)
			fputs(got, f);
	} else {
		while (f && fgets(line, sizeof line, f) && ++number &&
		       strncmp(at, line, strlen(line)) == 0)
			at += strlen(line);
	}
	tap_line(f && (updating() || *at == '\0'), __FILE__, __LINE__, path);
	if (f && !updating() && *at)
		printf("# line %d: %.*s\n", number, (int)strcspn(at, "\n"), at);
	if (f)
		fclose(f);
}

static void test_texts(const struct sample_name *samples, size_t n)
{
	static struct stage s;
	static const char *const LANGUAGES[] = { "vi", "en" };
	char path[160];
	size_t len;

	stage_open(&s, 1080, 1920);
	for (size_t i = 0; i < n; i++)
		for (unsigned l = 0; l < LANGUAGE_COUNT; l++) {
			struct shown shown = { .turn = 1, .language = (enum language)l };
			snprintf(path, sizeof path, "tests/golden/screens/%.79s.%s.txt",
				 samples[i].name, LANGUAGES[l]);
			ok(sample_show(&s, &samples[i], shown));
			char *got = dumped(&s, &len);
			compare(path, got);
			free(got);
		}
	stage_close(&s);
}

static void libraries(char *to, size_t cap)
{
	FT_Library ft;
	int major = 0, minor = 0, patch = 0;

	if (FT_Init_FreeType(&ft) == 0) {
		FT_Library_Version(ft, &major, &minor, &patch);
		FT_Done_FreeType(ft);
	}
	snprintf(to, cap, "libraries cairo %s pango %s freetype %d.%d.%d\n", cairo_version_string(),
		 pango_version_string(), major, minor, patch);
}

static uint32_t picture_hash(struct stage *s)
{
	cairo_surface_t *p = s->display->ops->surface(s->display);

	app_paint_all(&s->app);
	cairo_surface_flush(p);
	const uint32_t *pixels = (const uint32_t *)(void *)cairo_image_surface_get_data(p);
	size_t n = (size_t)cairo_image_surface_get_stride(p) / 4 *
		   (size_t)cairo_image_surface_get_height(p);
	uint32_t h = 2166136261u;
	/* the top byte of a pixel means nothing */
	for (size_t i = 0; i < n; i++)
		h = (h ^ (pixels[i] & 0xffffff)) * 16777619u;
	return h;
}

/* The line "NAME PICTURE HASH" of the file, for every sample and picture. */
static char *hashed(const struct sample_name *samples, size_t n)
{
	static struct stage s;
	char *text = NULL, line[128];
	size_t len;
	FILE *to = open_memstream(&text, &len);

	libraries(line, sizeof line);
	fputs(line, to);
	for (size_t k = 0; k < sizeof PICTURES / sizeof PICTURES[0]; k++) {
		stage_open(&s, PICTURES[k].width, PICTURES[k].height);
		for (size_t i = 0; i < n; i++) {
			struct shown shown = { .turn = 1, .look = PICTURES[k].look };
			if (sample_show(&s, &samples[i], shown))
				fprintf(to, "%s %s %08x\n", samples[i].name, PICTURES[k].name,
					picture_hash(&s));
		}
		stage_close(&s);
	}
	fclose(to);
	return text;
}

/* Other library versions may round a pixel otherwise: then the texts have to do. */
static void test_pixels(const struct sample_name *samples, size_t n)
{
	char mine[128], theirs[128] = "";
	FILE *f = fopen(PIXELS_FILE, "r");

	libraries(mine, sizeof mine);
	if (f) {
		if (!fgets(theirs, sizeof theirs, f))
			theirs[0] = '\0';
		fclose(f);
	}
	if (!updating() && theirs[0] && strcmp(mine, theirs) != 0) {
		printf("# pictures not compared: made with %s", theirs);
		return;
	}
	char *got = hashed(samples, n);
	compare(PIXELS_FILE, got);
	free(got);
}

static const struct kept {
	const char *sample;
	size_t picture; /* in PICTURES */
} KEPT[] = {
	{ "ATTRACT", 0 },
	{ "FORM", 0 },
	{ "CHECKLIST", 1 },
	{ "PAGE", 3 },
	{ "ACCEPTED_OFFLINE", 2 },
	{ "CARD_KEY", 0 },
	{ "IDENTITY-unknown-issuer", 1 },
};

static bool near_enough(uint32_t a, uint32_t b)
{
	for (int shift = 0; shift < 24; shift += 8)
		if (abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > 8)
			return false;
	return true;
}

/* The worst block of 16 x 16 pixels: how many of them differ. */
static int worst_block(cairo_surface_t *a, cairo_surface_t *b)
{
	int w = cairo_image_surface_get_width(a), h = cairo_image_surface_get_height(a), worst = 0;
	int stride_a = cairo_image_surface_get_stride(a) / 4;
	int stride_b = cairo_image_surface_get_stride(b) / 4;
	const uint32_t *pa = (const uint32_t *)(void *)cairo_image_surface_get_data(a);
	const uint32_t *pb = (const uint32_t *)(void *)cairo_image_surface_get_data(b);

	if (w != cairo_image_surface_get_width(b) || h != cairo_image_surface_get_height(b))
		return 256;
	for (int y = 0; y + 16 <= h; y += 16)
		for (int x = 0; x + 16 <= w; x += 16) {
			int n = 0;
			for (int i = 0; i < 256; i++)
				n += !near_enough(pa[(y + i / 16) * stride_a + x + i % 16],
						  pb[(y + i / 16) * stride_b + x + i % 16]);
			worst = n > worst ? n : worst;
		}
	return worst;
}

static void test_kept(const struct sample_name *samples, size_t n, const struct kept *k)
{
	static struct stage s;
	char path[160];
	size_t i = 0;

	while (i < n && strcmp(samples[i].name, k->sample) != 0)
		i++;
	if (i == n)
		return;
	snprintf(path, sizeof path, "tests/golden/pictures/%s.%s.png", k->sample,
		 PICTURES[k->picture].name);
	stage_open(&s, PICTURES[k->picture].width, PICTURES[k->picture].height);
	ok(sample_show(&s, &samples[i],
		       (struct shown){ .turn = 1, .look = PICTURES[k->picture].look }));
	app_paint_all(&s.app);
	cairo_surface_t *got = s.display->ops->surface(s.display);
	if (updating()) {
		ok(cairo_surface_write_to_png(got, path) == CAIRO_STATUS_SUCCESS);
	} else {
		cairo_surface_t *want = cairo_image_surface_create_from_png(path);
		int worst = worst_block(got, want);
		tap_line(worst <= 24, __FILE__, __LINE__, path);
		if (worst > 24)
			printf("# %d of 256 pixels of a block differ\n", worst);
		cairo_surface_destroy(want);
	}
	stage_close(&s);
}

int main(void)
{
	static struct sample_name samples[SAMPLES_MAX];
	size_t n = samples_list(samples);

	if (n == 0) {
		puts("1..0 # SKIP there are no sample views");
		return 0;
	}
	if (updating()) {
		mkdir("tests/golden/screens", 0777);
		mkdir("tests/golden/pictures", 0777);
	}
	test_texts(samples, n);
	test_pixels(samples, n);
	for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
		test_kept(samples, n, &KEPT[i]);
	return tap_done();
}
