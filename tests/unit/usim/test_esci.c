#include "tests/tap.h"
#include "tests/unit/usim/host.h"
#include "tests/usim/esci.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT 0x01
#define IN  0x82

static const char AREA[] = "#ADF#COLM008#FMTJPG #JPGd090#GMMUG18#RSMd150#RSSd150#BSZi0004096"
			   "#ACQi0000000i0000000i0001240i0001752";

struct scanner_at {
	struct scanner scanner;
	struct esci esci;
	char said[ESCI_ANSWER + 1];
};

static void setup(struct scanner_at *a)
{
	*a = (struct scanner_at){ 0 };
	esci_init(&a->esci, &a->scanner);
}

static void teardown(struct scanner_at *a)
{
	esci_finish(&a->esci);
	scanner_finish(&a->scanner);
}

/* In packets, as a cable carries them. False when one is refused. */
static bool write_all(struct scanner_at *a, const void *bytes, size_t len)
{
	uint8_t copy[ESCI_REQUEST + ESCI_PARAMETERS + 64];

	memcpy(copy, bytes, len);
	return host_move(&a->esci.usb, OUT, copy, len) == (int)len;
}

static const char *ask(struct scanner_at *a, const char *request)
{
	memset(a->said, 0, sizeof a->said);
	if (!write_all(a, request, strlen(request)) ||
	    host_move(&a->esci.usb, IN, a->said, ESCI_ANSWER) != ESCI_ANSWER)
		return "nothing";
	return a->said;
}

static const char *set(struct scanner_at *a, const void *parameters, size_t len)
{
	char request[ESCI_REQUEST + 1];

	snprintf(request, sizeof request, "PARAx%07zx", len);
	memset(a->said, 0, sizeof a->said);
	if (!write_all(a, request, ESCI_REQUEST) || !write_all(a, parameters, len) ||
	    host_move(&a->esci.usb, IN, a->said, ESCI_ANSWER) != ESCI_ANSWER)
		return "nothing";
	return a->said;
}

static void it_says_what_it_is(void)
{
	struct scanner_at a;
	uint8_t ack = 0, fs[] = { 0x1c, 'X' };
	char text[1024] = "";
	unsigned more = 0;

	setup(&a);
	ok(write_all(&a, fs, sizeof fs));
	eq_int(host_move(&a.esci.usb, IN, &ack, 1), 1);
	eq_int(ack, 0x06);
	eq_int(sscanf(ask(&a, "INFOx0000000"), "INFOx%7x#---", &more), 1);
	eq_int(host_move(&a.esci.usb, IN, text, sizeof text), (int)more);
	ok(strstr(text, "#PRDh00CKiosk SIM-MF#") != NULL);
	ok(strcmp(text + strlen(text) - 4, "#---") == 0);
	eq_str(ask(&a, "WHATx0000000"), "UNKNx0000000#---");
	teardown(&a);
}

/* The bytes of one page, to be freed; the tokens of its end in a->said. */
static uint8_t *fetch(struct scanner_at *a, size_t *ret_len)
{
	uint8_t *page = malloc(1 << 20);
	unsigned more = 0;

	*ret_len = 0;
	while (sscanf(ask(a, "IMG x0000000"), "IMG x%7x#", &more) == 1 && more > 0 &&
	       *ret_len + more <= 1 << 20) {
		if (host_move(&a->esci.usb, IN, page + *ret_len, more) != (int)more)
			break;
		*ret_len += more;
	}
	return page;
}

static bool is_jpeg(const uint8_t *b, size_t len)
{
	return len > 100 && b[0] == 0xff && b[1] == 0xd8 && b[len - 2] == 0xff &&
	       b[len - 1] == 0xd9;
}

static void two_sheets_and_no_more(void)
{
	struct scanner_at a;
	size_t len;

	setup(&a);
	eq_str(ask(&a, "STATx0000000"), "STATx0000000#ERRADF PE #---");
	eq_int(scanner_add_sheet(&a.scanner, "tests/golden/readme/home.png"), ERR_OK);
	eq_int(scanner_add_sheet(&a.scanner, "tests/golden/readme/home.png"), ERR_OK);
	eq_str(ask(&a, "STATx0000000"), "STATx0000000#---");
	eq_str(set(&a, AREA, strlen(AREA)), "PARAx0000000#parOK  #---");
	eq_str(ask(&a, "TRDTx0000000"), "TRDTx0000000#---");
	for (int i = 0; i < 2; i++) {
		uint8_t *page = fetch(&a, &len);

		ok(is_jpeg(page, len));
		free(page);
		eq_str(a.said, i == 0 ? "IMG x0000000#typIMGA#peni0001240i0001752#---"
				      : "IMG x0000000#typIMGA#peni0001240i0001752#lftd000#---");
	}
	eq_int((int)a.scanner.pages, 2);
	eq_str(ask(&a, "FIN x0000000"), "FIN x0000000#---");
	teardown(&a);
}

