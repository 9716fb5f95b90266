/* kiosk-sync at a command line, for a technician. */
#ifndef SYNC_BY_HAND_H
#define SYNC_BY_HAND_H

/* `check [--json]`, `send PACKAGE --key K [--manifest SHA256] [--upload PATH] [--out FILE]` and
 * `bundle DIR`.
 * argv[0] is the word. Returns the exit status: 0 good, 1 not, 2 wrong words. */
int by_hand(int argc, char **argv);

#endif
