#include "board/flash/say.h"

#define SAY(name, code, vi, en) { code, vi, en },
static const struct {
	const char *code, *vi, *en;
} SENTENCES[SAY_COUNT] = {
#include "board/flash/say.def"
};
#undef SAY

const char *say_vi(enum say s)
{
	return s < SAY_COUNT ? SENTENCES[s].vi : "";
}

const char *say_en(enum say s)
{
	return s < SAY_COUNT ? SENTENCES[s].en : "";
}

const char *say_code(enum say s)
{
	return s < SAY_COUNT ? SENTENCES[s].code : "";
}

int say_status(enum say s)
{
	switch (say_code(s)[0]) {
	case 'R':
		return 3;
	case 'I':
		return 4;
	case 'F':
		return 1;
	default:
		return 0;
	}
}
