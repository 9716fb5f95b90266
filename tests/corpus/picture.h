/* A picture in memory, 8 bits a colour, and what befalls pictures on their way. */
#ifndef TESTS_CORPUS_PICTURE_H
#define TESTS_CORPUS_PICTURE_H

#include "tests/pen/rng.h"

#include <cairo.h>
#include <stdbool.h>

struct picture {
	int width, height;
	uint8_t *rgb; /* own */
};

/* Of undefined content. */
void picture_init(struct picture *p, int width, int height);
void picture_finish(struct picture *p);

/* Gaussian, in pixels; below 0.2 nothing. */
void picture_blur(struct picture *p, double sigma);

/* The same for one plane of bytes. */
void plane_blur(uint8_t *plane, int width, int height, double sigma);

/* Noise of a sensor, sigma in steps of 255; mostly grey. */
void picture_noise(struct picture *p, struct rng *r, double sigma);

/* Reading and writing; false: not possible, errno says why. */
bool picture_write_ppm(const struct picture *p, const char *path);
bool picture_write_jpeg(const struct picture *p, const char *path, int quality, int dpi);
bool picture_read_ppm(struct picture *ret, const char *path);

/* How white the noise of paper is at that point, -1..1: smooth between points `cell` apart. */
struct grain {
	double cell;
	uint64_t seed;
};
double grain_at(const struct grain *g, double x, double y);

#endif
