/* The kinds with handwriting, codes, cards and ornaments. */
#include "tests/corpus/mark.h"

#include <math.h>

void draw_form(struct page *p)
{
	struct say *s = &p->say;
	const char *name = page_person(p, "{name}");
	struct pen_words w = page_words(p, "");

	form_nation(&p->sheet, &w);
	page_step(p, 1);
	page_title(p, "ĐƠN ĐỀ NGHỊ", PEN_BLACK);
	page_centre(p, say(s, "Về việc {matter}"), 1, true);
	page_step(p, 0.7);
	page_field(p, "Kính gửi", say(s, "Ủy ban nhân dân {xa}"), true);
	page_field(p, "Tôi tên là", name, true);
	page_fact(p, "field name %s", name);
	page_field_at(p, &(struct field){ "Sinh ngày", page_person(p, "{bday}"), p->left,
					  p->wide * 0.48, true, 0 });
	page_field_at(p, &(struct field){ "Dân tộc", say(s, "{ethnic}"), p->left + p->wide * 0.5,
					  p->wide * 0.5, true, true });
	page_step(p, 1.3);
	page_field(p, "Số căn cước", page_person(p, "{id}"), true);
	page_field(p, "Nơi cư trú", say(s, "{here}"), true);
	page_field(p, "Số điện thoại", say(s, "{phone}"), true);
	page_field(p, "Nghề nghiệp", say(s, "{job}"), true);
	page_para(p, say(s, "Tôi làm đơn này kính đề nghị quý cơ quan xem xét, giải quyết "
			    "{purpose} cho gia đình tôi."));
	page_field(p, "Lý do", say(s, "{reason}"), true);
	page_field(p, "Giấy tờ kèm theo", say(s, "{small} bản sao"), true);
	for (int i = 0; i < 2; i++) {
		w = page_words(p, "");
		pen_leader(&p->sheet, &w, p->left, p->left + p->wide);
		page_step(p, 1.3);
	}
	page_para(p, say(s, "{promise}"));
	page_step(p, 0.4);
	w = page_words(p, "");
	w.x = p->left + p->wide * 0.5;
	w.width = p->wide * 0.5;
	w.italic = true;
	w.text = say(s, "{commune}, ngày {day} tháng {month} năm {year}");
	w.align = PEN_CENTER;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	w.italic = false;
	w.bold = true;
	w.text = "NGƯỜI LÀM ĐƠN";
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	mark_signature(p, w.x + w.width * 0.3, p->sheet.y + 2, w.width * 0.45);
	p->sheet.y += 20;
	w = page_words(p, name);
	w.x = p->left + p->wide * 0.6;
	w.italic = true;
	w.size_mm = 5;
	w.ink = PEN_BLUE;
	pen_hand(&p->sheet, &w, &p->rng, NULL);
}

void draw_ledger(struct page *p)
{
	static const char *const HEAD[] = {
		"Ngày", "Nội dung", "Thu", "Chi", "Còn lại", "Ghi chú"
	};
	struct say *s = &p->say;
	struct grid g = { 6,
			  { 26, p->wide - 158, 32, 32, 32, 36 },
			  rng_between(&p->rng, 9, 10.5),
			  p->left,
			  "Liberation Serif",
			  true };

	page_title(p, say(s, "SỔ THU CHI {^hamlet}"), PEN_BLACK);
	page_centre(p, say(s, "Năm {year}"), 1, false);
	page_step(p, 0.6);
	page_row(p, &g, HEAD, true);
	for (int i = 0; i < 13 && p->sheet.y < p->height - 34; i++) {
		bool in = rng_below(&p->rng, 2);
		const char *cells[] = {
			say(s, "{day}/{month2}"),    say(s, "{ledger}"),
			in ? say(s, "@##.000") : "", in ? "" : say(s, "@##.000"),
			say(s, "@.@##.000"),         rng_below(&p->rng, 3) ? "" : say(s, "{note}")
		};
		page_row(p, &g, cells, false);
	}
	page_step(p, 0.6);
	struct pen_words w = page_words(p, say(s, "Người ghi sổ: {name}"));
	pen_put(&p->sheet, &w, NULL);
	mark_signature(p, p->left + p->wide * 0.5, p->sheet.y - 2, 30);
}

