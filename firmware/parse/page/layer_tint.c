#include "firmware/parse/page/layer_tint.h"

void tints_of_paper(const uint8_t paper[3], struct tints *ret)
{
	for (int k = 0; k < 3; k++)
		for (uint32_t v = 0; v < 256; v++) {
			uint32_t white = v * 255 / (paper[k] > 64 ? paper[k] : 64);

			ret->white[k][v] = (uint8_t)(white < 255 ? white : 255);
		}
}
