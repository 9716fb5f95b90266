/* One client of a block device over a socket, by the NBD protocol (github.com/NetworkBlockDevice,
 * doc/proto.md: fixed newstyle handshake, simple replies): as QEMU speaks it. */
#ifndef CUT_NBD_H
#define CUT_NBD_H

#include "firmware/base/err.h"

#include <stdint.h>

#define NBD_MAX_BYTES (32u << 20) /* of one request */

struct nbd_device {
	uint64_t size;
	enum err (*read)(void *data, uint64_t at, uint32_t len, uint8_t *to);
	enum err (*write)(void *data, uint64_t at, uint32_t len, const uint8_t *bytes);
	enum err (*flush)(void *data);
	void *data;
};

struct nbd {
	int sock;
	struct nbd_device device;
	uint8_t *room; /* of NBD_MAX_BYTES */
};

/* Greets and agrees with the client on `sock`, which stays the caller's. ERR_GONE, ERR_BAD_DATA,
 * ERR_NO_MEMORY. */
enum err nbd_begin(struct nbd *n, int sock, const struct nbd_device *device);
void nbd_finish(struct nbd *n);

/* Waits for one request and answers it. ERR_GONE: the client has ended. */
enum err nbd_serve(struct nbd *n);

#endif