void draw_receipt(struct page *p)
{
	struct say *s = &p->say;
	const char *number = say(s, "00@####"), *name = say(s, "{name}"),
		   *money = say(s, "{money}");
	struct pen_words w;

	p->sheet.y = 12;
	p->body_mm *= 0.92;
	const char *office = page_head(p, NULL);
	page_step(p, 0.8);
	double y = p->sheet.y;
	page_title(p, "BIÊN LAI THU PHÍ, LỆ PHÍ", PEN_BLACK);
	page_centre(p, say(s, "Ngày {day} tháng {month} năm {year}"), 1, false);
	w = page_words(p, say_text(s, "Số: %s", number));
	w.ink = PEN_RED;
	w.align = PEN_CENTER;
	w.bold = true;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field number %s", number);
	page_step(p, 0.3);
	page_field(p, "Họ và tên người nộp", name, false);
	page_fact(p, "field name %s", name);
	page_field(p, "Địa chỉ", say(s, "{here}"), false);
	page_field(p, "Nội dung thu", say(s, "{item}"), false);
	page_field(p, "Số tiền", money, false);
	page_field(p, "Hình thức thanh toán", "Chuyển khoản", false);
	page_field(p, "Mã hồ sơ", say(s, "H@#.@#-@#####-####"), false);
	mark_qr(p, p->left + p->wide - 27, y - 2, 25,
		say_text(s, "BL|%s|%s|%s|%s", number, name, money, office));
	w = page_words(p, "NGƯỜI THU TIỀN");
	w.x += p->wide * 0.6;
	w.width = p->wide * 0.4;
	w.align = PEN_CENTER;
	w.bold = true;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	mark_signature(p, w.x + 18, p->sheet.y, 26);
	mark_stamp(p, w.x + 12, p->sheet.y + 5, office, NULL);
}

/* One side of a card, 86 x 54 mm, at the page's y and the middle of its width. */
static double side(struct page *p, double y)
{
	cairo_t *c = p->sheet.cairo;
	double x = p->width / 2 - 43;
	struct rng keep = p->rng;

	cairo_save(c);
	cairo_rectangle(c, x, y, 86, 54);
	cairo_set_source_rgb(c, 0.87, 0.93, 0.91);
	cairo_fill_preserve(c);
	cairo_clip(c);
	for (int i = 0; i < 3; i++)
		mark_rosette(p, x + 14 + 30 * i, y + 30, 22, (struct pen_rgb){ 0.72, 0.85, 0.82 });
	cairo_restore(c);
	cairo_set_source_rgb(c, 0.5, 0.55, 0.55);
	cairo_set_line_width(c, 0.2);
	pen_frame(&p->sheet, x, y, 86, 54);
	p->rng = keep;
	return x;
}

static void card_line(struct page *p, const char *text, double x, double size, bool bold)
{
	struct pen_words w = { text, "Liberation Sans", size, x, 58, PEN_BLACK, .bold = bold };

	p->sheet.y += pen_put(&p->sheet, &w, NULL);
}

struct holder {
	const char *id, *name, *born;
};

/* The same one on both sides. */
static struct holder holder_of(struct page *p)
{
	struct holder h;
	const char *serial = say(&p->say, "{id}") + 6;

	h.name = say(&p->say, "{^man}");
	h.born = say(&p->say, "{bday}");
	/* place, century and sex, year of birth: a number that a reader of the code believes */
	h.id = say_text(&p->say, "001%c%s%s", h.born[6] == '2' ? '2' : '0', h.born + 8, serial);
	return h;
}

static void front(struct page *p, double y, const struct holder *h)
{
	struct say *s = &p->say;
	double x = side(p, y);

	mark_photo(p, x + 4, y + 17, 21, 28);
	p->sheet.y = y + 3;
	struct pen_words w = { "",        "Liberation Sans",  2.2, x + 16, 68,
			       PEN_BLACK, .align = PEN_CENTER };
	form_nation(&p->sheet, &w);
	w = (struct pen_words){ "CĂN CƯỚC", "Liberation Sans", 4.2,        x + 16,
				68,         PEN_RED,           PEN_CENTER, .bold = true };
	p->sheet.y += 1;
	pen_put(&p->sheet, &w, NULL);
	page_fact(p, "title CĂN CƯỚC");
	p->sheet.y = y + 17;
	card_line(p, "Số định danh cá nhân:", x + 28, 2.3, false);
	card_line(p, h->id, x + 28, 4, true);
	card_line(p, "Họ, chữ đệm và tên khai sinh:", x + 28, 2.3, false);
	card_line(p, h->name, x + 28, 3.2, true);
	card_line(p, say_text(s, "Ngày, tháng, năm sinh: %s", h->born), x + 28, 2.7, false);
	card_line(p, "Giới tính: Nam     Quốc tịch: Việt Nam", x + 28, 2.7, false);
	page_fact(p, "field number %s", h->id);
	page_fact(p, "field name %s", h->name);
	const char *till = say(s, "{day}/{month2}/203#");
	card_line(p, say_text(s, "Có giá trị đến: %s", till), x + 28, 2.7, false);
}

