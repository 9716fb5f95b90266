/* kioskctl pay: fees, by hand. */
#ifndef CORE_CTL_PAY_H
#define CORE_CTL_PAY_H

#include "firmware/core/ctl.h"

enum ctl_code ctl_pay(struct ctl *t, const char *arg);

#endif
