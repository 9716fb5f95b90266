#include "firmware/core/vault.h"

#include "firmware/base/auto.h"
#include "firmware/core/cipher.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/vault_row.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>

#define ID_CHARS      32
#define SALT_BYTES    16
#define DEFAULT_WORK  14
#define HEADER_BYTES  20
#define OVERHEAD      (HEADER_BYTES + CIPHER_TAG_BYTES)
#define WRAPPED_BYTES (1 + CIPHER_NONCE_BYTES + sizeof(struct secret) + CIPHER_TAG_BYTES)

struct vault {
	struct store *store;
	struct vault *next; /* store::vaults */
	struct secret key;
	char id[ID_CHARS + 1];
	int fd; /* its folder */
	int64_t begun_s;
	uint8_t claim[VAULT_CLAIM_BYTES];
};

/* The visit's key as it stands in its row: algorithm, nonce, key, tag; bound to the vault's id. */
struct wrapped {
	uint8_t cipher, nonce[CIPHER_NONCE_BYTES], key[sizeof(struct secret)],
		tag[CIPHER_TAG_BYTES];
};
_Static_assert(VAULT_CLAIM_BYTES == SALT_BYTES + FILES_HASH_BYTES, "salt and hash");
_Static_assert(sizeof(struct wrapped) == WRAPPED_BYTES, "no padding");

void vault_bytes_finish(struct vault_bytes *b)
{
	if (b->bytes)
		explicit_bzero(b->bytes, b->len);
	free(b->bytes);
	*b = (struct vault_bytes){ 0 };
}

static void unlist(struct vault *v)
{
	struct vault **at = &v->store->vaults;

	while (*at && *at != v)
		at = &(*at)->next;
	if (*at)
		*at = v->next;
}

static bool in_use(const struct store *s, const char *id)
{
	for (const struct vault *v = s->vaults; v; v = v->next)
		if (strcmp(v->id, id) == 0)
			return true;
	return false;
}

void vault_close(struct vault *v)
{
	if (!v)
		return;
	unlist(v);
	if (v->fd >= 0)
		close(v->fd);
	explicit_bzero(v, sizeof *v);
	free(v);
}

enum err vault_last(struct vault *v, int64_t until_s)
{
	return db_change(v->store, SQL_VAULT_LAST, DB_VALUES(db_num(until_s), db_text(v->id)));
}

int64_t vault_begun_s(const struct vault *v)
{
	return v->begun_s;
}

const uint8_t *vault_claim(const struct vault *v)
{
	return v->claim;
}

enum err vault_claimant(struct store *s, const char *number, struct secret *ret_slow)
{
	unsigned work = s->options.work_log2 ? s->options.work_log2 : DEFAULT_WORK;

	return cipher_stretch(&s->device, number, work, ret_slow);
}

