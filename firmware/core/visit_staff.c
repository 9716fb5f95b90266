/* The acts of an officer who certifies copies, laid over the citizen's screen: own PIN, the papers,
 * each page beside its original, the token's PIN. */
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

_Static_assert(STAFF_PAPERS == VISIT_MAX_PAPERS, "a copy of each paper");

static uint64_t mix(uint64_t mark, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		mark = (mark ^ (n >> 8 * i & 0xff)) * 0x100000001b3; /* FNV-1a */
	return mark;
}

uint64_t visit_pages_mark(const struct visit *v, size_t paper)
{
	uint64_t mark = 0xcbf29ce484222325;

	for (uint32_t i = 0; i < v->page_count; i++)
		if (visit_stands_for(v, &v->pages[i], paper))
			mark = mix(mix(mark, v->pages[i].file), v->pages[i].turns);
	return mark;
}

bool visit_may_certify(const struct visit *v)
{
	return v->procedure && v->kept && !v->saved && v->under != SCREEN_SENDING;
}

size_t visit_copy_paper(const struct visit *v, uint32_t index)
{
	size_t i = 0;

	for (; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (visit_wants_paper(v->procedure, i) && visit_pages_of(v, (uint8_t)i) > 0 &&
		    index-- == 0)
			return i;
	return VISIT_MAX_PAPERS;
}

const struct page *visit_copy_page(const struct visit *v)
{
	uint32_t n = v->staff.page;

	for (uint32_t i = 0; i < v->page_count; i++)
		if (visit_stands_for(v, &v->pages[i], v->staff.paper) && n-- == 0)
			return &v->pages[i];
	return NULL;
}

uint32_t visit_copies_in(const struct visit *v, enum copy_state state)
{
	uint32_t n = 0;

	for (size_t i = 0; i < VISIT_MAX_PAPERS; i++)
		n += v->staff.copies[i].state == state;
	return n;
}

static bool drop_copy(struct visit *v, size_t paper)
{
	bool certified = v->staff.copies[paper].state == COPY_CERTIFIED;

	if (certified)
		v->ports->copy_dropped(v->ports_data, paper);
	v->staff.copies[paper] = (struct copy){ 0 };
	return certified;
}

void visit_drop_copies(struct visit *v)
{
	for (size_t i = 0; i < VISIT_MAX_PAPERS; i++)
		(void)drop_copy(v, i);
}

void visit_check_copies(struct visit *v)
{
	bool lost = false;

	for (size_t i = 0; v->procedure && i < VISIT_MAX_PAPERS; i++) {
		const struct copy *copy = &v->staff.copies[i];

		if (copy->state != COPY_NONE && copy->pages != visit_pages_mark(v, i))
			lost |= drop_copy(v, i);
	}
	if (lost && v->why == ERR_OK)
		v->why = ERR_COPY_CHANGED;
}

static void forget_pin(struct visit *v)
{
	explicit_bzero(v->staff.pin, sizeof v->staff.pin);
}

enum screen act_staff_menu(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->ports->has_staff(v->ports_data) != ERR_OK)
		return SCREEN_STAFF;
	v->staff.why = ERR_OK;
	v->staff.left = 0;
	v->staff.tries++;
	return SCREEN_STAFF_PIN;
}

enum screen act_type_pin(struct visit *v, const struct visit_event *e)
{
	v->silent = true;
	if (!v->staff.signing && strlen(e->text) < sizeof v->staff.pin) {
		forget_pin(v);
		snprintf(v->staff.pin, sizeof v->staff.pin, "%s", e->text);
	}
	return TO_SAME;
}

/* What was typed is used up; a second tap would be a try without it. */
static void tried(struct visit *v, enum err why, uint8_t left)
{
	forget_pin(v);
	v->staff.why = why;
	v->staff.left = left;
	v->staff.tries++;
	v->turn++;
}

enum screen act_check_pin(struct visit *v, const struct visit_event *e)
{
	uint8_t left = 0;

