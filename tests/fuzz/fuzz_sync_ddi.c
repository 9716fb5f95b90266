/* zone: sync. JSON of an update server: what comes through is of its form. */
#include "firmware/base/msg.h"
#include "firmware/sync/ddi.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char action[UPDATE_ACTION_CAP], path[ADDRESS_MAX_BYTES];
	struct ddi_deployment d;
	struct ddi_base b;

	if (ddi_read_base(bytes, len, &b) == ERR_OK) {
		if (b.sleep_s && (b.sleep_s < DDI_SLEEP_MIN_S || b.sleep_s > DDI_SLEEP_MAX_S))
			abort();
		if (ddi_action("https://h.vn", "/T/controller/v1/K/", "deploymentBase",
			       b.deployment, path, action) == ERR_OK &&
		    (!ddi_action_ok(action) || strncmp(path, "/T/controller/v1/K/", 19) != 0))
			abort();
	}
	if (ddi_read_deployment(bytes, len, &d) == ERR_OK &&
	    (!ddi_action_ok(d.action) || d.size <= 0 || strlen(d.sha256) != 64 || !d.href[0] ||
	     !utf8_ok(d.version, strlen(d.version))))
		abort();
	if (ddi_read_cancel(bytes, len, action) == ERR_OK && !ddi_action_ok(action))
		abort();
	char *text = strndup((const char *)bytes, len);
	char *said = text && utf8_ok(text, strlen(text))
			     ? ddi_feedback("5", UPDATE_FAILED, (int)(len % 101), text)
			     : NULL;
	free(said);
	free(text);
	return 0;
}
