/* Papers the state has: listed for their owner, given to nobody else, and the ways to go wrong. */
#include "tests/province/papers.h"
#include "tests/tap.h"

#include <string.h>

#define OWNER "001190654321"
#define OTHER "001190654322"

static struct world w;

static const char *ask(query_answer_fn *fn, const char *question, struct json_object *data)
{
	AUTO_JSON asked = json_read(question, strlen(question));

	return fn(&w, asked, data);
}

static size_t rows(const char *owner)
{
	char question[128];
	AUTO_JSON data = json_object_new_object();

	snprintf(question, sizeof question,
		 "{\"SoDinhDanhChuSoHuu\":\"%s\",\"MaThuTuc\":\"1.001193\"}", owner);
	ok(ask(query_papers, question, data) == NULL);
	return json_object_array_length(json_object_object_get(data, "DanhSachGiayToKetQua"));
}

static const char *fetch(const char *owner, const char *path, struct json_object *data)
{
	char question[192];

	snprintf(question, sizeof question, "{\"SoDinhDanhChuSoHuu\":\"%s\",\"DuongDan\":\"%s\"}",
		 owner, path);
	return ask(query_paper, question, data);
}

int main(void)
{
	AUTO_JSON data = json_object_new_object();
	AUTO_JSON bad = json_object_new_object();
	struct held h = { .owner = OWNER, .component = "KQ1", .sign = "12/KS", .title = "Giấy" };

	ok(papers_add(&w, &h));
	eq_int(rows(OWNER), 1);
	eq_int(rows(OTHER), 0);
	w.fault.papers = PAPERS_OTHER;
	eq_int(rows(OTHER), 1);
	w.fault.papers = PAPERS_ENDLESS;
	eq_int(rows(OWNER), 3000);
	w.fault.papers = PAPERS_RIGHT;
	ok(ask(query_papers, "{\"SoDinhDanhChuSoHuu\":\"1\",\"MaThuTuc\":\"x\"}", bad) != NULL);
	ok(fetch(OWNER, w.papers.held[0].path, data) == NULL);
	ok(json_text(data, "file", 4096) != NULL);
	eq_str(fetch(OTHER, w.papers.held[0].path, bad), QUERY_NO_SUCH);
	eq_str(fetch(OWNER, "kho/../x", bad), QUERY_NO_SUCH);
	w.fault.papers = PAPERS_HASH;
	ok(fetch(OWNER, w.papers.held[0].path, bad) == NULL);
	eq_str(json_text(bad, "sha256", 64), json_text(data, "sha256", 64));
	ok(strcmp(json_text(bad, "file", 4096), json_text(data, "file", 4096)) != 0);
	w.papers.count = HELD_MAX;
	ok(!papers_add(&w, &h));
	return tap_done();
}
