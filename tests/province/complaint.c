#include "tests/province/complaint.h"

#include <stdarg.h>
#include <stdio.h>

enum err complain(struct complaint *c, enum err e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, sizeof c->text, format, args);
	va_end(args);
	return e;
}
