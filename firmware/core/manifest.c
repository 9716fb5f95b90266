#include "firmware/core/manifest.h"

#include "firmware/base/msg.h"
#include "firmware/base/page.h"
#include "firmware/core/counter.h"
#include "firmware/core/files.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A JSON object being filled; the first failure sticks. */
struct filling {
	enum err err;
};

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static void put(struct filling *f, struct json_object *o, const char *name,
		struct json_object *value)
{
	if (!o || !value || json_object_object_add(o, name, value) != 0) {
		json_object_put(value);
		if (f->err == ERR_OK)
			f->err = ERR_NO_MEMORY;
	}
}

static void put_text(struct filling *f, struct json_object *o, const char *name, const char *text)
{
	text = text_of(text);
	if (!utf8_ok(text, strlen(text)))
		f->err = ERR_BAD_DATA;
	else
		put(f, o, name, json_object_new_string(text));
}

/* Without a text the province could not take the dossier: better to notice it here. */
static void put_needed(struct filling *f, struct json_object *o, const char *name, const char *text)
{
	if (!text || !*text)
		f->err = ERR_BAD_DATA;
	else
		put_text(f, o, name, text);
}

static void put_num(struct filling *f, struct json_object *o, const char *name, int64_t n)
{
	put(f, o, name, json_object_new_int64(n));
}

static void put_flag(struct filling *f, struct json_object *o, const char *name, bool yes)
{
	put(f, o, name, json_object_new_string(yes ? "1" : "0"));
}

static void put_stamp(struct filling *f, struct json_object *o, const char *name, int64_t wall_s)
{
	char stamp[LOCAL_STAMP_CAP];

	local_stamp(wall_s, stamp);
	put_needed(f, o, name, stamp);
}

/* A new object in `o`; it belongs to `o`. NULL on failure, which put() has noted. */
static struct json_object *put_object(struct filling *f, struct json_object *o, const char *name)
{
	struct json_object *part = json_object_new_object();

	put(f, o, name, part);
	return f->err == ERR_OK ? part : NULL;
}

/* `count` objects, made one by one. */
struct list {
	size_t count;
	struct json_object *(*make)(struct filling *f, const struct dossier *d, size_t paper,
				    size_t i);
	const struct dossier *dossier;
	size_t paper; /* whose pages */
};

static void put_list(struct filling *f, struct json_object *o, const char *name,
		     const struct list *l)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; list && i < l->count && f->err == ERR_OK; i++) {
		struct json_object *one = l->make(f, l->dossier, l->paper, i);

		if (one && json_object_array_add(list, one) == 0)
			continue;
		json_object_put(one);
		f->err = f->err == ERR_OK ? ERR_NO_MEMORY : f->err;
	}
	put(f, o, name, list);
}

void manifest_file(size_t i, char ret_name[MANIFEST_FILE_CAP])
{
	(void)snprintf(ret_name, MANIFEST_FILE_CAP, "papers/%03zu.pdf", i + 1);
}

void manifest_original(size_t paper, size_t page, char ret_name[MANIFEST_FILE_CAP])
{
	(void)snprintf(ret_name, MANIFEST_FILE_CAP, "originals/%03zu-%03zu.png", paper + 1,
		       page + 1);
}

static void put_hash(struct filling *f, struct json_object *o, const uint8_t *bytes, size_t len)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char hex[2 * FILES_HASH_BYTES + 1];

	if (!bytes || EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL) != 1) {
		f->err = bytes ? ERR_NO_MEMORY : ERR_BAD_DATA;
		return;
	}
	hex_of(hash, FILES_HASH_BYTES, hex);
	put_text(f, o, "sha256", hex);
}

static void put_words(struct filling *f, struct json_object *o, const char *name,
		      const char *const *words, size_t n)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; list && i < n; i++)
		(void)json_object_array_add(list, json_object_new_string(words[i]));
	put(f, o, name, list);
}

static void put_steps(struct filling *f, struct json_object *o, uint16_t steps)
{
	const char *names[PAGE_STEP_COUNT];
	size_t n = 0;

	for (enum page_step s = 0; s < PAGE_STEP_COUNT; s++)
		if (steps >> s & 1)
			names[n++] = page_step_name(s);
	put_words(f, o, "steps", names, n);
}

