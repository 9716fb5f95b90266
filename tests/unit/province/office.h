/* A province in a folder of its own, with keys and an empty store, for tests of what it answers. */
#ifndef TESTS_PROVINCE_OFFICE_H
#define TESTS_PROVINCE_OFFICE_H

#include "tests/province/pki.h"
#include "tests/province/store.h"
#include "tests/province/world.h"
#include "tests/tap.h"
#include "tests/unit/province/pack.h"

#include <ftw.h>
#include <sys/stat.h>

static inline int office_remove_one(const char *path, const struct stat *st, int how,
				    struct FTW *at)
{
	(void)st, (void)how, (void)at;
	return remove(path);
}

static inline void office_open(struct world *w, char dir[32])
{
	static const char *const PARTS[] = { "uploads", "received" };
	char path[64];

	*w = (struct world){ .dir = dir, .client = "K01", .fault.forge = PKI_NONE };
	pack_folder(dir);
	eq_int(pki_make(dir, "K01"), ERR_OK);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, PARTS[i]);
		eq_int(mkdir(path, 0700), 0);
	}
	eq_int(store_open(dir, &w->store), ERR_OK);
}

static inline void office_close(struct world *w, const char *dir)
{
	store_close(w->store);
	nftw(dir, office_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
