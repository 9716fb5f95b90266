#include "drivers/scan_device.h"

#include "drivers/scan_option.h"
#include "firmware/base/log.h"
#include "firmware/base/msg.h"

#include <stdio.h>
#include <string.h>

static void take_model(struct scan_device *d, const SANE_Device *said)
{
	snprintf(d->model, sizeof d->model, "%.30s %.30s", said->vendor ? said->vendor : "",
		 said->model ? said->model : "");
	if (!utf8_ok(d->model, strlen(d->model)))
		snprintf(d->model, sizeof d->model, "scanner");
}

static void find(struct scan_device *d)
{
	const SANE_Device **list;
	size_t wanted = strcspn(d->want, ";");

	if (wanted > 0)
		snprintf(d->name, sizeof d->name, "%.*s", (int)wanted, d->want);
	if (sane_get_devices(&list, SANE_FALSE) != SANE_STATUS_GOOD)
		return;
	for (; *list; list++) {
		if (wanted == 0 || strcmp((*list)->name, d->name) == 0) {
			snprintf(d->name, sizeof d->name, "%s", (*list)->name);
			take_model(d, *list);
			return;
		}
	}
}

enum err scan_device_open(struct scan_device *d)
{
	if (d->handle)
		return ERR_OK;
	if (!d->name[0] || !d->model[0])
		find(d);
	if (!d->name[0])
		return ERR_GONE;
	scan_watch_device(d->watch, d->name);
	SANE_Status s = sane_open(d->name, &d->handle);
	if (s == SANE_STATUS_GOOD && !d->model[0])
		snprintf(d->model, sizeof d->model, "%.60s", d->name);
	if (s == SANE_STATUS_GOOD)
		return ERR_OK;
	d->handle = NULL;
	scan_watch_device(d->watch, "");
	if (d->want[0] == '\0' || d->want[0] == ';')
		d->name[0] = '\0'; /* the first one found may be another next time */
	enum err e = scan_err_of(s);
	return e == ERR_DENIED || e == ERR_BUSY || e == ERR_NO_MEMORY ? e : ERR_GONE;
}

void scan_device_close(struct scan_device *d)
{
	if (d->handle)
		sane_close(d->handle); /* ends a batch, too */
	d->handle = NULL;
	scan_watch_device(d->watch, "");
}

void scan_device_set_wanted(const struct scan_device *d)
{
	char text[sizeof d->name];

	snprintf(text, sizeof text, "%s", d->want);
	char *at = strchr(text, ';');
	while (at) {
		char *setting = at + 1;

		at = strchr(setting, ';');
		if (at)
			*at = '\0';
		if (setting[0] && !scan_set_text(d->handle, setting))
			log_line(LOG_WARN, "scan.option", "refused=\"%s\"", setting);
	}
}
