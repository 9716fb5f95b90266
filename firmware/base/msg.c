#include "firmware/base/msg.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/mem.h"

#include <string.h>
#include <sys/socket.h>

enum kind { K_U8, K_U16, K_U32, K_I64, K_TEXT, K_BYTES, K_FD, K_MEM };

struct field {
	enum kind kind;
	uint16_t at;  /* offset in its struct; of the length, for K_BYTES */
	uint16_t cap; /* of text and bytes */
};

#define U8(n)         { K_U8, offsetof(of, n), 0 },
#define U16(n)        { K_U16, offsetof(of, n), 0 },
#define U32(n)        { K_U32, offsetof(of, n), 0 },
#define I64(n)        { K_I64, offsetof(of, n), 0 },
#define TEXT(n, cap)  { K_TEXT, offsetof(of, n), cap },
#define BYTES(n, cap) { K_BYTES, offsetof(of, n##_len), cap },
#define FD(n)         { K_FD, offsetof(of, n), 0 },
#define MEM(n)        { K_MEM, offsetof(of, n), 0 },

/* The fields of one message; a function, so that `of` can be its struct. */
#define MSG(NAME, name, from, to, fields)                              \
	static const struct field *fields_of_##name(size_t *ret_count) \
	{                                                              \
		typedef struct msg_##name of;                          \
		static const struct field FIELDS[] = { fields };       \
		*ret_count = sizeof FIELDS / sizeof *FIELDS;           \
		return FIELDS;                                         \
	}
#include "firmware/base/msg.def"
#undef MSG

#define BIT(role) (1u << ROLE_##role)
enum {
	MAY_SUPER = BIT(SUPER),
	MAY_CORE = BIT(CORE),
	MAY_UI = BIT(UI),
	MAY_CARD = BIT(CARD),
	MAY_CODE = BIT(CODE),
	MAY_SCAN = BIT(SCAN),
	MAY_PRINT = BIT(PRINT),
	MAY_TOKEN = BIT(TOKEN),
	MAY_PARSE = BIT(PARSE),
	MAY_PAGES = BIT(PAGES),
	MAY_WORK = MAY_PARSE | MAY_PAGES,
	MAY_SYNC = BIT(SYNC),
	MAY_CTL = BIT(CTL),
	MAY_DRV = MAY_CARD | MAY_CODE | MAY_SCAN | MAY_PRINT | MAY_TOKEN,
	MAY_ALL = (1u << ROLE_COUNT) - 1,
};

