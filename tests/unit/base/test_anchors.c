/* The list of anchors in its own form: what was written is read, what was bent is not. */
#include "firmware/base/anchors.h"
#include "firmware/base/mem.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <unistd.h>

static const uint8_t DER[] = { 0x30, 3, 1, 2, 3 };

static struct anchor sample(enum anchor_kind kind)
{
	return (struct anchor){ .kind = kind,
				.source = ANCHOR_FROM_LIST,
				.from_s = -86400,
				.until_s = INT64_C(1) << 40,
				.sha256 = { 1, 2, 3 },
				.subject = "CN=Nước Thử,C=UT",
				.der = DER,
				.der_len = sizeof DER };
}

static struct anchors two(void)
{
	struct anchors list = { 0 };
	struct anchor a = sample(ANCHOR_CSCA), b = sample(ANCHOR_CRL);

	eq_int(anchors_add(&list, &a), ERR_OK);
	eq_int(anchors_add(&list, &b), ERR_OK);
	return list;
}

static void what_was_written_is_read(void)
{
	struct anchors list = two();
	struct reader r = anchors_reader(list.bytes, list.len);
	struct anchor a;
	uint32_t count = 0;

	eq_int(anchors_next(&r, &a), ERR_OK);
	eq_int(a.kind, ANCHOR_CSCA);
	eq_int(a.source, ANCHOR_FROM_LIST);
	eq_int(a.from_s, -86400);
	eq_int(a.until_s, INT64_C(1) << 40);
	eq_int(a.sha256[2], 3);
	eq_str(a.subject, "CN=Nước Thử,C=UT");
	eq_int(a.der_len, sizeof DER);
	ok(memcmp(a.der, DER, sizeof DER) == 0);
	eq_int(anchors_next(&r, &a), ERR_OK);
	eq_int(a.kind, ANCHOR_CRL);
	eq_int(anchors_next(&r, &a), ERR_NOT_FOUND);
	eq_int(anchors_next(&r, &a), ERR_NOT_FOUND);
	eq_int(anchors_check(list.bytes, list.len, &count), ERR_OK);
	eq_int(count, 2);
	anchors_finish(&list);
}

static void an_empty_list_is_one(void)
{
	struct anchors list = { 0 };
	uint32_t count = 9;
	int fd = -1;

	eq_int(anchors_check(NULL, 0, &count), ERR_OK);
	eq_int(count, 0);
	eq_int(anchors_check("MCA1", 4, &count), ERR_OK);
	eq_int(anchors_mem(&list, &fd), ERR_OK);
	ok(mem_is_sealed(fd));
	close(fd);
	anchors_finish(&list);
}

static void a_cut_list_is_refused(void)
{
	struct anchors list = two();
	size_t one = 4 + (list.len - 4) / 2;

	for (size_t len = 1; len < list.len; len++)
		if (len != 4 && len != one)
			eq_int(anchors_check(list.bytes, len, NULL), ERR_BAD_DATA);
	anchors_finish(&list);
}

static void a_bent_list_is_refused(void)
{
	enum { KIND = 4, SOURCE = 5, SUBJECT_LEN = 54, DER_LEN = 56, SUBJECT = 60 };
	static const struct {
		size_t at;
		uint8_t value;
	} BENT[] = { { 0, 'X' },
		     { KIND, ANCHOR_KINDS },
		     { SOURCE, ANCHOR_SOURCES },
		     { SUBJECT_LEN + 1, 1 },
		     { DER_LEN, 0 },
		     { DER_LEN + 3, 0x80 },
		     { SUBJECT, 0xff },
		     { SUBJECT, 0 } };

	for (size_t i = 0; i < sizeof BENT / sizeof *BENT; i++) {
		struct anchors list = two();

		list.bytes[BENT[i].at] = BENT[i].value;
		eq_int(anchors_check(list.bytes, list.len, NULL), ERR_BAD_DATA);
		anchors_finish(&list);
	}
}

static void a_list_has_an_end(void)
{
	struct anchors list = { 0 };
	struct anchor a = sample(ANCHOR_CSCA);

	a.der_len = ANCHOR_MAX_DER + 1;
	eq_int(anchors_add(&list, &a), ERR_NO_SPACE);
	a.der_len = 0;
	eq_int(anchors_add(&list, &a), ERR_NO_SPACE);
	a.der_len = 1;
	for (int i = 0; i < ANCHORS_MAX; i++)
		if (anchors_add(&list, &a) != ERR_OK)
			break;
	eq_int(list.count, ANCHORS_MAX);
	eq_int(anchors_add(&list, &a), ERR_NO_SPACE);
	eq_int(anchors_check(list.bytes, list.len, NULL), ERR_OK);
	anchors_finish(&list);

	uint8_t *big = calloc(1, ANCHOR_MAX_DER);
	enum err e = ERR_OK;
	a.der = big;
	a.der_len = ANCHOR_MAX_DER;
	for (int i = 0; i < 9 && e == ERR_OK; i++)
		e = anchors_add(&list, &a);
	eq_int(e, ERR_NO_SPACE);
	eq_int(list.count, 7);
	anchors_finish(&list);
	free(big);
}

static void kinds_have_names(void)
{
	eq_str(anchor_kind_name(ANCHOR_LINK), "link");
	eq_str(anchor_kind_name(ANCHOR_KINDS), "?");
	eq_str(anchor_source_name(ANCHOR_FROM_LIST), "master-list");
	eq_str(anchor_source_name(ANCHOR_SOURCES), "?");
}

int main(void)
{
	what_was_written_is_read();
	an_empty_list_is_one();
	a_cut_list_is_refused();
	a_bent_list_is_refused();
	a_list_has_an_end();
	kinds_have_names();
	return tap_done();
}
