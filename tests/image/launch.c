#include "tests/image/launch.h"

#include "firmware/base/auto.h"
#include "tests/image/ask.h"
#include "tests/image/start.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define START_S 15

/* The emulator's ends, by their place in START_FD and following; disks come behind. */
enum { END_CONTROL, END_SERIAL, END_SHELL, END_TPM, END_DISKS };

struct ends {
	int theirs[END_DISKS + MACHINE_DISKS];
	unsigned count;
};

static void close_ends(struct ends *e)
{
	for (unsigned i = 0; i < e->count; i++)
		close(e->theirs[i]);
	e->count = 0;
}

static enum err add_end(struct ends *e, int *ret_ours)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_of_errno();
	*ret_ours = pair[0];
	e->theirs[e->count++] = pair[1];
	return ERR_OK;
}

/* Its state, as that of a chip, is kept in a folder by its name. */
static enum err start_tpm(struct machine *m)
{
	AUTO_FREE struct start *s = calloc(1, sizeof *s);
	char log[MACHINE_PATH + 32], state[MACHINE_PATH + 64];
	int pair[2];

	if (!s || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return ERR_NO_MEMORY;
	snprintf(log, sizeof log, "%s/tpm.log", m->dir);
	snprintf(state, sizeof state, "%s/tpm-%s", m->dir, m->tpm);
	(void)mkdir(state, 0700);
	start_words(s, "swtpm socket --tpm2 --flags startup-clear --tpmstate");
	start_word(s, "dir=%s", state);
	start_word(s, "--ctrl");
	start_word(s, "type=unixio,clientfd=%d", START_FD);
	enum err e = start_run(s, log, &pair[1], 1, &m->tpm_pid);
	close(pair[1]);
	m->tpm_ctrl = pair[0];
	return e;
}

/* Without erms: the emulator does `rep stosb`, by which the kernel would clear each page, a byte at
 * a time. One processor: with two, QEMU 7.2 now and then takes the second one's timer interrupt and
 * never runs its handler (the bit stays in ISR and IRR of its APIC, the kernel's log has "timer
 * wakeup didn't happen"), and the machine stands still. */
static void add_board(const struct machine *m, struct start *s)
{
	start_words(s, "qemu-system-x86_64 -nodefaults -no-user-config -display none -vga none "
		       "-accel tcg,thread=multi -cpu max,erms=off -m 1024 "
		       "-device bochs-display,xres=1080,yres=1920,edid=on "
		       "-device qemu-xhci,id=usb,p2=8,p3=8 "
		       "-device virtio-rng-pci -device i6300esb -action watchdog=reset "
		       "-mon chardev=control,mode=control "
		       "-serial chardev:serial -serial chardev:shell");
	if (!m->fingers)
		start_words(s, "-device usb-tablet,id=touch,bus=usb.0,port=1");
	start_word(s, "-chardev");
	start_word(s, "socket,id=control,fd=%d", START_FD + END_CONTROL);
	start_word(s, "-chardev");
	start_word(s, "socket,id=serial,fd=%d", START_FD + END_SERIAL);
	start_word(s, "-chardev");
	start_word(s, "socket,id=shell,fd=%d", START_FD + END_SHELL);
	if (m->net)
		start_words(s, "-netdev user,id=net "
			       "-device virtio-net-pci,id=nic,netdev=net,romfile=");
	else
		start_words(s, "-nic none");
	start_words(s, m->emulator);
}

static void add_tpm(struct start *s)
{
	start_word(s, "-chardev");
	start_word(s, "socket,id=tpm,fd=%d", START_FD + END_TPM);
	start_words(s, "-tpmdev emulator,id=tpm0,chardev=tpm -device tpm-crb,tpmdev=tpm0");
}

static void add_firmware(const struct machine *m, const struct launch *l, struct start *s)
{
	start_words(s, l->uefi ? "-machine q35,smm=on" : "-machine q35");
	if (l->uefi) {
		start_words(s, "-global driver=cfi.pflash01,property=secure,value=on -drive");
		start_word(s, "if=pflash,format=raw,readonly=on,file=%s/OVMF_CODE_4M.secboot.fd",
			   m->firmware);
		start_word(s, "-drive");
		start_word(s, "if=pflash,format=raw,file=%s/vars.fd", m->dir);
	}
	if (l->kernel) {
		start_word(s, "-kernel");
		start_word(s, "%s", l->kernel);
		start_word(s, "-initrd");
		start_word(s, "%s", l->initrd);
		start_word(s, "-append");
		start_word(s, "%s %s", l->append, m->append);
	}
}

static void add_disk(const struct machine *m, const struct disk *d, int fd, bool first,
		     struct start *s)
{
	start_word(s, "-blockdev");
	if (m->slow_disks)
		start_word(s, "driver=file,node-name=%s,filename=%s", d->name, d->path);
	else
		start_word(s, "driver=nbd,node-name=%s,server.type=fd,server.str=%d", d->name, fd);
	start_word(s, "-device");
	start_word(s, "virtio-blk-pci,drive=%s,serial=%s,write-cache=on%s", d->name, d->name,
		   first ? ",bootindex=1" : "");
}

/* What the emulator asks first is whether somebody is there. */
static enum err meet(struct machine *m, const int *disks)
{
	enum err e = ERR_OK;

