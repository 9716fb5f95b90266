#include "drivers/scan_option.h"

#include <sane/saneopts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_OPTIONS  500
#define A4_WIDTH_MM  210.0
#define A4_HEIGHT_MM 297.0
#define MM_PER_INCH  25.4
#define VALUE_CAP    4097 /* a path */

static bool contains(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

bool scan_is_duplex(const char *name)
{
	return contains(name, "duplex") || contains(name, "both");
}

enum page_source scan_source_of(const char *name)
{
	if (contains(name, "back") && !contains(name, "front"))
		return SOURCE_ANY;
	if (contains(name, "adf") || contains(name, "feeder"))
		return SOURCE_FEEDER;
	if (contains(name, "flatbed") || contains(name, "table") || contains(name, "normal") ||
	    contains(name, "glass") || contains(name, "platen"))
		return SOURCE_GLASS;
	return SOURCE_ANY;
}

const char *scan_mode_of(const SANE_String_Const *list)
{
	const char *gray = NULL;

	for (; list && *list; list++) {
		if (strcasecmp(*list, "color") == 0 || contains(*list, "24bit color"))
			return *list;
		if (!gray && contains(*list, "gray"))
			gray = *list;
	}
	return gray;
}

static double to_double(const SANE_Option_Descriptor *d, SANE_Word w)
{
	return d->type == SANE_TYPE_FIXED ? SANE_UNFIX(w) : w;
}

static SANE_Word to_word(const SANE_Option_Descriptor *d, double v)
{
	return d->type == SANE_TYPE_FIXED ? SANE_FIX(v) : (SANE_Word)(v + 0.5);
}

static double of_list(const SANE_Option_Descriptor *d, unsigned dpi)
{
	const SANE_Word *list = d->constraint.word_list;
	double best = 0, highest = 0;

	for (SANE_Word i = 1; i <= list[0]; i++) {
		double v = to_double(d, list[i]);

		if (v >= dpi && (best == 0 || v < best))
			best = v;
		if (v > highest)
			highest = v;
	}
	return best > 0 ? best : highest;
}

double scan_dpi_of(const SANE_Option_Descriptor *d, unsigned dpi)
{
	if (d->constraint_type == SANE_CONSTRAINT_WORD_LIST)
		return of_list(d, dpi);
	if (d->constraint_type != SANE_CONSTRAINT_RANGE)
		return dpi;
	double min = to_double(d, d->constraint.range->min);
	double max = to_double(d, d->constraint.range->max);
	return dpi < min ? min : dpi > max ? max : dpi;
}

/* Options may change after each that is set, so they are looked up anew each time. */
static const SANE_Option_Descriptor *find(SANE_Handle h, const char *name, SANE_Int *ret_index)
{
	for (SANE_Int i = 1; i < MAX_OPTIONS; i++) {
		const SANE_Option_Descriptor *d = sane_get_option_descriptor(h, i);

		if (!d)
			break;
		if (d->name && strcmp(d->name, name) == 0 && SANE_OPTION_IS_ACTIVE(d->cap)) {
			*ret_index = i;
			return d;
		}
	}
	return NULL;
}

static bool set_word(SANE_Handle h, const char *name, double value)
{
	SANE_Int i, info;
	const SANE_Option_Descriptor *d = find(h, name, &i);

	if (!d || !SANE_OPTION_IS_SETTABLE(d->cap) || d->size != sizeof(SANE_Word))
		return false;
	SANE_Word w = to_word(d, value);
	return sane_control_option(h, i, SANE_ACTION_SET_VALUE, &w, &info) == SANE_STATUS_GOOD;
}

static bool get_word(SANE_Handle h, const char *name, double *ret)
{
	SANE_Int i;
	SANE_Word w = 0;
	const SANE_Option_Descriptor *d = find(h, name, &i);

	if (!d || d->size != sizeof w || d->type == SANE_TYPE_STRING ||
	    sane_control_option(h, i, SANE_ACTION_GET_VALUE, &w, NULL) != SANE_STATUS_GOOD)
		return false;
	*ret = to_double(d, w);
	return true;
}

static bool set_string(SANE_Handle h, const char *name, const char *value)
{
	SANE_Int i, info;
	const SANE_Option_Descriptor *d = find(h, name, &i);
	char text[VALUE_CAP];

	if (!d || d->type != SANE_TYPE_STRING || !SANE_OPTION_IS_SETTABLE(d->cap) ||
	    strlen(value) >= sizeof text || (size_t)d->size > sizeof text)
		return false;
	memset(text, 0, sizeof text);
	snprintf(text, sizeof text, "%s", value);
	return sane_control_option(h, i, SANE_ACTION_SET_VALUE, text, &info) == SANE_STATUS_GOOD;
}

static const SANE_String_Const *strings_of(SANE_Handle h, const char *name)
{
	SANE_Int i;
	const SANE_Option_Descriptor *d = find(h, name, &i);

	if (!d || d->type != SANE_TYPE_STRING || d->constraint_type != SANE_CONSTRAINT_STRING_LIST)
		return NULL;
	return d->constraint.string_list;
}

unsigned scan_sources(SANE_Handle h)
{
	const SANE_String_Const *list = strings_of(h, SANE_NAME_SCAN_SOURCE);
	unsigned bits = 0;

	for (size_t i = 0; list && list[i]; i++)
		bits |= 1u << scan_source_of(list[i]);
	bits &= ~(1u << SOURCE_ANY);
	return bits ? bits : 1u << SOURCE_GLASS;
}

/* The source of that name and number of sides; false when there is none. */
static bool set_source(SANE_Handle h, enum page_source source, bool duplex)
{
	const SANE_String_Const *list = strings_of(h, SANE_NAME_SCAN_SOURCE);

	for (size_t i = 0; list && list[i]; i++)
		if (scan_source_of(list[i]) == source && scan_is_duplex(list[i]) == duplex)
			return set_string(h, SANE_NAME_SCAN_SOURCE, list[i]);
	return false;
}

static bool set_duplex(SANE_Handle h, bool on)
{
	static const struct {
		const char *option, *both, *one;
	} WAYS[] = {
#define DUPLEX(option, both, one) { option, both, one },
#include "drivers/scan_duplex.def"
#undef DUPLEX
	};
	char setting[64];
	bool done = false;

	for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0] && !done; i++) {
		snprintf(setting, sizeof setting, "%s=%s", WAYS[i].option,
			 on ? WAYS[i].both : WAYS[i].one);
		done = scan_set_text(h, setting);
	}
	return done;
}

