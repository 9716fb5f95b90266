#include "drivers/scan_page.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t row_bytes(const struct scan_form *f)
{
	return (size_t)f->width * f->channels;
}

static bool is_sane(const struct scan_form *f)
{
	size_t bits = row_bytes(f) * f->depth;

	if (f->width == 0 || f->width > SCAN_MAX_WIDTH || (f->channels != 1 && f->channels != 3))
		return false;
	if (f->depth != 8 && f->depth != 16 && !(f->depth == 1 && f->channels == 1))
		return false;
	return f->line_bytes >= (bits + 7) / 8 && f->line_bytes <= 16 * SCAN_MAX_WIDTH;
}

enum err scan_page_init(struct scan_page *p, const struct scan_form *f)
{
	void *nothing;

	*p = (struct scan_page){ .form = *f, .fd = -1 };
	if (!is_sane(f))
		return ERR_BAD_DATA;
	p->line = malloc(f->line_bytes);
	p->row = malloc(row_bytes(f));
	if (!p->line || !p->row)
		return ERR_NO_MEMORY;
	return mem_create(0, &p->fd, &nothing); /* it grows as rows are written */
}

void scan_page_finish(struct scan_page *p)
{
	if (p->fd >= 0)
		close(p->fd);
	if (p->line)
		explicit_bzero(p->line, p->form.line_bytes);
	if (p->row)
		explicit_bzero(p->row, row_bytes(&p->form));
	free(p->line);
	free(p->row);
	*p = (struct scan_page){ .fd = -1 };
}

static void make_row(struct scan_page *p)
{
	size_t n = row_bytes(&p->form);

	if (p->form.depth == 8) {
		memcpy(p->row, p->line, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint16_t deep;

		if (p->form.depth == 1) {
			p->row[i] = p->line[i / 8] >> (7 - i % 8) & 1 ? 0 : 255;
			continue;
		}
		memcpy(&deep, p->line + 2 * i, sizeof deep);
		p->row[i] = (uint8_t)(deep >> 8);
	}
}

static enum err write_row(struct scan_page *p)
{
	size_t n = row_bytes(&p->form), done = 0;

	if (p->rows == SCAN_MAX_HEIGHT || n * (p->rows + 1) > SCAN_MAX_BYTES)
		return ERR_BAD_DATA;
	make_row(p);
	while (done < n) {
		ssize_t w = write(p->fd, p->row + done, n - done);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return err_of_errno();
		done += (size_t)w;
	}
	p->rows++;
	return ERR_OK;
}

enum err scan_page_add(struct scan_page *p, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t room = p->form.line_bytes - p->line_len;
		size_t n = len < room ? len : room;

		memcpy(p->line + p->line_len, bytes, n);
		p->line_len += n;
		bytes += n;
		len -= n;
		if (p->line_len < p->form.line_bytes)
			break;
		p->line_len = 0;
		enum err e = write_row(p);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err scan_page_seal(struct scan_page *p, uint32_t *ret_height, int *ret_fd)
{
	if (p->rows == 0)
		return ERR_BAD_DATA;
	enum err e = mem_seal(p->fd, NULL, 0);
	if (e != ERR_OK)
		return e;
	*ret_height = p->rows;
	*ret_fd = take_fd(&p->fd);
	return ERR_OK;
}
