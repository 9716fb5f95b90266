#include "firmware/board/tries.h"

#include "firmware/base/buf.h"
#include "firmware/board/efi.h"

#include <string.h>

#define FORM 1

#define WHY(name, vi, en) { #name, vi, en },
static const struct {
	const char *name, *vi, *en;
} ROWS[] = {
#include "firmware/board/why.def"
};
#undef WHY

const char *why_name(enum why w)
{
	return ROWS[w < WHYS ? w : WHY_NONE].name;
}

const char *why_vi(enum why w)
{
	return ROWS[w < WHYS ? w : WHY_NONE].vi;
}

const char *why_en(enum why w)
{
	return ROWS[w < WHYS ? w : WHY_NONE].en;
}

static struct tries nothing(void)
{
	return (struct tries){ .number = { NO_NUMBER, NO_NUMBER } };
}

struct tries tries_of(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct tries t = { 0 };
	bool fits = get_u8(&r) == FORM;

	for (int i = 0; i < SLOTS; i++)
		t.tries[i] = get_u8(&r);
	for (int i = 0; i < SLOTS; i++)
		t.state[i] = get_u8(&r);
	for (int i = 0; i < SLOTS; i++)
		t.why[i] = get_u8(&r);
	(void)get_u8(&r);
	for (int i = 0; i < SLOTS; i++) {
		t.number[i] = get_u16le(&r);
		fits &= t.state[i] <= SLOT_GOOD && t.why[i] < WHYS;
	}
	return fits && !r.bad && r.left == 0 ? t : nothing();
}

void tries_bytes(const struct tries *t, uint8_t ret[TRIES_BYTES])
{
	const uint8_t bytes[TRIES_BYTES] = {
		FORM,
		t->tries[0],
		t->tries[1],
		t->state[0],
		t->state[1],
		t->why[0],
		t->why[1],
		0,
		(uint8_t)t->number[0],
		(uint8_t)(t->number[0] >> 8),
		(uint8_t)t->number[1],
		(uint8_t)(t->number[1] >> 8),
	};

	memcpy(ret, bytes, sizeof bytes);
}

enum err tries_load(const struct board *b, struct tries *ret)
{
	uint8_t bytes[TRIES_BYTES];
	size_t len = 0;
	enum err e = efi_read(b, TRIES_NAME, bytes, sizeof bytes, &len);

	*ret = e == ERR_OK ? tries_of(bytes, len) : nothing();
	return e == ERR_NO_SPACE || e == ERR_BAD_DATA ? ERR_OK : e; /* not in the agreed form */
}

enum err tries_save(const struct board *b, const struct tries *t)
{
	uint8_t bytes[TRIES_BYTES];

	tries_bytes(t, bytes);
	return efi_write(b, TRIES_NAME, bytes, sizeof bytes);
}

enum err tries_count(const struct board *b, bool *ret_leave)
{
	enum slot me = b->slot, other = slot_other(me);
	struct tries t;
	enum err e = tries_load(b, &t);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	t.tries[me] += t.tries[me] < UINT8_MAX;
	/* asked for as often, and it has not begun once: nothing is there, as after a flashing */
	bool passed_by = t.tries[me] > 2 * TRIES_MAX && t.tries[other] == 0;
	bool leave = t.tries[me] > TRIES_MAX && t.state[other] == SLOT_GOOD &&
		     t.number[other] != NO_NUMBER && !passed_by;
	if (leave) {
		t.why[me] = t.why[me] == WHY_NONE ? WHY_NOT_UP : t.why[me];
		t.tries[other] = 0; /* it gets its chance, however long ago its own trouble was */
	}
	e = tries_save(b, &t);
	if (e == ERR_OK && leave)
		e = efi_put_numbers(b, "BootNext-" EFI_GLOBAL, &t.number[other], 1);
	if (e == ERR_OK)
		*ret_leave = leave;
	return e;
}
