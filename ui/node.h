/* A node: one thing on the screen. The same list of nodes is drawn, hit by a finger, walked by
 * keys, spoken, tested and linted; its order is the reading order and the focus order. */
#ifndef UI_NODE_H
#define UI_NODE_H

#include "firmware/base/screens.h"
#include "ui/icon.h"
#include "ui/layout.h"
#include "ui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODE(name, flags) NODE_##name,
enum node_kind {
#include "ui/nodes.def"
	NODE_COUNT
};
#undef NODE

/* The flags column of nodes.def. */
enum node_flag {
	NODE_CONTROL = 1, /* reacts to a touch when it has a deed */
	NODE_SILENT = 2,  /* decoration: not read out, not in the dump */
	NODE_TALKS = 4,   /* its text is read out */
	NODE_SHADOW = 8,  /* leaves ink further outside than a focus ring */
};

enum node_state {
	STATE_FOCUSED = 1,
	STATE_PRESSED = 2,
	STATE_DISABLED = 4, /* shown, with a reason nearby; never silently dead */
	STATE_SELECTED = 8,
	STATE_ERROR = 16,
	STATE_FILLED = 32,    /* a field filled from the card */
	STATE_DONE = 64,      /* a step that lies behind */
	STATE_UNDER = 128,    /* lies under a dialog: drawn, but out of reach and silent */
	STATE_MUST = 256,     /* a field that has to be filled */
	STATE_EDITING = 512,  /* the keyboard types here: caret at node.value */
	STATE_REPEATS = 1024, /* may be tapped again at once: keys, paging */
	STATE_MASKED = 2048,  /* a number that bystanders are not to read: stars in its middle */
	STATE_SECRET = 4096,  /* a PIN: a dot for each letter */
};

enum align { ALIGN_START, ALIGN_CENTRE, ALIGN_END };

/* Part of the screen a node belongs to: reading order goes zone by zone, whatever the order in
 * which the parts were laid out. */
enum zone { ZONE_HEAD, ZONE_BODY, ZONE_PARTS, ZONE_ACTIONS, ZONE_KEYBOARD, ZONE_BAR, ZONE_COUNT };

/* What happens inside kiosk-ui at a tap; see struct local in page.h. */
enum local_deed {
	LOCAL_NONE,
	LOCAL_EDIT,   /* type in field `field` */
	LOCAL_KEY,    /* key `index` of the on-screen keyboard */
	LOCAL_DONE,   /* put the keyboard away */
	LOCAL_SCROLL, /* part `index` of a long screen */
	LOCAL_CHOOSE, /* local->chosen = index */
	LOCAL_LARGE,  /* local->large = index; an ACTION_ZOOM tells kiosk-core which page */
	LOCAL_CLOSE,  /* local->large = 0, then the action */
	LOCAL_SOUND,  /* plays the tones, then the action */
	LOCAL_FORGET, /* what was typed in field `field`, then the action */
};

/* What a tap does: an action for kiosk-core, or something local, or nothing. An ACTION_FIELD
 * with a `field` also remembers `text` as that field's value until kiosk-core shows it. */
struct deed {
	enum action action;
	uint32_t index;
	const char *text; /* NULL counts as "" */
	enum local_deed local;
	uint32_t field; /* id of a field node */
};

/* Pixels of an image node, rows of 8-bit RGB without padding. Not owned. */
struct pixels {
	const uint8_t *rgb;
	int width, height;
	uint32_t hash; /* of the bytes, so that lists can be compared */
};

struct node {
	uint32_t id;     /* stable from one list to the next: node_id(key) */
	const char *key; /* "home.file", "hits.3": for tests and scripts */
	enum node_kind kind;
	enum tone tone;
	enum type type;
	enum align align;
	enum icon icon; /* ICON_NONE */
	unsigned state; /* enum node_state */
	int zone;       /* enum zone, plus ZONE_COUNT in a dialog */
	struct rect rect;
	const char *text; /* title, label, or the words themselves */
	const char *more; /* second line; value of a field */
	const char *say;  /* spoken name when `text` is not it; "" otherwise */
	int value;        /* PROGRESS percent; STEP number; field: caret, in bytes of `more`;
			   * TARGET, COLOUR: nodes.def */
	int max;          /* STEP: of how many; FIELD: longest value, in characters, 0 no limit;
			   * BANNER: enum picture + 1 beside its words, 0 none;
			   * PROGRESS without a measure: page.tick */
	struct deed deed;
	struct pixels image;
};

uint32_t node_id(const char *key);
const char *node_kind_name(enum node_kind k); /* as in nodes.def; static */
unsigned node_flags(enum node_kind k);

/* True when a person can touch it: it has a deed and is neither disabled nor under a dialog. */
bool node_is_control(const struct node *n);

/* The name a person hears and a script taps: `say`, or else `text`. */
const char *node_name(const struct node *n);

/* What is seen and heard of `more`: itself, or in `buf` with stars when it is MASKED, as dots when
 * it is SECRET. */
#define MASKED_BYTES 64
#define PIN_MOST     16 /* letters of a PIN */
const char *node_value(const struct node *n, char buf[MASKED_BYTES]);

/* True when both would be drawn the same. */
bool node_same(const struct node *a, const struct node *b);

uint32_t hash_bytes(const void *bytes, size_t len);
uint32_t hash_pixels(const uint8_t *rgb, size_t len); /* much faster; only for this run */

#endif
