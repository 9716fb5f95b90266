/* Answers of a technician: what can be right and what cannot, and the file they are kept in. */
#include "firmware/base/auto.h"
#include "firmware/setup/answers.h"
#include "firmware/setup/check.h"
#include "firmware/setup/helper.h"
#include "firmware/setup/site.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static struct answers a;

static int check(enum ask ask, const char *value)
{
	return check_answer(ask, value, &a);
}

static void places(void)
{
	eq_int(check(ASK_office_name, ""), FAULT_EMPTY);
	eq_int(check(ASK_office_name, "Một Cửa"), FAULT_NONE);
	eq_int(check(ASK_agency_code, "000.00.06.H56"), FAULT_NONE);
	eq_int(check(ASK_agency_code, "G09.20"), FAULT_NONE);
	eq_int(check(ASK_agency_code, "H56.12.34"), FAULT_NONE);
	eq_int(check(ASK_agency_code, "000.00.6.H56"), FAULT_AGENCY);
	eq_int(check(ASK_agency_code, "000.00.06.h56"), FAULT_AGENCY);
	eq_int(check(ASK_agency_code, "000.00.06.H567"), FAULT_AGENCY);
	eq_int(check(ASK_kiosk_id, "K01"), FAULT_NONE);
	eq_int(check(ASK_kiosk_id, "k01"), FAULT_KIOSK);
	eq_int(check(ASK_kiosk_id, "K01234567"), FAULT_LONG);
}

static void networks(void)
{
	uint32_t ip = 0;
	unsigned bits = 0;

	ok(check_network("192.168.1.20-24", &ip, &bits) && ip == 0xc0a80114 && bits == 24);
	ok(check_network("10.0.0.2/8", &ip, &bits) && bits == 8);
	ok(!check_network("192.168.1.0/24", &ip, &bits));   /* the network itself */
	ok(!check_network("192.168.1.255/24", &ip, &bits)); /* all of it */
	ok(!check_network("192.168.1.20", &ip, &bits));
	ok(!check_network("192.168.1.20/31", &ip, &bits));
	ok(!check_network("127.0.0.1/8", &ip, &bits));
	ok(!check_network("1.2.3.4.5.6.7.8.9/24", &ip, &bits));
	snprintf(a.of[ASK_network], ANSWER_CAP, "%s", "fixed");
	snprintf(a.of[ASK_address], ANSWER_CAP, "%s", "192.168.1.20-24");
	eq_int(check(ASK_gateway, "192.168.1.1"), FAULT_NONE);
	eq_int(check(ASK_gateway, "192.168.2.1"), FAULT_OUTSIDE);
	eq_int(check(ASK_gateway, "192.168.1.20"), FAULT_OUTSIDE);
	eq_int(check(ASK_gateway, "x"), FAULT_HOST);
	eq_int(check(ASK_address, ""), FAULT_EMPTY);
	eq_int(check(ASK_dns, ""), FAULT_NONE);
	snprintf(a.of[ASK_network], ANSWER_CAP, "%s", "dhcp");
	eq_int(check(ASK_address, ""), FAULT_NONE);
	eq_int(check(ASK_network, "wlan"), FAULT_CHOICE);
	eq_int(check(ASK_network, ""), FAULT_CHOICE);
}

static void provinces(void)
{
	eq_int(check(ASK_province_url, "https://mot-cua.tinh.example"), FAULT_NONE);
	eq_int(check(ASK_province_url, "https://10.0.0.1:8443"), FAULT_NONE);
	eq_int(check(ASK_province_url, "http://tinh.example"), FAULT_URL);
	eq_int(check(ASK_province_url, "https://tinh.example/"), FAULT_URL);
	eq_int(check(ASK_province_url, "https://tinh.example:99999"), FAULT_URL);
	eq_int(check(ASK_province_url, "https://a b"), FAULT_URL);
	eq_int(check(ASK_province_url, "https://-x"), FAULT_URL);
	eq_int(check(ASK_https_proxy, ""), FAULT_NONE);
	eq_int(check(ASK_https_proxy, "http://proxy:3128"), FAULT_NONE);
	eq_int(check(ASK_https_proxy, "http://proxy"), FAULT_PROXY);
	eq_int(check(ASK_enrol_code, "CODE-1234"), FAULT_NONE);
	eq_int(check(ASK_enrol_code, "code"), FAULT_CODE);
}

