/* One APDU through the whole of it: a message to the real kiosk-drv card, libusb, the simulated
 * reader and back; against the same bytes by bare libusb at the same reader, in the same run.
 *
 *     usim --dir DIR --run build/bench/apdu DIR build/bin/kiosk-drv */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <libusb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS  400
#define WARM    20
#define WAIT_MS 10000
#define HEAD    10 /* of a CCID message */
#define CLASS   LIBUSB_CLASS_SMART_CARD

struct shape {
	const char *name;
	uint8_t command[8];
	size_t len, answer; /* answer: bytes with the status word */
};

/* READ BINARY of the toy card; both answers are one message of the reader. */
static const struct shape SHAPES[] = {
	{ "APDU, 224 bytes, short", { 0, 0xb0, 0, 7, 224 }, 5, 226 },
	{ "APDU, 1000 bytes, extended", { 0, 0xb0, 0, 7, 0, 1000 >> 8, 1000 & 0xff }, 7, 1002 },
};
#define SHAPE_COUNT (sizeof SHAPES / sizeof *SHAPES)

struct driver {
	pid_t pid;
	int super, core, parse;
};

static int fail(const char *what)
{
	fprintf(stderr, "apdu: %s\n", what);
	return 1;
}

static bool lay_card(const char *dir)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[3] = "";

	snprintf(to.sun_path, sizeof to.sun_path, "%.90s/usim.sock", dir);
	return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
	       write(fd, "card in\n", 8) == 8 && read(fd, answer, 2) == 2 &&
	       strcmp(answer, "ok") == 0;
}

static bool introduce(struct driver *d, enum role who, int sock)
{
	struct msg m = { .type = MSG_PEER, .peer = { who, sock } };
	enum err e = msg_send(d->super, ROLE_SUPER, ROLE_CARD, &m);

	close(sock);
	return e == ERR_OK;
}

static bool start(struct driver *d, const char *path, const char *conf)
{
	int super[2], core[2], parse[2];

	if (msg_pair(super) != ERR_OK || msg_pair(core) != ERR_OK || msg_pair(parse) != ERR_OK)
		return false;
	d->pid = fork();
	if (d->pid == 0) {
		char number[12];

		snprintf(number, sizeof number, "%d", fcntl(super[1], F_DUPFD, 10));
		setenv("KIOSK_SUPER_FD", number, 1);
		setenv("KIOSK_CONF", conf, 1);
		execl(path, path, "card", (char *)NULL);
		_exit(127);
	}
	close(super[1]);
	*d = (struct driver){ d->pid, super[0], core[0], parse[0] };
	return introduce(d, ROLE_CORE, core[1]) && introduce(d, ROLE_PARSE, parse[1]);
}

static void stop(struct driver *d)
{
	kill(d->pid, SIGTERM);
	waitpid(d->pid, NULL, 0);
	close(d->super);
	close(d->core);
	close(d->parse);
}

/* The next message to `me`; false when none comes in time. */
static bool next(int sock, enum role me, struct msg *ret)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	enum err e;

	while ((e = msg_recv(sock, me, ROLE_CARD, ret)) == ERR_BUSY)
		if (poll(&p, 1, WAIT_MS) <= 0)
			return false;
	return e == ERR_OK;
}

static bool wait_card(struct driver *d)
{
	struct msg m;
	bool in = false;

	while (!in && next(d->core, ROLE_CORE, &m)) {
		in = m.type == MSG_CARD_IN;
		msg_finish(&m);
	}
	return in;
}

/* As kiosk-parse would: command in a memfd, answer in a memfd. */
static bool by_driver(void *data, const struct shape *s)
{
	struct driver *d = data;
	struct msg m = { .type = MSG_APDU };
	const void *bytes;
	size_t len = 0;

	if (mem_of(s->command, s->len, &m.apdu.command) != ERR_OK)
		return false;
	enum err e = msg_send(d->parse, ROLE_PARSE, ROLE_CARD, &m);
	msg_finish(&m);
	if (e != ERR_OK || !next(d->parse, ROLE_PARSE, &m))
		return false;
	if (m.type == MSG_APDU_ANSWER && m.apdu_answer.why == ERR_OK &&
	    mem_map(m.apdu_answer.answer, 65538, &bytes, &len) == ERR_OK)
		mem_unmap(bytes, len);
	msg_finish(&m);
	return len == s->answer;
}

struct bare {
	libusb_context *context;
	libusb_device_handle *device;
	uint8_t number, in, out, seq;
};

