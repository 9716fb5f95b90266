/* Makes a kiosk's package as the contract says, or one that is wrong in one place, with the keys
 * that `province --pki-only DIR` made. Invented people only. */
#ifndef TESTS_PROVINCE_PACK_H
#define TESTS_PROVINCE_PACK_H

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pack_order {
	const char *dir, *key;
	size_t paper_bytes;       /* of the first of two papers; 0: 2000 */
	const char *signer;       /* NULL: "kiosk/kiosk" */
	const char *replace, *by; /* text in the manifest, after the hashes were written into it */
	bool changed_paper;       /* the second paper is not what its hash says */
	bool no_seal, no_signature; /* one layer is missing */
};

struct pack {
	uint8_t *bytes; /* the caller's to free */
	size_t len;
	char sha256[65], manifest[65];
};

struct pack_tar {
	uint8_t *bytes;
	size_t len;
};

static inline void pack_hash(const void *bytes, size_t len, char ret[65])
{
	unsigned char md[EVP_MAX_MD_SIZE];

	EVP_Digest(bytes, len, md, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", md[i]);
}

static inline void pack_add(struct pack_tar *t, const char *path, const void *bytes, size_t len)
{
	size_t padded = (len + 511) / 512 * 512;
	unsigned sum = 0;

	t->bytes = realloc(t->bytes, t->len + 512 + padded);
	uint8_t *h = t->bytes + t->len;
	memset(h, 0, 512 + padded);
	snprintf((char *)h, 100, "%s", path);
	memcpy(h + 100, "0000600", 8);
	snprintf((char *)h + 124, 12, "%011o", (unsigned)len & 0777777777u);
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += h[i];
	snprintf((char *)h + 148, 8, "%06o", sum & 0777777);
	memcpy(h + 512, bytes, len);
	t->len += 512 + padded;
}

#define PACK_PAPER                                                                \
	"{\"TepDinhKemId\":\"papers/%03d.pdf\",\"TenTepDinhKem\":\"%s\","         \
	"\"MaThanhPhanHoSo\":\"%s\",\"DuocSoHoa\":\"1\",\"DuocTaiSuDung\":\"0\"," \
	"\"DuocLayTuKhoDMQG\":\"0\",\"sha256\":\"%s\",\"bytes\":%zu,\"trang\":1," \
	"\"chat_luong\":{\"dpi\":200}}"

static inline char *pack_manifest(const struct pack_order *o, const char *h1, size_t n1,
				  const char *h2, size_t n2)
{
	char *text = NULL;
	char p1[1024], p2[1024];

	snprintf(p1, sizeof p1, PACK_PAPER, 1, "Giấy chứng sinh", "000.00.00.G15-KQ004389", h1, n1);
	snprintf(p2, sizeof p2, PACK_PAPER, 2, "Căn cước", "", h2, n2);
	if (asprintf(&text,
		     "{\"v\":1,\"key\":\"%s\",\"kiosk\":\"K01\",\"agency\":\"000.00.06.H56\","
		     "\"receipt_code\":\"TAM-K01-261121-0001-X\",\"MaTTHC\":\"1.001193\","
		     "\"TenTTHC\":\"Thủ tục đăng ký khai sinh\",\"KenhThucHien\":\"1\","
		     "\"ChuHoSo\":\"Nguyễn Văn An\",\"SoGiayToChuHoSo\":\"001090000000\","
		     "\"NgayNopHoSo\":\"20261121093000\",\"TaiLieuNop\":[%s,%s],\"form\":{},"
		     "\"identity\":{\"verified\":false},\"consent\":{},\"times\":{}}\n",
		     o->key, p1, p2) < 0)
		abort();
	char *at = o->replace ? strstr(text, o->replace) : NULL;
	if (o->replace && !at)
		abort(); /* the test does not do what it says */
	if (at) {
		char *changed = NULL;

		if (asprintf(&changed, "%.*s%s%s", (int)(at - text), text, o->by,
			     at + strlen(o->replace)) < 0)
			abort();
		free(text);
		text = changed;
	}
	return text;
}

static inline BIO *pack_file(const char *dir, const char *name, const char *suffix)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/pki/%s.%s", dir, name, suffix);
	BIO *in = BIO_new_file(path, "r");
	if (!in)
		abort();
	return in;
}

