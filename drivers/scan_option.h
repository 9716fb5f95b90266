/* The options of SANE backends, which name and shape the same thing in many ways. Setting
 * tries its best: what a backend does not have or refuses stays as it is. */
#ifndef DRIVERS_SCAN_OPTION_H
#define DRIVERS_SCAN_OPTION_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include <sane/sane.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is wanted of a scan. */
struct scan_wish {
	enum page_source source;
	uint8_t sides;
	unsigned dpi;
};

/* "Automatic Document Feeder", "ADF Front", "ADF Duplex", "Document Table", "FlatBed" ...: which it
 * means; SOURCE_ANY when it is neither, or only the back of the sheet. */
enum page_source scan_source_of(const char *name);

/* It scans both sides of the sheet. */
bool scan_is_duplex(const char *name);

/* The value of a list that stands for colour, else for gray; NULL: there is neither. */
const char *scan_mode_of(const SANE_String_Const *list);

/* The resolution of a range or list that is at least `dpi`, else the highest. */
double scan_dpi_of(const SANE_Option_Descriptor *d, unsigned dpi);

/* The sources this device has, as bits 1 << enum page_source. One that has no choice is glass. */
unsigned scan_sources(SANE_Handle h);

/* Colour, 8 bits, resolution, the area of an A4 page, source, sides. *ret_dpi and *ret_sides: what
 * it came to; one side where the device cannot do both. */
void scan_set(SANE_Handle h, const struct scan_wish *w, unsigned *ret_dpi, uint8_t *ret_sides);

/* "NAME=VALUE", as scanimage takes it. False: no such option, or the value was refused. */
bool scan_set_text(SANE_Handle h, const char *setting);

/* A sensor says that there is paper in the feeder: 1, or not: 0. -1: there is no sensor. */
int scan_feeder_loaded(SANE_Handle h);

/* What a SANE status means to us. */
enum err scan_err_of(int sane_status);

/* What a fault is, when a sensor tells more of it than the backend's status: scan_sensor.def. */
enum err scan_fault_of(SANE_Handle h, enum err said);

#endif
