/* `kioskctl copy`: signed PDFs that people bring, judged for a clerk. */
#ifndef CORE_COPY_CTL_H
#define CORE_COPY_CTL_H

#include "firmware/core/ctl.h"

/* verify FILE */
enum ctl_code copy_command(struct ctl *t, const char *arg);

#endif
