/* When a result is due. Pure arithmetic over a calendar (calendar.h); times are Unix seconds.
 *
 * How it is counted (Decree 61/2018 and its successor 118/2025; Civil Code 2015 art. 147, 148;
 * domain reference, sections 2.1, 2.6 and 8.1):
 *  - what is accepted after 15:00:00, or on a day nobody works, counts as accepted on the next
 *    working day; a Saturday on which an office only receives is such a day
 *  - the day of acceptance does not count; the last day counts to the end of office hours
 *  - calendar days and months run through holidays, but do not end on one
 *  - hours are office hours, from the minute of acceptance
 *  - while the citizen is asked for something that is missing, nothing counts: the days from the
 *    request to what was brought (finish - request) move the due day by as many */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include "firmware/base/err.h"
#include "firmware/core/calendar.h"
#include "firmware/core/catalogue.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From asking for a supplement until it came; until_s 0: it is still waited for. */
struct deadline_pause {
	int64_t from_s, until_s;
};

struct deadline_case {
	int64_t accepted_s;
	uint16_t limit; /* 0 days: within the day of acceptance */
	enum limit_unit unit;
	const struct deadline_pause *pauses; /* in order of from_s; they may overlap */
	size_t pause_count;
};

struct deadline {
	int64_t due_s; /* 0: not known while the citizen is waited for */
	bool paused;
	bool certain; /* every day it runs through was announced (calendar_sure) */
};

/* ERR_NOT_FOUND: no term that can be counted (LIMIT_OTHER, 0 hours or months). ERR_BAD_DATA: a
 * time before 1970 or after 2099, more than 600 months, pauses out of order or ending before
 * they begin. */
enum err deadline_due(const struct calendar *c, const struct deadline_case *of,
		      struct deadline *ret);

/* The term of a procedure from acceptance, without a pause. As above; a term the catalogue does
 * not say is ERR_NOT_FOUND. */
enum err deadline_of(const struct calendar *c, const struct procedure *p, int64_t accepted_s,
		     struct deadline *ret);

/* Working days after the day of from_s, to the day of to_s; negative when that lies before it. */
int32_t deadline_days(const struct calendar *c, int64_t from_s, int64_t to_s, bool *ret_certain);

struct deadline_late {
	bool late;     /* NgayKetThucXuLy > NgayHenTra */
	uint32_t days; /* working days begun since the due day; 0 on its evening */
	bool certain;
};

/* How late a result was, or is now (at_s). */
struct deadline_late deadline_late(const struct calendar *c, int64_t due_s, int64_t at_s);

#endif
