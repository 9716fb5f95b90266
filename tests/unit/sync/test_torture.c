/* The n-th allocation of ours fails, for every n: an error comes back, nothing is lost or leaked,
 * and the next attempt works. torture-wraps: calloc malloc realloc */
#include "firmware/sync/send.h"
#include "tests/unit/sync/world.h"

/* Which call fails from now on; 0: none. One thread, one test: a static is good enough here. */
static struct {
	unsigned fail_at, calls;
} torture;

void *__real_calloc(size_t n, size_t size);
void *__real_malloc(size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *p, size_t size);

static bool fails(void)
{
	return torture.fail_at && ++torture.calls == torture.fail_at;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

struct outcome {
	struct loop *loop;
	unsigned answered, failed;
	enum err why;
};

static void on_upload_at(void *data, const char *upload)
{
	(void)data, (void)upload;
}

static void on_answered(void *data, const void *bytes, size_t len)
{
	struct outcome *o = data;

	(void)bytes;
	o->answered += len > 0;
	loop_stop(o->loop);
}

static void on_failed(void *data, const struct send_failure *f)
{
	struct outcome *o = data;

	o->failed++;
	o->why = f->why;
	loop_stop(o->loop);
}

/* One whole send. False when it could not even begin. */
static bool send_once(const struct config *config, const struct parcel *p, struct outcome *o)
{
	static const struct send_events EVENTS = { .upload_at = on_upload_at,
						   .answered = on_answered,
						   .failed = on_failed };
	struct clock clock = { 0 };
	struct http *http = NULL;
	struct send send = { 0 };
	struct send_job job = { .fd = open(p->path, O_RDONLY | O_CLOEXEC) };
	char why[256];
	bool begun = false;

	*o = (struct outcome){ 0 };
	snprintf(job.key, sizeof job.key, "%s", p->key);
	snprintf(job.sha256, sizeof job.sha256, "%s", p->pack.sha256);
	snprintf(job.manifest, sizeof job.manifest, "%s", p->pack.manifest);
	if (loop_create(&clock, &o->loop) != ERR_OK) {
		close(job.fd);
		return false;
	}
	if (http_create(o->loop, config, &http, why) == ERR_OK &&
	    send_start(&send, http, &job, &EVENTS, o) == ERR_OK) {
		begun = true;
		(void)loop_run(o->loop); /* the outcome says how it went */
		send_cancel(&send);
	} else {
		close(job.fd);
	}
	http_destroy(http);
	loop_destroy(o->loop);
	return begun;
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void every_allocation(struct world *w)
{
	struct parcel p = parcel_make(w, 20000);
	struct config config;
	struct outcome o;
	unsigned n = 0;

	eq_int(config_load(w->conf, &config, NULL, NULL), ERR_OK);
	unsigned files = open_files();
	do {
		torture.fail_at = ++n;
		torture.calls = 0;
		bool begun = send_once(&config, &p, &o);
		torture.fail_at = 0;
		if (torture.calls < n)
			break; /* there are fewer than n */
		ok(!begun || o.answered + o.failed == 1);
	} while (n < 200);
	ok(n > 5 && n < 200);
	eq_int(o.answered, 1);
	eq_int(open_files(), files);
	eq_int(world_count(w), 1);
}

int main(void)
{
	struct world w;

	world_init(&w);
	every_allocation(&w);
	world_finish(&w);
	return tap_done();
}
