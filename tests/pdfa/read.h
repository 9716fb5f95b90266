/* A PDF file taken apart, for the checker of PDF/A rules. Nothing here is shared with the writer or
 * the reader that ship: a mistake they have in common must not pass. Strict, classic tables only;
 * what it does not understand is a fault. */
#ifndef TESTS_PDFA_READ_H
#define TESTS_PDFA_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_type {
	NODE_NULL,
	NODE_BOOL,
	NODE_NUMBER,
	NODE_NAME,
	NODE_STRING,
	NODE_ARRAY,
	NODE_DICT,
	NODE_REF
};

struct node {
	enum node_type type;
	double number;     /* of a reference, the object's; of a bool, 0 or 1 */
	bool whole;        /* an integer */
	bool hex;          /* a string in hexadecimal */
	const uint8_t *at; /* its bytes in the file */
	size_t len;
	struct node *first, *next; /* what is in it; of a dictionary keys and values in turn */
	struct node *all;          /* every node of the file, to be freed */
};

struct object {
	unsigned number;
	size_t at;          /* of "12 0 obj" */
	struct node *value; /* NULL: not in use */
	const uint8_t *stream;
	size_t stream_len;
};

enum { DOC_OBJECTS = 4096, DOC_FAULTS = 32, DOC_REVISIONS = 8 };

struct fault {
	char clause[16], what[112];
};

struct doc {
	const uint8_t *bytes;
	size_t len;
	struct object objects[DOC_OBJECTS]; /* by number */
	unsigned count;
	struct node *trailer;
	size_t tables[DOC_REVISIONS], revisions; /* the newest first */
	struct node *nodes;
	struct fault faults[DOC_FAULTS];
	size_t fault_count;
};

/* `clause` of ISO 19005-2; "house" for what only we ask for. */
__attribute__((format(printf, 3, 4))) void fault(struct doc *d, const char *clause,
						 const char *what, ...);

void doc_read(struct doc *d, const uint8_t *bytes, size_t len);
void doc_finish(struct doc *d);

/* Resolved; NULL when there is none. */
struct node *doc_get(struct doc *d, const struct node *dict, const char *key);
struct node *doc_value(struct doc *d, struct node *n);
struct object *doc_object(struct doc *d, const struct node *ref);

/* Not resolved. */
struct node *node_get(const struct node *dict, const char *key);
bool node_is(const struct node *n, const char *name);

/* A stream, inflated when it says so; the caller's to free. NULL when it cannot be. */
uint8_t *doc_stream(struct doc *d, const struct object *o, size_t *ret_len);

/* One value of a content stream or of a file; *at is moved behind it. NULL: none. An operator has
 * *ret_word set. */
struct node *doc_parse(struct doc *d, const uint8_t **at, const uint8_t *end, bool *ret_word);

/* A string's bytes; cut to cap. */
size_t node_bytes(const struct node *n, uint8_t *out, size_t cap);

#endif
