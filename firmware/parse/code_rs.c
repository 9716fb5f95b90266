#include "firmware/parse/code_rs.h"

#include <string.h>

void rs_make(struct rs *ret)
{
	unsigned x = 1;

	ret->log[0] = 0;
	for (int i = 0; i < 255; i++) {
		ret->power[i] = ret->power[i + 255] = (uint8_t)x;
		ret->log[x] = (uint8_t)i;
		x = x << 1 ^ (x >> 7) * 0x11d;
	}
}

static uint8_t times(const struct rs *rs, uint8_t a, uint8_t b)
{
	return a == 0 || b == 0 ? 0 : rs->power[rs->log[a] + rs->log[b]];
}

static uint8_t over(const struct rs *rs, uint8_t a, uint8_t b)
{
	return a == 0 ? 0 : rs->power[rs->log[a] + 255 - rs->log[b]];
}

/* Polynomials, lowest power first. */
struct poly {
	uint8_t at[RS_MAX_CHECK + 1];
};

static uint8_t value_at(const struct rs *rs, const struct poly *p, int degree, uint8_t x)
{
	uint8_t sum = 0;

	for (int i = degree; i >= 0; i--)
		sum = (uint8_t)(times(rs, sum, x) ^ p->at[i]);
	return sum;
}

/* False when the words are right as they are. */
static bool syndromes(const struct rs *rs, const uint8_t *words, int count, int check,
		      struct poly *ret)
{
	bool wrong = false;

	memset(ret, 0, sizeof *ret);
	for (int i = 0; i < check; i++) {
		for (int k = 0; k < count; k++)
			ret->at[i] = (uint8_t)(times(rs, ret->at[i], rs->power[i]) ^ words[k]);
		wrong |= ret->at[i] != 0;
	}
	return wrong;
}

/* The product of (1 - x * place) over the holes. */
static struct poly locator_of(const struct rs *rs, int count, const uint8_t *holes, int erased)
{
	struct poly p = { { 1 } };

	for (int i = 0; i < erased; i++)
		for (int k = i + 1; k > 0; k--)
			p.at[k] ^= times(rs, p.at[k - 1], rs->power[count - 1 - holes[i]]);
	return p;
}

/* Berlekamp and Massey, beginning with the holes. Returns the degree of the locator. */
static int find_locator(const struct rs *rs, const struct poly *syndrome, int check, int erased,
			struct poly *locator)
{
	struct poly last = *locator;
	int length = erased;

	for (int r = erased; r < check; r++) {
		uint8_t off = 0;

		for (int i = 0; i <= length && i <= r; i++)
			off ^= times(rs, locator->at[i], syndrome->at[r - i]);
		memmove(last.at + 1, last.at, sizeof last.at - 1);
		last.at[0] = 0;
		if (off == 0)
			continue;
		struct poly next = *locator;
		for (int i = 0; i <= check; i++)
			next.at[i] ^= times(rs, off, last.at[i]);
		if (2 * length <= r + erased) {
			length = r + 1 + erased - length;
			for (int i = 0; i <= check; i++)
				last.at[i] = over(rs, locator->at[i], off);
		}
		*locator = next;
	}
	return length;
}

/* Places at which the locator is zero. Returns how many. */
static int find_places(const struct rs *rs, const struct poly *locator, int degree, int count,
		       uint8_t places[RS_MAX_CHECK])
{
	int found = 0;

	for (int k = 0; k < count && found < degree; k++)
		if (value_at(rs, locator, degree, rs->power[255 - (count - 1 - k)]) == 0)
			places[found++] = (uint8_t)k;
	return found;
}

/* Forney: what was added at a place. */
static uint8_t error_at(const struct rs *rs, const struct poly *omega, const struct poly *locator,
			int degree, int power)
{
	uint8_t back = rs->power[255 - power], slope = 0;

	for (int i = 1; i <= degree; i += 2)
		slope ^= times(rs, locator->at[i], rs->power[(i - 1) * (255 - power) % 255]);
	if (slope == 0)
		return 0;
	uint8_t value = value_at(rs, omega, degree - 1, back);
	return over(rs, times(rs, value, rs->power[power]), slope);
}

static struct poly evaluator(const struct rs *rs, const struct poly *syndrome,
			     const struct poly *locator, int degree)
{
	struct poly p = { { 0 } };

	for (int i = 0; i < degree; i++)
		for (int k = 0; k <= i; k++)
			p.at[i] ^= times(rs, locator->at[k], syndrome->at[i - k]);
	return p;
}

bool rs_mend(const struct rs *rs, uint8_t *words, int count, int check, const uint8_t *holes,
	     int erased)
{
	uint8_t mended[RS_MAX_WORDS], places[RS_MAX_CHECK];
	struct poly syndrome, rest;

	if (count > RS_MAX_WORDS || check > RS_MAX_CHECK || check >= count || erased > check)
		return false;
	if (!syndromes(rs, words, count, check, &syndrome))
		return true;
	struct poly locator = locator_of(rs, count, holes, erased);
	int degree = find_locator(rs, &syndrome, check, erased, &locator);
	if (degree > check || find_places(rs, &locator, degree, count, places) != degree)
		return false;
	struct poly omega = evaluator(rs, &syndrome, &locator, degree);
	memcpy(mended, words, (size_t)count);
	for (int i = 0; i < degree; i++)
		mended[places[i]] ^= error_at(rs, &omega, &locator, degree, count - 1 - places[i]);
	if (syndromes(rs, mended, count, check, &rest))
		return false;
	memcpy(words, mended, (size_t)count);
	return true;
}
