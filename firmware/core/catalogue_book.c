#include "firmware/core/catalogue_book.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/log.h"
#include "firmware/base/query.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC          "MCC1"
#define MAX_SIGNATURE  16384u
#define MAX_FILE       (CATALOGUE_MAX_BYTES + MAX_SIGNATURE + 8)
#define MAX_STATEMENTS (CATALOGUE_KEYS_MAX * (MAX_SIGNATURE + 4))

static void put_u32le(uint8_t out[4], uint32_t n)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(n >> (8 * i));
}

static void forget(struct catalogue_copy *c)
{
	catalogue_close(c->list);
	free(c->file);
	*c = (struct catalogue_copy){ 0 };
}

/* Its place among all: later keys first, then numbers. */
static int compare(const struct catalogue_copy *a, const struct catalogue_copy *b)
{
	int64_t x = catalogue_number(a->list), y = catalogue_number(b->list);

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return x < y ? -1 : x > y;
}

const struct catalogue_copy *catalogue_book_copy(const struct catalogue_book *b)
{
	return b->got.list && compare(&b->got, &b->shipped) > 0 ? &b->got : &b->shipped;
}

const struct catalogue *catalogue_book_now(const struct catalogue_book *b)
{
	return catalogue_book_copy(b)->list;
}

const struct catalogue *catalogue_book_find(const struct catalogue_book *b, const char *version)
{
	const struct catalogue_copy *const ALL[] = { catalogue_book_copy(b), &b->before,
						     &b->shipped };

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
		if (ALL[i]->list && strcmp(catalogue_version(ALL[i]->list), version) == 0)
			return ALL[i]->list;
	return NULL;
}

bool catalogue_book_is_behind(const struct catalogue_book *b)
{
	const struct catalogue_copy *now = catalogue_book_copy(b);

	return b->has_floor &&
	       (now->key < b->floor_key ||
		(now->key == b->floor_key && catalogue_number(now->list) < b->floor));
}

bool catalogue_book_is_old(const struct catalogue_book *b, int64_t now_s)
{
	int64_t until_s = catalogue_expires_s(catalogue_book_now(b));

	return catalogue_book_is_behind(b) || (until_s != 0 && now_s > until_s);
}

/* The copy owns `file` in any case. */
static enum err read_copy(const struct catalogue_keys *keys, struct catalogue_copy *c)
{
	struct reader r = reader_of(c->file, c->file_len);
	const uint8_t *magic = get_bytes(&r, 4);
	uint32_t cms_len = get_u32le(&r);
	const uint8_t *cms = cms_len <= MAX_SIGNATURE ? get_bytes(&r, cms_len) : NULL;

	if (!magic || memcmp(magic, MAGIC, 4) != 0 || !cms || r.left == 0)
		return ERR_BAD_DATA;
	AUTO_FREE char *text = strndup((const char *)r.at, r.left);
	if (!text)
		return ERR_NO_MEMORY;
	enum err e = catalogue_keys_check(keys, (const char *)r.at, r.left, cms, cms_len, &c->key);
	if (e != ERR_OK)
		return e;
	struct json_object *json = json_tokener_parse(text);
	return json ? catalogue_of(json, &c->list) : ERR_BAD_DATA;
}

