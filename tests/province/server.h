/* HTTP for the stand-in: libmicrohttpd in our loop, one thread. It collects small bodies, hands
 * large ones on as they come, and does to a connection what it is told: answer, or cut. */
#ifndef PROVINCE_SERVER_H
#define PROVINCE_SERVER_H

#include "tests/province/sum.h"
#include "tests/province/world.h"
#include <microhttpd.h>

#define BODY_MAX_BYTES 65536

struct server; /* one port */

struct request {
	struct server *server;
	struct MHD_Connection *connection;
	struct request *next; /* of server */
	struct timer pause;
	const char *method, *path;
	char *body; /* a small body, NUL-terminated; server's */
	size_t body_len;
	int sink_fd;               /* where a large body goes; -1: into `body` */
	int64_t sink_at, sink_max; /* where the file stands, and may stand at most */
	struct sum sum;            /* of what goes there, when the kiosk names one */
	bool whole_only;           /* what was cut off is thrown away */
	bool flip;                 /* the next byte is changed on its way */
	bool cut;                  /* close the connection instead of answering */
	bool paused, begun;
	bool answered;
};

struct routes {
	/* The headers are there, the body is not. May set sink_fd, or answer at once. */
	void (*begin)(struct world *w, struct request *r);
	/* All is there: answer, or set `cut`. */
	void (*finish)(struct world *w, struct request *r);
};

/* Listens on 127.0.0.1; port 0 takes any free one. `tls` asks for a client certificate of the
 * TLS CA and shows the certificate w->server_cert. ERR_IO. */
enum err server_start(struct world *w, const struct routes *routes, bool tls, uint16_t port,
		      struct server **ret);
void server_stop(struct server *s); /* drops every connection; NULL is allowed */
uint16_t server_port(const struct server *s);

/* A socket that has the port and does not listen: who calls is refused, and no other program gets
 * the port meanwhile. The caller's to close; -1: none. */
int server_hold(uint16_t port);

/* While hung, what has been accepted stays open and nothing moves. */
void server_hang(struct server *s, bool hung);

/* Cuts every other connection that is still writing to this path: its kiosk has given it up, and
 * what is left in its buffers must not follow what the new one writes. */
void server_only_writer(struct request *r);

/* The common name of the certificate that the request came with: a kiosk's id. "" without one. */
void request_client(struct request *r, char *ret, size_t cap);

/* Value of a request header, or NULL. */
const char *request_header(struct request *r, const char *name);

/* Answers with `len` bytes of `type` (NULL: no body), and headers "Name", "value", ..., NULL. */
void request_answer(struct request *r, unsigned status, const char *type, const void *bytes,
		    size_t len, const char *const *headers);

/* The same with a body that never ends. */
void request_answer_endless(struct request *r, const char *type);

/* `len` bytes of a file, from `from` on (206, or 200 when that is its beginning); the connection is
 * cut after `stop` of them. The descriptor is taken over. */
void request_answer_part(struct request *r, int fd, int64_t from, int64_t len, int64_t stop);

/* The same with a file; the descriptor is taken over. */
void request_answer_file(struct request *r, const char *type, int fd, size_t len);

#endif
