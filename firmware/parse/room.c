#include "firmware/parse/room.h"

#include "firmware/base/sandbox.h"
#include "firmware/parse/chip/trust.h"
#include "firmware/parse/statement.h"

#include <stdio.h>
#include <time.h>

enum { PAGE_ABOVE = 2000000 }; /* pixels: a camera's frame is smaller */

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

/* A page is searched as in the kiosk; with all means only when there is nothing to be found so. */
enum err room_find_codes(struct room *room, const struct image *image, struct codes *ret)
{
	struct gray gray = { 0 };
	bool page = (uint64_t)image->width * image->height > PAGE_ABOVE;
	enum err e = page ? code_find_on_page(room->codes, image, ret) : ERR_NO_CODE;

	if (e != ERR_NO_CODE)
		return e;
	e = gray_of(image, 1, &gray);
	if (e == ERR_OK)
		e = code_find(room->codes, &gray, true, ret);
	gray_finish(&gray);
	return e;
}
