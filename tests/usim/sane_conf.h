/* Configuration folders for unmodified SANE, in usim's state folder:
 *
 *   STATE/sane      the simulated scanner, through sane-airscan:
 *                       SANE_CONFIG_DIR=STATE/sane scanimage -L
 *   STATE/sane-pnm  SANE's own `pnm` backend, which hands on a file's exact pixels (8-bit PPM or
 *                   PGM, absolute path) and fails on demand:
 *                       SANE_CONFIG_DIR=STATE/sane-pnm scanimage -d pnm:0 --format=pnm \
 *                           --filename /abs/page.ppm [--status=no --status-jammed=yes]
 *                   It has no feeder, area or resolution. */
#ifndef TESTS_USIM_SANE_CONF_H
#define TESTS_USIM_SANE_CONF_H

#include "firmware/base/err.h"

/* The scanner's socket is STATE/scanner.sock. ERR_IO, ERR_NO_SPACE. */
enum err sane_conf_write(const char *state_dir);

#endif
