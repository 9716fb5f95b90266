/* What an update server may say, and what it may not; how long a kiosk waits between questions. */
#include "firmware/sync/ddi.h"
#include "firmware/sync/update.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

#define OWN  "/DEFAULT/controller/v1/K01/"
#define BASE "https://h.vn:8443"
#define SHA  "b3a04740a19e36057ccf258701922f3cd2f1a880536be53a3ca8d50f6b615975"

static enum err read_base(const char *text, struct ddi_base *ret)
{
	return ddi_read_base(text, strlen(text), ret);
}

static void bases(void)
{
	struct ddi_base b = { .sleep_s = 7 };

	eq_int(read_base(
		       "{\"config\":{\"polling\":{\"sleep\":\"12:00:00\"}},\"_links\":{"
		       "\"deploymentBase\":{\"href\":\"/a/5\"},\"configData\":{\"href\":\"/c\"}}}",
		       &b),
	       ERR_OK);
	ok(b.sleep_s == 43200 && b.config && strcmp(b.deployment, "/a/5") == 0 && !b.cancel[0]);
	eq_int(read_base("{\"config\":{\"polling\":{\"sleep\":\"00:00:01\"}}}", &b), ERR_OK);
	ok(b.sleep_s == DDI_SLEEP_MIN_S && !b.config && !b.deployment[0]);
	eq_int(read_base("{\"config\":{\"polling\":{\"sleep\":\"999:59:59\"}}}", &b), ERR_OK);
	eq_int(b.sleep_s, DDI_SLEEP_MAX_S);
	eq_int(read_base("{\"config\":{\"polling\":{\"sleep\":\"soon\"}}}", &b), ERR_OK);
	eq_int(b.sleep_s, 0);
	eq_int(read_base("{\"config\":{},\"_links\":{\"cancelAction\":{\"href\":7}}}", &b), ERR_OK);
	ok(!b.cancel[0]);
	b.sleep_s = 7;
	eq_int(read_base("{}", &b), ERR_BAD_DATA);
	eq_int(read_base("<html>log in</html>", &b), ERR_BAD_DATA);
	eq_int(read_base("{\"config\":{}} {}", &b), ERR_BAD_DATA);
	eq_int(b.sleep_s, 7);
}

static enum err read_deployment(const char *artifacts, const char *how, struct ddi_deployment *ret)
{
	char text[2048];

	snprintf(text, sizeof text,
		 "{\"id\":\"8\",\"deployment\":{%s\"chunks\":[{\"part\":\"os\",\"version\":"
		 "\"1.0.79\",\"name\":\"n\",\"artifacts\":[%s]}]}}",
		 how, artifacts);
	return ddi_read_deployment(text, strlen(text), ret);
}

#define FILE_OF(name, size, sha)                                                  \
	"{\"filename\":\"" name "\",\"hashes\":{\"sha1\":\"x\",\"sha256\":\"" sha \
	"\"},\"size\":" size ",\"_links\":{\"download-http\":{\"href\":\"/no\"}," \
	"\"download\":{\"href\":\"/d\"}}}"

static void deployments(void)
{
	static const char GOOD[] = FILE_OF("k.raucb", "13", SHA);
	struct ddi_deployment d;

	eq_int(read_deployment(GOOD, "", &d), ERR_OK);
	ok(d.size == 13 && d.fetch && d.install);
	eq_str(d.action, "8");
	eq_str(d.version, "1.0.79");
	eq_str(d.sha256, SHA);
	eq_str(d.href, "/d");
	eq_int(read_deployment(GOOD, "\"download\":\"skip\",\"update\":\"attempt\",", &d), ERR_OK);
	ok(!d.fetch && d.install);
	eq_int(read_deployment(GOOD, "\"update\":\"skip\",", &d), ERR_OK);
	ok(d.fetch && !d.install);
	eq_int(read_deployment(GOOD, "\"maintenanceWindow\":\"unavailable\",", &d), ERR_OK);
	ok(!d.install);
	eq_int(read_deployment(FILE_OF("k.md5", "1", SHA) "," FILE_OF("k.raucb", "13", SHA), "",
			       &d),
	       ERR_OK);
}

static void no_bundle(void)
{
	struct ddi_deployment d;

	eq_int(read_deployment("", "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment("7,\"x\",[],null", "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.tgz", "13", SHA), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF(".raucb", "13", SHA), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.raucb", "0", SHA), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.raucb", "-1", SHA), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.raucb", "1.5", SHA), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.raucb", "13", "abc"), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("k.raucb", "13", SHA "0"), "", &d), ERR_NOT_FOUND);
	eq_int(read_deployment(FILE_OF("a.raucb", "1", SHA) "," FILE_OF("b.raucb", "2", SHA), "",
			       &d),
	       ERR_NOT_FOUND);
	eq_str(d.action, "8"); /* it can be told so */
	const char *bad = "{\"id\":\"../8\",\"deployment\":{\"chunks\":[]}}";
	eq_int(ddi_read_deployment(bad, strlen(bad), &d), ERR_BAD_DATA);
	bad = "{\"id\":\"8\",\"deployment\":{\"chunks\":{}}}";
	eq_int(ddi_read_deployment(bad, strlen(bad), &d), ERR_BAD_DATA);
}

