/* SPDX-License-Identifier: ISC */
#include "ssh/sshkey.h"

#include "check.h"
#include "maker.h"
#include "ssh/signdata.h"

#include <errno.h>
#include <string.h>

static void
a_plain_key_is_its_type_and_its_fields(void)
{
	struct sshkey k;
	struct maker m;
	struct span blob = ed25519(&m, 7);

	CHECK(sshkey_read(blob, &k) == 0);
	CHECK(span_is(k.type, "ssh-ed25519") && k.fields.len == 36 && !k.certified);
	for (size_t len = 0; len < blob.len; len++)
		CHECK(sshkey_read(bytes(blob.p, len), &k) == -EINVAL);
	wire_put_u8(&m.w, 0);
	CHECK(sshkey_read(made(&m), &k) == -EINVAL);
}

static void
a_key_of_an_unknown_type_is_a_key(void)
{
	struct sshkey k;
	struct maker m;

	maker_open(&m);
	put(&m, "ssh-ed448");
	wire_put_raw(&m.w, span_of("anything"));
	CHECK(sshkey_read(made(&m), &k) == 0);
	CHECK(span_is(k.type, "ssh-ed448") && span_is(k.fields, "anything"));
	maker_open(&m);
	put(&m, "ssh-certain-certs");
	CHECK(sshkey_read(made(&m), &k) == 0);
	maker_open(&m);
	put(&m, "");
	CHECK(sshkey_read(made(&m), &k) == -EINVAL);
}

/*
 * The key in it can't be found: a rule about that key would be slipped past.
 * IETF's drafts have names without version and domain.
 */
static void
a_certificate_of_an_unknown_type_is_told_from_a_key(void)
{
	static const char *const names[] = { "ssh-ed448-cert-v01@openssh.com", "ssh-ed448-cert-v02@example.org",
		"ssh-ed448-cert", "ssh-mldsa87-ed448-cert", "ssh-ed448-cert@example.org", "a-certb-cert-v1" };
	struct sshkey k;
	struct maker m;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		maker_open(&m);
		put(&m, names[i]);
		wire_put_raw(&m.w, span_of("anything"));
		CHECK(sshkey_read(made(&m), &k) == -EPROTONOSUPPORT);
	}
	CHECK(strstr(signdata_refusal(-EPROTONOSUPPORT), "this version does not know") != NULL);
	CHECK(strstr(signdata_refusal(-EINVAL), "malformed") != NULL);
	CHECK(strstr(signdata_refusal(-EKEYREJECTED), "another key") != NULL);
	CHECK(strstr(signdata_refusal(-EBADMSG), "begins like") != NULL);
}

static struct span
mldsa(struct maker *m, const char *type, size_t len)
{
	static const uint8_t pk[1312 + 33] = { 9 };

	maker_open(m);
	put(m, type);
	if (strstr(type, "-cert") != NULL)
		put(m, "nonce");
	wire_put_string(&m->w, bytes(pk, len));
	return made(m);
}

/* OpenSSH 10.4 and 10.5, and then 10.6: the ML-DSA key and the Ed25519 key in one string (ssh-mldsa-eddsa.c). */
static void
try_mldsa(const char *type, const char *certificate)
{
	struct sshkey plain, certified;
	struct maker k, m, ca;

	CHECK(sshkey_read(mldsa(&k, type, 1344), &plain) == 0);
	CHECK(sshkey_read(mldsa(&m, type, 1343), &certified) == -EINVAL);
	CHECK(sshkey_read(mldsa(&m, type, 1345), &certified) == -EINVAL);
	mldsa(&m, certificate, 1344);
	for (int i = 0; i < 2; i++)
		wire_put_u32(&m.w, 0); /* serial */
	wire_put_u32(&m.w, 1);
	for (int i = 0; i < 2; i++)
		put(&m, ""); /* id, principals */
	for (int i = 0; i < 4; i++)
		wire_put_u32(&m.w, 0xffffffff);
	for (int i = 0; i < 3; i++)
		put(&m, ""); /* critical, extensions, reserved */
	wire_put_string(&m.w, ed25519(&ca, 7));
	put(&m, "signature");
	CHECK(sshkey_read(made(&m), &certified) == 0 && certified.certified);
	CHECK(sshkey_same(&plain, &certified));
}

