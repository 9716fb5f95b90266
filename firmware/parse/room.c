#include "firmware/parse/room.h"

#include "firmware/base/sandbox.h"
#include "firmware/parse/statement.h"
#include "firmware/parse/chip/trust.h"

#include <stdio.h>
#include <time.h>

enum err room_prepare(struct room *r)
{
	tzset(); /* certificates are checked with gmtime_r, which reads the zone's file once */
	/* now, because stdio asks the kernel about its descriptor when it makes the buffer */
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	enum err e = statement_prepare();
	if (e == ERR_OK)
		e = trust_prepare();
	return e == ERR_OK ? code_finder_create(&r->codes) : e;
}

enum err room_prepare_pages(struct room *r)
{
	enum err e = room_prepare(r);

	return e == ERR_OK ? text_reader_create(&r->reader) : e;
}

enum err room_lock(bool *ret_locked)
{
	unsigned parts;
	enum err e = sandbox_lock(ROLE_PARSE, &parts);

	if (e == ERR_OK && ret_locked)
		*ret_locked = parts & SANDBOX_CALLS;
	return e;
}

void room_finish(struct room *r)
{
	code_finder_destroy(r->codes);
	text_reader_destroy(r->reader);
	*r = (struct room){ 0 };
}
