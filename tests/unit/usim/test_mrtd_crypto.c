/* The chip's cryptography, piece by piece, against values that others computed: ICAO Doc 9303-11,
 * EAC worked examples 1.01 (openpace, src/eactest.c), gmrtd cryptoutils/kdf_test.go. */
#include "tests/mrtd/cipher.h"
#include "tests/mrtd/group.h"
#include "tests/tap.h"

#include <stdlib.h>

static const char *hex_of(const uint8_t *at, size_t len)
{
	static char text[2 * MRTD_MAX_ELEMENT + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02X", at[i]);
	text[2 * len] = '\0';
	return text;
}

#define K_GM  "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925"
#define K_MRZ "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"

static void keys_out_of_secrets(void)
{
	static const struct {
		enum mrtd_cipher cipher;
		uint32_t counter;
		const char *secret, *key;
	} rows[] = {
		{ MRTD_3DES, 1, "239AB9CB282DAF66231DC5A4DF6BFBAE",
		  "AB94FDECF2674FDFB9B391F85D7F76F2" },
		{ MRTD_3DES, 2, "239AB9CB282DAF66231DC5A4DF6BFBAE",
		  "7962D9ECE03D1ACD4C76089DCE131543" },
		{ MRTD_AES128, 1, K_GM, "F5F0E35C0D7161EE6724EE513A0D9A7F" },
		{ MRTD_AES128, 2, K_GM, "FE251C7858B356B24514B3BD5F4297D1" },
		{ MRTD_AES128, 3, K_MRZ, "89DED1B26624EC1E634C1989302849DD" },
		{ MRTD_AES192, 3, K_MRZ "12345678",
		  "4487BB60D75E55928AB2406733D060BB600C7FA4AEEAB92B" },
		{ MRTD_AES256, 3, K_MRZ "12345678ABCDEF1234567890",
		  "AC92515EDD0F4714CBB46C683CC1A66DEBB68B3CC34F29904DB757AC88988D31" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		AUTO_BYTES secret = { 0 };
		uint8_t key[32];

		mrtd_put_hex(&secret, rows[i].secret);
		mrtd_kdf(rows[i].cipher, secret.at, secret.len, rows[i].counter, key);
		eq_str(hex_of(key, mrtd_key_bytes(rows[i].cipher)), rows[i].key);
	}
}

static void put_padding(struct mrtd_bytes *b)
{
	mrtd_put_u8(b, 0x80);
	mrtd_put_fill(b, 0, (16 - b->len % 16) % 16);
}

/* The worked examples' first secured command: data under SSC 1, the answer's MAC under SSC 2. */
static void secure_messaging_pieces(void)
{
	static const char *const rows[][6] = {
		{ "68406B4162100563D9C901A6154D2901", "73FF268784F72AF833FDC9464049AFC9",
		  "830D44454356434141543030303031", "BE90237EEB4BA0FF253EA246AE31C8B8", "99029000",
		  "A89570A68664A7D6" },
		{ "2F7F46ADCC9E7E521B45D192FAFA9126", "805A1D27D45A5116F73C54469462B7D8",
		  "830F444554455354435643413030303033",
		  "B37BB57DA1DB37D1C49604917BD699E61D6A3074E69E4067A1B3990388233633", "99029000",
		  "EBFF08D3B20A0414" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		AUTO_BYTES enc = { 0 }, mac = { 0 }, data = { 0 }, covered = { 0 };
		uint8_t counter[16] = { [15] = 1 }, iv[16], tag[8];

		mrtd_put_hex(&enc, rows[i][0]);
		mrtd_put_hex(&mac, rows[i][1]);
		mrtd_put_hex(&data, rows[i][2]);
		put_padding(&data);
		ok(mrtd_encrypt(MRTD_AES128, enc.at, NULL, counter, 16, iv));
		ok(mrtd_encrypt(MRTD_AES128, enc.at, iv, data.at, data.len, data.at));
		eq_str(hex_of(data.at, data.len), rows[i][3]);
		counter[15] = 2;
		mrtd_put(&covered, counter, 16);
		mrtd_put_hex(&covered, rows[i][4]);
		mrtd_put_u8(&covered, 0x80); /* 99 02 90 00 fills no block */
		mrtd_put_fill(&covered, 0, 11);
		ok(mrtd_mac(MRTD_AES128, mac.at, covered.at, covered.len, tag));
		eq_str(hex_of(tag, 8), rows[i][5]);
	}
}

static struct mrtd_element element(const char *hex)
{
	AUTO_BYTES b = { 0 };
	struct mrtd_element e = { 0 };

	mrtd_put_hex(&b, hex);
	memcpy(e.at, b.at, b.len);
	e.len = b.len;
	return e;
}

static BIGNUM *number(const char *hex)
{
	BIGNUM *n = NULL;

	if (!BN_hex2bn(&n, hex))
		abort();
	return n;
}

/* What is agreed upon with one side's private and the other's public key. */
static const char *agreed(const char *group, const char *private, const char *public)
{
	struct mrtd_group g;
	struct mrtd_element e = element(public), shared = { 0 };
	BIGNUM *k = number(private);
	size_t len = 0;

	ok(mrtd_group_open(&g, group));
	ok(mrtd_group_power(&g, &e, k, &shared));
	const uint8_t *secret = mrtd_group_secret(&g, &shared, &len);
	const char *text = hex_of(secret, len);
	BN_free(k);
	mrtd_group_close(&g);
	return text;
}

static void chip_authentication(void)
{
	static const char curve[] =
		"791DA04273CCFE862E52DF60347E2557192E1F8D7517822CE3D306056C1CDEB4";
	static const char field[] =
		"2A4FC2D11490DF4773DDFA6FF705557C51F4AD4533E8D8A66A3001BFDD271DB87BE3C1CA"
		"C22A05E8AF1A066DD0298E75DB928AAFDF00EB4BFB1BD12F372313C1CA64905651730563"
		"8515D5A4FBE0AC59BDC80E8C5A5F46254D231916EA77F80AC58E6B63A26198EE4387F109"
		"81E8E46FFBA23790C81E679363C589587D30BBB3";
	AUTO_BYTES secret = { 0 };

	eq_str(agreed("bp256r1", "7984674CF3B3A524BF929CE8A67FCF22173DA0BAD595EED6DEB72D22C542FA9D",
		      "045A7A377FC9CAFC03AC7FF45441A8B2909D88EAB8E6B0173847AB49B949DF3799A34EE5"
		      "7EC55268CF8B1C3EC489F8BF4CF4C68D3FD9670E89C0D5D3FFF1AAF89F"),
	       curve);
	eq_str(agreed("dh1024-160", "00D0E5A95ECA541DEF4FE92B9FF9920D49A454C297",
		      "A2830947A6FCAACDE2FCB88B29AB38E07C3453ABC4BCB466087E11C79F32A19E6EF22BE1"
		      "08F8DD18FE8249C960951511200DC985AA3EC0CCAD59A5F9BBCC33EE5F1577E20330B4DD"
		      "10EB06B740277C97A189180EDE52BEE9D429F10FB77F180F05D6A99C499CB5E1ECEEB8E9"
		      "2284F66EA98479674CE73F53C567A03B0D297833"),
	       field);
	/* version 2 puts a nonce behind the secret */
	mrtd_put_hex(&secret, curve);
	mrtd_put_hex(&secret, "4287B3072A3EDC60");
	struct mrtd_keys k = mrtd_keys_of(MRTD_AES128, secret.at, secret.len);
	eq_str(hex_of(k.enc, 16), "94ABCD271AB7D9A5590BA52CB518B831");
	eq_str(hex_of(k.mac, 16), "78B5709E7ABEDB185B424D0EE3A82499");
}

/* The example of PACE-CAM: the private keys of the reader are known there, not the chip's, so the
 * way is gone from the reader's side. */
static void chip_authentication_mapping(void)
{
	struct mrtd_group g;
	struct mrtd_element base, own, h, sg, mapped = { 0 };
	struct mrtd_element theirs =
		element("04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B304F365"
			"713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23");
	BIGNUM *sk_map = number("5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC"),
	       *s = number("658B860BC94DF6F044FCE6D5C82CF8E5"),
	       *sk_dh = number("76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120");
	AUTO_BYTES secret = { 0 }, proof = { 0 };
	uint8_t ones[16], iv[16];

	ok(mrtd_group_open(&g, "bp256r1") && mrtd_group_generator(&g, &base));
	ok(mrtd_group_power(&g, &base, sk_map, &own));
	eq_str(hex_of(own.at, own.len),
	       "047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE1AB889"
	       "104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C1");
	ok(mrtd_group_power(&g, &theirs, sk_map, &h) && mrtd_group_power(&g, &base, s, &sg));
	ok(mrtd_group_join(&g, &sg, &h, &mapped));
	eq_str(hex_of(mapped.at, mapped.len),
	       "0489F0B5EABF3BE293C75903A3986131925C9F5B515CA95AF485DC7E886F03245D44BEFB"
	       "2DD3A0DBD71CB5E618971CF4747F12B79E548379A40E45963BAAF3E829");
	ok(mrtd_group_power(&g, &mapped, sk_dh, &own));
	eq_str(hex_of(own.at, own.len),
	       "04446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95548340"
	       "0BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC");
	mrtd_put_hex(
		&secret,
		agreed("bp256r1",
		       "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
		       "0402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA993333111C3B9"
		       "B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E1"));
	struct mrtd_keys k = mrtd_keys_of(MRTD_AES128, secret.at, secret.len);
	eq_str(hex_of(k.enc, 16), "0A9DA4DB03BDDE39FC5202BC44B2E89E");
	eq_str(hex_of(k.mac, 16), "4B1C06491ED5140CA2B537D344C6C0B1");
	mrtd_put_hex(&proof, "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3");
	put_padding(&proof);
	memset(ones, 0xFF, sizeof ones);
	ok(mrtd_encrypt(MRTD_AES128, k.enc, NULL, ones, 16, iv) &&
	   mrtd_encrypt(MRTD_AES128, k.enc, iv, proof.at, proof.len, proof.at));
	eq_str(hex_of(proof.at, proof.len),
	       "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F"
	       "5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92");
	BN_free(sk_map);
	BN_free(s);
	BN_free(sk_dh);
	mrtd_group_close(&g);
}

static void what_is_no_element(void)
{
	struct mrtd_group g;
	struct mrtd_element e, r;
	BIGNUM *two = number("2");

	ok(!mrtd_group_open(&g, "p255"));
	ok(mrtd_group_open(&g, "p256") && mrtd_group_generator(&g, &e));
	e.at[40] ^= 1; /* not on the curve */
	ok(!mrtd_group_power(&g, &e, two, &r));
	e = (struct mrtd_element){ .len = 1 }; /* infinity */
	ok(!mrtd_group_power(&g, &e, two, &r));
	e.len = 0;
	ok(!mrtd_group_power(&g, &e, two, &r));
	mrtd_group_close(&g);
	ok(mrtd_group_open(&g, "dh1024-160"));
	e = (struct mrtd_element){ .len = 128 }; /* 0 */
	ok(!mrtd_group_power(&g, &e, two, &r));
	e.at[127] = 1;
	ok(!mrtd_group_power(&g, &e, two, &r));
	memset(e.at, 0xFF, 128); /* more than p */
	ok(!mrtd_group_power(&g, &e, two, &r));
	BN_free(two);
	mrtd_group_close(&g);
}

int main(void)
{
	keys_out_of_secrets();
	secure_messaging_pieces();
	chip_authentication();
	chip_authentication_mapping();
	what_is_no_element();
	return tap_done();
}
