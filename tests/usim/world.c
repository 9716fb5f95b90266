#include "tests/usim/world.h"

#include "tests/usim/sane_conf.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const PORTS[WORLD_CABLED] = { "1-1", "1-2", "1-3" };

static int64_t now_ms(void *data)
{
	const struct world *w = data;

	return loop_now_ms(w->loop);
}

/* In any thread. */
static void changed(void *data)
{
	const struct world *w = data;
	uint64_t one = 1;

	if (write(w->changed_fd, &one, sizeof one) < 0)
		return; /* the counter is full: it will be read anyway */
}

static void tick(void *data)
{
	struct world *w = data;
	int64_t next = -1;

	world_lock(w);
	for (int i = 0; i < WORLD_USB_DEVICES; i++) {
		int64_t left = usb_tick(w->usb[i]);

		if (left >= 0 && (next < 0 || left < next))
			next = left;
	}
	world_unlock(w);
	if (next >= 0)
		timer_set(w->loop, &w->later, (uint32_t)next, tick, w);
}

/* `printer unplug-after` has come to its end. */
static void unplug_if_due(struct world *w)
{
	world_lock(w);
	bool due = w->printer.unplug_now && w->printer.usb.attached;
	world_unlock(w);
	if (due)
		world_unplug(w, &w->printer.usb);
}

static void lay_down_again(void *data)
{
	struct world *w = data;

	world_lock(w);
	struct card *card = w->returns;
	w->returns = NULL;
	if (card && !w->ccid.card)
		ccid_insert(&w->ccid, card);
	world_unlock(w);
}

/* `card out-at N MS` has come to its N-th command. */
static void return_if_due(struct world *w)
{
	world_lock(w);
	bool due = w->returns && !w->ccid.card && !w->return_timer.armed;
	world_unlock(w);
	if (due)
		timer_set(w->loop, &w->return_timer, w->returns_ms, lay_down_again, w);
}

static void on_changed_fd(void *data, short events)
{
	struct world *w = data;
	uint64_t count;

	(void)events;
	if (read(w->changed_fd, &count, sizeof count) < 0)
		return;
	tick(w);
	unplug_if_due(w);
	return_if_due(w);
	usbip_changed(w->usbip);
	for (int i = 0; i < WORLD_USB_DEVICES; i++)
		redir_changed(w->redirs[i]);
	if (w->on_change)
		w->on_change(w->on_change_data);
}

enum err world_init(struct world *w, struct loop *loop, const char *dir, enum ccid_level level)
{
	char receipts[sizeof w->dir + 16];

	w->loop = loop;
	snprintf(w->dir, sizeof w->dir, "%s", dir);
	snprintf(receipts, sizeof receipts, "%s/receipts", dir);
	if (mkdir(receipts, 0755) < 0 && errno != EEXIST)
		return err_of_errno();
	pthread_mutex_init(&w->lock, NULL);
	ccid_init(&w->ccid, level);
	printer_init(&w->printer, receipts);
	code_init(&w->code);
	fingers_init(&w->fingers);
	stranger_init(&w->stranger);
	esci_init(&w->esci, &w->scanner);
	toycard_init(&w->toycard);
	wallet_init(&w->wallet, clock_wall_s(loop_clock(loop)));
	w->usb[0] = &w->ccid.usb;
	w->usb[1] = &w->printer.usb;
	w->usb[2] = &w->code.usb;
	w->usb[3] = &w->fingers.usb;
	w->usb[4] = &w->stranger.usb;
	w->usb[5] = &w->esci.usb;
	w->changed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->changed_fd < 0)
		return err_of_errno();
	for (int i = 0; i < WORLD_USB_DEVICES; i++) {
		w->usb[i]->changed = changed;
		w->usb[i]->now_ms = now_ms;
		w->usb[i]->changed_data = w->usb[i]->now_data = w;
	}
	return loop_watch(loop, w->changed_fd, POLLIN, on_changed_fd, w);
}

void world_changed(struct world *w)
{
	changed(w);
}

enum err world_plug_scanner(struct world *w)
{
	char path[sizeof w->dir + 16];

