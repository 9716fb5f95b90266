/* Who made an image: a whole set of files, with an authority of this test's own. */
#include "board/flash/seal.h"
#include "tests/tap.h"
#include "tests/unit/flash/world.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

static char dir[64];
static EVP_PKEY *ca_key, *key;
static X509 *ca;

static X509 *certificate(const char *name, EVP_PKEY *own, EVP_PKEY *by, X509 *issuer,
			 const char *usage)
{
	X509 *x = X509_new();
	X509V3_CTX ctx;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), issuer ? 2 : 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -7200);
	X509_gmtime_adj(X509_getm_notAfter(x), -3600); /* over, as for a clock that is wrong */
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : X509_get_subject_name(x));
	X509_set_pubkey(x, own);
	X509V3_set_ctx(&ctx, issuer ? issuer : x, x, NULL, NULL, 0);
	int nid = issuer ? NID_ext_key_usage : NID_basic_constraints;
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, usage);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	ok(X509_sign(x, by, EVP_sha256()) > 0);
	return x;
}

static void put(const char *name, const void *bytes, size_t len)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

static void sign(const char *sums, X509 *signer)
{
	char path[128];
	BIO *in = BIO_new_mem_buf(sums, -1);
	CMS_ContentInfo *cms = CMS_sign(signer, key, NULL, in, CMS_BINARY | CMS_DETACHED);

	snprintf(path, sizeof(path), "%s/SHA256SUMS.p7s", dir);
	BIO *out = BIO_new_file(path, "w");
	ok(cms && i2d_CMS_bio(out, cms) == 1);
	put("SHA256SUMS", sums, strlen(sums));
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
}

static void add_sum(char *sums, size_t cap, const char *name, const void *bytes, size_t len)
{
	uint8_t sum[32];
	size_t at = strlen(sums);

	SHA256(bytes, len, sum);
	for (size_t i = 0; i < 32; i++, at += 2)
		snprintf(sums + at, cap - at, "%02x", sum[i]);
	snprintf(sums + at, cap - at, "  %s\n", name);
}

static void tick(void *data, uint64_t done, uint64_t total)
{
	(void)data, (void)done, (void)total;
}

static enum say open_set(void)
{
	char anchor[128];
	struct image im;

	snprintf(anchor, sizeof(anchor), "%s/ca.pem", dir);
	enum say s = image_open(dir, anchor, tick, NULL, &im);
	if (s == SAY_OK)
		image_close(&im);
	return s;
}

/* The map of world_image(), as bmaptool would write it. */
static size_t write_map(const struct image *im, char *xml, size_t cap)
{
	size_t at = (size_t)snprintf(
		xml, cap,
		"<bmap version=\"2.0\"><ImageSize>%u</ImageSize><BlockSize>4096</BlockSize>"
		"<BlocksCount>%u</BlocksCount><MappedBlocksCount>%u</MappedBlocksCount>"
		"<ChecksumType>sha256</ChecksumType><BmapFileChecksum>-</BmapFileChecksum>"
		"<BlockMap>",
		IMAGE_SIZE, IMAGE_SIZE / 4096, (unsigned)(im->map.mapped_bytes / 4096));

	for (size_t i = 0; i < im->map.count; i++) {
		const struct map_range *r = &im->map.ranges[i];
		at += (size_t)snprintf(xml + at, cap - at, "<Range chksum=\"");
		for (size_t k = 0; k < 32; k++)
			at += (size_t)snprintf(xml + at, cap - at, "%02x", r->sha256[k]);
		at += (size_t)snprintf(xml + at, cap - at, "\">%u-%u</Range>",
				       (unsigned)(r->start / 4096),
				       (unsigned)((r->start + r->bytes) / 4096 - 1));
	}
	return at + (size_t)snprintf(xml + at, cap - at, "</BlockMap></bmap>");
}

#define VERSION "VERSION=1.2+gabc\nBOARD=x86-kiosk\nCOMPATIBLE=mocua-x86-kiosk\nKEYS=test\n"

