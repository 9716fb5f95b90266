/* The program by hand, as a technician or a script uses it, at the simulated devices. */
#include "tests/unit/drivers/rig.h"

#include <poll.h>

extern const struct driver PRINT_ESCPOS;

static char out[1u << 17];

/* Runs `kiosk-drv WORDS`; `out` is what it printed. Returns its exit status. */
static int hand(const char *const *words)
{
	char me[PATH_MAX] = "", drv[PATH_MAX + 32];
	int p[2], status = -1;
	size_t n = 0;
	ssize_t got;

	(void)!readlink("/proc/self/exe", me, sizeof me - 1);
	snprintf(drv, sizeof drv, "%s/../../../bin/kiosk-drv", dirname(me));
	if (pipe(p) < 0)
		abort();
	pid_t child = fork();
	if (child == 0) {
		dup2(p[1], 1);
		dup2(p[1], 2);
		execv(drv, (char *const *)(uintptr_t)words);
		_exit(127);
	}
	close(p[1]);
	while ((got = read(p[0], out + n, sizeof out - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(p[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define HAND(...) hand((const char *const[]){ "kiosk-drv", __VA_ARGS__, NULL })

/* Without a kiosk.conf there is no module, and nothing is taken for the name of one. */
static void no_token(void)
{
	setenv("KIOSK_CONF", "/nowhere/kiosk.conf", 1);
	eq_int(HAND("token", "status"), 1);
	ok(strstr(out, "there is no signing token") && !strstr(out, "token.module"));
	unsetenv("KIOSK_CONF");
}

static void statuses(struct rig *r)
{
	eq_int(HAND("print", "status"), 0);
	eq_str(out, "Kiosk Sim TM-SIM: ready\n");
	eq_int(HAND("code", "status"), 0);
	eq_int(HAND("card", "status", "--json"), 0);
	eq_str(out, "{\"device\":\"card\",\"state\":\"OK\",\"near_end\":false,"
		    "\"model\":\"HID Global OMNIKEY 5022 Smart Card Reader\"}\n");
	ok(rig_line(r, "printer +cover"));
	eq_int(HAND("print", "status"), 1);
	ok(strstr(out, "a cover is open"));
	ok(rig_line(r, "printer -cover"));
	eq_int(HAND("scan", "status"), 0);
	eq_int(HAND("scan", "list"), 0);
	ok(strstr(out, "airscan:"));
}

static void printing(struct rig *r)
{
	char path[PATH_MAX + 32];
	static const uint8_t pbm[] = "P4\n# two dots\n16 2\n\xff\x00\x00\xff";

	eq_int(HAND("print", "test"), 0);
	eq_str(out, "printed, and cut\n");
	ok(rig_line(r, "wait receipts 1"));
	snprintf(path, sizeof path, "%s/two.pbm", r->dir);
	FILE *f = fopen(path, "wb");
	ok(f && fwrite(pbm, 1, sizeof pbm - 1, f) == sizeof pbm - 1 && fclose(f) == 0);
	eq_int(HAND("print", path), 0);
	ok(rig_line(r, "wait receipts 2"));
	ok(truncate(path, sizeof pbm - 2) == 0);
	eq_int(HAND("print", path), 1);
	ok(strstr(out, "not a raw PBM"));
	eq_int(HAND("print", "/nowhere.pbm"), 1);
	ok(strstr(out, "No such file"));
	ok(rig_line(r, "printer +paper-end"));
	eq_int(HAND("print", "test", "--json"), 1);
	ok(strstr(out, "{\"error\":\"PAPER_OUT\"}"));
	ok(rig_line(r, "printer -paper-end"));
}

static void card(struct rig *r)
{
	ok(rig_line(r, "card in"));
	eq_int(HAND("card", "apdu", "00A4040C07A0000002471001", "00b0000004"), 0);
	eq_str(out, "9000\n000102039000\n");
	eq_int(HAND("card", "apdu", "--json", "00B0000002"), 0);
	eq_str(out, "{\"answer\":\"00019000\"}\n");
	eq_int(HAND("card", "probe"), 0);
	ok(strstr(out, "\nlevel extended APDU\n"));
	ok(strstr(out, "\nmax_answer 65538\n"));
	ok(strstr(out, "\natr_check good\n"));
	eq_int(HAND("card", "probe", "--json"), 0);
	ok(strstr(out, "\"ids\":\"076b:5022\""));
	eq_int(HAND("card", "apdu", "00B000000"), 1);
	ok(strstr(out, "not an APDU"));
	ok(rig_line(r, "reader be t1"));
	eq_int(HAND("card", "apdu", "00B0000004"), 0);
	eq_str(out, "000102039000\n");
	ok(rig_line(r, "reader be characters"));
	eq_int(HAND("card", "probe"), 0);
	ok(strstr(out, "level character: not supported\n"));
	eq_int(HAND("card", "status"), 1);
	ok(strstr(out, "single characters"));
	ok(rig_line(r, "reader be extended"));
}

static void scanning(struct rig *r)
{
	char path[PATH_MAX + 32], head[32] = "";

	snprintf(path, sizeof path, "%s/page.ppm", r->dir);
	eq_int(HAND("scan", "page", path, "--json"), 0);
	ok(strstr(out, "\"dpi\":200"));
	FILE *f = fopen(path, "rb");
	ok(f && fread(head, 1, 13, f) == 13 && fclose(f) == 0);
	eq_str(head, "P6\n1654 2339\n");
	ok(rig_line(r, "scanner +cover"));
	eq_int(HAND("scan", "page", path), 1);
	ok(strstr(out, "cover"));
}

/* The kiosk runs and holds the device: that is said, and nothing is taken away from it. */
static void held_by_another(struct rig *r)
{
	rig_start(r, &PRINT_ESCPOS);
	ok(rig_until_state(r, ERR_OK));
	eq_int(HAND("print", "status"), 1);
	ok(strstr(out, "another program may hold it"));
	eq_int(rig_state(r), ERR_OK);
	rig_stop(r);
	eq_int(HAND("print", "status"), 0);
}

static void wrong_usage(void)
{
	eq_int(HAND("card"), 2);
	ok(strstr(out, "kiosk-drv card  apdu HEX..."));
	eq_int(HAND("card", "apdu"), 2);
	eq_int(HAND("modem", "status"), 2);
	eq_int(HAND("code", "sing"), 2);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	no_token();
	statuses(r);
	printing(r);
	card(r);
	scanning(r);
	held_by_another(r);
	wrong_usage();
	return rig_done(r);
}
