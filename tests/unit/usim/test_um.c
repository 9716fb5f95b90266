/* The umockdev front end, by several programs at once that speak usbfs themselves. The test
 * starts itself anew under the preload, and as those programs. */
#include "tests/tap.h"
#include "tests/usim/code.h"
#include "tests/usim/um.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PRELOAD "libumockdev-preload.so.0"
#define WAIT_MS 60000

/* --- the program that uses the device: one letter in, one number out --- */

struct user {
	int fd;
	uint8_t bytes[64];
	struct usbdevfs_urb urb; /* last: it has room for packets of other kinds of transfer */
};

static int result(int r)
{
	return r < 0 ? -errno : r;
}

static int submit(struct user *u)
{
	u->urb = (struct usbdevfs_urb){ .type = USBDEVFS_URB_TYPE_INTERRUPT,
					.endpoint = 0x81,
					.buffer = u->bytes,
					.buffer_length = sizeof u->bytes };
	return result(ioctl(u->fd, USBDEVFS_SUBMITURB, &u->urb));
}

static int events(const struct user *u, int wait_ms)
{
	struct pollfd p = { .fd = u->fd, .events = POLLOUT };

	return result(poll(&p, 1, wait_ms)) < 0 ? -errno : p.revents;
}

/* The bytes moved, or the URB's status. */
static int reap(struct user *u)
{
	struct usbdevfs_urb *done = NULL;
	int r = result(ioctl(u->fd, USBDEVFS_REAPURBNDELAY, &done));

	if (r < 0)
		return r;
	return done != &u->urb ? -EFAULT : done->status < 0 ? done->status : done->actual_length;
}

static int obey(struct user *u, char letter)
{
	int interface = 0;

	switch (letter) {
	case 'c':
		return result(ioctl(u->fd, USBDEVFS_CLAIMINTERFACE, &interface));
	case 'd': {
		struct usbdevfs_ioctl detach = { .ioctl_code = USBDEVFS_DISCONNECT };

		return result(ioctl(u->fd, USBDEVFS_IOCTL, &detach));
	}
	case 'l':
		return result(ioctl(u->fd, USBDEVFS_RELEASEINTERFACE, &interface));
	case 's':
		return submit(u);
	case 'x':
		return result(ioctl(u->fd, USBDEVFS_DISCARDURB, &u->urb));
	case 'p':
		return events(u, 0);
	case 'w':
		return events(u, WAIT_MS);
	case 'r':
		return reap(u);
	case 'b':
		return u->bytes[5];
	default:
		return -EINVAL;
	}
}

static int be_user(const char *node)
{
	struct user u = { .fd = open(node, O_RDWR | O_NOCTTY | O_CLOEXEC) };
	char letter;

	while (read(STDIN_FILENO, &letter, 1) == 1) {
		int r = obey(&u, letter);

		if (write(STDOUT_FILENO, &r, sizeof r) != sizeof r)
			return 1;
	}
	return 0;
}

/* --- the test's side of it --- */

struct program {
	pid_t pid;
	int to, from;
};

static struct program start(const char *node)
{
	int in[2], out[2];
	struct program p = { 0 };

