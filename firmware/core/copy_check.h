/* Copies that somebody brings, judged for an officer at the screen: the code of a printed one at
 * the code scanner, or a signed PDF on a USB stick. Everything hostile is opened by kiosk-parse. */
#ifndef CORE_COPY_CHECK_H
#define CORE_COPY_CHECK_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/core/stick.h"
#include <stddef.h>
#include <stdint.h>

struct core;
struct view_writer;

struct copy_check {
	enum { CHECK_WAITS, CHECK_WORKS, CHECK_TOLD } state;
	uint32_t turn; /* counts what is judged; late answers are of another one */
	enum err why;  /* it could not be judged */
	struct msg_pdf_told said;
	enum copy_book book;
	enum err stick_err; /* NOT_FOUND: no stick, GONE: none is set up */
	struct stick stick;
	size_t picked;  /* of the stick's files; STICK_FILES: a code */
	int fd;         /* file being read; 0: none */
	uint8_t *bytes; /* so far */
	size_t len;
	struct timer next;
};

void copy_check_open(struct core *c); /* the screen comes up, or another one is to be judged */
void copy_check_code(struct core *c, const void *bytes, size_t len);
void copy_check_file(struct core *c, uint32_t index);
void copy_check_forget(struct core *c);
void show_copy_check(struct view_writer *w, const struct core *c);

/* Does our own book agree with what a kiosk has signed? */
enum copy_book copy_check_book(struct core *c, const struct msg_pdf_told *t);

#endif
