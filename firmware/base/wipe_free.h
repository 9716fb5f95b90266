/* In a program that includes this, once, memory is overwritten when it is given back. SQLite,
 * json-c, libcurl and OpenSSL make copies of what passes through them and free them as they are;
 * with these two functions in the program, theirs are wiped too. Under the address sanitizer,
 * which needs the functions for itself, they are left out. */
#ifndef BASE_WIPE_FREE_H
#define BASE_WIPE_FREE_H

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

#if !defined(__SANITIZE_ADDRESS__) && !HAS_FEATURE(address_sanitizer)

/* glibc's own, under the name it keeps for those who replace the other. */
extern void __libc_free(void *p);

void free(void *p)
{
	int keep = errno;

	if (!p)
		return;
	explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
	errno = keep;
}

/* glibc's would move a block and leave the old one as it was. */
void *realloc(void *p, size_t len)
{
	size_t have = p ? malloc_usable_size(p) : 0;

	if (p && len == 0) {
		free(p);
		return NULL;
	}
	if (p && len <= have && len > have / 2)
		return p;
	void *bigger = malloc(len);
	if (!bigger)
		return NULL;
	if (p)
		memcpy(bigger, p, len < have ? len : have);
	free(p);
	return bigger;
}

#endif

#endif
