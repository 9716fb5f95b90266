/* province: a stand-in for the computer of a province. See help(). */
#include "tests/province/package.h"
#include "tests/province/pki.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int help(void)
{
	fputs("province --dir DIR [--port N] [--page N] [--agency CODE] [--kiosk ID]\n"
	      "                                   serves, until SIGTERM\n"
	      "province --pki-only DIR [--kiosk ID]  makes keys and certificates, and ends\n"
	      "province open DIR PACKAGE          opens and checks one package, as a commit "
	      "would\n",
	      stderr);
	return 2;
}

static int open_by_hand(const char *dir, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct complaint why = { "" };
	struct package *p;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
		return fprintf(stderr, "province: %s cannot be read, or is empty\n", path), 1;
	void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return perror("province: mmap"), 1;
	enum err e = package_open(dir, bytes, (size_t)st.st_size, &p, &why);
	munmap(bytes, (size_t)st.st_size);
	if (e != ERR_OK)
		return fprintf(stderr, "province: %s: %s\n", err_name(e), why.text), 1;
	printf("%.*s\n", (int)p->manifest_len, (const char *)p->manifest_bytes);
	fprintf(stderr, "province: good: %zu documents, manifest sha256 %s\n",
		p->manifest.paper_count, p->manifest_sha256);
	package_destroy(p);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "open") == 0)
		return open_by_hand(argv[2], argv[3]);
	if ((argc == 3 || (argc == 5 && strcmp(argv[3], "--kiosk") == 0)) &&
	    strcmp(argv[1], "--pki-only") == 0) {
		enum err e = pki_make(argv[2], argc == 5 ? argv[4] : PKI_KIOSK_ID);

		if (e != ERR_OK)
			fprintf(stderr, "province: certificates: %s\n", err_text(e));
		return e == ERR_OK ? 0 : 1;
	}
	return help();
}