static void back(struct page *p, double y, const struct holder *h)
{
	struct say *s = &p->say;
	double x = side(p, y);

	p->sheet.y = y + 5;
	card_line(p, "Nơi cư trú:", x + 6, 2.5, false);
	card_line(p, say(s, "{here}"), x + 6, 2.8, true);
	card_line(p, say(s, "Nơi đăng ký khai sinh: {xa}"), x + 6, 2.6, false);
	card_line(p, say(s, "Ngày cấp: {dmy}"), x + 6, 2.6, false);
	mark_qr(p, x + 65, y + 4, 17,
		say_text(s, "%s||%s|%.2s%.2s%.4s|Nam|%s|01072024", h->id, h->name, h->born,
			 h->born + 3, h->born + 6, say(s, "{here}")));
	struct pen_words w = { "", "Liberation Mono", 3.6, x + 5, 80, PEN_BLACK, .bold = true };
	const char *lines[] = { say_text(s, "IDVNM%s<<%s<<<", h->id, say(s, "#")),
				say(s, "900101#M300101#VNM<<<<<<<<<<<#"),
				"VIDU<<MAU<TRANG<<<<<<<<<<<<<<<" };
	p->sheet.y = y + 36;
	for (int i = 0; i < 3; i++) {
		w.text = lines[i];
		p->sheet.y += pen_put(&p->sheet, &w, NULL);
	}
}

void draw_card(struct page *p)
{
	double y = rng_between(&p->rng, 40, 60);
	struct holder h = holder_of(p);

	front(p, y, &h);
	back(p, y + 54 + rng_between(&p->rng, 14, 30), &h);
}

void draw_card_front(struct page *p)
{
	struct holder h = holder_of(p);

	front(p, 0, &h);
}

void draw_card_back(struct page *p)
{
	struct holder h = holder_of(p);

	back(p, 0, &h);
}

void draw_diploma(struct page *p)
{
	struct say *s = &p->say;
	bool wide = p->width > p->height;
	const char *name = say(s, "{name}"), *school = say(s, "{school}");
	struct pen_words w = page_words(p, "");

	mark_waves(p, (struct pen_rgb){ 0.96, 0.92, 0.80 });
	mark_border(p, 9, (struct pen_rgb){ 0.72, 0.55, 0.20 });
	p->left = 30;
	p->wide = p->width - 60;
	p->sheet.y = 24;
	w = page_words(p, "");
	form_nation(&p->sheet, &w);
	page_step(p, wide ? 0.8 : 2);
	mark_emblem(p, p->width / 2, p->sheet.y + 8, 7);
	p->sheet.y += wide ? 18 : 24;
	page_centre(p, "HIỆU TRƯỞNG", 1, true);
	page_centre(p, school, 1.1, true);
	page_step(p, 0.4);
	page_centre(p, "cấp", 1, false);
	page_title(p, "BẰNG TỐT NGHIỆP", PEN_RED);
	page_step(p, 0.5);
	w = page_words(p, name);
	w.align = PEN_CENTER;
	w.italic = true;
	w.bold = true;
	w.size_mm *= 1.4;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field name %s", name);
	page_step(p, 0.4);
	page_centre(p, say(s, "Sinh ngày {bday} tại {xa}, tỉnh {province}"), 1, false);
	page_centre(p, say(s, "Ngành đào tạo: {branch}"), 1, false);
	page_centre(p, say(s, "Xếp loại tốt nghiệp: {grade}. Hình thức đào tạo: Chính quy"), 1,
		    false);
	page_step(p, 0.8);
	page_date(p, say(s, "{province}, {date}"));
	double y = p->sheet.y;
	const char *number = say(s, "@@####/MAU");
	w = page_words(p, say_text(s, "Số hiệu: %s", number));
	pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field number %s", number);
	p->sheet.y += 7;
	w.text = say(s, "Số vào sổ cấp bằng: @##/{year}");
	pen_put(&p->sheet, &w, NULL);
	p->sheet.y = y;
	page_signed(p, school);
}
