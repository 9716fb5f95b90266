/* What other programs have said, for the screen of staff. */
#ifndef BOARD_PLAIN_H
#define BOARD_PLAIN_H

/* One line of UTF-8: what is not to be shown becomes a blank, a byte that belongs to no letter, as
 * where a line was cut, "?". */
void plain_words(char *words);

/* 0 to 100: what a line of rauc, " 40% Copying image...", says of how far it is; -1: nothing. */
int plain_percent(const char *line);

#endif
