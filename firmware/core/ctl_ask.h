/* `kioskctl ask`: what the province says, for staff at the command line. */
#ifndef CORE_CTL_ASK_H
#define CORE_CTL_ASK_H

#include "firmware/core/ctl.h"

/* CODE: a receipt code, dossier code or key */
enum ctl_code ctl_ask(struct ctl *t, const char *arg);

#endif
