/* Overwriting what a function left behind. */
#ifndef UI_WIPE_H
#define UI_WIPE_H

/* The part of the stack below the caller, where finished calls had their buffers. */
void wipe_stack(void);

#endif
