/* Sensors of scanners that nobody here has: SANE's two calls for options, with our own options. */
#include "drivers/scan_option.h"
#include "tests/tap.h"

#include <string.h>

static struct {
	const char *name;
	SANE_Int cap;
	SANE_Word value;
} options[4];

const SANE_Option_Descriptor *sane_get_option_descriptor(SANE_Handle h, SANE_Int i)
{
	static SANE_Option_Descriptor d;

	(void)h;
	if (i < 1 || i > 4 || !options[i - 1].name)
		return NULL;
	d = (SANE_Option_Descriptor){ .name = options[i - 1].name,
				      .type = SANE_TYPE_BOOL,
				      .size = sizeof(SANE_Word),
				      .cap = options[i - 1].cap };
	return &d;
}

SANE_Status sane_control_option(SANE_Handle h, SANE_Int i, SANE_Action a, void *value,
				SANE_Int *info)
{
	(void)h, (void)a, (void)info;
	memcpy(value, &options[i - 1].value, sizeof(SANE_Word));
	return SANE_STATUS_GOOD;
}

static void has(int i, const char *name, bool settable, SANE_Word value)
{
	options[i].name = name;
	options[i].cap = SANE_CAP_SOFT_DETECT | (settable ? SANE_CAP_SOFT_SELECT : 0);
	options[i].value = value;
}

static void faults(void)
{
	memset(options, 0, sizeof options);
	eq_int(scan_fault_of(NULL, ERR_JAM), ERR_JAM);
	has(0, "cover-open", false, 0);
	has(1, "double-feed", false, 1);
	eq_int(scan_fault_of(NULL, ERR_JAM), ERR_TWO_SHEETS);
	eq_int(scan_fault_of(NULL, ERR_OK), ERR_OK);
	eq_int(scan_fault_of(NULL, ERR_CANCELLED), ERR_CANCELLED);
	has(0, "cover-open", false, 1);
	has(1, "double-feed", false, 0);
	eq_int(scan_fault_of(NULL, ERR_JAM), ERR_COVER);
	eq_int(scan_fault_of(NULL, ERR_IO), ERR_COVER);
	eq_int(scan_fault_of(NULL, ERR_FEEDER_EMPTY), ERR_COVER);
	eq_int(scan_fault_of(NULL, ERR_OK), ERR_OK);
}

/* A switch that a person has set is no sensor. */
static void switches(void)
{
	memset(options, 0, sizeof options);
	has(0, "double-feed", true, 1);
	eq_int(scan_fault_of(NULL, ERR_JAM), ERR_JAM);
	has(1, "adf-loaded", true, 1);
	eq_int(scan_feeder_loaded(NULL), -1);
}

static void loaded(void)
{
	memset(options, 0, sizeof options);
	eq_int(scan_feeder_loaded(NULL), -1);
	has(0, "doc-in-adf", false, 0);
	eq_int(scan_feeder_loaded(NULL), 0);
	has(1, "page-loaded", false, 1);
	eq_int(scan_feeder_loaded(NULL), 1);
}

int main(void)
{
	faults();
	switches();
	loaded();
	return tap_done();
}
