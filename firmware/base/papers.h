/* Papers that the state already has of who stands here: what core tells screens CHECKLIST and
 * STORED. That nothing is known is never told as "there is none". */
#ifndef BASE_PAPERS_H
#define BASE_PAPERS_H

enum papers_state {
	PAPERS_NOTHING,   /* no paper is asked for that could be known by its code */
	PAPERS_CODE_ONLY, /* the printed code proves nothing: nobody is asked */
	PAPERS_UNPROVEN, /* a chip was read, but nothing says that it is genuine: nobody is asked */
	PAPERS_OTHERS,   /* files for somebody else, whose papers are not theirs to look up */
	PAPERS_OFFLINE,  /* the province cannot be asked now */
	PAPERS_OFFER,    /* it can, when the person allows it */
	PAPERS_ASKS,
	PAPERS_TOLD,
	PAPERS_UNKNOWN, /* it was asked, and no answer came that can be trusted */
	PAPERS_STATES
};

/* One paper of the list: what the state has for it. */
enum stored {
	STORED_NONE, /* nothing, as far as the province told */
	STORED_VALID,
	STORED_EXPIRED,
	STORED_REVOKED,
	STORED_ALTERED, /* its file is not the one that the list named */
	STORED_COUNT
};

/* How one is looked at. */
enum stored_look {
	LOOK_FETCHES,
	LOOK_PICTURES, /* its pages */
	LOOK_FACTS,    /* it is there as the list says, but cannot be drawn here */
	LOOK_FAILED,   /* it could not be fetched: no word against the paper */
	LOOK_ALTERED,
	STORED_LOOKS
};

#endif
