#include "tests/bench/pages.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void start(const char *const argv[], const char *out)
{
	int fd = open(out ? out : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(255);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(255);
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

struct cost pages_run(const char *const argv[], const char *out)
{
	struct rusage use = { 0 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		start(argv, out);
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
		return (struct cost){ 0, 0, 255 };
	return (struct cost){ seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss,
			      WIFEXITED(status) ? WEXITSTATUS(status) : 255 };
}

static void keep(char *to, size_t cap, const char *from)
{
	snprintf(to, cap, "%.*s", (int)strcspn(from, "\n"), from);
}

/* ngày 06 tháng 9 năm 2026 */
static void keep_date(char *to, size_t cap, const char *from)
{
	int day, month, year;

	if (sscanf(from, "ngày %2d tháng %2d năm %4d", &day, &month, &year) == 3)
		snprintf(to, cap, "%02d%02d%04d", day, month, year);
}

static void truth_line(struct truth *t, const char *line)
{
	if (strncmp(line, "kind ", 5) == 0)
		keep(t->kind, sizeof t->kind, line + 5);
	else if (strncmp(line, "field number ", 13) == 0)
		keep(t->fields.number, sizeof t->fields.number, line + 13);
	else if (strncmp(line, "field name ", 11) == 0)
		keep(t->fields.name, sizeof t->fields.name, line + 11);
	else if (strncmp(line, "field date ", 11) == 0)
		keep_date(t->fields.date, sizeof t->fields.date, line + 11);
	else if (strncmp(line, "code qr ", 8) == 0)
		keep(t->code, sizeof t->code, line + 8);
	else if (strncmp(line, "turned_deg ", 11) == 0)
		t->turned_deg = atoi(line + 11);
	else if (strncmp(line, "tilt_deg ", 9) == 0)
		t->tilt_deg = strtod(line + 9, NULL);
	else if (strncmp(line, "blank ", 6) == 0)
		t->blank = line[6] == 'y';
	else if (strncmp(line, "stamps ", 7) == 0)
		t->stamps = line[7] == 'y';
}

bool truth_read(const char *path, struct truth *ret)
{
	struct truth t = { 0 };
	char line[2048];
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	while (fgets(line, sizeof line, f))
		truth_line(&t, line);
	fclose(f);
	*ret = t;
	return t.kind[0] != '\0';
}

static void one_field(const char *real, const char *told, struct field_count *c)
{
	if (!*real)
		return;
	c->there++;
	c->offered += *told != '\0';
	c->right += strcmp(real, told) == 0;
}

void fields_compare(const struct fields *real, const struct fields *told, struct field_count *c)
{
	one_field(real->number, told->number, c);
	one_field(real->date, told->date, c);
	one_field(real->name, told->name, c);
}

static json_object *get(json_object *o, const char *key)
{
	json_object *value = NULL;

	return o && json_object_object_get_ex(o, key, &value) ? value : NULL;
}

static void get_text(json_object *o, const char *key, char *ret, size_t cap)
{
	json_object *value = get(o, key);

	snprintf(ret, cap, "%s", value ? json_object_get_string(value) : "");
}

bool told_read(const char *path, struct told *ret)
{
	json_object *all = json_object_from_file(path), *pages = get(all, "pages");
	json_object *page = pages ? json_object_array_get_idx(pages, 0) : NULL;
	struct told t = { 0 };

	if (page) {
		t.turned_deg = json_object_get_int(get(page, "turned_deg"));
		t.tilt_deg = json_object_get_double(get(page, "tilt_deg"));
		t.blank = json_object_get_boolean(get(page, "blank"));
		t.look_ms = json_object_get_double(get(get(page, "cpu"), "look_ms"));
		get_text(page, "code", t.code, sizeof t.code);
		get_text(page, "check", t.check, sizeof t.check);
		json_object *paper = get(page, "paper");
		get_text(paper, "number", t.fields.number, sizeof t.fields.number);
		get_text(paper, "date", t.fields.date, sizeof t.fields.date);
		get_text(paper, "name", t.fields.name, sizeof t.fields.name);
		*ret = t;
	}
	json_object_put(all);
	return page != NULL;
}

char *pages_text(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;

	if (!f)
		return NULL;
	/* A page's text has no NUL in it. */
	if (getdelim(&text, &cap, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}

long pages_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

bool pages_pdf_text(const char *pdf, const char *txt)
{
	const char *argv[] = { "pdftotext", pdf, txt, NULL };

	return pages_run(argv, NULL).status == 0;
}

bool pages_read_again(const char *pdf, const char *base, const char *txt)
{
	char picture[PATH_CAP];
	const char *draw[] = { "pdftoppm", "-r", "300", "-singlefile", pdf, base, NULL };
	const char *read[] = { "env", PAGES_ONE_THREAD, "tesseract", picture, "stdout", "-l", "vie",
			       NULL };

	snprintf(picture, sizeof picture, "%s.ppm", base);
	bool good = pages_run(draw, NULL).status == 0 && pages_run(read, txt).status == 0;
	unlink(picture);
	return good;
}
