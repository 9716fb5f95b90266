/* The block device as QEMU asks for it: greeting, option GO, then requests. */
#include "tests/cut/nbd.h"
#include "tests/tap.h"

#include <endian.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static uint8_t medium[8192];
static int flushes;

static enum err dev_read(void *data, uint64_t at, uint32_t len, uint8_t *to)
{
	(void)data;
	if (at + len > sizeof medium)
		return ERR_NO_SPACE;
	memcpy(to, medium + at, len);
	return ERR_OK;
}

static enum err dev_write(void *data, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	(void)data;
	if (at + len > sizeof medium)
		return ERR_IO;
	memcpy(medium + at, bytes, len);
	return ERR_OK;
}

static enum err dev_flush(void *data)
{
	(void)data;
	flushes++;
	return ERR_OK;
}

static const struct nbd_device DEVICE = { sizeof medium, dev_read, dev_write, dev_flush, NULL };

static void put64(uint8_t *to, uint64_t n)
{
	n = htobe64(n);
	memcpy(to, &n, sizeof n);
}

static void put32(uint8_t *to, uint32_t n)
{
	n = htobe32(n);
	memcpy(to, &n, sizeof n);
}

static void request(uint8_t r[28], uint16_t flags, uint16_t type, uint64_t at, uint32_t len)
{
	memset(r, 0, 28);
	put32(r, 0x25609513);
	r[5] = (uint8_t)flags;
	r[7] = (uint8_t)type;
	put64(r + 8, 4711);
	put64(r + 16, at);
	put32(r + 24, len);
}

/* Everything the client will say, before the server begins: a socket holds it. */
static void say_hello(int sock)
{
	uint8_t hello[4 + 16 + 4] = { 0 };

	hello[3] = 3;
	memcpy(hello + 4, "IHAVEOPT", 8);
	put32(hello + 12, 8); /* structured replies: not here */
	ok(write(sock, hello, 20) == 20);
	put32(hello + 12, 7); /* GO */
	put32(hello + 16, 6);
	ok(write(sock, hello + 4, 16) == 16);
	ok(write(sock, "\0\0\0\0\0\0", 6) == 6);
}

static uint32_t error_of(const uint8_t *reply)
{
	uint32_t n;

	memcpy(&n, reply + 4, sizeof n);
	return be32toh(n);
}

static void serves_what_was_written(int client, struct nbd *n)
{
	uint8_t r[28], reply[16 + 4];

	request(r, 1, 1, 4096, 4); /* write, with FUA */
	ok(write(client, r, sizeof r) == sizeof r && write(client, "abcd", 4) == 4);
	eq_int(nbd_serve(n), ERR_OK);
	ok(read(client, reply, 16) == 16 && error_of(reply) == 0);
	eq_int(flushes, 1);
	request(r, 0, 0, 4096, 4);
	ok(write(client, r, sizeof r) == sizeof r);
	eq_int(nbd_serve(n), ERR_OK);
	ok(read(client, reply, 20) == 20 && memcmp(reply + 16, "abcd", 4) == 0);
	request(r, 0, 3, 0, 0); /* flush */
	ok(write(client, r, sizeof r) == sizeof r);
	eq_int(nbd_serve(n), ERR_OK);
	eq_int(flushes, 2);
	ok(read(client, reply, 16) == 16 && error_of(reply) == 0);
}

static void tells_of_failures(int client, struct nbd *n)
{
	uint8_t r[28], reply[16];

	request(r, 0, 1, 8192, 4);
	ok(write(client, r, sizeof r) == sizeof r && write(client, "abcd", 4) == 4);
	eq_int(nbd_serve(n), ERR_OK);
	ok(read(client, reply, 16) == 16);
	eq_int(error_of(reply), 5);
	request(r, 0, 0, 0, 1u << 30);
	ok(write(client, r, sizeof r) == sizeof r);
	eq_int(nbd_serve(n), ERR_BAD_DATA);
}

int main(void)
{
	struct nbd n;
	int pair[2];
	uint8_t greeting[18 + 20 + 20 + 12 + 20];

	ok(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	say_hello(pair[0]);
	eq_int(nbd_begin(&n, pair[1], &DEVICE), ERR_OK);
	ok(recv(pair[0], greeting, sizeof greeting, MSG_WAITALL) == sizeof greeting);
	ok(memcmp(greeting, "NBDMAGICIHAVEOPT", 16) == 0);
	eq_int(greeting[18 + 12], 0x80); /* the first option is refused, the second answered */
	eq_int(greeting[18 + 20 + 15], 3);
	serves_what_was_written(pair[0], &n);
	tells_of_failures(pair[0], &n);
	close(pair[0]);
	eq_int(nbd_serve(&n), ERR_GONE);
	nbd_finish(&n);
	close(pair[1]);
	return tap_done();
}
