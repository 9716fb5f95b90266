#include "firmware/base/auto.h"
#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/files.h"
#include "firmware/parse/chip/lds.h"
#include "firmware/parse/load.h"
#include "firmware/parse/order.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { TAG_COM = 0x60, TAG_SOD = 0x77, PPM_HEAD = 32 };

/* Files of one card, in any order; and who speaks about them. */
struct desk {
	struct span all[ORDER_MAX_FILES];
	int count;
	struct json_object *json; /* NULL: in words */
};

static struct span find_file(const struct desk *d, uint8_t tag)
{
	for (int i = 0; i < d->count; i++)
		if (d->all[i].len > 0 && d->all[i].at[0] == tag)
			return d->all[i];
	return (struct span){ 0 };
}

static void say_text(struct desk *d, const char *key, const char *text)
{
	if (d->json)
		json_put_text(d->json, key, text);
	else if (text[0])
		printf("%-12s %s\n", key, text);
}

static void say_number(struct desk *d, const char *key, int64_t n)
{
	if (d->json)
		json_put_int(d->json, key, n);
	else
		printf("%-12s %lld\n", key, (long long)n);
}

static void put_word(char *list, size_t cap, const char *word)
{
	size_t used = strlen(list);

	(void)snprintf(list + used, cap - used, "%s%s", used ? " " : "", word);
}

static void say_doubts(struct desk *d, unsigned doubts)
{
	static const struct {
		unsigned bit;
		const char *word;
	} WORDS[] = { { LDS_DOUBT_CHECK_DIGIT, "check-digit" },
		      { LDS_DOUBT_BIRTH, "number-birth" },
		      { LDS_DOUBT_SEX, "number-sex" },
		      { LDS_DOUBT_FILES, "dg1-dg13" },
		      { LDS_DOUBT_PLACE, "place" },
		      { LDS_DOUBT_TEXT, "text" },
		      { LDS_DOUBT_SHAPE, "shape" } };
	char list[128] = "";

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (doubts & WORDS[i].bit)
			put_word(list, sizeof list, WORDS[i].word);
	say_text(d, "doubts", list);
}

static enum err say_person(struct desk *d)
{
	struct lds_person p;
	struct span dg1 = find_file(d, 0x61), dg13 = find_file(d, 0x6d);

	if (dg1.len == 0 && dg13.len == 0)
		return ERR_OK;
	enum err e = lds_person_read(dg1, dg13, &p);
	if (e != ERR_OK)
		return e;
	say_text(d, "number", p.facts.number);
	say_text(d, "old_number", p.facts.old_number);
	say_text(d, "name", p.facts.name);
	say_text(d, "birth", p.facts.birth);
	say_number(d, "sex", p.facts.sex);
	say_text(d, "nationality", p.facts.nationality);
	say_text(d, "ethnicity", p.more.ethnicity);
	say_text(d, "religion", p.more.religion);
	say_text(d, "home", p.more.home);
	say_text(d, "address", p.facts.address);
	say_text(d, "features", p.more.features);
	say_text(d, "issued", p.facts.issued);
	say_text(d, "expires", p.facts.endless ? "never" : p.facts.expires);
	say_text(d, "father", p.more.father);
	say_text(d, "mother", p.more.mother);
	say_text(d, "spouse", p.more.spouse);
	say_text(d, "chip_number", p.more.chip_number);
	say_doubts(d, p.doubts);
	return ERR_OK;
}

static enum err say_com(struct desk *d)
{
	struct lds_com com;
	struct span file = find_file(d, TAG_COM);
	char list[64] = "", name[8];

	if (file.len == 0)
		return ERR_OK;
	enum err e = lds_com_read(file, &com);
	if (e != ERR_OK)
		return e;
	for (unsigned n = 1; n <= 16; n++)
		if (com.groups & LDS_GROUP(n)) {
			(void)snprintf(name, sizeof name, "%u", n);
			put_word(list, sizeof list, name);
		}
	say_number(d, "lds", com.lds_version);
	say_number(d, "unicode", com.unicode_version);
	say_text(d, "groups", list);
	return ERR_OK;
}

