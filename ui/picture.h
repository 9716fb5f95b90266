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
	PICTURE_NEW_EXPIRY /* its back */
};

/* All of *area as a picture, said as `say`; nothing when there is too little room for one. */
void picture_add(struct page *p, const char *key, struct rect *area, enum picture picture,
		 const char *say);

#endif
