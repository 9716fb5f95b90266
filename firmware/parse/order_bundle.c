/* The index of a bundle by hand, and an answer locked for it: what `kiosk-sync bundle` asks for. */
#include "firmware/base/auto.h"
#include "firmware/parse/answer.h"
#include "firmware/parse/bundle.h"
#include "firmware/parse/bundle_answer.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>

static void say_rows(const struct bundle_index *i)
{
	printf("kiosk     %s\nbundle    %08x\ndossiers  %u\n", i->kiosk, i->id, i->count);
	for (uint32_t n = 0; n < i->count; n++)
		printf("%08x %s %s %llu\n", i->rows[n].name, i->rows[n].key, i->rows[n].sha256,
		       (unsigned long long)i->rows[n].bytes);
}

static void say_json(const struct bundle_index *i)
{
	struct json_object *o = json_object_new_object(), *rows = json_object_new_array();
	char id[BUNDLE_NAME_CAP];

	(void)snprintf(id, sizeof id, "%08x", i->id);
	json_put_text(o, "kiosk", i->kiosk);
	json_put_text(o, "bundle", id);
	for (uint32_t n = 0; n < i->count; n++) {
		struct json_object *row = json_object_new_object();

		(void)snprintf(id, sizeof id, "%08x", i->rows[n].name);
		json_put_text(row, "name", id);
		json_put_text(row, "key", i->rows[n].key);
		json_put_text(row, "sha256", i->rows[n].sha256);
		json_put_int(row, "bytes", (int64_t)i->rows[n].bytes);
		json_object_array_add(rows, row);
	}
	json_object_object_add(o, "dossiers", rows);
	json_say(o);
}

struct files {
	uint8_t *file, *anchor, *lock;
	size_t file_len, anchor_len, lock_len;
	int out;
};

static void files_finish(struct files *f)
{
	free(f->file);
	free(f->anchor);
	free(f->lock);
	if (f->out >= 0)
		close(f->out);
}
#define AUTO_FILES __attribute__((cleanup(files_finish))) struct files

/* Everything is opened before the door is locked. 0, or the exit status. */
static int open_files(const struct order *o, size_t max, struct files *f)
{
	enum err e = load_file(o->names[0], max, &f->file, &f->file_len);

	if (e != ERR_OK)
		return complain(o->names[0], e);
	e = load_file(o->anchor, ANCHOR_MAX_BYTES, &f->anchor, &f->anchor_len);
	if (e != ERR_OK)
		return complain(o->anchor, e);
	if (o->lock)
		e = load_file(o->lock, BUNDLE_MAX_LOCK, &f->lock, &f->lock_len);
	if (e != ERR_OK)
		return complain(o->lock, e);
	if (o->out)
		f->out = open(o->out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (o->out && f->out < 0)
		return complain(o->out, err_of_errno());
	e = room_lock(NULL);
	return e == ERR_OK ? 0 : complain("start", e);
}

int order_bundle(struct order *o)
{
	AUTO_FILES f = { .out = -1 };
	struct bundle_index i = { 0 };
	int64_t now_s = time(NULL);
	int status = open_files(o, BUNDLE_MAX_INDEX, &f);

	if (status != 0)
		return status;
	enum err e = bundle_read((struct blob){ f.file, f.file_len },
				 (struct blob){ f.anchor, f.anchor_len }, now_s, &i);
	if (e == ERR_OK && o->out)
		e = replace_content(f.out, i.lock, i.lock_len);
	if (e == ERR_OK)
		(o->json ? say_json : say_rows)(&i);
	bundle_index_finish(&i);
	return e == ERR_OK ? 0 : complain(o->names[0], e);
}

int order_lock(struct order *o)
{
	AUTO_FILES f = { .out = -1 };
	AUTO_FREE uint8_t *locked = NULL;
	struct msg_answer_facts facts;
	size_t len = 0;
	int64_t now_s = time(NULL);
	int status =
		o->lock ? open_files(o, ANSWER_MAX_BYTES, &f) : complain("--lock", ERR_NOT_FOUND);

	if (status != 0)
		return status;
	struct blob answer = { f.file, f.file_len };
	enum err e = answer_read(answer, (struct blob){ f.anchor, f.anchor_len }, now_s, &facts);
	if (e == ERR_OK)
		e = bundle_lock(answer, (struct blob){ f.lock, f.lock_len }, &locked, &len);
	if (e == ERR_OK)
		e = replace_content(f.out, locked, len);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	printf("%s %s\n", facts.key, facts.accepted ? "accepted" : "refused");
	return 0;
}
