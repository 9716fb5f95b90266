#include "firmware/setup/former.h"

#include "firmware/base/config.h"
#include "firmware/setup/helper.h"

#include <stdio.h>
#include <string.h>

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

bool former_take(struct answers *a)
{
	struct config c;

	if (config_load(config_path(), &c, NULL, NULL) != ERR_OK)
		return false;
	if (!a->of[ASK_kiosk_id][0])
		take_settings(&c, a);
	return true;
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
