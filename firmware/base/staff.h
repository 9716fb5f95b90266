/* The work of staff at the screens that STAFF_WORK leads to, by its numbers in a view and in PICK;
 * what core and ui agree on. */
#ifndef BASE_STAFF_H
#define BASE_STAFF_H

/* What staff can have done. */
enum staff_deed {
	STAFF_NOTHING, /* how the last with a stick ended was read */
	STAFF_COMPARE, /* with the province, now */
	STAFF_REPORT,  /* what was compared, onto a stick */
	STAFF_WRITE,   /* dossiers that wait, onto a stick */
	STAFF_VERIFY,  /* what is on a stick; every file is read */
	STAFF_FORWARD, /* other kiosks' dossiers to the province, answers back onto the stick */
	STAFF_TAKE,    /* this kiosk's answers, off the stick */
	STAFF_STOP,    /* what is at work with a stick */
	STAFF_LOGS,    /* of this machine, onto a technician's stick */
	STAFF_LOOK,    /* what updates there are, anew */
	STAFF_NOW,     /* what the update server gave is installed before its hour */
	STAFF_RESTART, /* into what was installed */
	STAFF_TRY_PRINT,
	STAFF_TRY_SOUND,
	STAFF_TRY_TOUCH,
	STAFF_TRY_COLOURS,
	STAFF_YES, /* what was tried was as it should be */
	STAFF_NO,
	STAFF_READINESS, /* printed */
	STAFF_SET_UP,    /* the machine is set up again */
	STAFF_DEEDS
};

/* Rows of STAFF_WORK. */
enum staff_place {
	STAFF_AT_QUEUE,
	STAFF_AT_STICK,
	STAFF_AT_MACHINE,
	STAFF_AT_UPDATE,
	STAFF_AT_TRIAL,
	STAFF_AT_SETUP,
	STAFF_PLACES
};

/* How a part of the machine is, as the board tells it; and its logs on their way to a stick. */
enum staff_part { PART_UNKNOWN, PART_OK, PART_ABSENT, PART_REFUSED, PART_BAD };
enum staff_logs { LOGS_NONE, LOGS_BUSY, LOGS_DONE, LOGS_FAILED };

/* Where the update stands that staff or the update server began: nothing is under way, the board
 * looks what there is, it is written into the other slot, it waits for a restart, that is ordered,
 * it runs on trial. */
enum staff_update {
	UPDATE_RESTS,
	UPDATE_LOOKS,
	UPDATE_WRITES,
	UPDATE_WAITS,
	UPDATE_STARTS,
	UPDATE_TRIES,
	UPDATE_REFUSED_HERE, /* the last one; why says so */
	UPDATE_BROKE_OFF
};

/* What the update server has for this kiosk: none is set, nothing, it is being fetched, it waits
 * for its hour, the board has it, it could not be installed. */
enum staff_server {
	SERVER_UNSET,
	SERVER_NOTHING,
	SERVER_FETCHES,
	SERVER_WAITS,
	SERVER_GAVE,
	SERVER_NOT_DONE
};

/* What is tried with a person, and how far that is. */
enum staff_trial { TRIAL_PRINT, TRIAL_SOUND, TRIAL_TOUCH, TRIAL_COLOURS, TRIAL_READINESS, TRIALS };
enum staff_tried { TRIED_NOT, TRIED_BUSY, TRIED_ASKS, TRIED_GOOD, TRIED_BAD, TRIED_FAILED };

/* Corners and middle of the panel, where a touch is tried; colours that fill it. */
#define STAFF_TARGETS 5
#define STAFF_COLOURS 4

/* How work with a stick ended. */
enum stick_end {
	STICK_NOT_YET,
	STICK_FAILED,  /* err says why */
	STICK_DONE,    /* the numbers say how far */
	STICK_NOTHING, /* no dossier waits: nothing to write */
	STICK_NO_ROOM, /* not one dossier fits */
	STICK_WORN,    /* it does not give back what was written */
	STICK_EMPTY,   /* there is no bundle on it */
	STICK_STRANGE, /* this kiosk waits for nothing on it */
	STICK_ENDS
};

#endif
