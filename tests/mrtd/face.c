#include "tests/mrtd/face.h"

#include <stdlib.h>
#include <string.h>

enum err mrtd_make_face(const struct mrtd_spec *s, struct mrtd_face *ret)
{
	bool jpeg = s->picture == MRTD_JPEG, none = s->picture == MRTD_NO_PICTURE;
	uint8_t *pixels = none ? NULL : malloc(3 * MRTD_FACE_WIDTH * MRTD_FACE_HEIGHT);

	if (!pixels)
		return none ? ERR_NOT_FOUND : ERR_NO_MEMORY;
	*ret = (struct mrtd_face){
		.jpeg2000 = !jpeg,
		.sex = strcmp(s->sex, "Nam") == 0 ? 1 : 2,
		.width = MRTD_FACE_WIDTH,
		.height = MRTD_FACE_HEIGHT,
	};
	mrtd_draw_face(s, pixels);
	bool good = jpeg ? mrtd_encode_jpeg(s, pixels, &ret->picture)
			 : mrtd_encode_jpeg2000(s, pixels, &ret->picture);
	free(pixels);
	if (good && !ret->picture.bad)
		return ERR_OK;
	mrtd_bytes_end(&ret->picture);
	return ERR_NO_MEMORY;
}

/* The big-endian number of `bytes` bytes, `behind` the first place where `mark` is. */
static void patch(struct mrtd_bytes *b, const char *mark, size_t len, size_t behind, size_t bytes)
{
	uint8_t *at = memmem(b->at, b->len, mark, len);

	if (!at || (size_t)(b->at + b->len - at) < behind + bytes)
		return;
	for (size_t i = 0; i < bytes; i++)
		at[behind + i] = (uint8_t)(60000 >> 8 * (bytes - 1 - i));
}

void mrtd_blow_up_face(struct mrtd_face *f)
{
	f->width = f->height = 60000;
	if (f->jpeg2000) {
		patch(&f->picture, "ihdr", 4, 4, 4);
		patch(&f->picture, "ihdr", 4, 8, 4);
		patch(&f->picture, "\xFF\x51", 2, 6, 4); /* SIZ */
		patch(&f->picture, "\xFF\x51", 2, 10, 4);
	} else {
		patch(&f->picture, "\xFF\xC0", 2, 5, 2); /* SOF0 */
		patch(&f->picture, "\xFF\xC0", 2, 7, 2);
	}
}