static void servers(void)
{
	eq_int(check(ASK_time_servers, ""), FAULT_NONE);
	eq_int(check(ASK_time_servers, "time.example.vn 10.0.0.1 2001:db8::7"), FAULT_NONE);
	eq_int(check(ASK_time_servers, "a b c d e f g h"), FAULT_NONE);
	eq_int(check(ASK_time_servers, "a b c d e f g h i"), FAULT_SERVERS);
	eq_int(check(ASK_time_servers, "a  b"), FAULT_SERVERS);
	eq_int(check(ASK_time_servers, "a "), FAULT_SERVERS);
	eq_int(check(ASK_time_servers, "-a"), FAULT_SERVERS);
	eq_int(check(ASK_time_servers, "a;b"), FAULT_SERVERS);
	eq_int(check(ASK_update_url, ""), FAULT_NONE);
	eq_int(check(ASK_update_url, "https://updates.example.vn:8443"), FAULT_NONE);
	eq_int(check(ASK_update_url, "http://updates.example.vn"), FAULT_URL);
	eq_int(check(ASK_update_tenant, "Kiosks2"), FAULT_NONE);
	eq_int(check(ASK_update_tenant, "../x"), FAULT_TENANT);
	eq_int(check(ASK_update_token, "gateway:k0-secret"), FAULT_NONE);
	eq_int(check(ASK_update_token, "target:x"), FAULT_NONE);
	eq_int(check(ASK_update_token, "gateway:"), FAULT_TOKEN);
	eq_int(check(ASK_update_token, "gateway:a b"), FAULT_TOKEN);
	eq_int(check(ASK_update_token, "k0-secret"), FAULT_TOKEN);
}

static void moments_and_pins(void)
{
	int64_t at = 0;

	ok(check_moment("22/11/2026", "08-30", &at));
	eq_int(at, 1795311000);
	ok(check_moment("29/02/2028", "23:59", &at));
	ok(!check_moment("29/02/2027", "08-30", &at));
	ok(!check_moment("22/11/1970", "08-30", &at));
	ok(!check_moment("22/11/2026", "24-00", &at));
	ok(!check_moment("22/11/2026", "08-6", &at));
	ok(!check_moment("", "", &at));
	eq_int(check(ASK_pin, "204816"), FAULT_NONE);
	eq_int(check(ASK_pin, "20481"), FAULT_PIN_SHORT);
	eq_int(check(ASK_pin, "123456"), FAULT_PIN_EASY);
	eq_int(check(ASK_pin, "888888"), FAULT_PIN_EASY);
	eq_int(check(ASK_pin, "987654"), FAULT_PIN_EASY);
	snprintf(a.of[ASK_pin], ANSWER_CAP, "%s", "204816");
	eq_int(check(ASK_pin_again, "204817"), FAULT_PIN_OTHER);
	eq_int(check(ASK_pin_again, ""), FAULT_PIN_OTHER);
	eq_int(check(ASK_pin_again, "204816"), FAULT_NONE);
}

static char faults[500];

static void on_fault(void *data, unsigned line, const char *name, enum fault f)
{
	size_t n = strlen(faults);

	(void)data;
	snprintf(faults + n, sizeof faults - n, "%u %s %s\n", line, name, fault_row(f)->id);
}

static unsigned parse(const char *text)
{
	faults[0] = '\0';
	a = (struct answers){ 0 };
	return answers_parse(text, strlen(text), &a, on_fault, NULL);
}

