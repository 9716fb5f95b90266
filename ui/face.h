/* kiosk-ui as a part of the kiosk: between the panel and kiosk-core. */
#ifndef UI_FACE_H
#define UI_FACE_H

/* Runs until the supervisor ends it; returns the exit status. */
int face_main(void);

#endif
