#include "tests/usim/sane_conf.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static enum err write_file(const char *dir, const char *name, const char *head, const char *tail)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path)
		return ERR_NO_SPACE;
	FILE *f = fopen(path, "we");
	if (!f)
		return err_of_errno();
	int n = fprintf(f, "%s%s\n", head, tail);
	return fclose(f) == 0 && n > 0 ? ERR_OK : ERR_IO;
}

static enum err make_dir(const char *state_dir, const char *name, char *ret, size_t size)
{
	if ((size_t)snprintf(ret, size, "%s/%s", state_dir, name) >= size)
		return ERR_NO_SPACE;
	return mkdir(ret, 0755) < 0 && errno != EEXIST ? err_of_errno() : ERR_OK;
}

enum err sane_conf_write(const char *state_dir)
{
	char dir[4096];
	enum err e = make_dir(state_dir, "sane", dir, sizeof dir);

	if (e == ERR_OK)
		e = write_file(dir, "dll.conf", "airscan", "");
	if (e == ERR_OK)
		e = write_file(dir, "airscan.conf",
			       "[devices]\n\"Kiosk scanner\" = unix://scanner.sock/eSCL, eSCL\n"
			       "[options]\ndiscovery = disable\nws-discovery = off\n"
			       "model = network\nsocket_dir = ",
			       state_dir);
	if (e == ERR_OK)
		e = make_dir(state_dir, "sane-pnm", dir, sizeof dir);
	if (e == ERR_OK)
		e = write_file(dir, "dll.conf", "pnm", "");
	return e;
}
