#include "firmware/base/auto.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <stdio.h>
#include <string.h>

enum { MAX_CARD_BYTES = 3800 };

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

	json_put_text(o, "number", c->number);
	json_put_text(o, "old_number", c->old_number);
	json_put_text(o, "name", c->name);
	json_put_text(o, "birth", c->birth);
	json_put_int(o, "sex", c->sex);
	json_put_text(o, "address", c->address);
	json_put_text(o, "issued", c->issued);
	json_put_int(o, "fields", c->fields);
	json_put_text(o, "doubt", err_name(c->doubt));
	json_say(o);
}

int order_card_qr(struct order *o)
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
		e = room_lock(NULL);
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
