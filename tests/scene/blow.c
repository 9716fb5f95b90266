#include "tests/scene/blow.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"
#include "tests/scene/line.h"
#include "tests/scene/rest.h"
#include "tests/scene/staff.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MS   5000
#define ANSWER_MS 300000
#define REST_MS   5000

uint64_t blow_draw(uint64_t *state, uint64_t below)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

bool blow_kill(const struct world *w, const char *role)
{
	pid_t pid = world_find(w, role_by_name(role));

	return pid > 0 && kill(pid, SIGKILL) == 0;
}

void blow_province(const struct world *w, const char *line, FILE *out)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char path[WORLD_PATH];
	AUTO_FD sock = -1;

	world_path(w, "run/province.sock", path);
	if (!answer || line_connect(path, &sock) != ERR_OK ||
	    line_ask(sock, line, ANSWER_MS, answer) != ERR_OK)
		fprintf(out, "the province does not answer to %s\n", line);
}

static bool is_settled(const struct world *w, char answer[LINE_CAP])
{
	return staff_ask(w, "status", answer) == ERR_OK && strstr(answer, "outbox sealed 0\n") &&
	       strstr(answer, "outbox sending 0\n") && strstr(answer, "outbox sent 0\n");
}

bool blow_settle(struct world *w, int wait_ms, FILE *out)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	bool settled = false;
	struct fact f;

	blow_province(w, "heal", out);
	fact_begin(&f, w, wait_ms);
	do {
		settled = answer && is_settled(w, answer);
		/* what is under way is not given up because time flies */
		if (!settled && rest_wait(w, REST_MS) == ERR_OK)
			world_advance(w, STEP_MS);
	} while (!settled && fact_changed(&f));
	fact_end(&f);
	if (settled)
		return true;
	fprintf(out, "what waits is not sent:\n%s", answer ? answer : "");
	return false;
}

bool blow_audit_is_whole(const struct world *w, FILE *out)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);

	if (answer && staff_ask(w, "audit", answer) == ERR_OK && strstr(answer, "whole"))
		return true;
	fprintf(out, "audit: %s\n", answer ? answer : "");
	return false;
}
