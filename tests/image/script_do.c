/* The lines that make a machine, and do something to it. */
#include "firmware/base/auto.h"
#include "tests/image/ask.h"
#include "tests/image/launch.h"
#include "tests/image/script.h"
#include "tests/image/shell.h"
#include "tests/image/words.h"

#include <string.h>

#define MAX_POKE 512

static bool told(struct script *s, enum err e, const char *what)
{
	const char *why = e == ERR_REFUSED ? s->machine.question.text : err_text(e);

	return e == ERR_OK || script_fail(s, "%s: %.500s", what, why);
}

static bool is(const struct words *w, unsigned at, const char *word)
{
	return at < w->count && strcmp(w->word[at], word) == 0;
}

static bool usage(struct script *s, const struct words *w)
{
	return script_fail(s, "%s: see tests/image/image.def", w->word[0]);
}

static bool copy(const char *from, const char *to)
{
	struct disk d = { .sock = -1 };

	snprintf(d.path, sizeof d.path, "%.500s", to);
	return disk_make(&d, from, 0) == ERR_OK;
}

static bool has_program(const char *name)
{
	char path[MACHINE_PATH];
	const char *at = getenv("PATH");

	for (at = at ? at : "/usr/bin:/bin"; *at; at += *at == ':') {
		size_t len = strcspn(at, ":");

		snprintf(path, sizeof path, "%.*s/%s", (int)len, at, name);
		if (access(path, X_OK) == 0)
			return true;
		at += len;
	}
	return false;
}

bool script_only(struct script *s, struct words *w, const char *rest)
{
	if (w->count != 4 || !is(w, 1, "if"))
		return usage(s, w);
	if (is(w, 2, "file") ? access(w->word[3], F_OK) == 0 : has_program(w->word[3]))
		return true;
	s->skip = true;
	return script_fail(s, "not here: %s", rest);
}

bool script_disk(struct script *s, struct words *w, const char *rest)
{
	uint64_t bytes = 0;
	struct disk *d = NULL;
	bool from = is(w, 2, "from");

	(void)rest;
	if (w->count < 4 || (!from && !is(w, 2, "empty")) || w->count > (from ? 5 : 4) ||
	    strlen(w->word[1]) >= DISK_NAME)
		return usage(s, w);
	if ((!from || w->count == 5) && !words_bytes(w->word[w->count - 1], &bytes))
		return usage(s, w);
	enum err e = machine_add_disk(&s->machine, w->word[1], &d);
	if (e == ERR_OK)
		e = disk_make(d, from ? w->word[3] : NULL, bytes);
	return told(s, e, from ? w->word[3] : w->word[1]);
}

bool script_attach(struct script *s, struct words *w, const char *rest)
{
	struct machine *m = &s->machine;

	(void)rest;
	for (unsigned i = 0; i < m->disk_count; i++)
		m->disks[i].attached = false;
	for (unsigned i = 1; i < w->count; i++) {
		struct disk *d = machine_disk(m, w->word[i]);

		if (!d)
			return script_fail(s, "there is no disk %s", w->word[i]);
		d->attached = true;
	}
	return true;
}

bool script_disks(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	s->machine.slow_disks = is(w, 1, "plain");
	return is(w, 1, "plain") || is(w, 1, "forget") || usage(s, w);
}

bool script_vars(struct script *s, struct words *w, const char *rest)
{
	char from[2 * MACHINE_PATH], to[MACHINE_PATH + 16];

	(void)rest;
	snprintf(to, sizeof to, "%s/vars.fd", s->machine.dir);
	if (is(w, 1, "setup"))
		snprintf(from, sizeof from, "%s/OVMF_VARS_4M.fd", s->machine.firmware);
	else if (is(w, 1, "enrolled"))
		snprintf(from, sizeof from, "%s/image/vars.fd", s->places->o);
	else if (!is(w, 1, "keep"))
		return usage(s, w);
	s->vars = is(w, 1, "keep") || copy(from, to);
	return s->vars || script_fail(s, "%s cannot be copied", from);
}

bool script_tpm(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	if (w->count != 2)
		return usage(s, w);
	snprintf(s->machine.tpm, sizeof s->machine.tpm, "%s", is(w, 1, "none") ? "" : w->word[1]);
	return true;
}

