/* Asking by text lines over a unix socket: the simulated devices, the stand-in province and the
 * screen's remote control all answer each line with a line that begins "ok" or "error". */
#ifndef SCENE_LINE_H
#define SCENE_LINE_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define LINE_CAP 65536

/* *ret_sock is the caller's to close. ERR_GONE: nobody listens there. */
enum err line_connect(const char *path, int *ret_sock);

/* ERR_GONE: hung up. */
enum err line_send(int sock, const char *line);

/* Waits for the answer to what was sent, as line_ask(). */
enum err line_answer(int sock, int wait_ms, char answer[LINE_CAP]);

/* Sends `line` and waits for its answer, at most wait_ms. `answer` gets everything up to and with
 * the line that begins "ok" or "error", without the last newline. ERR_TIMEOUT; ERR_GONE: hung
 * up; ERR_REFUSED: the answer is an error. */
enum err line_ask(int sock, const char *line, int wait_ms, char answer[LINE_CAP]);

/* The same for an answer of the form "ok N" and then N bytes, which are what `answer` gets. */
enum err line_ask_body(int sock, const char *line, int wait_ms, char answer[LINE_CAP]);

#endif
