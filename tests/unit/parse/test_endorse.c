#include "firmware/parse/load.h"
#include "tests/unit/parse/sealed.h"

static void words_and_two_signatures(const struct signer *kiosk, const struct signer *officer)
{
	struct bytes before = sealed_file(kiosk), copy = { malloc(before.len), before.len };
	struct foreign found = { 0 };

	memcpy(copy.at, before.at, before.len);
	struct bytes f = endorsed(before, usual_words(), officer);
	ok(f.len > copy.len && memcmp(f.at, copy.at, copy.len) == 0);
	printf("# %zu bytes of update beside the gap\n", f.len - copy.len - 32002);
	ok(f.len - copy.len - 32002 < 20000);
	eq_int(rules_broken(&f, NULL), 0);
	eq_int(foreign_read(f.at, f.len, &found), ERR_OK);
	eq_int(found.count, 2);
	eq_int(found.pages, 2);
	ok(!found.partial && !found.encrypted);
	eq_int(found.signatures[0].after, AFTER_SIGNATURES);
	eq_int(found.signatures[1].after, AFTER_NOTHING);
	eq_str(found.signatures[0].name, "Kiosk Một Cửa số 1");
	eq_str(found.signatures[1].name, "Ủy ban nhân dân phường Mẫu");
	eq_str(found.signatures[1].reason, "Chứng thực bản sao điện tử từ bản chính");
	eq_str(found.signatures[1].place, "Phường Mẫu");
	eq_str(found.signatures[1].kind, "ETSI.CAdES.detached");
	eq_int(found.signatures[1].time_s, 1790000000);
	ok(is_true(&f, &found.signatures[0], kiosk) && is_true(&f, &found.signatures[1], officer));
	ok(!is_true(&f, &found.signatures[0], officer));
	f.at[2000] ^= 1;
	ok(!is_true(&f, &found.signatures[0], kiosk) &&
	   !is_true(&f, &found.signatures[1], officer));
	foreign_finish(&found);
	free(copy.at);
	free(f.at);
}

/* Upper right: 5 mm from both edges of a page of 595.44 x 841.68; the next one below. */
static void where_words_stand(const struct signer *kiosk)
{
	struct bytes f = endorsed(sealed_file(kiosk), usual_words(), NULL);
	double box[4] = { 0 }, next[4] = { 0 };
	const uint8_t *at = memmem(f.at, f.len, "(Signature2)", 12);

	ok(at && sscanf(strstr((char *)at, "/Rect"), "/Rect [%lf %lf %lf %lf", box, box + 1,
			box + 2, box + 3) == 4);
	ok(box[2] > 581.2 && box[2] < 581.3 && box[3] > 827.4 && box[3] < 827.6);
	ok(box[2] - box[0] > 150 && box[2] - box[0] < 278 && box[3] - box[1] == 39);
	f = endorsed(f, usual_words(), NULL);
	at = memmem(f.at, f.len, "(Signature3)", 12);
	ok(at && sscanf(strstr((char *)at, "/Rect"), "/Rect [%lf %lf %lf %lf", next, next + 1,
			next + 2, next + 3) == 4);
	ok(next[3] <= box[1] - 4 && next[3] > box[1] - 6);
	eq_int(rules_broken(&f, NULL), 0);
	free(f.at);
}

static void other_wishes(const struct signer *kiosk)
{
	struct endorse_wish w = *usual_words();
	struct bind_wish plain = { .title = "x" };

	w.visible = false;
	struct bytes f = endorsed(sealed_file(kiosk), &w, NULL);
	eq_int(rules_broken(&f, NULL), 0);
	ok(!find_in(&f, "LiberationSerif"));
	free(f.at);
	/* long, decomposed, with letters that the face does not have */
	w = (struct endorse_wish){
		.form = "Ba\xcc\x89n sao \xe6\xbc\xa2",
		.signer = "Trung tâm Phục vụ hành chính công của một tỉnh có tên rất dài, nằm "
			  "ởmộtnơirấtxamàkhôngaibiếtởđâuvàcũngkhôngcódấucáchnàotrongtênnày",
		.visible = true
	};
	f = endorsed(made_file(&plain, 1, NULL), &w, NULL);
	eq_int(rules_broken(&f, NULL), 0);
	ok(!find_in(&f, "/M (D:"));
	free(f.at);
}

static void refusals(const struct signer *kiosk)
{
	struct bytes f = endorsed(sealed_file(kiosk), usual_words(), NULL), more = { 0 };
	struct endorse_wish w = *usual_words();
	struct pdf_gap gap;
	char long_text[6000];
	int other = 0;

	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	w.form = long_text;
	eq_int(endorse(f.at, f.len, &w, &more.at, &more.len, &gap), ERR_BAD_DATA);
	w.form = "\xff";
	eq_int(endorse(f.at, f.len, &w, &more.at, &more.len, &gap), ERR_BAD_DATA);
	eq_int(endorse(f.at, 0, usual_words(), &more.at, &more.len, &gap), ERR_BAD_DATA);
	ok(more.at == NULL);
	/* cut anywhere: refused, or all there is up to an older end */
	for (size_t len = f.len - 1; len > 200; len -= 199) {
		enum err e = endorse(f.at, len, usual_words(), &more.at, &more.len, &gap);

		other += e != ERR_OK && e != ERR_BAD_DATA;
		if (e == ERR_OK)
			free(more.at);
	}
	eq_int(other, 0);
	free(f.at);
}

static int write_file(const char *name, struct bytes f)
{
	FILE *to = fopen(name, "wb");
	bool good = to && fwrite(f.at, 1, f.len, to) == f.len;

	if (to)
		good &= fclose(to) == 0;
	free(f.at);
	return good ? 0 : 1;
}

/* For programs that look at our files (tests/oracles): a file to be signed, or one more place in
 * a signed one. */
static int make_files(char **names, int count)
{
	uint8_t *at = NULL;
	struct bytes f = { 0 };

	if (count == 1)
		return write_file(names[0], made_file(usual_wish(), 2, NULL));
	if (load_file(names[0], LOAD_PICTURE_BYTES, &at, &f.len) != ERR_OK)
		return 1;
	f.at = at;
	return write_file(names[1], endorsed(f, usual_words(), NULL));
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return make_files(argv + 1, argc - 1);
	struct signer kiosk = make_signer(NULL, &SIGNER_FORM),
		      officer = make_signer(NULL, &CA_FORM);

	words_and_two_signatures(&kiosk, &officer);
	where_words_stand(&kiosk);
	other_wishes(&kiosk);
	refusals(&kiosk);
	signer_free(&kiosk);
	signer_free(&officer);
	return tap_done();
}
