/* Search in a catalogue as large as the national one, against SQLite over the same records in
 * the same run, query by query. What is missing from the real procedures is made from them.
 * Times are of the processor: all is in memory, and the load of the machine is not our subject.
 *
 *     build/bench/search [CATALOGUE.json] */
#include "firmware/core/catalogue.h"
#include "firmware/core/fold.h"
#include "tests/bench/bench.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <string.h>

#define RECORDS  5652 /* procedures in the national catalogue, July 2026 */
#define ROUNDS   20
#define SHOWN    60
#define LIMIT_MS 5

enum { OURS, FTS5, LIKE, KINDS };

static const char *const QUERIES[] = {
	"khai sinh",
	"giấy khai sinh",
	"khai",
	"k",
	"đăng ký kết hôn",
	"ket hon",
	"độc thân",
	"xác nhận tình trạng hôn nhân",
	"trích lục",
	"trich luc khai sinh",
	"tạm trú",
	"thường trú",
	"ho khau",
	"hộ kinh doanh",
	"hkd",
	"sao y bản chính",
	"chứng thực chữ ký",
	"sổ đỏ",
	"đất đai",
	"giấy phép lái xe",
	"khai tử",
	"1.001193",
	"2.000",
	"birth registration",
	"người nước ngoài",
	"trợ cấp",
	"bảo hiểm xã hội",
	"thay đổi hộ tịch",
	"khai sinh xyz",
	"qqqq",
	"đăng ký lại khai s",
	"thủ tục cấp giấy phép",
};
#define QUERY_COUNT (sizeof QUERIES / sizeof *QUERIES)

struct run {
	struct catalogue *catalogue;
	sqlite3 *db;
	sqlite3_stmt *by[KINDS];
	double ms[KINDS][QUERY_COUNT * ROUNDS];
	size_t count, found[KINDS];
};

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : "";
}

/* The n-th procedure, made from a real one: a longer name and a code of its own, and, as most
 * have none, no short name and no common words. */
static struct json_object *another(struct json_object *real, int n)
{
	static const char *const FOR[] = { "đối với người nước ngoài",
					   "tại khu vực biên giới",
					   "thuộc thẩm quyền của Ủy ban nhân dân cấp xã",
					   "đối với hộ nghèo và hộ cận nghèo",
					   "trong trường hợp được ủy quyền",
					   "của tổ chức có vốn đầu tư nước ngoài",
					   "do bị mất, bị hỏng hoặc sai thông tin" };
	struct json_object *o = NULL;
	char name[2048], code[16];

	if (json_object_deep_copy(real, &o, NULL) != 0)
		exit(1);
	snprintf(name, sizeof name, "%s %s (%d)", text_of(real, "name"),
		 FOR[n % (int)(sizeof FOR / sizeof *FOR)], n);
	snprintf(code, sizeof code, "%d.9%05d", 1 + n % 3, n);
	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "code", json_object_new_string(code));
	json_object_object_del(o, "short");
	json_object_object_del(o, "aliases");
	json_object_object_del(o, "common");
	return o;
}

static struct json_object *load(const char *path)
{
	struct json_object *all = json_object_from_file(path), *list = NULL;

	if (!all || !json_object_object_get_ex(all, "procedures", &list)) {
		fprintf(stderr, "search: no catalogue in %s\n", path);
		exit(1);
	}
	size_t real = json_object_array_length(list);
	for (size_t n = real; n < RECORDS; n++)
		json_object_array_add(list,
				      another(json_object_array_get_idx(list, n % real), (int)n));
	return all;
}

static void must(struct run *r, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return;
	fprintf(stderr, "search: %s\n", sqlite3_errmsg(r->db));
	exit(1);
}

static void fill(struct run *r)
{
	char key[4096];
	sqlite3_stmt *add[2];

	must(r, sqlite3_prepare_v2(r->db, "INSERT INTO fts VALUES (?)", -1, &add[0], NULL));
	must(r, sqlite3_prepare_v2(r->db, "INSERT INTO plain VALUES (?)", -1, &add[1], NULL));
	must(r, sqlite3_exec(r->db, "BEGIN", NULL, NULL, NULL));
	for (size_t i = 0; i < catalogue_count(r->catalogue); i++) {
		const struct procedure *p = catalogue_at(r->catalogue, i);
		char text[4096];

		snprintf(text, sizeof text, "%s %s %s %s", p->short_name, p->short_name_en,
			 p->field, p->code);
		key[0] = ' ';
		fold(text, key + 1, sizeof key - 1);
		for (int k = 0; k < 2; k++) {
			sqlite3_bind_text(add[k], 1, key, -1, SQLITE_STATIC);
			must(r, sqlite3_step(add[k]));
			sqlite3_reset(add[k]);
		}
	}
	must(r, sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL));
	sqlite3_finalize(add[0]);
	sqlite3_finalize(add[1]);
}

