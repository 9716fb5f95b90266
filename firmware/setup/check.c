#include "firmware/setup/check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DIGITS   "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL    "abcdefghijklmnopqrstuvwxyz"
#define UTC_7_S  (7 * 3600)

#define MOST_SERVERS 8

/* True when `text` is like `form`: 9 stands for a digit, A for a capital, others for themselves. */
static bool is_like(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		bool same = *form == '9'   ? *text && strchr(DIGITS, *text)
			    : *form == 'A' ? *text && strchr(CAPITALS, *text)
					   : *text == *form;
		if (!same)
			return false;
	}
	return *text == '\0';
}

/* QCVN 102:2016/BTTTT, and the shape of Decision 20/2020/QĐ-TTg with two to four levels. */
static bool is_agency(const char *text)
{
	static const char *const FORMS[] = { "999.99.99.A99", "A99.99", "A99.99.99",
					     "A99.99.99.99" };

	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++)
		if (is_like(text, FORMS[i]))
			return true;
	return false;
}

static bool is_made_of(const char *text, const char *letters, size_t least, size_t most)
{
	size_t len = strlen(text);

	return len >= least && len <= most && strspn(text, letters) == len;
}

static bool is_ip(const char *text, uint32_t *ret)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		return false;
	*ret = ntohl(a.s_addr);
	uint32_t first = *ret >> 24;
	return first > 0 && first != 127 && first < 224;
}

bool check_network(const char *text, uint32_t *ret_address, unsigned *ret_prefix)
{
	char address[16];
	size_t len = strcspn(text, "-/");
	const char *prefix = text + len + (text[len] ? 1 : 0);

	if (len >= sizeof address || !is_made_of(prefix, DIGITS, 1, 2))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	unsigned bits = (unsigned)(prefix[0] - '0');
	if (prefix[1])
		bits = bits * 10 + (unsigned)(prefix[1] - '0');
	if (bits < 8 || bits > 30 || !is_ip(address, ret_address))
		return false;
	uint32_t host = *ret_address & (UINT32_MAX >> bits);
	*ret_prefix = bits;
	return host != 0 && host != UINT32_MAX >> bits;
}

static enum fault check_gateway(const char *value, const struct answers *all)
{
	uint32_t gateway, own;
	unsigned bits;

	if (!is_ip(value, &gateway))
		return FAULT_HOST;
	if (!check_network(all->of[ASK_address], &own, &bits))
		return FAULT_NONE; /* that one is told itself */
	return gateway != own && (gateway ^ own) >> (32 - bits) == 0 ? FAULT_NONE : FAULT_OUTSIDE;
}

/* `scheme`host[:port], and nothing behind. */
static bool is_place(const char *text, const char *scheme, bool port_must)
{
	size_t skip = strlen(scheme);

	if (strncmp(text, scheme, skip) != 0)
		return false;
	text += skip;
	size_t host = strspn(text, DIGITS CAPITALS SMALL ".-");
	if (host == 0 || host > 253 || text[0] == '.' || text[0] == '-' || text[host - 1] == '.')
		return false;
	text += host;
	if (*text == '\0')
		return !port_must;
	return *text == ':' && is_made_of(text + 1, DIGITS, 1, 5) && text[1] != '0' &&
	       (strlen(text + 1) < 5 || strcmp(text + 1, "65535") <= 0);
}

/* Names and addresses with a blank between them, as usr/lib/kiosk-board/net takes them. */
static bool are_servers(const char *text)
{
	size_t count = 0;

	for (; *text; count++) {
		size_t len = strspn(text, DIGITS CAPITALS SMALL ".:-");

		if (len == 0 || len > 253 || strchr(".:-", text[0]) || count == MOST_SERVERS)
			return false;
		text += len;
		if (*text != '\0' && (*text++ != ' ' || *text == '\0'))
			return false;
	}
	return true;
}

/* As kiosk-sync sends it in a header. */
static bool is_token(const char *text)
{
	static const char *const KINDS[] = { "gateway:", "target:" };

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(KINDS[i]);

		if (strncmp(text, KINDS[i], len) != 0)
			continue;
		for (const char *p = text + len; *p; p++)
			if (*p <= ' ' || *p > '~')
				return false;
		return text[len] != '\0';
	}
	return false;
}

static bool is_easy(const char *pin)
{
	bool same = true, up = true, down = true;

	for (size_t i = 1; pin[i]; i++) {
		same &= pin[i] == pin[0];
		up &= pin[i] == pin[i - 1] + 1;
		down &= pin[i] == pin[i - 1] - 1;
	}
	return same || up || down;
}

static enum fault check_pin(const char *value)
{
	if (!is_made_of(value, DIGITS, 6, 8))
		return FAULT_PIN_SHORT;
	return is_easy(value) ? FAULT_PIN_EASY : FAULT_NONE;
}