	(void)world_plug(w, &w->esci.usb);
	if (w->escl)
		return ERR_OK;
	snprintf(path, sizeof path, "%s/scanner.sock", w->dir);
	enum err e = escl_open(w->loop, &w->scanner, path, &w->escl);
	if (e != ERR_OK)
		return e;
	escl_on_change(w->escl, changed, w);
	escl_trace(w->escl, w->trace);
	return ERR_OK;
}

void world_unplug_scanner(struct world *w)
{
	world_unplug(w, &w->esci.usb);
	escl_close(w->escl);
	w->escl = NULL;
}

enum err world_attach(struct world *w)
{
	enum err e = sane_conf_write(w->dir);

	if (e == ERR_OK)
		e = world_plug_scanner(w);
	if (e == ERR_OK)
		e = um_create(&w->lock, &w->um);

	for (int i = 0; i < WORLD_CABLED && e == ERR_OK; i++)
		e = um_add(w->um, w->usb[i], PORTS[i]);
	return e;
}

enum err world_export(struct world *w, int port)
{
	for (int i = 0; i < WORLD_CABLED; i++)
		w->exports[i] = (struct usbip_export){ w->usb[i], PORTS[i], (unsigned)i + 2 };
	w->exported = (struct usbip_exports){ w->exports, WORLD_CABLED, &w->lock };
	return usbip_open(w->loop, port, &w->exported, &w->usbip);
}

enum err world_redirect(struct world *w)
{
	char path[sizeof w->dir + 32];
	enum err e = ERR_OK;

	for (int i = 0; i < WORLD_USB_DEVICES && e == ERR_OK; i++) {
		snprintf(path, sizeof path, "%s/%s.redir", w->dir, w->usb[i]->model->name);
		e = redir_open(w->loop, path, w->usb[i], &w->lock, &w->redirs[i]);
	}
	return e;
}

void world_finish(struct world *w)
{
	usbip_close(w->usbip);
	for (int i = 0; i < WORLD_USB_DEVICES; i++) {
		redir_close(w->redirs[i]);
		w->redirs[i] = NULL;
		world_unplug(w, w->usb[i]);
	}
	um_destroy(w->um);
	world_unplug_scanner(w);
	esci_finish(&w->esci);
	scanner_finish(&w->scanner);
	camera_finish(&w->camera);
	timer_stop(w->loop, &w->later);
	timer_stop(w->loop, &w->return_timer);
	vicc_close(w->vicc);
	mrtd_destroy(w->served);
	vpcd_close(w->vpcd);
	wallet_finish(&w->wallet);
	loop_unwatch(w->loop, w->changed_fd);
	usb_finish(&w->ccid.usb);
	usb_finish(&w->code.usb);
	usb_finish(&w->fingers.usb);
	usb_finish(&w->stranger.usb);
	printer_finish(&w->printer);
	close(w->changed_fd);
	pthread_mutex_destroy(&w->lock);
}

void world_lock(struct world *w)
{
	pthread_mutex_lock(&w->lock);
}

void world_unlock(struct world *w)
{
	pthread_mutex_unlock(&w->lock);
}

struct usb_dev *world_usb(struct world *w, const char *name)
{
	for (int i = 0; i < WORLD_USB_DEVICES; i++)
		if (strcmp(w->usb[i]->model->name, name) == 0)
			return w->usb[i];
	return NULL;
}

static int index_of(const struct world *w, const struct usb_dev *d)
{
	int i = 0;

	while (i < WORLD_USB_DEVICES - 1 && w->usb[i] != d)
		i++;
	return i;
}

/* NULL: only an emulated machine has it. */
static const char *cable_of(const struct world *w, const struct usb_dev *d)
{
	int i = index_of(w, d);

	return i < WORLD_CABLED ? PORTS[i] : NULL;
}

enum err world_plug(struct world *w, struct usb_dev *d)
{
	if (d->attached)
		return ERR_OK;
	world_lock(w);
	usb_plug(d);
	world_unlock(w);
	return w->um && cable_of(w, d) ? um_add(w->um, d, cable_of(w, d)) : ERR_OK;
}

void world_unplug(struct world *w, struct usb_dev *d)
{
	if (!d->attached)
		return;
	world_lock(w);
	usb_unplug(d);
	world_unlock(w);
	redir_changed(w->redirs[index_of(w, d)]); /* before it can be plugged in again */
	if (w->um && cable_of(w, d))
		um_remove(w->um, d);
}