static void put_quality(struct filling *f, struct json_object *o, const struct dossier_page *p)
{
	struct json_object *quality = put_object(f, o, "quality");

	put_num(f, quality, "edge_um", p->edge_um);
	put_num(f, quality, "ink_ppm", p->ink_ppm);
	put_num(f, quality, "glare_ppm", p->glare_ppm);
	put_num(f, quality, "tilt_mdeg", p->tilt_mdeg);
	put_num(f, quality, "turned", p->turned);
	put(f, quality, "turned_by_hand", json_object_new_boolean(p->turned_by_hand));
	put_words(f, quality, "faults", p->faults, p->fault_count);
}

static void put_settings(struct filling *f, struct json_object *o, const struct dossier_page *p)
{
	struct json_object *settings = put_object(f, o, "settings");

	put_num(f, settings, "dpi", p->dpi);
	put_num(f, settings, "channels", p->channels);
	put_num(f, settings, "sides", p->sides);
	put_num(f, settings, "side", p->side);
	put_num(f, settings, "width", p->width);
	put_num(f, settings, "height", p->height);
}

static void put_original(struct filling *f, struct json_object *o, const struct dossier_page *p,
			 const char *file)
{
	struct json_object *original = put_object(f, o, "original");

	put_text(f, original, "file", file);
	put_hash(f, original, p->original, p->original_len);
	put_num(f, original, "bytes", (int64_t)p->original_len);
}

static void put_code(struct filling *f, struct json_object *o, const struct dossier_page *p)
{
	struct json_object *code = put_object(f, o, "code");

	put_text(f, code, "kind", p->code_kind);
	put_text(f, code, "text", p->code);
}

/* Where a page comes from and what was done to it. */
static struct json_object *source(struct filling *f, const struct dossier *d, size_t paper,
				  size_t page)
{
	const struct dossier_page *p = &d->papers[paper].sources[page];
	struct json_object *o = json_object_new_object();
	char file[MANIFEST_FILE_CAP];

	put_text(f, o, "kiosk", d->kiosk);
	put_text(f, o, "device", p->device);
	put_text(f, o, "source", p->source);
	put_settings(f, o, p);
	put_stamp(f, o, "scanned_at", p->scanned_s);
	put_text(f, o, "clock", p->clock);
	put_text(f, o, "source_sha256", p->source_sha256);
	put_quality(f, o, p);
	put_text(f, o, "profile", p->profile);
	put_steps(f, o, p->steps);
	put_text(f, o, "check", p->check);
	put_num(f, o, "ocr_confidence", p->confidence);
	put_text(f, o, "tools", p->tools);
	if (p->scanned_for)
		put_text(f, o, "scanned_for", p->scanned_for);
	if (p->code)
		put_code(f, o, p);
	manifest_original(paper, page, file);
	if (p->original)
		put_original(f, o, p, file);
	return o;
}

static void put_certified(struct filling *f, struct json_object *o, const struct dossier_copy *copy)
{
	struct json_object *certified = put_object(f, o, "certified");

	put_needed(f, certified, "number", copy->number);
	put_needed(f, certified, "by", copy->by);
	put_needed(f, certified, "serial", copy->serial);
	put_stamp(f, certified, "at", copy->at_s);
	put_needed(f, certified, "statement", copy->statement);
	put_needed(f, certified, "form", copy->form);
}

/* No file comes along: the province has it. */
static void put_reference(struct filling *f, struct json_object *o,
			  const struct dossier_reference *r)
{
	put_needed(f, o, "MaKetQua", r->result);
	put_needed(f, o, "DuongDan", r->path);
	put_text(f, o, "SoKyHieu", r->sign);
	put_text(f, o, "CoQuanChuQuan", r->issuer);
	put_needed(f, o, "sha256", r->sha256);
	put_num(f, o, "bytes", r->bytes);
}

static void put_scan(struct filling *f, struct json_object *o, const struct dossier_paper *p)
{
	struct json_object *quality;

	put_hash(f, o, p->pdf, p->pdf_len);
	put_num(f, o, "bytes", (int64_t)p->pdf_len);
	put_num(f, o, "trang", p->pages);
	put_num(f, o, "ban", p->copies);
	quality = put_object(f, o, "chat_luong");
	put_num(f, quality, "dpi", p->quality.dpi);
	put_num(f, quality, "kenh", p->quality.channels);
	put_num(f, quality, "nghi_ngo", p->quality.doubts);
	put_text(f, quality, "may_quet", p->quality.scanner);
	if (p->certified)
		put_certified(f, o, p->certified);
}

