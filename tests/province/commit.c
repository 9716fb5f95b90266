#include "tests/province/commit.h"

#include "firmware/base/auto.h"
#include "tests/province/answer.h"
#include "tests/province/due.h"
#include "tests/province/package.h"
#include "tests/province/papers.h"
#include "tests/province/received.h"
#include "tests/province/supplement.h"
#include "tests/province/uploads.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define VIETNAM_S (7 * 3600)

struct job {
	struct world *w;
	const struct commit *c;
	struct commit_result *r;
	struct package *p;
	struct dossier d;
};

static void say(struct commit_result *r, unsigned status, const char *sentence)
{
	r->status = status;
	if (sentence)
		(void)complain(&r->why, ERR_OK, "%s", sentence);
}

void commit_day(int64_t at_s, char ret[7])
{
	time_t t = (time_t)(at_s + VIETNAM_S);
	struct tm tm;

	gmtime_r(&t, &tm);
	snprintf(ret, 7, "%02u%02u%02u", (unsigned)tm.tm_year % 100,
		 (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100);
}

void commit_code(const char *agency, int64_t at_s, int64_t n, char *ret, size_t cap)
{
	char day[7];

	commit_day(at_s, day);
	snprintf(ret, cap, "%s-%s-%04" PRId64, agency, day, n);
}

/* True when the key is known: answers as before, or refuses other content. */
static bool repeated(struct world *w, const struct commit *c, struct commit_result *r)
{
	struct dossier d;
	enum err e = store_find(w->store, c->key, &d);

	if (e == ERR_NOT_FOUND)
		return false;
	if (e != ERR_OK)
		say(r, 500, "the province's database failed");
	else if (strcmp(d.package_sha256, c->package_sha256) != 0)
		say(r, 422, "this key belongs to a dossier with other content");
	else if (store_answer(w->store, c->key, &r->answer, &r->answer_len) == ERR_OK)
		say(r, 200, NULL);
	else
		say(r, 500, "the province's database failed");
	return true;
}

/* The whole upload in memory, if it is what the commit says. */
static enum err map_upload(struct job *j, void **ret_bytes)
{
	const struct commit *c = j->c;
	struct upload u;
	int64_t offset;
	char path[PATH_MAX], hash[65];

	if (upload_find(j->w, c->upload, &u, &offset) != ERR_OK)
		return say(j->r, 404, "no such upload; begin a new one"), ERR_NOT_FOUND;
	if (strcmp(u.key, c->key) != 0 || strcmp(u.sha256, c->package_sha256) != 0 ||
	    u.size != c->size)
		return say(j->r, 422, "the upload was begun for another key, hash or size"),
		       ERR_FORGED;
	if (offset != u.size)
		return say(j->r, 409, "the upload is not complete; ask with HEAD"), ERR_BUSY;
	AUTO_FD fd = upload_path(j->w, c->upload, path, sizeof path)
			     ? open(path, O_RDONLY | O_CLOEXEC)
			     : -1;
	void *bytes = mmap(NULL, (size_t)u.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return say(j->r, 500, "the upload cannot be read"), ERR_IO;
	sha256_hex(bytes, (size_t)u.size, hash);
	if (strcmp(hash, c->package_sha256) == 0) {
		*ret_bytes = bytes;
		return ERR_OK;
	}
	munmap(bytes, (size_t)u.size);
	(void)upload_delete(j->w, c->upload); /* best effort: HEAD then says 404, begin anew */
	return say(j->r, 409, "the upload was damaged on its way and is forgotten"), ERR_FORGED;
}

/* The signature inside says whose dossier it is; who brings it must be the same, or say so. */
static void foreign(struct job *j)
{
	j->r->status = 403;
	(void)complain(&j->r->why, ERR_DENIED,
		       "the manifest is of kiosk %s, the client certificate of %s, and the commit "
		       "does not say that the package was carried",
		       j->p->manifest.kiosk, j->w->client);
}

static enum err open_upload(struct job *j)
{
	void *bytes;
	enum err e = map_upload(j, &bytes);

	if (e != ERR_OK)
		return e;
	e = package_open(j->w->dir, bytes, (size_t)j->c->size, &j->p, &j->r->why);
	munmap(bytes, (size_t)j->c->size);
	if (e != ERR_OK)
		return say(j->r, e == ERR_FORGED || e == ERR_BAD_DATA ? 422 : 500, NULL), e;
	if (strcmp(j->p->manifest.key, j->c->key) != 0)
		return say(j->r, 422, "the manifest is of another key"), ERR_FORGED;
	if (!j->c->carried && strcmp(j->p->manifest.kiosk, j->w->client) != 0)
		return foreign(j), ERR_DENIED;
	if (j->c->manifest_sha256[0] && strcmp(j->p->manifest_sha256, j->c->manifest_sha256) != 0)
		return say(j->r, 422, "the manifest has another hash than the commit says"),
		       ERR_FORGED;
	return ERR_OK;
}

#define COPY(to, from) snprintf(to, sizeof(to), "%s", from)

static void describe(struct job *j)
{
	const struct manifest *m = &j->p->manifest;
	struct dossier *d = &j->d;

	COPY(d->key, m->key);
	COPY(d->package_sha256, j->c->package_sha256);
	COPY(d->manifest_sha256, j->p->manifest_sha256);
	COPY(d->kiosk, m->kiosk);
	COPY(d->receipt, m->receipt);
	COPY(d->procedure, m->procedure);
	COPY(d->procedure_name, m->procedure_name);
	COPY(d->name, m->name);
	COPY(d->handed_in, m->handed_in);
	COPY(d->number, m->number);
	COPY(d->filer, m->filer);
	COPY(d->reason, j->w->fault.refuse);
	if (!d->reason[0])
		papers_check(j->w, m, d->reason);
	d->papers = (int64_t)m->paper_count;
	for (size_t i = 0; i < m->paper_count; i++)
		d->bytes += m->papers[i].reference ? 0 : m->papers[i].bytes;
	d->received_at = clock_wall_s(&j->w->clock);
	d->accepted = d->reason[0] == '\0';
}

/* Papers that were asked for: the dossier keeps its code, and gets a new appointment. */
static enum err decide_supplement(struct job *j)
{
	struct store *s = j->w->store;
	struct dossier *d = &j->d, of = { 0 };
	struct supplement what = { 0 };
	const char *why = d->accepted ? supplement_judge(s, &j->p->manifest, &of, &what) : "";
	enum err e = ERR_OK;

	if (!why)
		return ERR_IO;
	COPY(d->supplement, of.code[0] ? of.code : j->p->manifest.dossier);
	if (*why) {
		d->accepted = false;
		COPY(d->reason, why);
	}
	if (d->accepted) {
		e = supplement_bring(s, &of, &what, d->received_at);
		d->due_at = what.due_at;
	}
	snprintf(d->folder, sizeof d->folder, "%s-%s", d->accepted ? "added" : "refused", d->key);
	return e;
}

static enum err decide(struct job *j)
{
	struct dossier *d = &j->d;
	char day[7];
	int64_t n;

	if (j->p->manifest.dossier[0])
		return decide_supplement(j);

	if (!d->accepted) {
		snprintf(d->folder, sizeof d->folder, "refused-%s", d->key);
		return ERR_OK;
	}
	commit_day(d->received_at, day);
	const char *agency = j->p->manifest.agency;
	enum err e = store_count_up(j->w->store, agency, day, &n);
	if (e != ERR_OK)
		return e;
	commit_code(agency, d->received_at, n, d->code, sizeof d->code);
	COPY(d->folder, d->code);
	d->due_at = due_at(d->received_at, due_term(d->procedure), NULL, 0);
	return ERR_OK;
}

enum err commit_sign(struct world *w, enum pki_id signer, const struct dossier *d,
		     uint8_t **ret_der, size_t *ret_len)
{
	struct answer a = { .received_at = d->received_at,
			    .due_at = d->due_at,
			    .accepted = d->accepted };

	COPY(a.key, d->key);
	COPY(a.manifest_sha256, d->manifest_sha256);
	COPY(a.code, d->accepted && d->supplement[0] ? d->supplement : d->code);
	COPY(a.reason, d->reason);
	return answer_sign(w->dir, signer, &a, ret_der, ret_len);
}

static enum err keep_head(struct job *j)
{
	const struct manifest *m = &j->p->manifest;
	struct head h = { .source = "package", .seq = m->audit_seq, .at = j->d.received_at };

	if (h.seq == 0)
		return ERR_OK;
	COPY(h.kiosk, m->kiosk);
	COPY(h.sha256, m->audit_sha256);
	return store_head_add(j->w->store, &h);
}

static enum err sign_and_keep(struct job *j)
{
	const struct dossier *d = &j->d;
	enum err e = commit_sign(j->w, PKI_ANSWER, d, &j->r->answer, &j->r->answer_len);

	if (e == ERR_OK)
		e = received_answer(j->w, d->folder, j->r->answer, j->r->answer_len);
	if (e == ERR_OK)
		e = store_add(j->w->store, d, j->r->answer, j->r->answer_len);
	return e == ERR_OK ? store_upload_done(j->w->store, j->c->upload) : e;
}

static void keep(struct job *j)
{
	struct world *w = j->w;
	char path[PATH_MAX];

	describe(j);
	enum err e = store_begin(w->store);
	if (e == ERR_OK)
		e = decide(j);
	if (e == ERR_OK)
		e = received_write(w, j->d.folder, j->c->upload, j->p);
	if (e == ERR_OK)
		e = sign_and_keep(j);
	if (e == ERR_OK)
		e = keep_head(j);
	enum err ended = store_end(w->store, e == ERR_OK);
	if (e != ERR_OK || ended != ERR_OK) {
		received_remove(w, j->d.folder);
		say(j->r, 500, "the province could not store the dossier; nothing was kept");
		return;
	}
	if (upload_path(w, j->c->upload, path, sizeof path))
		(void)unlink(path); /* package.cms is the same file */
	w->fault.refuse[0] = '\0';
	say(j->r, 200, NULL);
}

void commit_do(struct world *w, const struct commit *c, struct commit_result *ret)
{
	struct job j = { .w = w, .c = c, .r = ret };

	*ret = (struct commit_result){ 0 };
	if (!repeated(w, c, ret) && open_upload(&j) == ERR_OK)
		keep(&j);
	package_destroy(j.p);
	if (ret->status != 200) {
		free(ret->answer);
		ret->answer = NULL;
	}
}
