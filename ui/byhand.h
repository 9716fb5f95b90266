/* kiosk-ui from the command line, without kiosk-core: one screen of a sample view. */
#ifndef UI_BYHAND_H
#define UI_BYHAND_H

#include <stdio.h>

/* Runs `kiosk-ui ARGS...`; returns the exit status. Usage goes to stdout with --help. */
int byhand_main(int argc, char **argv);

#endif
