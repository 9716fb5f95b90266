/* How far is my dossier? Acts of TRACK_CODE and TRACK, and of paying its fee. */
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

/* visit::state on TRACK: what became of its form. */
enum { PRINT_NOT_YET, PRINT_AT_WORK, PRINT_DONE, PRINT_FAILED };

enum screen act_to_track(struct visit *v, const struct visit_event *e)
{
	(void)e;
	explicit_bzero(v->track_code, sizeof v->track_code);
	v->track_wrong = false;
	v->why = ERR_OK;
	return SCREEN_TRACK_CODE;
}

enum screen act_type_track(struct visit *v, const struct visit_event *e)
{
	v->silent = !v->track_wrong; /* a mended mistake loses its red words */
	if (strlen(e->text) >= sizeof v->track_code)
		return SCREEN_TRACK_CODE;
	snprintf(v->track_code, sizeof v->track_code, "%s", e->text);
	v->track_wrong = false;
	return SCREEN_TRACK_CODE;
}

/* Too many wrong ones: the screen says how long. */
enum screen visit_track(struct visit *v, const char *code)
{
	v->state = PRINT_NOT_YET;
	v->why = ERR_OK;
	v->turn++; /* what was meant for the former answer */
	return v->ports->track(v->ports_data, code) == ERR_OK ? SCREEN_TRACK : SCREEN_TRACK_CODE;
}

enum screen act_ask_track(struct visit *v, const struct visit_event *e)
{
	char code[TRACK_CODE_CAP];

	(void)e;
	v->track_wrong = !track_code_read(v->track_code, strlen(v->track_code), code);
	return v->track_wrong ? SCREEN_TRACK_CODE : visit_track(v, code);
}

enum screen act_track_qr(struct visit *v, const struct visit_event *e)
{
	v->track_wrong = false;
	snprintf(v->track_code, sizeof v->track_code, "%s", e->text);
	return visit_track(v, e->text);
}

enum screen act_no_track_code(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->track_wrong = true;
	return SCREEN_TRACK_CODE;
}

enum screen act_track_again(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->turn++;
	return v->ports->track_again(v->ports_data) == ERR_OK ? SCREEN_TRACK : SCREEN_TRACK_CODE;
}

enum screen act_track_news(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return TO_SAME;
}

enum screen act_print_form(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->state == PRINT_AT_WORK)
		return TO_SAME;
	v->state = PRINT_AT_WORK;
	v->why = ERR_OK;
	v->ports->print(v->ports_data);
	return TO_SAME;
}

enum screen act_form_printed(struct visit *v, const struct visit_event *e)
{
	v->state = e->on == ON_PRINTED ? PRINT_DONE : PRINT_FAILED;
	v->why = e->why;
	return TO_SAME;
}

enum screen act_to_pay(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->pay_from = v->at;
	v->ports->pay(v->ports_data);
	return SCREEN_PAY;
}

enum screen act_pay_again(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->turn++;
	v->ports->pay(v->ports_data);
	return SCREEN_PAY;
}

/* What was begun goes on without anybody standing here. */
enum screen act_pay_back(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->pay_left(v->ports_data);
	if (v->pay_from == SCREEN_ACCEPTED)
		return SCREEN_ACCEPTED;
	(void)v->ports->track_again(v->ports_data);
	return SCREEN_TRACK;
}
