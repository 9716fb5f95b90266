#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "tests/tap.h"

#include <unistd.h>

static int socks[2];

static enum err pass(const struct msg *m, enum role from, enum role to, struct msg *ret)
{
	enum err e = msg_send(socks[0], from, to, m);

	return e == ERR_OK ? msg_recv(socks[1], to, from, ret) : e;
}

static void fields_arrive(void)
{
	struct msg m = { .type = MSG_ACT, .act = { 7, 3, 4000000000u, "Nguyễn Thị Ẩn" } };
	struct msg got;

	eq_int(pass(&m, ROLE_UI, ROLE_CORE, &got), ERR_OK);
	eq_int(got.type, MSG_ACT);
	eq_int(got.act.turn, 7);
	eq_int(got.act.index, 4000000000u);
	eq_str(got.act.text, "Nguyễn Thị Ẩn");
	msg_finish(&got);
	eq_int(got.type, MSG_NONE);
}

static void only_the_right_sender(void)
{
	struct msg m = { .type = MSG_ACT }, got;

	eq_int(pass(&m, ROLE_SYNC, ROLE_CORE, &got), ERR_BAD_MESSAGE);
	eq_int(msg_send(socks[0], ROLE_UI, ROLE_CORE, &m), ERR_OK);
	eq_int(msg_recv(socks[1], ROLE_CORE, ROLE_SYNC, &got), ERR_BAD_MESSAGE);
	eq_int(msg_recv(socks[1], ROLE_CORE, ROLE_UI, &got), ERR_BUSY);
}

static void memory_must_be_sealed(void)
{
	struct msg m = { .type = MSG_SHOW, .show = { .turn = 1 } }, got;
	void *bytes;

	eq_int(mem_create(3, &m.show.view, &bytes), ERR_OK);
	eq_int(pass(&m, ROLE_CORE, ROLE_UI, &got), ERR_BAD_MESSAGE);
	memcpy(bytes, "abc", 3);
	eq_int(mem_seal(m.show.view, bytes, 3), ERR_OK);
	eq_int(pass(&m, ROLE_CORE, ROLE_UI, &got), ERR_OK);
	const void *seen;
	size_t len;
	eq_int(mem_map(got.show.view, 2, &seen, &len), ERR_BAD_DATA);
	eq_int(mem_map(got.show.view, 3, &seen, &len), ERR_OK);
	ok(len == 3 && memcmp(seen, "abc", 3) == 0);
	mem_unmap(seen, len);
	close(m.show.view);
	msg_finish(&got);
}

static void malformed_bytes(void)
{
	uint8_t b[MSG_MAX_BYTES];
	int fds[MSG_MAX_FDS];
	size_t len, fd_count;
	struct msg m = { .type = MSG_ACT, .act = { 1, 2, 3, "abc" } }, got;

	eq_int(msg_pack(&m, ROLE_UI, ROLE_CORE, b, &len, fds, &fd_count), ERR_OK);
	eq_int(msg_unpack(b, len, NULL, 0, ROLE_CORE, ROLE_UI, &got), ERR_OK);
	int refused = 0;
	for (size_t cut = 0; cut < len; cut++)
		refused += msg_unpack(b, cut, NULL, 0, ROLE_CORE, ROLE_UI, &got) == ERR_BAD_MESSAGE;
	eq_int(refused, len);
	b[len] = 0;
	eq_int(msg_unpack(b, len + 1, NULL, 0, ROLE_CORE, ROLE_UI, &got), ERR_BAD_MESSAGE);
	b[len - 1] = 0xff; /* not UTF-8 */
	eq_int(msg_unpack(b, len, NULL, 0, ROLE_CORE, ROLE_UI, &got), ERR_BAD_MESSAGE);
	b[len - 1] = 0; /* NUL inside */
	eq_int(msg_unpack(b, len, NULL, 0, ROLE_CORE, ROLE_UI, &got), ERR_BAD_MESSAGE);
}

static void closed_end(void)
{
	struct msg m = { .type = MSG_ACT }, got;

	close(socks[0]);
	eq_int(msg_recv(socks[1], ROLE_CORE, ROLE_UI, &got), ERR_GONE);
	m.type = MSG_SCAN_STOP;
	eq_int(msg_send(socks[1], ROLE_CORE, ROLE_SCAN, &m), ERR_GONE);
}

int main(void)
{
	uint16_t one = 1;

	ok(*(uint8_t *)&one == 1); /* lengths are read as little-endian */
	eq_int(msg_pair(socks), ERR_OK);
	fields_arrive();
	only_the_right_sender();
	memory_must_be_sealed();
	malformed_bytes();
	closed_end();
	return tap_done();
}
