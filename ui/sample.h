/* A view written by hand, for looking at screens without kiosk-core:
 *
 *     # comment
 *     name = Nguyễn Văn An        text; \n and \t are escapes; quotes make digits a text
 *     total = 66                  a number
 *     print = @PAPER_OUT          an error of err.def, as its number
 *     under = #FORM               a screen of screens.def, as its number
 *     image = page:300x424        a picture of a page, with its width and height
 *     face = face:120x160         a picture of nobody, with face_width and face_height
 *     [hits]                      begins a row of that group */
#ifndef UI_SAMPLE_H
#define UI_SAMPLE_H

#include "firmware/base/view.h"

/* ERR_BAD_DATA with the line in *ret_line; ERR_NO_MEMORY. The caller closes *ret. */
enum err sample_parse(const char *text, size_t len, struct view *ret, unsigned *ret_line);

/* The same from a file; the log says what is wrong with it. ERR_IO. */
enum err sample_load(const char *path, struct view *ret);

#endif
