#include "tests/cut/nbd.h"

#include "firmware/base/auto.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define MAGIC           0x4e42444d41474943u /* "NBDMAGIC" */
#define OPTION_MAGIC    0x49484156454f5054u /* "IHAVEOPT" */
#define REPLY_MAGIC     0x0003e889045565a9u
#define REQUEST_MAGIC   0x25609513u
#define SIMPLE_MAGIC    0x67446698u
#define MAX_OPTION      4096u
#define REP_UNSUPPORTED (1u << 31 | 1)

enum { FIXED_NEWSTYLE = 1, NO_ZEROES = 2 };
enum { OPT_EXPORT_NAME = 1, OPT_ABORT = 2, OPT_INFO = 6, OPT_GO = 7 };
enum { REP_ACK = 1, REP_INFO = 3, INFO_EXPORT = 0 };
enum { HAS_FLAGS = 1, SEND_FLUSH = 4, SEND_FUA = 8 };
enum { CMD_READ = 0, CMD_WRITE = 1, CMD_DISC = 2, CMD_FLUSH = 3, CMD_FUA = 1 };

struct option {
	uint64_t magic;
	uint32_t what, len;
} __attribute__((packed));

struct option_reply {
	uint64_t magic;
	uint32_t what, kind, len;
} __attribute__((packed));

struct export_info {
	uint16_t type;
	uint64_t size;
	uint16_t flags;
} __attribute__((packed));

struct request {
	uint32_t magic;
	uint16_t flags, type;
	uint64_t handle, at;
	uint32_t len;
} __attribute__((packed));

struct reply {
	uint32_t magic, error;
	uint64_t handle;
} __attribute__((packed));

static bool read_all(int sock, void *to, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = recv(sock, (char *)to + at, len - at, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool write_all(int sock, const void *from, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = send(sock, (const char *)from + at, len - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool reply_option(int sock, uint32_t what, uint32_t kind, const void *bytes, uint32_t len)
{
	const struct option_reply r = { htobe64(REPLY_MAGIC), htobe32(what), htobe32(kind),
					htobe32(len) };

	return write_all(sock, &r, sizeof r) && (len == 0 || write_all(sock, bytes, len));
}

/* What is exported, whatever name the client gives it. */
static bool tell_export(struct nbd *n, uint32_t what)
{
	const struct export_info i = { htobe16(INFO_EXPORT), htobe64(n->device.size),
				       htobe16(HAS_FLAGS | SEND_FLUSH | SEND_FUA) };

	return reply_option(n->sock, what, REP_INFO, &i, sizeof i) &&
	       reply_option(n->sock, what, REP_ACK, NULL, 0);
}

/* One option after the other, until the client is ready. */
static enum err negotiate(struct nbd *n)
{
	struct option o;
	uint8_t rest[MAX_OPTION];

	while (read_all(n->sock, &o, sizeof o)) {
		uint32_t what = be32toh(o.what), len = be32toh(o.len);

		if (be64toh(o.magic) != OPTION_MAGIC || len > sizeof rest)
			return ERR_BAD_DATA;
		if (!read_all(n->sock, rest, len))
			return ERR_GONE;
		bool told = what == OPT_GO || what == OPT_INFO
				    ? tell_export(n, what)
				    : reply_option(n->sock, what, REP_UNSUPPORTED, NULL, 0);
		if (!told)
			return ERR_GONE;
		if (what == OPT_GO)
			return ERR_OK;
	}
	return ERR_GONE;
}

enum err nbd_begin(struct nbd *n, int sock, const struct nbd_device *device)
{
	const uint64_t hello[] = { htobe64(MAGIC), htobe64(OPTION_MAGIC) };
	const uint16_t flags = htobe16(FIXED_NEWSTYLE | NO_ZEROES);
	uint32_t client;

	*n = (struct nbd){ .sock = sock, .device = *device, .room = malloc(NBD_MAX_BYTES) };
	if (!n->room)
		return ERR_NO_MEMORY;
	if (!write_all(sock, hello, sizeof hello) || !write_all(sock, &flags, sizeof flags) ||
	    !read_all(sock, &client, sizeof client))
		return ERR_GONE;
	return negotiate(n);
}

void nbd_finish(struct nbd *n)
{
	free(n->room);
	n->room = NULL;
}

/* Error numbers of the protocol are those of Linux. */
static uint32_t number_of(enum err e)
{
	return e == ERR_OK ? 0 : e == ERR_NO_SPACE ? ENOSPC : EIO;
}

static enum err do_write(struct nbd *n, const struct request *r, uint32_t len)
{
	const struct nbd_device *d = &n->device;
	enum err e = d->write(d->data, be64toh(r->at), len, n->room);

	return e == ERR_OK && be16toh(r->flags) & CMD_FUA ? d->flush(d->data) : e;
}

static enum err carry_out(struct nbd *n, const struct request *r, uint32_t len)
{
	const struct nbd_device *d = &n->device;

	switch (be16toh(r->type)) {
	case CMD_READ:
		return d->read(d->data, be64toh(r->at), len, n->room);
	case CMD_WRITE:
		return do_write(n, r, len);
	case CMD_FLUSH:
		return d->flush(d->data);
	default:
		return ERR_REFUSED;
	}
}

enum err nbd_serve(struct nbd *n)
{
	struct request r;

	if (!read_all(n->sock, &r, sizeof r))
		return ERR_GONE;
	uint16_t type = be16toh(r.type);
	uint32_t len = type == CMD_FLUSH ? 0 : be32toh(r.len);
	if (be32toh(r.magic) != REQUEST_MAGIC || len > NBD_MAX_BYTES)
		return ERR_BAD_DATA;
	if (type == CMD_DISC || (type == CMD_WRITE && !read_all(n->sock, n->room, len)))
		return ERR_GONE;
	enum err e = carry_out(n, &r, len);
	if (e == ERR_GONE) /* the power went: nobody is answered any more */
		return e;
	const struct reply a = { htobe32(SIMPLE_MAGIC), htobe32(number_of(e)), r.handle };
	bool sent = write_all(n->sock, &a, sizeof a) &&
		    (type != CMD_READ || e != ERR_OK || write_all(n->sock, n->room, len));
	return sent ? ERR_OK : ERR_GONE;
}
