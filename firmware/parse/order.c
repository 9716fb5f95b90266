#include "firmware/parse/order.h"

#include "firmware/parse/image.h"
#include "firmware/parse/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int complain(const char *what, enum err e)
{
	fprintf(stderr, "kiosk-parse: %s: %s (%s)\n", what, err_text(e), err_name(e));
	return 1;
}

int complain_read(const char *name, enum err e)
{
	if (e != ERR_NO_SPACE)
		return complain(name, e);
	fprintf(stderr,
		"kiosk-parse: %s: too large; pictures have %u MiB, %u pixels a side and %u million "
		"pixels at most\n",
		name, LOAD_PICTURE_BYTES >> 20, IMAGE_MAX_SIDE, IMAGE_MAX_PIXELS / 1000000);
	return 1;
}

int order_open(const struct order *o, int *fds)
{
	int opened = 0;

	for (int i = 0; i < o->count; i++) {
		bool piped = strcmp(o->names[i], "-") == 0;

		fds[i] = piped ? dup(STDIN_FILENO) : open(o->names[i], O_RDONLY | O_CLOEXEC);
		if (fds[i] < 0)
			(void)complain(o->names[i],
				       errno == ENOENT ? ERR_NOT_FOUND : err_of_errno());
		opened += fds[i] >= 0;
	}
	return opened;
}

void order_close(const struct order *o, const int *fds)
{
	for (int i = 0; i < o->count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

enum err replace_content(int fd, const uint8_t *bytes, size_t len)
{
	if (ftruncate(fd, 0) < 0 && errno != EINVAL) /* EINVAL: a pipe or a device */
		return err_of_errno();
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return err_of_errno();
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return ERR_OK;
}

struct json_object *json_text(const char *text, size_t len)
{
	return json_object_new_string_len(text, (int)len);
}

void json_put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_text(text, strlen(text)));
}

void json_put_int(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

void json_put_real(struct json_object *o, const char *key, double x, const char *format)
{
	json_object *value = json_object_new_double(x);

	json_object_set_serializer(value, json_object_double_to_json_string,
				   (void *)(uintptr_t)format, NULL);
	json_object_object_add(o, key, value);
}

void json_say(struct json_object *o)
{
	int how = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;

	puts(json_object_to_json_string_ext(o, how));
	json_object_put(o);
}