static enum err write_ppm(int fd, const struct face *f)
{
	AUTO_FREE uint8_t *ppm = malloc(PPM_HEAD + f->len);

	if (!ppm)
		return ERR_NO_MEMORY;
	int head = snprintf((char *)ppm, PPM_HEAD, "P6\n%u %u\n255\n", f->width, f->height);
	memcpy(ppm + head, f->rgb, f->len);
	return replace_content(fd, ppm, (size_t)head + f->len);
}

/* A card without a picture is a small child's. */
static enum err say_face(struct desk *d, int out)
{
	struct lds_face found;
	struct face f = { 0 };
	struct span file = find_file(d, 0x75);
	char size[32];

	if (file.len == 0)
		return out < 0 ? ERR_OK : ERR_NOT_FOUND;
	enum err e = lds_face_find(file, &found);
	if (e == ERR_OK)
		e = face_decode(found.image, &f);
	if (e != ERR_OK)
		return e;
	(void)snprintf(size, sizeof size, "%ux%u", found.width, found.height);
	say_text(d, "face", found.kind == LDS_JPEG ? "JPEG" : "JPEG 2000");
	say_text(d, "face_claims", size);
	say_number(d, "face_bytes", (int64_t)found.image.len);
	(void)snprintf(size, sizeof size, "%ux%u", f.width, f.height);
	say_text(d, "face_shown", size);
	e = out < 0 ? ERR_OK : write_ppm(out, &f);
	face_finish(&f);
	return e;
}

static enum err say_files(struct desk *d)
{
	char list[256] = "", word[32];

	for (int i = 0; i < d->count; i++) {
		uint8_t tag = d->all[i].len > 0 ? d->all[i].at[0] : 0;
		unsigned n = lds_group_of_tag(tag);

		if (n > 0)
			(void)snprintf(word, sizeof word, "DG%u:%zu", n, d->all[i].len);
		else
			(void)snprintf(word, sizeof word, "%s:%zu",
				       tag == TAG_COM   ? "COM"
				       : tag == TAG_SOD ? "SOD"
							: "?",
				       d->all[i].len);
		put_word(list, sizeof list, word);
	}
	say_text(d, "files", list);
	struct span key = find_file(d, 0x6f);
	return key.len > 0 ? lds_dg15_read(key, &key) : ERR_OK;
}

/* In the locked room. */
static int say_all(struct order *o, struct desk *d, int out)
{
	static const struct {
		const char *what;
		enum err (*say)(struct desk *d);
	} PARTS[] = { { "files", say_files }, { "EF.COM", say_com }, { "DG1, DG13", say_person } };
	enum err e = room_lock(NULL);

	if (e != ERR_OK)
		return complain("lock", e);
	d->json = o->json ? json_object_new_object() : NULL;
	int status = 0;
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
		e = PARTS[i].say(d);
		if (e != ERR_OK)
			status = complain(PARTS[i].what, e);
	}
	e = say_face(d, out);
	if (e != ERR_OK)
		status = complain("DG2", e);
	if (d->json)
		json_say(d->json);
	return status;
}

int order_dg(struct order *o)
{
	struct desk d = { 0 };
	uint8_t *bytes[ORDER_MAX_FILES] = { 0 };
	AUTO_FD out = -1;
	int status = 0;

	for (; status == 0 && d.count < o->count; d.count++) {
		struct span *s = &d.all[d.count];
		enum err e = load_file(o->names[d.count], FILE_MAX_BYTES, &bytes[d.count], &s->len);

		s->at = bytes[d.count];
		if (e != ERR_OK)
			status = complain(o->names[d.count], e);
	}
	if (status == 0 && o->out) {
		out = open(o->out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (out < 0)
			status = complain(o->out, err_of_errno());
	}
	if (status == 0)
		status = say_all(o, &d, out);
	for (int i = 0; i < ORDER_MAX_FILES; i++)
		free(bytes[i]);
	return status;
}