static void files(void)
{
	eq_int(parse("# a comment\r\n\noffice_name = Một Cửa\n kiosk_id=K01 \n"), 0);
	eq_str(a.of[ASK_office_name], "Một Cửa");
	eq_str(a.of[ASK_kiosk_id], "K01");
	eq_int(parse("kiosk_id = k\ncolour = blue\nnonsense\nway = foot\nway = stick\n"), 5);
	eq_str(faults, "2 colour UNKNOWN\n3  FORM\n5 way TWICE\n1 kiosk_id KIOSK\n"
		       "4 way CHOICE\n");
	eq_str(a.of[ASK_kiosk_id], "");
	/* the order of the lines does not matter: an address is judged by its kind of network */
	eq_int(parse("gateway = 10.0.1.1\naddress = 10.0.0.2/24\nnetwork = fixed\n"), 1);
	eq_str(faults, "1 gateway OUTSIDE\n");
	/* what only the machine keeps is nobody's to bring: a PIN would lie there as it is */
	eq_int(parse("staff_pin = 204816\nstep = READY\ntrusted = 00\n"), 3);
	eq_str(faults, "1 staff_pin UNKNOWN\n2 step UNKNOWN\n3 trusted UNKNOWN\n");
	eq_str(a.staff_pin, "");
	eq_int(parse("pin = 204816\n"), 1);
	eq_str(faults, "1 pin_again PIN_OTHER\n");
	eq_int(parse("pin =\n"), 0);
	eq_int(answers_parse("\xff", 1, &a, on_fault, NULL), 1);
}

static unsigned judge(const char *text)
{
	faults[0] = '\0';
	return answers_judge(text, strlen(text), on_fault, NULL);
}

static void whole_files(void)
{
	static const char SITE[] = "office_name = A\noffice_place = B\nagency_code = G09.20\n"
				   "kiosk_id = K01\nprovince_url = https://tinh.example\n";
	char text[400];

	snprintf(text, sizeof text, "%s%s", SITE, "network = dhcp\nway = stick\n");
	eq_int(judge(text), 0);
	snprintf(text, sizeof text, "%s%s", SITE, "network = fixed\nway = network\n");
	eq_int(judge(text), 3);
	eq_str(faults, "0 address EMPTY\n0 gateway EMPTY\n0 enrol_code EMPTY\n");
	snprintf(text, sizeof text, "%s%s", SITE, "agency_code = 1\n");
	eq_int(judge(text), 3);
	eq_str(faults, "6 agency_code TWICE\n0 network EMPTY\n0 way EMPTY\n");
}

static void kept_over_a_cut(void)
{
	char dir[] = "/tmp/test_check.XXXXXX", path[64];
	struct answers b;

	ok(mkdtemp(dir) != NULL);
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	eq_int(answers_load(fd, &b), ERR_OK); /* nothing is answered yet */
	eq_int(b.at, SETUP_START);
	eq_int(parse("kiosk_id = K01\npin = 204816\npin_again = 204816\n"
		     "enrol_code = CODE-1234\n"), 0);
	snprintf(a.staff_pin, sizeof a.staff_pin, "x");
	a.at = SETUP_PIN;
	eq_int(answers_save(fd, &a), ERR_OK);
	eq_int(answers_load(fd, &b), ERR_OK);
	eq_int(b.at, SETUP_PIN);
	eq_str(b.of[ASK_kiosk_id], "K01");
	eq_str(b.staff_pin, "x");
	eq_str(b.of[ASK_pin], ""); /* and nothing that is nobody's to find */
	eq_str(b.of[ASK_enrol_code], "");
	snprintf(path, sizeof path, "%s/answers", dir);
	unlink(path);
	rmdir(dir);
}

static void fingerprints(void)
{
	char text[96], value[16];

	site_groups("AB12CD34EF", text, sizeof text);
	eq_str(text, "AB12 CD34 EF");
	ok(site_same("AB12CD34", "ab12 cd34"));
	ok(site_same("AB12CD34", "AB:12:CD:34"));
	ok(!site_same("AB12CD34", "AB12 CD3"));
	ok(!site_same("AB12CD34", "AB12 CD35"));
	ok(!site_same("AB12CD34", ""));
	helper_value("A=1\nKEY=x y\nB=\n", "KEY", value, sizeof value);
	eq_str(value, "x y");
	helper_value("A=1\nKEYS=x\n", "KEY", value, sizeof value);
	eq_str(value, "");
}

int main(void)
{
	places();
	networks();
	provinces();
	servers();
	moments_and_pins();
	files();
	whole_files();
	kept_over_a_cut();
	fingerprints();
	return tap_done();
}