static void open_peers(struct run *r)
{
	must(r, sqlite3_open(":memory:", &r->db));
	must(r, sqlite3_exec(r->db,
			     "CREATE VIRTUAL TABLE fts USING fts5(key, prefix='1 2 3');"
			     "CREATE TABLE plain(key TEXT)",
			     NULL, NULL, NULL));
	fill(r);
	must(r, sqlite3_prepare_v2(r->db, "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rank",
				   -1, &r->by[FTS5], NULL));
	must(r, sqlite3_prepare_v2(r->db, "SELECT rowid FROM plain WHERE key LIKE ?", -1,
				   &r->by[LIKE], NULL));
}

/* "khai sinh" as FTS5 wants it: "khai"* "sinh"*; for LIKE, in one pattern: % khai% sinh%. */
static void ask_peer(char *out, size_t cap, const char *query, int kind)
{
	char folded[256], *save = NULL;
	size_t len = 0;

	fold(query, folded, sizeof folded);
	for (char *w = strtok_r(folded, " ", &save); w; w = strtok_r(NULL, " ", &save))
		len += (size_t)snprintf(out + len, cap - len, kind == FTS5 ? "\"%s\"* " : "%% %s",
					w);
	snprintf(out + len, cap - len, "%s", kind == LIKE ? "%" : "");
}

static void one(struct run *r, const char *query, int kind)
{
	uint32_t places[SHOWN];
	char asked[1024];

	if (kind == OURS) {
		r->found[kind] += catalogue_search(r->catalogue, query, places, SHOWN);
		return;
	}
	ask_peer(asked, sizeof asked, query, kind);
	sqlite3_bind_text(r->by[kind], 1, asked, -1, SQLITE_STATIC);
	int code;
	while ((code = sqlite3_step(r->by[kind])) == SQLITE_ROW)
		r->found[kind]++;
	must(r, code);
	sqlite3_reset(r->by[kind]);
}

static void measure(struct run *r)
{
	for (int round = 0; round < ROUNDS; round++)
		for (size_t q = 0; q < QUERY_COUNT; q++) {
			for (int k = 0; k < KINDS; k++) {
				double from_ms = bench_cpu_ms();
				one(r, QUERIES[q], k);
				r->ms[k][r->count] = bench_cpu_ms() - from_ms;
			}
			r->count++;
		}
}

/* Each query's median over the rounds. */
static void tell_queries(struct run *r, double median[KINDS][QUERY_COUNT])
{
	double ms[ROUNDS];

	for (size_t q = 0; q < QUERY_COUNT; q++) {
		for (int k = 0; k < KINDS; k++) {
			for (size_t i = 0; i < ROUNDS; i++)
				ms[i] = r->ms[k][i * QUERY_COUNT + q];
			median[k][q] = bench_percentile(ms, ROUNDS, 50);
		}
		printf("%8.3f %8.3f %8.3f ms  %s\n", median[OURS][q], median[FTS5][q],
		       median[LIKE][q], QUERIES[q]);
	}
}

static void tell(struct run *r)
{
	double ms[KINDS][QUERY_COUNT];

	printf("%zu records, %zu queries, %d rounds\n    ours     FTS5     LIKE\n",
	       catalogue_count(r->catalogue), QUERY_COUNT, ROUNDS);
	tell_queries(r, ms);
	printf("found: %zu, %zu, %zu\n", r->found[OURS] / ROUNDS, r->found[FTS5] / ROUNDS,
	       r->found[LIKE] / ROUNDS);
	double p50 = bench_percentile(ms[OURS], QUERY_COUNT, 50);
	bench_row("search in 5652 procedures, p50", p50, "ms", LIMIT_MS);
	bench_row("search, p95", bench_percentile(ms[OURS], QUERY_COUNT, 95), "ms", LIMIT_MS);
	bench_row("search, max", bench_percentile(ms[OURS], QUERY_COUNT, 100), "ms", LIMIT_MS);
	bench_row("search p50 / SQLite FTS5", p50 / bench_percentile(ms[FTS5], QUERY_COUNT, 50),
		  "x", 0);
	bench_row("search p50 / SQLite LIKE", p50 / bench_percentile(ms[LIKE], QUERY_COUNT, 50),
		  "x", 0);
}

int main(int argc, char **argv)
{
	static struct run r;
	struct json_object *json = load(argc > 1 ? argv[1] : "assets/catalogue.json");

	if (catalogue_of(json, &r.catalogue) != ERR_OK)
		return fputs("search: the catalogue is refused\n", stderr), 1;
	open_peers(&r);
	measure(&r);
	tell(&r);
	for (int k = FTS5; k < KINDS; k++)
		sqlite3_finalize(r.by[k]);
	sqlite3_close(r.db);
	catalogue_close(r.catalogue);
	return 0;
}
