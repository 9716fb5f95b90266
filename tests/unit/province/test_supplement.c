/* Papers that were asked for: taken once, from whom they were asked, for the request that is open;
 * everything else is refused in words, signed. */
#include "tests/province/command.h"
#include "tests/province/commit.h"
#include "tests/province/due.h"
#include "tests/province/query.h"
#include "tests/province/supplement.h"
#include "tests/province/uploads.h"
#include "tests/tap.h"
#include "tests/unit/province/office.h"

#include <sys/stat.h>
#include <unistd.h>

#define OWNER "001090000000" /* of pack.h */
#define OTHER "001190654321"
#define REST  "\"form\":{},\"identity\":{\"verified\":false}"

static struct world w;
static char code[64];

/* Keys that differ in their last digits. */
static const char *key_of(int n)
{
	static char key[37];

	snprintf(key, sizeof key, "0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b%04d", n);
	return key;
}

static struct commit_result hand_in(int n, const char *rest)
{
	struct pack p = pack_make(&(struct pack_order){
		.dir = w.dir, .key = key_of(n), .replace = REST, .by = rest });
	struct upload u = { .size = (int64_t)p.len };
	struct commit c = { .size = u.size };
	struct commit_result r;
	int fd;

	memcpy(u.key, key_of(n), sizeof u.key);
	memcpy(u.sha256, p.sha256, sizeof u.sha256);
	eq_int(upload_create(&w, &u), ERR_OK);
	eq_int(upload_append(&w, u.id, &fd), ERR_OK);
	eq_int(write(fd, p.bytes, p.len), p.len);
	close(fd);
	memcpy(c.key, u.key, sizeof c.key);
	memcpy(c.upload, u.id, sizeof u.id);
	memcpy(c.package_sha256, p.sha256, sizeof c.package_sha256);
	memcpy(c.manifest_sha256, p.manifest, sizeof c.manifest_sha256);
	commit_do(&w, &c, &r);
	free(p.bytes);
	return r;
}

/* What became of it: 1 accepted, 0 refused, -1 not even decided. */
static int bring(int n, const char *to, const char *id, const char *who)
{
	struct dossier d = { 0 };
	char rest[400];

	snprintf(rest, sizeof rest,
		 "\"HoSoBoSung\":{\"MaHoSo\":\"%s\",\"HoSoBoSungId\":\"%s\"},\"form\":{},"
		 "\"identity\":{\"number\":\"%s\",\"verified\":false}",
		 to, id, who);
	struct commit_result r = hand_in(n, rest);
	free(r.answer);
	if (r.status != 200 || store_find(w.store, key_of(n), &d) != ERR_OK)
		return -1;
	eq_str(d.code, ""); /* it is no dossier */
	eq_int(d.accepted, d.reason[0] == '\0');
	eq_int(d.accepted, d.due_at > 0);
	return d.accepted;
}

static void reason(int n, const char *part)
{
	struct dossier d = { 0 };

	eq_int(store_find(w.store, key_of(n), &d), ERR_OK);
	if (!strstr(d.reason, part))
		eq_str(d.reason, part);
}

static void say(const char *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	command_do(&w, line, out);
	fclose(out);
	ok(strncmp(text, "ok", 2) == 0);
	free(text);
}

static struct json_object *standing(const char *of)
{
	struct json_object *data = json_object_new_object(), *asked = json_object_new_object();

	json_object_object_add(asked, "MaHoSo", json_object_new_string(of));
	ok(query_status(&w, asked, data) == NULL);
	json_object_put(asked);
	return data;
}

/* Member of the newest request. */
static const char *newest(struct json_object *standing, const char *name)
{
	struct json_object *all = json_object_object_get(standing, "DanhSachHoSoBoSung");
	size_t n = json_object_array_length(all);

	return n ? json_text(json_object_array_get_idx(all, n - 1), name, 2000) : NULL;
}

static void a_dossier(void)
{
	struct commit_result r =
		hand_in(1, "\"form\":{},\"identity\":{\"number\":\"" OWNER "\",\"verified\":true}");
	struct dossier d = { 0 };

	eq_int(r.status, 200);
	free(r.answer);
	eq_int(store_find(w.store, key_of(1), &d), ERR_OK);
	eq_str(d.filer, OWNER);
	memcpy(code, d.code, sizeof code);
}

