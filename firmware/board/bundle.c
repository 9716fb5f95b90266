#include "firmware/board/bundle.h"

#include "firmware/base/clock.h"
#include "firmware/base/config.h"
#include "firmware/board/pending.h"
#include "firmware/board/permit.h"
#include "firmware/board/release.h"
#include "firmware/board/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define INFO_S 120 /* of a slow stick; only the signature is read */

/* What rauc 1.8 says, and what a technician can do with it. */
static const struct {
	const char *said, *words, *vi;
} REFUSALS[] = {
	{ "unable to get local issuer certificate",
	  "it is not signed for this kiosk: another authority, or a test key",
	  "không phải do nơi phát hành của máy này ký, hoặc ký bằng khóa thử" },
	{ "unsuitable certificate purpose", "its signer may not sign updates",
	  "người ký không được quyền ký bản cập nhật" },
	{ "certificate has expired", "its signer's certificate has expired, or the clock is wrong",
	  "giấy chứng nhận của người ký đã hết hạn, hoặc đồng hồ của máy sai" },
	{ "certificate is not yet valid",
	  "its signer's certificate begins later: the clock is wrong",
	  "giấy chứng nhận của người ký chưa có hiệu lực: đồng hồ của máy sai" },
	{ "not allowed", "it is in a form that is not taken here: build it with format=verity",
	  "dạng tệp này máy không nhận" },
	{ "ignature size", "it is incomplete: copy it to the stick again",
	  "tệp bị thiếu: hãy chép lại vào USB" },
	{ "nvalid bundle", "it is no bundle, or incomplete: copy it to the stick again",
	  "tệp không phải bản cập nhật, hoặc bị thiếu: hãy chép lại vào USB" },
	{ "no valid CMS", "its signature is damaged: copy it to the stick again",
	  "chữ ký bị hỏng: hãy chép lại vào USB" },
	{ "CMS routines", "its signature is damaged: copy it to the stick again",
	  "chữ ký bị hỏng: hãy chép lại vào USB" },
	{ "ignature", "its signature is not right", "chữ ký không đúng" },
};

/* Both sentences of the same arguments. */
static enum err __attribute__((format(printf, 2, 4), format(printf, 3, 4)))
refuse(struct bundle *at, const char *words, const char *vi, ...)
{
	va_list args, again;

	va_start(args, vi);
	va_copy(again, args);
	vsnprintf(at->why, sizeof at->why, words, args);
	vsnprintf(at->why_vi, sizeof at->why_vi, vi, again);
	va_end(again);
	va_end(args);
	return ERR_REFUSED;
}

bool bundle_place_ok(const struct board *b, const char *path)
{
	static const char *const FOLDERS[] = { BOARD_UPDATE "/", BOARD_STICK "/" };
	char folder[PATH_MAX];
	struct stat st;
	size_t len = strlen(path);

	if (len < 6 || strcmp(path + len - 6, ".raucb") != 0 || lstat(path, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
		size_t n = strlen(b->root) + strlen(FOLDERS[i]);

		if (board_path(b, FOLDERS[i], folder) == ERR_OK && strncmp(path, folder, n) == 0 &&
		    !strchr(path + n, '/'))
			return true;
	}
	return false;
}

static void take(const char *line, const char *name, char *ret, size_t size)
{
	size_t n = strlen(name), len = strlen(line);

	if (strncmp(line, name, n) == 0 && line[n] == '=' && line[n + 1] == '\'' &&
	    line[len - 1] == '\'' && len > n + 3 && len - n - 3 < size)
		snprintf(ret, size, "%.*s", (int)(len - n - 3), line + n + 2);
}

void bundle_line(struct bundle *at, const char *line)
{
	take(line, "RAUC_MF_VERSION", at->version, sizeof at->version);
	take(line, "RAUC_MF_COMPATIBLE", at->compatible, sizeof at->compatible);
}

static void on_line(void *data, const char *line)
{
	struct bundle *at = data;

	bundle_line(at, line);
	if (strncmp(line, "RAUC_", 5) != 0 && strncmp(line, "rauc-Message", 12) != 0)
		snprintf(at->why, sizeof at->why, "%s", line); /* the last one is the reason */
}

static enum err refused_by_rauc(struct bundle *at)
{
	for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++)
		if (strstr(at->why, REFUSALS[i].said))
			return refuse(at, "%s%.0s", "%.0s%s", REFUSALS[i].words, REFUSALS[i].vi);
	char said[BUNDLE_WORDS];
	memcpy(said, at->why, sizeof said);
	return refuse(at, "it cannot be read: %.200s", "không đọc được: %.200s", said);
}

