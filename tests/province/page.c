#include "tests/province/page.h"

#include "tests/province/json.h"
#include "tests/province/manifest.h"
#include "tests/province/received.h"
#include "tests/province/shape.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define MAX_MANIFEST_BYTES (1 << 20)

static const char HEAD[] =
	"<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width\">"
	"<title>Hồ sơ đã nhận từ kiosk</title><style>"
	"body{font:16px/1.5 sans-serif;max-width:72rem;margin:2rem auto;padding:0 "
	"1rem;color:#1b1b1b}"
	"h1{font-size:1.6rem;color:#8f1414}table{border-collapse:collapse;width:100%}"
	"th,td{text-align:left;padding:.5rem .8rem;border-bottom:1px solid #ddd;vertical-align:top}"
	"th{color:#555;font-weight:600}code{font-size:1em}.no{color:#8f1414}.yes{color:#12633a}"
	"small{color:#666}</style></head><body>\n";

void page_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		const char *as = *text == '<'    ? "&lt;"
				 : *text == '>'  ? "&gt;"
				 : *text == '&'  ? "&amp;"
				 : *text == '"'  ? "&quot;"
				 : *text == '\'' ? "&#39;"
						 : NULL;

		if (as)
			fputs(as, out);
		else
			fputc(*text, out);
	}
}

static void cell(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	page_text(out, text);
	fprintf(out, "</%s>", tag);
}

/* As a person in Vietnam reads it: 21/11/2026 16:05. */
static void moment(FILE *out, int64_t at_s)
{
	time_t t = (time_t)(at_s + 7 * 3600);
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	strftime(text, sizeof text, "%d/%m/%Y %H:%M", &tm);
	fputs(text, out);
}

static void send_page(struct request *r, unsigned status, const char *text, size_t len)
{
	request_answer(r, status, "text/html; charset=utf-8", text, len,
		       (const char *[]){ "Content-Security-Policy",
					 "default-src 'none'; style-src 'unsafe-inline'",
					 "Cache-Control", "no-store", NULL });
}

static void not_found(struct request *r)
{
	static const char TEXT[] = "<!DOCTYPE html><title>404</title><p>Không có trang này.";

	send_page(r, 404, TEXT, sizeof TEXT - 1);
}

/* One row of the list; rows come oldest first, the newest shall be on top. */
struct rows {
	char *text;
	size_t len;
};

static void list_row(void *data, const struct dossier *d)
{
	struct rows *rows = data;
	struct rows now = { 0 };
	FILE *out = open_memstream(&now.text, &now.len);

	if (!out)
		return;
	fprintf(out, "<tr><td><a href=\"/d/%s\"><code>", d->key);
	page_text(out, d->accepted ? d->code : "(bị từ chối)");
	fputs("</code></a><br><small>", out);
	page_text(out, d->receipt);
	fputs("</small></td>", out);
	cell(out, "td", d->name);
	fputs("<td>", out);
	page_text(out, d->procedure_name);
	fprintf(out,
		"<br><small>%s</small></td><td>%" PRId64 " giấy tờ<br><small>%" PRId64
		" KB</small></td><td>",
		d->procedure, d->papers, (d->bytes + 1023) / 1024);
	moment(out, d->received_at);
	fputs("</td></tr>\n", out);
	fputs(rows->text ? rows->text : "", out);
	if (fclose(out) != 0)
		return;
	free(rows->text);
	*rows = now;
}

static void list(struct world *w, struct request *r)
{
	struct rows rows = { 0 };
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out || store_each(w->store, list_row, &rows) != ERR_OK) {
		not_found(r);
		return;
	}
	fprintf(out,
		"%s<h1>Hồ sơ đã nhận từ kiosk</h1><p>%" PRId64
		" hồ sơ. <small>Tỉnh mẫu: máy chủ giả lập để thử nghiệm.</small></p>"
		"<table><tr><th>Mã hồ sơ</th><th>Chủ hồ sơ</th><th>Thủ tục</th>"
		"<th>Thành phần</th><th>Nhận lúc</th></tr>\n%s</table></body></html>\n",
		HEAD, store_count(w->store), rows.text ? rows.text : "");
	free(rows.text);
	if (fclose(out) == 0)
		send_page(r, 200, text, len);
}

/* The bytes of manifest.json of a received dossier, or NULL. The caller frees them. */
static char *load_manifest(struct world *w, const struct dossier *d, size_t *ret_len)
{
	char path[PATH_MAX];
	char *text = malloc(MAX_MANIFEST_BYTES);
	AUTO_FD fd = received_path(w, d->folder, "manifest.json", path, sizeof path)
			     ? open(path, O_RDONLY | O_CLOEXEC)
			     : -1;
	ssize_t n = text && fd >= 0 ? read(fd, text, MAX_MANIFEST_BYTES) : -1;

	if (n <= 0) {
		free(text);
		return NULL;
	}
	*ret_len = (size_t)n;
	return text;
}

/* Nothing came along: it is in the store. */
static void reference_row(FILE *out, const struct manifest_paper *p)
{
	fputs("<tr>", out);
	cell(out, "td", p->file);
	cell(out, "td", p->component);
	fputs("<td>trong kho</td>", out);
	cell(out, "td", p->path);
	fprintf(out, "<td><small><code>%.16s…</code></small></td></tr>\n", p->sha256);
}

