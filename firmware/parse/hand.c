#include "firmware/parse/hand.h"

#include "firmware/base/auto.h"
#include "firmware/parse/answer.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/load.h"
#include "firmware/parse/page.h"
#include "firmware/parse/room.h"

#include <fcntl.h>
#include <getopt.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MAX_CARD_BYTES = 3800, MAX_PICTURE_BYTES = 256 << 20, DEFAULT_DPI = 200 };

/* What stood on the command line. */
struct order {
	struct room room;
	bool json;
	const char *out, *anchor, *title;
	uint16_t dpi;
	int count;
	char **names;
};

static int usage(void);

static int complain(const char *what, enum err e)
{
	fprintf(stderr, "kiosk-parse: %s: %s (%s)\n", what, err_text(e), err_name(e));
	return 1;
}

static struct json_object *text_of(const char *text, size_t len)
{
	return json_object_new_string_len(text, (int)len);
}

static void put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, text_of(text, strlen(text)));
}

static void put_int(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

/* Prints and frees. */
static void say_json(struct json_object *o)
{
	int how = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;

	puts(json_object_to_json_string_ext(o, how));
	json_object_put(o);
}

/* ddMMyyyy as people write it, as far as it is known: "dd/MM/yyyy", "MM/yyyy" or "yyyy". */
static const char *date_text(const char *date, char text[11])
{
	const char *day = date, *month = date + 2, *year = date + 4;

	if (strlen(date) != 8)
		return "";
	if (strncmp(month, "00", 2) == 0)
		return year;
	if (strncmp(day, "00", 2) == 0)
		snprintf(text, 11, "%.2s/%s", month, year);
	else
		snprintf(text, 11, "%.2s/%.2s/%s", day, month, year);
	return text;
}

static void say_card(const struct msg_card_facts *c)
{
	static const char *const SEX[] = { "?", "Nam", "Nữ" };
	char birth[11], issued[11];

	printf("number      %s\nold number  %s\nname        %s\nborn        %s\nsex         %s\n"
	       "address     %s\nissued      %s\nfields      %u\n",
	       c->number, c->old_number, c->name, date_text(c->birth, birth), SEX[c->sex],
	       c->address, date_text(c->issued, issued), c->fields);
	if (c->doubt != ERR_OK)
		puts("doubt       the number contradicts the year of birth or the sex");
}

static void say_card_json(const struct msg_card_facts *c)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "number", c->number);
	put_text(o, "old_number", c->old_number);
	put_text(o, "name", c->name);
	put_text(o, "birth", c->birth);
	put_int(o, "sex", c->sex);
	put_text(o, "address", c->address);
	put_text(o, "issued", c->issued);
	put_int(o, "fields", c->fields);
	put_text(o, "doubt", err_name(c->doubt));
	say_json(o);
}

static int card_qr(struct order *o)
{
	AUTO_FREE uint8_t *bytes = NULL;
	const char *text = o->names[0];
	size_t len = strlen(text);
	struct msg_card_facts facts;
	enum err e = ERR_OK;

	if (strcmp(text, "-") == 0) {
		e = load_file("-", MAX_CARD_BYTES, &bytes, &len);
		text = (const char *)bytes;
	}
	if (e == ERR_OK)
		e = room_lock();
	if (e == ERR_OK)
		e = card_qr_read(text, len, &facts);
	if (e != ERR_OK)
		return complain("card-qr", e);
	if (o->json)
		say_card_json(&facts);
	else
		say_card(&facts);
	return 0;
}

static void say_code(const struct code *c)
{
	printf("%s ", code_kind_name(c->kind));
	fwrite(c->bytes, 1, c->len, stdout);
	putchar('\n');
}

static struct json_object *code_json(const struct code *c)
{
	struct json_object *o = json_object_new_object();
	char hex[2 * CODE_MAX_BYTES + 1];

	for (size_t i = 0; i < c->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", c->bytes[i]);
	put_text(o, "kind", code_kind_name(c->kind));
	if (utf8_ok((const char *)c->bytes, c->len))
		json_object_object_add(o, "text", text_of((const char *)c->bytes, c->len));
	put_text(o, "hex", hex);
	put_int(o, "x", c->x);
	put_int(o, "y", c->y);
	return o;
}

static void say_codes(const struct codes *list, bool json)
{
	struct json_object *all = json ? json_object_new_array() : NULL;

	for (size_t i = 0; i < list->count; i++)
		if (json)
			json_object_array_add(all, code_json(&list->at[i]));
		else
			say_code(&list->at[i]);
	if (json)
		say_json(all);
}

static enum err find_in_file(struct room *room, const uint8_t *bytes, size_t len, struct codes *ret)
{
	struct image image = { 0 };
	struct gray gray = { 0 };
	enum err e = load_image(bytes, len, &image);

