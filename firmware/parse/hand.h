/* The same jobs by hand, for technicians and tests: `kiosk-parse card-qr TEXT` and so on. */
#ifndef PARSE_HAND_H
#define PARSE_HAND_H

/* Runs the command in argv[1]. Returns the exit status: 0 done, 1 the bytes are bad or nothing
 * was found (said in words), 2 wrong use. */
int hand_run(int argc, char **argv);

#endif
