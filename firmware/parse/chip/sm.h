/* Secure messaging of ICAO Doc 9303-11 section 9.8: an APDU is encrypted and its MAC taken, both
 * ways, with a counter that each command and each answer moves on. */
#ifndef PARSE_CHIP_SM_H
#define PARSE_CHIP_SM_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum sm_cipher { SM_3DES, SM_AES128, SM_AES192, SM_AES256 };

struct sm {
	enum sm_cipher cipher;
	uint8_t enc[32], mac[32]; /* session keys; their length follows from the cipher */
	uint8_t ssc[16];          /* send sequence counter; 8 bytes with 3DES */
};

#endif
