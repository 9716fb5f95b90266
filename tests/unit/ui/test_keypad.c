/* What a keyboard where the keypad belongs may do, and what SDL tells of fingers. */
#include "tests/tap.h"
#include "ui/keypad.h"
#include "ui/sdl_event.h"

static SDL_Event key(SDL_Keycode sym, Uint16 mod)
{
	SDL_Event e = { .type = SDL_KEYDOWN };

	e.key.keysym.sym = sym;
	e.key.keysym.mod = mod;
	return e;
}

static const char *types(SDL_Keycode sym, Uint16 mod)
{
	static struct display_event got;
	SDL_Event e = key(sym, mod);

	return keypad_event(&e, &got) && got.kind == EVENT_TEXT ? got.text : "";
}

static int acts(SDL_Keycode sym, Uint16 mod)
{
	struct display_event got = { 0 };
	SDL_Event e = key(sym, mod);

	return keypad_event(&e, &got) && got.kind == EVENT_KEY ? (int)got.key : KEY_NONE;
}

static void its_own_keys(void)
{
	eq_str(types(SDLK_0, 0), "0");
	eq_str(types(SDLK_9, 0), "9");
	eq_str(types(SDLK_KP_0, 0), "0"); /* NumLock is off */
	eq_str(types(SDLK_KP_1, KMOD_NUM), "1");
	eq_str(types(SDLK_KP_9, KMOD_CAPS), "9");
	eq_int(acts(SDLK_KP_ENTER, 0), KEY_ENTER);
	eq_int(acts(SDLK_DOWN, 0), KEY_DOWN);
	eq_int(acts(SDLK_TAB, KMOD_LSHIFT), KEY_BACK_TAB);
	eq_int(acts(SDLK_BACKSPACE, 0), KEY_BACKSPACE);
	eq_int(acts(SDLK_F1, 0), KEY_HELP);
}

/* Nothing else there is: letters, signs, function keys, media keys, menus. */
static void no_other_key(void)
{
	static const SDL_Keycode MAY[] = { SDLK_UP,  SDLK_DOWN,     SDLK_LEFT,   SDLK_RIGHT,
					   SDLK_TAB, SDLK_RETURN,   SDLK_ESCAPE, SDLK_BACKSPACE,
					   SDLK_F1,  SDLK_KP_ENTER, SDLK_KP_0 };
	int did = 0, may = 0;

	for (int c = 0; c < SDL_NUM_SCANCODES; c++) {
		SDL_Keycode sym = SDL_SCANCODE_TO_KEYCODE(c);

		did += *types(sym, 0) || acts(sym, 0);
	}
	for (SDL_Keycode c = 1; c < 128; c++)
		did += *types(c, 0) || acts(c, 0);
	for (size_t i = 0; i < sizeof MAY / sizeof *MAY; i++)
		may += *types(MAY[i], 0) || acts(MAY[i], 0);
	eq_int(may, 11);
	eq_int(did, may + 9 + 10); /* and digits of both kinds */
	eq_str(types(SDLK_1, KMOD_LSHIFT), "");
}

static void nothing_with_others_held(void)
{
	static const Uint16 HELD[] = { KMOD_LALT, KMOD_RALT, KMOD_LCTRL, KMOD_RCTRL,
				       KMOD_LGUI, KMOD_RGUI, KMOD_MODE };

	for (size_t i = 0; i < sizeof HELD / sizeof *HELD; i++) {
		eq_int(acts(SDLK_F4, HELD[i]), KEY_NONE);
		eq_int(acts(SDLK_TAB, HELD[i]), KEY_NONE);
		eq_int(acts(SDLK_ESCAPE, HELD[i]), KEY_NONE);
		eq_str(types(SDLK_1, HELD[i]), "");
	}
}

static void text_that_was_composed_elsewhere(void)
{
	struct display_event got;
	SDL_Event e = { .type = SDL_TEXTINPUT };

	e.text.text[0] = 'a';
	ok(!keypad_event(&e, &got));
	e = (SDL_Event){ .type = SDL_QUIT };
	ok(!keypad_event(&e, &got));
	e = key(SDLK_1, 0);
	e.type = SDL_KEYUP;
	ok(!keypad_event(&e, &got));
}

static int finger(struct sdl_fingers *f, Uint32 type, SDL_FingerID id)
{
	struct display_event got;
	SDL_Event e = { .tfinger = { .type = type, .touchId = 7, .fingerId = id, .x = 0.5f } };

	return sdl_event(f, &e, 100, 100, &got) && got.x == 50 ? got.finger : -1;
}

static void fingers_keep_their_numbers(void)
{
	struct sdl_fingers f = { 0 };
	struct display_event got;
	struct sdl sdl;

	eq_int(sdl_open(&sdl), ERR_OK);
	eq_int(finger(&f, SDL_FINGERDOWN, 40), 0);
	eq_int(finger(&f, SDL_FINGERDOWN, 41), 1);
	eq_int(finger(&f, SDL_FINGERUP, 40), 0);
	eq_int(finger(&f, SDL_FINGERMOTION, 41), 1);
	eq_int(finger(&f, SDL_FINGERDOWN, 42), 0);
	eq_int(finger(&f, SDL_FINGERUP, 99), -1);
	eq_int(finger(&f, SDL_FINGERDOWN, 41), 1); /* it never told that it went */
	for (int i = 2; i < SDL_FINGERS; i++)
		eq_int(finger(&f, SDL_FINGERDOWN, 50 + i), i);
	eq_int(finger(&f, SDL_FINGERDOWN, 70), -1);
	/* no touch screen is plugged in here: all of them are gone */
	for (int i = 0; i < SDL_FINGERS; i++)
		ok(sdl_lost(&sdl, &f, &got) && got.kind == EVENT_LOST && got.finger == i);
	ok(!sdl_lost(&sdl, &f, &got));
}

int main(void)
{
	its_own_keys();
	no_other_key();
	nothing_with_others_held();
	text_that_was_composed_elsewhere();
	fingers_keep_their_numbers();
	return tap_done();
}