static void what_is_wrong_is_said(void)
{
	struct scanner_at a;

	setup(&a);
	eq_int(scanner_add_sheet(&a.scanner, "tests/golden/readme/home.png"), ERR_OK);
	eq_str(set(&a, AREA, strlen(AREA)), "PARAx0000000#parOK  #---");
	a.scanner.jam_at = 1;
	ask(&a, "TRDTx0000000");
	eq_str(ask(&a, "IMG x0000000"), "IMG x0000000#errADF PJ  #---");
	ask(&a, "TRDTx0000000");
	eq_str(ask(&a, "IMG x0000000"), "IMG x0000000#errADF PJ  #---");
	a.scanner.jam = false;
	a.scanner.cover = true;
	eq_str(ask(&a, "STATx0000000"), "STATx0000000#ERRADF OPN#---");
	ask(&a, "TRDTx0000000");
	eq_str(ask(&a, "IMG x0000000"), "IMG x0000000#errADF OPN #---");
	teardown(&a);
}

static void an_end_in_the_middle(void)
{
	struct scanner_at a;

	setup(&a);
	eq_int(scanner_add_sheet(&a.scanner, "tests/golden/readme/home.png"), ERR_OK);
	eq_int(scanner_add_sheet(&a.scanner, "tests/golden/readme/home.png"), ERR_OK);
	set(&a, AREA, strlen(AREA));
	ask(&a, "TRDTx0000000");
	ask(&a, "IMG x0000000");
	eq_int((int)a.scanner.job, 1);
	usb_unplug(&a.esci.usb);
	usb_plug(&a.esci.usb);
	eq_int((int)a.scanner.job, 0);
	eq_str(ask(&a, "STATx0000000"), "STATx0000000#---");
	eq_int((int)a.scanner.cancels, 1);
	teardown(&a);
}

static bool reads(const char *parameters, size_t len, struct scan_settings *ret, size_t *ret_most)
{
	return esci_read_parameters((const uint8_t *)parameters, len, ret, ret_most);
}

static void parameters(void)
{
	static const char *const WRONG[] = {
		"ADF",
		"#AD",
		"#ADFDPLX",
		"#COLM001",
		"#FMTRAW ",
		"#RSMd15",
		"#RSMd000",
		"#RSMx0000150",
		"#ACQi0000000i0000000i0001240i0001752",
		"#BSZi9999999",
		"#BSZi0000000",
		"#GMTMONOh100",
		"#RSMd150#ACQi0000000i0000000i0001240",
		"#RSMd150#ACQi0099999i0000000i0001240i0001752",
	};
	struct scan_settings s = { 0 }, before;
	char curve[512] = "#GMTMONOh100";
	size_t most = 1;

	for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
		before = s;
		ok(!reads(WRONG[i], strlen(WRONG[i]), &s, &most));
		ok(memcmp(&before, &s, sizeof s) == 0 && most == 1);
	}
	ok(reads(AREA, strlen(AREA), &s, &most));
	ok(s.feeder && s.gray && s.dpi == 150 && s.width == 2480 && s.height == 3504);
	eq_int((int)most, 4096);
	memset(curve + strlen(curve), '#', 256);
	memcpy(curve + 12 + 256, "#FB #COLC024", 12);
	ok(reads(curve, 12 + 256 + 12, &s, &most));
	ok(!s.feeder && !s.gray && s.dpi == 150);
}

static void nonsense_is_refused(void)
{
	struct scanner_at a;

	setup(&a);
	ok(!write_all(&a, "INFO 0000000", 12));
	usb_clear_halt(&a.esci.usb, OUT);
	ok(!write_all(&a, "PARAx0001001", 12));
	usb_clear_halt(&a.esci.usb, OUT);
	ok(!write_all(&a, "INFOx0000000INFO", 16));
	usb_clear_halt(&a.esci.usb, OUT);
	eq_str(set(&a, "#RSMd000", 8), "PARAx0000000#parFAIL#---");
	eq_str(ask(&a, "RESAx0000000"), "RESAx0000000#---");
	teardown(&a);
}

int main(void)
{
	it_says_what_it_is();
	two_sheets_and_no_more();
	what_is_wrong_is_said();
	an_end_in_the_middle();
	parameters();
	nonsense_is_refused();
	return tap_done();
}
