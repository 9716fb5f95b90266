#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"
#include "firmware/parse/page/digitize.h"
#include "firmware/parse/page/look.h"
#include "firmware/parse/pdf/bind.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* One page while it is at work. */
struct sheet_at_work {
	const char *name;
	struct look look;
	struct digitized done;
	uint32_t load_ms, look_ms, bytes;
};

/* Lines of words, as they are read. */
static struct json_object *text_json(const struct text *t)
{
	struct json_object *lines = json_object_new_array();

	for (size_t i = 0; i < t->count;) {
		size_t first = i;
		char line[4096] = "";
		size_t len = 0;

		for (; i < t->count && t->words[i].line == t->words[first].line; i++) {
			int n = snprintf(line + len, sizeof line - len, "%s%s",
					 i > first ? " " : "", t->bytes + t->words[i].at);

			len += (size_t)n < sizeof line - len ? (size_t)n : 0;
		}
		json_object_array_add(lines, json_text(line, len));
	}
	return lines;
}

static struct json_object *steps_json(uint32_t steps)
{
	struct json_object *names = json_object_new_array();

	for (enum page_step s = 0; s < PAGE_STEP_COUNT; s++)
		if (steps >> s & 1)
			json_object_array_add(names, json_object_new_string(page_step_name(s)));
	return names;
}

static struct json_object *faults_json(const struct look *l)
{
	struct json_object *names = json_object_new_array();

	for (size_t i = 0; i < l->fault_count; i++)
		json_object_array_add(names, json_object_new_string(err_name(l->faults[i])));
	return names;
}

static struct json_object *times_json(const struct sheet_at_work *s)
{
	struct json_object *o = json_object_new_object();

	json_put_int(o, "load_ms", s->load_ms);
	json_put_int(o, "look_ms", s->look_ms);
	json_put_int(o, "leaf_ms", s->done.leaf_ms);
	json_put_int(o, "text_ms", s->done.text_ms);
	json_put_int(o, "layers_ms", s->done.layers_ms);
	return o;
}

static struct json_object *paper_json(const struct paper_facts *p)
{
	static const char *const FITS[] = { "unknown", "yes", "other" };
	struct json_object *o = json_object_new_object();

	json_put_text(o, "kind", paper_kind_name(p->kind));
	json_put_text(o, "fits", FITS[p->fits]);
	json_put_text(o, "title", p->title);
	json_put_text(o, "number", p->number);
	json_put_text(o, "date", p->date);
	json_put_text(o, "name", p->name);
	json_put_text(o, "place", p->place);
	return o;
}

static struct json_object *page_json(const struct sheet_at_work *s)
{
	const struct digitized *d = &s->done;
	struct json_object *o = json_object_new_object();

	json_put_text(o, "file", s->name);
	json_object_object_add(o, "faults", faults_json(&s->look));
	json_put_int(o, "turned_deg", d->leaf.turned_deg);
	json_put_real(o, "tilt_deg", d->leaf.tilt_deg, "%.3f");
	json_put_real(o, "ink", d->leaf.ink, "%.5f");
	json_object_object_add(o, "blank", json_object_new_boolean(d->leaf.blank));
	json_put_real(o, "edge_mm", s->look.edge_mm, "%.3f");
	json_put_real(o, "glare", s->look.glare, "%.5f");
	json_put_text(o, "code", s->look.code);
	json_put_text(o, "check", page_check_name(d->layers.check));
	json_object_object_add(o, "steps", steps_json(d->steps));
	json_put_int(o, "confidence", d->text.confidence);
	json_object_object_add(o, "paper", paper_json(&d->paper));
	json_object_object_add(o, "lines", text_json(&d->text));
	json_object_object_add(o, "cpu", times_json(s));
	return o;
}

static void say_page(const struct sheet_at_work *s)
{
	const struct digitized *d = &s->done;

	printf("%s: turned %u, straightened %.2f, ink %.4f, edge %.2f mm, %zu words, kept as %s",
	       s->name, d->leaf.turned_deg, d->leaf.tilt_deg, d->leaf.ink, s->look.edge_mm,
	       d->text.count, page_check_name(d->layers.check));
	if (d->paper.title[0])
		printf(", \"%s\"", d->paper.title);
	if (s->look.code[0])
		printf(", code %s", s->look.code);
	for (size_t i = 0; i < s->look.fault_count; i++)
		printf("%s%s", i ? ", " : "; ", err_name(s->look.faults[i]));
	putchar('\n');
}

/* The pixels go as soon as the leaf is made of them. */
static enum err work_on(struct order *o, struct image *image, struct sheet_at_work *s,
			enum page_profile profile)
{
	const struct look_wish look = { .source = o->source, .turn_deg = LEAF_TURN_BY_TEXT };
	uint32_t began_ms = digitize_cpu_ms();
	enum err e = look_at_page(image, &look, o->room.codes, &s->look);
	struct digitize_wish wish = { .source = o->source,
				      .profile = profile,
				      .turn_deg = LEAF_TURN_BY_TEXT,
				      .asked = o->paper ? o->paper : "",
				      .code = s->look.code,
				      .reader = o->room.reader };