static bool read_date(const char *text, struct tm *ret)
{
	if (!is_like(text, "99/99/9999"))
		return false;
	ret->tm_mday = (text[0] - '0') * 10 + text[1] - '0';
	ret->tm_mon = (text[3] - '0') * 10 + text[4] - '0' - 1;
	ret->tm_year = ((text[6] - '0') * 10 + text[7] - '0') * 100 + (text[8] - '0') * 10 +
		       text[9] - '0' - 1900;
	struct tm same = *ret;
	int64_t at = timegm(&same);
	return at > 0 && same.tm_mday == ret->tm_mday && same.tm_mon == ret->tm_mon &&
	       ret->tm_year >= 125 && ret->tm_year < 200;
}

static bool read_time(const char *text, struct tm *ret)
{
	if (strlen(text) != 5 || !strchr("-:.", text[2]) || !strchr(DIGITS, text[0]) ||
	    !strchr(DIGITS, text[1]) || !strchr(DIGITS, text[3]) || !strchr(DIGITS, text[4]))
		return false;
	ret->tm_hour = (text[0] - '0') * 10 + text[1] - '0';
	ret->tm_min = (text[3] - '0') * 10 + text[4] - '0';
	return ret->tm_hour < 24 && ret->tm_min < 60;
}

bool check_moment(const char *date, const char *time, int64_t *ret_s)
{
	struct tm t = { 0 };

	if (!read_date(date, &t) || !read_time(time, &t))
		return false;
	*ret_s = timegm(&t) - UTC_7_S;
	return true;
}

static bool is_choice(enum ask a, const char *value)
{
	const struct choice_row *c;

	for (size_t i = 0; (c = choice_row(a, i)); i++)
		if (strcmp(c->value, value) == 0)
			return true;
	return false;
}

bool check_asked(enum ask a, const struct answers *all)
{
	if (a == ASK_address || a == ASK_gateway || a == ASK_dns)
		return strcmp(all->of[ASK_network], "fixed") == 0;
	if (a == ASK_former_pin)
		return all->staff_pin[0];
	return true;
}

static enum fault check_form(enum ask a, const char *value, const struct answers *all)
{
	struct tm t = { 0 };
	uint32_t ip;
	unsigned bits;

	switch (a) {
	case ASK_agency_code:
		return is_agency(value) ? FAULT_NONE : FAULT_AGENCY;
	case ASK_kiosk_id:
		return is_made_of(value, CAPITALS DIGITS, 1, 8) ? FAULT_NONE : FAULT_KIOSK;
	case ASK_date:
		return read_date(value, &t) ? FAULT_NONE : FAULT_DATE;
	case ASK_time:
		return read_time(value, &t) ? FAULT_NONE : FAULT_TIME;
	case ASK_address:
		return check_network(value, &ip, &bits) ? FAULT_NONE : FAULT_ADDRESS;
	case ASK_gateway:
		return check_gateway(value, all);
	case ASK_dns:
		return is_ip(value, &ip) ? FAULT_NONE : FAULT_HOST;
	case ASK_time_servers:
		return are_servers(value) ? FAULT_NONE : FAULT_SERVERS;
	case ASK_update_tenant:
		return is_made_of(value, CAPITALS SMALL DIGITS, 1, 40) ? FAULT_NONE : FAULT_TENANT;
	case ASK_update_token:
		return is_token(value) ? FAULT_NONE : FAULT_TOKEN;
	case ASK_update_url:
	case ASK_province_url:
		return is_place(value, "https://", false) ? FAULT_NONE : FAULT_URL;
	case ASK_https_proxy:
		return is_place(value, "http://", true) ? FAULT_NONE : FAULT_PROXY;
	case ASK_enrol_code:
		return is_made_of(value, CAPITALS DIGITS "-", 6, 24) ? FAULT_NONE : FAULT_CODE;
	case ASK_pin:
		return check_pin(value);
	case ASK_pin_again:
		return strcmp(value, all->of[ASK_pin]) == 0 ? FAULT_NONE : FAULT_PIN_OTHER;
	default:
		return FAULT_NONE;
	}
}

enum fault check_answer(enum ask a, const char *value, const struct answers *all)
{
	const struct ask_row *row = ask_row(a);
	size_t letters = 0;

	for (const char *c = value; *c; c++)
		letters += ((unsigned char)*c & 0xc0) != 0x80;
	if (strlen(value) >= ANSWER_CAP || letters > (size_t)row->max)
		return FAULT_LONG;
	if (!value[0] && a == ASK_pin_again && all->of[ASK_pin][0])
		return FAULT_PIN_OTHER;
	if (choice_row(a, 0))
		return is_choice(a, value) ? FAULT_NONE : FAULT_CHOICE;
	if (!value[0])
		return row->must && check_asked(a, all) ? FAULT_EMPTY : FAULT_NONE;
	return check_form(a, value, all);
}
