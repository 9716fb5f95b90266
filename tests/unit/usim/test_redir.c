/* A reader at a port of a machine: this test is the machine, with usbredir's own reader. */
#include "tests/tap.h"
#include "tests/usim/ccid.h"
#include "tests/usim/redir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <usbredirparser.h>

#define WAIT_MS 60000

struct bench {
	struct loop *loop;
	struct ccid *reader;
	pthread_mutex_t lock;
	struct redir *redir;
	char path[64];
	int fd;
	struct usbredirparser *wire;
	/* what came last */
	bool connected, closed;
	unsigned came;
	uint16_t vendor, length;
	uint8_t interfaces, bulk_in, bulk_out, interrupt, status, configuration;
	uint8_t bytes[300];
};

static void log_wire(void *priv, int level, const char *text)
{
	(void)priv;
	if (level <= usbredirparser_warning)
		printf("# %s\n", text);
}

static int read_wire(void *priv, uint8_t *to, int count)
{
	struct bench *b = priv;
	ssize_t n = recv(b->fd, to, (size_t)count, MSG_DONTWAIT);

	b->closed |= n == 0;
	return n < 0 && errno == EAGAIN ? 0 : n > 0 ? (int)n : -1;
}

static int write_wire(void *priv, uint8_t *from, int count)
{
	struct bench *b = priv;

	return (int)send(b->fd, from, (size_t)count, MSG_NOSIGNAL);
}

static void on_interfaces(void *priv, struct usb_redir_interface_info_header *h)
{
	((struct bench *)priv)->interfaces = (uint8_t)h->interface_count;
}

static void on_endpoints(void *priv, struct usb_redir_ep_info_header *h)
{
	struct bench *b = priv;

	for (uint8_t i = 1; i < 16; i++) {
		if (h->type[i] == usb_redir_type_bulk)
			b->bulk_out = i;
		if (h->type[16 + i] == usb_redir_type_bulk)
			b->bulk_in = 0x80 | i;
		if (h->type[16 + i] == usb_redir_type_interrupt)
			b->interrupt = 0x80 | i;
	}
}

static void on_connected(void *priv, struct usb_redir_device_connect_header *h)
{
	struct bench *b = priv;

	b->vendor = h->vendor_id;
	b->connected = true;
}

static void on_gone(void *priv)
{
	((struct bench *)priv)->connected = false;
}

static void take(struct bench *b, uint8_t status, uint8_t *data, int len)
{
	b->came++;
	b->status = status;
	b->length = (uint16_t)len;
	if (len > 0 && len <= (int)sizeof b->bytes)
		memcpy(b->bytes, data, (size_t)len);
	usbredirparser_free_packet_data(b->wire, data);
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *h,
		       uint8_t *data, int len)
{
	(void)id;
	take(priv, h->status, data, len);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *h, uint8_t *data,
		    int len)
{
	(void)id;
	take(priv, h->status, data, len);
}

static void on_interrupt(void *priv, uint64_t id, struct usb_redir_interrupt_packet_header *h,
			 uint8_t *data, int len)
{
	(void)id;
	take(priv, h->status, data, len);
}

static void on_listening(void *priv, uint64_t id,
			 struct usb_redir_interrupt_receiving_status_header *h)
{
	(void)id;
	take(priv, h->status, NULL, 0);
}

static void on_configuration(void *priv, uint64_t id,
			     struct usb_redir_configuration_status_header *h)
{
	((struct bench *)priv)->configuration = h->configuration;
	(void)id;
	take(priv, h->status, NULL, 0);
}