static void links(void)
{
	static const struct {
		const char *href;
		enum err e;
		const char *action;
	} ROWS[] = {
		{ BASE OWN "deploymentBase/5?c=-2127183556", ERR_OK, "5" },
		{ "http://h.vn:8443" OWN "deploymentBase/5", ERR_OK, "5" },
		{ OWN "deploymentBase/12", ERR_OK, "12" },
		{ BASE "/OTHER/controller/v1/K01/deploymentBase/5", ERR_FORGED, "" },
		{ BASE "/DEFAULT/controller/v1/K02/deploymentBase/5", ERR_FORGED, "" },
		{ "https://h.vn" OWN "deploymentBase/5", ERR_FORGED, "" },
		{ BASE OWN "installedBase/5", ERR_BAD_DATA, "" },
		{ BASE OWN "deploymentBase/", ERR_BAD_DATA, "" },
		{ BASE OWN "deploymentBase/5/feedback", ERR_BAD_DATA, "" },
		{ BASE OWN "deploymentBase/x5", ERR_BAD_DATA, "" },
		{ BASE OWN "../K02/deploymentBase/5", ERR_BAD_DATA, "" },
		{ BASE OWN "deploymentBase/123456789012345678901234", ERR_BAD_DATA, "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		char path[ADDRESS_MAX_BYTES], action[UPDATE_ACTION_CAP] = "";

		eq_int(ddi_action(BASE, OWN, "deploymentBase", ROWS[i].href, path, action),
		       ROWS[i].e);
		eq_str(action, ROWS[i].action);
	}
}

static void cancels(void)
{
	char action[UPDATE_ACTION_CAP] = "kept";
	const char *good = "{\"id\":\"11\",\"cancelAction\":{\"stopId\":\"11\"}}";

	eq_int(ddi_read_cancel("{\"cancelAction\":{}}", 19, action), ERR_BAD_DATA);
	eq_int(ddi_read_cancel("{\"cancelAction\":{\"stopId\":\"a\"}}", 32, action), ERR_BAD_DATA);
	eq_str(action, "kept");
	eq_int(ddi_read_cancel(good, strlen(good), action), ERR_OK);
	eq_str(action, "11");
}

static void words(void)
{
	char *text = ddi_feedback("5", UPDATE_GOES_ON, 25, "a \"quoted\" word");

	eq_str(text, "{\"status\":{\"execution\":\"proceeding\",\"result\":{\"finished\":\"none\","
		     "\"progress\":{\"cnt\":25,\"of\":100}},\"details\":[\"a \\\"quoted\\\" "
		     "word\"]},\"id\":\"5\"}");
	free(text);
	text = ddi_feedback("5", UPDATE_CANCELLED, -1, "");
	eq_str(text, "{\"status\":{\"execution\":\"closed\",\"result\":{\"finished\":\"success\"},"
		     "\"details\":[]},\"id\":\"5\"}");
	free(text);
	text = ddi_attributes((const char *[]){ "slot", "A", "version", "1.2", NULL });
	eq_str(text, "{\"data\":{\"slot\":\"A\",\"version\":\"1.2\"},\"mode\":\"merge\"}");
	free(text);
}

/* Thousands of kiosks that were started by the same power cut. */
static void pauses(void)
{
	uint32_t seen[4] = { 0 };

	for (uint32_t r = 0; r < 4000; r++) {
		uint32_t s = update_pause_s(400, 0, 0, r * 2654435761u);

		if (s < 300 || s > 400)
			ok(false);
		seen[s < 325 ? 0 : s < 350 ? 1 : s < 375 ? 2 : 3]++;
	}
	for (int i = 0; i < 4; i++)
		ok(seen[i] > 700); /* scattered over the whole of it */
	ok(update_pause_s(0, 0, 0, 0) >= 200);
	uint32_t last = 0;
	for (unsigned n = 1; n < 40; n++) {
		uint32_t s = update_pause_s(400, n, 0, UINT32_MAX);

		ok(s <= 3600 && update_pause_s(400, n, 0, 0) >= 15);
		last = s;
	}
	ok(last >= 900);
	ok(update_pause_s(400, 1, 7200, 59) >= 7200); /* Retry-After */
}

int main(void)
{
	bases();
	deployments();
	no_bundle();
	links();
	cancels();
	words();
	pauses();
	return tap_done();
}
