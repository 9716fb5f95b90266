#include "ui/sdl.h"

#include "firmware/base/log.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libSDL2-2.0.so.0"

/* POSIX lets dlsym()'s pointer be one to a function; C does not say how. */
static bool find(void *library, const char *name, void *ret_call, size_t size)
{
	void *at = dlsym(library, name);

	memcpy(ret_call, &at, size);
	if (!at)
		log_line(LOG_ERROR, "sdl.old", "missing=%s", name);
	return at != NULL;
}

enum err sdl_open(struct sdl *ret)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_NODELETE);
	struct sdl s = { 0 };
	bool whole = true;

	if (!library) {
		log_line(LOG_ERROR, "sdl.none", "why=\"%s\"", dlerror());
		return ERR_GONE;
	}
#define SDL_CALL(name) whole = find(library, "SDL_" #name, &s.name, sizeof s.name) && whole;
#include "ui/sdl.def"
#undef SDL_CALL
	if (whole)
		*ret = s;
	return whole ? ERR_OK : ERR_GONE;
}
