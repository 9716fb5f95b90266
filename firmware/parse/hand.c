#include "firmware/parse/hand.h"

#include "firmware/base/auto.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/load.h"
#include "firmware/parse/room.h"

#include <getopt.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CARD_BYTES = 3800, MAX_PICTURE_BYTES = 256 << 20 };

/* What stood on the command line. */
struct order {
	struct room room;
	bool json;
	const char *out, *anchor, *title;
	uint16_t dpi;
	int count;
	char **names;
};

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

static const struct command {
	const char *name;
	int (*run)(struct order *o);
	int least, most; /* names */
	const char *usage;
} COMMANDS[] = {
	{ "card-qr", card_qr, 1, 1, "card-qr TEXT|-        an identity card's QR text" },
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
