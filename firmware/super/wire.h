/* Who talks to whom: socket pairs between core and the others, and between one parser and the
 * chip reader. */
#ifndef SUPER_WIRE_H
#define SUPER_WIRE_H

#include "firmware/base/msg.h"
#include "firmware/super/super.h"

/* `p` has just been started: gives it its listening socket, and a new way to each program it
 * talks to; they get the other end. */
void wire(struct program *p);

/* The same for a parser: it meets core, and core gets PARSER. With wanted->reader it meets the
 * driver of the chip reader before; when that is not running, the parser says so in its answer. */
void wire_parser(struct program *p, const struct msg_parser_wanted *wanted);

/* No parser could be started: core gets a socket at whose other end is nobody. */
void wire_no_parser(struct super *s, const struct msg_parser_wanted *wanted);

#endif
