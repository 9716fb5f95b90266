/* Messages of the vpcd protocol, and the sockets they go over. Only vicc.c and vpcd.c use it. */
#ifndef TESTS_USIM_VPCD_WIRE_H
#define TESTS_USIM_VPCD_WIRE_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX 65535

enum wire_control { WIRE_OFF = 0, WIRE_ON = 1, WIRE_RESET = 2, WIRE_ATR = 4 };

/* Bytes that have come, until they are a message. */
struct wire_in {
	uint8_t at[2 + WIRE_MAX];
	size_t len;
};

/* Sends a message as one write. False: the peer is gone. */
bool wire_send(int fd, const uint8_t *bytes, size_t len);

/* Reads what is there, waiting at most wait_ms for the first of it. False: gone, or nothing in
 * that time. */
bool wire_read(int fd, struct wire_in *in, int wait_ms);

/* The first message, while it is whole: its length, and its bytes in *ret, until wire_drop(). -1:
 * not yet. */
long wire_message(const struct wire_in *in, const uint8_t **ret);
void wire_drop(struct wire_in *in);

/* Sockets on 127.0.0.1. */
enum err wire_listen(int port, int *ret_fd);
enum err wire_connect(int port, int *ret_fd);

#endif
