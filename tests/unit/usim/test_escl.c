#include "tests/tap.h"
#include "tests/usim/escl.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS 60000

struct bench {
	struct loop *loop;
	struct scanner scanner;
	struct escl *server;
	char dir[32], socket[64], page[64];
	unsigned changes;
	char got[200000]; /* the last answer */
};

static int connect_to(const struct bench *b)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", b->socket);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Sends a request on a connection of its own. */
static int ask(const struct bench *b, const char *method, const char *path, const char *body)
{
	char text[4096];
	int n = snprintf(text, sizeof text,
			 "%s /eSCL/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
			 "Content-Length: %zu\r\n\r\n%s",
			 method, path, strlen(body), body);
	int fd = connect_to(b);

	ok(fd >= 0 && send(fd, text, (size_t)n, MSG_NOSIGNAL) == n);
	return fd;
}

/* Turns the loop until the server has closed; the status, or 0 when nothing came. */
static int answer(struct bench *b, int fd)
{
	int64_t until = loop_now_ms(b->loop) + WAIT_MS;
	size_t n = 0;
	int status = 0;

	while (loop_now_ms(b->loop) < until && n < sizeof b->got - 1) {
		ssize_t r;

		if (loop_turn(b->loop, 5) != ERR_OK)
			break;
		r = recv(fd, b->got + n, sizeof b->got - 1 - n, MSG_DONTWAIT);
		if (r == 0 || (r < 0 && errno != EAGAIN))
			break;
		n += r > 0 ? (size_t)r : 0;
	}
	close(fd);
	b->got[n] = '\0';
	return n && sscanf(b->got, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

static int call(struct bench *b, const char *method, const char *path, const char *body)
{
	return answer(b, ask(b, method, path, body));
}

static const char SETTINGS[] =
	"<scan:ScanSettings><pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>"
	"<pwg:Width>30</pwg:Width><pwg:Height>30</pwg:Height>"
	"<pwg:InputSource>Feeder</pwg:InputSource><scan:ColorMode>RGB24</scan:ColorMode>"
	"<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"
	"<scan:XResolution>100</scan:XResolution><scan:YResolution>100</scan:YResolution>"
	"</scan:ScanSettings>";

static void write_page(const char *path)
{
	struct image i = { 0 };
	uint8_t *bytes;
	size_t len;

	eq_int(image_create(10, 10, 3, &i), ERR_OK);
	memset(i.pixels, 128, 300);
	i.dpi = 100;
	eq_int(image_to_jpeg(&i, &bytes, &len), ERR_OK);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
	free(bytes);
	image_finish(&i);
}

static void a_batch(struct bench *b)
{
	eq_int(call(b, "GET", "ScannerCapabilities", ""), 200);
	ok(strstr(b->got, "<scan:Adf>") != NULL);
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 409);
	eq_int(call(b, "GET", "ScannerStatus", ""), 200);
	ok(strstr(b->got, "ScannerAdfEmpty") != NULL);
	eq_int(scanner_add_sheet(&b->scanner, b->page), ERR_OK);
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201);
	ok(strstr(b->got, "Location: /eSCL/ScanJobs/1\r\n") != NULL);
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 503); /* one at a time */
	eq_int(call(b, "GET", "ScanJobs/1/NextDocument", ""), 200);
	ok(strstr(b->got, "image/jpeg") != NULL);
	eq_int(call(b, "GET", "ScanJobs/1/NextDocument", ""), 404);
	eq_int(call(b, "GET", "ScanJobs/1/NextDocument", ""), 404);
	ok(b->changes > 0);
}

static void faults(struct bench *b)
{
	eq_int(scanner_add_sheet(&b->scanner, b->page), ERR_OK);
	b->scanner.jam_at = 1;
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201);
	eq_int(call(b, "GET", "ScanJobs/2/NextDocument", ""), 503);
	eq_int(call(b, "GET", "ScannerStatus", ""), 200);
	ok(strstr(b->got, "ScannerAdfJam") != NULL);
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 409);
	b->scanner.jam = false;
	b->scanner.cover = true;
	eq_int(call(b, "GET", "ScannerStatus", ""), 200);
	ok(strstr(b->got, "ScannerAdfDoorOpen") != NULL);
	b->scanner.cover = false;
}

static void malformed_requests(struct bench *b)
{
	static const char *const paths[] = { "", "ScanJobs/x", "ScanJobs/9/NextDocument",
					     "ScanJobs/1/Other", "../etc/passwd" };

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		eq_int(call(b, "GET", paths[i], ""), 404);
	eq_int(call(b, "POST", "ScanJobs", "<nonsense/>"), 400);
	eq_int(call(b, "PUT", "ScannerStatus", ""), 404);
}

/* The page would take an hour; the cancel ends it at once. */
static void a_cancel_wakes_a_slow_page(struct bench *b)
{
	b->scanner.slow_ms = 3600000;
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201);
	int page = ask(b, "GET", "ScanJobs/3/NextDocument", "");
	eq_int(call(b, "GET", "ScannerStatus", ""), 200); /* others are served meanwhile */
	eq_int(call(b, "DELETE", "ScanJobs/3", ""), 200);
	eq_int(answer(b, page), 404);
	eq_int(b->scanner.sheet_count, 1);
	eq_int(b->scanner.cancels, 1);
	b->scanner.slow_ms = 10;
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201);
	eq_int(call(b, "GET", "ScanJobs/4/NextDocument", ""), 200);
	eq_int(call(b, "GET", "ScanJobs/4/NextDocument", ""), 404);
}

static void unplugged_in_the_middle(struct bench *b)
{
	b->scanner.slow_ms = 3600000;
	eq_int(scanner_add_sheet(&b->scanner, b->page), ERR_OK);
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201);
	int page = ask(b, "GET", "ScanJobs/5/NextDocument", "");
	eq_int(call(b, "GET", "ScannerStatus", ""), 200);
	escl_close(b->server);
	b->server = NULL;
	eq_int(answer(b, page), 0);
	eq_int(connect_to(b), -1);
	eq_int(escl_open(b->loop, &b->scanner, b->socket, &b->server), ERR_OK);
	b->scanner.slow_ms = 0;
	eq_int(call(b, "POST", "ScanJobs", SETTINGS), 201); /* the old job went with the power */
}

static void count_change(void *data)
{
	((struct bench *)data)->changes++;
}

int main(void)
{
	static struct bench b = { .dir = "/tmp/test_escl.XXXXXX" };
	struct clock clock = { 0 };

	ok(mkdtemp(b.dir) != NULL);
	snprintf(b.socket, sizeof b.socket, "%s/sock", b.dir);
	snprintf(b.page, sizeof b.page, "%s/page.jpg", b.dir);
	write_page(b.page);
	eq_int(loop_create(&clock, &b.loop), ERR_OK);
	eq_int(escl_open(b.loop, &b.scanner, b.socket, &b.server), ERR_OK);
	escl_on_change(b.server, count_change, &b);
	a_batch(&b);
	faults(&b);
	malformed_requests(&b);
	a_cancel_wakes_a_slow_page(&b);
	unplugged_in_the_middle(&b);
	escl_close(b.server);
	scanner_finish(&b.scanner);
	loop_destroy(b.loop);
	unlink(b.page);
	eq_int(rmdir(b.dir), 0);
	return tap_done();
}
