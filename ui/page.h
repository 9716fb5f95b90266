/* A page: the list of nodes of one screen, while it is built. A screen function adds nodes in
 * reading order. A text must live until page_finish(): static words, texts of the view, or
 * page_format(), never a buffer on the stack.
 *
 *     struct rect body = frame_begin(p, v);
 *     page_heading(p, "home.title", cut_top(&body, ...), words(p->language, WORD_HELLO));
 *     struct node *n = page_add(p, "home.file", NODE_CARD, body);
 *     n->text = words(p->language, WORD_FILE);
 *     n->deed.action = ACTION_FILE;
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include "firmware/base/view.h"
#include "ui/keyboard.h"
#include "ui/node.h"

#define PAGE_MAX_NODES  320
#define PAGE_TEXT_BYTES (96u << 10)

#define TYPED_MAX   32
#define TYPED_BYTES 2048

struct text; /* ui/text.h */

/* What the person typed or chose in one field and kiosk-core may not have shown back yet. */
struct typed {
	uint32_t field; /* node id; 0: free */
	enum action action;
	uint32_t index;
	uint32_t turn; /* of the screen it was sent to last */
	char text[TYPED_BYTES];
	bool stale;  /* kiosk-core's last view has another value */
	bool resent; /* it was sent again after such a view */
};

/* What belongs to the screen itself and not to kiosk-core. It lives as long as the same screen
 * (for FORM: the same group) is shown, however often kiosk-core shows it again. */
struct local {
	int scroll;     /* part of a long screen, from 0 */
	int chosen;     /* for the screen's own use, by LOCAL_CHOOSE */
	uint32_t large; /* what is looked at as large as it goes: see large.h; 0 nothing */
	uint32_t focus; /* node with the focus ring; 0 none */
	uint32_t field; /* node being typed in; 0 none: keyboard put away */
	bool stays;     /* the keys are part of the screen: nothing puts them away */
	struct keyboard keyboard;
	struct typed typed[TYPED_MAX];
};

struct page {
	struct node nodes[PAGE_MAX_NODES + 1]; /* the last takes what is too much */
	size_t count;
	char *store; /* texts; PAGE_TEXT_BYTES */
	size_t used;
	bool full; /* a node or text did not fit: a mistake of the screen, lint finds it */

	const struct metrics *metrics;
	struct text *text; /* for measuring */
	struct local *local;
	enum screen screen;
	enum language language;
	unsigned look;    /* enum look */
	uint32_t pressed; /* node under the finger */
	int tick;         /* moves a PROGRESS without a measure */
	int zone;         /* of the nodes added next; enum zone */
};

/* For the maker of pages: an empty page with room for texts. ERR_NO_MEMORY. */
enum err page_create(struct page **ret);
void page_destroy(struct page *p); /* wipes; NULL is allowed */

/* Empties p for a new list; what it knows of the person's wishes is kept. */
void page_begin(struct page *p);

/* Brings the nodes into reading order, copies every text, marks the focused and the pressed
 * node. After this the view may go, but for the pixels of images. */
void page_finish(struct page *p);

/* NULL when there is none with that id. */
const struct node *page_find(const struct page *p, uint32_t id);

/* Pixels of a length on this panel. */
int mm(const struct page *p, double length_mm);

/* Adds a node with tone PLAIN and type BODY; the caller sets the rest at once, before adding
 * the next. `key` is copied. Never NULL: when the page is full, a node that nobody sees. */
struct node *page_add(struct page *p, const char *key, enum node_kind kind, struct rect r);

/* The same with the key "group.i". */
struct node *page_add_row(struct page *p, const char *group, size_t i, enum node_kind kind,
			  struct rect r);

/* A text made here, kept as long as the page. "" when the page is full. */
__attribute__((format(printf, 2, 3))) const char *page_format(struct page *p, const char *format,
							      ...);

/* Height of `text` in `type` when wrapped at `width` pixels; width of its longest line. */
int page_text_height(const struct page *p, enum type type, const char *text, int width);
int page_text_width(const struct page *p, enum type type, const char *text);

/* Height of one line of `type`. */
int page_line(const struct page *p, enum type type);

/* Height of a button, field or row with `lines` lines of its text: at least CONTROL_MM. */
int page_control_height(const struct page *p, enum type type, int lines);

/* Height that a node with these words, icon and kind needs at this width: a card, row, choice,
 * banner, fact, button, chip or text. Controls get at least CONTROL_MM. */
int page_height(const struct page *p, const struct node *like, int width);

/* Width that a chip or button with these words needs on one line. */
int page_width(const struct page *p, const struct node *like);

/* Text wrapped into the top of *area, which shrinks by it. Returns the node for changes. */
struct node *page_text(struct page *p, const char *key, struct rect *area, enum type type,
		       const char *text);
struct node *page_button(struct page *p, const char *key, struct rect r, enum tone tone,
			 enum icon icon, const char *text, enum action action);

/* The value of field `id`: what was typed, or else `shown`. */
const char *page_typed(const struct page *p, uint32_t id, const char *shown);

/* Label, box and, if any, error or help below it, in the top of *area, which shrinks by it. A
 * tap opens the keyboard; each change goes to kiosk-core as action/index with the text. */
struct field_spec {
	const char *key;
	const char *label;
	const char *value; /* as kiosk-core knows it */
	const char *type;  /* as in forms: text, name, number, phone, date ... */
	const char *help;  /* shown when there is no error */
	const char *error; /* sentence, or "" */
	enum icon icon;
	bool must, filled; /* filled: read from the card */
	bool from_paper;   /* filled, but from a scanned paper */
	bool masked;       /* bystanders are not to read it */
	int max;           /* characters; 0 no limit */
	enum action action;
	uint32_t index;
};
struct node *page_field(struct page *p, struct rect *area, const struct field_spec *spec);
int page_field_height(const struct page *p, const struct field_spec *spec, int width);

/* Cuts from *area as many of n items of these heights as fit, from local->scroll on; when not
 * all fit, also "earlier" and "later" buttons with "2/3" between them. Items first..end-1 are
 * to be drawn. */
struct part {
	size_t first, end;
};
struct part page_part(struct page *p, struct rect *area, const int *heights, size_t n, int gap);

/* Height of those buttons, where they have this width. */
int page_part_buttons(const struct page *p, int width);

/* Picture of view bytes; hidden (and silent) when width x height x 3 is not len. */
struct node *page_image(struct page *p, const char *key, struct rect r, const uint8_t *rgb,
			size_t len, int width, int height);

#endif
