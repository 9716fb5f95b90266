#include "tests/usim/say.h"

#include "firmware/base/auto.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int connect_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if ((size_t)snprintf(a.sun_path, sizeof a.sun_path, "%s", path) >= sizeof a.sun_path ||
	    connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		return -1;
	return take_fd(&fd);
}

int say_lines(const char *socket_path, char *const *lines)
{
	char answer[32768];
	int status = 0, fd = connect_to(socket_path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r+");

	if (!f) {
		perror(socket_path);
		return 1;
	}
	for (; *lines; lines++) {
		if (fprintf(f, "%s\n", *lines) < 0 || fflush(f) != 0 ||
		    !fgets(answer, sizeof answer, f)) {
			fputs("usim: no answer\n", stderr);
			status = 1;
			break;
		}
		fputs(answer, stdout);
		status = strncmp(answer, "ok", 2) == 0 ? status : 1;
	}
	fclose(f);
	return status;
}
