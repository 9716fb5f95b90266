#include "firmware/core/supplement.h"

#include "firmware/base/view.h"

#include <stdio.h>
#include <string.h>

#define STACK    "Giấy tờ bổ sung"
#define STACK_EN "Papers that were asked for"

static void add_paper(struct supplement *s, const char *name, const char *name_en)
{
	s->papers[s->procedure.paper_count++] = (struct paper){
		.code = "",
		.name = name,
		.name_en = name_en,
		.kind = PAPER_SUBMIT,
		.scan = { .profile = "", .hint = "" },
	};
}

/* Ends the line; what follows it. */
static char *end_line(char *line, size_t len)
{
	char *next = line + len + (line[len] == '\n');

	while (len > 0 && strchr(" \t\r", line[len - 1]))
		len--;
	line[len] = '\0';
	return next;
}

/* A list that is too long keeps the rest of its lines in the last paper. */
static void make_papers(struct supplement *s)
{
	char *line = s->names;

	memcpy(s->names, s->list, sizeof s->names);
	s->names[sizeof s->names - 1] = '\0';
	while (*line) {
		bool last = s->procedure.paper_count + 1 == SUPPLEMENT_MAX_PAPERS;

		line += strspn(line, " \t\r\n");
		size_t len = last ? strlen(line) : strcspn(line, "\n");
		for (size_t i = 0; i < len; i++)
			line[i] = line[i] == '\n' ? ';' : line[i];
		char *next = end_line(line, len);
		if (*line)
			add_paper(s, line, "");
		line = next;
	}
	if (s->procedure.paper_count == 0)
		add_paper(s, STACK, STACK_EN);
}

void supplement_make(struct supplement *s)
{
	bool named = s->procedure_name[0];

	s->on = true;
	s->procedure = (struct procedure){
		.code = s->procedure_code,
		.name = named ? s->procedure_name : STACK,
		.short_name = named ? s->procedure_name : STACK,
		.short_name_en = named ? "" : STACK_EN,
		.field = "",
		.level = "",
		.decision = "",
		.result = "",
		.unit = LIMIT_OTHER,
		.fee_vnd = -1,
		.papers = s->papers,
	};
	make_papers(s);
}

void supplement_write(struct view_writer *w, const struct supplement *s)
{
	if (!s->on)
		return;
	view_text(w, "supplement", s->code);
	view_num(w, "supplement_known", s->known);
	view_text(w, "supplement_id", s->id);
	view_text(w, "supplement_asked", s->asked);
	view_text(w, "supplement_list", s->list);
	view_text(w, "supplement_procedure", s->procedure_code);
	view_text(w, "supplement_name", s->procedure_name);
}

#define READ(field, key) snprintf(s.field, sizeof s.field, "%s", view_get_text(d, key))

void supplement_read(const struct view *d, struct supplement *ret)
{
	struct supplement s = { .known = view_get_num(d, "supplement_known") != 0 };

	READ(code, "supplement");
	READ(id, "supplement_id");
	READ(asked, "supplement_asked");
	READ(list, "supplement_list");
	READ(procedure_code, "supplement_procedure");
	READ(procedure_name, "supplement_name");
	*ret = s;
	if (ret->code[0])
		supplement_make(ret);
}