static const struct {
	const char *name;
	unsigned from, to;
	size_t size;
	const struct field *(*fields)(size_t *);
} ROWS[] = {
#define MSG(NAME, name, from, to, fields) \
	[MSG_##NAME] = { #NAME, MAY_##from, MAY_##to, sizeof(struct msg_##name), fields_of_##name },
#include "firmware/base/msg.def"
#undef MSG
};

const char *msg_name(enum msg_type t)
{
	return t > MSG_NONE && t < MSG_TYPES ? ROWS[t].name : "?";
}

static bool may(enum msg_type t, enum role from, enum role to)
{
	return t > MSG_NONE && t < MSG_TYPES && from < ROLE_COUNT && to < ROLE_COUNT &&
	       (ROWS[t].from >> from & 1) && (ROWS[t].to >> to & 1);
}

static void *body(struct msg *m)
{
	return &m->peer; /* every member of the union begins at the same place */
}

static uint16_t u16_at(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static int int_at(const uint8_t *p)
{
	int v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Bytes being written; `bad` once they do not fit. */
struct packet {
	uint8_t *bytes;
	size_t len;
	int *fds;
	size_t fd_count;
	bool bad;
};

static void put(struct packet *p, const void *bytes, size_t n)
{
	if (n > MSG_MAX_BYTES - p->len) {
		p->bad = true;
		return;
	}
	memcpy(p->bytes + p->len, bytes, n);
	p->len += n;
}

static void put_sized(struct packet *p, const void *bytes, size_t n)
{
	uint16_t len = (uint16_t)n;

	put(p, &len, sizeof len);
	put(p, bytes, n);
}

static void put_fd(struct packet *p, int fd, bool sealed)
{
	if (p->fd_count >= MSG_MAX_FDS || fd < 0 || (sealed && !mem_is_sealed(fd)))
		p->bad = true;
	else
		p->fds[p->fd_count++] = fd;
}

static size_t width_of(enum kind k)
{
	switch (k) {
	case K_U8:
		return 1;
	case K_U16:
		return 2;
	case K_U32:
		return 4;
	case K_I64:
		return 8;
	default:
		return 0;
	}
}

static void put_field(struct packet *p, const struct field *f, const uint8_t *at)
{
	switch (f->kind) {
	case K_TEXT: {
		size_t n = strnlen((const char *)at, f->cap);

		p->bad |= n == f->cap || !utf8_ok((const char *)at, n);
		put_sized(p, at, n);
		return;
	}
	case K_BYTES: {
		uint16_t n = u16_at(at);

		p->bad |= n > f->cap;
		if (!p->bad)
			put_sized(p, at + sizeof n, n);
		return;
	}
	case K_FD:
	case K_MEM:
		put_fd(p, int_at(at), f->kind == K_MEM);
		return;
	default:
		put(p, at, width_of(f->kind)); /* both ends are one machine: its byte order */
	}
}

enum err msg_pack(const struct msg *m, enum role me, enum role to, uint8_t bytes[MSG_MAX_BYTES],
		  size_t *ret_len, int fds[MSG_MAX_FDS], size_t *ret_fd_count)
{
	if (!may(m->type, me, to))
		return ERR_BAD_MESSAGE;

	struct packet p = { .bytes = bytes, .fds = fds };
	uint16_t type = (uint16_t)m->type;
	size_t count;
	const struct field *f = ROWS[m->type].fields(&count);

	put(&p, &type, sizeof type);
	for (size_t i = 0; i < count; i++)
		put_field(&p, &f[i], (const uint8_t *)&m->peer + f[i].at);
	if (p.bad)
		return ERR_BAD_MESSAGE;
	*ret_len = p.len;
	*ret_fd_count = p.fd_count;
	return ERR_OK;
}

enum err msg_send(int sock, enum role me, enum role to, const struct msg *m)
{
	uint8_t bytes[MSG_MAX_BYTES];
	int fds[MSG_MAX_FDS];
	size_t len, fd_count;
	enum err e = msg_pack(m, me, to, bytes, &len, fds, &fd_count);

	if (e != ERR_OK)
		return e;

	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof fds)];
	} control = { 0 };
	struct iovec iov = { bytes, len };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	if (fd_count > 0) {
		h.msg_control = &control;
		h.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, fd_count * sizeof(int));
	}
	ssize_t n = sendmsg(sock, &h, MSG_NOSIGNAL | MSG_DONTWAIT);
	int why = errno;
	explicit_bzero(bytes, len);
	errno = why;
	return n < 0 ? err_of_errno() : ERR_OK;
}

static bool get_field(struct reader *r, const struct field *f, uint8_t *at)
{
	if (f->kind != K_TEXT && f->kind != K_BYTES) {
		size_t n = width_of(f->kind);
		const uint8_t *p = get_bytes(r, n);

		if (p)
			memcpy(at, p, n);
		return p != NULL;
	}
	uint16_t n = get_u16le(r); /* little-endian machines only; checked in test_msg.c */
	const uint8_t *p = get_bytes(r, n);
	if (!p)
		return false;
	if (f->kind == K_TEXT) {
		if (n >= f->cap || !utf8_ok((const char *)p, n))
			return false;
		memcpy(at, p, n);
		at[n] = '\0';
		return true;
	}
	if (n > f->cap)
		return false;
	memcpy(at, &n, sizeof n);
	memcpy(at + sizeof n, p, n);
	return true;
}

static bool is_fd(const struct field *f)
{
	return f->kind == K_FD || f->kind == K_MEM;
}

