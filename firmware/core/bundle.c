/* The command, and what its works have in common. */
#include "firmware/core/bundle.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/bundle_step.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TELL_MS 5000

static const struct {
	const char *name;
	enum bundle_work work;
	enum err (*step)(struct core *c);
} WORKS[] = {
	{ "write", BUNDLE_WRITES, bundle_write_step },
	{ "verify", BUNDLE_VERIFIES, bundle_verify_step },
	{ "forward", BUNDLE_FORWARDS, bundle_verify_step },
	{ "take", BUNDLE_TAKES, bundle_take_step },
};

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

static void turn(void *data)
{
	struct core *c = data;
	enum err e = c->bundle.step(c);

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
	bundle_leave(c);
	close_one(&b->root);
	close_one(&b->stick);
	EVP_MD_CTX_free(b->md);
	b->md = NULL;
}

void bundle_end(struct core *c, enum ctl_code code)
{
	struct bundle *b = &c->bundle;
	struct ctl *t = ctl_find(c, b->ctl);

	close_stick(c);
	timer_stop(c->child.loop, &b->next);
	b->work = BUNDLE_IDLE;
	b->ctl = 0;
	if (t)
		ctl_end(t, code);
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

/* Nobody waits for it any more: what was begun is finished by the same command again. */
static void left(struct ctl *t)
{
	if (t->core->bundle.ctl == t->id)
		bundle_end(t->core, CTL_REFUSED);
}

static enum ctl_code begin(struct ctl *t, size_t work, const char *name)
{
	struct core *c = t->core;
	struct bundle *b = &c->bundle;

	if (b->work != BUNDLE_IDLE) {
		ctl_say(t, "a stick is at work already");
		return CTL_REFUSED;
	}
	if (strlen(name) >= sizeof b->name) {
		ctl_say(t, "there is no stick of that name");
		return CTL_REFUSED;
	}
	memcpy(b->name, name, strlen(name) + 1);
	b->work = WORKS[work].work;
	b->step = WORKS[work].step;
	b->ctl = t->id;
	b->id_count = b->id_at = 0;
	b->passes = 0;
	b->said_ms = loop_now_ms(c->child.loop);
	b->tally = (struct bundle_tally){ 0 };
	t->left = left;
	bundle_on(c);
	return CTL_LATER;
}

enum ctl_code bundle_command(struct ctl *t, const char *arg)
{
	size_t len = strcspn(arg, " ");
	const char *name = arg + len + (arg[len] == ' ');

	for (size_t i = 0; i < sizeof WORKS / sizeof *WORKS; i++)
		if (strlen(WORKS[i].name) == len && memcmp(WORKS[i].name, arg, len) == 0)
			return begin(t, i, name);
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
}