static void connect_to(struct bench *b)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	uint32_t caps[USB_REDIR_CAPS_SIZE] = { 0 };

	snprintf(a.sun_path, sizeof a.sun_path, "%s", b->path);
	b->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	eq_int(connect(b->fd, (struct sockaddr *)&a, sizeof a), 0);
	b->connected = b->closed = false;
	b->came = 0;
	b->wire = usbredirparser_create();
	b->wire->priv = b;
	b->wire->log_func = log_wire;
	b->wire->read_func = read_wire;
	b->wire->write_func = write_wire;
	b->wire->interface_info_func = on_interfaces;
	b->wire->ep_info_func = on_endpoints;
	b->wire->device_connect_func = on_connected;
	b->wire->device_disconnect_func = on_gone;
	b->wire->control_packet_func = on_control;
	b->wire->bulk_packet_func = on_bulk;
	b->wire->interrupt_packet_func = on_interrupt;
	b->wire->interrupt_receiving_status_func = on_listening;
	b->wire->configuration_status_func = on_configuration;
	usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_ep_info_max_packet_size);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
	usbredirparser_init(b->wire, "test", caps, USB_REDIR_CAPS_SIZE, 0);
}

static void leave(struct bench *b)
{
	usbredirparser_destroy(b->wire);
	close(b->fd);
	eq_int(loop_turn(b->loop, 0), ERR_OK);
}

/* Turns both ends until so many answers have come and the device is there, or not. */
static bool until(struct bench *b, unsigned came, bool connected)
{
	int64_t end = loop_now_ms(b->loop) + WAIT_MS;

	while ((b->came < came || b->connected != connected) && !b->closed &&
	       loop_now_ms(b->loop) < end) {
		redir_changed(b->redir);
		if (usbredirparser_do_write(b->wire) != 0 || loop_turn(b->loop, 5) != ERR_OK)
			return false;
		(void)usbredirparser_do_read(b->wire); /* a closed end is seen by `closed` */
	}
	return b->came == came && b->connected == connected;
}

static void it_is_told(struct bench *b)
{
	ok(until(b, 0, true));
	eq_int(b->vendor, 0x076b);
	eq_int(b->interfaces, 1);
	ok(b->bulk_in && b->bulk_out && b->interrupt);
}

static void control(struct bench *b)
{
	struct usb_redir_control_packet_header ask = {
		.endpoint = 0x80, .requesttype = 0x80, .request = 6, .value = 0x100, .length = 18
	};
	struct usb_redir_control_packet_header no = ask;
	struct usb_redir_control_packet_header feature = { .request = 1, .requesttype = 2 };
	struct usb_redir_set_configuration_header one = { 1 };

	usbredirparser_send_control_packet(b->wire, 7, &ask, NULL, 0);
	ok(until(b, 1, true));
	eq_int(b->status, usb_redir_success);
	eq_int(b->length, 18);
	eq_int(b->bytes[8] | b->bytes[9] << 8, b->vendor);
	no.value = 0x9900;
	usbredirparser_send_control_packet(b->wire, 8, &no, NULL, 0);
	ok(until(b, 2, true));
	eq_int(b->status, usb_redir_stall);
	feature.index = b->bulk_in;
	usbredirparser_send_control_packet(b->wire, 9, &feature, NULL, 0);
	ok(until(b, 3, true));
	eq_int(b->status, usb_redir_success);
	usbredirparser_send_set_configuration(b->wire, 10, &one);
	ok(until(b, 4, true));
	eq_int(b->status, usb_redir_success);
	eq_int(b->configuration, 1);
}

static void bulk(struct bench *b)
{
	uint8_t slot_status[10] = { 0x65 }; /* PC_to_RDR_GetSlotStatus */
	struct usb_redir_bulk_packet_header out = { .endpoint = b->bulk_out,
						    .length = sizeof slot_status };
	struct usb_redir_bulk_packet_header in = { .endpoint = b->bulk_in, .length = 300 };

	usbredirparser_send_bulk_packet(b->wire, 20, &out, slot_status, sizeof slot_status);
	ok(until(b, 5, true));
	eq_int(b->status, usb_redir_success);
	usbredirparser_send_bulk_packet(b->wire, 21, &in, NULL, 0);
	ok(until(b, 6, true));
	eq_int(b->status, usb_redir_success);
	eq_int(b->length, 10);
	eq_int(b->bytes[0], 0x81);
	/* nothing more comes: it is given up */
	usbredirparser_send_bulk_packet(b->wire, 22, &in, NULL, 0);
	usbredirparser_send_cancel_data_packet(b->wire, 22);
	ok(until(b, 7, true));
	eq_int(b->status, usb_redir_cancelled);
}

