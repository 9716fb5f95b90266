/* A paper that the state has of a person (papers.h). */
#ifndef PROVINCE_HELD_H
#define PROVINCE_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HELD_MAX 32

struct held {
	char owner[13], component[64], sign[64], title[301], path[65];
	int64_t given_s, until_s; /* 0: no end */
	bool revoked;
	bool letters; /* its file has letters, not pictures only */
};

struct papers {
	struct held held[HELD_MAX];
	size_t count;
};

#endif
