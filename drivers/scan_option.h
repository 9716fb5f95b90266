/* The options of SANE backends, which name and shape the same thing in many ways. Setting
 * tries its best: what a backend does not have or refuses stays as it is. */
#ifndef DRIVERS_SCAN_OPTION_H
#define DRIVERS_SCAN_OPTION_H

#include "firmware/base/err.h"
#include <sane/sane.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scan_source { SOURCE_ANY, SOURCE_FEEDER, SOURCE_GLASS };

/* "Automatic Document Feeder", "ADF Front", "Document Table", "FlatBed" ...: which it means;
 * SOURCE_ANY when it is neither, or scans both sides of the sheet. */
enum scan_source scan_source_of(const char *name);

/* The value of a list that stands for colour, else for gray; NULL: there is neither. */
const char *scan_mode_of(const SANE_String_Const *list);

/* The resolution of a range or list that is at least `dpi`, else the highest. */
double scan_dpi_of(const SANE_Option_Descriptor *d, unsigned dpi);

/* The sources this device has, as bits 1 << enum scan_source. One that has no choice is glass. */
unsigned scan_sources(SANE_Handle h);

/* Colour, 8 bits, resolution, the area of an A4 page, source. *ret_dpi: what it came to. */
void scan_set(SANE_Handle h, enum scan_source source, unsigned dpi, unsigned *ret_dpi);

/* "NAME=VALUE", as scanimage takes it. False: no such option, or the value was refused. */
bool scan_set_text(SANE_Handle h, const char *setting);

/* A sensor says that there is paper in the feeder: 1, or not: 0. -1: there is no sensor. */
int scan_feeder_loaded(SANE_Handle h);

#endif