static struct json_object *paper(struct filling *f, const struct dossier *d, size_t unused,
				 size_t i)
{
	const struct dossier_paper *p = &d->papers[i];
	struct json_object *o = json_object_new_object();
	char file[MANIFEST_FILE_CAP];

	(void)unused;
	manifest_file(i, file);
	put_text(f, o, "TepDinhKemId", p->reference ? "" : file);
	put_needed(f, o, "TenTepDinhKem", p->name);
	put_text(f, o, "MaThanhPhanHoSo", p->component);
	put_flag(f, o, "DuocSoHoa", p->digitized);
	put_flag(f, o, "DuocTaiSuDung", p->reused);
	put_flag(f, o, "DuocLayTuKhoDMQG", false);
	if (p->reference) {
		put_reference(f, o, p->reference);
		return o;
	}
	put_scan(f, o, p);
	put_list(f, o, "pages", &(struct list){ p->sources ? p->pages : 0, source, d, i });
	return o;
}

/* A second answer under one key would push out the first. */
static void put_once(struct filling *f, struct json_object *o, const char *name, const char *text)
{
	if (f->err != ERR_OK)
		return;
	if (json_object_object_get_ex(o, name, NULL))
		f->err = ERR_BAD_DATA;
	else
		put_text(f, o, name, text);
}

static struct json_object *shown(struct filling *f, const struct dossier *d, size_t unused,
				 size_t i)
{
	const struct dossier_answer *a = &d->answers[i];
	struct json_object *row = json_object_new_object();

	(void)unused;
	put_needed(f, row, "key", a->key);
	put_text(f, row, "label", a->label);
	put_text(f, row, "source", a->source);
	return row;
}

/* Values under their keys, and once more with what the citizen saw, in order. */
static void put_form(struct filling *f, struct json_object *o, const struct dossier *d)
{
	struct json_object *form = put_object(f, o, "form");

	for (size_t i = 0; i < d->answer_count; i++)
		put_once(f, form, d->answers[i].key, d->answers[i].value);
	put_list(f, o, "form_fields", &(struct list){ d->answer_count, shown, d, 0 });
}

static void put_chip(struct filling *f, struct json_object *id, const struct dossier_chip *p)
{
	struct json_object *chip = put_object(f, id, "chip");

	put_needed(f, chip, "verdict", p->verdict);
	put_needed(f, chip, "data", p->data);
	put_needed(f, chip, "issuer", p->issuer);
	put_needed(f, chip, "proof", p->proof);
	put_needed(f, chip, "access", p->access);
	put_text(f, chip, "signer", p->signer);
	put_text(f, chip, "expires", p->expires);
	put(f, chip, "expired", json_object_new_boolean(p->expired));
	put_stamp(f, chip, "read_at", p->read_s);
}

static void put_identity(struct filling *f, struct json_object *o, const struct dossier_filer *p)
{
	struct json_object *id = put_object(f, o, "identity");

	put_text(f, id, "number", p->number);
	put_text(f, id, "name", p->name);
	put_text(f, id, "birth", p->birth);
	put_text(f, id, "sex", p->sex);
	put_text(f, id, "address", p->address);
	put_text(f, id, "source", p->source ? p->source : "card-qr");
	put(f, id, "verified", json_object_new_boolean(p->verified));
	if (p->chip)
		put_chip(f, id, p->chip);
}

/* Who stood at the kiosk and for whom, under the names of domain.md §7.3. */
static void put_owner(struct filling *f, struct json_object *o, const struct dossier *d)
{
	const struct dossier_owner *w = d->owner;
	struct json_object *who = put_object(f, o, "ThongTinNguoiNop");
	struct json_object *detail = put_object(f, who, "ThongTinChiTiet");

	put_needed(f, o, "ChuHoSo", w->name);
	put_text(f, o, "SoGiayToChuHoSo", w->number);
	put_needed(f, detail, "TenNguoiNop", d->filer.name);
	put_text(f, detail, "SoDinhDanh", d->filer.number);
	put_text(f, detail, "NgaySinh", d->filer.birth);
	put_text(f, detail, "DiaChiChiTiet", d->filer.address);
	put_needed(f, detail, "TenChuHs", w->name);
	put_text(f, detail, "SoDinhDanhChuHs", w->number);
	put_text(f, detail, "NgaySinhChuHs", w->birth);
	put_text(f, detail, "DiaChiChiTietChuHs", w->address);
	put_text(f, detail, "quan_he", w->relation);
	put_text(f, detail, "giay_uy_quyen", w->authority);
}

