/* An update server for kiosks, as far as one kiosk can tell: Eclipse hawkBit's Direct Device
 * Integration API, version 1, at /TENANT/controller/v1/ID (eclipse.dev/hawkbit/rest-api/ddi). One
 * action at a time; what kiosks say is kept as lines of text. */
#ifndef PROVINCE_DDI_H
#define PROVINCE_DDI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct request;

#define DDI_SAID_MAX 64

enum ddi_fault {
	DDI_GOOD,
	DDI_HASH,    /* promises another sha256 */
	DDI_TENANT,  /* links lead to another tenant */
	DDI_HOST,    /* to another host */
	DDI_ENDLESS, /* JSON without end */
	DDI_MISSING, /* the file is not there */
	DDI_CUT,     /* each connection is cut in the middle of what is left of the file */
	DDI_PAGE,    /* a page in the place of the file, status 200 */
	DDI_LOST,    /* the answer to the next word that ends an action does not arrive */
	DDI_FAULTS
};

struct ddi {
	unsigned action; /* 0: none yet */
	bool open, cancels, later;
	bool known; /* the kiosk's attributes are */
	char file[PATH_MAX], version[48], sha256[65];
	int64_t size;
	enum ddi_fault fault;
	char sleep[9], token[128]; /* "": 00:05:00; no token is asked for */
	char said[DDI_SAID_MAX][256];
	size_t said_count;
	unsigned ranges; /* downloads that went on where one had ended */
};

/* True when the path is one of its. */
bool ddi_is(const char *path);

/* Answers a request that is all there. */
void ddi_do(struct world *w, struct request *r);

/* A new action: this file, under that version. False: it cannot be read. */
bool ddi_offer(struct ddi *d, const char *file, const char *version);

#endif