static bool is_reader(libusb_device *device, struct bare *ret)
{
	struct libusb_config_descriptor *c;
	bool found = false;

	if (libusb_get_active_config_descriptor(device, &c) != 0)
		return false;
	for (int i = 0; i < c->bNumInterfaces && !found; i++) {
		const struct libusb_interface_descriptor *d = &c->interface[i].altsetting[0];

		found = d->bInterfaceClass == CLASS;
		for (int e = 0; found && e < d->bNumEndpoints; e++) {
			uint8_t at = d->endpoint[e].bEndpointAddress;

			if ((d->endpoint[e].bmAttributes & 3) == LIBUSB_TRANSFER_TYPE_BULK)
				*(at & LIBUSB_ENDPOINT_IN ? &ret->in : &ret->out) = at;
		}
		ret->number = d->bInterfaceNumber;
	}
	libusb_free_config_descriptor(c);
	return found;
}

static bool bare_open(struct bare *b)
{
	libusb_device **list;

	if (libusb_init(&b->context) != 0 || libusb_get_device_list(b->context, &list) < 0)
		return false;
	for (int i = 0; list[i] && !b->device; i++)
		if (is_reader(list[i], b) && libusb_open(list[i], &b->device) != 0)
			b->device = NULL;
	libusb_free_device_list(list, 1);
	return b->device && libusb_claim_interface(b->device, b->number) == 0;
}

/* One message out, one in; true when `want` bytes came behind the head. */
static bool exchange(struct bare *b, uint8_t type, const uint8_t *bytes, size_t len, size_t want)
{
	uint8_t out[HEAD + 8] = { type, (uint8_t)len, [6] = b->seq++ }, in[2048];
	int n = 0;

	if (len > 0)
		memcpy(out + HEAD, bytes, len);
	if (libusb_bulk_transfer(b->device, b->out, out, (int)(HEAD + len), &n, WAIT_MS) != 0 ||
	    libusb_bulk_transfer(b->device, b->in, in, sizeof in, &n, WAIT_MS) != 0)
		return false;
	return want == 0 ? n > HEAD : (size_t)n == HEAD + want;
}

static bool power_on(struct bare *b)
{
	return exchange(b, 0x62, NULL, 0, 0);
}

static bool by_bare(void *data, const struct shape *s)
{
	return exchange(data, 0x6f, s->command, s->len, s->answer);
}

static void bare_close(struct bare *b)
{
	libusb_release_interface(b->device, b->number);
	libusb_close(b->device);
	libusb_exit(b->context);
}

static bool measure(bool (*way)(void *, const struct shape *), void *data,
		    double ms[SHAPE_COUNT][ROUNDS])
{
	for (int i = -WARM; i < ROUNDS; i++)
		for (size_t s = 0; s < SHAPE_COUNT; s++) {
			double from_ms = bench_now_ms();

			if (!way(data, &SHAPES[s]))
				return false;
			if (i >= 0)
				ms[s][i] = bench_now_ms() - from_ms;
		}
	return true;
}

static void tell(double ours[SHAPE_COUNT][ROUNDS], double bare[SHAPE_COUNT][ROUNDS])
{
	for (size_t s = 0; s < SHAPE_COUNT; s++) {
		double p50 = bench_percentile(ours[s], ROUNDS, 50);
		double peer = bench_percentile(bare[s], ROUNDS, 50);
		char name[64];

		printf("%s: bare libusb p50 %.3f p95 %.3f ms\n", SHAPES[s].name, peer,
		       bench_percentile(bare[s], ROUNDS, 95));
		snprintf(name, sizeof name, "%s, p50", SHAPES[s].name);
		bench_row(name, p50, "ms", 0);
		bench_row("  p95", bench_percentile(ours[s], ROUNDS, 95), "ms", 0);
		bench_row("  p50 / bare libusb", p50 / peer, "x", 0);
	}
}

static bool write_conf(const char *dir, char path[256])
{
	static const char CONF
	[] = "office_name = Trung tâm Phục vụ hành chính công\n"
	     "office_place = Xã Tân Thành, tỉnh Lâm Đồng\n"
	     "agency_code = H36.19\nkiosk_id = BENCH\n"
	     "province_url = https://localhost\n";

	snprintf(path, 256, "%.200s/kiosk.conf", dir);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd >= 0 && write(fd, CONF, sizeof CONF - 1) == sizeof CONF
	-1;
}

int main(int argc, char **argv)
{
	static double ours[SHAPE_COUNT][ROUNDS], bare[SHAPE_COUNT][ROUNDS];
	struct driver d = { 0 };
	struct bare b = { 0 };
	char conf[256];

	if (argc != 3)
		return fail("usage: apdu DIR KIOSK-DRV, under usim --run");
	if (!write_conf(argv[1], conf) || !lay_card(argv[1]) || !start(&d, argv[2], conf))
		return fail("the driver or the reader did not start");
	bool good = wait_card(&d) && measure(by_driver, &d, ours);
	stop(&d);
	if (!good)
		return fail("the driver did not answer");
	if (!bare_open(&b) || !power_on(&b) || !measure(by_bare, &b, bare))
		return fail("bare libusb: no answer");
	bare_close(&b);
	tell(ours, bare);
	return 0;
}
