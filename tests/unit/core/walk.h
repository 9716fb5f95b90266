/* What the tests of the visit share: ports that only note what was asked of them, and the way to
 * each screen. */
#ifndef TESTS_CORE_WALK_H
#define TESTS_CORE_WALK_H

#include "firmware/core/visit.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

static struct {
	enum err staff_pin, token, certify;
	int asks, copies, opens;
	uint32_t deed, more;
	bool stick_at_work;
	int finds, allowed, sees, turns, unsees;
	enum stored stored; /* of the first paper */
	char token_pin[STAFF_PIN_BYTES];
	int dropped, tracks, track_agains, pays, pays_left;
	char tracked[TRACK_CODE_CAP];
	enum err track, supplement;
	bool unknown;
	uint32_t checked;
	size_t dropped_paper;
	int shows, scans, prints, hand_ins, wipes, keeps, staff, drops, reads, stops;
	struct card_key key;
	const char *asset;
	uint32_t quiet_s;
	bool countdown, draft, untold;
	enum err begin, keep_pages, form;
	uint32_t files, most;
} seen;

static inline void show(void *d, bool fresh)
{
	(void)d, (void)fresh;
	seen.shows++;
}
static inline void wait_for(void *d, uint32_t quiet_s, bool countdown)
{
	(void)d;
	seen.quiet_s = quiet_s;
	seen.countdown = countdown;
}
static inline enum err may_begin(void *d)
{
	(void)d;
	return seen.begin;
}
static inline enum draft has_draft(void *d)
{
	(void)d;
	if (seen.untold)
		return DRAFT_UNTOLD;
	return seen.draft ? DRAFT_UNFINISHED : DRAFT_NONE;
}
static inline enum err resume(void *d)
{
	struct visit *visit = d;

	if (seen.untold)
		visit->saved = true;
	return seen.untold ? ERR_OK : ERR_BAD_DATA;
}
static inline void keep(void *d)
{
	(void)d;
	seen.keeps++;
}
static inline enum err load_form(void *d)
{
	struct visit *v = d;

	if (seen.form != ERR_OK)
		return seen.form;
	return form_of(json_object_from_file(seen.asset ? seen.asset : "assets/forms/general.json"),
		       &v->form);
}
static inline void scan(void *d, uint32_t most)
{
	(void)d;
	seen.scans++;
	seen.most = most;
}
static inline void nothing(void *d)
{
	(void)d;
}
static inline enum err read_chip(void *d, const struct card_key *key)
{
	(void)d;
	seen.reads++;
	seen.key = *key;
	return ERR_OK;
}
static inline void stop_chip(void *d)
{
	(void)d;
	seen.stops++;
}
static inline enum err keep_pages(void *d)
{
	(void)d;
	return seen.keep_pages;
}
static inline void drop_page(void *d, const struct page *p)
{
	(void)d, (void)p;
	seen.drops++;
}
static inline void hand_in(void *d)
{
	(void)d;
	seen.hand_ins++;
}
static inline void print(void *d)
{
	(void)d;
	seen.prints++;
}
static inline void call_staff(void *d)
{
	(void)d;
	seen.staff++;
}
static inline enum err has_staff(void *d)
{
	(void)d;
	return ERR_OK;
}
static inline enum err check_staff(void *d, const char *pin, uint8_t *ret_left)
{
	(void)d;
	*ret_left = 2;
	return strcmp(pin, "246810") == 0 ? seen.staff_pin : ERR_WRONG_PIN;
}
static inline void ask_token(void *d)
{
	(void)d;
	seen.asks++;
}
static inline enum err token(void *d)
{
	(void)d;
	return seen.token;
}
static inline enum err certify(void *d, const char *token_pin)
{
	(void)d;
	seen.copies++;
	snprintf(seen.token_pin, sizeof seen.token_pin, "%s", token_pin);
	return seen.certify;
}
static inline void check_file(void *d, uint32_t index)
{
	(void)d;
	seen.checked = index;
}
static inline void copy_dropped(void *d, size_t paper)
{
	(void)d;
	seen.dropped++;
	seen.dropped_paper = paper;
}
static inline enum err track(void *d, const char *code)
{
	(void)d;
	seen.tracks++;
	snprintf(seen.tracked, sizeof seen.tracked, "%s", code);
	return seen.track;
}
static inline enum err track_again(void *d)
{
	(void)d;
	seen.track_agains++;
	return seen.track;
}
static inline void pay(void *d)
{
	(void)d;
	seen.pays++;
}
static inline void pay_left(void *d)
{
	(void)d;
	seen.pays_left++;
}
static inline void find_papers(void *d, bool allow)
{
	(void)d;
	seen.finds++;
	seen.allowed += allow;
}
static inline enum stored stored_of(void *d, size_t paper)
{
	(void)d;
	return paper == 0 ? seen.stored : STORED_NONE;
}
static inline void see_paper(void *d, size_t paper)
{
	(void)d, (void)paper;
	seen.sees++;
}
static inline void turn_paper(void *d, uint32_t page)
{
	(void)d, (void)page;
	seen.turns++;
}
static inline void unsee_paper(void *d)
{
	(void)d;
	seen.unsees++;
}
static inline enum err supplement(void *d)
{
	struct visit *visit = d;

	if (seen.supplement != ERR_OK)
		return seen.supplement;
	visit->supplement =
		(struct supplement){ .code = "000.00.06.H56-261121-0042", .known = !seen.unknown };
	if (!seen.unknown) {
		snprintf(visit->supplement.id, sizeof visit->supplement.id, "BS-1");
		snprintf(visit->supplement.list, sizeof visit->supplement.list,
			 "Giấy chứng sinh (bản chính)\nSổ Hoa Gạo Đỏ");
	}
	supplement_make(&visit->supplement);
	return ERR_OK;
}
static inline void staff_open(void *d)
{
	(void)d;
	seen.opens++;
}
static inline void staff_do(void *d, uint32_t deed)
{
	(void)d;
	seen.deed = deed;
}
static inline void staff_more(void *d, uint32_t page)
{
	(void)d;
	seen.more = page;
}
static inline bool stick_at_work(void *d)
{
	(void)d;
	return seen.stick_at_work;
}
static inline void wipe(void *d)
{
	(void)d;
	seen.wipes++;
}