/* How many sides it came to. */
static uint8_t set_sides(SANE_Handle h, const struct scan_wish *w)
{
	bool want = w->sides == 2 && w->source == SOURCE_FEEDER;

	if (want && set_source(h, w->source, true))
		return 2;
	(void)set_source(h, w->source, false);
	return set_duplex(h, want) && want ? 2 : 1;
}

static void set_edge(SANE_Handle h, const char *name, double mm, unsigned dpi)
{
	SANE_Int i;
	const SANE_Option_Descriptor *d = find(h, name, &i);

	if (!d)
		return;
	double v = d->unit == SANE_UNIT_PIXEL ? mm * dpi / MM_PER_INCH : mm;
	if (d->constraint_type == SANE_CONSTRAINT_RANGE) {
		double min = to_double(d, d->constraint.range->min);
		double max = to_double(d, d->constraint.range->max);

		v = v < min ? min : v > max ? max : v;
	}
	(void)set_word(h, name, v);
}

void scan_set(SANE_Handle h, const struct scan_wish *w, unsigned *ret_dpi, uint8_t *ret_sides)
{
	const char *mode = scan_mode_of(strings_of(h, SANE_NAME_SCAN_MODE));
	SANE_Int i;
	double real = w->dpi;

	*ret_sides = set_sides(h, w);
	if (mode)
		(void)set_string(h, SANE_NAME_SCAN_MODE, mode);
	(void)set_word(h, SANE_NAME_BIT_DEPTH, 8);
	const SANE_Option_Descriptor *d = find(h, SANE_NAME_SCAN_RESOLUTION, &i);
	if (d)
		(void)set_word(h, SANE_NAME_SCAN_RESOLUTION, scan_dpi_of(d, w->dpi));
	(void)get_word(h, SANE_NAME_SCAN_RESOLUTION, &real);
	*ret_dpi = real >= 1 && real < 10000 ? (unsigned)(real + 0.5) : w->dpi;
	set_edge(h, SANE_NAME_SCAN_TL_X, 0, *ret_dpi);
	set_edge(h, SANE_NAME_SCAN_TL_Y, 0, *ret_dpi);
	set_edge(h, SANE_NAME_SCAN_BR_X, A4_WIDTH_MM, *ret_dpi);
	set_edge(h, SANE_NAME_SCAN_BR_Y, A4_HEIGHT_MM, *ret_dpi);
}

