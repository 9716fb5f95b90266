/* When the next citizen is welcomed, nothing that the last one typed or was shown is left in
 * the memory of this program. */
#include "tests/unit/ui/stage.h"

struct region {
	unsigned long from, to;
};

static size_t writable_regions(struct region *regions, size_t cap)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], mode[5];
	size_t n = 0;

	while (maps && n < cap && fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx %4s", &regions[n].from, &regions[n].to, mode) == 3 &&
		    mode[0] == 'r' && mode[1] == 'w' && !strstr(line, "[v") &&
		    regions[n].to - regions[n].from < 1ul << 30) /* no sanitizer's shadow */
			n++;
	if (maps)
		fclose(maps);
	return n;
}

/* How often `twisted`, each byte of it xor 0x80, is in memory. */
static int found(const char *twisted, size_t len)
{
	struct region regions[512];
	size_t n = writable_regions(regions, 512);
	FILE *mem = fopen("/proc/self/mem", "r");
	static unsigned char block[1 << 16];
	int count = 0;

	for (size_t r = 0; mem && r < n; r++)
		for (unsigned long at = regions[r].from; at < regions[r].to;) {
			unsigned long left = regions[r].to - at;
			size_t want = left < sizeof block ? left : sizeof block;
			if (fseek(mem, (long)at, SEEK_SET) || fread(block, 1, want, mem) != want)
				break;
			for (size_t i = 0; i + len <= want; i++) {
				size_t k = 0;
				while (k < len &&
				       block[i + k] == ((unsigned char)twisted[k] ^ 0x80))
					k++;
				count +=
					k == len && (at + i < (unsigned long)block ||
						     at + i >= (unsigned long)block + sizeof block);
			}
			at += left < sizeof block ? left : sizeof block - len;
		}
	if (mem)
		fclose(mem);
	return count;
}

/* 15 small letters, from a seed, so that they are nowhere else. */
static void make_name(char *name, char *twisted, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++, seed = seed * 1103515245 + 12345)
		name[i] = (char)('a' + (seed >> 16) % 26);
	for (size_t i = 0; i < len; i++)
		twisted[i] = (char)(name[i] ^ 0x80);
	name[len] = '\0';
}

static void visit(struct stage *s, const char *name)
{
	char view[512];
	struct shown form = { .turn = 1, .screen = SCREEN_FORM };
	const char *key = NULL;

	snprintf(view, sizeof view,
		 "group = 0\n[fields]\nkey = ten\nlabel = Tên\ntype = text\nvalue = %s\n"
		 "[fields]\nkey = noi\nlabel = Nơi\ntype = address\nvalue =\n",
		 name);
	stage_show(s, form, view);
	for (size_t i = 0; i < s->app.now->count; i++)
		if (s->app.now->nodes[i].kind == NODE_FIELD)
			key = s->app.now->nodes[i].key;
	stage_tap(s, key ? key : "?");
	stage_type(s, name);
	app_paint(&s->app);
	explicit_bzero(view, sizeof view);
}

/* The chip's way: its key is typed, it is read, its holder is shown. */
static void chip(struct stage *s, const char *name, const char *digits)
{
	char view[512];
	struct shown key = { .turn = 1, .screen = SCREEN_CARD_KEY };
	struct shown reading = { .turn = 2, .screen = SCREEN_CHIP };
	struct shown identity = { .turn = 3, .screen = SCREEN_IDENTITY };

	stage_show(s, key, "kind = 2\n[fields]\nkey = number\nvalue =\nmax = 12\n");
	stage_tap(s, "field.number");
	stage_type(s, digits);
	app_paint(&s->app);
	snprintf(view, sizeof view, "state = 0\nstep = 3\nname = %s\n", name);
	stage_show(s, reading, view);
	snprintf(view, sizeof view, "source = 1\nname = %s\nface = face:120x160\nbirth = %s\n",
		 name, digits);
	stage_show(s, identity, view);
	explicit_bzero(view, sizeof view);
}

/* Twelve digits that are nowhere else. */
static void make_digits(const char *name, char *digits, char *twisted)
{
	for (size_t i = 0; i < 12; i++) {
		digits[i] = (char)('0' + name[i] % 10);
		twisted[i] = (char)(digits[i] ^ 0x80);
	}
	digits[12] = '\0';
}

int main(void)
{
	static struct stage s;
	char name[16], twisted[15], digits[13], twisted_digits[12];

	stage_open(&s, 1080, 1920);
	make_name(name, twisted, 15, 20261121);
	make_digits(name, digits, twisted_digits);
	chip(&s, name, digits);
	ok(found(twisted_digits, 12) > 1);
	visit(&s, name);
	ok(found(twisted, 15) > 3);
	explicit_bzero(digits, sizeof digits);
	explicit_bzero(s.acts, sizeof s.acts);
	explicit_bzero(name, sizeof name);
	stage_show(&s, (struct shown){ .turn = 2, .screen = SCREEN_ATTRACT }, "");
	eq_int(found(twisted, 15), 0);
	eq_int(found(twisted_digits, 12), 0);
	stage_close(&s);
	return tap_done();
}
