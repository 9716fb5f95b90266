/* Chip reader and code scanner by hand. */
#include "drivers/ccid.h"
#include "drivers/hand.h"
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_MS 4000
#define APDU_MS   20000

static int digit(char c)
{
	const char *hex = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c ? strchr(hex, c) : NULL;
	return at ? (int)(at - hex) : -1;
}

static enum err bytes_of(const char *text, uint8_t *ret, size_t cap, size_t *ret_len)
{
	size_t n = strlen(text);

	if (n % 2 || n / 2 > cap || n < 8)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < n / 2; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_BAD_DATA;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	*ret_len = n / 2;
	return ERR_OK;
}

static enum err check_hex(struct hand *h)
{
	AUTO_FREE uint8_t *bytes = malloc(CCID_MAX_COMMAND);
	size_t len;

	for (int i = 0; bytes && i < h->count; i++) {
		if (bytes_of(h->args[i], bytes, CCID_MAX_COMMAND, &len) == ERR_OK)
			continue;
		fprintf(stderr, "kiosk-drv card: \"%s\" is not an APDU in hexadecimal digits\n",
			h->args[i]);
		return ERR_BAD_DATA;
	}
	return bytes ? ERR_OK : ERR_NO_MEMORY;
}

static void next_apdu(struct hand *h)
{
	struct msg m = { .type = MSG_APDU, .apdu = { (uint32_t)h->at, -1 } };
	AUTO_FREE uint8_t *bytes = malloc(CCID_MAX_COMMAND);
	size_t len = 0;

	if (h->at == h->count) {
		hand_end(h, 0);
		return;
	}
	enum err e =
		bytes ? bytes_of(h->args[h->at++], bytes, CCID_MAX_COMMAND, &len) : ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = mem_of(bytes, len, &m.apdu.command);
	if (e != ERR_OK)
		hand_fail(h, e);
	else
		hand_send(h, ROLE_PARSE, &m);
}

static void say_answer(struct hand *h, const struct msg_apdu_answer *a)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(a->answer, CCID_MAX_ANSWER, &bytes, &len);

	if (e != ERR_OK) {
		hand_fail(h, e);
		return;
	}
	fputs(h->json ? "{\"answer\":\"" : "", stdout);
	hand_hex(bytes, len);
	puts(h->json ? "\"}" : "");
	mem_unmap(bytes, len);
}

static void apdu_message(struct hand *h, const struct msg *m)
{
	if (m->type == MSG_STATUS && m->status.state != ERR_OK && m->status.state != ERR_GONE)
		hand_fail(h, m->status.state);
	if (m->type == MSG_CARD_IN && h->at == 0)
		next_apdu(h);
	if (m->type != MSG_APDU_ANSWER)
		return;
	if (m->apdu_answer.why != ERR_OK) {
		hand_fail(h, m->apdu_answer.why);
		return;
	}
	say_answer(h, &m->apdu_answer);
	next_apdu(h);
}

static void apdu_late(struct hand *h)
{
	hand_fail(h, h->host.state != ERR_OK ? h->host.state : ERR_NO_CARD);
}

/* `key value` a line, as a JSON object. */
static void say_probed(struct hand *h, const char *text)
{
	char part[256];

	if (!h->json) {
		fputs(text, stdout);
		return;
	}
	putchar('{');
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		size_t key = strcspn(at, " \n"), len = strcspn(at, "\n");

		fputs(at == text ? "" : ",", stdout);
		snprintf(part, sizeof part, "%.*s", (int)key, at);
		hand_json(part);
		putchar(':');
		key += key < len;
		snprintf(part, sizeof part, "%.*s", (int)(len - key), at + key);
		hand_json(part);
	}
	puts("}");
}

static void probe_message(struct hand *h, const struct msg *m)
{
	struct msg ask = { .type = MSG_PROBE };

	if (m->type == MSG_STATUS && m->status.state != ERR_GONE && h->at++ == 0)
		hand_send(h, ROLE_CORE, &ask);
	if (m->type != MSG_PROBED)
		return;
	say_probed(h, m->probed.text);
	hand_end(h, 0);
}

static void card_watch(struct hand *h, const struct msg *m)
{
	hand_watch(h, m);
	if (m->type == MSG_CARD_IN) {
		fputs(h->json ? "{\"card\":true,\"atr\":\"" : "card in, ATR ", stdout);
		hand_hex(m->card_in.atr, m->card_in.atr_len);
		printf(h->json ? "\",\"max_answer\":%u}\n" : ", answers of up to %u bytes\n",
		       m->card_in.max_answer);
	}
	if (m->type == MSG_CARD_OUT)
		puts(h->json ? "{\"card\":false}" : "card out");
	fflush(stdout);
}

static void code_watch(struct hand *h, const struct msg *m)
{
	char text[sizeof m->code_read.payload + 1];

	hand_watch(h, m);
	if (m->type != MSG_CODE_READ)
		return;
	size_t len = m->code_read.payload_len;
	memcpy(text, m->code_read.payload, len);
	text[len] = '\0';
	if (h->json) {
		fputs("{\"hex\":\"", stdout);
		hand_hex(m->code_read.payload, len);
		fputs("\",\"text\":", stdout);
		hand_json(text);
		puts("}");
	} else {
		fwrite(text, 1, len, stdout);
		putchar('\n');
	}
	fflush(stdout);
}

const struct hand_command HAND_CARD[] = {
	{ ROLE_CARD, "status", "[--json]", "how the chip reader is", 0, STATUS_MS, NULL,
	  hand_status, hand_status_late },
	{ ROLE_CARD, "watch", "[--json]", "cards that come and go", 0, 0, NULL, card_watch, NULL },
	{ ROLE_CARD, "probe", "[--json]", "reader, level, card, ATR, timings", 0, APDU_MS, NULL,
	  probe_message, NULL },
	{ ROLE_CARD, "apdu", "HEX...", "sends commands to the card, prints the answers", 1, APDU_MS,
	  check_hex, apdu_message, apdu_late },
	{ 0 },
};

const struct hand_command HAND_CODE[] = {
	{ ROLE_CODE, "status", "[--json]", "how the code scanner is", 0, STATUS_MS, NULL,
	  hand_status, hand_status_late },
	{ ROLE_CODE, "watch", "[--json]", "what it reads, byte for byte", 0, 0, NULL, code_watch,
	  NULL },
	{ 0 },
};
