/* The code scanner. It is held by us alone: its HID POS interface, and any other input
 * interface it has, so that nothing it reads is typed into the kiosk. */
#include "drivers/driver.h"
#include "drivers/hidpos.h"
#include "drivers/usb.h"
#include "firmware/base/arena.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ASK_MS         1000
#define REPORT_MS      60000
#define JOIN_MS        700 /* between two reports of one code */
#define MAX_DESCRIPTOR 4096
#define MAX_FAILURES   3
#define GET_DESCRIPTOR 6
#define HID_DESCRIPTOR 0x21
#define REPORT_TYPE    0x22

struct code {
	struct driver_host *host;
	struct usb *usb;
	const struct usb_facts *facts;
	struct hidpos_report report;
	struct hidpos_code code;
	struct timer join;
	uint8_t failures;
};

static void read_report(struct code *c);

static void lost(struct code *c, const char *why)
{
	log_line(LOG_WARN, "code.lost", "why=%s bytes=%zu", why, c->code.len);
	hidpos_forget(&c->code);
}

static void on_join_late(void *data)
{
	lost(data, "the rest did not come");
}

static void tell_code(struct code *c)
{
	struct msg m = { .type = MSG_CODE_READ, .code_read.payload_len = (uint16_t)c->code.len };

	memcpy(m.code_read.payload, c->code.bytes, c->code.len);
	c->host->tell(c->host->data, ROLE_CORE, &m);
	explicit_bzero(&m, sizeof m);
	stack_wipe();
	hidpos_forget(&c->code);
}

static void take(struct code *c, const uint8_t *bytes, size_t len)
{
	timer_stop(c->host->loop, &c->join);
	switch (hidpos_take(&c->report, &c->code, bytes, len)) {
	case HIDPOS_WHOLE:
		tell_code(c);
		return;
	case HIDPOS_LOST:
		lost(c, "too long or malformed");
		return;
	case HIDPOS_MORE:
		timer_set(c->host->loop, &c->join, JOIN_MS, on_join_late, c);
		return;
	case HIDPOS_OTHER:
		return;
	}
}

static void on_report(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct code *c = data;

	if (e == ERR_OK)
		take(c, bytes, len);
	c->failures = e == ERR_OK || e == ERR_TIMEOUT ? 0 : c->failures + 1;
	if (c->failures > MAX_FAILURES)
		usb_give_up(c->usb);
	else
		read_report(c);
}

static void read_report(struct code *c)
{
	struct usb_call call = { on_report, c, REPORT_MS };
	enum err e = usb_event(c->usb, c->report.bytes, call);

	if (e != ERR_OK && e != ERR_GONE)
		usb_give_up(c->usb);
}

static void on_descriptor(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct code *c = data;

	if (e == ERR_OK)
		e = hidpos_report_of(bytes, len, &c->report);
	if (e == ERR_OK) {
		driver_status(c->host, ERR_OK, false, c->facts->model);
		read_report(c);
		return;
	}
	log_line(LOG_INFO, "code.not_a_scanner", "model=%s err=%s", c->facts->model, err_name(e));
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA || e == ERR_BROKEN)
		usb_refuse(c->usb);
	else
		usb_give_up(c->usb);
}

static uint16_t descriptor_len(const struct usb_facts *f)
{
	size_t len = 0;
	const uint8_t *d = usb_extra(&f->ifaces[f->chosen], HID_DESCRIPTOR, &len);

	return d && len >= 9 && d[6] == REPORT_TYPE ? (uint16_t)(d[7] | d[8] << 8) : 0;
}

static void on_here(void *data, const struct usb_facts *f)
{
	struct code *c = data;
	uint16_t len = descriptor_len(f);
	struct usb_request r = { 0x81, GET_DESCRIPTOR, REPORT_TYPE << 8, len };

	c->facts = f;
	c->failures = 0;
	if (f->quirk == QUIRK_KEYBOARD) {
		log_line(LOG_ERROR, "code.keyboard_mode", "model=%s", f->model);
		driver_status(c->host, ERR_BROKEN, false, f->model);
		return;
	}
	if (len == 0 || len > MAX_DESCRIPTOR)
		usb_refuse(c->usb);
	else if (usb_control(c->usb, r, (struct usb_call){ on_descriptor, c, ASK_MS }) != ERR_OK)
		usb_give_up(c->usb);
}

static void on_gone(void *data)
{
	struct code *c = data;

	timer_stop(c->host->loop, &c->join);
	hidpos_forget(&c->code);
	c->facts = NULL;
	driver_status(c->host, ERR_GONE, false, NULL);
}

static void on_cannot(void *data, enum err why)
{
	struct code *c = data;

	driver_status(c->host, why, false, NULL);
}

/* sysfs: the folder of an interface, BUS-PORT.PORT:1.IFACE, holds the HID device's folder when
 * the kernel's driver is bound. Configurations beyond the first are not met in HID devices. */
static int open_known_descriptor(const struct usb_facts *f)
{
	char path[512];
	int n = snprintf(path, sizeof path, "/sys/bus/usb/devices/%u", f->bus);

	for (uint8_t i = 0; i < f->port_count; i++)
		n += snprintf(path + n, sizeof path - (size_t)n, "%c%u", i ? '.' : '-',
			      f->ports[i]);
	n += snprintf(path + n, sizeof path - (size_t)n, ":1.%u", f->ifaces[f->chosen].number);
	DIR *dir = opendir(path);
	int fd = -1;
	for (struct dirent *d = dir ? readdir(dir) : NULL; d && fd < 0; d = readdir(dir)) {
		if (d->d_name[0] == '.' || strchr(d->d_name, ':') == NULL)
			continue;
		snprintf(path + n, sizeof path - (size_t)n, "/%s/report_descriptor", d->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* A touch screen is HID too: to claim it only for a look would take it away from the screen.
 * So what the kernel knows is read first; without it, the device is asked. */
static bool wanted(void *data, const struct usb_facts *f)
{
	uint8_t bytes[MAX_DESCRIPTOR];
	struct hidpos_report r;

	(void)data;
	if (f->quirk == QUIRK_KEYBOARD)
		return true;
	AUTO_FD fd = open_known_descriptor(f);
	if (fd < 0)
		return true;
	ssize_t n = read(fd, bytes, sizeof bytes);
	return n > 0 && hidpos_report_of(bytes, (size_t)n, &r) == ERR_OK;
}

static const struct usb_handlers USB_HANDLERS = { wanted, on_cannot, on_here, on_gone };

static enum err start(struct driver_host *h, void **ret_self)
{
	struct code *c = calloc(1, sizeof *c);

	if (!c)
		return ERR_NO_MEMORY;
	c->host = h;
	enum err e = usb_create(h->loop, ROLE_CODE, &USB_HANDLERS, c, &c->usb);
	if (e != ERR_OK) {
		free(c);
		return e;
	}
	driver_status(h, ERR_GONE, false, "");
	*ret_self = c;
	return ERR_OK;
}

static void message(void *self, enum role from, struct msg *m)
{
	(void)self, (void)from, (void)m; /* nobody has anything to ask of it */
}

static void stop(void *self)
{
	struct code *c = self;

	if (!c)
		return;
	timer_stop(c->host->loop, &c->join);
	usb_destroy(c->usb);
	hidpos_forget(&c->code);
	free(c);
}

const struct driver CODE_HIDPOS = {
	.name = "code_hidpos",
	.role = ROLE_CODE,
	.start = start,
	.message = message,
	.stop = stop,
};
