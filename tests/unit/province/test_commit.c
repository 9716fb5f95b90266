#include "tests/province/command.h"
#include "tests/province/commit.h"
#include "tests/province/received.h"
#include "tests/province/uploads.h"
#include "tests/tap.h"
#include "tests/unit/province/office.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY   "0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d"
#define OTHER "1b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d"

/* Uploads the first `len` bytes and says in `c` what a commit would say. */
static void upload(struct world *w, const char *key, const struct pack *p, size_t len,
		   struct commit *c)
{
	struct upload u = { .size = (int64_t)p->len };
	int fd;

	snprintf(u.key, sizeof u.key, "%s", key);
	snprintf(u.sha256, sizeof u.sha256, "%s", p->sha256);
	eq_int(upload_create(w, &u), ERR_OK);
	eq_int(upload_append(w, u.id, &fd), ERR_OK);
	eq_int(write(fd, p->bytes, len), len);
	close(fd);
	*c = (struct commit){ .size = u.size };
	snprintf(c->key, sizeof c->key, "%s", key);
	snprintf(c->upload, sizeof c->upload, "%s", u.id);
	snprintf(c->package_sha256, sizeof c->package_sha256, "%s", p->sha256);
	snprintf(c->manifest_sha256, sizeof c->manifest_sha256, "%s", p->manifest);
}

static void one_key_is_one_dossier(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = KEY });
	struct commit_result first, again;
	struct commit c;
	char path[PATH_MAX];
	struct dossier d;

	upload(w, KEY, &p, p.len, &c);
	commit_do(w, &c, &first);
	eq_int(first.status, 200);
	for (int i = 0; i < 3; i++) {
		commit_do(w, &c, &again);
		eq_int(again.status, 200);
		eq_int(again.answer_len, first.answer_len);
		ok(memcmp(again.answer, first.answer, first.answer_len) == 0);
		free(again.answer);
	}
	eq_int(store_count(w->store), 1);
	eq_int(store_find(w->store, KEY, &d), ERR_OK);
	ok(strncmp(d.code, "000.00.06.H56-", 14) == 0);
	eq_str(d.code + 20, "-0001");
	ok(received_path(w, d.folder, "02.pdf", path, sizeof path) && access(path, R_OK) == 0);
	ok(received_path(w, d.folder, "package.cms", path, sizeof path) && access(path, R_OK) == 0);
	ok(received_path(w, d.folder, "answer.der", path, sizeof path) && access(path, R_OK) == 0);
	free(first.answer);
	free(p.bytes);
}

static void the_same_key_with_other_content_is_422(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){
		.dir = w->dir, .key = KEY, .replace = "Văn An", .by = "Thị Bình" });
	struct commit_result r;
	struct commit c;

	upload(w, KEY, &p, p.len, &c);
	commit_do(w, &c, &r);
	eq_int(r.status, 422);
	ok(strstr(r.why.text, "other content"));
	eq_int(store_count(w->store), 1);
	free(p.bytes);
}

static void an_incomplete_upload_waits(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = OTHER });
	struct commit_result r;
	struct commit c;

	upload(w, OTHER, &p, p.len - 1, &c);
	commit_do(w, &c, &r);
	eq_int(r.status, 409);
	memset(c.upload, 'a', 32);
	commit_do(w, &c, &r);
	eq_int(r.status, 404);
	eq_int(store_count(w->store), 1);
	free(p.bytes);
}

static void a_damaged_upload_is_forgotten(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = OTHER });
	struct commit_result r;
	struct commit c;

	p.bytes[p.len / 2] ^= 1;
	upload(w, OTHER, &p, p.len, &c);
	commit_do(w, &c, &r);
	eq_int(r.status, 409);
	commit_do(w, &c, &r);
	eq_int(r.status, 404);
	eq_int(store_count(w->store), 1);
	free(p.bytes);
}

static void the_package_must_be_of_the_key(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = KEY });
	struct commit_result r;
	struct commit c;

	upload(w, OTHER, &p, p.len, &c);
	commit_do(w, &c, &r);
	eq_int(r.status, 422);
	snprintf(c.manifest_sha256, sizeof c.manifest_sha256, "%s", p.sha256);
	commit_do(w, &c, &r);
	eq_int(r.status, 422);
	eq_int(store_count(w->store), 1);
	free(p.bytes);
}

