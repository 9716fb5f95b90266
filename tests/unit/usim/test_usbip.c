#include "tests/tap.h"
#include "tests/usim/ccid.h"
#include "tests/usim/usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 60000

/* A reader behind a server, and what the last client received. */
struct bench {
	struct loop *loop;
	struct ccid *reader;
	pthread_mutex_t lock;
	struct usbip_export export;
	struct usbip_exports exports;
	struct usbip *server;
};

static int connect_to(const struct bench *b)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)usbip_port(b->server)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	eq_int(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

/* Turns the loop until `want` bytes or the end have come; how many. */
static size_t receive(struct bench *b, int fd, uint8_t *to, size_t want)
{
	int64_t until = loop_now_ms(b->loop) + WAIT_MS;
	size_t n = 0;

	while (n < want && loop_now_ms(b->loop) < until) {
		if (loop_turn(b->loop, 5) != ERR_OK)
			break;
		ssize_t got = recv(fd, to + n, want - n, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN))
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return n;
}

static bool is_closed(struct bench *b, int fd)
{
	int64_t until = loop_now_ms(b->loop) + WAIT_MS;
	uint8_t byte;

	while (loop_now_ms(b->loop) < until) {
		usbip_changed(b->server);
		if (loop_turn(b->loop, 5) != ERR_OK)
			return false;
		ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return true;
	}
	return false;
}

static int import(struct bench *b, uint8_t *status)
{
	uint8_t ask[40] = { 1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1' }, got[8 + 312];
	int fd = connect_to(b);

	ok(send(fd, ask, sizeof ask, 0) == sizeof ask);
	eq_int(receive(b, fd, got, 8), 8);
	ok(got[2] == 0 && got[3] == 3);
	*status = got[7];
	if (!*status)
		eq_int(receive(b, fd, got + 8, 312), 312);
	return fd;
}

/* A submit of `len` bytes; `payload` when the host sends them. */
static void submit(int fd, uint8_t seq, uint8_t endpoint, const uint8_t *payload, uint8_t len)
{
	uint8_t m[48 + 255] = { 0 };

	m[3] = 1;
	m[7] = seq;
	m[15] = !(payload);
	m[19] = endpoint;
	m[27] = len;
	if (payload)
		memcpy(m + 48, payload, len);
	size_t n = 48u + (payload ? len : 0);
	ok(send(fd, m, n, 0) == (ssize_t)n);
}

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void transfers(struct bench *b, int fd)
{
	static const uint8_t slot_status[10] = { 0x65, 0, 0, 0, 0, 0, 77 };
	uint8_t got[512];

	submit(fd, 1, 2, NULL, 64); /* stays */
	submit(fd, 2, 1, slot_status, 10);
	eq_int(receive(b, fd, got, 48 + 48 + 10), 106);
	/* the answer came while the command was still being taken: the IN transfer is first */
	ok(u32(got) == 3 && u32(got + 4) == 1 && u32(got + 20) == 0 && u32(got + 24) == 10);
	ok(got[48] == 0x81 && got[48 + 6] == 77);
	ok(u32(got + 58) == 3 && u32(got + 62) == 2 && u32(got + 82) == 10);
}

static void unlinking(struct bench *b, int fd)
{
	uint8_t m[48] = { 0, 0, 0, 2, 0, 0, 0, 9 }, got[96];

	submit(fd, 8, 3, NULL, 8);
	m[23] = 8;
	ok(send(fd, m, sizeof m, 0) == sizeof m);
	eq_int(receive(b, fd, got, 48), 48); /* one answer, to the unlink */
	ok(u32(got) == 4 && u32(got + 4) == 9 && (int32_t)u32(got + 20) == -ECONNRESET);
	ok(send(fd, m, sizeof m, 0) == sizeof m);
	eq_int(receive(b, fd, got, 48), 48);
	ok(u32(got) == 4 && u32(got + 20) == 0); /* it was gone already */
}

static void malformed(struct bench *b)
{
	uint8_t bad[48] = { 0, 0, 0, 99 }, huge[48] = { 0, 0, 0, 1 }, status;
	int fd = import(b, &status);

	ok(send(fd, bad, sizeof bad, 0) == sizeof bad);
	ok(is_closed(b, fd));
	close(fd);
	fd = import(b, &status);
	eq_int(status, 0); /* the one before gave it free */
	memset(huge + 24, 0xff, 4);
	ok(send(fd, huge, sizeof huge, 0) == sizeof huge);
	ok(is_closed(b, fd));
	close(fd);
}

int main(void)
{
	struct clock clock = { 0 };
	struct bench b = { .reader = malloc(sizeof *b.reader), .lock = PTHREAD_MUTEX_INITIALIZER };
	uint8_t status;

	ccid_init(b.reader, CCID_EXTENDED);
	b.export = (struct usbip_export){ &b.reader->usb, "1-1", 2 };
	b.exports = (struct usbip_exports){ &b.export, 1, &b.lock };
	eq_int(loop_create(&clock, &b.loop), ERR_OK);
	eq_int(usbip_open(b.loop, 0, &b.exports, &b.server), ERR_OK);
	int fd = import(&b, &status);
	eq_int(status, 0);
	int second = import(&b, &status);
	eq_int(status, 1); /* taken */
	close(second);
	transfers(&b, fd);
	unlinking(&b, fd);
	submit(fd, 20, 2, NULL, 64);
	uint8_t got[48];
	eq_int(loop_turn(b.loop, 100), ERR_OK);
	usb_unplug(&b.reader->usb);
	usbip_changed(b.server);
	eq_int(receive(&b, fd, got, 48), 48);
	ok(u32(got + 4) == 20 && (int32_t)u32(got + 20) == -ESHUTDOWN);
	ok(is_closed(&b, fd));
	close(fd);
	close(import(&b, &status));
	eq_int(status, 1); /* unplugged */
	usb_plug(&b.reader->usb);
	malformed(&b);
	usbip_close(b.server);
	usb_finish(&b.reader->usb);
	free(b.reader);
	loop_destroy(b.loop);
	return tap_done();
}
