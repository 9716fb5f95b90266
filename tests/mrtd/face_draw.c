#include "tests/mrtd/face.h"

#include <string.h>

struct colour {
	int r, g, b;
};

struct pen {
	uint8_t *at;
	uint32_t noise; /* state of its generator */
	bool flat;      /* makes none */
};

/* An ellipse by its middle and half axes. */
struct oval {
	int x, y, a, b;
};

static bool is_in(const struct oval *o, int x, int y)
{
	long dx = x - o->x, dy = y - o->y;

	return dx * dx * o->b * o->b + dy * dy * o->a * o->a <= (long)o->a * o->a * o->b * o->b;
}

static int grain(struct pen *p, int strength)
{
	if (p->flat)
		return 0;
	p->noise = p->noise * 1664525 + 1013904223;
	return (int)(p->noise >> 16) % (2 * strength + 1) - strength;
}

static uint8_t clamp(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static void set(struct pen *p, int x, int y, struct colour c, int strength)
{
	uint8_t *at = p->at + 3 * (y * MRTD_FACE_WIDTH + x);
	int g = grain(p, strength);

	at[0] = clamp(c.r + g);
	at[1] = clamp(c.g + g);
	at[2] = clamp(c.b + g);
}

static uint32_t seed_of(const struct mrtd_spec *s)
{
	uint32_t n = 2166136261;

	for (const char *p = s->number; *p; p++)
		n = (n ^ (uint8_t)*p) * 16777619;
	for (const char *p = s->name; *p; p++)
		n = (n ^ (uint8_t)*p) * 16777619;
	return n;
}

/* What a person's number decides. */
struct look {
	struct colour skin, hair, shirt;
	const char *back; /* three letters, or none: the sky */
	bool woman;
};

static struct colour pixel(const struct look *l, int x, int y, int *ret_grain)
{
	const struct oval head = { 120, 145, 68, 88 }, top = { 120, 118, 74, 76 };
	const struct oval long_hair = { 120, 165, 86, 118 }, shoulders = { 120, 330, 118, 92 };
	const struct oval left = { 94, 136, 10, 6 }, right = { 146, 136, 10, 6 };
	const struct oval smile = { 120, 180, 30, 18 }, upper = { 120, 172, 32, 18 };
	const struct oval neck = { 120, 232, 28, 40 };

	*ret_grain = 5;
	if (is_in(&left, x, y) || is_in(&right, x, y))
		return (struct colour){ 40, 30, 30 };
	if (is_in(&smile, x, y) && !is_in(&upper, x, y))
		return (struct colour){ 180, 60, 60 };
	bool forehead = is_in(&head, x, y) && y > 92;
	if (forehead)
		return l->skin;
	*ret_grain = 22;
	if (is_in(&top, x, y) || (l->woman && is_in(&long_hair, x, y) && y < 262))
		return l->hair;
	*ret_grain = 5;
	if (is_in(&neck, x, y))
		return l->skin;
	*ret_grain = (x / 6 + y / 6) % 2 ? 12 : 4;
	if (is_in(&shoulders, x, y))
		return l->shirt;
	*ret_grain = 3;
	if (strlen(l->back) == 3)
		return (struct colour){ l->back[0], l->back[1], l->back[2] };
	return (struct colour){ 190 + y / 12, 214 + y / 16, 236 };
}

void mrtd_draw_face(const struct mrtd_spec *s, uint8_t *ret)
{
	uint32_t seed = seed_of(s);
	struct pen p = { ret, seed, s->picture_back[0] };
	int tint = (int)(seed >> 8 & 31), strength;
	const struct look l = {
		{ 222 - tint, 184 - tint, 150 - tint },
		{ 30 + tint, 26 + tint / 2, 24 },
		{ 60 + (int)(seed & 127), 70 + (int)(seed >> 12 & 127), 110 },
		s->picture_back,
		strcmp(s->sex, "Nam") != 0,
	};

	for (int y = 0; y < MRTD_FACE_HEIGHT; y++)
		for (int x = 0; x < MRTD_FACE_WIDTH; x++) {
			struct colour c = pixel(&l, x, y, &strength);

			set(&p, x, y, c, strength);
		}
}