static void load_copy(struct catalogue_book *b, const char *name, struct catalogue_copy *ret)
{
	struct stat st;
	enum err e = files_read(b->dir_fd, name, MAX_FILE, &ret->file, &ret->file_len);

	if (e == ERR_OK)
		e = read_copy(&b->keys, ret);
	if (e == ERR_OK && fstatat(b->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		ret->got_s = st.st_mtime;
	if (e == ERR_OK)
		return;
	if (e != ERR_NOT_FOUND)
		log_line(LOG_ERROR, "catalogue.unusable", "file=%s err=%s", name, err_name(e));
	forget(ret);
}

/* A floor under a key that is known no more is none: the operator has installed another one. */
static void load_floor(struct catalogue_book *b)
{
	char name[CATALOGUE_KEY_CAP], text[CATALOGUE_KEY_CAP];
	AUTO_FREE uint8_t *bytes = NULL;
	int64_t number = 0;
	size_t len = 0;

	if (files_read(b->dir_fd, "floor", 127, &bytes, &len) != ERR_OK)
		return;
	AUTO_FREE char *line = strndup((const char *)bytes, len);
	if (!line || sscanf(line, "%" SCNd64 " %64[0-9a-f]", &number, text) != 2)
		return;
	for (size_t i = 0; catalogue_keys_name(&b->keys, i, name); i++) {
		if (strcmp(name, text) != 0)
			continue;
		b->has_floor = true;
		b->floor = number;
		b->floor_key = i;
	}
}

static enum err raise_floor(struct catalogue_book *b, const struct catalogue_copy *c)
{
	char name[CATALOGUE_KEY_CAP], text[128];
	int64_t number = catalogue_number(c->list);

	if (b->has_floor && b->floor_key == c->key && b->floor == number)
		return ERR_OK;
	if (!catalogue_keys_name(&b->keys, c->key, name))
		return ERR_BROKEN;
	int len = snprintf(text, sizeof text, "%" PRId64 " %s\n", number, name);
	enum err e = files_replace(b->dir_fd, "floor", &(struct iovec){ text, (size_t)len }, 1);
	if (e != ERR_OK)
		return e;
	b->has_floor = true;
	b->floor = number;
	b->floor_key = c->key;
	return ERR_OK;
}

static enum err open_folder(const char *data_dir, int *ret_fd)
{
	uint32_t swept = 0;
	AUTO_FD dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return err_of_errno();
	enum err e = files_folder(dir, "catalogue", ret_fd);
	if (e == ERR_OK && files_sweep(*ret_fd, &swept) == ERR_OK && swept > 0)
		log_line(LOG_INFO, "catalogue.swept", "files=%u", swept);
	return e;
}

/* Without a folder the shipped list serves, and nothing newer is taken. */
static void load_given(struct catalogue_book *b, const char *data_dir)
{
	enum err e = open_folder(data_dir, &b->dir_fd);

	if (e != ERR_OK) {
		log_line(LOG_ERROR, "catalogue.folder", "err=%s", err_name(e));
		return;
	}
	load_copy(b, "list", &b->got);
	load_copy(b, "before", &b->before);
	load_floor(b);
	if (!catalogue_book_is_behind(b))
		e = raise_floor(b, catalogue_book_copy(b));
	else
		log_line(LOG_ERROR, "catalogue.behind", "number=%jd floor=%jd",
			 (intmax_t)catalogue_number(catalogue_book_now(b)), (intmax_t)b->floor);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "catalogue.floor", "err=%s", err_name(e));
}

/* The statements, before anything that may be signed by the keys they bring. */
static enum err load_keys(const struct catalogue_places *p, struct catalogue_book *b)
{
	char path[4096];
	AUTO_FREE uint8_t *statements = NULL;
	size_t len = 0;
	int n = snprintf(path, sizeof path, "%s/catalogue", p->data_dir);
	AUTO_FD dir = n < (int)sizeof path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (dir >= 0 && files_read(dir, "keys", MAX_STATEMENTS, &statements, &len) != ERR_OK)
		len = 0;
	return catalogue_keys_load(p->anchor, statements, len, &b->keys);
}

enum err catalogue_book_open(const struct catalogue_places *p, struct catalogue_book *ret)
{
	struct catalogue_book b = { .dir_fd = -1 };
	enum err e = catalogue_open(p->assets_dir, p->anchor, &b.shipped.list);

	if (e == ERR_OK)
		e = load_keys(p, &b);
	if (e != ERR_OK) {
		catalogue_close(b.shipped.list);
		return e;
	}
	load_given(&b, p->data_dir);
	*ret = b;
	return ERR_OK;
}

void catalogue_book_close(struct catalogue_book *b)
{
	if (b->keys.count > 0 && b->dir_fd >= 0)
		close(b->dir_fd);
	forget(&b->shipped);
	forget(&b->got);
	forget(&b->before);
	catalogue_keys_free(&b->keys);
}

static bool may_follow(const struct catalogue_book *b, const struct catalogue_copy *c)
{
	if (c->key + 1 != b->keys.count || compare(c, catalogue_book_copy(b)) <= 0)
		return false;
	return !b->has_floor || c->key > b->floor_key ||
	       (c->key == b->floor_key && catalogue_number(c->list) > b->floor);
}

static enum err make_file(const char *text, size_t text_len, const uint8_t *cms, size_t cms_len,
			  struct catalogue_copy *ret)
{
	if (text_len > CATALOGUE_MAX_BYTES || cms_len > MAX_SIGNATURE)
		return ERR_BAD_DATA;
	ret->file_len = 8 + cms_len + text_len;
	ret->file = malloc(ret->file_len);
	if (!ret->file)
		return ERR_NO_MEMORY;
	memcpy(ret->file, MAGIC, 4);
	put_u32le(ret->file + 4, (uint32_t)cms_len);
	memcpy(ret->file + 8, cms, cms_len);
	memcpy(ret->file + 8 + cms_len, text, text_len);
	return ERR_OK;
}

static enum err keep(const struct catalogue_book *b, const char *name,
		     const struct catalogue_copy *c)
{
	return files_replace(b->dir_fd, name, &(struct iovec){ c->file, c->file_len }, 1);
}

/* The list first: a cut between the two leaves a list above the floor, which is raised by the next
 * start before the list is in use. */
static enum err keep_all(struct catalogue_book *b, const struct catalogue_copy *next)
{
	enum err e = b->got.list ? keep(b, "before", &b->got) : ERR_OK;

	if (e == ERR_OK)
		e = keep(b, "list", next);
	return e == ERR_OK ? raise_floor(b, next) : e;
}

enum err catalogue_book_take(struct catalogue_book *b, const char *text, size_t text_len,
			     const uint8_t *cms, size_t cms_len, int64_t now_s)
{
	struct catalogue_copy next = { .got_s = now_s };
	enum err e = b->dir_fd >= 0 ? ERR_OK : ERR_IO;

	if (e == ERR_OK)
		e = make_file(text, text_len, cms, cms_len, &next);
	if (e == ERR_OK)
		e = read_copy(&b->keys, &next);
	if (e == ERR_OK && !may_follow(b, &next))
		e = ERR_REFUSED;
	if (e == ERR_OK)
		e = keep_all(b, &next);
	if (e != ERR_OK) {
		forget(&next);
		return e;
	}
	forget(&b->before);
	b->before = b->got;
	b->got = next;
	return ERR_OK;
}

enum err catalogue_book_take_key(struct catalogue_book *b, const uint8_t *cms, size_t len)
{
	AUTO_FREE uint8_t *old = NULL;
	size_t old_len = 0;
	uint8_t size[4];
	enum err e = b->dir_fd >= 0 && len <= MAX_SIGNATURE ? ERR_OK : ERR_IO;

	if (e == ERR_OK)
		e = catalogue_keys_add(&b->keys, cms, len);
	if (e != ERR_OK)
		return e;
	e = files_read(b->dir_fd, "keys", MAX_STATEMENTS, &old, &old_len);
	put_u32le(size, (uint32_t)len);
	const struct iovec parts[] = { { old, old_len },
				       { size, sizeof size },
				       { (void *)(uintptr_t)cms, len } };
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = files_replace(b->dir_fd, "keys", parts, sizeof parts / sizeof *parts);
	if (e != ERR_OK) /* as before: it comes again */
		X509_free(b->keys.certs[--b->keys.count]);
	return e;
}
