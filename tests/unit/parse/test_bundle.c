/* The index of a bundle as it may lie on a stick, and answers locked and opened. */
#include "firmware/base/auto.h"
#include "firmware/parse/answer.h"
#include "firmware/parse/bundle.h"
#include "firmware/parse/bundle_answer.h"
#include "tests/tap.h"
#include "tests/unit/parse/signing.h"

#define KEY  "3f2b6c1e-9a4d-4c1b-8f00-0123456789ab"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ACCEPTED                                                                           \
	"{\"v\":1,\"key\":\"" KEY "\",\"manifest_sha256\":\"" HASH "\",\"accepted\":true," \
	"\"code\":\"000.00.06.H56-261121-0007\",\"received_at\":1795000000,"               \
	"\"due_at\":1795400000,\"reason\":\"\"}"

static struct signer ca, kiosk, lock;
static char *ca_pem;
static size_t ca_len;

struct draft {
	uint8_t bytes[8192];
	size_t len;
};

static void put(struct draft *d, const void *bytes, size_t len)
{
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

static void put_le(struct draft *d, uint64_t n, int bytes)
{
	for (int i = 0; i < bytes; i++)
		d->bytes[d->len++] = (uint8_t)(n >> 8 * i);
}

static void put_row(struct draft *d, uint32_t name, uint8_t key, uint64_t bytes)
{
	uint8_t uuid[16] = { key, 0, 0, 0, 0, 0, 0x40, 0, 0x80 }, hash[32] = { 0xab, key };

	put_le(d, name, 4);
	put(d, uuid, sizeof uuid);
	put(d, hash, sizeof hash);
	put_le(d, bytes, 8);
}

static struct draft begun(uint32_t id)
{
	struct draft d = { 0 };
	unsigned char *der = NULL;
	int len = i2d_X509(lock.cert, &der);

	put(&d, BUNDLE_FRAME, sizeof BUNDLE_FRAME - 1);
	put_le(&d, id, 4);
	put_le(&d, (uint64_t)len, 4);
	put(&d, der, (size_t)len);
	OPENSSL_free(der);
	return d;
}

static enum err read_draft(const struct draft *d, struct bundle_index *i)
{
	*i = (struct bundle_index){ 0 };
	return bundle_read_text(d->bytes, d->len, i);
}

/* What came of an index with two rows. */
static enum err two_rows(uint32_t name, uint8_t key, uint64_t bytes)
{
	struct bundle_index i;
	struct draft d = begun(7);

	put_le(&d, 2, 4);
	put_row(&d, 100, 1, 5000);
	put_row(&d, name, key, bytes);
	enum err e = read_draft(&d, &i);
	bundle_index_finish(&i);
	return e;
}

static void rows(void)
{
	struct bundle_index i;
	struct draft d = begun(7);

	put_le(&d, 2, 4);
	put_row(&d, 100, 1, 5000);
	put_row(&d, 101, 2, 1);
	eq_int(read_draft(&d, &i), ERR_OK);
	eq_int(i.id, 7);
	eq_int(i.count, 2);
	eq_int(i.rows[1].name, 101);
	eq_str(i.rows[0].key, "01000000-0000-4000-8000-000000000000");
	ok(strncmp(i.rows[1].sha256, "ab02", 4) == 0);
	eq_int(i.rows[0].bytes, 5000);
	bundle_index_finish(&i);

	eq_int(two_rows(101, 2, 1), ERR_OK);
	eq_int(two_rows(100, 2, 1), ERR_BAD_DATA); /* a name twice, */
	eq_int(two_rows(99, 2, 1), ERR_BAD_DATA);  /* or in no order */
	eq_int(two_rows(101, 1, 1), ERR_BAD_DATA); /* a key twice */
	eq_int(two_rows(101, 2, 0), ERR_BAD_DATA);
	eq_int(two_rows(101, 2, BUNDLE_MAX_PACKAGE), ERR_OK);
	eq_int(two_rows(101, 2, BUNDLE_MAX_PACKAGE + 1), ERR_BAD_DATA);
	eq_int(two_rows(101, 2, UINT64_MAX), ERR_BAD_DATA);
}

static void counts(void)
{
	static const uint32_t WRONG[] = { 0, 2, BUNDLE_MAX_ROWS + 1, UINT32_MAX };
	struct bundle_index i;

	for (size_t n = 0; n < sizeof WRONG / sizeof *WRONG; n++) {
		struct draft d = begun(7);

		put_le(&d, WRONG[n], 4);
		put_row(&d, 100, 1, 1);
		eq_int(read_draft(&d, &i), ERR_BAD_DATA);
	}
	struct draft none = begun(7), no_id = begun(0);
	put_le(&none, 0, 4);
	put_le(&no_id, 0, 4);
	eq_int(read_draft(&none, &i), ERR_OK);
	eq_int(i.count, 0);
	bundle_index_finish(&i);
	eq_int(read_draft(&no_id, &i), ERR_BAD_DATA);
	for (size_t len = 0; len < none.len; len++) {
		eq_int(bundle_read_text(none.bytes, len, &i), ERR_BAD_DATA);
	}
	none.bytes[0] ^= 1; /* another frame: signed for another thing */
	eq_int(read_draft(&none, &i), ERR_BAD_DATA);
}

/* The file, as a kiosk writes it. */
static struct draft signed_by(const struct signer *s, const struct draft *d)
{
	struct draft file = { 0 };
	BIO *in = BIO_new_mem_buf(d->bytes, (int)d->len);
	unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
	CMS_ContentInfo *cms = CMS_sign(s->cert, s->key, NULL, in, flags);
	size_t len;
	unsigned char *der = der_of(cms, &len);

	BIO_free(in);
	put(&file, BUNDLE_MAGIC, 8);
	put_le(&file, BUNDLE_VERSION, 4);
	put_le(&file, len, 4);
	put(&file, der, len);
	OPENSSL_free(der);
	return file;
}

static enum err read_file(const struct draft *f, char ret_kiosk[64])
{
	struct bundle_index i = { 0 };
	enum err e = bundle_read((struct blob){ f->bytes, f->len },
				 (struct blob){ (uint8_t *)ca_pem, ca_len }, NOW_S, &i);

	if (ret_kiosk)
		memcpy(ret_kiosk, i.kiosk, 64);
	bundle_index_finish(&i);
	return e;
}

static void signers(void)
{
	struct signer other_ca = make_signer(NULL, &CA_FORM);
	struct signer other = make_signer(&other_ca, &SIGNER_FORM);
	struct draft d = begun(7);
	char name[64];

	put_le(&d, 1, 4);
	put_row(&d, 100, 1, 1);
	struct draft f = signed_by(&kiosk, &d);
	eq_int(read_file(&f, name), ERR_OK);
	eq_str(name, "K01");
	struct draft foreign = signed_by(&other, &d);
	eq_int(read_file(&foreign, NULL), ERR_FORGED);
	f.bytes[f.len - 1] ^= 1; /* the signature's last byte */
	eq_int(read_file(&f, NULL), ERR_FORGED);
	f.bytes[f.len - 1] ^= 1;
	for (size_t at = 0; at < BUNDLE_HEAD_BYTES; at++) {
		f.bytes[at] ^= 1;
		eq_int(read_file(&f, NULL), ERR_BAD_DATA);
		f.bytes[at] ^= 1;
	}
	f.len++;
	eq_int(read_file(&f, NULL), ERR_BAD_DATA); /* something behind it */
	f.len -= 2;
	eq_int(read_file(&f, NULL), ERR_BAD_DATA);
	signer_free(&other);
	signer_free(&other_ca);
}

/* Key and certificate in PEM, as core keeps them. */
static struct blob pem_pair(const struct signer *s, char *to, size_t cap)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL;

	PEM_write_bio_PrivateKey(out, s->key, NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(out, s->cert);
	size_t len = (size_t)BIO_get_mem_data(out, &at);
	if (len > cap)
		abort();
	memcpy(to, at, len);
	BIO_free(out);
	return (struct blob){ (uint8_t *)to, len };
}

static void locked(void)
{
	struct signer rsa = { EVP_RSA_gen(2048), X509_dup(lock.cert) };
	char pair[4096], other_pair[4096];
	uint8_t *shut = NULL, *open = NULL;
	unsigned char *der = NULL, *rsa_der = NULL;
	size_t shut_len = 0, open_len = 0, short_len = 0;
	struct blob to = { NULL, (size_t)i2d_X509(lock.cert, &der) };
	struct blob answer = { (const uint8_t *)ACCEPTED, sizeof ACCEPTED - 1 };
	struct blob key = pem_pair(&lock, pair, sizeof pair);
	struct blob other = pem_pair(&kiosk, other_pair, sizeof other_pair);

	to.at = der;
	eq_int(bundle_lock(answer, to, &shut, &shut_len), ERR_OK);
	ok(memmem(shut, shut_len, "H56", 3) == NULL);
	eq_int(bundle_unlock((struct blob){ shut, shut_len }, key, &open, &open_len), ERR_OK);
	ok(open_len == answer.len && memcmp(open, answer.at, open_len) == 0);
	free(open);
	open = NULL;
	eq_int(bundle_unlock((struct blob){ shut, shut_len }, other, &open, &open_len), ERR_FORGED);
	eq_int(bundle_unlock((struct blob){ shut, shut_len }, to, &open, &open_len),
	       ERR_BAD_CONFIG);
	shut[shut_len - 40] ^= 1;
	eq_int(bundle_unlock((struct blob){ shut, shut_len }, key, &open, &open_len), ERR_FORGED);
	ok(open == NULL);
	for (size_t len = 0; len < shut_len; len += 97)
		eq_int(bundle_unlock((struct blob){ shut, len }, key, &open, &open_len),
		       ERR_BAD_DATA);
	free(shut);

	/* how long it is does not tell what it says */
	eq_int(bundle_lock((struct blob){ answer.at, 1 }, to, &shut, &short_len), ERR_OK);
	ok(short_len + 4 > shut_len && shut_len + 4 > short_len);
	free(shut);
	eq_int(bundle_lock((struct blob){ answer.at, 0 }, to, &shut, &short_len), ERR_BAD_DATA);
	X509_set_pubkey(rsa.cert, rsa.key);
	ok(X509_sign(rsa.cert, rsa.key, EVP_sha256()) > 0);
	size_t rsa_len = (size_t)i2d_X509(rsa.cert, &rsa_der);
	ok(bundle_lock_ok(to));
	ok(!bundle_lock_ok((struct blob){ rsa_der, rsa_len }));
	ok(!bundle_lock_ok((struct blob){ der, to.len - 1 }));
	OPENSSL_free(der);
	OPENSSL_free(rsa_der);
	signer_free(&rsa);
}

int main(void)
{
	struct signer_form f = SIGNER_FORM;

	ca = make_signer(NULL, &CA_FORM);
	f.name = "K01";
	kiosk = make_signer(&ca, &f);
	lock = make_signer(NULL, &f);
	ca_pem = pem_of(&ca, &ca_len);
	rows();
	counts();
	signers();
	locked();
	signer_free(&ca), signer_free(&kiosk), signer_free(&lock);
	free(ca_pem);
	return tap_done();
}