	s->look_ms = digitize_cpu_ms() - began_ms;
	if (e == ERR_OK)
		e = digitize_leaf(image, &wish, &s->done);
	free((void *)(uintptr_t)image->pixels);
	image->pixels = NULL;
	return e == ERR_OK ? digitize_rest(&wish, &s->done) : e;
}

static enum err digitize_file(struct order *o, int fd, struct sheet_at_work *s, struct binder *b)
{
	enum page_profile profile = o->profile ? page_profile_by_name(o->profile) : PROFILE_ARCHIVE;
	struct image image = { 0 };
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	uint32_t began_ms = digitize_cpu_ms();
	enum err e = load_fd(fd, LOAD_PICTURE_BYTES, &bytes, &len);

	if (e == ERR_OK)
		e = load_image(bytes, len, &image);
	free(bytes);
	bytes = NULL;
	if (e != ERR_OK)
		return e;
	s->load_ms = digitize_cpu_ms() - began_ms;
	if (o->dpi > 0)
		image.dpi = o->dpi;
	e = work_on(o, &image, s, profile);
	return e == ERR_OK ? bind_page(b, &s->done.layers, &s->done.text) : e;
}

/* In the locked room. A page that fails is named and left out, as one that could not be opened; the
 * others are kept. Returns how many were left out. */
static int digitize_files(struct order *o, const int *fds, struct binder *b,
			  struct json_object *pages)
{
	int failed = 0;

	for (int i = 0; i < o->count; i++) {
		struct sheet_at_work s = { .name = o->names[i] };

		if (fds[i] < 0) {
			failed++;
			continue;
		}
		enum err e = digitize_file(o, fds[i], &s, b);
		if (e != ERR_OK)
			failed += complain_read(o->names[i], e);
		else if (pages)
			json_object_array_add(pages, page_json(&s));
		else
			say_page(&s);
		look_finish(&s.look);
		digitize_finish(&s.done);
	}
	return failed;
}

static void say_end(struct order *o, struct json_object *pages, size_t len)
{
	char tools[DIGITIZE_TOOLS_CAP];
	struct json_object *all;

	digitize_tools(o->room.reader, tools);
	if (!pages) {
		printf("%s: %zu bytes\n", o->out, len);
		return;
	}
	all = json_object_new_object();
	json_put_text(all, "file", o->out);
	json_put_int(all, "bytes", (int64_t)len);
	json_put_text(all, "tools", tools);
	json_put_int(all, "cpu_ms", digitize_cpu_ms());
	json_object_object_add(all, "pages", pages);
	json_say(all);
}

/* A title goes with the file; the folder it was made in is nobody's business. */
static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The file is opened before the door is locked, and filled at the very end. */
static int digitize_into(struct order *o, const int *fds, int out)
{
	const struct bind_wish wish = { .title = o->title ? o->title : file_name(o->out),
					.card = o->card };
	struct json_object *pages = o->json ? json_object_new_array() : NULL;
	struct binder *b = NULL;
	AUTO_FREE uint8_t *pdf = NULL;
	size_t len = 0;
	int failed = 0;
	enum err e = room_lock(NULL);

	if (e == ERR_OK)
		e = bind_begin(&wish, &b);
	if (e == ERR_OK) {
		failed = digitize_files(o, fds, b, pages);
		e = failed < o->count ? bind_end(b, &pdf, &len, NULL) : ERR_BAD_PAGE;
	}
	bind_destroy(b);
	if (e == ERR_OK)
		e = replace_content(out, pdf, len);
	if (e != ERR_OK)
		json_object_put(pages);
	else
		say_end(o, pages, len);
	if (e == ERR_OK && failed > 0)
		fprintf(stderr, "kiosk-parse: %s: %d of %d pages are not in it\n", o->out, failed,
			o->count);
	return e == ERR_OK ? failed > 0 : complain(o->out, e);
}

int order_digitize(struct order *o)
{
	AUTO_FREE int *fds = malloc((size_t)o->count * sizeof *fds);

	if (o->profile && page_profile_by_name(o->profile) == PAGE_PROFILE_COUNT)
		return complain(o->profile, ERR_NOT_FOUND);
	if (!fds)
		return complain("start", ERR_NO_MEMORY);
	int opened = order_open(o, fds), status = 1;
	AUTO_FD out = opened > 0 ? open(o->out, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;
	if (out >= 0)
		status = digitize_into(o, fds, out);
	else if (opened > 0)
		status = complain(o->out, err_of_errno());
	order_close(o, fds);
	return status;
}
