/* What bamboo, the engine of Debian's fcitx5-bamboo, makes of the keys of every syllable, beside
 * what ours makes of them. Argument: libbamboo.so. The C face of it: bamboo-c.go there. */
#include "tests/unit/ui/syllables.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
	bool restore, free_dd, macros, capitals, dictionary;
	const char *charset;
	bool new_style, free_marks;
};

struct bamboo {
	uintptr_t engine;
	bool (*key)(uintptr_t engine, uint32_t key, uint32_t state);
	char *(*text)(uintptr_t engine);
	void (*reset)(uintptr_t engine);
	int all, theirs_right, ours_right, shown;
};

static void compare(void *data, const char *keys, const char *want)
{
	struct bamboo *b = data;
	char ours[64] = "";
	struct ime_text t = { .bytes = ours, .cap = sizeof ours };

	for (const char *k = keys; *k; k++) {
		ime_letter(&t, IME_TELEX, (uint32_t)*k);
		b->key(b->engine, (uint32_t)*k, 0);
	}
	char *theirs = b->text(b->engine);
	b->reset(b->engine);
	b->all++;
	b->ours_right += strcmp(ours, want) == 0;
	b->theirs_right += strcmp(theirs, want) == 0;
	if (strcmp(ours, theirs) && b->shown++ < 10)
		printf("# %s: ours %s, bamboo %s\n", keys, ours, theirs);
	free(theirs);
}

static bool load(const char *path, struct bamboo *b)
{
	void *lib = dlopen(path, RTLD_NOW);
	void (*init)(void) = lib ? (void (*)(void))dlsym(lib, "Init") : NULL;

	if (!init)
		return false;
	uintptr_t (*dictionary)(uintptr_t) = (uintptr_t(*)(uintptr_t))dlsym(lib, "NewDictionary");
	uintptr_t (*table)(char **) = (uintptr_t(*)(char **))dlsym(lib, "NewMacroTable");
	uintptr_t (*engine)(const char *, uintptr_t, uintptr_t) =
		(uintptr_t(*)(const char *, uintptr_t, uintptr_t))dlsym(lib, "NewEngine");
	void (*set)(uintptr_t, struct options *) =
		(void (*)(uintptr_t, struct options *))dlsym(lib, "EngineSetOption");
	char *none[] = { NULL };
	struct options o = { .free_dd = true, .charset = "Unicode", .free_marks = true };

	init();
	b->engine =
		engine("Telex", dictionary((uintptr_t)open("/dev/null", O_RDONLY)), table(none));
	set(b->engine, &o);
	b->key = (bool (*)(uintptr_t, uint32_t, uint32_t))dlsym(lib, "EngineProcessKeyEvent");
	b->text = (char *(*)(uintptr_t))dlsym(lib, "EnginePullPreedit");
	b->reset = (void (*)(uintptr_t))dlsym(lib, "ResetEngine");
	return b->engine != 0;
}

int main(int argc, char **argv)
{
	struct bamboo b = { 0 };

	if (argc != 2 || !load(argv[1], &b))
		return 2;
	each_syllable(compare, &b);
	printf("# of %d: ours %d, bamboo %d as meant\n", b.all, b.ours_right, b.theirs_right);
	fflush(stdout);
	/* bamboo knows fewer highland names and spellings; what it knows, it types the same */
	bool good = b.ours_right == b.all && b.theirs_right * 100 > b.all * 90;
	_exit(good ? 0 : 1); /* Go's threads do not end by themselves */
}
