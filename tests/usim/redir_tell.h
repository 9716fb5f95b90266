/* What usbredir wants to know of a device when it is plugged in, out of its descriptors. */
#ifndef TESTS_USIM_REDIR_TELL_H
#define TESTS_USIM_REDIR_TELL_H

#include "tests/usim/usb.h"
#include <usbredirparser.h>

/* Queues interfaces, endpoints and the device itself, in the order in which they must come. */
void redir_tell(struct usbredirparser *p, const struct usb_model *m);

/* usb_redir_success and following, for what a URB ended with. */
uint8_t redir_status(int status);

/* The kind of an endpoint (usb_redir_type_...), from the descriptors. */
uint8_t redir_type(const struct usb_model *m, uint8_t endpoint);

#endif
