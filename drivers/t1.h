/* T=1, the side of the interface device (ISO 7816-3 11): blocks with a check, chaining both ways,
 * lost and garbled blocks, more time, other block sizes. The reader minds the waiting times and
 * says when nothing came. No I/O.
 *
 *     next = t1_send(t, command, len);
 *     while T1_SEND: exchange t->out; next = t1_take(t, block) or t1_lost(t, parity)
 *     after each t1_take() t->part is the next piece of the answer
 *
 *     I ──► card            our command, in as many blocks as IFSC wants; each but the last is
 *     ◄── R N(R) != N(S)    acknowledged
 *     ◄── I, more           the answer; we acknowledge each but the last
 *     R ──►
 *     ◄── I                 T1_DONE
 *     ◄── S(WTX, IFS, ABORT request)    S(response) ──►, wherever it comes
 *     nothing, or garbled   R with an error ──►, T1_TRIES times; then S(RESYNCH) ──►, and the
 *                           command once more if the card cannot have run it; else T1_FAILED */
#ifndef DRIVERS_T1_H
#define DRIVERS_T1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define T1_HEAD       3
#define T1_MAX_INF    254
#define T1_FIRST_IFSD 32 /* until something else is agreed */
#define T1_MAX_BLOCK  (T1_HEAD + T1_MAX_INF + 2)
#define T1_TRIES      3
#define T1_MAX_WAITS  100 /* S(WTX) in one exchange */

enum t1_next { T1_SEND, T1_DONE, T1_FAILED };
enum t1_state { T1_IDLE, T1_EXCHANGE, T1_SIZE, T1_RESYNCH };

struct t1 {
	enum t1_state state;
	uint8_t ifsc, ifsd; /* bytes of data in a block to the card, to us; changed by S(IFS) */
	bool crc;
	size_t most;                 /* bytes of a whole block that the reader carries */
	uint8_t ns, nr;              /* of our I-block that is out or next; of the card's next */
	const uint8_t *command;      /* the caller's; stays until the end */
	size_t len, sent, piece;     /* acknowledged bytes; those of the I-block that is out */
	bool answering;              /* the first I-block of the answer is here */
	bool aborted;                /* by the card: nothing more of our command */
	bool unheard;                /* the card's last word was that our I-block is missing */
	bool again;                  /* after RESYNCH; only once */
	uint8_t tries, waits, asked; /* asked: the IFSD that we propose */
	uint8_t wait;                /* the next block may take that many times longer; 0: no */
	uint8_t out[T1_MAX_BLOCK], kept[T1_MAX_BLOCK]; /* kept: the last that was no complaint */
	size_t out_len, kept_len;
	const uint8_t *part; /* in what t1_take() was given */
	size_t part_len;
};

/* A card that was just powered, with IFSC and check from its ATR. `most`: bytes of the longest
 * block that the reader carries, T1_HEAD + 3 at least. */
void t1_init(struct t1 *t, uint8_t ifsc, bool crc, size_t most);

/* Begins with the proposal that blocks to us may have `ifsd` bytes, 1..T1_MAX_INF. T1_DONE when
 * the card agrees. A card that does not answer is asked once only. */
enum t1_next t1_size(struct t1 *t, uint8_t ifsd);

/* Begins a command of `len` bytes, 1 or more. */
enum t1_next t1_send(struct t1 *t, const uint8_t *command, size_t len);

/* A block of the card; and: nothing came, or something with wrong parity. */
enum t1_next t1_take(struct t1 *t, const uint8_t *block, size_t len);
enum t1_next t1_lost(struct t1 *t, bool parity);

#endif
