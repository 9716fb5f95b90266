/* A small proxy on the way to the stand-in: CONNECT to 127.0.0.1, whatever host is named. */
#ifndef PROVINCE_PROXY_H
#define PROVINCE_PROXY_H

#include "firmware/base/loop.h"

struct proxy;

enum proxy_how {
	PROXY_GOOD,
	PROXY_REFUSE, /* 407: it wants a password */
	PROXY_HANG    /* takes the connection and says nothing */
};

/* Listens on any free port of 127.0.0.1. ERR_IO, ERR_NO_MEMORY. */
enum err proxy_start(struct loop *l, struct proxy **ret);
void proxy_stop(struct proxy *p); /* cuts what is open; NULL is allowed */
void proxy_do(struct proxy *p, enum proxy_how how);
uint16_t proxy_port(const struct proxy *p);

/* How many tunnels it has opened. */
unsigned proxy_count(const struct proxy *p);

#endif