static void no_fds(struct msg *m)
{
	size_t count;
	const struct field *f = ROWS[m->type].fields(&count);
	const int none = -1;

	for (size_t i = 0; i < count; i++)
		if (is_fd(&f[i]))
			memcpy((uint8_t *)body(m) + f[i].at, &none, sizeof none);
}

enum err msg_unpack(const void *bytes, size_t len, const int *fds, size_t fd_count, enum role me,
		    enum role from, struct msg *ret)
{
	struct reader r = reader_of(bytes, len);
	enum msg_type type = get_u16le(&r);
	size_t count, used = 0;
	bool good = true;

	if (r.bad || !may(type, from, me))
		return ERR_BAD_MESSAGE;
	memset(ret, 0, sizeof ret->type + ROWS[type].size);
	ret->type = type;
	no_fds(ret);
	const struct field *f = ROWS[type].fields(&count);
	for (size_t i = 0; i < count && good; i++) {
		uint8_t *at = (uint8_t *)body(ret) + f[i].at;

		if (!is_fd(&f[i]))
			good = get_field(&r, &f[i], at);
		else if ((good = used < fd_count))
			memcpy(at, &fds[used++], sizeof *fds);
	}
	if (good && !r.bad && r.left == 0 && used == fd_count)
		return ERR_OK;
	no_fds(ret); /* they stay the caller's to close */
	return ERR_BAD_MESSAGE;
}

static bool mems_sealed(const struct msg *m)
{
	size_t count;
	const struct field *f = ROWS[m->type].fields(&count);

	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = (const uint8_t *)&m->peer + f[i].at;

		if (f[i].kind == K_MEM && !mem_is_sealed(int_at(at)))
			return false;
	}
	return true;
}

static size_t take_fds(struct msghdr *h, int fds[MSG_MAX_FDS])
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	}
	return n;
}

enum err msg_recv(int sock, enum role me, enum role from, struct msg *ret)
{
	uint8_t bytes[MSG_MAX_BYTES + 1];
	int fds[MSG_MAX_FDS];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof fds)];
	} control;
	struct iovec iov = { bytes, sizeof bytes };
	struct msghdr h = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof control };
	ssize_t n = recvmsg(sock, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && errno == EINTR)
		return ERR_BUSY;
	if (n < 0)
		return err_of_errno();
	if (n == 0)
		return ERR_GONE;

	size_t fd_count = take_fds(&h, fds);
	enum err e = h.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || n > MSG_MAX_BYTES
			     ? ERR_BAD_MESSAGE
			     : msg_unpack(bytes, (size_t)n, fds, fd_count, me, from, ret);
	explicit_bzero(bytes, (size_t)n);
	if (e == ERR_OK && mems_sealed(ret))
		return ERR_OK;
	for (size_t i = 0; i < fd_count; i++)
		close(fds[i]);
	return ERR_BAD_MESSAGE;
}

void msg_finish(struct msg *m)
{
	size_t count;

	if (!m || m->type <= MSG_NONE || m->type >= MSG_TYPES)
		return;
	const struct field *f = ROWS[m->type].fields(&count);
	for (size_t i = 0; i < count; i++) {
		int fd = is_fd(&f[i]) ? int_at((const uint8_t *)&m->peer + f[i].at) : -1;

		if (fd >= 0)
			close(fd);
	}
	explicit_bzero(m, sizeof m->type + ROWS[m->type].size);
}

enum err msg_pair(int ret_socks[2])
{
	int how = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

	return socketpair(AF_UNIX, how, 0, ret_socks) < 0 ? err_of_errno() : ERR_OK;
}

/* How many bytes the sequence at `s` has, 0 when it is not well formed (Unicode 15, table 3-7). */
static size_t utf8_step(const uint8_t *s, size_t left)
{
	uint8_t c = s[0], low = 0x80, high = 0xbf;
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;

	if (n == 1)
		return c != 0;
	if (c < 0xc2 || c > 0xf4 || left < n)
		return 0;
	if (c == 0xe0)
		low = 0xa0;
	else if (c == 0xed)
		high = 0x9f;
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool utf8_ok(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = utf8_step((const uint8_t *)s + i, len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}
