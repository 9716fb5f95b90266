#include "firmware/base/err.h"

#include <errno.h>

static const struct {
	const char *name;
	enum err_helper who;
	const char *text, *vi;
} ROWS[] = {
#define ERR(name, who, text, vi) [ERR_##name] = { #name, HELP_##who, text, vi },
#include "firmware/base/err.def"
#undef ERR
};

const char *err_name(enum err e)
{
	return e < ERR_COUNT ? ROWS[e].name : "unknown";
}

const char *err_text(enum err e)
{
	return e < ERR_COUNT ? ROWS[e].text : "unknown";
}

const char *err_text_vi(enum err e)
{
	return e < ERR_COUNT ? ROWS[e].vi : "không rõ";
}

enum err_helper err_helper(enum err e)
{
	return e < ERR_COUNT ? ROWS[e].who : HELP_TECHNICIAN;
}

enum err err_of_errno(void)
{
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_NO_SPACE;
	case ENOMEM:
		return ERR_NO_MEMORY;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EPIPE:
	case ECONNRESET:
	case ENODEV:
		return ERR_GONE;
	case EAGAIN:
		return ERR_BUSY;
	default:
		return ERR_IO;
	}
}
