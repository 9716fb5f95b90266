#include "firmware/core/card_key.h"

#include "firmware/core/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_DIGITS 12
#define CAN_DIGITS    6
#define DOC_DIGITS    9 /* of the number, its last */
#define ENDLESS       "991231"

#define CAN(from)
#define AGE(years)
#define EARLY(years) EARLY_YEARS = years,
enum {
#include "firmware/core/card_key.def"
};
#undef CAN
#undef AGE
#undef EARLY

#define CAN(from) from,
#define AGE(years)
#define EARLY(years)
static const uint8_t CANS[] = {
#include "firmware/core/card_key.def"
};
#undef CAN
#undef AGE

#define CAN(from)
#define AGE(years) years,
static const uint8_t AGES[] = {
#include "firmware/core/card_key.def"
};
#undef CAN
#undef AGE
#undef EARLY
#define CAN_COUNT (sizeof CANS / sizeof *CANS)
#define AGE_COUNT (sizeof AGES / sizeof *AGES)
_Static_assert(CAN_COUNT + AGE_COUNT + 1 <= CARD_KEYS_MAX, "more rules than places");

static bool all_digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

void card_key_can(const char *number, char ret_can[7])
{
	ret_can[0] = '\0';
	if (all_digits(number, NUMBER_DIGITS))
		snprintf(ret_can, 7, "%.*s", CAN_DIGITS, number + CANS[0]);
}

static struct card_key *add(struct card_keys *k, enum chip_key kind)
{
	struct card_key *key = &k->all[k->count++];

	key->kind = kind;
	return key;
}

/* yyyymmdd of ddMMyyyy; 0 when a part of it is unknown. */
static int32_t day_of(const char *ddmmyyyy)
{
	const char *d = ddmmyyyy;
	char text[11];
	int32_t day;

	if (!all_digits(d, 8))
		return 0;
	snprintf(text, sizeof text, "%.2s/%.2s/%.4s", d, d + 2, d + 4);
	return date_parse(text, &day) ? day : 0;
}

static uint32_t yymmdd(int32_t day)
{
	return (uint32_t)day % 1000000u;
}

static void add_mrz(struct card_keys *k, const char *number, int32_t birth, const char *expiry)
{
	struct card_key *key = add(k, CHIP_KEY_MRZ);

	snprintf(key->text, sizeof key->text, "%.9s%06u%.6s", number + NUMBER_DIGITS - DOC_DIGITS,
		 yymmdd(birth), expiry);
}

/* Which age's birthday the card runs to; AGE_COUNT: it has no end. */
static size_t likely_age(int32_t birth, int32_t issued)
{
	size_t i = 0;

	while (i < AGE_COUNT && birth + (AGES[i] - EARLY_YEARS) * 10000 <= issued)
		i++;
	return i;
}

static void add_expiry(struct card_keys *k, const struct card *code, int32_t birth, size_t age)
{
	char expiry[7] = ENDLESS;

	if (age < AGE_COUNT)
		snprintf(expiry, sizeof expiry, "%06u", yymmdd(birth + AGES[age] * 10000));
	add_mrz(k, code->number, birth, expiry);
}

void card_keys_of_code(const struct card *code, struct card_keys *ret)
{
	int32_t birth = day_of(code->birth), issued = day_of(code->issued);

	*ret = (struct card_keys){ 0 };
	if (!all_digits(code->number, NUMBER_DIGITS))
		return;
	for (size_t i = 0; i < CAN_COUNT; i++)
		snprintf(add(ret, CHIP_KEY_CAN)->text, CARD_KEY_CAP, "%.*s", CAN_DIGITS,
			 code->number + CANS[i]);
	if (birth == 0)
		return;
	size_t likely = issued ? likely_age(birth, issued) : AGE_COUNT;
	add_expiry(ret, code, birth, likely);
	for (size_t i = AGE_COUNT + 1; i-- > 0;)
		if (i != likely)
			add_expiry(ret, code, birth, i);
}

enum err card_key_of_can(const char *can, struct card_key *ret)
{
	if (!*can)
		return ERR_FIELD_EMPTY;
	if (!all_digits(can, CAN_DIGITS))
		return ERR_FIELD_DIGITS;
	*ret = (struct card_key){ .kind = CHIP_KEY_CAN };
	snprintf(ret->text, sizeof ret->text, "%s", can);
	return ERR_OK;
}

static enum err check_number(const char *typed)
{
	if (!*typed)
		return ERR_FIELD_EMPTY;
	return all_digits(typed, NUMBER_DIGITS) || all_digits(typed, DOC_DIGITS) ? ERR_OK
										 : ERR_FIELD_DIGITS;
}

static enum err check_day(const char *typed, int32_t *ret_day)
{
	if (!*typed)
		return ERR_FIELD_EMPTY;
	return date_parse(typed, ret_day) ? ERR_OK : ERR_FIELD_DATE;
}

enum err card_key_of_mrz(const char *const typed[CARD_KEY_PARTS], struct card_key *ret,
			 enum err why[CARD_KEY_PARTS])
{
	const char *number = typed[CARD_KEY_NUMBER];
	int32_t birth = 0, expiry = 0;

	why[CARD_KEY_NUMBER] = check_number(number);
	why[CARD_KEY_BIRTH] = check_day(typed[CARD_KEY_BIRTH], &birth);
	why[CARD_KEY_EXPIRY] = check_day(typed[CARD_KEY_EXPIRY], &expiry);
	for (size_t i = 0; i < CARD_KEY_PARTS; i++)
		if (why[i] != ERR_OK)
			return why[i];
	*ret = (struct card_key){ .kind = CHIP_KEY_MRZ };
	snprintf(ret->text, sizeof ret->text, "%s%06u%06u", number + strlen(number) - DOC_DIGITS,
		 yymmdd(birth), yymmdd(expiry));
	return ERR_OK;
}
