#include "board/flash/sysfs.h"
#include "board/flash/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void look(struct tool *t, struct found *f)
{
	char path[sizeof("/dev/") + DISK_NAME_CAP];
	struct medium m;

	f->why = disk_refusal(&t->host, &f->disk, t->image.need_bytes);
	if (f->why != SAY_OK)
		return;
	(void)snprintf(path, sizeof(path), "/dev/%s", f->disk.name);
	f->why = medium_look(path, &m);
	if (f->why != SAY_OK)
		return;
	f->why = look_at(&m, &t->image, &f->look);
	medium_close(&m);
}

enum say menu_find(struct tool *t)
{
	const char *name = t->options->disk;
	struct disk disks[DISKS_CAP];

	t->count = 0;
	if (name) {
		name = strncmp(name, "/dev/", 5) == 0 ? name + 5 : name;
		enum say s = disk_named(&t->host, name, &disks[0]);
		if (s != SAY_OK)
			return s;
		t->count = 1;
	} else {
		t->count = disks_list(&t->host, disks);
	}
	for (size_t i = 0; i < t->count; i++) {
		t->found[i] = (struct found){ .disk = disks[i] };
		look(t, &t->found[i]);
	}
	return SAY_OK;
}

static enum say kind_word(const struct look *l)
{
	switch (l->kind) {
	case LOOK_EMPTY:
		return SAY_HAS_NOTHING;
	case LOOK_KIOSK:
		return SAY_HAS_KIOSK;
	case LOOK_CUT:
		return SAY_HAS_CUT;
	case LOOK_OTHER_KIOSK:
		return SAY_HAS_OTHER_KIOSK;
	case LOOK_OTHER:
		return SAY_HAS_OTHER;
	}
	return SAY_HAS_UNKNOWN;
}

static void show(struct tool *t, size_t n)
{
	const struct found *f = &t->found[n];
	const struct disk *d = &f->disk;
	enum say kind = kind_word(&f->look);

	talk_line(&t->talk, " %zu)  /dev/%s   %.1f GB   %s%s   S/N: %s", n + 1, d->name,
		  (double)d->bytes / 1e9, d->model[0] ? d->model : "?", d->usb ? "   (USB)" : "",
		  d->serial[0] ? d->serial : "-");
	if (f->why != SAY_OK)
		talk_say(&t->talk, f->why, NULL);
	else
		talk_line(&t->talk, "     %s | %s %s", say_vi(kind), say_en(kind), f->look.words);
}

void menu_show(struct tool *t)
{
	talk_say(&t->talk, SAY_DISKS, NULL);
	for (size_t i = 0; i < t->count; i++)
		show(t, i);
}

/* Finishing what was begun takes nothing away; what a person once asked to erase is left to one. */
static bool may_go_alone(const struct look *l)
{
	switch (l->kind) {
	case LOOK_EMPTY:
		return true;
	case LOOK_KIOSK:
		return l->same_layout;
	case LOOK_CUT:
		return l->record.data == RECORD_KEPT ? l->same_layout && !l->other_board
						     : l->record.data == RECORD_NEW;
	default:
		return false;
	}
}

const struct found *menu_default(const struct tool *t)
{
	const struct found *only = NULL;

	for (size_t i = 0; i < t->count; i++) {
		if (!disk_is_inside(&t->found[i].disk))
			continue;
		if (only)
			return NULL;
		only = &t->found[i];
	}
	return only && only->why == SAY_OK && may_go_alone(&only->look) ? only : NULL;
}

enum say menu_choose(struct tool *t, const struct found **ret, bool *ret_alone)
{
	const struct found *alone = t->options->stick && !t->asked ? menu_default(t) : NULL;
	char line[TALK_LINE_CAP];
	enum talk_answer answer;

	if (t->count == 0)
		return SAY_NO_DISK;
	if (t->options->stick && !alone)
		talk_say(&t->talk, SAY_WAITING, NULL);
	t->asked = true;
	answer = talk_ask(&t->talk, SAY_CHOOSE, alone ? t->options->wait_s : 0, SAY_DEFAULT, line);
	if (answer == TALK_CLOSED)
		return SAY_GAVE_UP;
	*ret_alone = answer == TALK_TIMEOUT;
	if (answer == TALK_TIMEOUT) {
		*ret = alone;
		return SAY_OK;
	}
	char *end;
	unsigned long n = strtoul(line, &end, 10);
	if (!line[0] || *end)
		return SAY_NOT_DISK;
	if (n == 0)
		return SAY_GAVE_UP;
	if (n > t->count)
		return SAY_NOT_DISK;
	*ret = &t->found[n - 1];
	return (*ret)->why;
}
