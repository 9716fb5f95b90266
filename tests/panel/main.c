/* A window that plays the world outside the kiosk: the citizen's card and papers, what goes
 * wrong with the devices, the network.
 *
 *     panel --usim SOCK [--province SOCK] [--kiosk SOCK] [--papers DIR] [--shot FILE.png]
 *
 * Pictures dropped on the window are sheets for the feeder. The sample papers are looked for
 * beside this program's folder (bin/../papers). --shot paints once into a file, without a
 * window. */
#include "tests/panel/paint.h"

#include <SDL.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REFRESH_MS 300
#define WHEEL_STEP 60

struct panel {
	struct model model;
	struct paint paint;
	char papers[4096];
	char receipt[4096]; /* the path that paint.receipt was loaded from */
	const char *shot;
	SDL_Window *window;
};

static bool parse_options(int argc, char **argv, struct panel *p)
{
	static const struct option names[] = {
		{ "usim", 1, 0, 'u' },   { "province", 1, 0, 'p' }, { "kiosk", 1, 0, 'k' },
		{ "papers", 1, 0, 'd' }, { "shot", 1, 0, 's' },     { 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 'u')
			p->model.usim.path = optarg;
		else if (c == 'p')
			p->model.province.path = optarg;
		else if (c == 'k')
			p->model.kiosk.path = optarg;
		else if (c == 'd')
			p->model.papers = optarg;
		else if (c == 's')
			p->shot = optarg;
		else
			return false;
	}
	return p->model.usim.path && optind == argc;
}

static void find_papers(struct panel *p)
{
	char self[2048];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (p->model.papers || n < 0)
		return;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	char rest[64] = "/../papers";
	snprintf(p->papers, sizeof p->papers, "%s%s", self, rest);
	p->model.papers = p->papers;
}

/* True when another receipt is to be shown. */
static bool load_receipt(struct panel *p)
{
	if (strcmp(p->receipt, p->model.receipt) == 0)
		return false;
	memcpy(p->receipt, p->model.receipt, sizeof p->receipt);
	if (p->paint.receipt)
		cairo_surface_destroy(p->paint.receipt);
	p->paint.receipt = cairo_image_surface_create_from_png(p->receipt);
	if (cairo_surface_status(p->paint.receipt) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(p->paint.receipt);
		p->paint.receipt = NULL;
		p->paint.large = false;
	}
	return true;
}

static bool refresh(struct panel *p)
{
	bool changed = model_refresh(&p->model);

	return load_receipt(p) || changed;
}

static int take_shot(struct panel *p)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, BOARD_WIDTH, BOARD_HEIGHT);
	cairo_t *c = cairo_create(s);

	refresh(p);
	paint_panel(c, &p->model, &p->paint);
	int r = cairo_surface_write_to_png(s, p->shot) == CAIRO_STATUS_SUCCESS ? 0 : 1;
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return r;
}

static void repaint(struct panel *p)
{
	SDL_Surface *to = SDL_GetWindowSurface(p->window);

	if (!to || to->format->BytesPerPixel != 4)
		return;
	cairo_surface_t *s = cairo_image_surface_create_for_data(to->pixels, CAIRO_FORMAT_RGB24,
								 to->w, to->h, to->pitch);
	cairo_t *c = cairo_create(s);

	cairo_scale(c, (double)to->w / BOARD_WIDTH, (double)to->h / BOARD_HEIGHT);
	paint_panel(c, &p->model, &p->paint);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	SDL_UpdateWindowSurface(p->window);
}

static void to_board(const struct panel *p, double *x, double *y)
{
	int width, height;

	SDL_GetWindowSize(p->window, &width, &height);
	*x *= (double)BOARD_WIDTH / width;
	*y *= (double)BOARD_HEIGHT / height;
}

static bool is_inside(const struct rect *r, double x, double y)
{
	return x >= r->x && x < r->x + r->width && y >= r->y && y < r->y + r->height;
}

