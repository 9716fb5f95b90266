#include "tests/pdfa/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

void fault(struct doc *d, const char *clause, const char *what, ...)
{
	va_list args;

	for (size_t i = 0; i < d->fault_count; i++)
		if (strcmp(d->faults[i].clause, clause) == 0 &&
		    strncmp(d->faults[i].what, what, 12) == 0)
			return;
	if (d->fault_count == DOC_FAULTS)
		return;
	struct fault *f = &d->faults[d->fault_count++];
	snprintf(f->clause, sizeof f->clause, "%s", clause);
	va_start(args, what);
	vsnprintf(f->what, sizeof f->what, what, args);
	va_end(args);
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool regular(uint8_t c)
{
	return !blank(c) && !strchr("()<>[]{}/%", c);
}

static void skip(const uint8_t **at, const uint8_t *end)
{
	while (*at < end && (blank(**at) || **at == '%')) {
		if (**at == '%')
			while (*at < end && **at != '\n' && **at != '\r')
				++*at;
		else
			++*at;
	}
}

static struct node *new_node(struct doc *d, enum node_type type, const uint8_t *at)
{
	struct node *n = calloc(1, sizeof *n);

	if (!n)
		abort();
	n->type = type;
	n->at = at;
	n->all = d->nodes;
	d->nodes = n;
	return n;
}

static struct node *parse(struct doc *d, const uint8_t **at, const uint8_t *end, bool *word,
			  int depth);

static void parse_inside(struct doc *d, struct node *n, const uint8_t **at, const uint8_t *end,
			 int depth)
{
	const char *close = n->type == NODE_DICT ? ">>" : "]";
	struct node **to = &n->first;
	size_t len = strlen(close), count = 0;

	for (;; count++) {
		bool word = false;

		skip(at, end);
		if ((size_t)(end - *at) >= len && memcmp(*at, close, len) == 0)
			break;
		*to = parse(d, at, end, &word, depth + 1);
		if (!*to || word) {
			fault(d, "syntax", "an array or dictionary is broken");
			*to = NULL;
			return;
		}
		if (n->type == NODE_DICT && count % 2 == 0 && (*to)->type != NODE_NAME)
			fault(d, "syntax", "a key is no name");
		to = &(*to)->next;
	}
	*at += len;
	if (n->type == NODE_DICT && count % 2)
		fault(d, "syntax", "a key without a value");
}

static void parse_string(struct doc *d, const uint8_t **at, const uint8_t *end)
{
	int depth = 0;

	do {
		if (**at == '\\')
			++*at;
		else if (**at == '(')
			depth++;
		else if (**at == ')')
			depth--;
		++*at;
	} while (*at < end && depth > 0);
	if (depth > 0)
		fault(d, "syntax", "a string does not end");
}

static void parse_hex(struct doc *d, const uint8_t **at, const uint8_t *end)
{
	size_t digits = 0;

	for (++*at; *at < end && **at != '>'; ++*at) {
		if (strchr("0123456789abcdefABCDEF", **at) && **at)
			digits++;
		else if (!blank(**at))
			fault(d, "6.1.6", "a hexadecimal string has other characters");
	}
	++*at;
	if (digits % 2)
		fault(d, "6.1.6", "a hexadecimal string of an odd number of digits");
}

/* A number, a reference, or a word. */
static struct node *parse_word(struct doc *d, const uint8_t **at, const uint8_t *end, bool *word)
{
	struct node *n = new_node(d, NODE_NUMBER, *at);
	char text[64] = "", *rest;

	while (*at < end && regular(**at))
		++*at;
	n->len = (size_t)(*at - n->at);
	memcpy(text, n->at, n->len < sizeof text - 1 ? n->len : sizeof text - 1);
	n->number = strtod(text, &rest);
	n->whole = !strchr(text, '.');
	if (*rest || rest == text) {
		n->type = strcmp(text, "null") == 0 ? NODE_NULL : NODE_BOOL;
		n->number = strcmp(text, "true") == 0;
		*word = n->type == NODE_BOOL && strcmp(text, "true") != 0 &&
			strcmp(text, "false") != 0;
		return n;
	}
	int used = 0;
	unsigned generation;
	char ahead[16] = "";
	memcpy(ahead, *at, (size_t)(end - *at) < 15 ? (size_t)(end - *at) : 15);
	if (n->whole && sscanf(ahead, " %u R%n", &generation, &used) == 1 && used > 0) {
		n->type = NODE_REF;
		*at += used;
	}
	return n;
}

static struct node *parse(struct doc *d, const uint8_t **at, const uint8_t *end, bool *word,
			  int depth)
{
	skip(at, end);
	if (*at >= end || depth > 40)
		return NULL;
	const uint8_t *from = *at;
	uint8_t c = *from, second = from + 1 < end ? from[1] : 0;
	struct node *n = NULL;

	if (c == '[' || (c == '<' && second == '<')) {
		n = new_node(d, c == '[' ? NODE_ARRAY : NODE_DICT, from);
		*at += c == '[' ? 1 : 2;
		parse_inside(d, n, at, end, depth);
	} else if (c == '(' || c == '<') {
		n = new_node(d, NODE_STRING, from);
		n->hex = c == '<';
		(n->hex ? parse_hex : parse_string)(d, at, end);
	} else if (c == '/') {
		n = new_node(d, NODE_NAME, from);
		for (++*at; *at < end && regular(**at);)
			++*at;
	} else if (regular(c)) {
		n = parse_word(d, at, end, word);
	} else {
		return NULL;
	}
	n->len = (size_t)(*at - from);
	return n;
}

struct node *doc_parse(struct doc *d, const uint8_t **at, const uint8_t *end, bool *ret_word)
{
	*ret_word = false;
	return parse(d, at, end, ret_word, 0);
}

struct node *node_get(const struct node *dict, const char *key)
{
	if (!dict || dict->type != NODE_DICT)
		return NULL;
	for (struct node *n = dict->first; n && n->next; n = n->next->next)
		if (node_is(n, key))
			return n->next;
	return NULL;
}

bool node_is(const struct node *n, const char *name)
{
	return n && n->type == NODE_NAME && n->len == strlen(name) + 1 &&
	       memcmp(n->at + 1, name, n->len - 1) == 0;
}

struct object *doc_object(struct doc *d, const struct node *ref)
{
	if (!ref || ref->type != NODE_REF || ref->number < 1 || ref->number >= d->count)
		return NULL;
	struct object *o = &d->objects[(unsigned)ref->number];
	return o->value ? o : NULL;
}

struct node *doc_value(struct doc *d, struct node *n)
{
	for (int i = 0; i < 8 && n && n->type == NODE_REF; i++) {
		struct object *o = doc_object(d, n);

		n = o ? o->value : NULL;
	}
	return n;
}

struct node *doc_get(struct doc *d, const struct node *dict, const char *key)
{
	return doc_value(d, node_get(dict, key));
}

static bool starts(const struct doc *d, size_t at, const char *text)
{
	size_t len = strlen(text);

	return at <= d->len && len <= d->len - at && memcmp(d->bytes + at, text, len) == 0;
}

/* An object with its stream; how the words around them are set apart is a rule (6.1.7.1, 6.1.9). */
static void read_object(struct doc *d, struct object *o)
{
	char head[32];
	const uint8_t *end = d->bytes + d->len;
	int len = snprintf(head, sizeof head, "%u 0 obj\n", o->number);
	bool word;

	if (!starts(d, o->at, head)) {
		fault(d, "6.1.9", "object %u does not begin as \"n 0 obj\" and a line's end",
		      o->number);
		return;
	}
	if (o->at > 0 && d->bytes[o->at - 1] != '\n')
		fault(d, "6.1.9", "before object %u is no line's end", o->number);
	const uint8_t *at = d->bytes + o->at + len;
	o->value = doc_parse(d, &at, end, &word);
	if (!o->value || word) {
		fault(d, "syntax", "object %u has no value", o->number);
		o->value = NULL;
		return;
	}
	if (starts(d, (size_t)(at - d->bytes), "\nstream")) {
		at += 7;
		if (at < end && *at == '\r')
			at++;
		if (at >= end || *at++ != '\n')
			fault(d, "6.1.7.1", "\"stream\" is not followed by a line's end");
		struct node *n = node_get(o->value, "Length");
		if (!n || n->type != NODE_NUMBER || n->number > end - at) {
			fault(d, "6.1.7.1", "stream %u has no length", o->number);
			return;
		}
		o->stream = at;
		o->stream_len = (size_t)n->number;
		at += o->stream_len;
		if (!starts(d, (size_t)(at - d->bytes), "\nendstream"))
			fault(d, "6.1.7.1", "the length of stream %u is not the right one",
			      o->number);
		else
			at += 10;
	}
	if (!starts(d, (size_t)(at - d->bytes), "\nendobj\n"))
		fault(d, "6.1.9", "\"endobj\" of %u does not stand between line ends", o->number);
}

/* ISO 32000-1, 7.5.4; strict in blanks (6.1.4). */
static size_t read_rows(struct doc *d, size_t at)
{
	unsigned first, count;
	int used = 0;
	char line[64] = "";

	for (;;) {
		memcpy(line, d->bytes + at, d->len - at < 63 ? d->len - at : 63);
		if (sscanf(line, "%u %u%n", &first, &count, &used) != 2 || !used)
			return at;
		if (line[0] == ' ')
			fault(d, "6.1.4", "a blank before the head of a subsection");
		if (line[used] != '\n' || count > DOC_OBJECTS || first + count > DOC_OBJECTS)
			fault(d, "6.1.4", "the head of a subsection is not as it should be");
		for (at += (size_t)used + 1; count > 0; count--, first++, at += 20) {
			unsigned long where;
			unsigned generation;
			char use = 0;

			memcpy(line, d->bytes + at, d->len - at < 20 ? d->len - at : 20);
			line[20] = '\0';
			if (sscanf(line, "%10lu %5u %c \n", &where, &generation, &use) != 3 ||
			    line[10] != ' ' || line[16] != ' ' || line[17] != use ||
			    line[18] != ' ' || line[19] != '\n')
				fault(d, "6.1.4",
				      "row %u of the table is not 20 bytes as they should be",
				      first);
			if (use == 'n' && first < DOC_OBJECTS && d->objects[first].at == 0)
				d->objects[first] = (struct object){ .number = first, .at = where };
			if (first >= d->count && first < DOC_OBJECTS)
				d->count = first + 1;
		}
	}
}

static void read_tables(struct doc *d)
{
	const uint8_t *found = NULL, *end = d->bytes + d->len;

	for (const uint8_t *at = d->bytes; (at = memmem(at, (size_t)(end - at), "startxref\n", 10));
	     at++)
		found = at;
	size_t at = found ? strtoul((const char *)found + 10, NULL, 10) : d->len;
	while (d->revisions < DOC_REVISIONS) {
		if (!starts(d, at, "xref\n")) {
			fault(d, "6.1.4", "no table at %zu", at);
			return;
		}
		d->tables[d->revisions++] = at;
		at = read_rows(d, at + 5);
		if (!starts(d, at, "trailer\n")) {
			fault(d, "6.1.4", "no trailer behind a table");
			return;
		}
		const uint8_t *from = d->bytes + at + 8;
		bool word;
		struct node *trailer = doc_parse(d, &from, end, &word);
		d->trailer = d->trailer ? d->trailer : trailer;
		struct node *previous = node_get(trailer, "Prev");
		if (!previous)
			return;
		at = (size_t)previous->number;
	}
}

void doc_read(struct doc *d, const uint8_t *bytes, size_t len)
{
	d->bytes = bytes;
	d->len = len;
	read_tables(d);
	for (unsigned i = 1; i < d->count; i++)
		if (d->objects[i].at > 0)
			read_object(d, &d->objects[i]);
}

void doc_finish(struct doc *d)
{
	while (d->nodes) {
		struct node *n = d->nodes;

		d->nodes = n->all;
		free(n);
	}
}

uint8_t *doc_stream(struct doc *d, const struct object *o, size_t *ret_len)
{
	struct node *filter = doc_get(d, o->value, "Filter");
	uLongf len = filter ? 8 << 20 : o->stream_len;
	uint8_t *bytes = malloc(len + 1);

	if (!bytes || !o->stream || (filter && !node_is(filter, "FlateDecode")) ||
	    (filter && uncompress(bytes, &len, o->stream, o->stream_len) != Z_OK)) {
		fault(d, "6.1.7.2", "stream %u cannot be unpacked", o->number);
		free(bytes);
		return NULL;
	}
	if (!filter)
		memcpy(bytes, o->stream, len);
	bytes[len] = 0;
	*ret_len = len;
	return bytes;
}

static int digit(uint8_t c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static int escape(const uint8_t **at)
{
	uint8_t c = *(*at)++;

	if (c == 'r')
		return '\r';
	if (c == 'n')
		return '\n';
	return c;
}

size_t node_bytes(const struct node *n, uint8_t *out, size_t cap)
{
	size_t len = 0;

	if (!n || n->type != NODE_STRING)
		return 0;
	const uint8_t *at = n->at + 1, *end = n->at + n->len - 1;
	while (at < end && len < cap) {
		if (n->hex && !blank(*at)) {
			out[len++] = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
			at += 2;
		} else if (n->hex) {
			at++;
		} else {
			uint8_t c = *at++;

			out[len++] = c == '\\' ? (uint8_t)escape(&at) : c;
		}
	}
	return len;
}
