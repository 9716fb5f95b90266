/* After an outage 3,000 kiosks come back at one moment, each with 5 dossiers: simulated with the
 * kiosks' own pace (pace.h), against a province of 50 workers at half a second each, 200 waiting
 * places, and 503 with Retry-After beyond. Times are simulated. */
#include "firmware/core/pace.h"
#include "tests/bench/bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIOSKS        3000
#define DOSSIERS      5
#define WORKERS       50
#define SERVICE_MS    500
#define PLACES        200
#define RETRY_AFTER_S 30
#define RATE          (1000 * WORKERS / SERVICE_MS) /* a second */
#define SECONDS       3600

struct kiosk {
	struct pace pace;
	int64_t at_ms;
	unsigned left;
	bool served; /* at at_ms its dossier is done */
};

struct herd {
	struct kiosk kiosks[KIOSKS];
	unsigned heap[KIOSKS], waiting; /* by at_ms, soonest first */
	int64_t free_ms[WORKERS];
	uint32_t retry_after_s;
	unsigned under_way, requests, per_second[SECONDS];
	uint64_t random;
};

static uint64_t dice(struct herd *h)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 7;
	h->random ^= h->random << 17;
	return h->random;
}

static bool sooner(const struct herd *h, unsigned a, unsigned b)
{
	return h->kiosks[h->heap[a]].at_ms < h->kiosks[h->heap[b]].at_ms;
}

static void swap(struct herd *h, unsigned a, unsigned b)
{
	unsigned k = h->heap[a];

	h->heap[a] = h->heap[b];
	h->heap[b] = k;
}

static void sink(struct herd *h, unsigned i)
{
	for (;;) {
		unsigned least = i;

		for (unsigned c = 2 * i + 1; c <= 2 * i + 2 && c < h->waiting; c++)
			if (sooner(h, c, least))
				least = c;
		if (least == i)
			return;
		swap(h, i, least);
		i = least;
	}
}

/* The first worker who is free; when this request will be done. */
static int64_t serve(struct herd *h, int64_t now_ms)
{
	unsigned first = 0;

	for (unsigned i = 1; i < WORKERS; i++)
		if (h->free_ms[i] < h->free_ms[first])
			first = i;
	int64_t from = h->free_ms[first] > now_ms ? h->free_ms[first] : now_ms;
	h->free_ms[first] = from + SERVICE_MS;
	return h->free_ms[first];
}

static void ask(struct herd *h, struct kiosk *k)
{
	int64_t now_ms = k->at_ms;

	h->requests++;
	if (now_ms / 1000 < SECONDS)
		h->per_second[now_ms / 1000]++;
	if (h->under_way < WORKERS + PLACES) {
		h->under_way++;
		k->served = true;
		k->at_ms = serve(h, now_ms);
		return;
	}
	pace_failed(&k->pace, now_ms, h->retry_after_s, dice(h));
	k->at_ms = pace_from_ms(&k->pace, PACE_BACKLOG);
}

static int64_t drain(struct herd *h)
{
	int64_t now_ms = 0;

	for (unsigned i = 0; i < KIOSKS; i++) {
		pace_link_up(&h->kiosks[i].pace, 0, PACE_SPREAD_MS, dice(h));
		h->kiosks[i].at_ms = pace_from_ms(&h->kiosks[i].pace, PACE_BACKLOG);
		h->kiosks[i].left = DOSSIERS;
		h->heap[i] = i;
	}
	h->waiting = KIOSKS;
	for (unsigned i = KIOSKS; i-- > 0;)
		sink(h, i);
	while (h->waiting > 0) {
		struct kiosk *k = &h->kiosks[h->heap[0]];

		now_ms = k->at_ms;
		if (k->served) {
			k->served = false;
			h->under_way--;
			pace_good(&k->pace);
			k->left--;
		}
		if (k->left > 0)
			ask(h, k);
		else
			h->heap[0] = h->heap[--h->waiting];
		sink(h, 0);
	}
	return now_ms;
}

/* Three seeds, and the median of each figure. */
static void play(uint32_t retry_after_s, double ret_ratio[3], double ret_peak[3])
{
	const double ideal_s = (double)KIOSKS * DOSSIERS / RATE;

	for (unsigned seed = 0; seed < 3; seed++) {
		struct herd *h = calloc(1, sizeof *h);
		unsigned most = 0;

		if (!h)
			exit(1);
		h->random = 88172645463325252u + seed * 7919u;
		h->retry_after_s = retry_after_s;
		double took_s = (double)drain(h) / 1000;
		for (unsigned i = 0; i < SECONDS; i++)
			most = h->per_second[i] > most ? h->per_second[i] : most;
		ret_ratio[seed] = took_s / ideal_s;
		ret_peak[seed] = (double)most / RATE;
		printf("Retry-After %u, seed %u: %.1f s of %.0f, peak %u/s, %.2f requests each\n",
		       retry_after_s, seed, took_s, ideal_s, most,
		       (double)h->requests / (KIOSKS * DOSSIERS));
		free(h);
	}
}

int main(void)
{
	double ratio[3], peak[3];

	play(RETRY_AFTER_S, ratio, peak);
	bench_row("herd of 3,000 x 5: drained, to the ideal", bench_percentile(ratio, 3, 50), "x",
		  1.3);
	bench_row("herd of 3,000 x 5: peak, to the server's rate", bench_percentile(peak, 3, 50),
		  "x", 3);
	play(0, ratio, peak); /* a server that does not say when */
	bench_row("  the same without Retry-After: drained", bench_percentile(ratio, 3, 50), "x",
		  0);
	return 0;
}
