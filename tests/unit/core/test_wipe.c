/* What this program gives back to the heap is not readable any more, whoever gave it back. */
#include "tests/unit/core/fixture.h"

#include <json-c/json.h>

#ifdef __has_feature
#define HAS(x) __has_feature(x)
#else
#define HAS(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS(address_sanitizer)
#define WIPES 0
#else
#define WIPES 1
#endif

/* Made at run time from two halves, so that it stands in no constant. */
static void canary(char ret[33])
{
	snprintf(ret, 33, "%s%s", "canary-of-the-wipe", "-test-0019");
}

/* How often it stands in our writable memory besides the one at `own`. */
static int copies(const char *text, const void *own)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), n = 0;
	char line[300];
	static char all[1 << 20];
	const uintptr_t mine = (uintptr_t)all;

	while (maps && fgets(line, sizeof line, maps)) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || !strstr(line, " rw"))
			continue;
		if (strstr(line, "[stack]"))
			continue;
		for (unsigned long at = from; at < to; at += sizeof all) {
			size_t want = to - at < sizeof all ? to - at : sizeof all;
			ssize_t got = pread(mem, all, want, (off_t)at);

			for (char *p = all; got > 0 && p; p++) {
				p = memmem(p, (size_t)(all + got - p), text, strlen(text));
				if (!p)
					break;
				uintptr_t found = at + (unsigned long)(p - all);
				n += found != (uintptr_t)own && found - mine >= sizeof all;
			}
		}
	}
	if (maps)
		fclose(maps);
	close(mem);
	return n;
}

/* A whole package and a vault, through json-c, OpenSSL and SQLite: what they made of the name is
 * gone; the one copy left is the caller's. */
static void nothing_is_left_of_a_dossier(void)
{
	struct fixture f;
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	static char name[33], page[70000];
	struct vault *v = NULL, *again = NULL;
	struct vault_bytes b = { 0 };
	struct package p;

	fixture_init(&f);
	struct package_keys *keys = make_keys(&f);
	struct store *s = open_store(&f);
	canary(name);
	memcpy(page + 50000, name, sizeof name);
	eq_int(vault_begin(s, name, &v), ERR_OK);
	eq_int(vault_put(v, "page", page, sizeof page), ERR_OK);
	eq_int(vault_find(s, name, &again), ERR_OK);
	eq_int(vault_get(again, "page", &b), ERR_OK);
	ok(copies(name, name) >= 1); /* the page, read back */
	vault_bytes_finish(&b);
	vault_close(again);
	eq_int(store_new_key(s, key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	struct dossier d = sample(key, code);
	const struct dossier_answer answer = { "name", "Họ tên", name, "typed" };
	const struct dossier_paper paper = {
		.name = name, .pdf = (const uint8_t *)page, .pdf_len = sizeof page, .pages = 1
	};
	d.filer.name = d.filer.address = name;
	d.papers = &paper;
	d.paper_count = 1;
	d.answers = &answer;
	d.answer_count = 1;
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_OK);
	eq_int(outbox_add(s, &p, v), ERR_OK);
	eq_int(vault_end(v), ERR_OK);
	explicit_bzero(page, sizeof page);
	eq_int(copies(name, name), 0);
	store_close(s);
	package_keys_free(keys);
	fixture_finish(&f);
}

int main(void)
{
	char text[33];

	if (!WIPES) {
		printf("1..0 # SKIP the address sanitizer has the heap for itself\n");
		return 0;
	}
	canary(text);
	char *volatile kept = strdup(text); /* or a compiler leaves the copy out */
	ok(copies(text, NULL) >= 1);        /* so that it can fail */
	free(kept);
	eq_int(copies(text, NULL), 0);

	/* grown again and again, each time at another place */
	char *grown = NULL;
	for (size_t len = 64; len < 200000; len *= 2) {
		grown = realloc(grown, len);
		memcpy(grown + len - 40, text, 33);
		free(strdup("between"));
	}
	free(grown);
	eq_int(copies(text, NULL), 0);

	struct json_object *o = json_object_new_object();
	for (int i = 0; i < 100; i++) {
		char name[20];

		snprintf(name, sizeof name, "field-%d", i);
		json_object_object_add(o, name, json_object_new_string(text));
	}
	ok(strlen(json_object_to_json_string(o)) > 3000);
	ok(copies(text, NULL) > 100);
	json_object_put(o);
	eq_int(copies(text, NULL), 0);
	nothing_is_left_of_a_dossier();
	return tap_done();
}
