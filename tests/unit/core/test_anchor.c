/* The anchors in the store: what was put there comes back, each change is in the audit. */
#include "firmware/base/mem.h"
#include "firmware/core/anchor.h"
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

#include <openssl/evp.h>

static struct fixture f;

/* DER that nobody reads here; `n` makes it another one. */
static void put(struct anchors *list, enum anchor_kind kind, uint32_t n)
{
	struct anchor a = {
		.kind = kind, .source = ANCHOR_FROM_FILE, .from_s = 1, .until_s = T0 + n
	};

	a.der = (const uint8_t *)&n;
	a.der_len = sizeof n;
	EVP_Digest(&n, sizeof n, a.sha256, NULL, EVP_sha256(), NULL);
	snprintf(a.subject, sizeof a.subject, "CN=State %03u,C=UT", n);
	eq_int(anchors_add(list, &a), ERR_OK);
}

static struct anchors some(uint32_t first, uint32_t count)
{
	struct anchors list = { 0 };

	for (uint32_t n = first; n < first + count; n++)
		put(&list, n % 3 == 2 ? ANCHOR_CRL : ANCHOR_CSCA, n);
	return list;
}

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

static enum err add(struct store *s, struct anchors list, struct anchor_change *ret)
{
	enum err e = anchor_add_all(s, list.bytes, list.len, ret);

	anchors_finish(&list);
	return e;
}

/* What JOB_CHIP gets. */
static uint32_t in_mem(struct store *s, struct anchor *ret_first)
{
	uint32_t count = 0;
	const void *at;
	size_t len;
	int fd = -1;

	eq_int(anchor_mem(s, &fd), ERR_OK);
	ok(mem_is_sealed(fd));
	eq_int(mem_map(fd, ANCHORS_MAX_BYTES, &at, &len), ERR_OK);
	eq_int(anchors_check(at, len, &count), ERR_OK);
	struct reader r = anchors_reader(at, len);
	if (ret_first)
		eq_int(anchors_next(&r, ret_first), count ? ERR_OK : ERR_NOT_FOUND);
	mem_unmap(at, len);
	close(fd);
	return count;
}

static int64_t audit_lines(struct store *s)
{
	int64_t lines = -1;

	eq_int(audit_verify(s, &lines, NULL), ERR_OK);
	return lines;
}

static void an_empty_store_trusts_nobody(void)
{
	struct store *s = fresh();
	struct anchor_change change = { 9, 9 };

	eq_int(in_mem(s, NULL), 0);
	eq_int(anchor_add_all(s, NULL, 0, &change), ERR_OK);
	eq_int(change.added, 0);
	eq_int(audit_lines(s), 0);
	store_close(s);
}

static void what_was_added_stays(void)
{
	struct store *s = fresh();
	struct anchor_change change;
	struct anchor a = { 0 };

	eq_int(add(s, some(1, 3), &change), ERR_OK);
	eq_int(change.added, 3);
	eq_int(change.known, 0);
	eq_int(audit_lines(s), 3);
	store_close(s);
	s = open_store(&f);
	eq_int(in_mem(s, &a), 3);
	eq_str(a.subject, "CN=State 001,C=UT");
	eq_int(a.kind, ANCHOR_CSCA);
	eq_int(a.from_s, 1);
	eq_int(a.until_s, T0 + 1);
	/* once more, and one new */
	eq_int(add(s, some(1, 4), &change), ERR_OK);
	eq_int(change.added, 1);
	eq_int(change.known, 3);
	eq_int(in_mem(s, NULL), 4);
	eq_int(audit_lines(s), 4);
	store_close(s);
}

