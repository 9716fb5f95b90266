/* Dossiers onto a stick: copied, synced, read again past the cache, and only then called safe. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/bundle_index.h"
#include "firmware/core/bundle_step.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox_files.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PASSES 2            /* a file that reads otherwise is written once more */
#define KEEP_BYTES (256u << 10) /* for folders that grow, and the mark */

static enum err next_item(struct core *c);
static enum err read_next(struct core *c);

static enum err remove_named(struct core *c, uint32_t name, const char *ending)
{
	char file[BUNDLE_NAME_CAP];

	bundle_file_name(name, ending, file);
	return stick_remove(c->bundle.folder, file);
}

/* What was answered meanwhile need not be on a stick. */
static enum err clear(struct core *c)
{
	struct bundle *b = &c->bundle;
	uint32_t name;
	enum err e = bundle_row_settled(c->store, b->id, &name);

	if (e == ERR_NOT_FOUND) {
		b->item = (struct bundle_item){ 0 };
		b->step = next_item;
		return bundle_row_fill(c->store, b->id);
	}
	if (e == ERR_OK)
		e = remove_named(c, name, BUNDLE_PACKAGE);
	if (e == ERR_OK)
		e = remove_named(c, name, BUNDLE_ANSWER);
	return e == ERR_OK ? bundle_row_drop(c->store, b->id, name) : e;
}

/* Will it fit, and the index behind it? */
static bool has_room(struct core *c, uint64_t bytes)
{
	uint64_t room = 0, cluster = 1;

	if (stick_room(c->bundle.stick, &room, &cluster) != ERR_OK)
		return true; /* then writing says so */
	uint64_t index = 2 * (4096 + (uint64_t)(c->bundle.tally.done + 1) * BUNDLE_ROW_BYTES);
	uint64_t need = (bytes + cluster - 1) / cluster * cluster + index + KEEP_BYTES;
	return room >= need;
}

/* It stays for another stick. */
static enum err leave_out(struct core *c)
{
	struct bundle *b = &c->bundle;

	stick_drop(&b->out);
	b->tally.no_room++;
	b->step = next_item;
	return bundle_row_drop(c->store, b->id, b->item.row.name);
}

static enum err copied(struct core *c)
{
	struct bundle *b = &c->bundle;

	b->tally.done++;
	b->step = next_item;
	return ERR_OK;
}

/* Its package is not what it was: as outbox_open(), and it is no part of the bundle. */
static enum err is_damaged(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = outbox_damaged(c->store, b->item.row.key);

	stick_drop(&b->out);
	b->tally.failed++;
	b->step = next_item;
	return e == ERR_OK ? bundle_row_drop(c->store, b->id, b->item.row.name) : e;
}

static enum err copy_end(struct core *c)
{
	struct bundle *b = &c->bundle;

	close(take_fd(&b->source));
	if (b->done != b->item.row.bytes || !bundle_hash_is(c, b->item.row.sha256))
		return is_damaged(c);
	enum err e = stick_end(&b->out);
	if (e == ERR_NO_SPACE)
		return leave_out(c);
	return e == ERR_OK ? copied(c) : e;
}

static enum err copy_some(struct core *c)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE uint8_t *chunk = malloc(STICK_CHUNK);
	ssize_t n = chunk ? pread(b->source, chunk, STICK_CHUNK, (off_t)b->done) : -1;

	if (!chunk)
		return ERR_NO_MEMORY;
	if (n < 0) {
		close(take_fd(&b->source));
		return is_damaged(c);
	}
	if (n == 0)
		return copy_end(c);
	enum err e = bundle_hash_more(c, chunk, (size_t)n);
	if (e == ERR_OK)
		e = stick_write(&b->out, chunk, (size_t)n);
	if (e == ERR_NO_SPACE) {
		close(take_fd(&b->source));
		return leave_out(c);
	}
	bundle_tell(c, "... %u written", b->tally.done);
	return e;
}

/* Another one of an earlier try, or of one that was pulled out? It is read again anyhow. */
static bool is_there(struct core *c)
{
	struct bundle *b = &c->bundle;
	struct stick_in in = { .fd = -1 };
	char name[BUNDLE_NAME_CAP];

	bundle_file_name(b->item.row.name, BUNDLE_PACKAGE, name);
	bool same = stick_in_open(b->folder, name, BUNDLE_MAX_PACKAGE, &in) == ERR_OK &&
		    in.bytes == b->item.row.bytes;
	stick_in_close(&in);
	return same;
}