	if (e == ERR_OK)
		e = gray_of(&image, 1, &gray);
	if (e == ERR_OK)
		e = code_find(room->codes, &gray, true, ret);
	gray_finish(&gray);
	free((void *)(uintptr_t)image.pixels);
	return e;
}

static int qr(struct order *o)
{
	AUTO_FREE uint8_t *bytes = NULL;
	AUTO_FREE struct codes *found = malloc(sizeof *found);
	size_t len;
	enum err e =
		found ? load_file(o->names[0], MAX_PICTURE_BYTES, &bytes, &len) : ERR_NO_MEMORY;

	if (e == ERR_OK)
		e = room_lock();
	if (e == ERR_OK)
		e = find_in_file(&o->room, bytes, len, found);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	say_codes(found, o->json);
	return 0;
}

static void say_page(const char *name, const struct page *p)
{
	printf("%s: turned %u, straightened %.2f, ink %.4f, edge %.2f mm, %s%s%s\n", name,
	       p->turned_deg, p->tilt_deg, p->ink, p->edge_mm, err_name(p->doubt),
	       p->code[0] ? ", code " : "", p->code);
}

static struct json_object *page_json(const char *name, const struct page *p)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "file", name);
	put_int(o, "turned_deg", p->turned_deg);
	json_object_object_add(o, "tilt_deg", json_object_new_double(p->tilt_deg));
	json_object_object_add(o, "ink", json_object_new_double(p->ink));
	json_object_object_add(o, "edge_mm", json_object_new_double(p->edge_mm));
	put_text(o, "doubt", err_name(p->doubt));
	put_text(o, "code", p->code);
	return o;
}

struct file {
	uint8_t *bytes;
	size_t len;
};

static enum err digitize_file(struct order *o, const struct file *f, struct pdf *pdf,
			      struct page *ret)
{
	struct image image = { 0 };
	enum err e = load_image(f->bytes, f->len, &image);

	if (e != ERR_OK)
		return e;
	if (o->dpi > 0 || image.dpi == 0)
		image.dpi = o->dpi > 0 ? o->dpi : DEFAULT_DPI;
	e = page_read(&image, o->room.codes, pdf, ret);
	free((void *)(uintptr_t)image.pixels);
	return e;
}

/* In the locked room. */
static int digitize_files(struct order *o, const struct file *files, struct pdf *pdf)
{
	struct json_object *all = o->json ? json_object_new_array() : NULL;

	for (int i = 0; i < o->count; i++) {
		struct page page = { 0 };
		enum err e = digitize_file(o, &files[i], pdf, &page);

		if (e != ERR_OK)
			return complain(o->names[i], e);
		if (o->json)
			json_object_array_add(all, page_json(o->names[i], &page));
		else
			say_page(o->names[i], &page);
		page_finish(&page);
	}
	enum err e = pdf_end(pdf);
	if (e != ERR_OK)
		return complain("pdf", e);
	if (o->json)
		say_json(all);
	return 0;
}

static enum err write_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return err_of_errno();
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

static int digitize_into(struct order *o, const struct file *files, int out)
{
	struct pdf *pdf = calloc(1, sizeof *pdf);
	enum err e = pdf ? room_lock() : ERR_NO_MEMORY;
	int status = 1;

	if (e == ERR_OK)
		e = pdf_begin(pdf, o->title ? o->title : o->out);
	if (e == ERR_OK)
		status = digitize_files(o, files, pdf);
	if (e == ERR_OK && status == 0)
		e = write_all(out, pdf->bytes, pdf->len);
	if (pdf)
		pdf_finish(pdf);
	free(pdf);
	return e == ERR_OK ? status : complain(o->out, e);
}

