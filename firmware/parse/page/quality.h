/* What is wrong with a picture of a page, in figures: how soft print is, where light is mirrored,
 * what covers it, what is cut off. look.c says from when on they are faults. */
#ifndef PARSE_PAGE_QUALITY_H
#define PARSE_PAGE_QUALITY_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include "firmware/parse/page/lie.h"
#include <stdbool.h>

/* The median distance over which an edge of print goes from 10 to 90 % of its height, in mm; of
 * across and down the sharper one, unless the other is so much softer that something moved. 0
 * when there are too few edges to tell. Unlike the variance of a Laplacian this is not fooled by
 * noise, and it means the same at every resolution. ERR_NO_MEMORY. */
enum err quality_edge_mm(const struct image *i, const struct lie *l, double *ret_mm);

/* Share of the page that is saturated; 0 where the paper itself is nearly as bright. */
double quality_glare(const struct lie *l);

enum cover { COVER_NONE, COVER_THING, COVER_CORNER };

/* Whether something that is not paper comes in over the edge of the sheet: a finger, a clip, a
 * pen; or a corner is folded over or torn off, so that the desk shows. */
enum cover quality_cover(const struct view *v, const struct lie *l);

/* A part of the sheet lies outside of the picture: its edges say so, or letters that are cut. */
bool quality_cut(const struct lie *l);

/* Lies farther askew than should be made good without a word. */
bool quality_askew(const struct lie *l);

/* One behind the other, overlapping: longer than any sheet of that width. */
bool quality_two_sheets(const struct lie *l);

/* Share of a page without ink that is a little darker than its paper, in spots as large as
 * print. */
double quality_shown_through(const struct lie *l);

#endif
