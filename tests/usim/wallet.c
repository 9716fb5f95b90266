#include "tests/usim/wallet.h"

#include "tests/mrtd/issuer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".card"

void wallet_init(struct wallet *w, int64_t now_s)
{
	char self[sizeof w->dir - 16];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	*w = (struct wallet){ .now_s = now_s };
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	snprintf(w->dir, sizeof w->dir, "%s/../cards", self);
	if (access(w->dir, R_OK) < 0)
		snprintf(w->dir, sizeof w->dir, "tests/mrtd/cards");
}

void wallet_finish(struct wallet *w)
{
	mrtd_destroy(w->mrtd);
	issuer_destroy(w->issuer);
	w->mrtd = NULL;
	w->issuer = NULL;
}

enum err wallet_spec(const struct wallet *w, const char *name, struct mrtd_spec *ret,
		     unsigned *ret_line)
{
	char path[sizeof w->dir + 256];

	if (strchr(name, '/'))
		snprintf(path, sizeof path, "%s", name);
	else
		snprintf(path, sizeof path, "%s/%.200s" SUFFIX, w->dir, name);
	mrtd_spec_init(ret);
	return mrtd_spec_load(ret, path, ret_line);
}

struct issuer *wallet_issuer(struct wallet *w)
{
	const struct issuer_form form = {
		.sign = { ISSUER_BP384, true, "SHA384" },
		.now_s = w->now_s,
	};

	if (!w->issuer)
		w->issuer = issuer_create(&form);
	return w->issuer;
}

enum err wallet_make(struct wallet *w, const struct mrtd_spec *s, struct mrtd **ret)
{
	return mrtd_create(s, wallet_issuer(w), &w->faults, ret);
}

static void reset(void *self)
{
	mrtd_reset(self);
}

static size_t apdu(void *self, const uint8_t *command, size_t len, uint8_t *ret)
{
	return mrtd_apdu(self, command, len, ret);
}

static uint32_t busy_ms(void *self)
{
	return mrtd_wait_ms(self);
}

void wallet_card(struct mrtd *m, struct card *ret)
{
	*ret = (struct card){ .reset = reset, .apdu = apdu, .busy_ms = busy_ms, .self = m };
	ret->atr = mrtd_atr(m, &ret->atr_len);
}

void wallet_put(struct wallet *w, struct mrtd *m, const char *name)
{
	mrtd_destroy(w->mrtd);
	w->mrtd = m;
	wallet_card(m, &w->card);
	const char *slash = strrchr(name, '/');
	snprintf(w->name, sizeof w->name, "%.60s", slash ? slash + 1 : name);
}

static int is_card(const struct dirent *d)
{
	size_t n = strlen(d->d_name), suffix = strlen(SUFFIX);

	return n > suffix && strcmp(d->d_name + n - suffix, SUFFIX) == 0;
}

void wallet_names(const struct wallet *w, char *ret, size_t size)
{
	struct dirent **files = NULL;
	int count = scandir(w->dir, &files, is_card, alphasort);
	size_t at = 0;

	ret[0] = '\0';
	for (int i = 0; i < count; i++) {
		int n = (int)(strlen(files[i]->d_name) - strlen(SUFFIX));

		if (at < size)
			at += (size_t)snprintf(ret + at, size - at, "%s%.*s", i ? " " : "", n,
					       files[i]->d_name);
		free(files[i]);
	}
	free(files);
}
