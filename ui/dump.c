#include "ui/dump.h"

static const struct {
	enum node_state bit;
	const char *name;
} STATES[] = {
	{ STATE_FOCUSED, "focused" },   { STATE_PRESSED, "pressed" },
	{ STATE_DISABLED, "disabled" }, { STATE_SELECTED, "selected" },
	{ STATE_ERROR, "error" },       { STATE_FILLED, "filled" },
	{ STATE_DONE, "done" },         { STATE_MUST, "must" },
	{ STATE_EDITING, "editing" },
};

static void put_text(FILE *to, const char *name, const char *text)
{
	if (!text[0])
		return;
	fprintf(to, ",\"%s\":\"", name);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(to, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(to, "\\u%04x", *c);
		else
			fputc(*c, to);
	}
	fputc('"', to);
}

static void put_states(FILE *to, unsigned state)
{
	const char *between = ",\"state\":[";

	for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
		if (state & STATES[i].bit) {
			fprintf(to, "%s\"%s\"", between, STATES[i].name);
			between = ",";
		}
	if (between[1] == '\0')
		fputc(']', to);
}

static void put_deed(FILE *to, const struct deed *d)
{
	static const char *const LOCAL[] = { "",       "edit",  "key",   "done",  "scroll",
					     "choose", "large", "close", "sound", "forget" };

	if (d->local != LOCAL_NONE)
		fprintf(to, ",\"local\":\"%s\"", LOCAL[d->local]);
	if (d->action == ACTION_NONE)
		return;
	fprintf(to, ",\"action\":\"%s\"", action_name(d->action));
	if (d->index)
		fprintf(to, ",\"index\":%u", d->index);
}

static void put_node(FILE *to, const struct node *n)
{
	const struct rect *r = &n->rect;
	char masked[MASKED_BYTES];

	fprintf(to, "{\"key\":\"%s\",\"role\":\"%s\",\"rect\":[%d,%d,%d,%d]", n->key,
		node_kind_name(n->kind), r->x, r->y, r->w, r->h);
	put_text(to, "name", node_name(n));
	if (n->say[0] && n->text[0])
		put_text(to, "text", n->text);
	put_text(to, "value", node_value(n, masked));
	if (n->kind == NODE_PROGRESS)
		fprintf(to, ",\"percent\":%d", n->value);
	put_states(to, n->state);
	put_deed(to, &n->deed);
	fputc('}', to);
}

void dump_page(FILE *to, const struct page *p)
{
	const char *between = "";

	fprintf(to, "{\"screen\":\"%s\",\"nodes\":[\n", screen_name(p->screen));
	for (size_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		if (node_flags(n->kind) & NODE_SILENT || n->state & STATE_UNDER)
			continue;
		fputs(between, to);
		put_node(to, n);
		between = ",\n";
	}
	fprintf(to, "\n]}\n");
}
