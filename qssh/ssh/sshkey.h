/* SPDX-License-Identifier: ISC */
/*
 * A public key, or a certificate over one, as the bytes that agents and servers exchange. Pure: no I/O, no malloc;
 * every span points into the caller's bytes. Sources: RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH
 * PROTOCOL.certkeys and PROTOCOL.u2f.
 *
 * Exact shape: a field that does not fit, or a byte left over, and it is not a key.
 */
#ifndef QSSH_SSH_SSHKEY_H
#define QSSH_SSH_SSHKEY_H

#include "base/sha256.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* What a certificate says of itself (PROTOCOL.certkeys). Nothing here is verified. */
struct sshkey_cert {
	uint64_t serial;
	uint32_t type; /* 1 user, 2 host */
	struct span id;
	struct span principals; /* a sequence of strings; span_string() walks it */
	uint64_t valid_after; /* seconds since 1970 */
	uint64_t valid_before; /* the first second after its life; UINT64_MAX: for ever */
	struct span critical; /* options and extensions: sequences of (string name, string data) */
	struct span extensions;
	struct span authority; /* the CA's public key blob, a plain key */
};

/* A public key, plain or inside a certificate. The plain key's blob is string type followed by fields. */
struct sshkey {
	struct span type; /* the plain type's name, "ssh-ed25519" also for its certificate */
	struct span fields;
	bool certified;
	struct sshkey_cert cert; /* where certified */
};

/*
 * Decodes a public key blob.
 * Known types: ssh-ed25519, ssh-rsa, ssh-dss, ecdsa-sha2-nistp{256,384,521}, sk-ssh-ed25519@openssh.com,
 * sk-ecdsa-sha2-nistp256@openssh.com, ssh-mldsa44-ed25519@openssh.com (OpenSSH 10.4 and 10.5), ssh-mldsa44-ed25519
 * (from 10.6 on), and the certificate of each.
 * A plain blob of any other type is a key too: its fields are everything behind the name.
 * 0; -EINVAL, malformed; -EPROTONOSUPPORT, a certificate of an unknown type, in which the key can't be found.
 *
 * One key has one encoding here, so that it has one hash. OpenSSH's agent reads more, which are not keys here: mpints
 * with leading zero bytes, and other names for some types (rsa, rsa-sha2-512).
 */
int sshkey_read(struct span untrusted_blob, struct sshkey *out);

/* It is in a security key (FIDO), as its type's name says: a signature may want a touch. */
bool sshkey_is_hardware(const struct sshkey *k);

/* The same plain key, certificates aside. */
bool sshkey_same(const struct sshkey *a, const struct sshkey *b);

/* SHA-256 of the plain key's blob: what `ssh-keygen -l` prints, for a certificate too. */
void sshkey_hash(const struct sshkey *k, uint8_t out[SHA256_SIZE]);

/* What begins with a certificate's name is one to some verifier, whether or not it has a shape that is known here. */
bool sshkey_is_certificate(struct span untrusted_blob);

/*
 * Decodes a certificate without its signature: what a CA is asked to sign.
 * 0; -EPROTONOSUPPORT, a certificate of an unknown type; -EBADMSG, malformed.
 */
int sshkey_read_unsigned(struct span untrusted_cert, struct sshkey *out);

/* A signature by key may have this algorithm's name. Whatever it is, it must agree about the certificate. */
bool sshkey_has_algorithm(const struct sshkey *key, struct span algorithm);

/* The flag of a SIGN (agentmsg.h) that gives a signature by that algorithm of an RSA key; 0 for any other. */
uint32_t sshkey_algorithm_flag(const struct sshkey *key, struct span algorithm);

#endif
