/* Every question of query.def has its path in the contract, every fact its property with the same
 * bounds; and the contract promises none that is not in the table. */
#include "firmware/base/query.h"
#include "tests/tap.h"

#include <ctype.h>
#include <stdlib.h>

#define CONTRACT "firmware/sync/province.openapi.yaml"
#define OUTER    "\n        "
#define INNER    "\n              "

/* A part of the contract. */
struct part {
	char *text;
};

static void part_free(struct part *p)
{
	free(p->text);
}
#define AUTO_PART __attribute__((cleanup(part_free))) struct part

static struct part contract(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = fopen(CONTRACT, "re");

	if (f && getdelim(&text, &len, '\0', f) < 0)
		*text = '\0';
	if (f)
		fclose(f);
	ok(f != NULL);
	return (struct part){ f ? text : strdup("") };
}

/* What is deeper than `line`, which begins with its newline and indentation; "" when it is not
 * there, or twice. */
static struct part below(const struct part *whole, const char *line)
{
	const char *at = strstr(whole->text, line);
	size_t indent = strspn(line + 1, " ");

	if (!at || strstr(at + 1, line))
		return (struct part){ strdup("") };
	const char *from = at + strlen(line), *end = from;
	while ((end = strchr(end + 1, '\n')))
		if (strspn(end + 1, " ") <= indent && end[1] != '\n')
			break;
	return (struct part){ end ? strndup(from, (size_t)(end - from)) : strdup(from) };
}

static struct part schema_of(const struct part *whole, unsigned q)
{
	char line[64];

	snprintf(line, sizeof line, "\n    %sFacts:\n", query_row(q)->name);
	line[5] = (char)toupper(line[5]);
	return below(whole, line);
}

static void write_hex(const struct fact_row *f, char *ret, size_t cap)
{
	if (f->low == f->high)
		snprintf(ret, cap, "pattern: \"^[0-9a-f]{%" PRId64 "}$\"", f->low);
	else
		snprintf(ret, cap, "pattern: \"^[0-9a-f]{%" PRId64 ",%" PRId64 "}$\"", f->low,
			 f->high);
}

/* "KEY: { type: ...", with the bounds; more may follow it. */
static void write_property(const struct fact_row *f, char *ret, size_t cap)
{
	int64_t low = f->low, high = f->high;
	char bounds[128] = "", *end = bounds;

	if (f->kind == FACT_BYTES) /* in base64 */
		low = (low + 2) / 3 * 4, high = (high + 2) / 3 * 4;
	if (low > 0)
		end += snprintf(bounds, sizeof bounds, "minLength: %" PRId64 ", ", low);
	snprintf(end, 64, "maxLength: %" PRId64, high);
	int n = snprintf(ret, cap, "%s: { ", f->key);
	ret += n, cap -= (size_t)n;
	switch (f->kind) {
	case FACT_NUM:
		snprintf(ret, cap, "type: integer, minimum: %" PRId64 ", maximum: %" PRId64, low,
			 high);
		return;
	case FACT_FLAG:
		snprintf(ret, cap, "type: boolean");
		return;
	case FACT_DIGITS:
		snprintf(ret, cap,
			 "type: string, pattern: \"^[0-9]{1,18}$\", x-minimum: %" PRId64
			 ", x-maximum: %" PRId64,
			 low, high);
		return;
	case FACT_MOMENT:
		snprintf(ret, cap, "$ref: \"#/components/schemas/MomentOrNone\"");
		return;
	case FACT_HEX:
		write_hex(f, bounds, sizeof bounds);
		snprintf(ret, cap, "type: string, %s", bounds);
		return;
	case FACT_TEXT:
	case FACT_BYTES:
		snprintf(ret, cap, "type: string, %s%s",
			 f->kind == FACT_BYTES ? "format: byte, " : "", bounds);
		return;
	}
}

/* Whether a list in brackets after the first `required: ` names it. */
static bool is_required(const char *text, const char *key)
{
	const char *list = strstr(text, "required: [");
	const char *end = list ? strchr(list, ']') : NULL;
	size_t len = strlen(key);

	for (const char *at = list; at && at < end; at = strstr(at + 1, key))
		if (strncmp(at, key, len) == 0 && strchr("[ ", at[-1]) && strchr(",]", at[len]))
			return true;
	return false;
}

static void has_fact(const struct part *in, const char *indent, const struct fact_row *f)
{
	char property[256], line[300];
	size_t n;

	write_property(f, property, sizeof property);
	n = (size_t)snprintf(line, sizeof line, "%s%s", indent, property);
	const char *at = strstr(in->text, line);
	ok(at && strchr(", ", at[n])); /* no longer number than that */
	ok(is_required(in->text, f->key));
	if (!at || !is_required(in->text, f->key))
		printf("#   %s wants: %s\n", query_row(f->query)->name, property);
}

static struct part group_of(const struct part *schema, const char *group)
{
	char line[80];

	snprintf(line, sizeof line, OUTER "%s:\n", group);
	return below(schema, line);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what)) && ++n)
		text += strlen(what);
	return n;
}

/* Members that begin a line of this indentation. */
static unsigned count_members(const char *text, const char *indent)
{
	unsigned n = 0;
	size_t len = strlen(indent);

	for (const char *at = text; (at = strstr(at, indent)); at += len)
		n += at[len + strcspn(at + len, ": \n")] == ':';
	return n;
}

static void facts_of(const struct part *whole, unsigned q)
{
	size_t rows;
	const struct fact_row *facts = query_facts(&rows);
	AUTO_PART schema = schema_of(whole, q);
	const char *group = "";
	unsigned outer = 0, inner = 0;

	ok(*schema.text != '\0');
	for (size_t i = 0; i < rows; i++) {
		const struct fact_row *f = &facts[i];

		if (f->query != q)
			continue;
		if (!*f->group) {
			has_fact(&schema, OUTER, f);
			outer++;
			continue;
		}
		AUTO_PART in = group_of(&schema, f->group);
		has_fact(&in, INNER, f);
		inner++;
		if (strcmp(group, f->group) != 0) {
			ok(is_required(schema.text, f->group));
			outer++;
		}
		group = f->group;
	}
	eq_int(count_members(strstr(schema.text, "\n      properties:") ?: "", OUTER), outer);
	eq_int(count_members(schema.text, INNER), inner);
}

static void path_of(const struct part *whole, unsigned q)
{
	const struct query_row *row = query_row(q);
	char line[128];

	snprintf(line, sizeof line, "\n  /v1/queries/%s:\n", row->name);
	AUTO_PART path = below(whole, line);
	snprintf(line, sizeof line, "\n      x-signed: %sFacts\n", row->name);
	line[17] = (char)toupper(line[17]);
	eq_int(count(path.text, line), 1);
	snprintf(line, sizeof line, "\n      x-max-kib: %zu\n", row->max_bytes >> 10);
	eq_int(count(path.text, line), 1);
	eq_int(count(path.text, "required: [v, nonce"), 1);
	eq_int(count(path.text, "\"200\": { $ref: \"#/components/responses/Reply\" }"), 1);
	eq_int(count(path.text, "default: { $ref: \"#/components/responses/Problem\" }"), 1);
}

int main(void)
{
	AUTO_PART whole = contract();

	for (unsigned q = 0; q < QUERY_COUNT; q++) {
		printf("# %s\n", query_row(q)->name);
		path_of(&whole, q);
		facts_of(&whole, q);
	}
	eq_int(count(whole.text, "\n  /v1/queries/"), QUERY_COUNT);
	eq_int(count(whole.text, "Facts:\n"), QUERY_COUNT);
	return tap_done();
}
