/* Front end: a simulated device at a port of an emulated machine, by usbredir (0.7):
 *     qemu ... -chardev socket,id=card,path=STATE/ccid.redir \
 *              -device usb-redir,chardev=card,bus=usb.0,port=2
 * One socket for each device, which serves one machine at a time. Unplugging the device is seen
 * there as that; the connection stays. */
#ifndef TESTS_USIM_REDIR_H
#define TESTS_USIM_REDIR_H

#include "firmware/base/loop.h"
#include "tests/usim/usb.h"
#include <pthread.h>

struct redir;

/* Listens at the socket `path`, which is made anew. `lock` is that of the device; both must outlive
 * it. ERR_IO, ERR_NO_MEMORY. */
enum err redir_open(struct loop *loop, const char *path, struct usb_dev *dev, pthread_mutex_t *lock,
		    struct redir **ret_redir);
void redir_close(struct redir *r); /* NULL is allowed */

/* In the main thread, after the device changed: sends what is done, tells of plug and unplug. */
void redir_changed(struct redir *r);

#endif
