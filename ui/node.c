#include "ui/node.h"

#include <string.h>

#define NODE(name, flags) [NODE_##name] = { #name, flags },
static const struct {
	const char *name;
	unsigned flags;
} KINDS[] = {
#include "ui/nodes.def"
};
#undef NODE

uint32_t hash_bytes(const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ at[i]) * 16777619u;
	return h;
}

uint32_t hash_pixels(const uint8_t *rgb, size_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ len;

	for (; len >= 8; rgb += 8, len -= 8) {
		uint64_t eight;
		memcpy(&eight, rgb, 8);
		h = (h ^ eight) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return hash_bytes(rgb, len) ^ (uint32_t)h ^ (uint32_t)(h >> 32);
}

uint32_t node_id(const char *key)
{
	uint32_t h = hash_bytes(key, strlen(key));

	return h ? h : 1;
}

const char *node_kind_name(enum node_kind k)
{
	return k < NODE_COUNT ? KINDS[k].name : "?";
}

unsigned node_flags(enum node_kind k)
{
	return k < NODE_COUNT ? KINDS[k].flags : 0;
}

bool node_is_control(const struct node *n)
{
	bool acts = n->deed.action != ACTION_NONE || n->deed.local != LOCAL_NONE;

	return acts && (node_flags(n->kind) & NODE_CONTROL) &&
	       !(n->state & (STATE_DISABLED | STATE_UNDER));
}

const char *node_name(const struct node *n)
{
	return n->say[0] ? n->say : n->text;
}

static const char *dots(const char *text, char buf[MASKED_BYTES])
{
	size_t len = 0;

	for (; *text && len < (size_t)PIN_MOST * 3; text++)
		if (((unsigned char)*text & 0xc0) != 0x80) {
			memcpy(buf + len, "•", 3);
			len += 3;
		}
	buf[len] = '\0';
	return buf;
}

const char *node_value(const struct node *n, char buf[MASKED_BYTES])
{
	size_t len = strlen(n->more);

	if (n->state & STATE_SECRET)
		return dots(n->more, buf);
	if (!(n->state & STATE_MASKED) || len >= MASKED_BYTES)
		return n->more;
	memcpy(buf, n->more, len + 1);
	for (size_t i = 3; i + 3 < len; i++)
		buf[i] = '*';
	return buf;
}

bool node_same(const struct node *a, const struct node *b)
{
	return a->id == b->id && a->kind == b->kind && a->tone == b->tone && a->type == b->type &&
	       a->align == b->align && a->icon == b->icon && a->state == b->state &&
	       a->value == b->value && a->max == b->max && a->image.hash == b->image.hash &&
	       memcmp(&a->rect, &b->rect, sizeof a->rect) == 0 && strcmp(a->text, b->text) == 0 &&
	       strcmp(a->more, b->more) == 0;
}
