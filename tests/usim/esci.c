#include "tests/usim/esci.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_ENDPOINT 0x01
#define IN_ENDPOINT  0x82
#define FS           0x1c
#define ACK          0x06
#define FS_LEN       2
#define WORD         4 /* of a request: INFO */

/* Epson (04b8), of the numbers epsonds knows: one with a glass and a one-sided feeder */
static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0xb8, 0x04, 0x4f, 0x11, 0x00, 0x01, 1, 2, 3, 1,
};

static const uint8_t CONFIG_DESC[] = {
	9,    2,    32,
	0,    1,    1,
	0,    0xc0, 1, /* self powered */
	9,    4,    0,
	0,    2,    0xff,
	0xff, 0xff, 0, /* a maker's own */
	7,    5,    OUT_ENDPOINT,
	2,    64,   0,
	0, /* bulk */
	7,    5,    IN_ENDPOINT,
	2,    64,   0,
	0,
};

static void send(struct esci *e, const void *bytes, size_t len)
{
	if (e->late_ms)
		usb_in_later(&e->usb, IN_ENDPOINT, bytes, len, e->late_ms);
	else
		usb_in(&e->usb, IN_ENDPOINT, bytes, len);
}

static void answer(struct esci *e, const char *word, size_t more, const char *tokens)
{
	char block[ESCI_ANSWER + 1] = "";

	snprintf(block, sizeof block, "%.4sx%07zX%.48s#---", word, more, tokens);
	send(e, block, ESCI_ANSWER);
}

static void answer_long(struct esci *e, const char *word, const char *text)
{
	answer(e, word, strlen(text), "");
	send(e, text, strlen(text));
}

static void drop_page(struct esci *e)
{
	free(e->page);
	e->page = NULL;
	e->page_len = e->page_sent = 0;
}

static void end_job(struct esci *e)
{
	drop_page(e);
	scanner_end(e->scanner, e->job);
	e->job = 0;
}

static void tell_state(struct esci *e)
{
	if (e->scanner->cover)
		answer(e, "STAT", 0, "#ERRADF OPN");
	else if (e->scanner->jam)
		answer(e, "STAT", 0, "#ERRADF PJ ");
	else if (!e->scanner->sheet_count)
		answer(e, "STAT", 0, "#ERRADF PE ");
	else
		answer(e, "STAT", 0, "");
}

static void set_parameters(struct esci *e)
{
	bool good = esci_read_parameters(e->got + ESCI_REQUEST, e->got_len - ESCI_REQUEST,
					 &e->settings, &e->most);

	answer(e, "PARA", 0, good ? "#parOK  " : "#parFAIL");
}

static void tell_fault(struct esci *e, enum err why)
{
	const char *where = e->settings.feeder ? "ADF " : "FB  ";
	const char *what = why == ERR_JAM            ? "PJ  "
			   : why == ERR_COVER        ? "OPN "
			   : why == ERR_FEEDER_EMPTY ? "PE  "
			   : why == ERR_NOT_FOUND    ? "PE  "
						     : "ERR ";
	char tokens[ESCI_ANSWER];

	end_job(e);
	snprintf(tokens, sizeof tokens, "#err%s%s", where, what);
	answer(e, "IMG ", 0, tokens);
}

static unsigned pixels(const struct esci *e, unsigned units)
{
	return (units * e->settings.dpi + SCANNER_UNITS / 2) / SCANNER_UNITS;
}

/* The next bytes of the page; what is left of none is its end, and after the last sheet of all. */
static void tell_page(struct esci *e)
{
	unsigned width = pixels(e, e->settings.width), height = pixels(e, e->settings.height);
	size_t left = e->page_len - e->page_sent, n = left < e->most ? left : e->most;
	char tokens[ESCI_ANSWER];

	if (!left) {
		bool more = e->settings.feeder && e->scanner->sheet_count;

		snprintf(tokens, sizeof tokens, "#typIMGA#peni%07ui%07u%s", width, height,
			 more ? "" : "#lftd000");
		drop_page(e);
		if (!more)
			end_job(e);
		answer(e, "IMG ", 0, tokens);
		return;
	}
	snprintf(tokens, sizeof tokens, "#typIMGA#psti%07ui%07ui%07u", width, 0u, height);
	answer(e, "IMG ", n, tokens);
	send(e, e->page + e->page_sent, n);
	e->page_sent += n;
}

