/* SPDX-License-Identifier: ISC */
/*
 * What a SIGN asks to sign. Pure: no I/O, no malloc; every span points into the caller's bytes. Sources: RFC 4252
 * section 7, OpenSSH PROTOCOL section 3.1 (publickey-hostbound), PROTOCOL.sshsig, PROTOCOL.certkeys, and
 * pam_ssh_agent_auth.
 *
 * Exact shape: a field that does not fit, or a byte left over, and it is not what it claims to be.
 */
#ifndef QSSH_SSH_SIGNDATA_H
#define QSSH_SSH_SIGNDATA_H

#include "ssh/sshkey.h"

enum purpose {
	PURPOSE_OPAQUE, /* unknown bytes */
	PURPOSE_LOGIN, /* an SSH login by a key: the message's boolean may be any byte but 0, as some servers have it */
	PURPOSE_SSHSIG, /* ssh-keygen -Y sign, git */
	PURPOSE_CERTIFICATE, /* a certificate is issued */
	PURPOSE_PAM, /* pam_ssh_agent_auth */
};

/* What a SIGN asks to sign. Fields that a purpose does not have are empty. */
struct signdata {
	enum purpose purpose;
	bool hostbound; /* login: by publickey-hostbound-v00@openssh.com */
	struct span session_id; /* login */
	struct span user; /* login, pam */
	struct span algorithm; /* login, pam */
	bool certified; /* login, pam: by a certificate over the key */
	struct span hostkey; /* login, hostbound */
	struct span ns; /* SSHSIG: the namespace */
	struct span hash; /* SSHSIG: the hash algorithm's name, unchecked */
	struct sshkey subject; /* certificate: the key that is certified, and the certificate */
	struct span data; /* all of it */
};

/*
 * Decodes what is to be signed with key. 0, or an error: it is then to be refused, never opaque, and purpose is set.
 * -EKEYREJECTED: a login, pam request or certificate of another key than the requested one (or a certificate over it),
 * or with an algorithm that is not that key's.
 * -EPROTONOSUPPORT: a certificate of an unknown type, named or to be issued.
 * -EBADMSG: it begins like a login, a pam request, an SSHSIG or a certificate and is not exactly one, or a name in it
 * holds a control byte.
 */
int signdata_read(struct span untrusted_data, const struct sshkey *key, struct signdata *out);

/*
 * The flags of a SIGN give the signature that is spoken of. False for an RSA key where a login names another hash
 * than the flags, and for SHA-1 in a login or an SSHSIG: who can make collisions has another payload for such a
 * signature.
 */
bool signdata_hash_fits(const struct signdata *s, const struct sshkey *key, uint32_t flags);

/* An error of sshkey_read() or signdata_read() in our own words, for the record. */
const char *signdata_refusal(int error);

/*
 * The name by which sshd looks a login's user up: what stands before the first ':' (a style: auth2.c,
 * input_userauth_request) or '/' (a role, in Debian's and Fedora's sshd). The signature is over the whole of it.
 */
struct span signdata_login_name(struct span user);

#endif
