/* The command, and what its works have in common. */
#include "firmware/core/bundle.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/bundle_step.h"
#include "firmware/core/files.h"
#include "firmware/core/staff_desk.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TELL_MS 5000
#define SHOW_MS 500

static const struct {
	const char *name;
	enum staff_deed deed;
	enum bundle_work work;
	enum err (*step)(struct core *c);
} WORKS[] = {
	{ "write", STAFF_WRITE, BUNDLE_WRITES, bundle_write_step },
	{ "verify", STAFF_VERIFY, BUNDLE_VERIFIES, bundle_verify_step },
	{ "forward", STAFF_FORWARD, BUNDLE_FORWARDS, bundle_verify_step },
	{ "take", STAFF_TAKE, BUNDLE_TAKES, bundle_take_step },
	{ "report", STAFF_REPORT, BUNDLE_REPORTS, bundle_report_step },
};
#define WORKS_COUNT (sizeof WORKS / sizeof *WORKS)

void bundle_say(struct core *c, const char *format, ...)
{
	struct ctl *t = ctl_find(c, c->bundle.ctl);
	char line[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	c->bundle.said_ms = loop_now_ms(c->child.loop);
	if (t)
		ctl_say(t, "%s", line);
}

void bundle_tell(struct core *c, const char *format, ...)
{
	char line[1024];
	va_list args;

	if (loop_now_ms(c->child.loop) - c->bundle.said_ms < TELL_MS)
		return;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	bundle_say(c, "%s", line);
}

static void show(struct core *c)
{
	int64_t now_ms = loop_now_ms(c->child.loop);

	if (now_ms - c->bundle.shown_ms < SHOW_MS)
		return;
	c->bundle.shown_ms = now_ms;
	staff_news(c);
}

static void turn(void *data)
{
	struct core *c = data;
	enum err e = c->bundle.step(c);

	if (c->bundle.work != BUNDLE_IDLE)
		show(c);
	if (e == ERR_OK)
		bundle_on(c);
	else if (e != ERR_BUSY && c->bundle.work != BUNDLE_IDLE)
		bundle_fail(c, e);
}

void bundle_on(struct core *c)
{
	if (c->bundle.work != BUNDLE_IDLE)
		timer_set(c->child.loop, &c->bundle.next, 0, turn, c);
}

void bundle_later(struct core *c, uint32_t ms)
{
	timer_set(c->child.loop, &c->bundle.next, ms, turn, c);
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* All that is open, of the stick and of what was read. */
static void close_stick(struct core *c)
{
	struct bundle *b = &c->bundle;

	bundle_carry_forget(c);
	bundle_read_forget(c);
	bundle_take_forget(c);
	bundle_report_forget(c);
	bundle_leave(c);
	close_one(&b->root);
	close_one(&b->stick);
	EVP_MD_CTX_free(b->md);
	b->md = NULL;
}

void bundle_safe(struct core *c, const char *also)
{
	c->bundle.told.safe = true;
	c->bundle.safe_also = also;
}

void bundle_ends_as(struct core *c, enum stick_end end)
{
	c->bundle.told.end = end;
}

void bundle_found(struct core *c, const struct bundle_found *f)
{
	struct bundle_told *t = &c->bundle.told;

	if (t->found_count < BUNDLE_MAX_FOUND)
		t->found[t->found_count] = *f;
	t->found_count++;
}

void bundle_end(struct core *c, enum ctl_code code)
{
	struct bundle *b = &c->bundle;

	close_stick(c);
	timer_stop(c->child.loop, &b->next);
	if (b->told.end == STICK_NOT_YET)
		b->told.end = STICK_DONE;
	b->told.tally = b->tally;
	memcpy(b->told.name, b->name, sizeof b->told.name);
	b->code = code;
	b->number++; /* late answers are nobody's */
	if (!bundle_door_shut(c))
		bundle_over(c);
}

void bundle_over(struct core *c)
{
	struct bundle *b = &c->bundle;
	struct ctl *t = ctl_find(c, b->ctl);

	if (b->safe_also)
		bundle_say(c, "safe to remove%s", b->safe_also);
	b->work = BUNDLE_IDLE;
	b->ctl = 0;
	if (t)
		ctl_end(t, b->code);
	staff_news(c);
}

static const char *in_words(enum err e)
{
	switch (e) {
	case ERR_GONE:
		return "the stick was pulled out, or gives no answer: NOT safe, put it in and give "
		       "the same command again";
	case ERR_NO_SPACE:
		return "the stick is full";
	case ERR_DENIED:
		return "the stick cannot be written: it is locked, or read-only";
	default:
		return err_text(e);
	}
}

void bundle_fail(struct core *c, enum err why)
{
	log_line(LOG_WARN, "bundle.failed", "work=%d err=%s", c->bundle.work, err_name(why));
	bundle_say(c, "error %s: %s", err_name(why), in_words(why));
	c->bundle.told.why = why;
	bundle_ends_as(c, STICK_FAILED);
	bundle_end(c, CTL_REFUSED);
}

void bundle_folder_name(uint32_t id, char ret[BUNDLE_NAME_CAP])
{
	(void)snprintf(ret, BUNDLE_NAME_CAP, "%08x", id);
}

void bundle_file_name(uint32_t name, const char *ending, char ret[BUNDLE_NAME_CAP])
{
	(void)snprintf(ret, BUNDLE_NAME_CAP, "%08x%s", name, ending);
}

/* Folders that may be bundles; more than that on one stick are not looked at. */
static bool note_folder(void *data, const char *name)
{
	struct bundle *b = data;

	if (hex_ok(name, 8) && b->id_count < BUNDLE_MAX_FOLDERS)
		b->ids[b->id_count++] = (uint32_t)strtoul(name, NULL, 16);
	return true;
}

enum err bundle_open(struct core *c, bool make)
{
	struct bundle *b = &c->bundle;
	char asked[STICK_NAME_CAP];

	memcpy(asked, b->name, sizeof asked);
	enum err e = stick_pick(c->config.stick_dir, asked, &b->stick, b->name);
	if (e == ERR_OK)
		e = stick_folder(b->stick, BUNDLE_FOLDER, make, &b->root);
	if (e == ERR_OK)
		e = stick_each(b->root, note_folder, b);
	return e;
}

enum err bundle_enter(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];

	b->id = b->ids[b->id_at];
	bundle_folder_name(b->id, name);
	return stick_folder(b->root, name, false, &b->folder);
}

void bundle_leave(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (b->rows)
		mem_unmap(b->rows, b->rows_len);
	b->rows = NULL;
	b->row_count = b->at = 0;
	stick_in_close(&b->in);
	stick_drop(&b->out);
	close_one(&b->lock);
	close_one(&b->source);
	close_one(&b->folder);
	bundle_drop_buffer(c);
}

void bundle_drop_buffer(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (b->buffer)
		mem_unmap(b->buffer, b->buffer_len);
	b->buffer = NULL;
	close_one(&b->buffer_fd);
}

enum err bundle_remove_folder(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];
	enum err e = stick_remove(b->folder, BUNDLE_INDEX);

	if (e == ERR_OK)
		e = stick_remove(b->folder, BUNDLE_MARK);
	if (e != ERR_OK)
		return e;
	bundle_folder_name(b->id, name);
	/* what somebody else put there stays, and the folder with it */
	if (unlinkat(b->root, name, AT_REMOVEDIR) == 0)
		e = stick_sync_names(b->root);
	return e == ERR_OK ? bundle_row_end(c->store, b->id) : e;
}