static void put_whose(struct filling *f, struct json_object *o, const struct dossier *d)
{
	if (d->owner) {
		put_owner(f, o, d);
		return;
	}
	put_needed(f, o, "ChuHoSo", d->filer.name);
	put_text(f, o, "SoGiayToChuHoSo", d->filer.number);
}

/* What else was agreed to: that the province is asked which papers the state has. */
static void put_lookup(struct filling *f, struct json_object *o, const struct dossier *d)
{
	struct json_object *lookup = put_object(f, o, "stored_papers");

	put_needed(f, lookup, "text", d->lookup);
	put_stamp(f, lookup, "given_at", d->lookup_s);
}

static void put_times(struct filling *f, struct json_object *o, const struct dossier *d)
{
	struct json_object *consent = put_object(f, o, "consent");
	struct json_object *times;

	put_text(f, consent, "text", d->consent);
	put_stamp(f, consent, "given_at", d->confirmed_s);
	if (d->lookup)
		put_lookup(f, consent, d);
	times = put_object(f, o, "times");
	put_stamp(f, times, "started", d->started_s);
	put_stamp(f, times, "confirmed", d->confirmed_s);
	put_text(f, times, "clock", d->clock);
}

static void put_catalogue(struct filling *f, struct json_object *o, const struct dossier *d)
{
	struct json_object *list = put_object(f, o, "catalogue");

	put_text(f, list, "version", d->catalogue);
	put_num(f, list, "number", d->catalogue_number);
}

/* What the kiosk has noted until now is behind what it signs here. */
static void put_audit(struct filling *f, struct json_object *o, const struct dossier *d)
{
	struct json_object *head;

	if (d->audit_seq == 0)
		return;
	head = put_object(f, o, "audit");
	put_num(f, head, "seq", d->audit_seq);
	put_needed(f, head, "sha256", d->audit_sha256);
}

/* What it is for: the procedure of a new dossier, or the request of one that is there. */
static void put_kind(struct filling *f, struct json_object *o, const struct dossier *d)
{
	const struct dossier_supplement *s = d->supplement;
	struct json_object *to;

	if (!s) {
		put_needed(f, o, "MaTTHC", d->procedure);
		put_needed(f, o, "TenTTHC", d->procedure_name);
		return;
	}
	put_text(f, o, "MaTTHC", d->procedure);
	put_text(f, o, "TenTTHC", d->procedure_name);
	to = put_object(f, o, "HoSoBoSung");
	put_needed(f, to, "MaHoSo", s->dossier_code);
	put_text(f, to, "HoSoBoSungId", s->id);
}

static void put_all(struct filling *f, struct json_object *o, const struct dossier *d)
{
	put_num(f, o, "v", 1);
	put_needed(f, o, "key", d->key);
	put_needed(f, o, "kiosk", d->kiosk);
	put_text(f, o, "software", d->software);
	put_text(f, o, "agency", d->agency);
	put_needed(f, o, "receipt_code", d->receipt_code);
	put_kind(f, o, d);
	put_catalogue(f, o, d);
	put_text(f, o, "KenhThucHien", "1"); /* in person: the kiosk stands at the counter */
	put_whose(f, o, d);
	put_stamp(f, o, "NgayNopHoSo", d->confirmed_s);
	put_list(f, o, "TaiLieuNop", &(struct list){ d->paper_count, paper, d, 0 });
	put_form(f, o, d);
	put_identity(f, o, &d->filer);
	put_times(f, o, d);
	put_audit(f, o, d);
}

static enum err print(struct json_object *o, char **ret_json, size_t *ret_len)
{
	size_t len;
	const int how = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = json_object_to_json_string_length(o, how, &len);
	char *json = text ? malloc(len + 1) : NULL;

	if (!json)
		return ERR_NO_MEMORY;
	memcpy(json, text, len);
	json[len] = '\n';
	*ret_json = json;
	*ret_len = len + 1;
	return ERR_OK;
}

enum err manifest_make(const struct dossier *d, char **ret_json, size_t *ret_len)
{
	struct filling f = { d->paper_count <= DOSSIER_MAX_PAPERS ? ERR_OK : ERR_BAD_DATA };
	struct json_object *o = json_object_new_object();

	if (f.err == ERR_OK)
		put_all(&f, o, d);
	if (f.err == ERR_OK)
		f.err = print(o, ret_json, ret_len);
	json_object_put(o);
	return f.err;
}