/* A key like a visit's, but hashed: it opens nothing. */
static enum err claim_hash(const struct secret *slow, const uint8_t salt[SALT_BYTES],
			   uint8_t ret_hash[FILES_HASH_BYTES])
{
	struct secret key;
	enum err e = cipher_derive(slow, salt, &key);

	if (e == ERR_OK &&
	    EVP_Digest(key.bytes, sizeof key.bytes, ret_hash, NULL, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	explicit_bzero(&key, sizeof key);
	return e;
}

static enum err make_claim(struct vault *v, const struct secret *slow)
{
	enum err e = db_random(v->store, v->claim, SALT_BYTES);

	return e == ERR_OK ? claim_hash(slow, v->claim, v->claim + SALT_BYTES) : e;
}

enum err vault_claim_is(const struct secret *slow, const uint8_t claim[VAULT_CLAIM_BYTES],
			bool *ret_yes)
{
	uint8_t hash[FILES_HASH_BYTES];
	enum err e = claim_hash(slow, claim, hash);

	if (e == ERR_OK)
		*ret_yes = memcmp(hash, claim + SALT_BYTES, sizeof hash) == 0;
	return e;
}

static struct vault *make(struct store *s)
{
	struct vault *v = calloc(1, sizeof *v);

	if (v) {
		v->store = s;
		v->fd = -1;
		v->next = s->vaults;
		s->vaults = v;
	}
	return v;
}

static enum err wrap(struct vault *v, const char *number, const uint8_t salt[SALT_BYTES],
		     struct wrapped *w)
{
	struct secret slow, key;
	struct cipher_use u = { .key = &key, .also = v->id, .also_len = ID_CHARS };
	enum err e = vault_claimant(v->store, number, &slow);

	if (e == ERR_OK)
		e = make_claim(v, &slow);
	if (e == ERR_OK)
		e = cipher_derive(&slow, salt, &key);
	if (e == ERR_OK)
		e = db_random(v->store, w->nonce, sizeof w->nonce);
	if (e == ERR_OK) {
		u.cipher = cipher_best();
		w->cipher = (uint8_t)u.cipher;
		memcpy(u.nonce, w->nonce, sizeof u.nonce);
		e = cipher_seal(&u, v->key.bytes, sizeof v->key.bytes, w->key, w->tag);
	}
	explicit_bzero(&slow, sizeof slow);
	explicit_bzero(&key, sizeof key);
	return e;
}

static enum err begin(struct vault *v, const char *number)
{
	struct store *s = v->store;
	uint8_t id[ID_CHARS / 2], salt[SALT_BYTES];
	struct wrapped w;
	enum err e = db_random(s, id, sizeof id);

	if (e == ERR_OK)
		e = db_random(s, salt, sizeof salt);
	if (e == ERR_OK)
		e = db_random(s, v->key.bytes, sizeof v->key.bytes);
	if (e != ERR_OK)
		return e;
	hex_of(id, sizeof id, v->id);
	v->begun_s = clock_now_s(s->options.clock);
	e = wrap(v, number, salt, &w);
	if (e == ERR_OK)
		e = db_wrote(s, files_folder(s->vault_fd, v->id, &v->fd));
	if (e == ERR_OK)
		e = db_run(s, SQL_VAULT_ADD,
			   DB_VALUES(db_text(v->id), db_num(v->begun_s),
				     db_bytes(salt, sizeof salt), db_bytes(&w, sizeof w)));
	return e;
}

enum err vault_begin(struct store *s, const char *number, struct vault **ret_vault)
{
	struct vault *v = make(s);

	if (!v)
		return ERR_NO_MEMORY;
	enum err e = begin(v, number);
	if (e != ERR_OK) {
		vault_close(v);
		return e;
	}
	*ret_vault = v;
	return ERR_OK;
}

/* Is the row at `st` this person's? Then v->key is the visit's key. ERR_FORGED: it is not. */
static enum err unwrap(struct vault *v, struct sqlite3_stmt *st, const struct secret *slow)
{
	const uint8_t *salt = sqlite3_column_blob(st, 2);
	const struct wrapped *w = sqlite3_column_blob(st, 3);
	struct secret key;
	struct cipher_use u = { .key = &key, .also = v->id, .also_len = ID_CHARS };

	if (!salt || !w || sqlite3_column_bytes(st, 2) != SALT_BYTES ||
	    sqlite3_column_bytes(st, 3) != sizeof *w)
		return ERR_FORGED;
	db_copy(st, 0, v->id, sizeof v->id);
	v->begun_s = sqlite3_column_int64(st, 1);
	enum err e = cipher_derive(slow, salt, &key);
	if (e == ERR_OK) {
		u.cipher = (enum cipher)w->cipher;
		memcpy(u.nonce, w->nonce, sizeof u.nonce);
		memcpy(v->key.bytes, w->key, sizeof v->key.bytes);
		e = cipher_open(&u, v->key.bytes, sizeof v->key.bytes, w->tag);
	}
	explicit_bzero(&key, sizeof key);
	return e == ERR_BAD_DATA ? ERR_FORGED : e;
}

static enum err find(struct vault *v, const char *number)
{
	AUTO_ROWS *st = NULL;
	struct secret slow;
	enum err e = db_first(v->store, SQL_VAULT_ALL, DB_NOTHING, &st);

	if (e == ERR_OK)
		e = vault_claimant(v->store, number, &slow);
	while (e == ERR_OK) {
		e = unwrap(v, st, &slow);
		if (e != ERR_FORGED)
			break;
		e = db_next(v->store, st);
	}
	if (e == ERR_OK)
		e = make_claim(v, &slow);
	explicit_bzero(&slow, sizeof slow);
	return e == ERR_OK ? files_folder(v->store->vault_fd, v->id, &v->fd) : e;
}

enum err vault_find(struct store *s, const char *number, struct vault **ret_vault)
{
	struct vault *v = make(s);

	if (!v)
		return ERR_NO_MEMORY;
	enum err e = find(v, number);
	if (e != ERR_OK) {
		vault_close(v);
		return e;
	}
	*ret_vault = v;
	return ERR_OK;
}

static bool name_ok(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_");

	return len > 0 && len < VAULT_NAME_CAP && name[len] == '\0' && name[0] != '.';
}

/* What a file's text is bound to: header, vault, name. */
struct bound {
	uint8_t header[HEADER_BYTES];
	char id[ID_CHARS];
	char name[VAULT_NAME_CAP]; /* zeros behind */
};

static void bind_to(struct bound *b, const struct vault *v, const char *name)
{
	memcpy(b->id, v->id, sizeof b->id);
	memcpy(b->name, name, strlen(name));
}

static struct cipher_use use_of(const struct vault *v, const struct bound *b)
{
	struct cipher_use u = { .cipher = (enum cipher)b->header[4],
				.key = &v->key,
				.also = b,
				.also_len = sizeof *b };

	memcpy(u.nonce, b->header + 8, sizeof u.nonce);
	return u;
}

enum err vault_put(struct vault *v, const char *name, const void *bytes, size_t len)
{
	struct bound b = { .header = { 'M', 'C', 'V', '1', (uint8_t)cipher_best() } };
	uint8_t tag[CIPHER_TAG_BYTES];

	if (!name_ok(name))
		return ERR_BAD_DATA;
	if (len > VAULT_MAX_BYTES)
		return ERR_NO_SPACE;
	if (v->store->failed)
		return ERR_IO;
	enum err e = disk_room(&v->store->disk, len + OVERHEAD);
	if (e == ERR_OK)
		e = db_random(v->store, b.header + 8, CIPHER_NONCE_BYTES);
	if (e != ERR_OK)
		return e;
	bind_to(&b, v, name);
	struct cipher_use u = use_of(v, &b);
	AUTO_FREE uint8_t *text = malloc(len ? len : 1);
	if (!text)
		return ERR_NO_MEMORY;
	e = cipher_seal(&u, bytes, len, text, tag);
	if (e != ERR_OK)
		return e;
	struct iovec parts[] = { { b.header, sizeof b.header },
				 { text, len },
				 { tag, sizeof tag } };
	return db_wrote(v->store, files_replace(v->fd, name, parts, 3));
}

static enum err open_text(const struct vault *v, const char *name, uint8_t *bytes, size_t len)
{
	struct bound b = { 0 };
	enum err e;

	if (len < OVERHEAD || memcmp(bytes, "MCV1", 4) != 0)
		return ERR_BAD_DATA;
	memcpy(b.header, bytes, sizeof b.header);
	bind_to(&b, v, name);
	struct cipher_use u = use_of(v, &b);
	e = cipher_open(&u, bytes + HEADER_BYTES, len - OVERHEAD, bytes + len - CIPHER_TAG_BYTES);
	return e == ERR_FORGED ? ERR_BAD_DATA : e;
}

enum err vault_get(struct vault *v, const char *name, struct vault_bytes *ret_bytes)
{
	uint8_t *bytes;
	size_t len;

	if (!name_ok(name))
		return ERR_BAD_DATA;
	enum err e = files_read(v->fd, name, VAULT_MAX_BYTES + OVERHEAD, &bytes, &len);
	if (e != ERR_OK)
		return e;
	e = open_text(v, name, bytes, len);
	if (e != ERR_OK) {
		free(bytes);
		return e;
	}
	memmove(bytes, bytes + HEADER_BYTES, len - OVERHEAD);
	explicit_bzero(bytes + len - OVERHEAD, OVERHEAD);
	*ret_bytes = (struct vault_bytes){ bytes, len - OVERHEAD };
	return ERR_OK;
}

enum err vault_remove(struct vault *v, const char *name)
{
	if (!name_ok(name))
		return ERR_BAD_DATA;
	if (unlinkat(v->fd, name, 0) < 0)
		return errno == ENOENT ? ERR_OK : err_of_errno();
	return db_wrote(v->store, files_sync(v->fd));
}

enum err vault_forget(struct store *s, const struct vault *v)
{
	return db_run(s, SQL_VAULT_REMOVE, DB_VALUES(db_text(v->id)));
}

enum err vault_end(struct vault *v)
{
	struct store *s = v->store;
	enum err e = vault_forget(s, v);

	if (e == ERR_OK)
		e = db_forget(s);
	enum err files = files_remove_folder(s->vault_fd, v->id);
	vault_close(v);
	return e == ERR_OK ? files : e;
}

static enum err forget_old(struct store *s, int64_t before_s, unsigned *count)
{
	int64_t now_s = clock_now_s(s->options.clock);

	for (int64_t n = 0;;) {
		AUTO_ROWS *st = NULL;
		char id[ID_CHARS + 1];
		enum err e = db_first(s, SQL_VAULT_OLD,
				      DB_VALUES(db_num(before_s), db_num(now_s), db_num(n)), &st);

		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_OK : e;
		n = sqlite3_column_int64(st, 0);
		db_copy(st, 1, id, sizeof id);
		db_rows_end(&st);
		if (in_use(s, id))
			continue;
		e = db_change(s, SQL_VAULT_REMOVE, DB_VALUES(db_text(id)));
		if (e != ERR_OK)
			return e;
		(*count)++;
	}
}

static enum err remove_keyless(void *data, const char *name)
{
	struct store *s = data;
	AUTO_ROWS *st = NULL;

	if (!hex_ok(name, ID_CHARS))
		return ERR_OK; /* not ours */
	enum err e = db_first(s, SQL_VAULT_HAS, DB_VALUES(db_text(name)), &st);
	return e == ERR_NOT_FOUND ? files_remove_folder(s->vault_fd, name) : e;
}

struct halves {
	struct store *store;
	uint32_t *count;
};

static enum err sweep_halves(void *data, const char *name)
{
	const struct halves *h = data;

	if (!hex_ok(name, ID_CHARS))
		return ERR_OK; /* not ours */
	AUTO_FD fd =
		openat(h->store->vault_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? ERR_OK
		      : files_sweep(fd, h->count); /* one that is no folder is swept later */
}

enum err vault_start(struct store *s, uint32_t *count)
{
	struct halves h = { s, count };

	return files_each(s->vault_fd, sweep_halves, &h);
}

enum err vault_sweep(struct store *s, int64_t before_s, unsigned *ret_count)
{
	unsigned count = 0;
	enum err e = forget_old(s, before_s, &count);

	if (e == ERR_OK)
		e = db_forget(s);
	if (e == ERR_OK)
		e = files_each(s->vault_fd, remove_keyless, s);
	if (e == ERR_OK && ret_count)
		*ret_count = count;
	return e;
}