/* All five files, signed by `signer`; `wrong_byte`: of the map, which is then signed as it is. */
static void make_set(X509 *signer, size_t wrong_byte)
{
	static char xml[4096], sums[1024];
	struct image im;
	uint8_t *bytes = world_image(&im), *packed = malloc(im.packed_bytes);
	size_t len = write_map(&im, xml, sizeof(xml));

	if (wrong_byte)
		xml[wrong_byte] = xml[wrong_byte] == '0' ? '1' : '0';
	ok(pread(im.fd, packed, im.packed_bytes, 0) == (ssize_t)im.packed_bytes);
	sums[0] = '\0';
	add_sum(sums, sizeof(sums), "version", VERSION, sizeof(VERSION) - 1);
	add_sum(sums, sizeof(sums), "disk.img.bmap", xml, len);
	add_sum(sums, sizeof(sums), "disk.img.zst", packed, im.packed_bytes);
	put("version", VERSION, sizeof(VERSION) - 1);
	put("disk.img.bmap", xml, len);
	put("disk.img.zst", packed, im.packed_bytes);
	sign(sums, signer);
	image_close(&im);
	free(bytes);
	free(packed);
}

static void change(const char *name, off_t at)
{
	char path[128], byte = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_RDWR);
	ok(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= 1;
	ok(pwrite(fd, &byte, 1, at) == 1 && close(fd) == 0);
}

static void whole_sets(X509 *signer, X509 *technician, X509 *stranger)
{
	char path[128];

	make_set(signer, 0);
	eq_int(open_set(), SAY_OK);
	change("disk.img.zst", 100);
	eq_int(open_set(), SAY_SUMS);
	change("disk.img.zst", 100);
	change("disk.img.bmap", 100);
	eq_int(open_set(), SAY_SUMS);
	change("disk.img.bmap", 100);
	change("version", 9);
	eq_int(open_set(), SAY_SUMS);
	change("version", 9);
	change("SHA256SUMS", 5);
	eq_int(open_set(), SAY_SIGNATURE);
	change("SHA256SUMS", 5);
	eq_int(open_set(), SAY_OK);
	snprintf(path, sizeof(path), "%s/version", dir);
	unlink(path);
	eq_int(open_set(), SAY_NO_IMAGE);

	make_set(signer, 250); /* in the hash of the first range */
	eq_int(open_set(), SAY_CONTENTS);
	make_set(signer, 20);
	eq_int(open_set(), SAY_MAP);
	make_set(technician, 0);
	eq_int(open_set(), SAY_SIGNATURE);
	make_set(stranger, 0);
	eq_int(open_set(), SAY_SIGNATURE);
	make_set(signer, 0);
	put("ca.pem", "no certificate", 14);
	eq_int(open_set(), SAY_ANCHOR);
}

int main(void)
{
	char path[128];

	snprintf(dir, sizeof(dir), "/tmp/flash-seal-XXXXXX");
	ok(mkdtemp(dir) != NULL);
	ca_key = EVP_EC_gen("P-256");
	key = EVP_EC_gen("P-256");
	EVP_PKEY *other = EVP_EC_gen("P-256");
	ca = certificate("authority", ca_key, ca_key, NULL, "critical,CA:TRUE");
	X509 *other_ca = certificate("authority", other, other, NULL, "critical,CA:TRUE");
	X509 *signer = certificate("signer", key, ca_key, ca, "codeSigning,emailProtection");
	X509 *technician = certificate("technician", key, ca_key, ca, "emailProtection");
	X509 *stranger = certificate("signer", key, other, other_ca, "codeSigning,emailProtection");
	snprintf(path, sizeof(path), "%s/ca.pem", dir);
	FILE *f = fopen(path, "w");
	ok(f && PEM_write_X509(f, ca) == 1 && fclose(f) == 0);
	whole_sets(signer, technician, stranger);
	X509_free(stranger);
	X509_free(technician);
	X509_free(signer);
	X509_free(other_ca);
	X509_free(ca);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return tap_done();
}
