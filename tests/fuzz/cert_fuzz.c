/* SPDX-License-Identifier: ISC */
/*
 * Input: a certificate, or what a CA is to sign for one.
 * Taken, it is exactly what its fields encode, all of them; the two decoders, of a whole certificate and of one
 * that is to be signed, agree; what it says of itself decides whether a host is named by it; and a person is told
 * just what it is for.
 */
#include "rules/describe.h"
#include "ssh/signdata.h"
#include "store/knownhosts.h"

#include <ctype.h>

#include "letters.h"
#include "sentence.h"

#define SUFFIX "-cert-v01@openssh.com"

static const char ISSUE_USER[] = "issue a user certificate for ";
static const char ISSUE_HOST[] = "issue a host certificate for ";

/* What lies behind the extensions, read by hand: a certificate's struct leaves it out, but for the authority. */
struct tail {
	struct span nonce, reserved, authority, signature;
	size_t signed_len; /* all but the signature */
};

static struct tail
read_tail(struct span blob, const struct sshkey_cert *c)
{
	struct tail t;
	struct wire w;

	wire_open(&w, blob);
	wire_string(&w);
	t.nonce = wire_string(&w);
	while (wire_ok(&w) && w.p < c->extensions.p + c->extensions.len)
		wire_u8(&w);
	t.reserved = wire_string(&w);
	t.authority = wire_string(&w);
	t.signed_len = blob.len - w.left;
	t.signature = wire_string(&w);
	MUST(wire_done(&w));
	return t;
}

/* A certificate's type, of its plain key's: "x" has "x-cert-v01@openssh.com", and so has "x@openssh.com". */
static void
put_type(struct wire_out *o, struct span type)
{
	char name[64];

	if (span_ends(type, "@openssh.com"))
		type.len -= strlen("@openssh.com");
	MUST(type.len + sizeof(SUFFIX) <= sizeof(name));
	memcpy(name, type.p, type.len);
	strcpy(name + type.len, SUFFIX);
	wire_put_string(o, span_of(name));
}

/* A sequence, written string by string. Their number, a multiple of group. */
static size_t
put_sequence(struct wire_out *o, struct span seq, unsigned group, struct span blob)
{
	struct span s, whole = seq;
	size_t n = 0, start;

	wire_put_u32(o, (uint32_t)seq.len);
	start = o->len;
	for (; span_string(&seq, &s); n++) {
		MUST(span_is_inside(s, blob));
		wire_put_string(o, s);
	}
	MUST(seq.len == 0 && n % group == 0 && o->len - start == whole.len);
	return n;
}

/* What was decoded, encoded again. How many principals there are. */
static size_t
check_encoding(struct span blob, const struct sshkey *key)
{
	const struct sshkey_cert *c = &key->cert;
	struct tail t = read_tail(blob, c);
	uint8_t *buf = malloc(blob.len);
	struct wire_out o;
	size_t principals;

	MUST(buf != NULL);
	MUST(span_is_inside(key->fields, blob) && span_is_inside(c->id, blob) && span_is_inside(c->principals, blob));
	MUST(span_is_inside(c->critical, blob) && span_is_inside(c->extensions, blob));
	MUST(
	    (c->type == 1 || c->type == 2) && span_is_inside(c->authority, blob) && span_eq(c->authority, t.authority));
	wire_out_open(&o, buf, blob.len);
	put_type(&o, key->type);
	wire_put_string(&o, t.nonce);
	wire_put_raw(&o, key->fields);
	letter_put_u64(&o, c->serial);
	wire_put_u32(&o, c->type);
	wire_put_string(&o, c->id);
	principals = put_sequence(&o, c->principals, 1, blob);
	letter_put_u64(&o, c->valid_after);
	letter_put_u64(&o, c->valid_before);
	put_sequence(&o, c->critical, 2, blob);
	put_sequence(&o, c->extensions, 2, blob);
	wire_put_string(&o, t.reserved);
	wire_put_string(&o, c->authority);
	wire_put_string(&o, t.signature);
	MUST(span_eq(wire_out_span(&o), blob));
	free(buf);
	return principals;
}

/* Neither a part of it nor more is one. */
static void
check_exact(struct span blob, const struct sshkey_cert *c)
{
	uint8_t *longer = malloc(blob.len + 1);
	struct sshkey key;

	MUST(longer != NULL);
	memcpy(longer, blob.p, blob.len);
	longer[blob.len] = (uint8_t)c->serial;
	MUST(sshkey_read((struct span){ longer, blob.len + 1 }, &key) < 0);
	MUST(sshkey_read((struct span){ longer, c->serial % blob.len }, &key) < 0);
	free(longer);
}

static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!isalnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return s.len > 0 && s.len <= 64;
}

/*
 * A line that trusts the CA for every host.
 * False where it can't be written: what is in its type is anything for a type that we don't know.
 */
static bool
make_line(const struct sshkey *authority, char *line, size_t size)
{
	static char base64[HOSTS_KEY_TEXT];

	if (!is_word(authority->type) || hosts_key_text(authority, base64) == 0)
		return false;
	snprintf(line, size, "@cert-authority * %.*s %s\n", (int)authority->type.len, authority->type.p, base64);
	return true;
}