enum err bundle_hash_begin(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (!b->md)
		b->md = EVP_MD_CTX_new();
	b->done = 0;
	return b->md && EVP_DigestInit_ex(b->md, EVP_sha256(), NULL) == 1 ? ERR_OK : ERR_NO_MEMORY;
}

enum err bundle_hash_more(struct core *c, const void *bytes, size_t len)
{
	c->bundle.done += len;
	return EVP_DigestUpdate(c->bundle.md, bytes, len) == 1 ? ERR_OK : ERR_NO_MEMORY;
}

bool bundle_hash_is(struct core *c, const char *sha256)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char hex[2 * FILES_HASH_BYTES + 1];

	if (EVP_DigestFinal_ex(c->bundle.md, hash, NULL) != 1)
		return false;
	hex_of(hash, FILES_HASH_BYTES, hex);
	return strcmp(hex, sha256) == 0;
}

enum err bundle_read_some(struct core *c, const struct bundle_row *row, bool *ret_end)
{
	struct bundle *b = &c->bundle;
	const uint8_t *bytes;
	size_t len;
	enum err e = stick_in_next(&b->in, &bytes, &len);

	if (e == ERR_OK)
		e = bundle_hash_more(c, bytes, len);
	if (e == ERR_OK && b->buffer && b->done <= b->buffer_len)
		memcpy(b->buffer + b->done - len, bytes, len);
	if (e != ERR_OK)
		return e;
	if (len > 0) {
		*ret_end = false;
		return ERR_OK;
	}
	*ret_end = true;
	return b->done == row->bytes && bundle_hash_is(c, row->sha256) ? ERR_OK : ERR_BAD_DATA;
}

