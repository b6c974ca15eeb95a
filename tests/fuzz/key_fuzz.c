/* SPDX-License-Identifier: ISC */
/*
 * A public key that was taken has a plain key of its own: its fields behind its type are a key again, with the
 * same fingerprint.
 */
#include "ssh/sshkey.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span blob = { data, size }, principal, rest;
	struct sshkey key, plain;
	uint8_t hash[SHA256_SIZE], again[SHA256_SIZE], *buf;
	struct wire_out o;

	if (sshkey_read(blob, &key) < 0)
		return 0;
	if (PLANTED && key.certified && key.fields.len > 0)
		key.fields.len--;
	MUST(span_is_inside(key.fields, blob));
	buf = malloc(size + 8);
	MUST(buf != NULL);
	wire_out_open(&o, buf, size + 8);
	wire_put_string(&o, key.type);
	wire_put_raw(&o, key.fields);
	MUST(sshkey_read(wire_out_span(&o), &plain) == 0);
	MUST(!plain.certified && sshkey_same(&key, &plain));
	sshkey_hash(&key, hash);
	sshkey_hash(&plain, again);
	MUST(memcmp(hash, again, sizeof(hash)) == 0);
	if (!key.certified)
		MUST(span_eq(wire_out_span(&o), blob));
	rest = key.certified ? key.cert.principals : (struct span){ NULL, 0 };
	while (span_string(&rest, &principal))
		MUST(span_is_inside(principal, blob));
	MUST(rest.len == 0);
	free(buf);
	return 0;
}
