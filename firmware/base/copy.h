/* A certified copy and what can be said of one that somebody brings. Several answers apart, because
 * one word for all of them would claim more than is known.
 *
 * A copy has a number, BS-<kiosk>-<yyMMdd>-<seq>-<check>, and on paper a QR code whose text is
 *
 *     MCC1|number|yyyyMMddHHmmss|pages|title|digest|hint|key|signature
 *
 * time in Vietnam; digest: SHA-256 of the file as it was before the officer's signature came to it;
 * hint: first 8 bytes of the SHA-256 of the officer's certificate in hexadecimal; key: first 4 of
 * the kiosk's; signature: ECDSA with P-256 and SHA-256 by the kiosk's key over all that stands
 * before its bar, r and s of 32 bytes each. Digest and signature in base64url without padding. */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#define COPY_MARK       "MCC1|"
#define COPY_NUMBER_CAP 40
#define COPY_CODE_CAP   320
#define COPY_TITLE_CAP  96
#define COPY_HINT_CAP   17
#define COPY_HINT_BYTES 8
#define COPY_KEY_BYTES  4
#define COPY_DIGEST     32
#define COPY_SIGNATURE  64

enum copy_kind {
	COPY_KIND_PDF,
	COPY_KIND_CODE,  /* of a printed copy */
	COPY_KIND_OTHER, /* a code or a picture, but not that of a copy */
};

/* Are the signed bytes as they were signed? */
enum verify_bytes {
	BYTES_INTACT,  /* digest and signature fit */
	BYTES_CHANGED, /* they do not: changed, or signed by another key than it says */
	BYTES_UNKNOWN, /* in a form we cannot judge: SHA-1, several signers, damaged */
};

/* Who signed them? */
enum verify_signer {
	SIGNER_KNOWN,
	SIGNER_STRANGER, /* leads to none of the anchors */
	SIGNER_EXPIRED,  /* leads to one, but not at this time */
	SIGNER_UNFIT,    /* its certificate is not for signing documents */
};

/* What came into the file behind the bytes that a signature covers. */
enum foreign_after {
	AFTER_NOTHING,    /* it covers the whole file, but for its own gap */
	AFTER_SIGNATURES, /* further signatures and what they need; pages show what they showed */
	AFTER_CHANGES,    /* pages, or what they show, were changed */
	AFTER_UNKNOWN,    /* something that could not be looked into */
	AFTER_MORE,       /* pages show what they showed; bytes that no signature covers */
};

/* What the kiosk's own book says of a code's number. */
enum copy_book {
	BOOK_OTHER, /* of another kiosk: nothing is known here */
	BOOK_AGREES,
	BOOK_NONE,   /* of this kiosk, which never gave such a number */
	BOOK_UNMADE, /* given, but no copy came of it */
	BOOK_DIFFERS,
};

#endif