bool script_net(struct script *s, struct words *w, const char *rest)
{
	bool on = is(w, 1, "on");

	(void)rest;
	if (!on && !is(w, 1, "off"))
		return usage(s, w);
	if (machine_is_on(&s->machine))
		return told(s, ask_cable(&s->machine, on), "the cable");
	s->machine.net = on;
	return true;
}

bool script_append(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	words_join(w, 1, s->machine.append, sizeof s->machine.append);
	return true;
}

bool script_qemu(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	words_join(w, 1, s->machine.emulator, sizeof s->machine.emulator);
	return true;
}

/* A command line without what keeps a kernel quiet, or makes it talk to the panel. */
static void talkative(const char *line, char *out, size_t cap)
{
	static const char *const LEAVE[] = { "quiet", "loglevel=3", "console=tty0" };
	AUTO_FREE struct words *w = malloc(sizeof *w);
	size_t used = 0;

	out[0] = '\0';
	if (!w || words_split(w, line, NULL, NULL) != ERR_OK)
		return;
	for (unsigned i = 0; i < w->count && used < cap; i++) {
		bool leave = false;

		for (size_t k = 0; k < sizeof LEAVE / sizeof *LEAVE; k++)
			leave |= strcmp(w->word[i], LEAVE[k]) == 0;
		if (!leave)
			used += (size_t)snprintf(out + used, cap - used, "%s ", w->word[i]);
	}
}

/* The image's own kernel and command line, with the slot that firmware would have told, and a root
 * shell on the second line. */
static bool direct(struct script *s, struct words *w, struct launch *l)
{
	char kernel[2 * MACHINE_PATH], initrd[2 * MACHINE_PATH], line[MACHINE_PATH + 16];
	char append[MACHINE_WORDS] = "", its[MACHINE_WORDS - 128];
	AUTO_FREE char *read = NULL;
	size_t cap = 0;

	if (!is(w, 2, "A") && !is(w, 2, "B"))
		return usage(s, w);
	snprintf(kernel, sizeof kernel, "%s/image/kernel/vmlinuz", s->places->o);
	if (is(w, 3, "uefi")) /* Secure Boot wants that signed, too (run.sh) */
		snprintf(kernel, sizeof kernel, "%s/image/vmlinuz.signed", s->places->o);
	snprintf(initrd, sizeof initrd, "%s/hand.initrd", s->machine.dir);
	if (!script_on_host(s, "\"$HERE/hand.sh\" \"$IMAGE/initrd\" \"$DIR/hand.initrd\""))
		return false;
	snprintf(line, sizeof line, "%s/cmdline", s->places->image);
	FILE *f = fopen(line, "re");
	if (!f || getline(&read, &cap, f) < 0) {
		if (f)
			(void)fclose(f);
		return script_fail(s, "there is no image in %s", s->places->image);
	}
	(void)fclose(f);
	talkative(read, its, sizeof its);
	snprintf(append, sizeof append, "%skiosk.slot=%s", its, w->word[2]);
	*l = (struct launch){
		.kernel = kernel, .initrd = initrd, .append = append, .uefi = is(w, 3, "uefi")
	};
	s->port = PORT_SHELL;
	return told(s, launch(&s->machine, l), "the emulator does not start (emulator.log)");
}

bool script_boot(struct script *s, struct words *w, const char *rest)
{
	struct launch l = { .uefi = true };
	char append[MACHINE_WORDS];

	(void)rest;
	if (!s->vars && !script_vars(s, &(struct words){ 2, { "vars", "setup" }, "" }, ""))
		return false;
	if (is(w, 1, "direct"))
		return direct(s, w, &l);
	if ((is(w, 1, "kernel") || is(w, 1, "bare")) && w->count >= 4) {
		words_join(w, 4, append, sizeof append);
		l = (struct launch){ w->word[2], w->word[3], append, is(w, 1, "kernel"), NULL };
	} else if (is(w, 1, "first") && w->count == 3) {
		l.first = w->word[2];
	} else if (w->count > 1) {
		return usage(s, w);
	}
	s->port = is(w, 1, "bare") ? PORT_SHELL : PORT_SERIAL;
	return told(s, launch(&s->machine, &l), "the emulator does not start (emulator.log)");
}

