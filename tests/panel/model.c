#include "tests/panel/model.h"

#include "tests/panel/fact.h"

#include <stdio.h>
#include <string.h>

unsigned model_card_count(const struct model *m)
{
	unsigned n = *m->names ? 1 : 0;

	for (const char *p = m->names; *p; p++)
		n += *p == ' ';
	return n;
}

void model_card_name(const struct model *m, char *ret, size_t size)
{
	const char *p = m->names;

	for (unsigned i = 0; i < m->chosen && *p; i++)
		p += strcspn(p, " ") + (p[strcspn(p, " ")] == ' ');
	snprintf(ret, size, "%.*s", (int)strcspn(p, " "), p);
}

static void read_card(struct model *m)
{
	char name[128], line[160];

	model_card_name(m, name, sizeof name);
	snprintf(line, sizeof line, "card about %s", name);
	if (!*name || !link_ask(&m->usim, line, m->card, sizeof m->card) ||
	    strncmp(m->card, "ok ", 3) != 0)
		m->card[0] = '\0';
}

/* Once: they are files, and stay. */
static void read_names(struct model *m)
{
	char answer[sizeof m->names + 8];

	if (!link_ask(&m->usim, "card names", answer, sizeof answer) ||
	    strncmp(answer, "ok ", 3) != 0)
		return;
	memcpy(m->names, answer + 3, strlen(answer + 3) + 1);
	read_card(m);
}

void model_choose(struct model *m, int step)
{
	unsigned count = model_card_count(m);

	if (!count)
		return;
	m->chosen = (m->chosen + count + (unsigned)step) % count;
	m->turned = false;
	read_card(m);
}

bool model_refresh(struct model *m)
{
	char status[sizeof m->status] = "", screen[256] = "";
	bool connected = link_ask(&m->usim, "status", status, sizeof status);

	if (connected && !*m->names)
		read_names(m);
	if (m->kiosk.path && (!link_ask(&m->kiosk, "screen", screen, sizeof screen) ||
			      strncmp(screen, "ok ", 3) != 0))
		screen[0] = '\0';
	const char *name = screen[0] ? screen + 3 : "";
	char now[sizeof m->screen];
	snprintf(now, sizeof now, "%.*s", (int)strcspn(name, " "), name);
	bool same = connected == m->connected && strcmp(status, m->status) == 0 &&
		    strcmp(now, m->screen) == 0;
	m->connected = connected;
	memcpy(m->status, status, sizeof status);
	memcpy(m->screen, now, sizeof now);
	fact_text(m->status, "printer.last", m->receipt, sizeof m->receipt);
	return !same;
}

/* The line with @NAME and @PAPERS filled in. */
static void fill_in(const struct model *m, const char *line, char *ret, size_t size)
{
	size_t n = 0;
	char name[128];

	model_card_name(m, name, sizeof name);
	while (*line && n < size - 1) {
		const char *word = NULL;

		if (strncmp(line, "@NAME", 5) == 0)
			word = name, line += 5;
		else if (strncmp(line, "@PAPERS", 7) == 0)
			word = m->papers, line += 7;
		if (word)
			n += (size_t)snprintf(ret + n, size - n, "%s", word);
		else
			ret[n++] = *line++;
	}
	ret[n < size ? n : size - 1] = '\0';
}

void model_press(struct model *m, const struct item *i)
{
	struct link *to = i->to == USIM ? &m->usim : &m->province;
	bool undo = i->undo && model_is_lit(m, i);
	char line[4096], answer[4096];

	fill_in(m, undo ? i->undo : i->line, line, sizeof line);
	bool heard = link_ask(to, line, answer, sizeof answer);
	bool good = heard && strncmp(answer, "ok", 2) == 0;
	if (good && i->state && strcmp(i->state, "net.down") == 0)
		m->net_down = !undo;
	snprintf(m->note, sizeof m->note, "%.200s", good ? "" : answer);
}

void model_drop(struct model *m, const char *file)
{
	char line[4096], answer[4096];
	int n = snprintf(line, sizeof line, "feeder file %s", file);
	bool fits = n > 0 && (size_t)n < sizeof line && !strchr(file, '\n');
	bool heard = fits && link_ask(&m->usim, line, answer, sizeof answer);

	if (!heard || strncmp(answer, "ok", 2) != 0)
		snprintf(m->note, sizeof m->note, "%.200s", heard ? answer : "error: the file");
	else
		m->note[0] = '\0';
}

bool model_is_lit(const struct model *m, const struct item *i)
{
	if (!i->state)
		return false;
	if (strcmp(i->state, "net.down") == 0)
		return m->net_down;
	if (i->state[0] == '!')
		return m->connected && !fact_flag(m->status, i->state + 1);
	return fact_flag(m->status, i->state);
}
