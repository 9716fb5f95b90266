/* Sealed packages on a USB stick, for long outages: written by one kiosk, forwarded by another or
 * by a PC of the province under the same keys, and the province's answers carried back.
 *
 *     motcua/                     on the stick
 *       4f1c09be/                 one bundle; its id, drawn at random
 *         index.mcb               what is in it, signed; see below
 *         9a01d7c4.p7m            one sealed package, as it is in the outbox; name drawn at random
 *         9a01d7c4.ans            the province's answer about it, locked for the kiosk
 *         writing                 there while the bundle is not whole, or not proven to be
 *       *.tmp                     half written; anybody may delete it
 *
 * Names fit in 8.3, so that FAT spends one entry of a folder on each.
 *
 * index.mcb: "MCBUNDLE", u32le 1 (the version), u32le length, and so many bytes of CMS SignedData
 * in DER by the kiosk's key, its certificate in it. What is signed says first what it is:
 *
 *     "1//mcbundle//"  u32le id  u32le length, lock certificate in DER  u32le count, rows
 *
 * A row is name, key, SHA-256 and length of a package, in BUNDLE_ROW_BYTES. An answer is locked as
 * CMS AuthEnvelopedData (AES-256-GCM) for the lock certificate, whose key never leaves the kiosk
 * that wrote the bundle.
 *
 * Who finds the stick learns which kiosk it was, how many dossiers, how large each is, and from the
 * file system when they were written: not whose, nor for which procedure, nor what came of them.
 * Neither the receipt code nor the manifest's hash is in the index. */
#ifndef BASE_BUNDLE_H
#define BASE_BUNDLE_H

#include <stdint.h>

#define BUNDLE_FOLDER  "motcua"
#define BUNDLE_INDEX   "index.mcb"
#define BUNDLE_MARK    "writing"
#define BUNDLE_PACKAGE ".p7m"
#define BUNDLE_ANSWER  ".ans"
#define BUNDLE_HALF    ".tmp"
#define BUNDLE_MAGIC   "MCBUNDLE"
#define BUNDLE_VERSION 1
#define BUNDLE_FRAME   "1//mcbundle//"

#define BUNDLE_NAME_CAP    16     /* of a file or folder, and NUL */
#define BUNDLE_HEAD_BYTES  16     /* before the CMS */
#define BUNDLE_ROW_BYTES   60     /* u32le name, 16 of the key, 32 of the hash, u64le length */
#define BUNDLE_MAX_ROWS    16000u /* FAT: 65,536 entries a folder; each may get an answer */
#define BUNDLE_MAX_INDEX   (2u << 20)
#define BUNDLE_MAX_LOCK    2048u
#define BUNDLE_MAX_PACKAGE (112u << 20)
#define BUNDLE_MAX_LOCKED  (64u << 10) /* bytes of an answer, locked */

/* As kiosk-parse gives it, checked. */
struct bundle_row {
	uint32_t name;
	char key[37];    /* UUID in lower case */
	char sha256[65]; /* lower-case hexadecimal */
	uint64_t bytes;  /* 1 to BUNDLE_MAX_PACKAGE */
};

#endif