static void paper_row(FILE *out, struct world *w, const struct dossier *d, size_t i,
		      const struct manifest_paper *p)
{
	char name[16], path[PATH_MAX];
	struct stat st;

	if (p->reference) {
		reference_row(out, p);
		return;
	}
	received_name(i, true, name);
	if (!received_path(w, d->folder, name, path, sizeof path) || stat(path, &st) < 0)
		received_name(i, false, name);
	fprintf(out, "<tr><td><a href=\"/d/%s/%s\">", d->key, name);
	page_text(out, p->file);
	fputs("</a></td>", out);
	cell(out, "td", p->component);
	fprintf(out,
		"<td>%" PRId64 " trang</td><td>%" PRId64 " KB</td><td><small><code>%.16s…"
		"</code></small></td></tr>\n",
		p->pages, (p->bytes + 1023) / 1024, p->sha256);
}

static void fact(FILE *out, const char *name, const char *value)
{
	fprintf(out, "<tr><th>%s</th>", name);
	cell(out, "td", value);
	fputs("</tr>\n", out);
}

static void facts(FILE *out, const struct dossier *d)
{
	fputs("<table>", out);
	fact(out, "Chủ hồ sơ", d->name);
	fact(out, "Thủ tục", d->procedure_name);
	fact(out, "Mã thủ tục", d->procedure);
	fact(out, "Kiosk", d->kiosk);
	fact(out, "Phiếu của kiosk", d->receipt);
	fputs("<tr><th>Nhận lúc</th><td>", out);
	moment(out, d->received_at);
	fputs("</td></tr>\n<tr><th>Kết quả</th>", out);
	if (d->accepted) {
		fputs("<td class=\"yes\">Đã tiếp nhận, hẹn trả ", out);
		moment(out, d->due_at);
		fputs("</td></tr>\n", out);
	} else {
		fputs("<td class=\"no\">Từ chối: ", out);
		page_text(out, d->reason);
		fputs("</td></tr>\n", out);
	}
	fact(out, "SHA-256 của gói", d->package_sha256);
	fputs("</table>\n", out);
}

static void papers(FILE *out, struct world *w, const struct dossier *d, const char *text,
		   size_t len)
{
	AUTO_FREE struct manifest *m = calloc(1, sizeof *m);
	struct complaint why = { "" };

	fputs("<h2>Giấy tờ đã nộp</h2><table>\n", out);
	if (m && manifest_read(text, len, m, &why) == ERR_OK)
		for (size_t i = 0; i < m->paper_count; i++)
			paper_row(out, w, d, i, &m->papers[i]);
	cell(out, "caption", why.text);
	fputs("</table>\n", out);
}

/* What the citizen saw and answered, in order; `form_fields` has the labels. */
static void form(FILE *out, const char *text, size_t len)
{
	AUTO_JSON o = json_read(text, len);
	struct json_object *fields, *values;

	if (!o || !json_object_object_get_ex(o, "form", &values) ||
	    !json_object_object_get_ex(o, "form_fields", &fields) ||
	    !json_object_is_type(fields, json_type_array))
		return;
	fputs("<h2>Tờ khai</h2><table>\n", out);
	for (size_t i = 0; i < json_object_array_length(fields); i++) {
		struct json_object *field = json_object_array_get_idx(fields, i);
		const char *key = json_text(field, "key", 256);
		const char *label = json_text(field, "label", 1024);
		const char *value = key ? json_text(values, key, 4096) : NULL;

		fputs("<tr>", out);
		cell(out, "th", label ? label : "?");
		cell(out, "td", value ? value : "");
		fputs("</tr>\n", out);
	}
	fputs("</table>\n", out);
}

static void detail(struct world *w, struct request *r, const struct dossier *d)
{
	AUTO_FREE char *page = NULL;
	size_t len = 0, manifest_len = 0;
	AUTO_FREE char *manifest = load_manifest(w, d, &manifest_len);
	FILE *out = open_memstream(&page, &len);

	if (!out) {
		not_found(r);
		return;
	}
	fprintf(out, "%s<p><a href=\"/\">Tất cả hồ sơ</a></p><h1>Hồ sơ <code>", HEAD);
	page_text(out, d->accepted ? d->code : "bị từ chối");
	fputs("</code></h1>", out);
	facts(out, d);
	if (manifest) {
		papers(out, w, d, manifest, manifest_len);
		form(out, manifest, manifest_len);
	}
	fprintf(out,
		"<p><a href=\"/d/%s/manifest.json\">manifest.json</a> · "
		"<a href=\"/d/%s/answer.der\">answer.der</a></p></body></html>\n",
		d->key, d->key);
	if (fclose(out) == 0)
		send_page(r, 200, page, len);
}

static void file(struct world *w, struct request *r, const struct dossier *d, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	size_t n = strlen(name);
	bool plain = n > 0 && n < 32 && name[0] != '.' && !strchr(name, '/');
	AUTO_FD fd = plain && received_path(w, d->folder, name, path, sizeof path)
			     ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
			     : -1;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		not_found(r);
		return;
	}
	const char *type = n > 4 && strcmp(name + n - 4, ".pdf") == 0 ? "application/pdf"
			   : strcmp(name, "manifest.json") == 0 ? "application/json; charset=utf-8"
								: "application/octet-stream";
	request_answer_file(r, type, take_fd(&fd), (size_t)st.st_size);
}

static void begin(struct world *w, struct request *r)
{
	if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0)
		not_found(r);
	(void)w;
}

static void finish(struct world *w, struct request *r)
{
	struct dossier d;
	char key[37];

	if (strcmp(r->path, "/") == 0) {
		list(w, r);
		return;
	}
	bool named = strncmp(r->path, "/d/", 3) == 0 && strlen(r->path) >= 39;
	snprintf(key, sizeof key, "%s", named ? r->path + 3 : "");
	if (!shape_key(key) || store_find(w->store, key, &d) != ERR_OK)
		not_found(r);
	else if (r->path[39] == '\0')
		detail(w, r, &d);
	else if (r->path[39] == '/')
		file(w, r, &d, r->path + 40);
	else
		not_found(r);
}

const struct routes PAGE_ROUTES = { begin, finish };
