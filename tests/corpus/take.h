/* A page as a device takes it: the sheet with its words, and what paper, lid, light and sensor do
 * to it. */
#ifndef TESTS_CORPUS_TAKE_H
#define TESTS_CORPUS_TAKE_H

#include "tests/corpus/page.h"
#include "tests/corpus/picture.h"

enum set { SET_FLAT300, SET_FLAT200, SET_CAMERA, SET_CLEAN300, SET_COUNT };

/* The way a sheet lies and what it has been through. */
struct wear {
	int turned;              /* 0, 90, 180, 270: how far its words are turned clockwise */
	double tilt;             /* degrees more, clockwise */
	double shift_x, shift_y; /* mm, of the sheet's middle from the usual place */
	struct pen_rgb paper, lid;
	double bleed;  /* of what is on the back, 0..1 */
	double gutter; /* how dark the fold is, 0..1 */
	bool gutter_right;
	double blur_px; /* at 300 dpi */
	double noise, grain;
	double bright;  /* 1: as it is */
	double faint;   /* how much ink is missing, 0..1 */
	int camera_px;  /* the longer side of a camera picture */
	struct rng rng; /* for what is drawn at random in taking it */
};

/* What is true of a picture, besides the page's words. */
struct shot {
	struct picture picture;
	double dpi;
	double quad[4][2]; /* the sheet's corners in the picture: of the upright page top left, top
			    * right, bottom right, bottom left */
	double map[3][3];  /* mm on the sheet to pixels, projective */
	double lid;        /* how bright it is, 0..1 */
};

struct wear wear_of(const struct which *which, enum set s);

/* Takes that page; its truth is left in `page`, which the caller finishes. */
void take_flat(struct shot *ret, struct page *page, const struct which *which, double dpi,
	       const struct wear *w);
void take_camera(struct shot *ret, struct page *page, const struct which *which,
		 const struct wear *w);
void take_clean(struct shot *ret, struct page *page, const struct which *which, double dpi);

/* A point of the sheet in the picture. */
void shot_point(const struct shot *s, double x_mm, double y_mm, double ret[2]);

#endif
