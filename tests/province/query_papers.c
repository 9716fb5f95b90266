/* Which papers the state has of a person, and one of them (domain.md §7.5). */
#include "tests/province/papers.h"

#include "firmware/base/auto.h"
#include "tests/province/call.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_CAP  65536
#define PICTURE_W 120
#define PICTURE_H 170
#define OBJECTS   8
#define ENDLESS   3000
#define DAY_S     86400
#define VIETNAM_S (7 * 3600)

bool papers_add(struct world *w, const struct held *h)
{
	struct papers *p = &w->papers;

	if (p->count == HELD_MAX)
		return false;
	p->held[p->count] = *h;
	snprintf(p->held[p->count].path, sizeof p->held->path, "kho/%s/%zu.pdf", h->owner,
		 p->count);
	p->count++;
	return true;
}

static void put(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void put_moment(struct json_object *o, const char *name, int64_t s)
{
	char text[15];

	query_write_moment(s, text);
	put(o, name, text);
}

/* Lines of writing and a frame, gray on white, so that there is something to look at. */
static uint8_t shade(size_t x, size_t y, size_t page)
{
	bool frame = x == 3 || x == PICTURE_W - 4 || y == 3 || y == PICTURE_H - 4;
	bool ink = y > 12 && y < PICTURE_H - 14 && y % 6 < 2 && x > 8 &&
		   x < PICTURE_W - 8 - y * 7 % (11 + page);

	return frame || ink ? 60 : 250;
}

static void put_picture(FILE *out, size_t page)
{
	fprintf(out,
		"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
		"/ColorSpace/DeviceGray/Length %d>>stream\n",
		PICTURE_W, PICTURE_H, PICTURE_W * PICTURE_H);
	for (size_t y = 0; y < PICTURE_H; y++)
		for (size_t x = 0; x < PICTURE_W; x++)
			fputc(shade(x, y, page), out);
	fputs("\nendstream", out);
}

static void put_object(FILE *out, size_t n, const struct held *h)
{
	const char *draw = h->letters ? "BT /F 12 Tf (Giay) Tj ET" : "q 595 0 0 842 0 0 cm /P Do Q";
	size_t page = (n - 3) / 3;

	if (n == 1)
		fputs("<</Type/Catalog/Pages 2 0 R>>", out);
	else if (n == 2)
		fputs("<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2/MediaBox[0 0 595 842]>>", out);
	else if (n % 3 == 0)
		fprintf(out,
			"<</Type/Page/Parent 2 0 R/Contents %zu 0 R/Resources<</XObject<</P %zu 0 "
			"R>>>>>>",
			n + 1, n + 2);
	else if (n % 3 == 1)
		fprintf(out, "<</Length %zu>>stream\n%s\nendstream", strlen(draw), draw);
	else
		put_picture(out, page);
}

/* Two scanned pages, with its name inside, so that no two are the same. */
static size_t file_of(const struct held *h, char ret[FILE_CAP])
{
	long at[OBJECTS + 1] = { 0 };
	FILE *out = fmemopen(ret, FILE_CAP, "w");

	if (!out)
		return 0;
	fprintf(out, "%%PDF-1.4\n%% %s %s\n", h->path, h->sign);
	for (size_t n = 1; n <= OBJECTS; n++) {
		at[n] = ftell(out);
		fprintf(out, "%zu 0 obj", n);
		put_object(out, n, h);
		fputs("endobj\n", out);
	}
	long table = ftell(out);
	fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
	for (size_t n = 1; n <= OBJECTS; n++)
		fprintf(out, "%010ld 00000 n \n", at[n]);
	fprintf(out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%ld\n%%%%EOF\n", OBJECTS + 1,
		table);
	long len = ftell(out);
	return fclose(out) == 0 && len > 0 && len < FILE_CAP ? (size_t)len : 0;
}

static size_t hash_of(const struct held *h, char ret_hex[65])
{
	char file[FILE_CAP];
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t len = file_of(h, file);
	unsigned n = 0;

	ret_hex[0] = '\0';
	if (EVP_Digest(file, len, hash, &n, EVP_sha256(), NULL) == 1)
		for (unsigned i = 0; i < n && i < 32; i++)
			snprintf(ret_hex + 2 * i, 3, "%02x", hash[i]);
	return len;
}

static size_t put_hash(struct json_object *o, const struct held *h)
{
	char hex[65];
	size_t len = hash_of(h, hex);

	put(o, "sha256", hex);
	return len;
}

static void id_of(size_t n, char ret[32])
{
	snprintf(ret, 32, "KQ-%06zu", n);
}

static void put_row(struct json_object *all, const struct held *h, size_t n)
{
	struct json_object *o = json_object_new_object();
	char id[32];

	id_of(n, id);
	put(o, "MaKetQua", id);
	put(o, "MaThanhPhanHoSo", h->component);
	put(o, "TenGiayTo", h->title);
	put(o, "SoKyHieu", h->sign);
	put(o, "CoQuanChuQuan", "UBND xã Tân Thành");
	put_moment(o, "NgayCap", h->given_s);
	put_moment(o, "NgayHetHan", h->until_s);
	put(o, "DaThuHoi", h->revoked ? "1" : "0");
	put(o, "DuongDan", h->path);
	json_object_object_add(o, "bytes", json_object_new_int64((int64_t)put_hash(o, h)));
	json_object_array_add(all, o);
}

static bool is_asked_for(const struct world *w, const struct held *h, const char *owner)
{
	bool own = strcmp(h->owner, owner) == 0;

	return w->fault.papers == PAPERS_OTHER ? !own : own;
}

const char *query_papers(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *owner = json_text(asked, "SoDinhDanhChuSoHuu", 12);
	const char *told = owner;
	struct json_object *all;

	if (!owner || strlen(owner) != 12 || !json_text(asked, "MaThuTuc", 31))
		return "SoDinhDanhChuSoHuu or MaThuTuc is missing";
	all = json_object_new_array();
	json_object_object_add(data, "DanhSachGiayToKetQua", all);
	for (size_t i = 0; i < w->papers.count; i++) {
		const struct held *h = &w->papers.held[i];
		size_t times = w->fault.papers == PAPERS_ENDLESS ? ENDLESS : 1;

		if (!is_asked_for(w, h, owner))
			continue;
		told = h->owner;
		for (size_t n = 0; n < times; n++)
			put_row(all, h, i);
	}
	put(data, "SoDinhDanhChuSoHuu", told);
	return NULL;
}

const char *query_paper(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *owner = json_text(asked, "SoDinhDanhChuSoHuu", 12);
	const char *path = json_text(asked, "DuongDan", 200);
	char file[FILE_CAP], text[FILE_CAP * 2];

	if (!owner || !path)
		return "SoDinhDanhChuSoHuu or DuongDan is missing";
	for (size_t i = 0; i < w->papers.count; i++) {
		const struct held *h = &w->papers.held[i];

		if (strcmp(h->path, path) != 0 || strcmp(h->owner, owner) != 0)
			continue;
		put(data, "DuongDan", path);
		put_hash(data, h);
		size_t len = file_of(h, file);
		file[len - 1] = w->fault.papers == PAPERS_HASH ? ' ' : '\n';
		EVP_EncodeBlock((unsigned char *)text, (unsigned char *)file, (int)len);
		put(data, "file", text);
		return NULL;
	}
	return QUERY_NO_SUCH; /* nor anybody else's */
}

static const struct held *find(const struct world *w, const char *path)
{
	for (size_t i = 0; i < w->papers.count; i++)
		if (strcmp(w->papers.held[i].path, path) == 0)
			return &w->papers.held[i];
	return NULL;
}

static bool is_over(const struct held *h, const struct manifest *m)
{
	int64_t filed_s = 0;

	if (h->until_s == 0 || !query_read_moment(m->handed_in, &filed_s))
		return false;
	return (h->until_s + VIETNAM_S) / DAY_S < (filed_s + VIETNAM_S) / DAY_S;
}

static const char *what_is_wrong(const struct world *w, const struct manifest *m,
				 const struct manifest_paper *p)
{
	const struct held *h = find(w, p->path);
	char id[32], hex[65];

	if (!h)
		return "không có trong kho";
	id_of((size_t)(h - w->papers.held), id);
	hash_of(h, hex);
	if (strcmp(h->owner, m->filer) != 0 || !m->verified || !m->lookup)
		return "không phải giấy mà người nộp được dùng";
	if (strcmp(id, p->result) != 0 || strcmp(hex, p->sha256) != 0)
		return "không đúng bản trong kho";
	if (strcmp(h->component, p->component) != 0)
		return "không phải giấy mà thủ tục cần";
	return h->revoked ? "đã bị thu hồi" : is_over(h, m) ? "đã hết hạn" : NULL;
}

void papers_check(const struct world *w, const struct manifest *m, char ret_reason[1001])
{
	for (size_t i = 0; i < m->paper_count; i++) {
		const struct manifest_paper *p = &m->papers[i];
		const char *wrong = p->reference ? what_is_wrong(w, m, p) : NULL;

		if (!wrong)
			continue;
		snprintf(ret_reason, 1001, "Giấy nhà nước đã có “%.500s”: %s.", p->file, wrong);
		return;
	}
}

/* By what the kiosk calls it when it asks: its SoKyHieu. */
void do_revoke(struct call *c)
{
	for (size_t i = 0; i < c->w->papers.count; i++) {
		if (strcmp(c->w->papers.held[i].sign, c->rest) != 0)
			continue;
		c->w->papers.held[i].revoked = true;
		call_fine(c);
		return;
	}
	call_wrong(c, "revoke SIGN, of a paper that the state has");
}

/* It is not there any more. */
void do_lost(struct call *c)
{
	c->w->papers.count = 0;
	call_fine(c);
}

void do_has(struct call *c)
{
	struct held h = { .given_s = clock_wall_s(&c->w->clock) - 400 * DAY_S };
	int64_t days = 0;
	bool past = false;
	bool read = call_word(c, h.owner, sizeof h.owner) && strlen(h.owner) == 12 &&
		    call_word(c, h.component, sizeof h.component) &&
		    call_word(c, h.sign, sizeof h.sign);

	if (read) {
		past = *c->rest == '-';
		c->rest += past;
		read = call_number(c, &days) && *c->rest && strlen(c->rest) < sizeof h.title;
	}
	snprintf(h.title, sizeof h.title, "%.300s", c->rest);
	if (days != 0)
		h.until_s = clock_wall_s(&c->w->clock) + (past ? -days : days) * DAY_S;
	h.letters = c->w->fault.papers == PAPERS_LETTERS;
	if (read && papers_add(c->w, &h))
		call_fine(c);
	else
		call_wrong(c, "has NUMBER COMPONENT SIGN DAYS TITLE");
}

void do_papers(struct call *c)
{
	static const char *const WORDS[] = { "right", "other", "hash", "endless", "letters" };

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		if (strcmp(c->rest, WORDS[i]) != 0)
			continue;
		c->w->fault.papers = (unsigned)i;
		call_fine(c);
		return;
	}
	call_wrong(c, "papers how? right, other, hash, endless or letters");
}
