/* A copy that somebody brought: the code of a printed one, or a PDF on a stick. What is known of it
 * is said line by line, because one word for all would claim more. */
#include "firmware/base/copy.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { CHECK_WAITS, CHECK_WORKS, CHECK_TOLD };

#define MAX_FILES 24

static const char *one_of(const struct page *p, const enum word *words, size_t count, int64_t n)
{
	return n >= 0 && (size_t)n < count ? say(p, words[n]) : "";
}
#define ONE_OF(p, words, n) one_of(p, words, sizeof(words) / sizeof *(words), n)

static void add_files(struct flow *f, struct page *p, const struct view *v)
{
	size_t count = view_rows(v, "files");
	long more = (long)view_get_num(v, "more");

	if (count > 0)
		flow_heading(f, "stick", say(p, WORD_COPY_CHECK_STICK));
	for (size_t i = 0; i < count && i < MAX_FILES; i++) {
		struct node *n = flow_row(f, page_format(p, "files.%zu", i), TONE_BLUE, ICON_COPY,
					  view_row_text(v, "files", i, "name"));

		n->more = page_format(p, "%ld KB", (long)view_row_num(v, "files", i, "kb"));
		n->say = page_format(p, "%zu. %s", i + 1, n->text);
		n->deed.action = ACTION_PICK;
		n->deed.index = (uint32_t)i;
	}
	if (more > 0)
		flow_banner(f, "more", TONE_INFO, ICON_INFO,
			    filled_num(p, WORD_COPY_CHECK_MORE, more, 0), "");
}

static void add_waiting(struct flow *f, struct page *p, const struct view *v)
{
	const char *reader = say_err(p, view_get_num(v, "code_reader"));

	if (reader[0])
		flow_banner(f, "reader", TONE_WARN, ICON_PROBLEM, reader, "");
	else
		flow_banner(f, "code", TONE_INFO, ICON_INFO, say(p, WORD_COPY_CHECK_CODE), "");
	if (view_get_num(v, "stick") == ERR_NOT_FOUND)
		flow_banner(f, "nothing", TONE_INFO, ICON_INFO, say(p, WORD_COPY_CHECK_NONE), "");
	add_files(f, p, v);
}

static const char *signer_of(struct page *p, const struct view *v)
{
	static const enum word SIGNERS[] = { WORD_COPY_SIGNER_KNOWN, WORD_COPY_SIGNER_STRANGER,
					     WORD_COPY_SIGNER_EXPIRED, WORD_COPY_SIGNER_UNFIT };
	const char *holder = view_get_text(v, "holder");
	const char *trusted = ONE_OF(p, SIGNERS, view_get_num(v, "signer"));

	return holder[0] ? page_format(p, "%s: %s", holder, trusted) : trusted;
}

static void add_answers(struct flow *f, struct page *p, const struct view *v)
{
	static const enum word BYTES[] = { WORD_COPY_BYTES_INTACT, WORD_COPY_BYTES_CHANGED,
					   WORD_COPY_BYTES_UNKNOWN };
	static const enum word AFTER[] = { WORD_COPY_AFTER_NOTHING, WORD_COPY_AFTER_SIGNATURES,
					   WORD_COPY_AFTER_CHANGES, WORD_COPY_AFTER_UNKNOWN,
					   WORD_COPY_AFTER_MORE };
	static const enum word BOOK[] = { WORD_COPY_BOOK_OTHER, WORD_COPY_BOOK_AGREES,
					  WORD_COPY_BOOK_NONE, WORD_COPY_BOOK_UNMADE,
					  WORD_COPY_BOOK_DIFFERS };
	bool code = view_get_num(v, "kind") == COPY_KIND_CODE;
	bool none = !code && view_get_num(v, "count") == 0;
	int64_t bytes = none ? BYTES_UNKNOWN : view_get_num(v, "bytes");

	flow_fact(f, "bytes", say(p, WORD_COPY_BYTES), ONE_OF(p, BYTES, bytes));
	if (!none)
		flow_fact(f, "signer", say(p, WORD_COPY_SIGNER), signer_of(p, v));
	if (code && bytes == BYTES_INTACT)
		flow_fact(f, "book", say(p, WORD_COPY_BOOK),
			  ONE_OF(p, BOOK, view_get_num(v, "book")));
	else if (!code && !none)
		flow_fact(f, "after", say(p, WORD_COPY_AFTER),
			  ONE_OF(p, AFTER, view_get_num(v, "after")));
}

/* What it says of itself: true only as far as the answers above go. */
static void add_words(struct flow *f, struct page *p, const struct view *v)
{
	long pages = (long)view_get_num(v, "pages");

	flow_fact(f, "name", say(p, WORD_COPY_FILE), view_get_text(v, "name"));
	flow_fact(f, "number", say(p, WORD_COPY_NUMBER), view_get_text(v, "number"));
	flow_fact(f, "title", say(p, WORD_COPY_TITLE), view_get_text(v, "title"));
	if (pages > 0)
		flow_fact(f, "pages", say(p, WORD_COPY_PAGES), page_format(p, "%ld", pages));
	flow_fact(f, "time", say(p, WORD_COPY_TIME), view_get_text(v, "time"));
}

static void add_verdict(struct flow *f, struct page *p, const struct view *v)
{
	bool code = view_get_num(v, "kind") == COPY_KIND_CODE;

	if (!view_get_num(v, "good"))
		flow_banner(f, "verdict", TONE_ERROR, ICON_ERROR, say(p, WORD_COPY_BAD), "");
	else
		flow_banner(f, "verdict", TONE_OK, ICON_CHECK,
			    say(p, code ? WORD_COPY_GOOD_CODE : WORD_COPY_GOOD_FILE),
			    code ? say(p, WORD_COPY_COMPARE) : "");
}

static void add_told(struct flow *f, struct page *p, const struct view *v)
{
	int64_t err = view_get_num(v, "err");
	bool file = view_get_text(v, "name")[0];

	if (view_get_num(v, "kind") == COPY_KIND_OTHER || err == ERR_BAD_DATA) {
		flow_banner(f, "verdict", TONE_WARN, ICON_PROBLEM,
			    say(p, file ? WORD_COPY_NO_FILE : WORD_COPY_NO_CODE), "");
		flow_fact(f, "name", say(p, WORD_COPY_FILE), view_get_text(v, "name"));
	} else if (err != ERR_OK) {
		flow_banner(f, "verdict", TONE_ERROR, ICON_ERROR, say_err(p, err), "");
	} else {
		add_verdict(f, p, v);
		add_answers(f, p, v);
		add_words(f, p, v);
	}
}

void screen_COPY_CHECK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	int64_t state = view_get_num(v, "state");
	struct way next = way_next(p, NULL, ACTION_NEXT);

	if (state == CHECK_TOLD)
		next.text = say(p, WORD_COPY_CHECK_OTHER);
	else if (state == CHECK_WAITS && view_get_num(v, "stick") != ERR_GONE)
		next.text = say(p, WORD_COPY_CHECK_AGAIN);
	next.icon = ICON_SEARCH;
	frame_title(p, &body, say(p, WORD_COPY_CHECK_TITLE), "");
	frame_actions(p, &body, (struct way[]){ way_back(p), next }, 2);
	if (state == CHECK_WORKS)
		flow_add(&f, "progress", NODE_PROGRESS, say(p, WORD_COPY_CHECK_WORKS), "")->value =
			-1;
	else if (state == CHECK_TOLD)
		add_told(&f, p, v);
	else
		add_waiting(&f, p, v);
	flow_draw(p, &body, &f);
}
