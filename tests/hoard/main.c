/* What a kiosk comes to have when nobody carries it away: a backlog of dossiers in its outbox, made
 * in a moment, and days gone by in its database and the province's. For scenes; the programs whose
 * files these are must have ended (the kiosk) or be at rest (the province).
 *
 *   hoard fill KIOSK.CONF N     N dossiers of invented people, really sealed for the province
 *   hoard spread DATABASE       what was answered is answered over the last 30 days: the same day
 *                               for the same dossier in kiosk.db and in province.db */
#include "firmware/base/clock.h"
#include "firmware/base/config.h"
#include "firmware/core/outbox.h"
#include "firmware/core/receipt_code.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400
#define DAYS  30

static struct dossier dossier_of(const char *key, const char *code, int64_t at_s,
				 const struct config *c)
{
	static const struct dossier_answer ANSWER = { "note", "Ghi chú", "một tháng không có mạng",
						      "typed" };

	return (struct dossier){
		.key = key,
		.receipt_code = code,
		.kiosk = c->kiosk_id,
		.agency = c->agency_code,
		.procedure = "1.001193",
		.procedure_name = "Đăng ký khai sinh",
		.filer = { .name = "Nguyễn Văn An",
			   .number = "001090000000",
			   .birth = "19900101",
			   .sex = "Nam",
			   .address = "Thôn Một, xã Ví Dụ" },
		.answers = &ANSWER,
		.answer_count = 1,
		.consent = "Tôi xin cam đoan",
		.started_s = at_s - 300,
		.confirmed_s = at_s,
		.clock = "rtc",
	};
}

static enum err file_one(struct store *s, const struct package_keys *keys, const struct config *c,
			 int64_t at_s)
{
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct package p;
	enum err e = store_new_key(s, key);

	if (e == ERR_OK)
		e = receipt_code_next(s, c->kiosk_id, code);
	if (e != ERR_OK)
		return e;
	const struct dossier d = dossier_of(key, code, at_s, c);
	e = outbox_make(s, &d, keys, &p);
	return e == ERR_OK ? outbox_add(s, &p, NULL) : e;
}

static enum err fill(const struct config *c, long n)
{
	struct package_keys *keys = NULL;
	struct store *s = NULL;
	struct clock clock;
	enum err e = clock_init(&clock);
	struct store_options o = { .dir = c->data_dir, .clock = &clock };

	if (e == ERR_OK)
		e = package_keys_load(c->sign_key, c->sign_cert, c->seal_cert, &keys);
	if (e == ERR_OK)
		e = store_open(&o, &s);
	for (long i = 0; i < n && e == ERR_OK; i++)
		e = file_one(s, keys, c, clock_wall_s(&clock) - (n - i) * DAYS * DAY_S / n);
	store_close(s);
	package_keys_free(keys);
	return e;
}

static void on_error(void *data, unsigned line, const char *text)
{
	(void)data;
	fprintf(stderr, "hoard: line %u: %s\n", line, text);
}

static enum err spread(const char *path)
{
	static const char DIGIT[] = "instr('0123456789abcdef', substr(key, %d, 1))";
	bool kiosk = strstr(path, "kiosk.db") != NULL;
	const char *column = kiosk ? "answered_s" : "received_at";
	char first[64], second[64], sql[512];
	sqlite3 *db = NULL;

	snprintf(first, sizeof first, DIGIT, 1);
	snprintf(second, sizeof second, DIGIT, 2);
	snprintf(sql, sizeof sql,
		 "UPDATE %s SET %s = %s - %d * ((%s * 16 + %s) %% %d) WHERE %s > 0",
		 kiosk ? "outbox" : "dossiers", column, column, DAY_S, first, second, DAYS, column);
	bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
		    sqlite3_busy_timeout(db, 10000) == SQLITE_OK &&
		    sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;

	if (!good)
		fprintf(stderr, "hoard: %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return good ? ERR_OK : ERR_IO;
}

int main(int argc, char **argv)
{
	struct config c;
	enum err e = ERR_BAD_CONFIG;

	if (argc == 4 && strcmp(argv[1], "fill") == 0 &&
	    config_load(argv[2], &c, on_error, NULL) == ERR_OK)
		e = fill(&c, atol(argv[3]));
	else if (argc == 3 && strcmp(argv[1], "spread") == 0)
		e = spread(argv[2]);
	if (e != ERR_OK)
		fprintf(stderr, "hoard: %s\n", err_text(e));
	return e == ERR_OK ? 0 : 1;
}
