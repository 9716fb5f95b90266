#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One picture, and what is said about it. */
struct picture {
	const char *name;
	bool named; /* one of several */
	double cpu_ms;
	struct codes found;
};

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Exactly the bytes, which need not be text. */
static void say_code(const struct picture *p, const struct code *c)
{
	if (p->named)
		printf("%s: ", p->name);
	printf("%s ", code_kind_name(c->kind));
	fwrite(c->bytes, 1, c->len, stdout);
	putchar('\n');
}

/* Text as it is, anything else in base64; and in hex for those who compare. */
static void put_payload(struct json_object *o, const struct code *c)
{
	unsigned char base64[(CODE_MAX_BYTES + 2) / 3 * 4 + 1];
	char hex[2 * CODE_MAX_BYTES + 1];

	for (size_t i = 0; i < c->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", c->bytes[i]);
	if (utf8_ok((const char *)c->bytes, c->len)) {
		json_object_object_add(o, "text", json_text((const char *)c->bytes, c->len));
	} else {
		int len = EVP_EncodeBlock(base64, c->bytes, (int)c->len);

		json_object_object_add(o, "base64", json_text((const char *)base64, (size_t)len));
	}
	json_put_text(o, "hex", hex);
}

static struct json_object *corners_json(const struct code *c)
{
	struct json_object *all = json_object_new_array();

	for (int i = 0; i < 4; i++) {
		struct json_object *one = json_object_new_array();

		json_object_array_add(one, json_object_new_int(c->corner[i].x));
		json_object_array_add(one, json_object_new_int(c->corner[i].y));
		json_object_array_add(all, one);
	}
	return all;
}

static struct json_object *code_json(const struct picture *p, const struct code *c)
{
	struct json_object *o = json_object_new_object();
	struct json_object *ms = json_object_new_double(p->cpu_ms);

	json_object_set_serializer(ms, json_object_double_to_json_string,
				   (void *)(uintptr_t) "%.1f", NULL);
	json_put_text(o, "file", p->name);
	json_put_text(o, "kind", code_kind_name(c->kind));
	put_payload(o, c);
	json_put_int(o, "x", c->x);
	json_put_int(o, "y", c->y);
	json_object_object_add(o, "corners", corners_json(c));
	json_put_text(o, "way", code_way_name(c->way));
	json_object_object_add(o, "cpu_ms", ms);
	return o;
}

static enum err find_in_file(struct room *room, int fd, struct picture *p)
{
	AUTO_FREE uint8_t *bytes = NULL;
	struct image image = { 0 };
	size_t len;
	enum err e = load_fd(fd, LOAD_PICTURE_BYTES, &bytes, &len);

	if (e == ERR_OK)
		e = load_image(bytes, len, &image);
	if (e != ERR_OK)
		return e;
	double began_ms = cpu_ms();
	e = room_find_codes(room, &image, &p->found);
	p->cpu_ms = cpu_ms() - began_ms;
	free((void *)(uintptr_t)image.pixels);
	return e;
}

static void tell(const struct picture *p, struct json_object *all)
{
	for (size_t i = 0; i < p->found.count; i++)
		if (all)
			json_object_array_add(all, code_json(p, &p->found.at[i]));
		else
			say_code(p, &p->found.at[i]);
}

/* What was wrong with a picture, or with opening it, is said of that picture; the others go on. */
static int read_files(struct order *o, const int *fds, const enum err *opened)
{
	AUTO_FREE struct picture *p = malloc(sizeof *p);
	struct json_object *all = o->json ? json_object_new_array() : NULL;
	int failed = p ? 0 : complain("start", ERR_NO_MEMORY);

	for (int i = 0; p && i < o->count; i++) {
		p->name = o->names[i];
		p->named = o->count > 1;
		enum err e = opened[i];
		if (e == ERR_OK)
			e = find_in_file(&o->room, fds[i], p);
		if (e == ERR_OK)
			tell(p, all);
		else
			failed |= complain_read(p->name, e);
	}
	if (all)
		json_say(all);
	return failed;
}

static enum err open_file(const char *name, int *ret_fd)
{
	int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	*ret_fd = fd;
	return ERR_OK;
}

int order_qr(struct order *o)
{
	enum err opened[ORDER_MAX_PICTURES];
	int fds[ORDER_MAX_PICTURES];

	for (int i = 0; i < o->count; i++) {
		fds[i] = -1;
		opened[i] = open_file(o->names[i], &fds[i]);
	}
	enum err e = room_lock(NULL);
	int status = e == ERR_OK ? read_files(o, fds, opened) : complain("start", e);
	for (int i = 0; i < o->count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return status;
}
