#include "firmware/parse/pdf/out.h"

#include "firmware/base/auto.h"
#include "firmware/parse/nfc.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* Grows by half, so that a long document does not copy itself for each page. */
void out_bytes(struct out *o, const void *bytes, size_t len)
{
	if (o->bad || len > SIZE_MAX / 4 - o->len) {
		o->bad = true;
		return;
	}
	if (o->len + len > o->cap) {
		size_t cap = (o->len + len) * 3 / 2 + 256;
		uint8_t *more = realloc(o->bytes, cap);

		if (!more) {
			o->bad = true;
			return;
		}
		o->bytes = more;
		o->cap = cap;
	}
	if (len > 0)
		memcpy(o->bytes + o->len, bytes, len);
	o->len += len;
}

void out_print(struct out *o, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof text)
		o->bad = true;
	else
		out_bytes(o, text, (size_t)n);
}

void out_real(struct out *o, int64_t millionths)
{
	uint64_t n = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
	char text[40];
	int len = snprintf(text, sizeof text, "%s%" PRIu64 ".%06" PRIu64, millionths < 0 ? "-" : "",
			   n / 1000000, n % 1000000);

	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	out_bytes(o, text, (size_t)len);
}

void out_text(struct out *o, const char *text)
{
	out_print(o, "<FEFF");
	while (*text) {
		uint32_t c = utf8_next(&text);

		if (c >= 0x10000)
			out_print(o, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10),
				  0xdc00 + (c & 0x3ff));
		else
			out_print(o, "%04X", c);
	}
	out_print(o, ">");
}

unsigned out_number(struct out *o)
{
	if (o->count + 2 > o->objects_cap) {
		size_t cap = o->objects_cap * 2 + 64;
		size_t *more = reallocarray(o->objects, cap, sizeof *more);

		if (!more) {
			o->bad = true;
			return 0;
		}
		memset(more + o->objects_cap, 0, (cap - o->objects_cap) * sizeof *more);
		o->objects = more;
		o->objects_cap = cap;
	}
	return ++o->count;
}

void out_begin(struct out *o, unsigned number)
{
	if (number > 0 && number < o->objects_cap)
		o->objects[number] = o->len;
	out_print(o, "%u 0 obj\n", number);
}

void out_end(struct out *o)
{
	out_print(o, "\nendobj\n");
}

void out_stream(struct out *o, unsigned number, const char *more, const void *bytes, size_t len)
{
	out_begin(o, number);
	out_print(o, "<<%s /Length %zu>>\nstream\n", more, len);
	out_bytes(o, bytes, len);
	out_print(o, "\nendstream");
	out_end(o);
}

void out_packed(struct out *o, unsigned number, const char *more, const void *bytes, size_t len)
{
	uLongf packed_len = compressBound(len);
	AUTO_FREE Bytef *packed = malloc(packed_len);
	char dictionary[512];
	int n = snprintf(dictionary, sizeof dictionary, "%s /Filter /FlateDecode", more);

	if (!packed || n < 0 || (size_t)n >= sizeof dictionary ||
	    compress2(packed, &packed_len, bytes, len, Z_BEST_COMPRESSION) != Z_OK) {
		o->bad = true;
		return;
	}
	out_stream(o, number, dictionary, packed, packed_len);
}

void out_table(struct out *o, unsigned first)
{
	for (unsigned i = first; !o->bad && i <= o->count; i++)
		out_print(o, "%010zu 00000 n \n", o->objects[i]);
}

void out_id(struct out *o, const char *first)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char id[33];

	if (o->bad || EVP_Digest(o->bytes, o->len, hash, NULL, EVP_sha256(), NULL) != 1) {
		o->bad = true;
		return;
	}
	for (int i = 0; i < 16; i++)
		snprintf(id + 2 * i, 3, "%02x", hash[i]);
	out_print(o, "[<%s> <%s>]", first ? first : id, id);
}

void out_finish(struct out *o)
{
	free(o->bytes);
	free(o->objects);
	*o = (struct out){ 0 };
}