/* The counter is in the transaction: what was not kept leaves no hole. */
static void nothing_half_kept(struct world *w)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = OTHER });
	struct commit_result r;
	struct commit c;
	char key[PATH_MAX], aside[PATH_MAX + 8];
	struct dossier d;

	upload(w, OTHER, &p, p.len, &c);
	pki_path(w->dir, PKI_ANSWER, "key", key, sizeof key);
	snprintf(aside, sizeof aside, "%s.aside", key);
	eq_int(rename(key, aside), 0);
	commit_do(w, &c, &r);
	eq_int(r.status, 500);
	ok(!r.answer);
	eq_int(store_count(w->store), 1);
	eq_int(rename(aside, key), 0);
	commit_do(w, &c, &r);
	eq_int(r.status, 200);
	eq_int(store_find(w->store, OTHER, &d), ERR_OK);
	eq_str(d.code + 20, "-0002");
	free(r.answer);
	free(p.bytes);
}

/* Another kiosk's certificate at the door: only for what it says it carries. */
static void who_brings_it_is_whose_it_is(struct world *w)
{
	static const char FOURTH[] = "4b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d";
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = FOURTH });
	struct commit_result r;
	struct commit c;
	struct dossier d;

	upload(w, FOURTH, &p, p.len, &c);
	snprintf(w->client, sizeof w->client, "K02");
	commit_do(w, &c, &r);
	eq_int(r.status, 403);
	ok(strstr(r.why.text, "of kiosk K01, the client certificate of K02"));
	eq_int(store_find(w->store, FOURTH, &d), ERR_NOT_FOUND);
	c.carried = true;
	commit_do(w, &c, &r);
	eq_int(r.status, 200);
	eq_int(store_find(w->store, FOURTH, &d), ERR_OK);
	eq_str(d.kiosk, "K01");
	snprintf(w->client, sizeof w->client, "K01");
	free(r.answer);
	free(p.bytes);
}

static void a_refusal_is_signed_and_has_no_code(struct world *w)
{
	static const char THIRD[] = "2b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d";
	struct pack p = pack_make(&(struct pack_order){ .dir = w->dir, .key = THIRD });
	struct commit_result r;
	struct commit c;
	struct dossier d;

	command_do(w, "refuse Thiếu giấy tờ", stderr);
	upload(w, THIRD, &p, p.len, &c);
	commit_do(w, &c, &r);
	eq_int(r.status, 200);
	eq_int(store_find(w->store, THIRD, &d), ERR_OK);
	ok(!d.accepted);
	eq_str(d.code, "");
	eq_str(d.reason, "Thiếu giấy tờ");
	eq_int(d.due_at, 0);
	eq_str(w->fault.refuse, "");
	free(r.answer);
	free(p.bytes);
}

static void the_list_masks_names(struct world *w)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	command_do(w, "list", out);
	fclose(out);
	ok(strstr(text, "N***** V** A*"));
	ok(!strstr(text, "Nguyễn"));
	ok(strstr(text, "\"accepted\":false"));
	ok(strcmp(text + len - 4, "\nok\n") == 0);
	free(text);
}

static void codes_have_the_official_shape(void)
{
	char code[64];

	commit_code("000.00.06.H56", INT64_C(1782838800), 7, code, sizeof code);
	eq_str(code, "000.00.06.H56-260701-0007"); /* 2026-07-01 00:00 in Vietnam */
	commit_code("000.00.06.H56", INT64_C(1782838799), 12345, code, sizeof code);
	eq_str(code, "000.00.06.H56-260630-12345");
}

int main(void)
{
	char dir[32];
	struct world w;

	office_open(&w, dir);
	one_key_is_one_dossier(&w);
	the_same_key_with_other_content_is_422(&w);
	an_incomplete_upload_waits(&w);
	a_damaged_upload_is_forgotten(&w);
	the_package_must_be_of_the_key(&w);
	nothing_half_kept(&w);
	who_brings_it_is_whose_it_is(&w);
	a_refusal_is_signed_and_has_no_code(&w);
	the_list_masks_names(&w);
	codes_have_the_official_shape();
	office_close(&w, dir);
	return tap_done();
}