static int digitize(struct order *o)
{
	struct file *files = calloc((size_t)o->count, sizeof *files);
	enum err e = files ? ERR_OK : ERR_NO_MEMORY;
	int status = 2;

	if (!o->out)
		return usage();
	for (int i = 0; e == ERR_OK && i < o->count; i++) {
		e = load_file(o->names[i], MAX_PICTURE_BYTES, &files[i].bytes, &files[i].len);
		if (e != ERR_OK)
			status = complain(o->names[i], e);
	}
	AUTO_FD out =
		e == ERR_OK ? open(o->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
	if (e == ERR_OK)
		status = out < 0 ? complain(o->out, err_of_errno()) : digitize_into(o, files, out);
	for (int i = 0; files && i < o->count; i++)
		free(files[i].bytes);
	free(files);
	return status;
}

static void say_moment(const char *label, int64_t s)
{
	struct tm t;
	time_t at = (time_t)s;

	if (s > 0 && gmtime_r(&at, &t))
		printf("%s %04d-%02d-%02d %02d:%02d UTC\n", label, t.tm_year + 1900, t.tm_mon + 1,
		       t.tm_mday, t.tm_hour, t.tm_min);
}

static void say_answer(const struct msg_answer_facts *a)
{
	printf("verdict   %s\nkey       %s\nmanifest  %s\n", a->accepted ? "accepted" : "refused",
	       a->key, a->manifest);
	if (a->accepted)
		printf("code      %s\n", a->code);
	else
		printf("reason    %s\n", a->reason);
	say_moment("received ", a->time_s);
	say_moment("due      ", a->due_s);
}

static void say_answer_json(const struct msg_answer_facts *a)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "accepted", json_object_new_boolean(a->accepted));
	put_text(o, "key", a->key);
	put_text(o, "manifest_sha256", a->manifest);
	put_text(o, "code", a->code);
	put_int(o, "received_at", a->time_s);
	put_int(o, "due_at", a->due_s);
	put_text(o, "reason", a->reason);
	say_json(o);
}

static int answer(struct order *o)
{
	struct msg_answer_facts facts;
	struct file der = { 0 }, anchor = { 0 };
	time_t now = time(NULL);

	if (!o->anchor)
		return usage();
	enum err e = load_file(o->names[0], ANSWER_MAX_BYTES, &der.bytes, &der.len);
	if (e == ERR_OK)
		e = load_file(o->anchor, ANCHOR_MAX_BYTES, &anchor.bytes, &anchor.len);
	if (e == ERR_OK)
		e = room_lock();
	if (e == ERR_OK)
		e = answer_read((struct blob){ der.bytes, der.len },
				(struct blob){ anchor.bytes, anchor.len }, now, &facts);
	free(der.bytes);
	free(anchor.bytes);
	if (e != ERR_OK)
		return complain(o->names[0], e);
	if (o->json)
		say_answer_json(&facts);
	else
		say_answer(&facts);
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(struct order *o);
	int least, most; /* names */
	const char *usage;
} COMMANDS[] = {
	{ "card-qr", card_qr, 1, 1, "card-qr TEXT|-        an identity card's QR text" },
	{ "digitize", digitize, 1, PDF_MAX_PAGES,
	  "digitize PAGE... -o OUT.pdf [--title TEXT] [--dpi N]   scanned pages to an archival "
	  "PDF" },
	{ "answer", answer, 1, 1, "answer FILE --anchor PEM   the province's signed answer" },
	{ "qr", qr, 1, 1, "qr FILE               codes in a picture (png, jpg, ppm, pgm)" },
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static int usage(void)
{
	fputs("kiosk-parse opens bytes that came from outside, in a locked room.\n", stderr);
	for (int i = 0; i < COMMAND_COUNT; i++)
		fprintf(stderr, "  kiosk-parse %s\n", COMMANDS[i].usage);
	fputs("  --json    the same for programs\n", stderr);
	return 2;
}

static const struct command *find_command(const char *name)
{
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(COMMANDS[i].name, name) == 0)
			return &COMMANDS[i];
	return NULL;
}

static bool read_options(int argc, char **argv, struct order *o)
{
	static const struct option OPTIONS[] = { { "json", no_argument, NULL, 'j' },
						 { "out", required_argument, NULL, 'o' },
						 { "anchor", required_argument, NULL, 'a' },
						 { "title", required_argument, NULL, 't' },
						 { "dpi", required_argument, NULL, 'd' },
						 { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "o:", OPTIONS, NULL)) != -1) {
		if (c == 'j')
			o->json = true;
		else if (c == 'o')
			o->out = optarg;
		else if (c == 'a')
			o->anchor = optarg;
		else if (c == 't')
			o->title = optarg;
		else if (c == 'd')
			o->dpi = (uint16_t)atoi(optarg);
		else
			return false;
	}
	o->count = argc - optind;
	o->names = argv + optind;
	return true;
}

int hand_run(int argc, char **argv)
{
	const struct command *c = argc > 1 ? find_command(argv[1]) : NULL;
	struct order o = { 0 };

	if (!c || !read_options(argc - 1, argv + 1, &o) || o.count < c->least || o.count > c->most)
		return usage();
	enum err e = room_prepare(&o.room);
	int status = e == ERR_OK ? c->run(&o) : complain("start", e);
	room_finish(&o.room);
	return status;
}
