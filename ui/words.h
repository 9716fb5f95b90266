/* The words people read, in their language, and values written the Vietnamese way: dates,
 * money, telephone and identity numbers, amounts in words. Texts are static. */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "firmware/base/err.h"
#include "firmware/base/screens.h"

#include <stddef.h>
#include <stdint.h>

#define WORD(name, vi, en) WORD_##name,
enum word {
#include "ui/words.def"
	WORD_COUNT
};
#undef WORD

/* Never NULL; "?" outside the tables. */
const char *words(enum language l, enum word w);

/* The sentence for people that goes with an error of err.def. */
const char *words_err(enum language l, enum err e);

/* A device's name for people from the role's name in role.def ("CARD", "card", …). */
const char *words_device(enum language l, const char *role);

/* The text of `w` with {1} and {2} replaced by `one` and `two` (NULL counts as ""), cut at a
 * whole letter when `cap` is too small. Returns buf. */
const char *words_fill(char *buf, size_t cap, const char *pattern, const char *one,
		       const char *two);

/* The same with numbers. */
const char *words_fill_num(char *buf, size_t cap, const char *pattern, long one, long two);

/* Below: every buffer of WORDS_CAP bytes is enough, unless said otherwise. Vietnamese time is
 * UTC+7 all year. */
#define WORDS_CAP 64

const char *words_date(char *buf, size_t cap, int64_t unix_s); /* 05/02/2026 */
const char *words_time(char *buf, size_t cap, int64_t unix_s); /* 09:32 */

/* "9 giờ 32 phút, ngày 05/02/2026"; English "09:32, 05/02/2026". */
const char *words_moment(char *buf, size_t cap, enum language l, int64_t unix_s);

/* "ngày 05 tháng 02 năm 2026": day below 10 and months 1 and 2 with a nought, Decree 30/2020. */
const char *words_formal_date(char *buf, size_t cap, int64_t unix_s);

const char *words_money(char *buf, size_t cap, int64_t dong); /* 1.285.408 ₫ */

/* Digits in groups from the left, the last group repeated: groups "433" makes a telephone
 * number, "3" an identity number. Anything but digits: unchanged. cap >= 2 * strlen + 1. */
const char *words_grouped(char *buf, size_t cap, const char *digits, const char *groups);

/* First three and last three digits, the rest starred: 001******000. Short ones: all stars. */
const char *words_masked(char *buf, size_t cap, const char *digits);

/* "Một triệu không trăm linh một đồng". cap >= 512 holds every int64_t; negative: "Âm …". */
const char *words_amount(char *buf, size_t cap, int64_t dong);

#endif
