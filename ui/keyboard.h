/* The on-screen keyboard and what typing does to a text. */
#ifndef UI_KEYBOARD_H
#define UI_KEYBOARD_H

#include "ui/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page;

/* Zeroed: put away. Wiped when the screen changes. */
struct keyboard {
	char type[16]; /* of the field: chooses the layout */
	int max;       /* characters; 0 no limit */
	int layer;
	size_t caret; /* bytes from the start of the text */
	int letters;  /* of the text, so that the keyboard can say how many are left */
};

/* Begins typing at the end of `text` in a field of `type`. */
void keyboard_open(struct keyboard *k, const char *type, int max, const char *text);

/* Cuts its height off the bottom of *area and adds its keys, as nodes with LOCAL_KEY deeds. */
void keyboard_add(struct page *p, struct rect *area);

/* The number pad as a part of a screen: all of `area`, typing into the field that is open. */
void keyboard_add_pad(struct page *p, struct rect area);

/* Key `key` (deed.index of its node) on a text of `cap` bytes. True when the text changed. */
bool keyboard_press(struct keyboard *k, uint32_t key, char *text, size_t cap);

/* A real keyboard: typed characters, or "\b". True when the text changed. */
bool keyboard_type(struct keyboard *k, const char *typed, char *text, size_t cap);

#endif