	ok(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	p.pid = fork();
	if (p.pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl("/proc/self/exe", "user", node, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	p.to = in[1];
	p.from = out[0];
	return p;
}

static int tell(const struct program *p, char letter)
{
	struct pollfd answer = { .fd = p->from, .events = POLLIN };
	int r = -EPIPE;

	if (write(p->to, &letter, 1) != 1 || poll(&answer, 1, 2 * WAIT_MS) != 1 ||
	    read(p->from, &r, sizeof r) != sizeof r)
		return -EPIPE;
	return r;
}

static void stop(struct program *p, int signal_number)
{
	kill(p->pid, signal_number);
	waitpid(p->pid, NULL, 0);
	close(p->to);
	close(p->from);
}

struct bench {
	pthread_mutex_t lock;
	struct um *um;
	struct code first, second;
};

static void scan(struct bench *b, struct code *c, const char *text)
{
	pthread_mutex_lock(&b->lock);
	code_scan(c, (const uint8_t *)text, strlen(text));
	pthread_mutex_unlock(&b->lock);
}

static void several_programs_at_once(struct bench *b)
{
	struct program one = start("/dev/bus/usb/001/002"), two = start("/dev/bus/usb/001/002");
	struct program other = start("/dev/bus/usb/001/003");

	eq_int(tell(&one, 'c'), -EBUSY); /* the kernel's usbhid has it */
	eq_int(tell(&one, 'd'), 0);
	eq_int(tell(&one, 'd'), -ENODATA);
	eq_int(tell(&one, 'c'), 0);
	eq_int(tell(&two, 'c'), -EBUSY);
	eq_int(tell(&other, 'd'), 0);
	eq_int(tell(&other, 'c'), 0);
	eq_int(tell(&one, 's'), 0);
	eq_int(tell(&other, 's'), 0);
	eq_int(tell(&one, 'p'), 0); /* nothing to reap */
	eq_int(tell(&one, 'r'), -EAGAIN);
	scan(b, &b->first, "x");
	eq_int(tell(&one, 'w'), POLLOUT);
	eq_int(tell(&other, 'p'), 0);
	eq_int(tell(&two, 'r'), -EAGAIN); /* what is another's is not handed out */
	eq_int(tell(&one, 'r'), 64);
	eq_int(tell(&one, 'b'), 'x');
	eq_int(tell(&one, 'p'), 0);
	eq_int(tell(&other, 'x'), 0);
	eq_int(tell(&other, 'w'), POLLOUT);
	eq_int(tell(&other, 'r'), -ENOENT);
	eq_int(tell(&other, 'x'), -EINVAL);
	stop(&one, SIGTERM);
	stop(&two, SIGTERM);
	stop(&other, SIGTERM);
}

/* A claim is free as soon as the system has noticed; asked until then. */
static int claim_soon(const struct program *p)
{
	int r = -EBUSY;

	for (int i = 0; i < 1000 && r == -EBUSY; i++) {
		r = tell(p, 'c');
		if (r == -EBUSY)
			poll(NULL, 0, 2);
	}
	return r;
}

static void a_dead_program_holds_nothing(struct bench *b)
{
	struct program one = start("/dev/bus/usb/001/002");

	eq_int(claim_soon(&one), 0);
	eq_int(tell(&one, 's'), 0);
	stop(&one, SIGKILL);
	struct program two = start("/dev/bus/usb/001/002");
	eq_int(claim_soon(&two), 0);
	scan(b, &b->first, "y"); /* not into the dead one's transfer */
	eq_int(tell(&two, 's'), 0);
	eq_int(tell(&two, 'w'), POLLOUT);
	eq_int(tell(&two, 'r'), 64);
	eq_int(tell(&two, 'b'), 'y');
	eq_int(tell(&two, 'l'), 0);
	stop(&two, SIGTERM);
}

static void unplugged_with_a_transfer_pending(struct bench *b)
{
	struct program one = start("/dev/bus/usb/001/002"), again;

	eq_int(claim_soon(&one), 0);
	eq_int(tell(&one, 's'), 0);
	pthread_mutex_lock(&b->lock);
	usb_unplug(&b->first.usb);
	pthread_mutex_unlock(&b->lock);
	um_remove(b->um, &b->first.usb);
	ok(tell(&one, 'w') & POLLERR);
	eq_int(tell(&one, 'r'), -ESHUTDOWN);
	eq_int(tell(&one, 'r'), -ENODEV);
	eq_int(tell(&one, 's'), -ENODEV);
	pthread_mutex_lock(&b->lock);
	usb_plug(&b->first.usb);
	pthread_mutex_unlock(&b->lock);
	eq_int(um_add(b->um, &b->first.usb, "1-1"), ERR_OK);
	again = start("/dev/bus/usb/001/004"); /* a new number */
	eq_int(tell(&again, 'd'), 0);
	eq_int(tell(&again, 'c'), 0);
	eq_int(tell(&one, 's'), -ENODEV); /* the old node stays dead */
	stop(&one, SIGTERM);
	stop(&again, SIGTERM);
}

int main(int argc, char **argv)
{
	static struct bench b = { .lock = PTHREAD_MUTEX_INITIALIZER };
	const char *preload = getenv("LD_PRELOAD");

	if (argc == 2 && strcmp(argv[0], "user") == 0)
		return be_user(argv[1]);
	if (!preload || !strstr(preload, PRELOAD)) {
		setenv("LD_PRELOAD", PRELOAD, 1);
		execv("/proc/self/exe", argv);
	}
	signal(SIGPIPE, SIG_IGN);
	code_init(&b.first);
	code_init(&b.second);
	eq_int(um_create(&b.lock, &b.um), ERR_OK);
	eq_int(um_add(b.um, &b.first.usb, "1-1"), ERR_OK);
	eq_int(um_add(b.um, &b.second.usb, "1-2"), ERR_OK);
	several_programs_at_once(&b);
	a_dead_program_holds_nothing(&b);
	unplugged_with_a_transfer_pending(&b);
	um_destroy(b.um);
	usb_finish(&b.first.usb);
	usb_finish(&b.second.usb);
	return tap_done();
}
