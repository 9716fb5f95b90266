/* The kinds that are printed through and through. */
#include "tests/corpus/mark.h"

#include <string.h>

void draw_birth(struct page *p)
{
	struct say *s = &p->say;
	const char *child = say(s, "{^name}"), *office;
	bool a5 = p->height < 200;

	mark_waves(p, (struct pen_rgb){ 0.80, 0.88, 0.93 });
	mark_border(p, 7, (struct pen_rgb){ 0.75, 0.45, 0.45 });
	p->sheet.y = a5 ? 19 : 26;
	office = page_head(p, NULL);
	page_step(p, 1.2);
	page_title(p, "GIẤY KHAI SINH", PEN_RED);
	const char *number = say(s, "@##/{year}");
	page_centre(p, say_text(s, "Số: %s", number), 1, false);
	page_fact(p, "field number %s", number);
	page_step(p, 0.6);
	page_field(p, "Họ, chữ đệm, tên", child, false);
	page_fact(p, "field name %s", child);
	page_field(p, "Ngày, tháng, năm sinh", say(s, "{dmy}"), false);
	page_field(p, "Ghi bằng chữ",
		   say(s, "Ngày mười {digit_word}, tháng {digit_word}, năm hai nghìn "
			  "không trăm hai mươi {digit_word}"),
		   false);
	page_field_at(
		p, &(struct field){ "Giới tính", say(s, "{sex}"), p->left, p->wide * 0.3, 0, 0 });
	page_field_at(p, &(struct field){ "Dân tộc", say(s, "{ethnic}"), p->left + p->wide * 0.32,
					  p->wide * 0.3, 0, true });
	page_field_at(p, &(struct field){ "Quốc tịch", "Việt Nam", p->left + p->wide * 0.64,
					  p->wide * 0.36, 0, true });
	page_step(p, 1.15);
	page_field(p, "Nơi sinh", say(s, "{clinic}"), false);
	page_field(p, "Quê quán", say(s, "{xa}, tỉnh {province}"), false);
	page_field(p, "Số định danh cá nhân", say(s, "{id}"), false);
	page_field(p, "Họ, chữ đệm, tên người mẹ", say(s, "{^woman}"), false);
	page_field(p, "Năm sinh", say(s, "{birth}"), false);
	page_field(p, "Nơi cư trú", say(s, "{here}"), false);
	page_field(p, "Họ, chữ đệm, tên người cha", say(s, "{^man}"), false);
	page_field(p, "Năm sinh", say(s, "{birth}"), false);
	page_field(p, "Nơi cư trú", say(s, "{here}"), false);
	page_field(p, "Nơi đăng ký khai sinh", say_text(s, "%s", office), false);
	page_fact(p, "field place %s", office);
	page_field(p, "Ngày, tháng, năm đăng ký", say(s, "{dmy}"), false);
	page_step(p, 0.6);
	page_signed(p, office);
}

static void addressees(struct page *p, double y)
{
	static const char *const LINES[] = { "Nơi nhận:", "- Như trên;", "- {org};", "- Lưu: VT." };
	struct pen_words w = page_words(p, "");
	double keep = p->sheet.y;

	p->sheet.y = y;
	w.size_mm *= 0.85;
	w.width = p->wide * 0.45;
	w.leading = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(LINES); i++) {
		w.text = say(&p->say, LINES[i]);
		w.bold = w.italic = i == 0;
		p->sheet.y += pen_put(&p->sheet, &w, NULL);
	}
	p->sheet.y = keep;
}

static bool room(const struct page *p, double mm)
{
	return p->sheet.y < p->height - mm;
}

void draw_letter(struct page *p)
{
	struct say *s = &p->say;
	const char *office = page_head(p, say(s, "{cv}"));
	struct pen_words w = page_words(p, say_text(s, "V/v %s", say(s, "{matter}")));

	page_date(p, say(s, "{province}, {date}"));
	w.width = p->wide * 0.41;
	w.size_mm *= 0.88;
	w.align = PEN_CENTER;
	w.leading = 0;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_step(p, 1);
	page_centre(p, say(s, "Kính gửi: {org}"), 1, false);
	page_step(p, 0.7);
	page_para(p, say(s, "{report}"));
	for (int i = 1; i <= 3; i++)
		page_para(p, say_text(s, "%d. %s", i, say(s, "{fact} {fact}")));
	for (int i = 0; i < 3 && room(p, 80); i++)
		page_para(p, say(s, "{order}"));
	page_para(
		p,
		say(s, "Trên đây là ý kiến của {org}, đề nghị quý cơ quan phối hợp thực hiện./."));
	page_step(p, 0.6);
	addressees(p, p->sheet.y);
	page_signed(p, office);
}

