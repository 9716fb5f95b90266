#include "firmware/base/config.h"
#include "tests/tap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define MUST                                                      \
	"office_name = Bộ phận Một cửa\noffice_place=X\n" \
	"agency_code = G01\nkiosk_id = K1\nprovince_url = https://a.example\n"

static char errors[2000];

static void on_error(void *data, unsigned line, const char *what)
{
	size_t n = strlen(errors);

	(void)data;
	snprintf(errors + n, sizeof errors - n, "%u: %s\n", line, what);
}

static struct config c;

static enum err parse(const char *text)
{
	errors[0] = '\0';
	return config_parse(text, strlen(text), &c, on_error, NULL);
}

static void good(void)
{
	eq_int(parse(MUST), ERR_OK);
	eq_str(errors, "");
	eq_str(c.office_name, "Bộ phận Một cửa");
	eq_str(c.hotline, "1022");
	eq_int(c.screen_width_px, 1080);
	eq_str(c.data_dir, "/var/lib/kiosk");

	eq_int(parse("# a comment\r\n\n   \t \n" MUST "\tscan_dpi\t=  300  \r\nscanner =\n"
		     "hotline = a = b # c"),
	       ERR_OK);
	eq_int(c.scan_dpi, 300);
	eq_str(c.scanner, "");
	eq_str(c.hotline, "a = b # c");
}

/* One wrong line after the five of MUST. */
static void wrong(const char *line, const char *what)
{
	char text[1000], want[200];
	struct config before = c;

	snprintf(text, sizeof text, MUST "%s\n", line);
	snprintf(want, sizeof want, "6: %s\n", what);
	eq_int(parse(text), ERR_BAD_CONFIG);
	eq_str(errors, want);
	ok(memcmp(&before, &c, sizeof c) == 0); /* untouched */
}

static void one_error(void)
{
	char text[400], want[400];

	wrong("scan_dpj = 300", "unknown name: scan_dpj");
	wrong("kiosk_id = K2", "set twice: kiosk_id");
	wrong("scan_dpi 300", "not of the form name = value: scan_dpi 300");
	wrong("scan_dpi = ", "value of the wrong kind: scan_dpi");
	wrong("scan_dpi = 300 dpi", "value of the wrong kind: scan_dpi");
	wrong("scan_dpi = -1", "value of the wrong kind: scan_dpi");
	wrong("scan_dpi = 2147483648", "value of the wrong kind: scan_dpi");
	wrong("scan_dpi = 99999999999999999999999", "value of the wrong kind: scan_dpi");
	wrong("data_dir = var/lib", "value of the wrong kind: data_dir");
	wrong("= 5", "unknown name: ");
	memset(text, 'a', sizeof text);
	memcpy(text, "scanner = ", 10);
	text[10 + CONFIG_TEXT_CAP] = '\0';
	wrong(text, "value of the wrong kind: scanner");
	memset(text, 'n', 100);
	text[100] = '\0';
	snprintf(want, sizeof want, "not of the form name = value: %.80s", text);
	wrong(text, want);

	eq_int(parse(MUST "scan_dpi = 2147483647\nscanner = x"), ERR_OK);
	memset(text, 'a', sizeof text);
	memcpy(text, "\nscanner = ", 11);
	text[11 + CONFIG_TEXT_CAP - 1] = '\0';
	char whole[1000];
	snprintf(whole, sizeof whole, MUST "%s", text);
	eq_int(parse(whole), ERR_OK);
	eq_int(strlen(c.scanner), CONFIG_TEXT_CAP - 1);
}

static void all_errors_at_once(void)
{
	eq_int(parse("nonsense\n\n\noffice_name = A\nscan_dpi = x\noffice_name = B\n"),
	       ERR_BAD_CONFIG);
	eq_str(errors, "1: not of the form name = value: nonsense\n"
		       "5: value of the wrong kind: scan_dpi\n"
		       "6: set twice: office_name\n"
		       "0: must be set: office_place\n"
		       "0: must be set: agency_code\n"
		       "0: must be set: kiosk_id\n"
		       "0: must be set: province_url\n");
	eq_int(config_parse("nonsense", 8, &c, NULL, NULL), ERR_BAD_CONFIG);
}

static void not_text(void)
{
	static char big[70000];

	eq_int(parse(MUST "hotline = \xff\n"), ERR_BAD_CONFIG);
	eq_str(errors, "0: not UTF-8 text, or over 64 KiB: the file\n");
	errors[0] = '\0';
	eq_int(config_parse(MUST "\0", sizeof MUST, &c, on_error, NULL), ERR_BAD_CONFIG);
	memset(big, '\n', sizeof big - 1);
	eq_int(parse(big), ERR_BAD_CONFIG);
	eq_str(errors, "0: not UTF-8 text, or over 64 KiB: the file\n");
}

static void from_a_file(void)
{
	char path[] = "/tmp/test_config.XXXXXX";
	int fd = mkstemp(path);

	ok(fd >= 0 && write(fd, MUST, strlen(MUST)) == (ssize_t)strlen(MUST));
	close(fd);
	eq_int(config_load(path, &c, on_error, NULL), ERR_OK);
	setenv("KIOSK_CONF", path, 1);
	eq_str(config_path(), path);
	eq_int(config_load_logged(&c), ERR_OK);
	unlink(path);
	errors[0] = '\0';
	eq_int(config_load(path, &c, on_error, NULL), ERR_IO);
	eq_str(errors, "0: cannot be read\n");
	errors[0] = '\0';
	eq_int(config_load("/tmp", &c, on_error, NULL), ERR_IO); /* opens, but is a folder */
	unsetenv("KIOSK_CONF");
	eq_str(config_path(), "/etc/kiosk/kiosk.conf");
}

int main(void)
{
	good();
	one_error();
	all_errors_at_once();
	not_text();
	from_a_file();
	return tap_done();
}
