#include "ui/wipe.h"

#include <string.h>

__attribute__((noinline)) void wipe_stack(void)
{
	char below[256 << 10];

	explicit_bzero(below, sizeof below);
}