bool script_shell(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	s->port = is(w, 1, "second") ? PORT_SHELL : PORT_SERIAL;
	s->machine.shell_ready = false;
	return is(w, 1, "second") || is(w, 1, "serial") || usage(s, w);
}

bool script_type(struct script *s, struct words *w, const char *rest)
{
	(void)w;
	return told(s, shell_type(&s->machine, s->port, rest), "type");
}

bool script_key(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	for (unsigned i = 1; i < w->count; i++)
		if (!told(s, ask_key(&s->machine, w->word[i]), w->word[i]))
			return false;
	return true;
}

bool script_plug(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	if (w->count != 3 && w->count != 4)
		return usage(s, w);
	unsigned port = w->count == 4 ? (unsigned)atoi(w->word[3]) : 7;
	return told(s, ask_plug(&s->machine, w->word[1], w->word[2], port), w->word[2]);
}

bool script_unplug(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	return w->count == 2 ? told(s, ask_unplug(&s->machine, w->word[1]), w->word[1])
			     : usage(s, w);
}

bool script_qmp(struct script *s, struct words *w, const char *rest)
{
	(void)w;
	if (!told(s, ask(&s->machine, rest), "the emulator"))
		return false;
	free(s->out);
	s->out = strdup(s->machine.question.text);
	return s->out != NULL;
}

bool script_cut(struct script *s, struct words *w, const char *rest)
{
	struct machine *m = &s->machine;
	struct disk *d = w->count == 3 ? machine_disk(m, w->word[1]) : NULL;
	unsigned long writes = w->count == 3 ? strtoul(w->word[2], NULL, 10) : 0;

	(void)rest;
	if (w->count == 1) {
		machine_off(m, true);
		return true;
	}
	if (!d || d->sock < 0 || writes == 0)
		return usage(s, w);
	d->cut_at = d->drive.requests + 1 + lot_draw(&m->lot, writes);
	printf("# the power goes at request %llu, from %llu on\n", (unsigned long long)d->cut_at,
	       (unsigned long long)d->drive.requests);
	(void)fflush(stdout);
	return true;
}

bool script_reset(struct script *s, struct words *w, const char *rest)
{
	(void)w, (void)rest;
	return told(s, ask(&s->machine, "{\"execute\":\"system_reset\"}"), "reset");
}

bool script_end(struct script *s, struct words *w, const char *rest)
{
	(void)w, (void)rest;
	machine_off(&s->machine, false);
	return true;
}

static size_t unhex(const char *text, uint8_t out[MAX_POKE])
{
	size_t n = 0;
	unsigned byte;

	while (n < MAX_POKE && sscanf(text + 2 * n, "%2x", &byte) == 1)
		out[n++] = (uint8_t)byte;
	return text[2 * n] ? 0 : n;
}

bool script_poke(struct script *s, struct words *w, const char *rest)
{
	uint8_t bytes[MAX_POKE];
	uint64_t at = 0, len = 0, offset = 0;
	const char *part = w->count == 5 ? w->word[2] : NULL;
	struct disk *d = w->count > 1 ? machine_disk(&s->machine, w->word[1]) : NULL;

	(void)rest;
	if ((w->count != 4 && w->count != 5) || !d || !words_bytes(w->word[w->count - 2], &offset))
		return usage(s, w);
	size_t n = unhex(w->word[w->count - 1], bytes);
	enum err e = d->sock >= 0 || n == 0 ? ERR_BUSY : disk_part(d, part, &at, &len);
	if (e == ERR_OK && (offset > len || n > len - offset))
		e = ERR_NO_SPACE;
	return told(s, e == ERR_OK ? disk_poke(d, at + offset, bytes, n) : e, "poke");
}

bool script_include(struct script *s, struct words *w, const char *rest)
{
	unsigned times = w->count == 4 && is(w, 3, "times") ? (unsigned)atoi(w->word[2]) : 1;

	(void)rest;
	if (w->count != 2 && w->count != 4)
		return usage(s, w);
	for (unsigned n = 1; n <= times; n++) {
		if (w->count == 4)
			snprintf(s->count, sizeof s->count, "%u", n);
		if (!script_play(s, w->word[1]))
			return false;
	}
	return true;
}
