#include "tests/image/ask.h"

#include "firmware/base/auto.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_S 20
#define HOLD_MS  120 /* how long a finger rests */
#define ASK_CAP  2048

static bool answered(void *data)
{
	const struct machine *m = data;

	return m->question.answered;
}

enum err ask_answer(struct machine *m, struct budget *b)
{
	enum err e = machine_until(m, answered, m, b);

	return e == ERR_OK ? m->question.error : e;
}

enum err ask(struct machine *m, const char *json)
{
	struct budget b;
	size_t len = strlen(json);

	if (m->control < 0)
		return ERR_GONE;
	m->question.answered = false;
	m->question.text[0] = '\0';
	if (send(m->control, json, len, MSG_NOSIGNAL) != (ssize_t)len ||
	    send(m->control, "\n", 1, MSG_NOSIGNAL) != 1)
		return ERR_GONE;
	budget_begin(&b, ANSWER_S, clock_mono_ms(&m->clock));
	return ask_answer(m, &b);
}

static bool never(void *data)
{
	(void)data;
	return false;
}

static enum err finger(struct machine *m, bool down)
{
	char json[ASK_CAP];

	snprintf(json, sizeof json,
		 "{\"execute\":\"input-send-event\",\"arguments\":{\"events\":[{\"type\":\"btn\","
		 "\"data\":{\"down\":%s,\"button\":\"left\"}}]}}",
		 down ? "true" : "false");
	return ask(m, json);
}

enum err ask_tap(struct machine *m, double x, double y)
{
	char json[ASK_CAP];

	snprintf(json, sizeof json,
		 "{\"execute\":\"input-send-event\",\"arguments\":{\"events\":["
		 "{\"type\":\"abs\",\"data\":{\"axis\":\"x\",\"value\":%d}},"
		 "{\"type\":\"abs\",\"data\":{\"axis\":\"y\",\"value\":%d}}]}}",
		 (int)(x * 32767), (int)(y * 32767));
	enum err e = ask(m, json);
	if (e == ERR_OK)
		e = finger(m, true);
	(void)machine_within(m, never, NULL, HOLD_MS);
	return e == ERR_OK ? finger(m, false) : e;
}

enum err ask_key(struct machine *m, const char *key)
{
	char json[ASK_CAP];
	size_t used = (size_t)snprintf(json, sizeof json,
				       "{\"execute\":\"send-key\",\"arguments\":{\"keys\":[");

	for (bool first = true; *key; first = false) {
		size_t len = strcspn(key, "-");

		used += (size_t)snprintf(json + used, sizeof json - used,
					 "%s{\"type\":\"qcode\",\"data\":\"%.*s\"}",
					 first ? "" : ",", (int)(len < 20 ? len : 20), key);
		if (used > sizeof json - 80)
			return ERR_NO_SPACE;
		key += len + (key[len] == '-');
	}
	snprintf(json + used, sizeof json - used, "]}}");
	return ask(m, json);
}

static enum err dump(struct machine *m, const char *path, const char *format)
{
	char json[ASK_CAP];

	snprintf(json, sizeof json,
		 "{\"execute\":\"screendump\",\"arguments\":{\"filename\":\"%s\",\"format\":"
		 "\"%s\"}}",
		 path, format);
	return ask(m, json);
}

enum err ask_shot(struct machine *m, const char *path)
{
	return dump(m, path, "png");
}

enum err ask_look(struct machine *m, struct picture *ret_picture)
{
	char path[MACHINE_PATH + 32];

	snprintf(path, sizeof path, "%s/now.ppm", m->dir);
	enum err e = dump(m, path, "ppm");
	return e == ERR_OK ? picture_load(ret_picture, path) : e;
}

enum err ask_plug(struct machine *m, const char *name, const char *file, unsigned port)
{
	char json[ASK_CAP];

	snprintf(json, sizeof json,
		 "{\"execute\":\"blockdev-add\",\"arguments\":{\"driver\":\"file\",\"node-name\":"
		 "\"%s\",\"filename\":\"%s\"}}",
		 name, file);
	enum err e = ask(m, json);
	snprintf(json, sizeof json,
		 "{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"usb-storage\",\"id\":"
		 "\"%s-usb\",\"drive\":\"%s\",\"bus\":\"usb.0\",\"port\":\"%u\",\"removable\":true,"
		 "\"serial\":\"%s\"}}",
		 name, name, port, name);
	return e == ERR_OK ? ask(m, json) : e;
}

struct event {
	struct machine *m;
	const char *text;
};

static bool has_event(void *data)
{
	struct event *e = data;

	return stream_find(&e->m->events, e->text) != NULL;
}

enum err ask_unplug(struct machine *m, const char *name)
{
	char json[ASK_CAP], event[80];
	struct budget b;

	snprintf(json, sizeof json,
		 "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"%s-usb\"}}", name);
	enum err e = ask(m, json);
	budget_begin(&b, ANSWER_S, clock_mono_ms(&m->clock));
	snprintf(event, sizeof event, "DEVICE_DELETED { \"device\": \"%.24s-usb\"", name);
	if (e == ERR_OK)
		e = machine_until(m, has_event, &(struct event){ m, event }, &b);
	snprintf(json, sizeof json,
		 "{\"execute\":\"blockdev-del\",\"arguments\":{\"node-name\":\"%s\"}}", name);
	return e == ERR_OK ? ask(m, json) : e;
}

enum err ask_cable(struct machine *m, bool plugged)
{
	char json[ASK_CAP];

	snprintf(json, sizeof json,
		 "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"nic\",\"up\":%s}}",
		 plugged ? "true" : "false");
	return ask(m, json);
}
