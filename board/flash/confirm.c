#include "board/flash/tool.h"

#include <string.h>
#include <strings.h>

#define WHO_CAP 60 /* bytes of a name are at most twice as many as its letters, here */

static bool answered(struct tool *t, enum say question, char line[TALK_LINE_CAP])
{
	return talk_ask(&t->talk, question, 0, SAY_OK, line) == TALK_LINE;
}

static enum say ask_word(struct tool *t, enum say question, const char *vi, const char *en)
{
	char line[TALK_LINE_CAP];

	if (!answered(t, question, line))
		return SAY_GAVE_UP;
	return strcasecmp(line, vi) == 0 || strcasecmp(line, en) == 0 ? SAY_OK : SAY_WRONG_WORD;
}

static enum say ask_erase(struct tool *t)
{
	return ask_word(t, SAY_ASK_ERASE, "XOA", "ERASE");
}

/* The number on the disk's label, so that it is this disk that is meant. One without a number has
 * a word, once: what is lost with other data is asked for by the same. */
static enum say ask_serial(struct tool *t, const struct found *f)
{
	const struct disk *d = &f->disk;
	char line[TALK_LINE_CAP];

	if (d->removable || (!d->serial[0] && f->look.kind == LOOK_OTHER))
		return SAY_OK;
	if (!d->serial[0])
		return ask_word(t, SAY_ASK_NO_SERIAL, "GHI", "WRITE");
	if (!answered(t, SAY_ASK_SERIAL, line))
		return SAY_GAVE_UP;
	return strcasecmp(line, d->serial) == 0 ? SAY_OK : SAY_WRONG_SERIAL;
}

/* A kiosk's data stays unless a word is typed. */
static enum say ask_keep(struct tool *t, enum record_data *ret)
{
	char line[TALK_LINE_CAP] = "";

	*ret = RECORD_KEPT;
	if (t->options->erase) {
		*ret = RECORD_ERASED;
		return ask_erase(t);
	}
	if (t->options->disk)
		return SAY_OK; /* named by who started this, who would have said so */
	if (!answered(t, SAY_ASK_KEEP, line))
		return SAY_GAVE_UP;
	if (!line[0])
		return SAY_OK;
	*ret = RECORD_ERASED;
	return strcasecmp(line, "XOA") == 0 || strcasecmp(line, "ERASE") == 0 ? SAY_OK
									      : SAY_WRONG_WORD;
}

static enum say ask_other_kiosk(struct tool *t, const struct look *l, enum record_data *ret)
{
	enum say why = l->other_board ? SAY_OTHER_BOARD : SAY_OTHER_LAYOUT;

	*ret = RECORD_ERASED;
	if (t->options->disk && !t->options->erase)
		return why;
	enum say s = ask_erase(t);
	return s == SAY_WRONG_WORD ? why : s;
}

static enum say ask_cut(struct tool *t, const struct look *l, enum record_data *ret)
{
	talk_say(&t->talk, SAY_WAS_CUT, NULL);
	*ret = l->record.data;
	if (t->options->erase) {
		*ret = RECORD_ERASED;
		return ask_erase(t);
	}
	if (l->record.data != RECORD_KEPT)
		return SAY_OK;
	return l->same_layout && !l->other_board ? SAY_OK : ask_other_kiosk(t, l, ret);
}

static enum say ask_data(struct tool *t, const struct found *f, enum record_data *ret)
{
	*ret = RECORD_NEW;
	switch (f->look.kind) {
	case LOOK_EMPTY:
		return SAY_OK;
	case LOOK_KIOSK:
		return f->look.never_started ? SAY_OK : ask_keep(t, ret);
	case LOOK_CUT:
		return ask_cut(t, &f->look, ret);
	case LOOK_OTHER_KIOSK:
		return ask_other_kiosk(t, &f->look, ret);
	case LOOK_OTHER:
		break;
	}
	return ask_word(t, SAY_ASK_WORD, "GHI", "WRITE");
}

static enum say ask_who(struct tool *t)
{
	const char *who = t->options->who;
	char line[TALK_LINE_CAP];

	if (!who) {
		if (!answered(t, SAY_ASK_WHO, line))
			return SAY_GAVE_UP;
		who = line;
	}
	size_t len = strlen(who);
	if (len == 0 || len > WHO_CAP)
		return SAY_BAD_NAME;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)who[i] < ' ' || who[i] == 0x7f)
			return SAY_BAD_NAME;
	}
	memcpy(t->who, who, len + 1);
	return SAY_OK;
}

enum record_data confirm_alone(const struct found *f)
{
	if (f->look.kind == LOOK_KIOSK && !f->look.never_started)
		return RECORD_KEPT;
	return f->look.kind == LOOK_CUT ? f->look.record.data : RECORD_NEW;
}

enum say confirm_all(struct tool *t, const struct found *f, enum record_data *ret)
{
	enum record_data data = RECORD_KEPT;
	enum say s = ask_serial(t, f);

	if (s == SAY_OK)
		s = ask_data(t, f, &data);
	if (s == SAY_OK)
		s = ask_who(t);
	if (s == SAY_OK)
		*ret = data;
	return s;
}
