#include "drivers/hand.h"
#include "drivers/scan_worker.h"

#include <sane/sane.h>
#include <stdio.h>

int scan_list(bool json)
{
	const SANE_Device **list;
	SANE_Int version;
	size_t n = 0;

	if (sane_init(&version, NULL) != SANE_STATUS_GOOD ||
	    sane_get_devices(&list, SANE_FALSE) != SANE_STATUS_GOOD) {
		fputs("kiosk-drv scan: SANE does not start; see SANE_CONFIG_DIR\n", stderr);
		return 1;
	}
	for (; list[n]; n++) {
		if (json) {
			fputs("{\"name\":", stdout);
			hand_json(list[n]->name);
			fputs(",\"model\":", stdout);
			hand_json(list[n]->model);
			puts("}");
		} else {
			printf("%s\t%s %s\n", list[n]->name, list[n]->vendor, list[n]->model);
		}
	}
	if (n == 0)
		fputs("kiosk-drv scan: SANE finds no scanner; is it on, and its backend in "
		      "dll.conf?\n",
		      stderr);
	sane_exit();
	return n > 0 ? 0 : 1;
}
