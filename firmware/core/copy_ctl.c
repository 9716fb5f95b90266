#include "firmware/core/copy_ctl.h"

#include "firmware/base/auto.h"
#include "firmware/core/copy_job.h"
#include "firmware/core/files.h"

#include <stdio.h>
#include <string.h>

static bool say_told(struct ctl *t, const struct msg_pdf_told *told)
{
	static const char *const BOOK[] = {
		"of another kiosk: its book is not here", "agrees",
		"this kiosk NEVER gave that number",      "NO COPY of that number left this kiosk",
		"DIFFERS: another copy has that number",
	};
	enum copy_book book = copy_check_book(t->core, told);
	bool good = told->good && book <= BOOK_AGREES;

	ctl_say(t, "%s", told->text);
	if (told->kind == COPY_KIND_CODE && told->bytes == BYTES_INTACT)
		ctl_say(t, "  the book     %s", BOOK[book]);
	if (told->kind == COPY_KIND_CODE && good)
		ctl_say(t, "the code is true: compare what it says with the paper, line by line");
	else if (told->kind == COPY_KIND_CODE)
		ctl_say(t, "this code is NOT proven: read the lines above");
	else
		ctl_say(t, good ? "nothing speaks against this file"
				: "this file is NOT proven: read the lines above");
	return good;
}

static void on_told(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct ctl *t = ctl_find(c, (uint32_t)strtoul(tag, NULL, 10));
	bool good = false;

	if (!t)
		return;
	if (answer && answer->type == MSG_PDF_TOLD) {
		good = say_told(t, &answer->pdf_told);
	} else {
		ctl_say(t, "%s",
			why == ERR_BAD_DATA ? "this is no PDF, no picture and no code of a copy"
					    : err_text(why == ERR_OK ? ERR_BAD_MESSAGE : why));
	}
	ctl_end(t, good ? CTL_DONE : CTL_REFUSED);
}

static enum ctl_code verify(struct ctl *t)
{
	char tag[16];

	if (t->file < 0) {
		ctl_say(t, "no file came with the command");
		return CTL_USAGE;
	}
	(void)snprintf(tag, sizeof tag, "%u", t->id);
	enum err e = copy_job(t->core, take_fd(&t->file), certify_now(t->core), on_told, tag);
	if (e != ERR_OK)
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_LATER : CTL_REFUSED;
}

/* Whose dossier it went with, as staff know it. */
static void say_dossier(struct ctl *t, const struct copy_entry *e)
{
	struct outbox_item item;

	if (outbox_get(t->core->store, e->dossier, &item) == ERR_OK)
		ctl_say(t, "dossier      %s %s %s", item.receipt_code,
			outbox_state_name(item.state), item.dossier_code);
	else
		ctl_say(t, "dossier      was not handed in here");
}

static enum ctl_code find(struct ctl *t, const char *number)
{
	struct copy_entry e;
	char digest[2 * COPY_DIGEST + 1], time[40];
	enum err err = copy_book_find(t->core->store, number, &e);

	if (err != ERR_OK) {
		ctl_say(t, "%s",
			err == ERR_NOT_FOUND  ? "this kiosk never gave that number"
			: err == ERR_BAD_DATA ? "that is no number of a copy, or it is mistyped"
					      : err_text(err));
		return CTL_REFUSED;
	}
	core_time_text(e.at_s, LANGUAGE_EN, time, sizeof time);
	ctl_say(t, "%s %s %s", e.number, copy_entry_state_name(e.state), time);
	ctl_say(t, "paper        %s", e.paper[0] ? e.paper : "(no code)");
	if (e.state != ENTRY_GIVEN) {
		hex_of(e.digest, COPY_DIGEST, digest);
		ctl_say(t, "pages        %u", e.pages);
		ctl_say(t, "before that  SHA-256 %s", digest);
		ctl_say(t, "certificate  %s...", e.hint);
	}
	say_dossier(t, &e);
	return CTL_DONE;
}

enum ctl_code copy_command(struct ctl *t, const char *arg)
{
	if (strncmp(arg, "verify ", 7) == 0)
		return verify(t);
	if (strncmp(arg, "find ", 5) == 0)
		return find(t, arg + 5);
	ctl_say(t,
		"copy verify FILE   a PDF, or a printed copy's code (its text, or a picture): who "
		"signed it, is it as it was signed, what came after");
	ctl_say(t, "copy find NUMBER   what this kiosk knows of the copy of that number");
	return CTL_USAGE;
}