static void what_is_refused(void)
{
	eq_int(bring(2, "000.00.06.H56-990101-0001", "", OWNER), 0);
	reason(2, "không có hồ sơ");
	eq_int(bring(3, code, "", OWNER), 0); /* nothing was asked */
	reason(3, "không có yêu cầu bổ sung nào");
	say("supplement newest Giấy chứng sinh;Căn cước|Bản chụp bị mờ");
	eq_int(bring(4, code, "", OTHER), 0);
	reason(4, "của người khác");
	eq_int(bring(5, code, "", ""), 0); /* nobody */
	eq_int(bring(6, code, "BS-1-77", OWNER), 0);
	reason(6, "không có yêu cầu bổ sung như vậy");
	eq_int(bring(7, key_of(6), "", OWNER), 0); /* a supplement of a supplement */
	AUTO_JSON s = standing(code);
	eq_str(newest(s, "TrangThaiBoSung"), "0"); /* it is still open */
	eq_str(newest(s, "NoiDungBoSung"), "Bản chụp bị mờ");
	eq_str(newest(s, "DanhSachGiayToBoSung"), "Giấy chứng sinh\nCăn cước");
	eq_str(json_text(s, "TrangThaiHoSo", 2), "5");
}

static void taken_once(void)
{
	struct dossier d = { 0 };
	AUTO_JSON before = standing(code);
	char id[64];

	snprintf(id, sizeof id, "%s", newest(before, "HoSoBoSungId"));
	eq_int(bring(10, code, id, OWNER), 1);
	eq_int(store_find(w.store, key_of(10), &d), ERR_OK);
	eq_str(d.supplement, code);
	AUTO_JSON s = standing(code);
	eq_str(json_text(s, "TrangThaiHoSo", 2), "4");
	eq_str(newest(s, "TrangThaiBoSung"), "1");
	eq_str(newest(s, "NgayHenTraMoi"), json_text(s, "NgayHenTra", 14));
	AUTO_JSON by_slip = standing(key_of(10)); /* its key leads to the dossier */
	eq_str(json_text(by_slip, "MaHoSo", 63), code);
	eq_int(bring(11, code, id, OWNER), 0);
	reason(11, "đã đóng");
	eq_int(bring(12, code, "", OWNER), 0);
}

/* The same key again is the same answer, byte by byte, and moves nothing. */
static void the_same_answer(void)
{
	struct commit c = { 0 };
	struct commit_result first, again;
	struct dossier d = { 0 };

	eq_int(store_find(w.store, key_of(10), &d), ERR_OK);
	memcpy(c.key, d.key, sizeof c.key);
	memcpy(c.package_sha256, d.package_sha256, sizeof c.package_sha256);
	commit_do(&w, &c, &first);
	say("supplement newest Căn cước"); /* asked for once more: that is another one */
	commit_do(&w, &c, &again);
	eq_int(first.status, 200);
	ok(first.answer && again.answer && first.answer_len == again.answer_len &&
	   memcmp(first.answer, again.answer, first.answer_len) == 0);
	free(first.answer);
	free(again.answer);
	AUTO_JSON s = standing(code);
	eq_str(newest(s, "TrangThaiBoSung"), "0");
	eq_int(bring(13, code, "", OWNER), 1); /* by the request that is open */
}

static void an_officer_closes_it(void)
{
	say("supplement newest Căn cước");
	AUTO_JSON s = standing(code);
	say("progress newest 4");
	eq_int(bring(14, code, newest(s, "HoSoBoSungId"), OWNER), 0);
	reason(14, "đã đóng");
}

/* The days from the request to the papers do not count; each time they were waited for. */
static void the_time_stood_still(void)
{
	struct supplement one = { .asked_at = 0 };
	struct dossier of = { .key = "x", .procedure = "9.999999" };
	int64_t day_s = 86400, monday_s = 1794189600; /* 2026-11-09 09:00 in Vietnam */

	of.received_at = monday_s;
	snprintf(one.dossier, sizeof one.dossier, "x");
	one.asked_at = monday_s + day_s;
	eq_int(supplement_ask(w.store, &one), ERR_OK);
	eq_int(supplement_due(w.store, "x"), 0);
	AUTO_JSON rows = supplement_list(w.store, "x");
	snprintf(one.id, sizeof one.id, "%s",
		 json_text(json_object_array_get_idx(rows, 0), "HoSoBoSungId", 63));
	eq_int(supplement_bring(w.store, &of, &one, monday_s + 7 * day_s), ERR_OK);
	/* Thursday the 12th, and the four working days after the 10th, to Monday the 16th */
	eq_int(one.due_at, monday_s + 9 * day_s + 8 * 3600);
	eq_int(supplement_due(w.store, "x"), one.due_at);
}

int main(void)
{
	char dir[32];

	office_open(&w, dir);
	a_dossier();
	what_is_refused();
	taken_once();
	the_same_answer();
	an_officer_closes_it();
	the_time_stood_still();
	office_close(&w, dir);
	return tap_done();
}
