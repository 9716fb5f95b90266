/* The scanner as an eSCL (AirScan) server on a unix socket, for unmodified sane-airscan:
 *     [devices]  "Kiosk scanner" = unix://scanner.sock/eSCL      [options]  socket_dir = STATE
 * Source of the protocol: Mopria eSCL Technical Specification 2.97, and what sane-airscan
 * 0.99.27 sends. One job at a time. */
#ifndef TESTS_USIM_ESCL_H
#define TESTS_USIM_ESCL_H

#include "firmware/base/loop.h"
#include "tests/usim/scanner.h"

struct escl;

/* Listens. Both must outlive it. `changed` is called after each request that changed the
 * scanner. ERR_IO. */
enum err escl_open(struct loop *loop, struct scanner *s, const char *socket_path,
		   struct escl **ret_escl);
void escl_trace(struct escl *e, bool on); /* every request to standard error */
void escl_on_change(struct escl *e, void (*changed)(void *data), void *data);

/* As when its plug is pulled: connections break. NULL is allowed. */
void escl_close(struct escl *e);

/* --- between escl.c and escl_xml.c --- */

/* The document as text; its length, 0 when `size` is too small. */
size_t escl_capabilities(char *ret, size_t size);
size_t escl_status(const struct scanner *s, char *ret, size_t size);

/* A ScanSettings document. ERR_BAD_DATA. */
enum err escl_parse_settings(const char *xml, struct scan_settings *ret);

#endif
