/* Who uses a disk. The kernel's exclusive claim (O_EXCL) is asked for as well, later; this tells
 * the person what to do about it, and it knows of the disk we run from. */
#include "board/flash/disks.h"
#include "board/flash/sysfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES_CAP 512
#define MAX_DEPTH 6 /* of volumes on volumes */

/* A disk, its partitions, and what stands on them. */
struct nodes {
	const struct host *host;
	size_t count, own; /* the first `own` are the disk and its partitions */
	struct node {
		char name[DISK_NAME_CAP];
		uint64_t number;
	} at[NODES_CAP];
};

static bool add(struct nodes *n, const char *name, uint64_t number)
{
	if (n->count == NODES_CAP || strlen(name) >= DISK_NAME_CAP)
		return false;
	memcpy(n->at[n->count].name, name, strlen(name) + 1);
	n->at[n->count++].number = number;
	return true;
}

static void add_disk(struct nodes *n, const char *disk)
{
	char path[PATH_MAX], names[DISK_PARTS_CAP][32];
	size_t found = 0;
	int len = snprintf(path, sizeof(path), "%s/block/%s", n->host->sys, disk);

	(void)add(n, disk, sysfs_device("%s/dev", path));
	if (len > 0 && (size_t)len < sizeof(path))
		found = sysfs_names(path, names, DISK_PARTS_CAP);
	for (size_t i = 0; i < found; i++) {
		if (sysfs_number("%s/%s/partition", path, names[i]) > 0)
			(void)add(n, names[i], sysfs_device("%s/%s/dev", path, names[i]));
	}
	n->own = n->count;
}

static void add_holders_in(struct nodes *n, const char *path)
{
	char names[32][32];
	size_t found = sysfs_names(path, names, 32);

	for (size_t i = 0; i < found; i++)
		(void)add(n, names[i], sysfs_device("%s/block/%s/dev", n->host->sys, names[i]));
}

static void add_holders(struct nodes *n, const char *disk)
{
	char path[PATH_MAX];
	size_t from = 0;

	for (int depth = 0; depth < MAX_DEPTH && from < n->count; depth++) {
		size_t to = n->count;
		for (; from < to; from++) {
			const char *inner = from > 0 && from < n->own ? n->at[from].name : "";
			const char *outer = from < n->own ? disk : n->at[from].name;
			int len = snprintf(path, sizeof(path), "%s/block/%s/%s/holders",
					   n->host->sys, outer, inner);
			if (len > 0 && (size_t)len < sizeof(path))
				add_holders_in(n, path);
		}
	}
}

static bool has_number(const struct nodes *n, uint64_t number)
{
	for (size_t i = 0; number && i < n->count; i++) {
		if (n->at[i].number == number)
			return true;
	}
	return false;
}

/* A device by its path, as file systems of many devices and swaps name it. */
static bool has_path(const struct nodes *n, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strncmp(path, "/dev/", 5) != 0)
		return false;
	for (size_t i = 0; i < n->count; i++) {
		if (strcmp(n->at[i].name, slash + 1) == 0)
			return true;
	}
	return false;
}

static bool is_systems(const char *where)
{
	return strcmp(where, "/") == 0 || strcmp(where, "/usr") == 0 ||
	       strcmp(where, "/boot") == 0 || strncmp(where, "/boot/", 6) == 0;
}

/* proc(5), mountinfo: ID PARENT MAJOR:MINOR ROOT WHERE OPTIONS [MORE...] - TYPE SOURCE OPTIONS */
static enum say said_by_mount(const struct nodes *n, const char *line)
{
	unsigned major, minor;
	char where[256], source[256] = "";
	const char *tail = strstr(line, " - ");

	if (sscanf(line, "%*u %*u %u:%u %*s %255s", &major, &minor, where) != 3)
		return SAY_OK;
	if (tail)
		(void)sscanf(tail, " - %*s %255s", source);
	if (!has_number(n, disk_number(major, minor)) && !has_path(n, source))
		return SAY_OK;
	return is_systems(where) ? SAY_SYSTEM : SAY_MOUNTED;
}

typedef enum say line_fn(const struct nodes *n, const char *line);

static enum say said_by_swap(const struct nodes *n, const char *line)
{
	char path[256];

	return sscanf(line, "%255s", path) == 1 && has_path(n, path) ? SAY_SWAP : SAY_OK;
}

/* What the lines of a file say; that it is the system's own counts most. */
static enum say said_in(const struct nodes *n, const char *file, line_fn *fn)
{
	char path[PATH_MAX], *line = NULL;
	size_t cap = 0;
	enum say said = SAY_OK;
	int len = snprintf(path, sizeof(path), "%s/%s", n->host->proc, file);
	FILE *f = len > 0 && (size_t)len < sizeof(path) ? fopen(path, "re") : NULL;

	if (!f)
		return SAY_OK;
	while (said != SAY_SYSTEM && getline(&line, &cap, f) > 0) {
		enum say s = fn(n, line);
		if (s != SAY_OK)
			said = s;
	}
	free(line);
	(void)fclose(f);
	return said;
}

static enum say who_uses(const struct host *h, const struct disk *d)
{
	struct nodes n = { .host = h };
	enum say said;

	add_disk(&n, d->name);
	add_holders(&n, d->name);
	said = said_in(&n, "self/mountinfo", said_by_mount);
	if (said != SAY_SYSTEM && has_number(&n, h->source))
		return SAY_SOURCE;
	if (said != SAY_OK)
		return said;
	if ((said = said_in(&n, "swaps", said_by_swap)) != SAY_OK)
		return said;
	return n.count > n.own ? SAY_HELD : SAY_OK;
}

enum say disk_refusal(const struct host *h, const struct disk *d, uint64_t need_bytes)
{
	enum say said = who_uses(h, d);

	if (said != SAY_OK)
		return said;
	if (d->read_only)
		return SAY_READ_ONLY;
	return d->bytes < need_bytes ? SAY_SMALL : SAY_OK;
}