static const struct visit_ports PORTS = {
	.show = show,
	.wait = wait_for,
	.may_begin = may_begin,
	.has_draft = has_draft,
	.read_chip = read_chip,
	.stop_chip = stop_chip,
	.begin = may_begin,
	.resume = resume,
	.keep = keep,
	.open_form = load_form,
	.scan = scan,
	.scan_stop = nothing,
	.keep_pages = keep_pages,
	.drop_page = drop_page,
	.hand_in = hand_in,
	.print = print,
	.call_staff = call_staff,
	.has_staff = has_staff,
	.check_staff = check_staff,
	.ask_token = ask_token,
	.token = token,
	.certify = certify,
	.check_copy = nothing,
	.check_file = check_file,
	.staff_open = staff_open,
	.staff_do = staff_do,
	.staff_more = staff_more,
	.stick_at_work = stick_at_work,
	.copy_dropped = copy_dropped,
	.track = track,
	.track_again = track_again,
	.pay = pay,
	.pay_left = pay_left,
	.find_papers = find_papers,
	.stored = stored_of,
	.see_paper = see_paper,
	.turn_paper = turn_paper,
	.unsee_paper = unsee_paper,
	.supplement = supplement,
	.wipe = wipe,
};

static struct catalogue *catalogue;
static struct visit v;

static inline bool on_text(enum visit_on on, uint32_t index, const char *text)
{
	return visit_step(&v, &(struct visit_event){ .on = on, .index = index, .text = text });
}

static inline bool on(enum visit_on o)
{
	return on_text(o, 0, "");
}

static inline bool in_trouble(enum visit_on o, enum err why)
{
	return visit_step(
		&v, &(struct visit_event){ .on = o, .text = "", .why = why, .device = ROLE_SCAN });
}

#define AT(screen) eq_str(screen_name(v.at), #screen)