static void press(struct panel *p, double x, double y)
{
	struct rect receipt = board_receipt();

	if (p->paint.large) {
		p->paint.large = false;
		return;
	}
	p->paint.pressed = board_hit(x, y);
	if (p->paint.pressed < 0 && p->paint.receipt && is_inside(&receipt, x, y)) {
		p->paint.large = true;
		p->paint.scroll = 0;
	}
}

static void press_card(struct panel *p, double x, double y)
{
	switch (board_card_hit(x, y)) {
	case BOARD_TURN:
		p->model.turned = !p->model.turned;
		break;
	case BOARD_BEFORE:
		model_choose(&p->model, -1);
		break;
	case BOARD_NEXT:
		model_choose(&p->model, 1);
		break;
	default:
		break;
	}
}

static void let_go(struct panel *p, double x, double y)
{
	int i = p->paint.pressed;

	p->paint.pressed = -1;
	if (i >= 0 && board_hit(x, y) == i) {
		if (board_item((size_t)i)->height)
			press_card(p, x, y);
		else
			model_press(&p->model, board_item((size_t)i));
	}
	refresh(p);
}

/* False when the window is to close. */
static bool handle(struct panel *p, const SDL_Event *e)
{
	double x = e->button.x, y = e->button.y;

	switch (e->type) {
	case SDL_QUIT:
		return false;
	case SDL_MOUSEBUTTONDOWN:
		to_board(p, &x, &y);
		press(p, x, y);
		break;
	case SDL_MOUSEBUTTONUP:
		to_board(p, &x, &y);
		let_go(p, x, y);
		break;
	case SDL_MOUSEWHEEL:
		p->paint.scroll -= e->wheel.y * WHEEL_STEP;
		if (p->paint.scroll < 0)
			p->paint.scroll = 0;
		break;
	case SDL_DROPFILE: /* pages of one's own */
		model_drop(&p->model, e->drop.file);
		SDL_free(e->drop.file);
		refresh(p);
		break;
	case SDL_WINDOWEVENT:
		break;
	default:
		return true;
	}
	repaint(p);
	return true;
}

/* At the right edge, beside the kiosk; smaller when the display is lower than the panel. */
static SDL_Window *open_window(void)
{
	SDL_Rect room = { 0, 0, BOARD_WIDTH, BOARD_HEIGHT };

	if (SDL_GetDisplayUsableBounds(0, &room) < 0)
		SDL_ClearError();
	int height = room.h < BOARD_HEIGHT ? room.h : BOARD_HEIGHT;
	int width = BOARD_WIDTH * height / BOARD_HEIGHT;
	return SDL_CreateWindow("Một Cửa · thiết bị", room.x + room.w - width, room.y, width,
				height, SDL_WINDOW_RESIZABLE);
}

static int run(struct panel *p)
{
	SDL_Event e;
	bool open = true;
	Uint32 refreshed_ms = 0;

	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	if (SDL_Init(SDL_INIT_VIDEO) < 0) {
		fprintf(stderr, "panel: %s\n", SDL_GetError());
		return 1;
	}
	p->window = open_window();
	while (p->window && open) {
		if (SDL_WaitEventTimeout(&e, REFRESH_MS))
			open = handle(p, &e);
		if (SDL_GetTicks() - refreshed_ms < REFRESH_MS)
			continue;
		refreshed_ms = SDL_GetTicks();
		if (refresh(p))
			repaint(p);
	}
	SDL_Quit();
	return p->window ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct panel p = { .model = { .usim.fd = -1, .province.fd = -1, .kiosk.fd = -1 },
			   .paint = { .pressed = -1 } };

	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
	if (help || !parse_options(argc, argv, &p)) {
		fputs("panel --usim SOCK [--province SOCK] [--kiosk SOCK] [--papers DIR]\n"
		      "      [--shot FILE.png]\n",
		      help ? stdout : stderr);
		return help ? 0 : 2;
	}
	find_papers(&p);
	int r = p.shot ? take_shot(&p) : run(&p);
	if (p.paint.receipt)
		cairo_surface_destroy(p.paint.receipt);
	link_close(&p.model.usim);
	link_close(&p.model.province);
	link_close(&p.model.kiosk);
	return r;
}