	for (unsigned i = 0; i < m->disk_count && e == ERR_OK; i++)
		if (disks[i] >= 0)
			e = disk_serve(&m->disks[i], disks[i]);
	if (e == ERR_OK)
		e = machine_listen(m);
	struct budget b;
	budget_begin(&b, START_S, clock_mono_ms(&m->clock));
	if (e == ERR_OK)
		e = ask_answer(m, &b); /* the greeting */
	return e == ERR_OK ? ask(m, "{\"execute\":\"qmp_capabilities\"}") : e;
}

static enum err open_ends(struct machine *m, struct ends *ends, int disks[MACHINE_DISKS])
{
	enum err e = add_end(ends, &m->control);

	for (int i = 0; i < PORT_COUNT && e == ERR_OK; i++)
		e = add_end(ends, &m->ports[i].sock);
	if (e == ERR_OK && m->tpm[0])
		e = start_tpm(m);
	if (e == ERR_OK) { /* the place is kept, whoever is behind it */
		int fd = m->tpm_ctrl >= 0 ? take_fd(&m->tpm_ctrl) : dup(ends->theirs[0]);

		ends->theirs[ends->count++] = fd;
		e = fd < 0 ? err_of_errno() : ERR_OK;
	}
	for (unsigned i = 0; i < m->disk_count && e == ERR_OK; i++) {
		if (m->disks[i].attached && !m->slow_disks)
			e = add_end(ends, &disks[i]);
	}
	return e;
}

static void add_disks(const struct machine *m, const struct launch *l, struct start *s)
{
	int fd = START_FD + END_DISKS;

	for (unsigned i = 0; i < m->disk_count; i++) {
		const struct disk *d = &m->disks[i];

		if (d->attached)
			add_disk(m, d, fd, l->first && strcmp(l->first, d->name) == 0, s);
		fd += d->attached;
	}
}

enum err launch(struct machine *m, const struct launch *l)
{
	AUTO_FREE struct start *s = calloc(1, sizeof *s);
	struct ends ends = { .count = 0 };
	int disks[MACHINE_DISKS] = { -1, -1, -1, -1, -1, -1, -1, -1 };
	char log[MACHINE_PATH + 32];

	if (!s || machine_is_on(m))
		return s ? ERR_BUSY : ERR_NO_MEMORY;
	m->qmp.len = 0;
	m->cut_by_itself = false;
	m->question.answered = false;
	snprintf(log, sizeof log, "%s/emulator.log", m->dir);
	enum err e = open_ends(m, &ends, disks);
	add_board(m, s);
	add_firmware(m, l, s);
	if (m->tpm[0])
		add_tpm(s);
	add_disks(m, l, s);
	m->on_ms = clock_mono_ms(&m->clock);
	if (e == ERR_OK)
		e = start_run(s, log, ends.theirs, ends.count, &m->pid);
	close_ends(&ends);
	if (e == ERR_OK)
		e = meet(m, disks);
	if (e != ERR_OK)
		machine_off(m, false);
	return e;
}