void draw_table(struct page *p)
{
	static const char *const HEAD[] = { "STT",          "Họ và tên",  "Ngày sinh",
					    "Số định danh", "Nơi cư trú", "Số tiền (đồng)" };
	struct say *s = &p->say;
	struct grid g = {
		6, { 11, 0, 24, 32, 0, 24 }, rng_between(&p->rng, 9, 11), p->left, NULL, false
	};
	double rest = p->wide - 91;

	g.widths[1] = rest * 0.5;
	g.widths[4] = rest * 0.5;
	p->family = rng_below(&p->rng, 3) ? p->family : "Liberation Sans";
	p->body_mm *= 0.93;
	const char *office = page_head(p, say(s, "@##/DS-UBND"));
	page_step(p, 2);
	page_title(p, "DANH SÁCH", PEN_BLACK);
	page_centre(p, say(s, "Hộ gia đình được hỗ trợ năm {year}"), 1, true);
	page_centre(p, say(s, "(Kèm theo Quyết định số {qd} {date})"), 0.92, false);
	page_step(p, 0.8);
	page_row(p, &g, HEAD, true);
	for (int i = 1; i <= 12 && room(p, 85); i++) {
		const char *cells[] = { say_text(s, "%d", i), say(s, "{name}"),
					say(s, "{bday}"),     say(s, "{id}"),
					say(s, "{hamlet}"),   say(s, "@.@##.000") };
		page_row(p, &g, cells, false);
	}
	page_step(p, 0.5);
	page_para(p, say(s, "Tổng cộng: {money}. Danh sách có {small} hộ, đã niêm yết công khai."));
	page_signed(p, office);
}

static void land_part(struct page *p, const char *title)
{
	struct pen_words w = page_words(p, title);

	w.bold = true;
	page_step(p, 0.2);
	p->sheet.y += pen_put(&p->sheet, &w, NULL) + 0.6;
}

void draw_land(struct page *p)
{
	struct say *s = &p->say;

	mark_guilloche(p, (struct pen_rgb){ 0.95, 0.72, 0.78 });
	mark_border(p, 8, (struct pen_rgb){ 0.82, 0.35, 0.42 });
	p->sheet.y = 22;
	struct pen_words w = page_words(p, "");
	form_nation(&p->sheet, &w);
	mark_emblem(p, p->width / 2, p->sheet.y + 10, 7.5);
	p->sheet.y += 20;
	page_title(p, "GIẤY CHỨNG NHẬN", PEN_RED);
	page_centre(p, "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT", 0.92, true);
	page_step(p, 0.5);
	const char *owner = say(s, "{^man}");
	land_part(p, "I. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất");
	page_para(p, say_text(s, "Ông: %s, sinh năm %s, căn cước số %s", owner, say(s, "{birth}"),
			      say(s, "{id}")));
	page_fact(p, "field name %s", owner);
	page_para(p, say(s, "Bà: {^woman}, sinh năm {birth}, căn cước số {id}"));
	page_para(p, say(s, "Địa chỉ thường trú: {place}"));
	land_part(p, "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất");
	page_field(p, "a) Thửa đất số", say(s, "@##, tờ bản đồ số @#"), false);
	page_field(p, "b) Địa chỉ", say(s, "{here}, tỉnh {province}"), false);
	page_field(p, "c) Diện tích", say(s, "{area}"), false);
	page_field(p, "d) Hình thức sử dụng", "sử dụng riêng", false);
	page_field(p, "đ) Mục đích sử dụng", say(s, "{land_use}"), false);
	page_field(p, "e) Thời hạn sử dụng", say(s, "đến {date}"), false);
	page_para(p, say(s, "g) Nguồn gốc sử dụng: {origin}."));
	land_part(p, say(s, "III. Ghi chú: thửa đất có {area} thuộc hành lang an toàn đường bộ."));
	page_step(p, 0.5);
	page_date(p, say(s, "{province}, {date}"));
	double y = p->sheet.y;
	page_signed(p, say(s, "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"));
	mark_qr(p, p->left + 4, y + 4, 22,
		say(s, "https://vidu.example/gcn?so=MAU%20@@####&ma=##########"));
	const char *number = say(s, "MAU @#####");
	w = page_words(p, number);
	w.letter = 0.6;
	w.bold = true;
	w.ink = PEN_RED;
	pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field number %s", number);
}

