/* Questions to the province. Each is asked after the firewall was told whom to let through: the
 * machine may have been switched off since the last one. */
#include "firmware/setup/setup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void on_way(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char question[sizeof s->question];

	memcpy(question, s->question, sizeof question);
	explicit_bzero(s->question, sizeof s->question); /* a code may be in it */
	if (why[0]) {
		explicit_bzero(question, sizeof question);
		s->then(s, "OFFLINE", text);
		return;
	}
	helper_ask(&s->helper, s->then, s, "province %s", question);
	explicit_bzero(question, sizeof question);
	face_show(s); /* there is a way back from now on */
}

bool way_waits(const struct setup *s)
{
	return s->busy && !s->script.on && helper_at_work(&s->helper) && s->helper.fn == s->then;
}

void way_ask(struct setup *s, helper_fn *fn, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->question, sizeof s->question, format, args);
	va_end(args);
	s->then = fn;
	helper_ask(&s->helper, on_way, s, "way %s %s", s->kept.of[ASK_province_url],
		   s->kept.of[ASK_https_proxy]);
}
