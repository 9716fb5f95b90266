/* How much a type of card gives in one answer: learned when one was read, told to the next
 * session, so that nobody waits twice for the same attempts. Few types, the rarest forgotten. */
#ifndef CORE_CHIP_BLOCK_H
#define CORE_CHIP_BLOCK_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stddef.h>
#include <stdint.h>

#define CHIP_BLOCKS_MAX   64
#define CHIP_BLOCK_KEEP_S 86400

/* Bytes; 0: not known, or for so long that it is worth trying anew: one bad contact must not slow
 * a type of card for good. A type is told by what a card says when it gets power (ATR); that is the
 * same for all cards of its type, and nothing of the holder. */
uint16_t chip_block(struct store *s, const uint8_t *atr, size_t len);

enum err chip_block_learn(struct store *s, const uint8_t *atr, size_t len, uint16_t block);

#endif
