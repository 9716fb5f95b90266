/* A drawn face for a card: no person's picture, but a portrait's size, detail and format. */
#ifndef TESTS_MRTD_FACE_H
#define TESTS_MRTD_FACE_H

#include "tests/mrtd/lds.h"

/* By the spec's keys of the picture; number and name choose colours and hair. ERR_NOT_FOUND:
 * the spec wants none; ERR_NO_MEMORY. */
enum err mrtd_make_face(const struct mrtd_spec *s, struct mrtd_face *ret);

/* Its head claims 60000 x 60000 pixels. */
void mrtd_blow_up_face(struct mrtd_face *f);

#define MRTD_FACE_WIDTH  240
#define MRTD_FACE_HEIGHT 320

/* The picture itself, three bytes a pixel. */
void mrtd_draw_face(const struct mrtd_spec *s, uint8_t *ret);

/* Encoders, by libopenjp2 and libjpeg; the file that the spec wants is appended. */
bool mrtd_encode_jpeg2000(const struct mrtd_spec *s, const uint8_t *pixels, struct mrtd_bytes *out);
bool mrtd_encode_jpeg(const struct mrtd_spec *s, const uint8_t *pixels, struct mrtd_bytes *out);

enum { MRTD_JP2, MRTD_J2K, MRTD_JPEG, MRTD_NO_PICTURE }; /* the words of the spec's picture */

#endif
