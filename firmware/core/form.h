/* Forms as data: what is asked for a procedure, from the signed assets/forms/CODE.json, or
 * general.json for procedures without a form of their own. Labels are in both languages. */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "firmware/base/err.h"
#include "firmware/base/screens.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORM_MAX_FIELDS  64
#define FORM_MAX_GROUPS  32
#define FORM_VALUE_BYTES 1024

struct json_object;

enum field_type {
	FIELD_TEXT,   /* a line of text */
	FIELD_NAME,   /* a person's name: letters, spaces, hyphen, apostrophe, dot */
	FIELD_DIGITS, /* exactly `max` digits, such as an identity number */
	FIELD_NUMBER, /* a whole number from `low` to `high` */
	FIELD_DATE,   /* dd/mm/yyyy */
	FIELD_PHONE,  /* 0 and nine digits */
	FIELD_CHOICE, /* the code of one of `choices` */
	FIELD_YESNO,  /* "1" or "0" */
};

struct form_choice {
	const char *code;
	const char *label[LANGUAGE_COUNT];
};

struct form_field {
	const char *key; /* the portal's own field name */
	const char *label[LANGUAGE_COUNT];
	const char *help[LANGUAGE_COUNT]; /* "" when there is none */
	enum field_type type;
	uint8_t group;
	bool must;
	bool past;           /* a date that cannot lie in the future */
	uint16_t max;        /* characters; digits of FIELD_DIGITS */
	int32_t low, high;   /* of FIELD_NUMBER */
	const char *prefill; /* prefill.def; "" when there is none */
	const char *offer;   /* what a scanned paper may say of it, prefill.def; "" */
	const char *when;    /* key of the field that prefill's conditions are about; "" */
	const char *gives;   /* word of prefill.def that the answer gives about the owner; "" */
	const struct form_choice *choices;
	size_t choice_count;
};

struct form_group {
	const char *title[LANGUAGE_COUNT];
	bool for_other; /* asked only of who files for somebody else */
};

/* Of two fields at least one must be filled, such as mother or father. */
struct form_either {
	uint8_t a, b; /* places in fields */
};

struct form {
	struct json_object *json; /* owns every text */
	struct form_group *groups;
	struct form_field *fields;
	struct form_either *eithers;
	size_t group_count, field_count, either_count;
	const char *declaration[LANGUAGE_COUNT];
	const char *declaration_other[LANGUAGE_COUNT]; /* of who files for somebody else */
};

/* The form of a procedure, or the general one; behind its first group, which is about who stands
 * here, that of owner.json, about whom the dossier is for. form_finish() ends it. ERR_FORGED,
 * ERR_BAD_DATA (unknown type, no label in a language, too many fields), ERR_NOT_FOUND. */
enum err form_open(const char *assets_dir, const char *anchor, const char *code, struct form *ret);

/* Only a declaration, and no question: of papers that are added to a dossier. Errors as above. */
enum err form_open_bare(const char *assets_dir, const char *anchor, const char *name,
			struct form *ret);

/* The same from JSON in memory, which it takes over in any case. */
enum err form_of(struct json_object *json, struct form *ret);
void form_finish(struct form *f); /* accepts a zeroed form */

const char *field_type_name(enum field_type t);

/* Is `value` (UTF-8, "" when nothing was typed) an answer to this field? `today` as yyyymmdd.
 * ERR_OK or one of the ERR_FIELD_ rows. */
enum err field_check(const struct form_field *f, const char *value, int32_t today);

/* Brings a value into its one form: spaces at the ends and doubled ones go. In place. */
void field_tidy(char *value);

/* Is it a day of the calendar, as dd/mm/yyyy? *ret_day gets yyyymmdd. */
bool date_parse(const char *text, int32_t *ret_day);

#endif