static void sha_of(uint32_t n, char ret[ANCHOR_HEX_CAP])
{
	uint8_t hash[ANCHOR_SHA256];

	EVP_Digest(&n, sizeof n, hash, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
}

static void one_is_removed_by_its_fingerprint(void)
{
	struct store *s = fresh();
	struct anchor_change change;
	char sha[ANCHOR_HEX_CAP], got[ANCHOR_HEX_CAP] = "", subject[ANCHOR_SUBJECT_CAP] = "";
	char prefix[40];

	eq_int(add(s, some(1, 3), &change), ERR_OK);
	sha_of(2, sha);
	snprintf(prefix, sizeof prefix, "%.7s", sha);
	eq_int(anchor_remove(s, prefix, got, subject), ERR_NOT_FOUND);
	eq_int(anchor_remove(s, "", got, subject), ERR_NOT_FOUND);
	eq_int(anchor_remove(s, "not hexadecimal", got, subject), ERR_NOT_FOUND);
	eq_int(anchor_remove(s, "0123456789abcdef", got, subject), ERR_NOT_FOUND);
	eq_str(got, "");
	/* as other programs write it */
	snprintf(prefix, sizeof prefix, "%.2s:%.2s:%.2s:%.2s:%.2s", sha, sha + 2, sha + 4, sha + 6,
		 sha + 8);
	for (char *at = prefix; *at; at++)
		*at = (char)(*at >= 'a' && *at <= 'f' ? *at - 32 : *at);
	eq_int(anchor_remove(s, prefix, got, subject), ERR_OK);
	eq_str(got, sha);
	eq_str(subject, "CN=State 002,C=UT");
	eq_int(in_mem(s, NULL), 2);
	eq_int(audit_lines(s), 4);
	eq_int(anchor_remove(s, sha, got, subject), ERR_NOT_FOUND);
	store_close(s);
}

static void two_that_begin_alike_are_not_guessed(void)
{
	struct store *s = fresh();
	struct anchor_change change;
	char sha[ANCHOR_HEX_CAP], got[ANCHOR_HEX_CAP], subject[ANCHOR_SUBJECT_CAP];

	eq_int(add(s, some(1, 1), &change), ERR_OK);
	sha_of(1, sha);
	char twin[ANCHOR_HEX_CAP + 200];
	snprintf(twin, sizeof twin,
		 "INSERT INTO anchor VALUES ('%.60s0000', 0, 0, 0, 0, 'twin', x'00', 0)", sha);
	eq_int(sqlite3_exec(s->db, twin, NULL, NULL, NULL), SQLITE_OK);
	sha[10] = '\0';
	eq_int(anchor_remove(s, sha, got, subject), ERR_FIELD_PAIR);
	/* and a row whose bytes are not what its name says is no anchor */
	eq_int(in_mem(s, NULL), 1);
	store_close(s);
}

static void a_bad_list_changes_nothing(void)
{
	struct store *s = fresh();
	struct anchor_change change = { 7, 7 };
	struct anchors list = some(1, 2);

	eq_int(anchor_add_all(s, list.bytes, list.len - 1, &change), ERR_BAD_DATA);
	list.bytes[list.len - 1] ^= 1; /* of the last one's der */
	eq_int(anchor_add_all(s, list.bytes, list.len, &change), ERR_FORGED);
	eq_int(change.added, 7);
	eq_int(in_mem(s, NULL), 0);
	eq_int(audit_lines(s), 0);
	anchors_finish(&list);
	store_close(s);
}

static void the_store_has_an_end(void)
{
	struct store *s = fresh();
	struct anchor_change change;

	eq_int(add(s, some(1, ANCHORS_MAX), &change), ERR_OK);
	eq_int(change.added, ANCHORS_MAX);
	eq_int(add(s, some(ANCHORS_MAX, 2), &change), ERR_NO_SPACE);
	eq_int(in_mem(s, NULL), ANCHORS_MAX);
	store_close(s);
}

static bool stop_at_once(void *data, const struct anchor *a)
{
	(void)a;
	(*(int *)data)++;
	return false;
}

static void a_listing_may_stop(void)
{
	struct store *s = fresh();
	struct anchor_change change;
	int seen = 0;

	eq_int(add(s, some(1, 3), &change), ERR_OK);
	eq_int(anchor_list(s, stop_at_once, &seen), ERR_OK);
	eq_int(seen, 1);
	store_close(s);
}

/* The database is damaged: what can be saved of the anchors is. */
static void anchors_are_saved_from_damage(void)
{
	struct store *s = fresh();
	struct anchor_change change;
	char path[160];

	eq_int(add(s, some(1, 5), &change), ERR_OK);
	store_close(s);
	snprintf(path, sizeof path, "%s/kiosk.db", f.data);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ok(fd >= 0 && pwrite(fd, "\xff\xff\xff\xff", 4, 36) == 4); /* the count of free pages */
	close(fd);
	s = open_store(&f);
	ok(store_report(s)->damaged);
	eq_int(in_mem(s, NULL), 5);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	an_empty_store_trusts_nobody();
	what_was_added_stays();
	one_is_removed_by_its_fingerprint();
	two_that_begin_alike_are_not_guessed();
	a_bad_list_changes_nothing();
	the_store_has_an_end();
	a_listing_may_stop();
	anchors_are_saved_from_damage();
	fixture_finish(&f);
	return tap_done();
}
