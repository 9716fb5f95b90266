/* A machine in an emulator: a PC with UEFI firmware, disks whose cache forgets, a TPM, a panel that
 * is touched, sticks, a serial line, and a second one with a root shell where its kernel was given
 * by hand. One loop serves it all; nothing here waits for time. */
#ifndef IMAGE_MACHINE_H
#define IMAGE_MACHINE_H

#include "firmware/base/clock.h"
#include "firmware/base/loop.h"
#include "tests/image/budget.h"
#include "tests/image/disk.h"
#include "tests/image/qmp.h"
#include "tests/image/stream.h"

#include <sys/types.h>

#define MACHINE_DISKS 8
#define MACHINE_PATH  512
#define MACHINE_WORDS 2048

enum port { PORT_SERIAL, PORT_SHELL, PORT_COUNT };

struct machine_port {
	struct machine *machine;
	int sock; /* -1: the machine is off */
	struct stream said;
};

/* What has been asked on the control socket. */
struct machine_question {
	bool answered;
	enum err error;
	char text[QMP_CAP]; /* JSON that was returned, or what was wrong */
};

struct machine {
	char dir[MACHINE_PATH];       /* its folder */
	const char *firmware;         /* folder of OVMF */
	char append[MACHINE_WORDS];   /* to the command line of a kernel that is given by hand */
	char emulator[MACHINE_WORDS]; /* more words for the emulator */
	char tpm[DISK_NAME];          /* "": there is none */
	bool net, slow_disks;         /* slow_disks: without the cache that forgets */
	bool fingers;                 /* no tablet: another touch screen is plugged in there */
	struct disk disks[MACHINE_DISKS];
	unsigned disk_count;
	struct lot lot;

	struct clock clock;
	struct loop *loop;
	pid_t pid, tpm_pid; /* 0: off */
	int64_t on_ms;      /* when it was last switched on, or reset */
	unsigned resets;
	bool cut_by_itself; /* the power went at a request to a disk */
	struct machine_port ports[PORT_COUNT];
	struct stream events; /* and their data, a line each */
	int control, tpm_ctrl;
	struct qmp qmp;
	struct machine_question question;
	unsigned shell_line;
	bool shell_ready;
};

/* `m` is zeroed but for dir and firmware. */
enum err machine_init(struct machine *m);
void machine_finish(struct machine *m); /* it is off then; a zeroed one is allowed */

struct disk *machine_disk(struct machine *m, const char *name); /* NULL: there is none */
enum err machine_add_disk(struct machine *m, const char *name, struct disk **ret_disk);

/* Without warning: a key that is held down, or the plug. Of what was not flushed all is there, or,
 * cut, what the lot says. */
void machine_off(struct machine *m, bool cut);
bool machine_is_on(const struct machine *m);

/* Serves it until the fact is one. ERR_TIMEOUT; ERR_GONE: it has gone off, and the fact is none. */
typedef bool machine_fact(void *data);
enum err machine_until(struct machine *m, machine_fact *fact, void *data, struct budget *b);

/* The same for at most that many milliseconds, and a fact that may well not become one. */
bool machine_within(struct machine *m, machine_fact *fact, void *data, uint32_t ms);

/* Begins to listen at the ends of a machine that has just been started (launch.c). */
enum err machine_listen(struct machine *m);

#endif
