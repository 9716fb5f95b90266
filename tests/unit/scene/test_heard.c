#include "tests/scene/gone.h"

#include "firmware/base/auto.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void write_file(const struct world *w, const char *name, const char *text)
{
	char path[WORLD_PATH];

	world_path(w, name, path);
	FILE *f = fopen(path, "we");
	ok(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* A world without programs: folders only. */
static void begin(struct world *w)
{
	static const char *const FOLDERS[] = { "bin",         "cards", "data",
					       "data/outbox", "conf",  "assets" };
	char path[WORLD_PATH];

	*w = (struct world){ .dir = "/tmp/heard-XXXXXX" };
	ok(mkdtemp(w->dir) != NULL);
	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
		world_path(w, FOLDERS[i], path);
		ok(mkdir(path, 0700) == 0);
	}
	world_path(w, "bin", w->bin);
	world_path(w, "assets", w->assets);
}

static void end(const struct world *w)
{
	char line[WORLD_PATH + 16];

	snprintf(line, sizeof line, "%s", w->dir);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", line, (char *)NULL);
		_exit(1);
	}
}

static bool has(const struct heard *h, const char *text)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->texts[i], text) == 0)
			return true;
	return false;
}

static void lines_tell_of_people(struct world *w, struct heard *h)
{
	char line[2 * WORLD_PATH];

	write_file(w, "cards/tram.card",
		   "name = Lê Thị Ngọc Trâm\nbirth = 15/01/1990\ncan = 738164\nmother = Đoàn Thị "
		   "Tố Nga\npicture_back = qzj\nprofile = 2024\nissued = 01/08/2024\n");
	write_file(w, "page.truth", "kind birth\nfield name TRẦN THỊ BÌNH\npixels fcfaf7f9f7\n");
	heard_line(h, w, "sim", "card in tram");
	heard_line(h, w, "sim", "scan 001090000000||Nguyễn Văn An|15011991|Nam|Ngõ Nhỏ|01082024");
	heard_line(h, w, "type", "0912345678");
	heard_line(h, w, "type", "12/03/2026");
	snprintf(line, sizeof line, "feeder add %s/page.png", w->dir);
	heard_line(h, w, "sim", line);
	ok(has(h, "Lê Thị Ngọc Trâm") && has(h, "738164") && has(h, "Đoàn Thị Tố Nga"));
	ok(has(h, "15/01/1990") && has(h, "19900115") && has(h, "1990-01-15"));
	ok(has(h, "#717a6a") && !has(h, "2024"));
	ok(has(h, "001090000000") && has(h, "Nguyễn Văn An") && has(h, "19910115"));
	ok(has(h, "0912345678") && has(h, "2026-03-12"));
	ok(has(h, "TRẦN THỊ BÌNH") && has(h, "0xfcfaf7f9f7"));
}

static void what_says_nothing_of_anybody_is_passed_over(struct world *w, struct heard *h)
{
	size_t count = h->count;

	heard_line(h, w, "type", "Kinh");
	heard_line(h, w, "type", "000000");
	heard_line(h, w, "type", "TAM-K01-261122-0001-QJ");
	heard_line(h, w, "sim", "scan 000.00.06.H56-261121-9991");
	heard_line(h, w, "tap", "Nguyễn Văn Chạm");
	eq_int(h->count, count);
	heard_line(h, w, "type", "khai sinh");
	write_file(w, "assets/catalogue.json", "{\"name\":\"Đăng ký khai sinh\"}");
	ok(has(h, "khai sinh"));
	heard_judge(h, w);
	ok(!has(h, "khai sinh"));
	ok(h->news && h->judged == h->count && h->count == count);
}

static void it_is_found_wherever_it_lies(struct world *w, const struct heard *h)
{
	char why[512];

	ok(gone_all(w, h, why, sizeof why));
	write_file(w, "kiosk.log", "info core visit of Nguyễn Văn An\n");
	ok(!gone_all(w, h, why, sizeof why));
	ok(strstr(why, "Nguyễn Văn An") && strstr(why, "kiosk.log"));
	write_file(w, "kiosk.log", "info core visit\n");
	write_file(w, "data/outbox/x.cms", "....0912345678");
	ok(!gone_all(w, h, why, sizeof why));
	ok(!gone_looked_for(w, "0912345678", why, sizeof why));
	ok(gone_looked_for(w, "0912345679", why, sizeof why));
	write_file(w, "data/outbox/x.cms", "sealed");
	ok(gone_all(w, h, why, sizeof why));
}

int main(void)
{
	static struct heard h;
	struct world w;

	begin(&w);
	lines_tell_of_people(&w, &h);
	what_says_nothing_of_anybody_is_passed_over(&w, &h);
	it_is_found_wherever_it_lies(&w, &h);
	end(&w);
	return tap_done();
}
