#include "tests/guest/shelf.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool hash_of(const char *path, char ret_hex[65])
{
	static const char HEX[] = "0123456789abcdef";
	uint8_t bytes[16384], hash[EVP_MAX_MD_SIZE];
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = fd >= 0 && md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
	ssize_t n = 0;

	while (good && (n = read(fd, bytes, sizeof bytes)) > 0)
		good = EVP_DigestUpdate(md, bytes, (size_t)n) == 1;
	good = good && n == 0 && EVP_DigestFinal_ex(md, hash, NULL) == 1;
	EVP_MD_CTX_free(md);
	for (int i = 0; good && i < 32; i++) {
		ret_hex[2 * i] = HEX[hash[i] >> 4];
		ret_hex[2 * i + 1] = HEX[hash[i] & 15];
	}
	if (good)
		ret_hex[64] = '\0';
	return good;
}

static enum err copy_file(const char *from, const char *to)
{
	uint8_t bytes[16384];
	AUTO_FD in = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	(void)unlink(to);
	if (in < 0)
		return errno == ENOENT ? ERR_OK : err_of_errno();
	AUTO_FD out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			return ERR_NO_SPACE;
	return out >= 0 && n == 0 ? ERR_OK : err_of_errno();
}

static enum err copy_database(const char *dir, const char *scratch, char ret_path[300])
{
	static const char *const PARTS[] = { "kiosk.db", "kiosk.db-wal" };
	char from[300], to[300];
	enum err e = ERR_OK;

	snprintf(to, sizeof to, "%s/kiosk.db-shm", scratch);
	(void)unlink(to);
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS && e == ERR_OK; i++) {
		snprintf(from, sizeof from, "%s/%s", dir, PARTS[i]);
		snprintf(to, sizeof to, "%s/%s", scratch, PARTS[i]);
		e = copy_file(from, to);
	}
	snprintf(ret_path, 300, "%s/kiosk.db", scratch);
	return e;
}

static void tell_integrity(sqlite3 *db, struct tell *t)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &st, NULL);

	if (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		tell_line(t, "integrity %.100s", (const char *)sqlite3_column_text(st, 0));
	else
		tell_line(t, "integrity %s", sqlite3_errmsg(db));
	sqlite3_finalize(st);
}

static const char *text_at(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return text && *text ? text : "-";
}

/* A package has one of two names until its claim is through (outbox_files.h). */
static void tell_row(const char *dir, sqlite3_stmt *st, struct tell *t)
{
	char path[600], sha256[65] = "-";
	const char *key = text_at(st, 0), *code = text_at(st, 1), *manifest = text_at(st, 3);

	snprintf(path, sizeof path, "%s/outbox/%s_%s_%s.p7m", dir, key, code, manifest);
	if (!hash_of(path, sha256)) {
		snprintf(path, sizeof path, "%s/outbox/%s_%s_%s.p7m.new", dir, key, code, manifest);
		(void)hash_of(path, sha256);
	}
	tell_line(t, "row %s %s %s %s %s %s %s", key, code, text_at(st, 2), manifest,
		  text_at(st, 4), sha256, text_at(st, 5));
}

static int tell_rows(const char *dir, sqlite3 *db, struct tell *t)
{
	static const char SQL[] = "SELECT key, receipt_code, state, manifest, sha256, dossier_code "
				  "FROM outbox ORDER BY id";
	sqlite3_stmt *st = NULL;
	int n = 0, rc = sqlite3_prepare_v2(db, SQL, -1, &st, NULL);

	/* the power may go before the first table is there; what is missing will be missed */
	if (rc != SQLITE_OK && !strstr(sqlite3_errmsg(db), "no such table"))
		tell_line(t, "unreadable %s", sqlite3_errmsg(db));
	while (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) {
		tell_row(dir, st, t);
		n++;
	}
	sqlite3_finalize(st);
	return n;
}

/* A file that bears a claimed name is whole, or a row tells of it. */
static void tell_files(const char *dir, sqlite3 *db, struct tell *t)
{
	char path[300];
	sqlite3_stmt *st = NULL;

	snprintf(path, sizeof path, "%s/outbox", dir);
	DIR *d = opendir(path);
	if (sqlite3_prepare_v2(db, "SELECT 1 FROM outbox WHERE key = ?", -1, &st, NULL) !=
	    SQLITE_OK)
		st = NULL;
	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		if (e->d_name[0] == '.' || !strstr(e->d_name, ".p7m"))
			continue;
		sqlite3_bind_text(st, 1, e->d_name, 36, SQLITE_STATIC);
		if (sqlite3_step(st) != SQLITE_ROW)
			tell_line(t, "file %.200s", e->d_name);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	if (d)
		closedir(d);
}

enum err shelf_tell(const char *dir, const char *scratch, struct tell *t)
{
	char path[300];
	sqlite3 *db = NULL;
	int rows = 0;
	enum err e = copy_database(dir, scratch, path);

	if (e != ERR_OK)
		return e;
	if (access(path, F_OK) == 0 &&
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
		tell_integrity(db, t);
		rows = tell_rows(dir, db, t);
		tell_files(dir, db, t);
	}
	sqlite3_close(db);
	tell_line(t, "shelf %d", rows);
	tell_now(t);
	return ERR_OK;
}

enum err shelf_find(const char *dir, const char *code, char ret_name[256], char ret_sha256[65])
{
	char path[600];
	bool found = false;

	snprintf(path, sizeof path, "%s/outbox", dir);
	DIR *d = opendir(path);
	for (struct dirent *e = d ? readdir(d) : NULL; e && !found; e = readdir(d))
		if (strstr(e->d_name, code)) {
			snprintf(ret_name, 256, "%s", e->d_name);
			snprintf(path, sizeof path, "%s/outbox/%.255s", dir, e->d_name);
			found = hash_of(path, ret_sha256);
		}
	if (d)
		closedir(d);
	return found ? ERR_OK : ERR_NOT_FOUND;
}