/* The reader tells by itself that a card came; as often as the machine listens. */
static void interrupt(struct bench *b)
{
	struct usb_redir_start_interrupt_receiving_header start = { b->interrupt };
	struct usb_redir_start_interrupt_receiving_header wrong = { b->bulk_in };
	struct usb_redir_stop_interrupt_receiving_header stop = { b->interrupt };
	const uint8_t news[2] = { 0x50, 0x03 };

	usbredirparser_send_start_interrupt_receiving(b->wire, 30, &wrong);
	ok(until(b, 8, true));
	eq_int(b->status, usb_redir_inval);
	usbredirparser_send_start_interrupt_receiving(b->wire, 31, &start);
	ok(until(b, 9, true));
	eq_int(b->status, usb_redir_success);
	for (unsigned i = 0; i < 2; i++) {
		pthread_mutex_lock(&b->lock);
		usb_in(&b->reader->usb, b->interrupt, news, sizeof news);
		pthread_mutex_unlock(&b->lock);
		ok(until(b, 10 + i, true));
		eq_int(b->length, 2);
		eq_int(b->bytes[1], 3);
	}
	usbredirparser_send_stop_interrupt_receiving(b->wire, 32, &stop);
	ok(until(b, 12, true));
	eq_int(b->status, usb_redir_success);
}

static void unplugged(struct bench *b)
{
	pthread_mutex_lock(&b->lock);
	usb_unplug(&b->reader->usb);
	pthread_mutex_unlock(&b->lock);
	ok(until(b, 12, false));
	pthread_mutex_lock(&b->lock);
	usb_plug(&b->reader->usb);
	pthread_mutex_unlock(&b->lock);
	ok(until(b, 12, true));
}

/* A machine that goes leaves what it waited for; the next one finds the device as it is. */
static void another_machine(struct bench *b)
{
	struct usb_redir_bulk_packet_header in = { .endpoint = b->bulk_in, .length = 300 };
	struct usb_redir_start_interrupt_receiving_header start = { b->interrupt };

	usbredirparser_send_bulk_packet(b->wire, 40, &in, NULL, 0);
	usbredirparser_send_start_interrupt_receiving(b->wire, 41, &start);
	ok(until(b, 13, true));
	leave(b);
	connect_to(b);
	it_is_told(b);
}

static void nonsense(struct bench *b)
{
	struct usb_redir_bulk_packet_header in = { .endpoint = b->bulk_in, .length_high = 0x20 };

	usbredirparser_send_bulk_packet(b->wire, 50, &in, NULL, 0);
	ok(!until(b, 1, true));
	ok(b->closed);
}

int main(void)
{
	static struct bench b;
	static struct ccid reader;
	static struct clock clock;
	char dir[] = "/tmp/redir.XXXXXX";

	if (!mkdtemp(dir))
		return 1;
	b.reader = &reader;
	snprintf(b.path, sizeof b.path, "%s/ccid.redir", dir);
	pthread_mutex_init(&b.lock, NULL);
	ccid_init(&reader, CCID_SHORT);
	eq_int(loop_create(&clock, &b.loop), ERR_OK);
	eq_int(redir_open(b.loop, b.path, &reader.usb, &b.lock, &b.redir), ERR_OK);
	connect_to(&b);
	it_is_told(&b);
	control(&b);
	bulk(&b);
	interrupt(&b);
	unplugged(&b);
	another_machine(&b);
	nonsense(&b);
	leave(&b);
	redir_close(b.redir);
	usb_finish(&reader.usb);
	loop_destroy(b.loop);
	unlink(b.path);
	return rmdir(dir) == 0 ? tap_done() : 1;
}
