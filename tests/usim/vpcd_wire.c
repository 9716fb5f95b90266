#include "tests/usim/vpcd_wire.h"

#include "firmware/base/auto.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

bool wire_send(int fd, const uint8_t *bytes, size_t len)
{
	uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };
	uint8_t message[2 + WIRE_MAX];
	size_t at = 0;

	if (len > WIRE_MAX)
		return false;
	memcpy(message, head, sizeof head);
	if (len)
		memcpy(message + 2, bytes, len);
	while (at < len + 2) {
		ssize_t n = send(fd, message + at, len + 2 - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

bool wire_read(int fd, struct wire_in *in, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (in->len == sizeof in->at || poll(&p, 1, wait_ms) <= 0)
		return false;
	do
		n = recv(fd, in->at + in->len, sizeof in->at - in->len, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	in->len += (size_t)n;
	return true;
}

long wire_message(const struct wire_in *in, const uint8_t **ret)
{
	size_t len = in->len < 2 ? 0 : (size_t)(in->at[0] << 8 | in->at[1]);

	if (in->len < 2 || in->len - 2 < len)
		return -1;
	*ret = in->at + 2;
	return (long)len;
}

void wire_drop(struct wire_in *in)
{
	const uint8_t *bytes;
	long len = wire_message(in, &bytes);

	if (len < 0)
		return;
	in->len -= (size_t)len + 2;
	memmove(in->at, in->at + 2 + len, in->len);
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

enum err wire_listen(int port, int *ret_fd)
{
	const struct sockaddr_in a = loopback(port);
	AUTO_FD fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0)
		return err_of_errno();
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* else a while later */
	if (bind(fd, (const struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 1) < 0)
		return errno == EADDRINUSE ? ERR_BUSY : err_of_errno();
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}

enum err wire_connect(int port, int *ret_fd)
{
	const struct sockaddr_in a = loopback(port);
	AUTO_FD fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0 || connect(fd, (const struct sockaddr *)&a, sizeof a) < 0)
		return ERR_GONE;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* only slower without */
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}
