#include "tests/scene/history.h"

#include "firmware/base/auto.h"
#include "tests/scene/citizen.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MANIFEST 65536

/* A dossier on one side. */
struct record {
	char receipt[40], key[40], manifest[65], code[64];
	bool accepted, purged;
	uint64_t answer; /* a sum over the signed answer that is kept; 0: none */
	int visit;       /* whose telephone number its manifest has; -1: nobody's */
};

struct side {
	struct record *all;
	unsigned count;
};

static void copy(char *to, size_t cap, sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	snprintf(to, cap, "%s", text ? text : "");
}

/* FNV-1a: it tells two answers apart, and forges nothing. */
static uint64_t sum(sqlite3_stmt *st, int column)
{
	const uint8_t *bytes = sqlite3_column_blob(st, column);
	int len = sqlite3_column_bytes(st, column);
	uint64_t n = 0xcbf29ce484222325u;

	for (int i = 0; i < len; i++)
		n = (n ^ bytes[i]) * 0x100000001b3u;
	return len > 0 ? n : 0;
}

static bool add(struct side *s, sqlite3_stmt *st)
{
	struct record *more = realloc(s->all, (s->count + 1) * sizeof *more);

	if (!more)
		return false;
	s->all = more;
	struct record *r = &more[s->count++];
	*r = (struct record){ .visit = -1 };
	copy(r->receipt, sizeof r->receipt, st, 0);
	copy(r->key, sizeof r->key, st, 1);
	copy(r->manifest, sizeof r->manifest, st, 2);
	copy(r->code, sizeof r->code, st, 3);
	r->accepted = sqlite3_column_int(st, 4) != 0;
	r->answer = sum(st, 5);
	r->purged = sqlite3_column_int(st, 6) != 0;
	return true;
}

static bool read_side(const char *path, const char *sql, struct side *ret)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
		    sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK;
	int rc = SQLITE_ROW;

	while (good && (rc = sqlite3_step(st)) == SQLITE_ROW)
		good = add(ret, st);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return good && rc == SQLITE_DONE;
}

/* Whose dossier it is: the manifest that the province opened has their telephone number. */
static void find_visit(const struct world *w, struct record *r, const struct testimony *all,
		       unsigned count)
{
	char name[160], path[WORLD_PATH], quoted[16], phone[11];
	AUTO_FREE char *text = calloc(1, MAX_MANIFEST);

	snprintf(name, sizeof name, "province/received/%s/manifest.json", r->code);
	world_path(w, name, path);
	FILE *f = fopen(path, "re");
	if (!f || !text || fread(text, 1, MAX_MANIFEST - 1, f) == 0)
		text ? text[0] = '\0' : 0;
	if (f)
		(void)fclose(f);
	for (unsigned i = 0; text && i < count; i++) {
		citizen_phone(all[i].n, phone);
		snprintf(quoted, sizeof quoted, "\"%s\"", phone);
		if (strstr(text, quoted))
			r->visit = (int)i;
	}
}

static const struct record *by_code(const struct side *s, const char *receipt, const char *code)
{
	for (unsigned i = 0; i < s->count; i++)
		if ((*receipt && strcmp(s->all[i].receipt, receipt) == 0) ||
		    (*code && strcmp(s->all[i].code, code) == 0))
			return &s->all[i];
	return NULL;
}

static unsigned count_of(const struct side *province, unsigned visit)
{
	unsigned n = 0;

	for (unsigned i = 0; i < province->count; i++)
		n += province->all[i].visit == (int)visit;
	return n;
}

static void check_visit(const struct testimony *t, unsigned i, const struct side *kiosk,
			const struct side *province, struct verdict *v, FILE *out)
{
	const struct record *here = by_code(kiosk, t->receipt_code, t->dossier_code);
	const struct record *there = by_code(province, t->receipt_code, t->dossier_code);
	unsigned n = count_of(province, i);
	bool code = *t->receipt_code || *t->dossier_code;

	v->saved += t->told_saved;
	if (t->told_saved && (n == 0 || (code && (!here || !here->accepted || !there)))) {
		fprintf(out, "lost: visit %u, %s%s\n", t->n, t->receipt_code, t->dossier_code);
		v->lost++;
	}
	if (code && there && there->visit != (int)i) {
		fprintf(out, "visit %u was shown the code of another: %s%s\n", t->n,
			t->receipt_code, t->dossier_code);
		v->differing++;
	}
	if (n > 1) {
		fprintf(out, "doubled: visit %u is %u times at the province\n", t->n, n);
		v->doubled++;
	}
	if (n > 0 && !t->confirmed) {
		fprintf(out, "unconfirmed: visit %u\n", t->n);
		v->unconfirmed++;
	}
}

static bool same(const struct record *a, const struct record *b)
{
	return b && a->accepted && b->accepted && strcmp(a->receipt, b->receipt) == 0 &&
	       strcmp(a->key, b->key) == 0 && strcmp(a->manifest, b->manifest) == 0 &&
	       strcmp(a->code, b->code) == 0 && (a->answer == b->answer || a->purged || b->purged);
}

/* Each dossier of one side is the same on the other. */
static void compare(const struct side *one, const struct side *other, const char *name,
		    struct verdict *v, FILE *out)
{
	for (unsigned i = 0; i < one->count; i++) {
		const struct record *r = &one->all[i];

		if (same(r, by_code(other, r->receipt, "")))
			continue;
		fprintf(out, "differs: %s has %s %s %s, accepted %d; the other side does not\n",
			name, r->receipt, r->key, r->code, r->accepted);
		v->differing++;
	}
}

static void check(const struct side *kiosk, const struct side *province,
		  const struct testimony *all, unsigned count, struct verdict *v, FILE *out)
{
	for (unsigned i = 0; i < count; i++)
		check_visit(&all[i], i, kiosk, province, v, out);
	for (unsigned i = 0; i < province->count; i++) {
		if (province->all[i].visit >= 0)
			continue;
		fprintf(out, "unconfirmed: %s is nobody's\n", province->all[i].code);
		v->unconfirmed++;
	}
	compare(kiosk, province, "the kiosk", v, out);
	compare(province, kiosk, "the province", v, out);
}

bool history_check(const struct world *w, const struct testimony *all, unsigned count,
		   struct verdict *ret, FILE *out)
{
	static const char KIOSK[] = "SELECT receipt_code, key, manifest, dossier_code, "
				    "state IN ('accepted', 'purged'), answer, "
				    "state = 'purged' FROM outbox";
	static const char PROVINCE[] = "SELECT receipt, key, manifest_sha256, code, accepted, "
				       "answer, 0 FROM dossiers";
	char kiosk_path[WORLD_PATH], province_path[WORLD_PATH];
	struct side kiosk = { 0 }, province = { 0 };

	world_path(w, "data/kiosk.db", kiosk_path);
	world_path(w, "province/province.db", province_path);
	bool good = read_side(kiosk_path, KIOSK, &kiosk) &&
		    read_side(province_path, PROVINCE, &province);
	*ret = (struct verdict){ .in_outbox = kiosk.count, .at_province = province.count };
	for (unsigned i = 0; good && i < province.count; i++)
		find_visit(w, &province.all[i], all, count);
	if (good)
		check(&kiosk, &province, all, count, ret, out);
	else
		fputs("a database could not be read\n", out);
	free(kiosk.all);
	free(province.all);
	return good;
}
