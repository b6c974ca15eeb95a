/* SPDX-License-Identifier: ISC */
/*
 * Input: u32 length, a key's blob, what is to be signed.
 * Whatever is called a login, a pam request, an SSHSIG or a certificate is exactly that, names the requested key,
 * and holds nothing beside.
 */
#include "ssh/signdata.h"

#include <errno.h>

#include "fuzz.h"

/* An independent reading of a login (RFC 4252, section 7), to hold the decoder against. */
static int
is_login_over(struct span data, const struct signdata *s, const struct sshkey *key)
{
	struct sshkey named;
	struct span method, blob;
	struct wire w;

	wire_open(&w, data);
	if (!span_eq(wire_string(&w), s->session_id) || wire_u8(&w) != 50 || !span_eq(wire_string(&w), s->user) ||
	    !span_is(wire_string(&w), "ssh-connection"))
		return 0;
	method = wire_string(&w);
	if (!span_is(method, s->hostbound ? "publickey-hostbound-v00@openssh.com" : "publickey") || wire_u8(&w) == 0 ||
	    !span_eq(wire_string(&w), s->algorithm))
		return 0;
	blob = wire_string(&w);
	if (s->hostbound && !span_eq(wire_string(&w), s->hostkey))
		return 0;
	return wire_done(&w) && sshkey_read(blob, &named) == 0 && sshkey_same(&named, key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span blob, payload;
	struct signdata s;
	struct sshkey key;
	struct wire w;
	int error;

	wire_open(&w, (struct span){ data, size });
	blob = wire_string(&w);
	payload = wire_raw(&w, w.left);
	if (!wire_done(&w) || sshkey_read(blob, &key) < 0)
		return 0;
	error = signdata_read(payload, &key, &s);
	if (PLANTED && s.purpose == PURPOSE_LOGIN && s.hostbound)
		s.hostbound = false;
	MUST(error == 0 || error == -EKEYREJECTED || error == -EBADMSG || error == -EPROTONOSUPPORT);
	MUST(error == 0 || s.purpose != PURPOSE_OPAQUE);
	if (error < 0)
		return 0;
	MUST(span_eq(s.data, payload));
	MUST(span_is_inside(s.user, payload) && span_is_inside(s.ns, payload) && span_is_inside(s.session_id, payload));
	if (s.purpose == PURPOSE_LOGIN)
		MUST(is_login_over(payload, &s, &key));
	if (s.purpose == PURPOSE_SSHSIG)
		MUST(span_starts(payload, "SSHSIG") && s.ns.len > 0);
	if (s.purpose == PURPOSE_CERTIFICATE)
		MUST(s.subject.certified && (s.subject.cert.type == 1 || s.subject.cert.type == 2));
	return 0;
}