static inline BIO *pack_sign(const struct pack_order *o, BIO *tar)
{
	const char *signer = o->signer ? o->signer : "kiosk/kiosk";
	BIO *key_in = pack_file(o->dir, signer, "key"), *cert_in = pack_file(o->dir, signer, "pem");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(key_in, NULL, NULL, NULL);
	X509 *cert = PEM_read_bio_X509(cert_in, NULL, NULL, NULL);
	CMS_ContentInfo *cms = CMS_sign(cert, key, NULL, tar, CMS_BINARY | CMS_NOSMIMECAP);
	BIO *out = BIO_new(BIO_s_mem());

	if (!cms || i2d_CMS_bio(out, cms) != 1)
		abort();
	CMS_ContentInfo_free(cms);
	X509_free(cert);
	EVP_PKEY_free(key);
	BIO_free(key_in);
	BIO_free(cert_in);
	BIO_free(tar);
	return out;
}

static inline BIO *pack_seal(const struct pack_order *o, BIO *in)
{
	BIO *cert_in = pack_file(o->dir, "kiosk/seal", "pem"), *out = BIO_new(BIO_s_mem());
	STACK_OF(X509) *to = sk_X509_new_null();

	sk_X509_push(to, PEM_read_bio_X509(cert_in, NULL, NULL, NULL));
	CMS_ContentInfo *cms = CMS_encrypt(to, in, EVP_aes_256_gcm(), CMS_BINARY);
	if (!cms || i2d_CMS_bio(out, cms) != 1)
		abort();
	CMS_ContentInfo_free(cms);
	sk_X509_pop_free(to, X509_free);
	BIO_free(cert_in);
	BIO_free(in);
	return out;
}

static inline struct pack pack_make(const struct pack_order *o)
{
	size_t n1 = o->paper_bytes ? o->paper_bytes : 2000;
	char second[] = "%PDF-1.7 paper two", h1[65], h2[65];
	struct pack_tar tar = { 0 };
	struct pack p = { 0 };
	uint8_t *first = malloc(n1);
	uint32_t random = 12345;

	for (size_t i = 0; i < n1; i++) {
		random = random * 1664525 + 1013904223;
		first[i] = i < 4 ? (uint8_t) "%PDF"[i] : (uint8_t)(random >> 24);
	}
	pack_hash(first, n1, h1);
	pack_hash(second, strlen(second), h2);
	char *manifest = pack_manifest(o, h1, n1, h2, strlen(second));
	pack_hash(manifest, strlen(manifest), p.manifest);
	second[5] = o->changed_paper ? 'X' : second[5];
	pack_add(&tar, "manifest.json", manifest, strlen(manifest));
	pack_add(&tar, "papers/001.pdf", first, n1);
	pack_add(&tar, "papers/002.pdf", second, strlen(second));
	tar.bytes = realloc(tar.bytes, tar.len + 1024);
	memset(tar.bytes + tar.len, 0, 1024);

	BIO *out = BIO_new(BIO_s_mem());
	char *at;
	BIO_write(out, tar.bytes, (int)tar.len + 1024);
	out = o->no_signature ? out : pack_sign(o, out);
	out = o->no_seal ? out : pack_seal(o, out);
	p.len = (size_t)BIO_get_mem_data(out, &at);
	p.bytes = malloc(p.len);
	memcpy(p.bytes, at, p.len);
	pack_hash(p.bytes, p.len, p.sha256);
	BIO_free(out);
	free(manifest);
	free(first);
	free(tar.bytes);
	return p;
}

/* A new empty folder under /tmp, for which the keys are made by the caller. */
static inline void pack_folder(char ret[32])
{
	snprintf(ret, 32, "/tmp/kiosk-test-XXXXXX");
	if (!mkdtemp(ret))
		abort();
}

#endif
