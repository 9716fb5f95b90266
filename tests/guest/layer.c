#include "tests/guest/layer.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define CONTROL "/dev/mapper/control"

/* One call of the device mapper: what all have, and what that one has beside it. */
struct call {
	struct dm_ioctl head;
	union {
		struct {
			struct dm_target_spec spec;
			char words[256];
		} table;
		struct {
			uint64_t sector; /* a struct dm_target_msg, whose words have no length */
			char words[256];
		} message;
	};
};

static struct call call_of(void)
{
	struct call c = { .head = { .version = { DM_VERSION_MAJOR, 0, 0 },
				    .data_size = sizeof c,
				    .data_start = offsetof(struct call, table),
				    .name = "recorded" } };

	return c;
}

static enum err ask(unsigned long what, struct call *c)
{
	AUTO_FD fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	return fd >= 0 && ioctl(fd, what, c) == 0 ? ERR_OK : err_of_errno();
}

static enum err load_table(const char *disk, const char *log)
{
	AUTO_FD fd = open(disk, O_RDONLY | O_CLOEXEC);
	struct call c = call_of();
	uint64_t bytes = 0;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes) < 0)
		return err_of_errno();
	c.head.target_count = 1;
	c.table.spec.length = bytes / 512;
	snprintf(c.table.spec.target_type, sizeof c.table.spec.target_type, "log-writes");
	snprintf(c.table.words, sizeof c.table.words, "%s %s", disk, log);
	return ask(DM_TABLE_LOAD, &c);
}

enum err layer_begin(const char *disk, const char *log)
{
	struct call create = call_of(), go = call_of();

	if (!log)
		return ERR_NOT_FOUND;
	enum err e = ask(DM_DEV_CREATE, &create);
	if (e == ERR_OK)
		e = load_table(disk, log);
	if (e == ERR_OK)
		e = ask(DM_DEV_SUSPEND, &go); /* without its flag it means: go on */
	return e;
}

enum err layer_mark(const char *text)
{
	struct call c = call_of();

	snprintf(c.message.words, sizeof c.message.words, "mark %s", text);
	return ask(DM_TARGET_MSG, &c);
}

enum err layer_end(void)
{
	struct call c = call_of();

	return ask(DM_DEV_REMOVE, &c);
}