static void next_part(struct esci *e)
{
	enum err why = e->page ? ERR_OK : e->begun;

	e->late_ms = e->page ? 0 : e->scanner->slow_ms;
	if (why == ERR_OK && !e->page)
		why = scanner_next(e->scanner, e->job, &e->page, &e->page_len);
	if (why == ERR_OK)
		tell_page(e);
	else
		tell_fault(e, why);
	e->late_ms = 0;
	usb_tell_changed(&e->usb);
}

static void obey(struct esci *e)
{
	const char *word = (const char *)e->got;

	if (memcmp(word, "INFO", WORD) == 0) {
		answer_long(e, word,
			    "#PRDh00CKiosk SIM-MF#VERh0041.00#ADFTYPEPAGE#ADFALGNLEFT"
			    "#ADFAREAi0000850i0001400#ADFRESOi0000600"
			    "#FB ALGNLEFT#FB AREAi0000850i0001170#FB RESOi0000600#---");
	} else if (memcmp(word, "CAPA", WORD) == 0) {
		answer_long(e, word, "#COLLISTC024M008#FMTJPG #RSMRANGi0000075i0000600#---");
	} else if (memcmp(word, "STAT", WORD) == 0) {
		tell_state(e);
	} else if (memcmp(word, "PARA", WORD) == 0) {
		set_parameters(e);
	} else if (memcmp(word, "TRDT", WORD) == 0) {
		end_job(e);
		e->begun = scanner_begin(e->scanner, &e->settings, &e->job);
		answer(e, word, 0, "");
	} else if (memcmp(word, "IMG ", WORD) == 0) {
		next_part(e);
	} else if (memcmp(word, "CAN ", WORD) == 0 || memcmp(word, "FIN ", WORD) == 0) {
		end_job(e);
		answer(e, word, 0, "");
		usb_tell_changed(&e->usb);
	} else {
		answer(e, memcmp(word, "RESA", WORD) == 0 ? word : "UNKN", 0, "");
	}
}

/* The bytes that a request has with its parameters; 0: it is none, or one too long. */
static size_t request_len(const uint8_t *request)
{
	char digits[8] = "";

	memcpy(digits, request + WORD + 1, 7);
	if (request[WORD] != 'x' || strspn(digits, "0123456789abcdefABCDEF") != 7)
		return 0;
	unsigned long n = strtoul(digits, NULL, 16);
	return n <= ESCI_PARAMETERS ? ESCI_REQUEST + n : 0;
}

static int out(void *self, uint8_t endpoint, const uint8_t *packet, size_t len)
{
	struct esci *e = self;
	const uint8_t ack = ACK;

	(void)endpoint;
	if (!e->got_len && len == FS_LEN && packet[0] == FS) {
		usb_in(&e->usb, IN_ENDPOINT, &ack, 1);
		return 0;
	}
	if (len > sizeof e->got - e->got_len)
		return e->got_len = 0, -EPIPE;
	if (len)
		memcpy(e->got + e->got_len, packet, len);
	e->got_len += len;
	if (e->got_len < ESCI_REQUEST)
		return 0;
	size_t whole = request_len(e->got);
	if (!whole || e->got_len > whole)
		return e->got_len = 0, -EPIPE;
	if (e->got_len == whole) {
		obey(e);
		e->got_len = 0;
	}
	return 0;
}

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	(void)self, (void)setup, (void)data, (void)len;
	return -EPIPE;
}

static void reset(void *self)
{
	struct esci *e = self;

	end_job(e);
	e->got_len = 0;
}

static const struct usb_model MODEL = {
	.name = "esci",
	.device_desc = DEVICE_DESC,
	.config_desc = CONFIG_DESC,
	.config_len = sizeof CONFIG_DESC,
	.strings = { "Kiosk Sim", "SIM-MF", "1" },
	.control = control,
	.out = out,
	.reset = reset,
};

void esci_init(struct esci *e, struct scanner *scanner)
{
	*e = (struct esci){ .scanner = scanner, .most = 65536 };
	usb_init(&e->usb, &MODEL, e);
}

void esci_finish(struct esci *e)
{
	end_job(e);
	usb_finish(&e->usb);
}
