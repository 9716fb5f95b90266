#include "ui/sound.h"

#include "firmware/base/log.h"
#include "ui/sdl.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RATE_HZ 22050

struct sound_player {
	struct sdl sdl;
	SDL_AudioDeviceID device; /* 0: silent */
	int16_t samples[RATE_HZ * SOUND_MAX_MS / 1000];
};

struct tone {
	int hz, ms;
};

/* Up: good. Down and low: not good. */
static const struct tone TONES[SOUND_COUNT][2] = {
	[SOUND_TICK] = { { 1400, 30 }, { 0, 0 } },
	[SOUND_OK] = { { 660, 90 }, { 990, 140 } },
	[SOUND_ERROR] = { { 240, 140 }, { 180, 200 } },
	[SOUND_WARN] = { { 880, 120 }, { 880, 120 } },
};

/* Asking ALSA for a card that is not there fills the log with its own lines. */
static bool has_loudspeaker(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char path[256];

	if (getenv("PULSE_SERVER") || getenv("SDL_AUDIODRIVER"))
		return true;
	snprintf(path, sizeof path, "%s/pulse/native", runtime ? runtime : "");
	return access("/dev/snd/controlC0", F_OK) == 0 || (runtime && access(path, F_OK) == 0);
}

enum err sound_create(struct sound_player **ret)
{
	struct sound_player *p = calloc(1, sizeof *p);
	SDL_AudioSpec want = {
		.freq = RATE_HZ, .format = AUDIO_S16SYS, .channels = 1, .samples = 512
	};

	if (!p)
		return ERR_NO_MEMORY;
	if (has_loudspeaker() && sdl_open(&p->sdl) == ERR_OK &&
	    p->sdl.InitSubSystem(SDL_INIT_AUDIO) == 0)
		p->device = p->sdl.OpenAudioDevice(NULL, 0, &want, NULL, 0);
	log_line(LOG_INFO, "sound.open", "device=%s", p->device ? "yes" : "none");
	*ret = p;
	return ERR_OK;
}

void sound_destroy(struct sound_player *p)
{
	if (p && p->device)
		p->sdl.CloseAudioDevice(p->device);
	free(p);
}

/* One tone, faded in and out so that it does not click. */
static size_t put_tone(int16_t *to, size_t room, struct tone t)
{
	size_t n = (size_t)t.ms * RATE_HZ / 1000, fade = RATE_HZ / 200;

	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++) {
		size_t edge = i < n - i ? i : n - i;
		double loud = edge < fade ? (double)edge / (double)fade : 1;
		to[i] = (int16_t)(loud * 6000 * sin(2 * M_PI * t.hz * (double)i / RATE_HZ));
	}
	return n;
}

void sound_play(struct sound_player *p, enum sound s)
{
	const size_t cap = sizeof p->samples / sizeof p->samples[0];

	if (!p->device || s >= SOUND_COUNT)
		return;
	size_t n = put_tone(p->samples, cap, TONES[s][0]);
	n += put_tone(p->samples + n, cap - n, TONES[s][1]);
	p->sdl.ClearQueuedAudio(p->device);
	p->sdl.QueueAudio(p->device, p->samples, (Uint32)(n * sizeof p->samples[0]));
	p->sdl.PauseAudioDevice(p->device, 0);
}

void sound_rest(struct sound_player *p)
{
	if (p->device)
		p->sdl.PauseAudioDevice(p->device, 1);
}