void bundle_since_text(struct core *c, const char *key, char *ret_text, size_t cap)
{
	char time[40];
	int64_t since_s = 0;

	ret_text[0] = '\0';
	if (bundle_row_since(c->store, key, &since_s) != ERR_OK || since_s == 0)
		return;
	core_time_text(since_s, LANGUAGE_EN, time, sizeof time);
	(void)snprintf(ret_text, cap, "; also on a stick since %s", time);
}

void bundle_stop(struct core *c)
{
	if (c->bundle.work != BUNDLE_IDLE && !c->bundle.door.closing)
		bundle_fail(c, ERR_CANCELLED);
}

void bundle_forget(struct core *c)
{
	if (c->bundle.work == BUNDLE_IDLE)
		c->bundle.told = (struct bundle_told){ 0 };
}

/* Nobody waits for it any more. */
static void left(struct ctl *t)
{
	if (t->core->bundle.ctl == t->id)
		bundle_stop(t->core);
}

static size_t work_of(enum staff_deed deed)
{
	size_t i = 0;

	while (i < WORKS_COUNT && WORKS[i].deed != deed)
		i++;
	return i;
}

enum err bundle_begin(struct core *c, enum staff_deed deed, const char *name)
{
	struct bundle *b = &c->bundle;
	size_t i = work_of(deed);

	if (b->work != BUNDLE_IDLE)
		return ERR_BUSY;
	if (i == WORKS_COUNT || strlen(name) >= sizeof b->name)
		return ERR_NOT_FOUND;
	memcpy(b->name, name, strlen(name) + 1);
	b->work = WORKS[i].work;
	b->door = (struct bundle_door){ .behind = WORKS[i].step };
	b->step = deed == STAFF_VERIFY ? WORKS[i].step : bundle_door_open;
	b->safe_also = NULL;
	b->deed = deed;
	b->number++;
	b->id_count = b->id_at = 0;
	b->passes = 0;
	b->row_count = b->at = 0;
	b->said_ms = b->shown_ms = loop_now_ms(c->child.loop);
	b->tally = (struct bundle_tally){ 0 };
	b->told = (struct bundle_told){ .deed = deed };
	bundle_on(c);
	return ERR_OK;
}

static enum ctl_code begin(struct ctl *t, enum staff_deed deed, const char *name)
{
	enum err e = bundle_begin(t->core, deed, name);

	if (e != ERR_OK) {
		ctl_say(t, e == ERR_BUSY ? "a stick is at work already"
					 : "there is no stick of that name");
		return CTL_REFUSED;
	}
	t->core->bundle.ctl = t->id;
	t->left = left;
	return CTL_LATER;
}

enum ctl_code bundle_command(struct ctl *t, const char *arg)
{
	size_t len = strcspn(arg, " ");
	const char *name = arg + len + (arg[len] == ' ');

	for (size_t i = 0; i < WORKS_COUNT; i++)
		if (strlen(WORKS[i].name) == len && memcmp(WORKS[i].name, arg, len) == 0)
			return begin(t, WORKS[i].deed, name);
	ctl_say(t,
		"bundle write [STICK]     all dossiers that wait, sealed, onto a USB stick; again "
		"after a stick was pulled out");
	ctl_say(t,
		"bundle verify [STICK]    read every bundle on the stick, and say what is in it");
	ctl_say(t, "bundle forward [STICK]   send other kiosks' dossiers to the province, and take "
		   "the "
		   "answers along");
	ctl_say(t,
		"bundle take [STICK]      this kiosk's answers, from a stick that was forwarded");
	ctl_say(t, "bundle report [STICK]    what was compared with the province, as text and as a "
		   "table");
	ctl_say(t,
		"STICK is a folder below stick_dir; it need not be named when there is only one");
	return CTL_USAGE;
}

void bundle_init(struct core *c)
{
	c->bundle = (struct bundle){ .stick = -1,
				     .root = -1,
				     .folder = -1,
				     .lock = -1,
				     .source = -1,
				     .buffer_fd = -1,
				     .in.fd = -1,
				     .out.fd = -1,
				     .carry.package = -1 };
}

void bundle_finish(struct core *c)
{
	close_stick(c);
	bundle_door_forget(c);
}
