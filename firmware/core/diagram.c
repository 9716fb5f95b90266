#include "firmware/core/diagram.h"

#include "firmware/core/visit.h"

int diagram_print(FILE *out)
{
	fputs("digraph visit {\n\trankdir=LR; node [shape=box, style=rounded];\n", out);
	for (size_t i = 0; i < VISIT_RULE_COUNT; i++) {
		const struct visit_rule *r = &VISIT_RULES[i];

		if (r->in == VISIT_ANY)
			continue; /* arrows from everywhere hide the others */
		for (enum screen to = 0; to < SCREEN_COUNT; to++)
			if (r->to >> to & 1)
				fprintf(out, "\t%s -> %s [label=\"%s\"];\n",
					screen_name((enum screen)r->in), screen_name(to),
					visit_on_name(r->on));
	}
	fputs("}\n", out);
	return ferror(out) ? 1 : 0;
}
