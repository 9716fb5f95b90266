#include "firmware/parse/pdf/qr.h"

#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

/* Neighbours of a row are one bar. */
static void draw_row(struct out *o, const QRcode *q, int y)
{
	const unsigned char *row = q->data + (ptrdiff_t)y * q->width;

	for (int x = 0; x < q->width;) {
		int from = x;

		while (x < q->width && (row[x] & 1) == (row[from] & 1))
			x++;
		if (row[from] & 1)
			out_print(o, "%d %d %d 1 re\n", from, q->width - 1 - y, x - from);
	}
}

static void put_number(struct out *o, double n)
{
	out_real(o, llround(n * 1e6));
	out_print(o, " ");
}

enum err qr_draw(struct out *o, const char *text, const double at[2], double side)
{
	QRcode *q = QRcode_encodeData((int)strnlen(text, 4096), (const unsigned char *)text, 0,
				      QR_ECLEVEL_M);

	if (!q)
		return errno == ENOMEM ? ERR_NO_MEMORY : ERR_BAD_DATA;
	out_print(o, "q 0 g ");
	put_number(o, side / q->width);
	out_print(o, "0 0 ");
	put_number(o, side / q->width);
	put_number(o, at[0]);
	put_number(o, at[1]);
	out_print(o, "cm\n");
	for (int y = 0; y < q->width; y++)
		draw_row(o, q, y);
	out_print(o, "f Q\n");
	QRcode_free(q);
	return ERR_OK;
}