	(void)e;
	if (!v->staff.pin[0])
		return SCREEN_STAFF_PIN;
	enum err why = v->ports->check_staff(v->ports_data, v->staff.pin, &left);
	tried(v, why, left);
	if (why != ERR_OK)
		return SCREEN_STAFF_PIN;
	if (!visit_may_certify(v)) {
		v->ports->staff_open(v->ports_data);
		return SCREEN_STAFF_WORK;
	}
	v->ports->ask_token(v->ports_data);
	return SCREEN_CERTIFY;
}

static bool all_ready(const struct visit *v, size_t paper)
{
	for (uint32_t i = 0; i < v->page_count; i++) {
		const struct page *p = &v->pages[i];

		if (visit_stands_for(v, p, paper) && p->state != PAGE_READY &&
		    p->state != PAGE_PLAIN)
			return false;
	}
	return true;
}

enum screen act_compare(struct visit *v, const struct visit_event *e)
{
	size_t paper = visit_copy_paper(v, e->index);

	if (paper == VISIT_MAX_PAPERS || v->staff.signing ||
	    v->staff.copies[paper].state == COPY_CERTIFIED)
		return SCREEN_CERTIFY;
	/* what is compared is the page as it will be in the file */
	v->staff.why = all_ready(v, paper) ? ERR_OK : ERR_BUSY;
	if (v->staff.why != ERR_OK)
		return SCREEN_CERTIFY;
	v->staff.copies[paper] = (struct copy){ 0 };
	v->staff.paper = (uint8_t)paper;
	v->staff.page = 0;
	v->staff.pages = visit_pages_mark(v, paper);
	return SCREEN_COMPARE;
}

enum screen act_agrees(struct visit *v, const struct visit_event *e)
{
	struct staff *s = &v->staff;

	(void)e;
	if (visit_pages_mark(v, s->paper) != s->pages || !all_ready(v, s->paper)) {
		s->why = ERR_COPY_CHANGED;
		return SCREEN_CERTIFY;
	}
	if (++s->page < visit_pages_of(v, s->paper)) {
		v->turn++; /* a second tap would mean a page that nobody has seen */
		return SCREEN_COMPARE;
	}
	s->copies[s->paper] = (struct copy){ .state = COPY_COMPARED, .pages = s->pages };
	return SCREEN_CERTIFY;
}

enum screen act_differs(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return SCREEN_CERTIFY;
}

enum screen act_to_sign(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->staff.signing || visit_copies_in(v, COPY_COMPARED) == 0 ||
	    v->ports->token(v->ports_data) != ERR_OK)
		return SCREEN_CERTIFY;
	v->staff.why = ERR_OK;
	v->staff.left = 0;
	v->staff.tries++;
	return SCREEN_TOKEN_PIN;
}

enum screen act_sign(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->staff.signing || !v->staff.pin[0])
		return SCREEN_TOKEN_PIN;
	enum err why = v->ports->certify(v->ports_data, v->staff.pin);
	tried(v, why, 0);
	v->staff.signing = why == ERR_OK;
	return why == ERR_OK ? SCREEN_TOKEN_PIN : SCREEN_CERTIFY;
}

enum screen act_not_signed(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return v->staff.signing ? SCREEN_TOKEN_PIN : SCREEN_CERTIFY;
}

/* Nobody touches anything while the token signs. */
enum screen act_still_signing(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return v->staff.signing ? SCREEN_TOKEN_PIN : TO_UNDER;
}

enum screen act_copies_made(struct visit *v, const struct visit_event *e)
{
	v->staff.signing = false;
	v->staff.why = e->why;
	v->silent = true;
	return TO_SAME;
}

/* A wrong PIN can be typed again at once; anything else is said with the papers. */
enum screen act_signed(struct visit *v, const struct visit_event *e)
{
	v->staff.signing = false;
	tried(v, e->why, (uint8_t)e->index);
	return e->why == ERR_WRONG_PIN ? SCREEN_TOKEN_PIN : SCREEN_CERTIFY;
}

enum screen act_token_news(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return TO_SAME;
}

enum screen act_check_copy(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->check_copy(v->ports_data);
	v->turn++;
	return SCREEN_COPY_CHECK;
}

enum screen act_check_file(struct visit *v, const struct visit_event *e)
{
	v->ports->check_file(v->ports_data, e->index);
	return TO_SAME;
}

enum screen act_copy_news(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return TO_SAME;
}
