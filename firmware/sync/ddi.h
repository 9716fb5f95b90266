/* What an update server says: JSON of Eclipse hawkBit's Direct Device Integration API, version 1
 * (eclipse.dev/hawkbit/rest-api/ddi, and its classes DdiControllerBase, DdiDeploymentBase and
 * DdiCancel as of August 2026). Every value is checked; what is not asked for is passed over. */
#ifndef SYNC_DDI_H
#define SYNC_DDI_H

#include "firmware/base/update.h"
#include "firmware/sync/address.h"
#include <stddef.h>
#include <stdint.h>

#define DDI_SLEEP_MIN_S 30u
#define DDI_SLEEP_MAX_S 86400u

/* GET /{tenant}/controller/v1/{controllerId}. Links are "" when they are not there, else as they
 * came: whoever follows one looks where it leads (ddi_action). */
struct ddi_base {
	uint32_t sleep_s; /* within the bounds above; 0: not said */
	bool config;      /* it wants to know the kiosk's attributes */
	char deployment[ADDRESS_MAX_BYTES], cancel[ADDRESS_MAX_BYTES];
};

/* GET of the link deploymentBase. */
struct ddi_deployment {
	char action[UPDATE_ACTION_CAP];
	char version[UPDATE_VERSION_CAP]; /* of the part, in the server's words; "": not said */
	char sha256[65];
	int64_t size;
	char href[ADDRESS_MAX_BYTES];
	bool fetch, install; /* now: not "skip", and within its maintenance window */
};

/* ERR_BAD_DATA: not of the API's form. */
enum err ddi_read_base(const void *bytes, size_t len, struct ddi_base *ret);

/* ERR_BAD_DATA as above. ERR_NOT_FOUND: there is not exactly one file NAME.raucb with its sha256
 * and size in it; then ret->action is set. */
enum err ddi_read_deployment(const void *bytes, size_t len, struct ddi_deployment *ret);

/* GET of the link cancelAction: which action is to stop. */
enum err ddi_read_cancel(const void *bytes, size_t len, char ret_action[UPDATE_ACTION_CAP]);

/* The path of a link to `kind` ("deploymentBase", "cancelAction") on the server `base`, and the
 * action in it. ERR_FORGED: it leads to another host, tenant or kiosk; `own` is what ours begin
 * with, "/TENANT/controller/v1/ID/". ERR_BAD_DATA. */
enum err ddi_action(const char *base, const char *own, const char *kind, const char *href,
		    char ret_path[ADDRESS_MAX_BYTES], char ret_action[UPDATE_ACTION_CAP]);

/* True for what the server may number an action by: digits. */
bool ddi_action_ok(const char *action);

/* The body that tells how an action goes (DdiActionFeedback): the caller's to free, NULL: no
 * memory. `percent` of UPDATE_GOES_ON, -1: not known; `words` may be "". */
char *ddi_feedback(const char *action, enum update_word word, int percent, const char *words);

/* The kiosk's attributes (DdiConfigData), as pairs of name and value up to a NULL. As above. */
char *ddi_attributes(const char *const *pairs);

#endif
