#include "drivers/scan_watch.h"

#include "drivers/scan_usb.h"
#include "firmware/base/log.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scan_watch {
	pthread_mutex_t lock;
	char device[256];
};

static bool is_gone(struct scan_watch *w)
{
	(void)pthread_mutex_lock(&w->lock);
	bool gone = scan_usb_gone(SCAN_USB_NODES, w->device);
	(void)pthread_mutex_unlock(&w->lock);
	return gone;
}

static void *look(void *data)
{
	struct scan_watch *w = data;

	while (!is_gone(w))
		(void)poll(NULL, 0, SCAN_WATCH_MS);
	log_line(LOG_INFO, "scan.anew", "why=unplugged");
	_exit(0);
}

enum err scan_watch_start(struct scan_watch **ret_watch)
{
	struct scan_watch *w = calloc(1, sizeof *w);
	sigset_t all, before;
	pthread_t thread;

	if (!w)
		return ERR_NO_MEMORY;
	(void)pthread_mutex_init(&w->lock, NULL);
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&thread, NULL, look, w);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed) {
		free(w);
		return ERR_NO_MEMORY;
	}
	(void)pthread_detach(thread);
	*ret_watch = w;
	return ERR_OK;
}

void scan_watch_device(struct scan_watch *w, const char *device)
{
	bool gone = scan_usb_gone(SCAN_USB_NODES, device);

	(void)pthread_mutex_lock(&w->lock);
	snprintf(w->device, sizeof w->device, "%s", gone ? "" : device);
	(void)pthread_mutex_unlock(&w->lock);
}