static inline void show_card(void)
{
	static const struct card CARD = { .number = "001090000000",
					  .name = "Nguyễn Văn An",
					  .birth = "15011990",
					  .address = "Số 1, phường Ba Đình, Hà Nội",
					  .sex = 1,
					  .fields = 7 };

	ok(visit_step(&v, &(struct visit_event){ .on = ON_CARD_KNOWN, .bytes = &CARD }));
}

/* The same person's chip; or somebody else's. */
static inline struct chip chip_of(const char *number, enum verdict verdict)
{
	struct chip c = CHIP_NOTHING;

	snprintf(c.card.number, sizeof c.card.number, "%s", number);
	snprintf(c.card.name, sizeof c.card.name, "Nguyễn Văn An");
	snprintf(c.card.birth, sizeof c.card.birth, "15011990");
	snprintf(c.card.address, sizeof c.card.address, "Số 1, phường Ba Đình, Hà Nội");
	snprintf(c.ethnicity, sizeof c.ethnicity, "Kinh");
	snprintf(c.father, sizeof c.father, "Nguyễn Văn Bách");
	c.card.sex = 1;
	c.verdict = verdict;
	c.face = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return c;
}

static inline void chip_read_as(const char *number, enum verdict verdict)
{
	struct chip c = chip_of(number, verdict);

	ok(visit_step(&v, &(struct visit_event){ .on = ON_CHIP_READ, .bytes = &c }));
}

static inline void card_laid(void)
{
	v.card_in = true;
	v.cards++;
	on(ON_CARD_IN);
}

static inline void failed(enum err why)
{
	ok(in_trouble(ON_CHIP_FAILED, why));
}

static inline int some_fd(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* The scanner brings a page; its number. */
static inline uint32_t page_came(void)
{
	struct page p = PAGE_NOTHING;

	p.file = ++seen.files;
	p.raw = some_fd();
	ok(visit_step(&v, &(struct visit_event){ .on = ON_PAGE_CAME, .bytes = &p }));
	return p.file;
}

static inline void page_seen(uint32_t file)
{
	struct page *p = visit_page(&v, file);

	ok(p != NULL);
	if (!p)
		return;
	p->state = PAGE_WAITS;
	p->image = some_fd();
	visit_page_seen(&v, file);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_PAGE_SEEN, .index = file }));
}

static inline void page_done(uint32_t file)
{
	struct page *p = visit_page(&v, file);

	ok(p != NULL);
	if (!p)
		return;
	p->state = PAGE_READY;
	visit_step(&v, &(struct visit_event){ .on = ON_PAGE_DONE, .index = file });
}

static inline void scanner_ends(enum err why)
{
	ok(visit_step(&v, &(struct visit_event){ .on = ON_SCANNED, .why = why }));
}

/* One go of so many sheets, from SCAN to PAGE. */
static inline void scan_sheets(int sheets)
{
	ok(on_text(ON_SCAN, 0, ""));
	for (int i = 0; i < sheets; i++)
		page_seen(page_came());
	scanner_ends(ERR_OK);
}

static inline void begin(void)
{
	visit_finish(&v);
	memset(&seen, 0, sizeof seen);
	eq_int(visit_init(&v, catalogue, &PORTS, &v), ERR_OK);
	v.today = 20261121;
}

static inline void to_checklist(void)
{
	begin();
	ok(on(ON_START));
	ok(on(ON_FILE));
	ok(on(ON_CODE));
	show_card();
	AT(IDENTITY);
	ok(on(ON_NEXT));
	AT(PICK);
	ok(on_text(ON_SEARCH, 0, "khai sinh"));
	ok(on_text(ON_PICK, 0, ""));
	AT(CHECKLIST);
	eq_str(v.procedure->code, "1.001193");
}

static inline void all_have(const char *answer)
{
	for (uint32_t i = 0; i < v.procedure->paper_count; i++)
		on_text(ON_HAVE, i, answer);
}

static inline void to_form(void)
{
	to_checklist();
	all_have("2");
	ok(on(ON_NEXT));
	AT(FORM);
}

static inline void to_confirm(void)
{
	to_form();
	ok(on(ON_NEXT));
	ok(on_text(ON_FIELD, 0, "0912345678"));
	ok(on(ON_NEXT));
	AT(REVIEW);
	ok(on(ON_NEXT));
	AT(CONFIRM);
}

#endif
