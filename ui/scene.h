/* What pictures are drawn with: boxes, dots and signs in hundredths of the width of their place.
 * Inside of draw_picture.c and draw_card.c. */
#ifndef UI_SCENE_H
#define UI_SCENE_H

#include "ui/pen.h"
#include "ui/picture.h"

struct scene {
	const struct canvas *c;
	struct rect at;
};

struct rect scene_part(const struct scene *s, int x, int y, int w, int h);
void scene_box(const struct scene *s, struct rect r, int radius, enum colour ground,
	       enum colour border);
void scene_fill(const struct scene *s, struct rect r, enum colour colour);

/* Wrong and right side by side, of PICTURE_FAULT_BLANK and the following; nothing for others. */
void scene_fault(const struct canvas *c, struct rect r, enum picture picture);

/* Three finder squares and some dust: no real code, and none that could be read. */
void scene_qr(const struct scene *s, struct rect r);

/* An identity card, as high as CARD_HEIGHT hundredths of its width. Our own drawing: it shows
 * where things stand, and no digit that somebody could copy. */
#define CARD_HEIGHT 63
enum card_side { CARD_OLD_FRONT, CARD_NEW_FRONT, CARD_NEW_BACK };
enum card_mark { MARK_NONE, MARK_CAN, MARK_NUMBER, MARK_BIRTH, MARK_EXPIRY };
void scene_card(const struct scene *s, enum card_side side, enum card_mark mark);

#endif