static void
a_key_in_hardware_is_known_by_its_type(void)
{
	struct sshkey key = { .type = span_of("sk-ssh-ed25519@openssh.com") };

	CHECK(sshkey_is_hardware(&key));
	key.type = span_of("sk-ecdsa-sha2-nistp256@openssh.com");
	CHECK(sshkey_is_hardware(&key));
	key.type = span_of("ssh-ed25519");
	CHECK(!sshkey_is_hardware(&key));
	key.type = span_of("sk");
	CHECK(!sshkey_is_hardware(&key));
}

static void
an_mldsa_key_is_found_in_its_certificate(void)
{
	struct sshkey key;
	struct maker m;

	try_mldsa("ssh-mldsa44-ed25519@openssh.com", "ssh-mldsa44-ed25519-cert-v01@openssh.com");
	try_mldsa("ssh-mldsa44-ed25519", "ssh-mldsa44-ed25519-cert");
	CHECK(sshkey_read(mldsa(&m, "MLDSA44-ed25519", 1344), &key) == -EINVAL); /* ssh's other name for it */
}

static bool
is_key(const struct maker *m)
{
	struct sshkey k;

	return sshkey_read(made(m), &k) == 0;
}

/*
 * OpenSSH's agent signs for these as for the key's own name, so that a deny rule about the key's hash would not
 * see them.
 */
static void
a_key_under_another_name_is_none(void)
{
	static const char *const names[] = { "rsa", "RSA", "rsa-sha2-256", "rsa-sha2-512", "ed25519", "ED25519",
		"Ed25519-SK", "dsa", "ECDSA", "ecdsa-sk", "XMSS", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct maker m;

		maker_open(&m);
		put(&m, names[i]);
		wire_put_raw(&m.w, span_of("anything"));
		CHECK(!is_key(&m));
	}
}

static bool
is_rsa(struct span e, struct span n)
{
	struct maker m;

	maker_open(&m);
	put(&m, "ssh-rsa");
	wire_put_string(&m.w, e);
	wire_put_string(&m.w, n);
	return is_key(&m);
}

/* OpenSSH's agent takes leading zero bytes too: one key, many hashes. */
static void
an_mpint_has_one_encoding(void)
{
	struct span e = bytes("\1\0\1", 3), n = bytes("\0\x91\x49", 3);

	CHECK(is_rsa(e, n));
	CHECK(!is_rsa(bytes("\0\1\0\1", 4), n));
	CHECK(!is_rsa(e, bytes("\0\0\x91\x49", 4)));
	CHECK(!is_rsa(e, bytes("\x91\x49", 2)));
	CHECK(!is_rsa(e, bytes("", 0)) && !is_rsa(bytes("", 0), n));
	CHECK(!is_rsa(e, bytes("\0", 1)) && !is_rsa(e, bytes("\0\x7f", 2)));
	CHECK(is_rsa(bytes("\3", 1), n));
}

static bool
is_ecdsa(const char *type, const char *curve, uint8_t first, size_t len)
{
	uint8_t point[200] = { first };
	struct maker m;

	maker_open(&m);
	put(&m, type);
	put(&m, curve);
	wire_put_string(&m.w, bytes(point, len));
	return is_key(&m);
}

static void
a_point_is_on_its_own_curve_and_uncompressed(void)
{
	CHECK(is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 65));
	CHECK(is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 97));
	CHECK(is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 133));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp384", 4, 65));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 64));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 66));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 96));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 98));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 132));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 134));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 2, 33));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 6, 65));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 0));
}

static void
an_ed25519_key_has_32_bytes(void)
{
	for (size_t len = 30; len < 35; len++) {
		static const uint8_t pk[35];
		struct maker m;

		maker_open(&m);
		put(&m, "ssh-ed25519");
		wire_put_string(&m.w, bytes(pk, len));
		CHECK(is_key(&m) == (len == 32));
		maker_open(&m);
		put(&m, "sk-ssh-ed25519@openssh.com");
		wire_put_string(&m.w, bytes(pk, len));
		put(&m, "ssh:");
		CHECK(is_key(&m) == (len == 32));
	}
}

int
main(void)
{
	TEST(a_plain_key_is_its_type_and_its_fields);
	TEST(a_key_of_an_unknown_type_is_a_key);
	TEST(a_certificate_of_an_unknown_type_is_told_from_a_key);
	TEST(a_key_in_hardware_is_known_by_its_type);
	TEST(an_mldsa_key_is_found_in_its_certificate);
	TEST(a_key_under_another_name_is_none);
	TEST(an_mpint_has_one_encoding);
	TEST(a_point_is_on_its_own_curve_and_uncompressed);
	TEST(an_ed25519_key_has_32_bytes);
	return check_done();
}
