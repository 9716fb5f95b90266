/* Pictures that show what to do with the hands, drawn in the colours of the theme. */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "ui/page.h"

enum picture {
	PICTURE_CARD_UNDER_SCANNER,
	PICTURE_SHEET_INTO_SCANNER,
	PICTURE_JOURNEY,
	PICTURE_CARD_TO_READER,
	PICTURE_CARD_ON_READER,
	/* both designs of the card, with a frame around what is meant */
	PICTURE_OLD_CAN,
	PICTURE_OLD_NUMBER,
	PICTURE_OLD_BIRTH,
	PICTURE_OLD_EXPIRY,
	PICTURE_NEW_CAN,
	PICTURE_NEW_NUMBER,
	PICTURE_NEW_BIRTH,
	PICTURE_NEW_EXPIRY, /* its back */
	/* where a paper goes */
	PICTURE_SHEET_ON_GLASS,
	PICTURE_SHEET_UNDER_CAMERA,
	PICTURE_CARD_ON_GLASS, /* both sides */
	/* what is wrong with a page, and right: twice as wide as high */
	PICTURE_FAULT_BLANK,
	PICTURE_FAULT_BLURRED,
	PICTURE_FAULT_DARK,
	PICTURE_FAULT_GLARE,
	PICTURE_FAULT_CUT,
	PICTURE_FAULT_COVERED,
	PICTURE_FAULT_CROOKED,
	PICTURE_FAULT_WRONG_SIDE,
	PICTURE_FAULT_COARSE,
	PICTURE_FAULT_SAME,
	PICTURE_FAULT_OTHER,
	PICTURE_FAULT_TWO_SHEETS,
	PICTURE_FAULT_LEFT
};

/* All of *area as a picture, said as `say`; nothing when there is too little room for one. */
void picture_add(struct page *p, const char *key, struct rect *area, enum picture picture,
		 const char *say);

#endif
