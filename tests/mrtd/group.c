#include "tests/mrtd/group.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

static const struct named {
	const char *name;
	int id, nid;
	const char *field; /* of RFC 5114, as OpenSSL calls it; NULL: a curve */
} NAMES[] = {
	{ "dh1024-160", 0, 0, "dh_1024_160" },        { "dh2048-224", 1, 0, "dh_2048_224" },
	{ "dh2048-256", 2, 0, "dh_2048_256" },        { "p192", 8, NID_X9_62_prime192v1, NULL },
	{ "bp192r1", 9, NID_brainpoolP192r1, NULL },  { "p224", 10, NID_secp224r1, NULL },
	{ "bp224r1", 11, NID_brainpoolP224r1, NULL }, { "p256", 12, NID_X9_62_prime256v1, NULL },
	{ "bp256r1", 13, NID_brainpoolP256r1, NULL }, { "bp320r1", 14, NID_brainpoolP320r1, NULL },
	{ "p384", 15, NID_secp384r1, NULL },          { "bp384r1", 16, NID_brainpoolP384r1, NULL },
	{ "bp512r1", 17, NID_brainpoolP512r1, NULL }, { "p521", 18, NID_secp521r1, NULL },
};

static const struct named *find(const char *name)
{
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strcmp(NAMES[i].name, name) == 0)
			return &NAMES[i];
	return NULL;
}

static bool open_curve(struct mrtd_group *g, int nid)
{
	g->curve = EC_GROUP_new_by_curve_name(nid);
	g->p = BN_new();
	if (!g->curve || !g->p)
		return false;
	g->q = BN_dup(EC_GROUP_get0_order(g->curve));
	return g->q && EC_GROUP_get_curve(g->curve, g->p, NULL, NULL, g->ctx) == 1;
}

static bool open_field(struct mrtd_group *g, const char *name)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	EVP_PKEY *key = NULL;
	char copy[16];

	memcpy(copy, name, strlen(name) + 1);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, copy, 0),
		OSSL_PARAM_construct_end(),
	};
	bool good = ctx && EVP_PKEY_paramgen_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_params(ctx, params) == 1 &&
		    EVP_PKEY_generate(ctx, &key) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &g->p) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_Q, &g->q) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_G, &g->g) == 1;
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

bool mrtd_group_open(struct mrtd_group *g, const char *name)
{
	const struct named *n = find(name);

	*g = (struct mrtd_group){ .id = n ? n->id : -1 };
	if (!n)
		return false;
	g->ctx = BN_CTX_new();
	bool good = g->ctx && (n->field ? open_field(g, n->field) : open_curve(g, n->nid));
	if (good)
		g->order_bytes = (size_t)BN_num_bytes(g->q);
	else
		mrtd_group_close(g);
	return good;
}

void mrtd_group_close(struct mrtd_group *g)
{
	EC_GROUP_free(g->curve);
	BN_free(g->p);
	BN_free(g->q);
	BN_free(g->g);
	BN_CTX_free(g->ctx);
	*g = (struct mrtd_group){ 0 };
}

static bool put_point(const struct mrtd_group *g, const EC_POINT *p, struct mrtd_element *ret)
{
	if (EC_POINT_is_at_infinity(g->curve, p))
		return false;
	ret->len = EC_POINT_point2oct(g->curve, p, POINT_CONVERSION_UNCOMPRESSED, ret->at,
				      sizeof ret->at, g->ctx);
	return ret->len > 1;
}

/* NULL: not on the curve. */
static EC_POINT *get_point(const struct mrtd_group *g, const struct mrtd_element *e)
{
	EC_POINT *p = EC_POINT_new(g->curve);

	if (p && e->len && e->at[0] == 4 &&
	    EC_POINT_oct2point(g->curve, p, e->at, e->len, g->ctx) == 1)
		return p;
	EC_POINT_free(p);
	return NULL;
}

static bool put_value(const struct mrtd_group *g, const BIGNUM *n, struct mrtd_element *ret)
{
	size_t len = (size_t)BN_num_bytes(g->p);

	if (BN_is_zero(n) || BN_is_one(n) || len > sizeof ret->at)
		return false;
	ret->len = len;
	return BN_bn2binpad(n, ret->at, (int)len) >= 0;
}

/* NULL: not between 1 and p - 1, or not of the prime's length. */
static BIGNUM *get_value(const struct mrtd_group *g, const struct mrtd_element *e)
{
	BIGNUM *n = BN_bin2bn(e->at, (int)e->len, NULL), *top = BN_dup(g->p);

	if (e->len == (size_t)BN_num_bytes(g->p) && n && top && BN_sub_word(top, 1) == 1 &&
	    BN_cmp(n, BN_value_one()) > 0 && BN_cmp(n, top) < 0) {
		BN_free(top);
		return n;
	}
	BN_free(n);
	BN_free(top);
	return NULL;
}

