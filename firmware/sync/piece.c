#include "firmware/sync/piece.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define QUICK_MS 5000
#define SLOW_MS  30000

#define LEAST_WINDOW 8192

uint32_t piece_next_bytes(uint32_t bytes, int64_t took_ms)
{
	bool slow = took_ms < 0 || took_ms > SLOW_MS;

	if (slow && bytes / 2 >= PIECE_LEAST_BYTES)
		return bytes / 2;
	if (!slow && took_ms < QUICK_MS && bytes * 2 <= PIECE_MOST_BYTES)
		return bytes * 2;
	return bytes;
}

uint32_t piece_window_bytes(uint32_t bytes)
{
	return bytes / 8 > LEAST_WINDOW ? bytes / 8 : LEAST_WINDOW;
}

static enum err digest(EVP_MD_CTX *md, int fd, int64_t from, int64_t len)
{
	uint8_t part[16384];

	while (len > 0) {
		size_t want = len < (int64_t)sizeof part ? (size_t)len : sizeof part;
		ssize_t got = pread(fd, part, want, from);

		if (got <= 0)
			return ERR_IO;
		if (EVP_DigestUpdate(md, part, (size_t)got) != 1)
			return ERR_NO_MEMORY;
		from += got;
		len -= got;
	}
	return ERR_OK;
}

enum err piece_sum(int fd, int64_t from, int64_t len, char ret_header[PIECE_SUM_CAP])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t hash[32];
	char base64[48];
	enum err e = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1
			     ? digest(md, fd, from, len)
			     : ERR_NO_MEMORY;

	if (e == ERR_OK && EVP_DigestFinal_ex(md, hash, NULL) != 1)
		e = ERR_NO_MEMORY;
	EVP_MD_CTX_free(md);
	if (e != ERR_OK)
		return e;
	EVP_EncodeBlock((unsigned char *)base64, hash, sizeof hash);
	snprintf(ret_header, PIECE_SUM_CAP, "Upload-Checksum: sha256 %s", base64);
	return ERR_OK;
}
