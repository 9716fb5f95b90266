/* What is known of a dossier that somebody asks for, and of a fee: what core tells screens TRACK
 * and PAY. No answer, an error and "not yet" are never told as "no". */
#ifndef BASE_TRACK_H
#define BASE_TRACK_H

enum track_state {
	TRACK_ASKS,    /* the province is asked */
	TRACK_TOLD,    /* its answer */
	TRACK_HERE,    /* what this kiosk itself knows: from its outbox */
	TRACK_UNKNOWN, /* the province has no such dossier, and this kiosk neither */
	TRACK_CANNOT,  /* not in the outbox, and the province cannot be asked now */
	TRACK_STATES
};

/* The code that was asked for. A province that lost its data takes dossiers again, under codes that
 * may be others. */
enum track_code {
	CODE_PRESENT,
	CODE_FORMER, /* the dossier has another one now */
	CODE_SHARED, /* the dossier's, and formerly another one's */
};

/* TrangThaiHoSo of the portal; domain reference, section 7.2. */
enum track_progress {
	PROGRESS_FILED = 1,
	PROGRESS_RECEIVED,
	PROGRESS_REFUSED,
	PROGRESS_AT_WORK,
	PROGRESS_SUPPLEMENT,
	PROGRESS_TO_PAY,
	PROGRESS_WITHDRAWN,
	PROGRESS_STOPPED,
	PROGRESS_READY,
	PROGRESS_HANDED_OUT,
	PROGRESS_COUNT
};

/* A dossier in the outbox. */
enum track_sent {
	SENT_NOT_YET, /* waits here for the link or its turn */
	SENT_ON_ITS_WAY,
	SENT_UNANSWERED,
	SENT_STAFF, /* keeps failing: staff look at it */
	SENT_ACCEPTED,
	SENT_REFUSED,
	SENT_COUNT
};

/* Papers that were added to a dossier on this kiosk: what became of the newest. */
enum track_added {
	ADDED_NOTHING,
	ADDED_WAITS, /* no answer yet */
	ADDED_TAKEN,
	ADDED_REFUSED,
	ADDED_COUNT
};

enum pay_show {
	PAY_SHOW_BEGINS,  /* the province is asked for a code to pay with */
	PAY_SHOW_OFFLINE, /* it cannot be asked: there is no code to pay with */
	PAY_SHOW_WAITS,   /* the code is good, and no money is known of */
	PAY_SHOW_UNKNOWN, /* a code was given, and now no answer comes */
	PAY_SHOW_EXPIRED, /* its time is over; what was sent before that still arrives */
	PAY_SHOW_PAID,
	PAY_SHOW_TWICE,  /* paid, and more than once */
	PAY_SHOW_LATE,   /* paid after the code had ended */
	PAY_SHOW_SHORT,  /* less has come in than was asked */
	PAY_SHOW_OVER,   /* more has */
	PAY_SHOW_FAILED, /* by the province's word */
	PAY_SHOW_STAFF,  /* something that only staff can settle */
	PAY_SHOW_COUNT
};

#endif
