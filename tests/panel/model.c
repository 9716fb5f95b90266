#include "tests/panel/model.h"

#include "tests/panel/fact.h"

#include <stdio.h>
#include <string.h>

/* An invented person, as in every test: number|old number|name|birth|sex|address|issued. */
#define CARD "001090000000||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024"

bool model_refresh(struct model *m)
{
	char status[sizeof m->status] = "", screen[256] = "";
	bool connected = link_ask(&m->usim, "status", status, sizeof status);

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

/* The line with @CARD and @PAPERS filled in. */
static void fill_in(const struct model *m, const char *line, char *ret, size_t size)
{
	size_t n = 0;

	while (*line && n < size - 1) {
		const char *word = NULL;

		if (strncmp(line, "@CARD", 5) == 0)
			word = CARD, line += 5;
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