static enum err copy_begin(struct core *c)
{
	struct bundle *b = &c->bundle;
	struct outbox_item item;
	char name[BUNDLE_NAME_CAP];
	enum err e = outbox_get(c->store, b->item.row.key, &item);

	if (e == ERR_OK)
		e = outbox_file_open(c->store, &item, &b->source);
	if (e == ERR_DAMAGED)
		return is_damaged(c);
	if (e == ERR_OK)
		e = bundle_hash_begin(c);
	bundle_file_name(b->item.row.name, BUNDLE_PACKAGE, name);
	if (e == ERR_OK)
		e = stick_begin(b->folder, name, &b->out);
	if (e == ERR_NO_SPACE) {
		close(take_fd(&b->source));
		return leave_out(c);
	}
	if (e == ERR_OK)
		b->step = copy_some;
	return e;
}

static enum err write_index(struct core *c, const struct bundle_list *l)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE uint8_t *bytes = NULL;
	enum err e = bundle_index_make(c->store, c->keys, l, &bytes, &b->index_len);

	if (e == ERR_OK &&
	    EVP_Digest(bytes, b->index_len, b->index_hash, NULL, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	return e == ERR_OK ? stick_put(b->folder, BUNDLE_INDEX, bytes, b->index_len) : e;
}

static enum err list_items(struct core *c, struct bundle_list *l)
{
	struct bundle_item i = { 0 };
	enum err e = ERR_OK;

	while (e == ERR_OK && l->count < BUNDLE_MAX_ROWS) {
		e = bundle_row_next(c->store, l->id, i.row.name, &i);
		if (e == ERR_OK)
			l->rows[l->count++] = i.row;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* No dossier waits, or none of them fits: no empty bundle is left. */
static enum err nothing(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = bundle_remove_folder(c);

	if (e == ERR_OK)
		e = stick_sync_all(b->stick);
	if (e != ERR_OK)
		return e;
	bundle_say(c, b->tally.no_room ? "the stick is full: nothing could be written to it"
				       : "no dossier waits: there is nothing to write");
	bundle_safe(c, "");
	bundle_ends_as(c, b->tally.no_room ? STICK_NO_ROOM : STICK_NOTHING);
	bundle_end(c, b->tally.no_room ? CTL_REFUSED : CTL_DONE);
	return ERR_BUSY;
}

/* All are there: now what they are, the names, and everything down to the stick. */
static enum err close_bundle(struct core *c)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE struct bundle_row *rows = calloc(BUNDLE_MAX_ROWS, sizeof *rows);
	struct bundle_list l = { .id = b->id, .rows = rows };
	enum err e = rows ? list_items(c, &l) : ERR_NO_MEMORY;

	if (e == ERR_OK && l.count == 0)
		return nothing(c);
	if (e == ERR_OK)
		e = write_index(c, &l);
	if (e == ERR_OK)
		e = stick_sync_names(b->folder);
	if (e == ERR_OK)
		e = stick_sync_names(b->root);
	if (e == ERR_OK)
		e = stick_sync_all(b->stick);
	if (e != ERR_OK)
		return e;
	b->row_count = l.count;
	b->tally.wrong = b->tally.done = 0;
	b->tally.bytes = 0;
	b->item = (struct bundle_item){ 0 };
	b->step = read_next;
	return ERR_OK;
}

static enum err next_item(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = bundle_row_next(c->store, b->id, b->item.row.name, &b->item);

	if (e == ERR_NOT_FOUND) {
		b->step = close_bundle;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (is_there(c))
		return copied(c);
	return has_room(c, b->item.row.bytes) ? copy_begin(c) : leave_out(c);
}

static enum err finish(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = stick_remove(b->folder, BUNDLE_MARK);

	if (e == ERR_OK)
		e = stick_sync_names(b->folder);
	if (e == ERR_OK)
		e = stick_sync_all(b->stick);
	if (e == ERR_OK)
		e = bundle_row_written(c->store, b->id, b->tally.done);
	if (e != ERR_OK)
		return e;
	log_line(LOG_INFO, "bundle.written", "bundle=%08x dossiers=%u no_room=%u", b->id,
		 b->tally.done, b->tally.no_room);
	bundle_say(c, "%u dossiers, %.2f MB, written and read again", b->tally.done,
		   (double)b->tally.bytes / 1e6);
	if (b->tally.no_room)
		bundle_say(
			c,
			"the stick is full: %u dossiers are NOT on it; take another one for them",
			b->tally.no_room);
	if (b->tally.failed)
		bundle_say(c, "%u dossiers are damaged here and held back: see `kioskctl queue`",
			   b->tally.failed);
	if (b->tally.done == BUNDLE_MAX_ROWS)
		bundle_say(c, "no more go on one stick; take another one for those that are left");
	bundle_safe(c, "");
	bundle_end(c, b->tally.no_room || b->tally.failed ? CTL_REFUSED : CTL_DONE);
	return ERR_BUSY;
}

/* Each file that was not as written was taken off: once more, or never. */
static enum err after_reading(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (b->tally.wrong == 0)
		return finish(c);
	if (++b->passes < MAX_PASSES) {
		b->tally.done = 0;
		b->item = (struct bundle_item){ 0 };
		b->step = next_item;
		return ERR_OK;
	}
	log_line(LOG_ERROR, "bundle.differs", "bundle=%08x files=%u", b->id, b->tally.wrong);
	bundle_say(c, "this stick does not give back what was written to it: %u files differ",
		   b->tally.wrong);
	bundle_say(c,
		   "it is worn out, or smaller than it says: do NOT use it; every dossier is still "
		   "here");
	bundle_ends_as(c, STICK_WORN);
	bundle_end(c, CTL_REFUSED);
	return ERR_BUSY;
}

static enum err read_index(struct core *c)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE uint8_t *bytes = NULL;
	uint8_t hash[FILES_HASH_BYTES];
	size_t len = 0;
	enum err e = stick_get(b->folder, BUNDLE_INDEX, BUNDLE_MAX_INDEX, &bytes, &len);

	if (e == ERR_OK && EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	if (e != ERR_OK && e != ERR_BAD_DATA && e != ERR_NOT_FOUND)
		return e;
	if (e != ERR_OK || len != b->index_len || memcmp(hash, b->index_hash, sizeof hash) != 0)
		b->tally.wrong++;
	return after_reading(c);
}

static enum err spoiled(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = remove_named(c, b->item.row.name, BUNDLE_PACKAGE);

	stick_in_close(&b->in);
	b->tally.wrong++;
	b->step = read_next;
	return e == ERR_OK ? bundle_row_spoiled(c->store, b->id, b->item.row.name) : e;
}

static enum err read_some(struct core *c)
{
	struct bundle *b = &c->bundle;
	bool end = false;
	enum err e = bundle_read_some(c, &b->item.row, &end);

	if (e == ERR_BAD_DATA)
		return spoiled(c);
	bundle_tell(c, "... %u of %u read again", b->tally.done, b->row_count);
	if (e != ERR_OK || !end)
		return e;
	stick_in_close(&b->in);
	b->tally.done++;
	b->tally.bytes += b->item.row.bytes;
	b->step = read_next;
	return ERR_OK;
}

static enum err read_next(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];
	enum err e = bundle_row_next(c->store, b->id, b->item.row.name, &b->item);

	if (e == ERR_NOT_FOUND) {
		b->step = read_index;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	bundle_file_name(b->item.row.name, BUNDLE_PACKAGE, name);
	e = stick_in_open(b->folder, name, BUNDLE_MAX_PACKAGE, &b->in);
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA)
		return spoiled(c);
	if (e == ERR_OK)
		e = bundle_hash_begin(c);
	if (e == ERR_OK)
		b->step = read_some;
	return e;
}

/* The one that this kiosk wrote there before, or a new one. */
static enum err choose(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];
	enum err e = ERR_NOT_FOUND;

	for (size_t i = 0; i < b->id_count && e == ERR_NOT_FOUND; i++) {
		b->id = b->ids[i];
		e = bundle_row_is_ours(c->store, b->id);
	}
	if (e == ERR_NOT_FOUND)
		e = bundle_row_new(c->store, &b->id);
	bundle_folder_name(b->id, name);
	return e == ERR_OK ? stick_folder(b->root, name, true, &b->folder) : e;
}

/* A folder that waits for a stick to be mounted looks like one. */
static void warn_if_here(struct core *c)
{
	struct stat stick, data;

	if (fstat(c->bundle.stick, &stick) == 0 && fstat(store_folder(c->store), &data) == 0 &&
	    stick.st_dev == data.st_dev)
		bundle_say(c, "%s lies on the kiosk's own disk: is the stick mounted there?",
			   c->bundle.name);
}

enum err bundle_write_step(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = bundle_open(c, true);

	if (e == ERR_OK)
		warn_if_here(c);
	if (e == ERR_OK)
		e = choose(c);
	if (e == ERR_OK)
		e = stick_put(b->folder, BUNDLE_MARK, "", 0);
	if (e == ERR_OK)
		e = stick_sync_names(b->folder);
	b->step = clear;
	return e;
}
