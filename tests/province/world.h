/* Everything the stand-in is made of; main owns it. */
#ifndef PROVINCE_WORLD_H
#define PROVINCE_WORLD_H

#include "firmware/base/clock.h"
#include "firmware/base/loop.h"
#include "tests/province/ddi.h"
#include "tests/province/fault.h"
#include "tests/province/held.h"
#include "tests/province/store.h"

struct server;
struct control;
struct proxy;

struct world {
	const char *dir; /* pki, province.db, uploads, received, control */
	struct clock clock;
	struct loop *loop;
	struct store *store;
	struct fault fault;
	struct server *api, *page;
	struct control *control;
	struct proxy *proxy;     /* from the first `proxy` on */
	enum pki_id server_cert; /* what the server shows: PKI_SERVER, a wrong one, or PKI_NONE */
	struct papers papers;
	struct ddi ddi;
	int64_t catalogue;  /* number of the newest list; 0: none */
	uint16_t api_port;  /* kept over `net down` */
	int held;           /* keeps it, while nobody listens there; 0: not needed */
	char client[64];    /* whose certificate the request in hand came with; "": nobody's */
	char software[128]; /* User-Agent of the last kiosk that asked */
};

#endif
