#include "firmware/setup/former.h"

#include "firmware/base/auto.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/setup/check.h"
#include "firmware/setup/file.h"
#include "firmware/setup/helper.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FORMER_FILE "former"

static void take_settings(const struct config *c, struct answers *a)
{
	const struct {
		enum ask ask;
		const char *value;
	} FROM[] = {
		{ ASK_office_name, c->office_name },
		{ ASK_office_place, c->office_place },
		{ ASK_agency_code, c->agency_code },
		{ ASK_kiosk_id, c->kiosk_id },
		{ ASK_province_url, c->province_url },
		{ ASK_https_proxy, c->https_proxy },
		{ ASK_update_url, c->update_url },
		{ ASK_update_token, c->update_token },
		{ ASK_update_tenant,
		  strcmp(c->update_tenant, "DEFAULT") == 0 ? "" : c->update_tenant },
	};

	for (size_t i = 0; i < sizeof FROM / sizeof *FROM; i++)
		snprintf(a->of[FROM[i].ask], ANSWER_CAP, "%.207s", FROM[i].value);
	snprintf(a->staff_pin, STAFF_PIN_CAP, "%.159s", c->staff_pin);
}

/* Two lines: the fingerprint that a person has compared, and the way the certificates came. */
static void take_kept(int dir_fd, struct answers *a)
{
	AUTO_FREE char *text = NULL;
	char trusted[HEX_SHA256_CAP] = "", way[ANSWER_CAP] = "";
	size_t len = 0;

	if (file_get(dir_fd, FORMER_FILE, ANSWERS_MAX, &text, &len) != ERR_OK ||
	    sscanf(text, "%64[0-9A-F]\n%200[a-z]", trusted, way) < 1)
		return;
	memcpy(a->trusted, trusted, sizeof a->trusted);
	if (check_answer(ASK_way, way, a) == FAULT_NONE)
		memcpy(a->of[ASK_way], way, sizeof way);
}

bool former_take(int dir_fd, struct answers *a)
{
	struct config c;

	if (config_load(config_path(), &c, NULL, NULL) != ERR_OK)
		return false;
	bool serves = config_files_missing(&c, F_OK, NULL) == 0;
	if (!serves && a->at > SETUP_START) /* it is being set up anew already */
		return false;
	*a = (struct answers){ .at = SETUP_START };
	take_settings(&c, a);
	take_kept(dir_fd, a);
	return serves;
}

void former_keep(int dir_fd, const struct answers *a)
{
	char text[HEX_SHA256_CAP + ANSWER_CAP + 2];
	int len = snprintf(text, sizeof text, "%s\n%s\n", a->trusted, a->of[ASK_way]);
	enum err e = file_put(dir_fd, FORMER_FILE, text, (size_t)len);

	if (e != ERR_OK)
		log_line(LOG_WARN, "setup.former", "err=%s", err_name(e));
}

void former_take_facts(const char *facts, struct answers *a)
{
	static const struct {
		enum ask ask;
		const char *name;
	} FROM[] = {
		{ ASK_time_servers, "SERVERS" }, { ASK_network, "NET" },
		{ ASK_address, "NET_ADDRESS" },  { ASK_gateway, "NET_GATEWAY" },
		{ ASK_dns, "NET_DNS" },
	};

	for (size_t i = 0; i < sizeof FROM / sizeof *FROM; i++)
		if (!a->of[FROM[i].ask][0])
			helper_value(facts, FROM[i].name, a->of[FROM[i].ask], ANSWER_CAP);
}
