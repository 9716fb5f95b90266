/* The kernel's own screen, which lies below the kiosk's picture. */
#ifndef GUARD_CONSOLE_H
#define GUARD_CONSOLE_H

/* Nobody changes to another screen of the kernel, no key does anything there, and it draws nothing.
 * 0; or 1, after saying what did not work; a machine without such screens is fine. */
int guard_console(const char *tty);

#endif
