#include "firmware/parse/page.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

#define TITLE "Đơn <đề nghị> & bản sao 😀"

static struct pdf *made(const struct image *pages, size_t count)
{
	struct pdf *pdf = calloc(1, sizeof *pdf);

	eq_int(pdf_begin(pdf, TITLE), ERR_OK);
	for (size_t i = 0; i < count; i++) {
		struct page p = { 0 };

		eq_int(page_read(&pages[i], NULL, pdf, &p), ERR_OK);
		page_finish(&p);
	}
	eq_int(pdf_end(pdf), ERR_OK);
	return pdf;
}

static void unmake(struct pdf *pdf)
{
	pdf_finish(pdf);
	free(pdf);
}

static const uint8_t *find(const struct pdf *p, const char *what)
{
	return memmem(p->bytes, p->len, what, strlen(what));
}

/* Each entry of the table must point to its object, and startxref to the table. */
static void table_is_right(const struct pdf *p)
{
	const char *at = (const char *)find(p, "\nxref\n0 ");
	char *end;
	long count = strtol(at + 8, &end, 10);
	int wrong = 0;

	end += 1 + 20; /* the free entry */
	for (long n = 1; n < count; n++, end += 20) {
		char head[40];
		size_t offset = strtoul(end, NULL, 10);

		snprintf(head, sizeof head, "%ld 0 obj\n", n);
		wrong += memcmp(p->bytes + offset, head, strlen(head)) != 0;
	}
	eq_int(wrong, 0);
	const char *start = (const char *)find(p, "startxref\n");
	eq_int(strtol(start + 10, NULL, 10), at + 1 - (const char *)p->bytes);
	ok(memcmp(p->bytes + p->len - 6, "%%EOF\n", 6) == 0);
}

/* The JPEG inside, decoded. */
static struct image picture_in(const struct pdf *p)
{
	const uint8_t *at = find(p, "/DCTDecode"), *stream = memmem(at, 200, "stream\n", 7);
	struct image i = { 0 };

	eq_int(load_image(stream + 7,
			  strtoul((const char *)memmem(at, 99, "/Length ", 8) + 8, NULL, 10), &i),
	       ERR_OK);
	return i;
}

static void real_size_and_upright(void)
{
	struct image flat = letter(0, 0), turned = letter(1, 0), rgb = in_colour(&turned);
	struct pdf *p = made(&rgb, 1);

	ok(memcmp(p->bytes, "%PDF-1.7\n%", 10) == 0);
	ok(find(p, "/MediaBox [0 0 595.440 842.040]") != NULL);
	ok(find(p, "/ColorSpace /DeviceRGB") != NULL);
	ok(find(p, "<pdfaid:part>2</pdfaid:part>") != NULL);
	ok(find(p, "Đơn &lt;đề nghị&gt; &amp; bản sao 😀</rdf:li>") != NULL);
	ok(find(p, "/Title <FEFF011001A1006E") != NULL);
	ok(find(p, "D83DDE00>") != NULL);
	table_is_right(p);
	struct image got = picture_in(p);
	eq_int(got.width, 1654);
	eq_int(got.dpi, 200);
	eq_int(got.channels, 3);
	double wrong = 0;
	for (size_t i = 0; i < (size_t)flat.width * flat.height; i++)
		wrong += abs(got.pixels[3 * i] - flat.pixels[i]);
	ok(wrong / ((double)flat.width * flat.height) < 2);
	image_free(&got);
	image_free(&flat);
	image_free(&turned);
	image_free(&rgb);
	unmake(p);
}

static void same_bytes_each_time(void)
{
	struct image tilted = letter(2, 1.5), pages[2] = { tilted, tilted };
	struct pdf *a = made(pages, 2), *b = made(pages, 2), *c = made(pages, 1);

	ok(a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0);
	ok(find(a, "/Count 2") != NULL);
	const uint8_t *id = find(a, "/ID ["), *other = find(c, "/ID [");
	ok(memcmp(id, other, 39) != 0);
	table_is_right(a);
	unmake(a);
	unmake(b);
	unmake(c);
	image_free(&tilted);
}

static void refusals(void)
{
	struct pdf *p = calloc(1, sizeof *p);
	char title[300];

	memset(title, 'x', sizeof title);
	title[256] = '\0';
	eq_int(pdf_begin(p, ""), ERR_BAD_DATA);
	eq_int(pdf_begin(p, "\xff"), ERR_BAD_DATA);
	eq_int(pdf_begin(p, title), ERR_BAD_DATA);
	eq_int(p->len, 0);
	title[255] = '\0';
	eq_int(pdf_begin(p, title), ERR_OK);
	eq_int(pdf_end(p), ERR_BAD_DATA);
	unmake(p);
}

/* True when there is no such program, too: then it can say nothing against us. */
static bool run(const char *program, const char *option, const char *path)
{
	char *const args[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)option,
			       (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	int status = 1;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	int e = posix_spawnp(&pid, program, &quiet, NULL, args, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (e != 0) {
		printf("# %s is not here\n", program);
		return true;
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static void others_can_read_it(void)
{
	char path[] = "/tmp/kiosk-pdf-XXXXXX";
	int fd = mkstemp(path);
	struct image page = letter(0, -2), pages[2] = { page, page };
	struct pdf *p = made(pages, 2);

	ok(write(fd, p->bytes, p->len) == (ssize_t)p->len);
	close(fd);
	ok(run("qpdf", "--check", path));
	ok(run("pdfinfo", "-meta", path));
	ok(run("pdfimages", "-list", path));
	unlink(path);
	unmake(p);
	image_free(&page);
}

int main(void)
{
	real_size_and_upright();
	same_bytes_each_time();
	refusals();
	others_can_read_it();
	return tap_done();
}
