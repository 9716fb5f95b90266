#include "firmware/ctl/code.h"

#include <qrencode.h>
#include <stdbool.h>

#define QUIET 2 /* modules around it, as pairs of rows */
#define WHITE "\033[47m\033[30m"
#define PLAIN "\033[0m"

static bool is_black(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1);
}

enum err code_print(const char *words, FILE *out)
{
	static const char *const HALVES[2][2] = { { " ", "▄" }, { "▀", "█" } };
	QRcode *code = QRcode_encodeString8bit(words, 0, QR_ECLEVEL_M);

	if (!code)
		return ERR_NO_SPACE;
	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		fputs(WHITE, out);
		for (int x = -QUIET; x < code->width + QUIET; x++)
			fputs(HALVES[is_black(code, x, y)][is_black(code, x, y + 1)], out);
		fputs(PLAIN "\n", out);
	}
	QRcode_free(code);
	return ERR_OK;
}
