/* What core has the update server told about one of its actions (MSG_UPDATE_TELL). */
#ifndef BASE_UPDATE_H
#define BASE_UPDATE_H

#define UPDATE_ACTION_CAP  24 /* digits, as the server counts */
#define UPDATE_VERSION_CAP 48

enum update_word {
	UPDATE_GOES_ON,
	UPDATE_REJECTED, /* not for this kiosk, or not signed for it; the action ends */
	UPDATE_FAILED,
	UPDATE_SUCCEEDED,
	UPDATE_CANCELLED, /* as the server wished */
	UPDATE_STAYS,     /* it cannot be cancelled any more */
	UPDATE_WORDS
};

#endif