bool scan_set_text(SANE_Handle h, const char *setting)
{
	const char *equals = strchr(setting, '=');
	char name[64];
	SANE_Int i;

	if (!equals || (size_t)(equals - setting) >= sizeof name)
		return false;
	memcpy(name, setting, (size_t)(equals - setting));
	name[equals - setting] = '\0';
	const SANE_Option_Descriptor *d = find(h, name, &i);
	if (!d)
		return false;
	if (d->type == SANE_TYPE_STRING)
		return set_string(h, name, equals + 1);
	if (d->type == SANE_TYPE_BOOL)
		return set_word(h, name, strcmp(equals + 1, "yes") == 0);
	return set_word(h, name, strtod(equals + 1, NULL));
}

/* False: there is no such sensor. */
static bool sensor(SANE_Handle h, const char *name, bool *ret_on)
{
	SANE_Int i;
	const SANE_Option_Descriptor *d = find(h, name, &i);
	double value;

	if (!d || SANE_OPTION_IS_SETTABLE(d->cap) || !get_word(h, name, &value))
		return false;
	*ret_on = value != 0;
	return true;
}

int scan_feeder_loaded(SANE_Handle h)
{
	static const char *const SENSORS[] = {
#define LOADED(option) option,
#define FAULT(said, option, means)
#include "drivers/scan_sensor.def"
#undef LOADED
#undef FAULT
	};
	bool loaded;

	for (size_t i = 0; i < sizeof SENSORS / sizeof SENSORS[0]; i++)
		if (sensor(h, SENSORS[i], &loaded))
			return loaded;
	return -1;
}

enum err scan_err_of(int sane_status)
{
	switch (sane_status) {
	case SANE_STATUS_GOOD:
	case SANE_STATUS_EOF:
		return ERR_OK;
	case SANE_STATUS_CANCELLED:
		return ERR_CANCELLED;
	case SANE_STATUS_DEVICE_BUSY:
		return ERR_BUSY;
	case SANE_STATUS_JAMMED:
		return ERR_JAM;
	case SANE_STATUS_NO_DOCS:
		return ERR_FEEDER_EMPTY;
	case SANE_STATUS_COVER_OPEN:
		return ERR_COVER;
	case SANE_STATUS_NO_MEM:
		return ERR_NO_MEMORY;
	case SANE_STATUS_ACCESS_DENIED:
		return ERR_DENIED;
	case SANE_STATUS_UNSUPPORTED:
		return ERR_BROKEN;
	default:
		return ERR_IO;
	}
}

enum err scan_fault_of(SANE_Handle h, enum err said)
{
	static const struct {
		enum err said;
		const char *option;
		enum err means;
	} FAULTS[] = {
#define LOADED(option)
#define FAULT(said, option, means) { ERR_##said, option, ERR_##means },
#include "drivers/scan_sensor.def"
#undef LOADED
#undef FAULT
	};
	bool on;

	for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++)
		if (FAULTS[i].said == said && sensor(h, FAULTS[i].option, &on) && on)
			return FAULTS[i].means;
	return said;
}
