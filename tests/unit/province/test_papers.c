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

/* A dossier that names the paper of that number; wrong in one way or none. */
static const char *named(const char *sha256, void (*spoil)(struct manifest *m))
{
	static struct manifest m;
	static char why[1001];

	m = (struct manifest){ .paper_count = 1,
			       .filer = OWNER,
			       .verified = true,
			       .lookup = true,
			       .handed_in = "20261122093000" };
	m.papers[0] = (struct manifest_paper){
		.reference = true, .file = "Giấy", .component = "KQ1", .result = "KQ-000000"
	};
	snprintf(m.papers[0].path, sizeof m.papers[0].path, "%s", w.papers.held[0].path);
	snprintf(m.papers[0].sha256, sizeof m.papers[0].sha256, "%s", sha256);
	why[0] = '\0';
	if (spoil)
		spoil(&m);
	papers_check(&w, &m, why);
	return why;
}

static void other_path(struct manifest *m)
{
	snprintf(m->papers[0].path, sizeof m->papers[0].path, "kho/1/9.pdf");
}

static void other_filer(struct manifest *m)
{
	snprintf(m->filer, sizeof m->filer, OTHER);
}

static void by_code(struct manifest *m)
{
	m->verified = false;
}

static void unasked(struct manifest *m)
{
	m->lookup = false;
}

static void other_id(struct manifest *m)
{
	snprintf(m->papers[0].result, sizeof m->papers[0].result, "KQ-000001");
}

static void other_hash(struct manifest *m)
{
	m->papers[0].sha256[5] ^= 1;
}

static void other_component(struct manifest *m)
{
	snprintf(m->papers[0].component, sizeof m->papers[0].component, "KQ2");
}

static void scanned(struct manifest *m)
{
	m->papers[0].reference = false;
	other_path(m);
}

static void names_what_there_is(const char *sha256)
{
	eq_str(named(sha256, NULL), "");
	eq_str(named(sha256, scanned), "");
	ok(strstr(named(sha256, other_path), "không có trong kho"));
	ok(strstr(named(sha256, other_filer), "người nộp"));
	ok(strstr(named(sha256, by_code), "người nộp"));
	ok(strstr(named(sha256, unasked), "người nộp"));
	ok(strstr(named(sha256, other_id), "không đúng bản"));
	ok(strstr(named(sha256, other_hash), "không đúng bản"));
	ok(strstr(named(sha256, other_component), "thủ tục"));
	w.papers.held[0].until_s = 1795280400; /* 22/11/2026 00:00 in Vietnam: that day still */
	eq_str(named(sha256, NULL), "");
	w.papers.held[0].until_s -= 1;
	ok(strstr(named(sha256, NULL), "đã hết hạn"));
	w.papers.held[0].until_s = 0;
	w.papers.held[0].revoked = true;
	ok(strstr(named(sha256, NULL), "thu hồi"));
	w.papers.held[0].revoked = false;
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
	ok(json_text(data, "file", 131072) != NULL);
	eq_str(fetch(OTHER, w.papers.held[0].path, bad), QUERY_NO_SUCH);
	eq_str(fetch(OWNER, "kho/../x", bad), QUERY_NO_SUCH);
	w.fault.papers = PAPERS_HASH;
	ok(fetch(OWNER, w.papers.held[0].path, bad) == NULL);
	eq_str(json_text(bad, "sha256", 64), json_text(data, "sha256", 64));
	names_what_there_is(json_text(data, "sha256", 64));
	ok(strcmp(json_text(bad, "file", 131072), json_text(data, "file", 131072)) != 0);
	w.papers.count = HELD_MAX;
	ok(!papers_add(&w, &h));
	return tap_done();
}