void draw_residence(struct page *p)
{
	static const char *const HEAD[] = { "TT", "Họ, chữ đệm, tên", "Ngày sinh", "Quan hệ",
					    "Số định danh" };
	struct say *s = &p->say;
	struct grid g = { 5, { 10, p->wide - 90, 25, 22, 33 }, 8, p->left, NULL, false };
	const char *office = page_head(p, say(s, "@##/XN")), *name = say(s, "{^man}");

	page_date(p, say(s, "{commune}, {date}"));
	page_step(p, 1.2);
	page_title(p, "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", PEN_BLACK);
	page_step(p, 0.6);
	double y = p->sheet.y, left = p->left, wide = p->wide;
	mark_photo(p, left, y, 30, 40);
	p->left += 35;
	p->wide -= 35;
	page_field(p, "Họ, chữ đệm, tên", name, false);
	page_fact(p, "field name %s", name);
	page_field(p, "Ngày, tháng, năm sinh", say(s, "{bday}"), false);
	page_field(p, "Số định danh cá nhân", say(s, "{id}"), false);
	page_field(p, "Giới tính", "Nam", false);
	page_field(p, "Nơi thường trú", say(s, "{here}"), false);
	page_field(p, "Nơi ở hiện tại", say(s, "{here}"), false);
	p->left = left;
	p->wide = wide;
	p->sheet.y = p->sheet.y < y + 47 ? y + 47 : p->sheet.y;
	mark_stamp(p, left + 13, y + 40, office, NULL);
	p->sheet.y += 12;
	page_para(p, "Các thành viên trong hộ gia đình:");
	page_row(p, &g, HEAD, true);
	for (int i = 1; i <= 5; i++) {
		const char *cells[] = { say_text(s, "%d", i), say(s, "{name}"), say(s, "{bday}"),
					say(s, "{kin}"), say(s, "{id}") };
		page_row(p, &g, cells, false);
	}
	page_step(p, 0.5);
	page_para(p, say(s, "Giấy này có giá trị {small} tháng kể từ ngày cấp, dùng {purpose}."));
	page_para(p, say(s, "{fact}"));
	page_signed(p, office);
}

void draw_decision(struct page *p)
{
	struct say *s = &p->say;

	p->family = "Liberation Serif";
	p->body_mm = 11 * 25.4 / 72;
	p->leading = 1.0;
	const char *office = page_head(p, say(s, "{qd}"));
	page_date(p, say(s, "{province}, {date}"));
	page_step(p, 0.8);
	page_title(p, "QUYẾT ĐỊNH", PEN_BLACK);
	page_centre(p, say(s, "Về việc {matter}"), 1, true);
	page_step(p, 0.4);
	page_centre(p, say(s, "CHỦ TỊCH ỦY BAN NHÂN DÂN"), 1, true);
	page_step(p, 0.3);
	for (int i = 0; i < 5; i++)
		page_para(p, say(s, "{ground}"));
	page_centre(p, "QUYẾT ĐỊNH:", 1, true);
	for (int i = 1; i <= 9 && room(p, 78); i++)
		page_para(p, say_text(s, "Điều %d. %s", i, say(s, "{clause} {order}")));
	page_para(p, say(s, "Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng, {org} và "
			    "{people} chịu "
			    "trách nhiệm thi hành Quyết định này./."));
	page_step(p, 0.4);
	addressees(p, p->sheet.y);
	page_signed(p, office);
}
