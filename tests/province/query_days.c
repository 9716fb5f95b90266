/* Reconciliation: what this province has of a kiosk's dossiers, day by day, and one day's keys. */
#include "tests/province/days.h"
#include "tests/province/query.h"

#include "tests/province/package.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ASKED 366
#define PORTION   500 /* keys in one reply */
#define INVENTED  "ffffffff-ffff-4fff-bfff-ffffffffffff"

/* SHA-256 of nothing */
static const char NOTHING[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static const char FAILED[] = "the province's database failed";

struct keys {
	char *text; /* joined by newlines */
	size_t len, count, most;
	bool more;
	FILE *out;
	struct json_object *list; /* or NULL */
};

static void put_num(struct json_object *o, const char *name, int64_t n)
{
	json_object_object_add(o, name, json_object_new_int64(n));
}

static bool add(void *data, const char *key)
{
	struct keys *k = data;

	if (k->count == k->most) {
		k->more = true;
		return false;
	}
	if (k->list) {
		struct json_object *o = json_object_new_object();

		json_object_object_add(o, "key", json_object_new_string(key));
		json_object_array_add(k->list, o);
	} else {
		fprintf(k->out, "%s%s", k->count ? "\n" : "", key);
	}
	k->count++;
	return true;
}

static bool is_today(struct world *w, int64_t day)
{
	return day == days_of(clock_wall_s(&w->clock));
}

/* Also where the keys are to be asked for, because they are what is wrong. */
static bool has_wrong_digests(const struct world *w)
{
	return w->fault.days == DAYS_WRONG || w->fault.days == DAYS_SHIFT ||
	       w->fault.days == DAYS_ENDLESS || w->fault.days == DAYS_TWICE ||
	       w->fault.days == DAYS_STUCK;
}

static void add_tomorrow(int64_t today, struct json_object *days)
{
	struct json_object *o = json_object_new_object();

	put_num(o, "day", today + 1);
	put_num(o, "count", 0);
	json_object_object_add(o, "sha256", json_object_new_string(NOTHING));
	json_object_array_add(days, o);
}

static bool add_day(struct world *w, const char *kiosk, int64_t day, struct json_object *days)
{
	struct keys k = { .most = SIZE_MAX };
	struct json_object *o = json_object_new_object();
	char hash[65];

	k.out = open_memstream(&k.text, &k.len);
	bool good = k.out && days_keys(w, kiosk, day, "", add, &k) == ERR_OK;
	if (w->fault.days == DAYS_INVENT && is_today(w, day))
		add(&k, INVENTED);
	good = k.out && fclose(k.out) == 0 && good;
	if (good)
		sha256_hex(k.text, k.len, hash);
	free(k.text);
	if (!good || k.count == 0 || w->fault.days == DAYS_EMPTY) {
		json_object_put(o);
		return good;
	}
	if (has_wrong_digests(w))
		memset(hash, '0', 64);
	put_num(o, "day", day);
	put_num(o, "count", (int64_t)k.count);
	json_object_object_add(o, "sha256", json_object_new_string(hash));
	json_object_array_add(days, o);
	return true;
}

const char *query_days(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *kiosk = json_text(asked, "kiosk", 8);
	struct json_object *days = json_object_new_array();
	int64_t n, to = days_of(clock_wall_s(&w->clock));

	json_object_object_add(data, "days", days);
	if (!kiosk || !json_count(asked, "days", &n) || n < 1 || n > MAX_ASKED)
		return "kiosk and days (1 to 366) are needed";
	if (w->fault.days == DAYS_MANY)
		n += 1000;
	put_num(data, "from_day", to - n + 1);
	put_num(data, "to_day", to);
	for (int64_t day = to - n + 1; day <= to; day++)
		if (!add_day(w, kiosk, day, days))
			return FAILED;
	if (w->fault.days == DAYS_OUTSIDE)
		add_tomorrow(to, days);
	return NULL;
}

static bool add_twice(void *data, const char *key)
{
	return add(data, key) && add(data, key);
}

/* Keys that nobody ever had, without end. */
static void add_endless(const char *after, struct keys *k)
{
	unsigned n = (unsigned)strtoul(after, NULL, 16);
	char key[40];

	while (n < UINT32_MAX && !k->more) {
		snprintf(key, sizeof key, "%08x-0000-4000-8000-000000000000", ++n);
		add(k, key);
	}
}

const char *query_keys(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *kiosk = json_text(asked, "kiosk", 8), *after = json_text(asked, "after", 36);
	struct keys k = { .most = PORTION, .list = json_object_new_array() };
	int64_t day;

	json_object_object_add(data, "keys", k.list);
	if (!kiosk || !after || !json_count(asked, "day", &day))
		return "kiosk, day and after are needed";
	if (w->fault.days == DAYS_ENDLESS)
		add_endless(after, &k);
	else if (w->fault.days == DAYS_STUCK)
		k.more = true;
	else if (days_keys(w, kiosk, day, after, w->fault.days == DAYS_TWICE ? add_twice : add,
			   &k) != ERR_OK)
		return FAILED;
	if (w->fault.days == DAYS_INVENT && is_today(w, day) && !k.more)
		add(&k, INVENTED);
	put_num(data, "day", w->fault.days == DAYS_SHIFT ? day + 1 : day);
	json_object_object_add(data, "more", json_object_new_boolean(k.more));
	return NULL;
}
