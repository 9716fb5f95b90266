/* kiosk-debug FILE DISK: whether a technician's certificate (debug_cert.h) opens the serial line of
 * this machine, whose disk has the serial number DISK. Says so in one line; 0: it does. */
#include "firmware/base/version.h"
#include "firmware/debug/debug_cert.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#define ASSETS "/usr/share/kiosk"
#define ANCHOR ASSETS "/debug.pem"

/* A clock that was never set is behind the day the image was made, which its files have. */
static int64_t time_held(void)
{
	struct stat st;
	int64_t now_s = time(NULL);

	return stat(ANCHOR, &st) == 0 && st.st_mtime > now_s ? st.st_mtime : now_s;
}

static const char *words_of(enum err e)
{
	switch (e) {
	case ERR_NOT_FOUND:
		return "there is none, or this image knows no authority of such certificates";
	case ERR_OLD_CERT:
		return "its days are over, have not begun, or are more than 31";
	case ERR_DENIED:
		return "it is for another machine";
	case ERR_FORGED:
		return "it is of another authority";
	case ERR_BAD_DATA:
		return "it is not a certificate of that kind";
	default:
		return err_text(e);
	}
}

int main(int argc, char **argv)
{
	struct version v;

	if (argc != 3)
		return fputs("kiosk-debug FILE DISK\n", stderr), 2;
	version_read(ASSETS, &v);
	const struct debug_cert_here here = {
		.anchor_path = ANCHOR, .disk = argv[2], .any = v.test_keys, .now_s = time_held()
	};
	enum err e = debug_cert_check(argv[1], &here);
	if (e == ERR_OK)
		printf("debug certificate for disk %s: a root shell, until the stick is gone\n",
		       argv[2]);
	else
		printf("debug certificate refused: %s (disk %s)\n", words_of(e), argv[2]);
	return e == ERR_OK ? 0 : 1;
}
