/* The acts that visit.def names: each does its work and says which screen comes next. */
#ifndef CORE_VISIT_ACT_H
#define CORE_VISIT_ACT_H

#include "firmware/core/visit.h"

/* Answers of an act beside the screens: back to where the overlay lies; stay. */
#define TO_UNDER ((enum screen)SCREEN_COUNT)
#define TO_SAME  ((enum screen)(SCREEN_COUNT + 1))

#define SCREEN(name, step)
#define ACTION(name)
#define EVENT(name)
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other)
#define RULE(in, on, act, to) enum screen act_##act(struct visit *v, const struct visit_event *e);
#include "firmware/core/visit.def"
#undef SCREEN
#undef ACTION
#undef EVENT
#undef QUIET
#undef NEEDS
#undef RULE

/* Where papers still have to be scanned, else review of pages or the form. */
enum screen visit_after_paper(struct visit *v);

/* The paper whose place on CHECKLIST is `index`; the count of papers when there is none. */
size_t visit_paper_at(const struct visit *v, uint32_t index);

/* What was scanned of that paper waits aside and is not handed in, or is there again. */
void visit_keep_back(struct visit *v, size_t paper, bool back);

/* Asks how far the dossier of this code is. */
enum screen visit_track(struct visit *v, const char *code);

/* Of a supplement: its papers are those to be scanned; where its papers lead to. */
enum err visit_begin_supplement(struct visit *v);
enum screen visit_after_supplement(struct visit *v);

/* From the papers on. */
enum screen visit_to_form(struct visit *v);

/* The pages: put one in, which there must be room for; take one out for good; what can be taken
 * back no more; is there one of this procedure;
 * which of its papers each is of. */
void visit_put_page(struct visit *v, const struct page *p, uint32_t place);
void visit_lose_page(struct visit *v, struct page *p);
void visit_forget_undo(struct visit *v);
bool visit_any_page(const struct visit *v);
void visit_rehome(struct visit *v);

#endif
