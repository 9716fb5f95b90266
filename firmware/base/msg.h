/* Messages between our programs, from msg.def: one SOCK_SEQPACKET datagram each, with the
 * file descriptors it hands over. */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include <stddef.h>
#include <stdint.h>

#define MSG_MAX_BYTES 4096
#define MSG_MAX_FDS   4

#define MSG(NAME, name, from, to, fields) MSG_##NAME,
enum msg_type {
	MSG_NONE,
#include "firmware/base/msg.def"
	MSG_TYPES
};
#undef MSG

#define U8(n)        uint8_t n;
#define U16(n)       uint16_t n;
#define U32(n)       uint32_t n;
#define I64(n)       int64_t n;
#define TEXT(n, cap) char n[cap];
#define BYTES(n, cap)     \
	uint16_t n##_len; \
	uint8_t n[cap];
#define FD(n)  int n;
#define MEM(n) int n;
#define MSG(NAME, name, from, to, fields) \
	struct msg_##name {               \
		fields                    \
	};
#include "firmware/base/msg.def"
#undef MSG

struct msg {
	enum msg_type type;
	union {
#define MSG(NAME, name, from, to, fields) struct msg_##name name;
#include "firmware/base/msg.def"
#undef MSG
	};
};
#undef U8
#undef U16
#undef U32
#undef I64
#undef TEXT
#undef BYTES
#undef FD
#undef MEM

/* Static; "?" outside the table. */
const char *msg_name(enum msg_type t);

/* Sends `m` from `me` to `to` without waiting. The caller keeps its descriptors.
 * ERR_GONE: nobody is at the other end. ERR_BUSY: its queue is full. ERR_BAD_MESSAGE: our own
 * mistake (wrong direction, text that is not UTF-8, a MEM that is not sealed). */
enum err msg_send(int sock, enum role me, enum role to, const struct msg *m);

/* Takes the next message that `from` sent to `me`, without waiting. On ERR_OK the caller owns
 * the descriptors: take them with take_fd(), then msg_finish().
 * ERR_BUSY: none there. ERR_GONE: the other end is closed. ERR_BAD_MESSAGE: malformed or not
 * this sender's to send; drop the socket and have the sender restarted. */
enum err msg_recv(int sock, enum role me, enum role from, struct msg *ret);

/* Closes what was not taken and wipes. NULL is allowed. */
void msg_finish(struct msg *m);

/* The checks of msg_recv on bytes in memory, for tests and fuzzing; descriptors are numbers
 * that the caller made up. */
enum err msg_unpack(const void *bytes, size_t len, const int *fds, size_t fd_count, enum role me,
		    enum role from, struct msg *ret);

/* Writes `m` as one datagram. *ret_len and *ret_fd_count are set on ERR_OK. */
enum err msg_pack(const struct msg *m, enum role me, enum role to, uint8_t bytes[MSG_MAX_BYTES],
		  size_t *ret_len, int fds[MSG_MAX_FDS], size_t *ret_fd_count);

/* A connected pair of message sockets, close-on-exec and non-blocking. */
enum err msg_pair(int ret_socks[2]);

/* True when `len` bytes are well-formed UTF-8 without NUL. */
bool utf8_ok(const char *s, size_t len);

#endif
