/* Which software this is. The build writes it into the file `version` beside the assets
 * (config.assets_dir), an image more than a desktop's. No value has a blank or a control character:
 * it may stand in a line, or in a header of HTTP, as it is. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include <stdbool.h>

struct version {
	char number[48]; /* "1.815+g9081d97", ordered as by systemd-analyze compare-versions; "0" */
	char board[32];  /* "x86-kiosk"; "" on a desktop */
	char compatible[48]; /* which updates it takes: "mocua-x86-kiosk"; "" */
	bool test_keys;      /* the image is signed with keys that anybody may have */
};

/* What cannot be read is as on a desktop without that file. */
void version_read(const char *assets_dir, struct version *ret);

#endif