static int64_t now_s(void)
{
	return clock_wall_s(&(struct clock){ 0 });
}

/* Older than what runs, or than what was good in either slot. */
static const char *floor_of(const struct board *b, const struct slots *s)
{
	return release_older(b->version.number, s->best) ? s->best : b->version.number;
}

/* "" as long as nobody has set it up: then only a permit for any kiosk serves. */
static void kiosk_number(const struct board *b, char ret[CONFIG_TEXT_CAP])
{
	char path[PATH_MAX];
	struct config c;

	ret[0] = '\0';
	if (board_path(b, BOARD_CONFIG, path) == ERR_OK &&
	    config_load(path, &c, NULL, NULL) == ERR_OK)
		memcpy(ret, c.kiosk_id, CONFIG_TEXT_CAP);
}

/* e: of its permit. */
static enum err refuse_older(struct bundle *at, const char *floor, enum err e)
{
	static const struct {
		enum err e;
		const char *words, *vi;
	} WORDS[] = {
		{ ERR_NOT_FOUND, "there is no permit of a technician",
		  "không có giấy phép của kỹ thuật viên" },
		{ ERR_TIMEOUT, "the permit has ended", "giấy phép đã hết hạn" },
		{ ERR_DENIED, "the permit is for another version or kiosk",
		  "giấy phép dành cho phiên bản khác hoặc máy khác" },
		{ ERR_FORGED, "the permit is not signed by a technician",
		  "giấy phép không do kỹ thuật viên ký" },
		{ ERR_OK, "the permit cannot be read", "không đọc được giấy phép" },
	};
	size_t i = 0;

	while (WORDS[i].e != e && WORDS[i].e != ERR_OK)
		i++;
	return refuse(at, "it is older (%s) than what was good here (%s), and %s%.0s",
		      "cũ hơn (%s) bản đã chạy tốt ở đây (%s), và %.0s%s", at->version, floor,
		      WORDS[i].words, WORDS[i].vi);
}

enum err bundle_judge_version(const struct board *b, const char *permit_path, struct bundle *at)
{
	char anchor[PATH_MAX], machine[CONFIG_TEXT_CAP];
	struct permit permit;
	struct slots slots;

	slots_get(b, &slots);
	at->permitted = false;
	if (!release_ok(at->version))
		return refuse(at, "its version \"%s\" is none of ours",
			      "số phiên bản \"%s\" không đúng dạng", at->version);
	const char *floor = floor_of(b, &slots);
	if (!release_older(at->version, floor))
		return ERR_OK;
	kiosk_number(b, machine);
	enum err e = board_path(b, BOARD_ANCHOR, anchor);
	if (e == ERR_OK)
		e = permit_open(permit_path, anchor, now_s(), &permit);
	if (e == ERR_OK)
		e = permit_allows(&permit, at->version, machine, now_s());
	if (e != ERR_OK)
		return refuse_older(at, floor, e);
	at->permitted = true;
	return ERR_OK;
}

enum err bundle_judge(const struct board *b, const char *path, struct bundle *ret)
{
	char permit[PATH_MAX + 8];
	int code = 0;

	*ret = (struct bundle){ 0 };
	if (strlen(path) >= sizeof ret->path || !bundle_place_ok(b, path))
		return refuse(ret, "no bundle lies there: NAME.raucb on the stick, or in %s",
			      "không có tệp TÊN.raucb trên USB, hay trong %s", BOARD_UPDATE);
	snprintf(ret->path, sizeof ret->path, "%s", path);
	enum err e = run(b, (const char *[]){ "rauc", "info", "--output-format=shell", path, NULL },
			 INFO_S, on_line, ret, &code);
	if (e != ERR_OK)
		return e;
	if (code != 0)
		return refused_by_rauc(ret);
	ret->why[0] = '\0';
	if (strcmp(ret->compatible, b->version.compatible) != 0)
		return refuse(ret, "it is for another board: %s, and this is %s",
			      "dành cho loại máy khác: %s, còn máy này là %s", ret->compatible,
			      b->version.compatible);
	snprintf(permit, sizeof permit, "%s.permit", path);
	return bundle_judge_version(b, permit, ret);
}
