/* A TPM 2 in a process, for tests of keys that lie in one. */
#ifndef TESTS_UNIT_SWTPM_H
#define TESTS_UNIT_SWTPM_H

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct swtpm {
	pid_t pid;
	char path[96]; /* of its socket; one program at a time may talk to it */
};

static inline void swtpm_run(const char *state, const char *path)
{
	char dir[128], server[160], ctrl[160];

	snprintf(dir, sizeof dir, "dir=%s", state);
	snprintf(server, sizeof server, "type=unixio,path=%s", path);
	snprintf(ctrl, sizeof ctrl, "type=unixio,path=%s.ctrl", path);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int null = open("/dev/null", O_RDWR);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execlp("swtpm", "swtpm", "socket", "--tpm2", "--tpmstate", dir, "--server", server,
	       "--ctrl", ctrl, "--flags", "not-need-init,startup-clear", (char *)NULL);
	_exit(127);
}

/* Starts one whose state lies in `state`, a folder that is made, and tells OpenSSL of it. False:
 * there is none on this machine. */
static inline bool swtpm_start(struct swtpm *t, const char *state)
{
	char ctrl[112], tcti[128];

	mkdir(state, 0700);
	snprintf(t->path, sizeof t->path, "%s/sock", state);
	snprintf(ctrl, sizeof ctrl, "%s.ctrl", t->path);
	(void)unlink(ctrl);
	t->pid = fork();
	if (t->pid == 0)
		swtpm_run(state, t->path);
	snprintf(tcti, sizeof tcti, "swtpm:path=%s", t->path);
	setenv("TPM2OPENSSL_TCTI", tcti, 1);
	while (access(ctrl, F_OK) < 0) {
		if (waitpid(t->pid, NULL, WNOHANG) != 0)
			return false;
		poll(NULL, 0, 5);
	}
	return access("/usr/lib/x86_64-linux-gnu/ossl-modules/tpm2.so", F_OK) == 0 ||
	       access("/usr/lib/aarch64-linux-gnu/ossl-modules/tpm2.so", F_OK) == 0;
}

static inline void swtpm_stop(struct swtpm *t)
{
	unsetenv("TPM2OPENSSL_TCTI");
	if (t->pid <= 0)
		return;
	kill(t->pid, SIGTERM);
	waitpid(t->pid, NULL, 0);
	t->pid = 0;
}

#endif
