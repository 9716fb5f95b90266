#include "tests/usim/um_node.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

void um_node_update_ready(struct um_node *n)
{
	bool ready = false;

	for (const struct um_client *c = n->clients; c; c = c->next)
		ready = ready || c->done;
	if (ready == n->ready || n->slave_fd < 0)
		return;
	n->ready = ready;
	tcflow(n->slave_fd, ready ? TCOON : TCOOFF);
}

static bool open_terminal(struct um_node *n)
{
	struct termios t;
	char name[64];

	if (openpty(&n->master_fd, &n->slave_fd, name, NULL, NULL) < 0) {
		fputs("usim: no pseudo terminal (is /dev/pts mounted?)\n", stderr);
		return false;
	}
	fcntl(n->master_fd, F_SETFD, FD_CLOEXEC);
	fcntl(n->slave_fd, F_SETFD, FD_CLOEXEC);
	if (tcgetattr(n->slave_fd, &t) < 0)
		return false;
	cfmakeraw(&t);
	if (tcsetattr(n->slave_fd, TCSANOW, &t) < 0)
		return false;
	tcflow(n->slave_fd, TCOOFF);
	return symlink(name, n->file_path) == 0;
}

bool um_node_open(struct um_node *n, const char *root)
{
	char folder[512];

	snprintf(folder, sizeof folder, "%s/dev/bus/usb/001", root);
	if (g_mkdir_with_parents(folder, 0755) < 0)
		return false;
	snprintf(n->file_path, sizeof n->file_path, "%s%s", root, n->dev_path);
	n->handler = umockdev_ioctl_base_new();
	g_signal_connect_after(n->handler, "handle-ioctl", G_CALLBACK(um_on_ioctl), n);
	return open_terminal(n);
}

void um_node_hang_up(struct um_node *n)
{
	if (n->master_fd >= 0)
		close(n->master_fd);
	if (n->slave_fd >= 0)
		close(n->slave_fd);
	n->master_fd = n->slave_fd = -1;
	unlink(n->file_path);
}

void um_node_free(struct um_node *n)
{
	if (!n)
		return;
	um_node_hang_up(n);
	if (n->handler)
		g_object_unref(n->handler);
	free(n);
}
