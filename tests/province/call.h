/* What the commands of command.def share. */
#ifndef PROVINCE_CALL_H
#define PROVINCE_CALL_H

#include "tests/province/world.h"
#include <stdio.h>

/* What a command gets: the rest of its line, and where its answer goes. */
struct call {
	struct world *w;
	const char *rest;
	FILE *out;
};

/* The answer: `ok`, or `error` and a sentence. */
void call_fine(struct call *c);
void call_wrong(struct call *c, const char *sentence);

/* The next number, or word, of the line; advances. False: there is none. */
bool call_number(struct call *c, int64_t *ret);
bool call_word(struct call *c, char *ret, size_t cap);

/* The only number of the line, at most `max`; otherwise says that it is wrong. */
bool call_one_number(struct call *c, int64_t max, int64_t *ret);

/* command_way.c */
void do_renew(struct call *c);
void do_proxy(struct call *c);
void do_enrol(struct call *c);
void do_flip(struct call *c);
void do_checksum(struct call *c);
void do_oldest(struct call *c);
void do_software(struct call *c);

/* command_update.c */
void do_update(struct call *c);

/* query_papers.c */
void do_has(struct call *c);
void do_papers(struct call *c);
void do_revoke(struct call *c);
void do_lost(struct call *c);

/* command_catalogue.c */
void do_publish(struct call *c);
void do_next_key(struct call *c);
void do_replay(struct call *c);
void do_mix(struct call *c);

/* command_days.c */
void do_backup(struct call *c);
void do_restore(struct call *c);
void do_forget(struct call *c);
void do_days(struct call *c);

#endif