/* By its CA's line a host is named just if it is a host's, has a principal and no critical option, and is alive. */
static void
check_host(const struct sshkey *key, const struct sshkey *authority)
{
	static char line[HOSTS_KEY_TEXT + 128];
	const struct sshkey_cert *c = &key->cert;
	const uint64_t times[] = { 0, c->valid_after - 1, c->valid_after, c->valid_before - 1, c->valid_before,
		UINT64_MAX };
	struct span rest = c->principals, first = { NULL, 0 };
	bool good = span_string(&rest, &first) && c->type == 2 && c->critical.len == 0;
	struct hosts *hosts;
	struct names names;

	if (!make_line(authority, line, sizeof(line)))
		return;
	MUST(hosts_new(&hosts) == 0 && hosts_add(hosts, span_of(line)) == 0);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		bool holds = good && times[i] >= c->valid_after && times[i] < c->valid_before;
		enum hosts_state state = hosts_lookup(hosts, key, times[i], &names);

		MUST(state == HOSTS_UNNAMED || (state == HOSTS_NAMED && holds));
		MUST(state == HOSTS_NAMED || !holds || !is_word(first));
		MUST(names_any(&names) == (state == HOSTS_NAMED));
	}
	hosts_free(hosts);
}

/* What a person is told of it: for whom, for how long, and by which key; one line, whatever it says of itself. */
static void
check_told(const struct signdata *what, const struct sshkey *authority, size_t principals)
{
	const struct sshkey_cert *c = &what->subject.cert;
	struct facts f = {
		.client = span_of("work"), .key = *authority, .what = *what, .comment = c->id, .forwarded = TRI_YES
	};
	const char *issue = c->type == 1 ? ISSUE_USER : ISSUE_HOST, *whom = c->type == 1 ? "any user, " : "any host, ";
	char sentence[LIMIT_SENTENCE], fingerprint[64], alone[128];
	struct span rest = c->principals, only;
	struct text t;

	sshkey_hash(authority, f.key_hash);
	text_open(&t, fingerprint, sizeof(fingerprint));
	text_fingerprint(&t, f.key_hash);
	text_open(&t, sentence, sizeof(sentence));
	describe_request(&t, &f, (struct span){ NULL, 0 });
	check_sentence(sentence, fingerprint);
	MUST(!t.cut && span_starts(span_of(sentence), issue));
	MUST(span_starts(span_of(sentence + strlen(issue)), whom) == (principals == 0));
	if (principals == 1 && span_string(&rest, &only) && is_word(only)) {
		snprintf(alone, sizeof(alone), "%.*s, ", (int)only.len, only.p);
		MUST(span_starts(span_of(sentence + strlen(issue)), alone));
	}
	MUST(principals <= 3 || strstr(sentence, " more, ") != NULL);
	MUST(c->valid_before > c->valid_after || strstr(sentence, ", never valid, ") != NULL);
}

static bool
same_cert(const struct sshkey *a, const struct sshkey *b)
{
	const struct sshkey_cert *x = &a->cert, *y = &b->cert;

	return sshkey_same(a, b) && x->serial == y->serial && x->type == y->type && span_eq(x->id, y->id) &&
	       span_eq(x->principals, y->principals) && x->valid_after == y->valid_after &&
	       x->valid_before == y->valid_before && span_eq(x->critical, y->critical) &&
	       span_eq(x->extensions, y->extensions) && span_eq(x->authority, y->authority);
}

/* A whole certificate. */
static void
check_cert(struct span blob, struct sshkey *key)
{
	struct sshkey authority;
	struct signdata what;
	size_t principals;

	if (PLANTED && key->cert.serial > 0 && key->cert.critical.len > 0)
		key->cert.critical.len = 0;
	principals = check_encoding(blob, key);
	check_exact(blob, &key->cert);
	MUST(sshkey_read(key->cert.authority, &authority) == 0 && !authority.certified);
	check_host(key, &authority);

	/* Its CA was asked for the same less the signature, and nobody else can be. */
	MUST(signdata_read(blob, &authority, &what) == -EBADMSG && what.purpose == PURPOSE_CERTIFICATE);
	blob.len = read_tail(blob, &key->cert).signed_len;
	MUST(signdata_read(blob, &authority, &what) == 0 && what.purpose == PURPOSE_CERTIFICATE);
	MUST(what.subject.certified && same_cert(&what.subject, key) && span_eq(what.data, blob));
	check_told(&what, &authority, principals);
	MUST(sshkey_same(key, &authority) || signdata_read(blob, key, &what) == -EKEYREJECTED);
}

/* What is to be signed, of any key: with a signature it is a certificate, or it is refused. */
static void
check_open(struct span open)
{
	struct sshkey key, other;
	struct signdata what;
	uint8_t buf[64], *blob = malloc(open.len + 16);
	struct wire_out o;
	struct wire w;

	MUST(blob != NULL && sshkey_read(letter_key('A', buf), &other) == 0);
	wire_out_open(&o, blob, open.len + 16);
	wire_put_raw(&o, open);
	wire_put_string(&o, span_of("signature"));
	wire_open(&w, open);
	if (sshkey_read(wire_out_span(&o), &key) == 0 && key.certified)
		check_cert(wire_out_span(&o), &key);
	else if (span_ends(wire_string(&w), SUFFIX))
		MUST(signdata_read(open, &other, &what) < 0 && what.purpose == PURPOSE_CERTIFICATE);
	free(blob);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span blob = { data, size };
	struct sshkey key;

	if (sshkey_read(blob, &key) == 0 && key.certified)
		check_cert(blob, &key);
	check_open(blob);
	return 0;
}