bool mrtd_group_generator(const struct mrtd_group *g, struct mrtd_element *ret)
{
	if (g->curve)
		return put_point(g, EC_GROUP_get0_generator(g->curve), ret);
	return put_value(g, g->g, ret);
}

static bool multiply(const struct mrtd_group *g, const struct mrtd_element *base, const BIGNUM *k,
		     struct mrtd_element *ret)
{
	EC_POINT *p = get_point(g, base);
	bool good = p && EC_POINT_mul(g->curve, p, NULL, p, k, g->ctx) == 1 && put_point(g, p, ret);

	EC_POINT_free(p);
	return good;
}

static bool raise(const struct mrtd_group *g, const struct mrtd_element *base, const BIGNUM *k,
		  struct mrtd_element *ret)
{
	BIGNUM *n = get_value(g, base);
	bool good = n && BN_mod_exp(n, n, k, g->p, g->ctx) == 1 && put_value(g, n, ret);

	BN_free(n);
	return good;
}

bool mrtd_group_power(const struct mrtd_group *g, const struct mrtd_element *base, const BIGNUM *k,
		      struct mrtd_element *ret)
{
	return g->curve ? multiply(g, base, k, ret) : raise(g, base, k, ret);
}

bool mrtd_group_join(const struct mrtd_group *g, const struct mrtd_element *a,
		     const struct mrtd_element *b, struct mrtd_element *ret)
{
	bool good;

	if (g->curve) {
		EC_POINT *p = get_point(g, a), *q = get_point(g, b);

		good = p && q && EC_POINT_add(g->curve, p, p, q, g->ctx) == 1 &&
		       put_point(g, p, ret);
		EC_POINT_free(p);
		EC_POINT_free(q);
		return good;
	}
	BIGNUM *n = get_value(g, a), *o = get_value(g, b);
	good = n && o && BN_mod_mul(n, n, o, g->p, g->ctx) == 1 && put_value(g, n, ret);
	BN_free(n);
	BN_free(o);
	return good;
}

const uint8_t *mrtd_group_secret(const struct mrtd_group *g, const struct mrtd_element *e,
				 size_t *ret_len)
{
	*ret_len = g->curve ? (e->len - 1) / 2 : e->len;
	return g->curve ? e->at + 1 : e->at;
}

static void put_integer(const BIGNUM *n, struct mrtd_bytes *out)
{
	uint8_t bytes[MRTD_MAX_ELEMENT];
	int len = BN_bn2bin(n, bytes + 1);
	bool high = len && bytes[1] & 0x80;

	bytes[0] = 0;
	mrtd_put_tlv(out, 0x02, high ? bytes : bytes + 1, (size_t)len + high);
}

static void put_curve(const struct mrtd_group *g, bool named, struct mrtd_bytes *out)
{
	EC_GROUP *copy = EC_GROUP_dup(g->curve);
	unsigned char *der = NULL;

	if (copy)
		EC_GROUP_set_asn1_flag(copy,
				       named ? OPENSSL_EC_NAMED_CURVE : OPENSSL_EC_EXPLICIT_CURVE);
	int len = copy ? i2d_ECPKParameters(copy, &der) : -1;
	if (len > 0)
		mrtd_put(out, der, (size_t)len);
	out->bad = out->bad || len <= 0;
	OPENSSL_free(der);
	EC_GROUP_free(copy);
}

static void put_algorithm(const struct mrtd_group *g, bool named, struct mrtd_bytes *out)
{
	size_t start = out->len;

	if (g->curve) {
		mrtd_put_hex(out, "06072A8648CE3D0201"); /* id-ecPublicKey */
		put_curve(g, named, out);
	} else {
		mrtd_put_hex(out, "06072A8648CE3E0201"); /* dhpublicnumber, ANSI X9.42 */
		size_t domain = out->len;

		put_integer(g->p, out);
		put_integer(g->g, out);
		put_integer(g->q, out);
		mrtd_wrap(out, 0x30, domain);
	}
	mrtd_wrap(out, 0x30, start);
}

void mrtd_group_put_key(const struct mrtd_group *g, const struct mrtd_element *e, bool named,
			struct mrtd_bytes *out)
{
	size_t start = out->len;

	put_algorithm(g, named, out);
	size_t bits = out->len;
	mrtd_put_u8(out, 0);
	BIGNUM *n = g->curve ? NULL : BN_bin2bn(e->at, (int)e->len, NULL);
	if (n)
		put_integer(n, out);
	else
		mrtd_put(out, e->at, e->len);
	BN_free(n);
	mrtd_wrap(out, 0x03, bits);
	mrtd_wrap(out, 0x30, start);
}
