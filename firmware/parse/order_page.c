#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"
#include "firmware/parse/page.h"

#include <fcntl.h>
#include <stdio.h>

enum { DEFAULT_DPI = 200 };

static void say_page(const char *name, const struct page *p)
{
	printf("%s: turned %u, straightened %.2f, ink %.4f, edge %.2f mm, %s%s%s\n", name,
	       p->turned_deg, p->tilt_deg, p->ink, p->edge_mm, err_name(p->doubt),
	       p->code[0] ? ", code " : "", p->code);
}

static struct json_object *page_json(const char *name, const struct page *p)
{
	struct json_object *o = json_object_new_object();

	json_put_text(o, "file", name);
	json_put_int(o, "turned_deg", p->turned_deg);
	json_object_object_add(o, "tilt_deg", json_object_new_double(p->tilt_deg));
	json_object_object_add(o, "ink", json_object_new_double(p->ink));
	json_object_object_add(o, "edge_mm", json_object_new_double(p->edge_mm));
	json_put_text(o, "doubt", err_name(p->doubt));
	json_put_text(o, "code", p->code);
	return o;
}

struct file {
	uint8_t *bytes;
	size_t len;
};

static enum err digitize_file(struct order *o, const struct file *f, struct pdf *pdf,
			      struct page *ret)
{
	struct image image = { 0 };
	enum err e = load_image(f->bytes, f->len, &image);

	if (e != ERR_OK)
		return e;
	if (o->dpi > 0 || image.dpi == 0)
		image.dpi = o->dpi > 0 ? o->dpi : DEFAULT_DPI;
	e = page_read(&image, o->room.codes, pdf, ret);
	free((void *)(uintptr_t)image.pixels);
	return e;
}

/* In the locked room. */
static int digitize_files(struct order *o, const struct file *files, struct pdf *pdf)
{
	struct json_object *all = o->json ? json_object_new_array() : NULL;

	for (int i = 0; i < o->count; i++) {
		struct page page = { 0 };
		enum err e = digitize_file(o, &files[i], pdf, &page);

		if (e != ERR_OK)
			return complain(o->names[i], e);
		if (o->json)
			json_object_array_add(all, page_json(o->names[i], &page));
		else
			say_page(o->names[i], &page);
		page_finish(&page);
	}
	enum err e = pdf_end(pdf);
	if (e != ERR_OK)
		return complain("pdf", e);
	if (o->json)
		json_say(all);
	return 0;
}

/* The file is opened before the door is locked, and filled at the very end. */
static int digitize_into(struct order *o, const struct file *files, int out)
{
	struct pdf *pdf = calloc(1, sizeof *pdf);
	enum err e = pdf ? room_lock(NULL) : ERR_NO_MEMORY;
	int status = 1;

	if (e == ERR_OK)
		e = pdf_begin(pdf, o->title ? o->title : o->out);
	if (e == ERR_OK)
		status = digitize_files(o, files, pdf);
	if (e == ERR_OK && status == 0)
		e = replace_content(out, pdf->bytes, pdf->len);
	if (pdf)
		pdf_finish(pdf);
	free(pdf);
	return e == ERR_OK ? status : complain(o->out, e);
}

int order_digitize(struct order *o)
{
	struct file *files = calloc((size_t)o->count, sizeof *files);
	enum err e = files ? ERR_OK : ERR_NO_MEMORY;
	int status = 1;

	for (int i = 0; e == ERR_OK && i < o->count; i++) {
		e = load_file(o->names[i], LOAD_PICTURE_BYTES, &files[i].bytes, &files[i].len);
		if (e != ERR_OK)
			status = complain(o->names[i], e);
	}
	AUTO_FD out = e == ERR_OK ? open(o->out, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;
	if (e == ERR_OK)
		status = out < 0 ? complain(o->out, err_of_errno()) : digitize_into(o, files, out);
	for (int i = 0; files && i < o->count; i++)
		free(files[i].bytes);
	free(files);
	return status;
}
