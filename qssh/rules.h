/*
 * The vault's rules: parse, match, decide. Pure: no I/O, no clock, no environment, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_H
#define QSSH_RULES_H

#include "agentmsg.h"
#include "limits.h"
#include "names.h"
#include "wire.h"

#include <stdbool.h>
#include <stdint.h>

/* DENY is 0: whatever was not decided is refused. */
enum verdict { DENY, ASK, ALLOW };

/* What is known of a login's host, as qssh-rules(5) defines the words. */
enum host_known { HOST_UNKNOWN, HOST_UNNAMED, HOST_VOUCHED, HOST_PROVEN };

enum known_bool { KNOWN_NOT, KNOWN_NO, KNOWN_YES };

/* Everything that is known of one request when it is decided and described. */
struct facts {
	struct span client; /* the qube, from dom0 */
	struct span arg; /* the service argument, empty for none */
	struct agentmsg_key key; /* the requested key */
	uint8_t key_hash[SHA256_SIZE]; /* its plain key's hash */
	struct span comment; /* the agent's comment for it */
	struct agentmsg_signed what; /* what would be signed */
	enum host_known host; /* of a login; HOST_UNKNOWN for anything else */
	struct names names; /* the host's, where proven or vouched */
	uint8_t host_hash[SHA256_SIZE]; /* the host key's hash, where the host is not unknown */
	enum known_bool forwarded; /* a forwarding bind preceded */
};

enum rules_asker { ASKER_AUTO, ASKER_DIALOG, ASKER_NOTIFICATION, ASKER_NONE };
enum rules_notify { NOTIFY_SIGN, NOTIFY_ALL, NOTIFY_REFUSED, NOTIFY_NONE };

#define RULES_USES_ANY UINT32_MAX

struct rule; /* one line */
struct rules; /* a whole file; complete below, so that the caller can keep one without malloc */

/* What decided: the verdict with the deciding rule's options. */
struct decision {
	enum verdict verdict;
	unsigned line; /* of the deciding rule; 0: no rule matched, or a built-in one (see builtin) */
	bool builtin;
	uint32_t uses; /* allow: 1 to 1000, or RULES_USES_ANY */
	uint32_t rate; /* allow: 1 to 1000, or RULES_USES_ANY; per rate_seconds */
	uint32_t rate_seconds;
	uint32_t remember_seconds; /* ask: 0 none */
	uint32_t timeout_seconds; /* ask */
	bool quiet;
	struct span nickname; /* empty: none */
	const char *reason; /* why a denial, in our own words; never NULL */
};

/* Where and why a file is wrong; line and column count from 1, columns in bytes. */
struct rules_error {
	unsigned line;
	unsigned column;
	char reason[160];
};

/*
 * Resolves a `key` value that is a path (its ~/ already replaced by home): the hash of the one public key in that file. 0 or -errno; the
 * parser turns a failure into an error at that word.
 */
struct rules_keyfile {
	int (*hash)(void *ctx, const char *path, uint8_t out[SHA256_SIZE]);
	void *ctx;
	const char *home;
};

/*
 * Parses text, which must live as long as *r: values are borrowed from it. 0, or -EINVAL with *error filled and *r refusing everything.
 */
int rules_parse(struct rules *r, struct span text, const struct rules_keyfile *keyfile, struct rules_error *error);

/* The rules that hold without a file. */
void rules_builtin(struct rules *r);

/* The first rule that matches decides; none: deny. */
void rules_decide(const struct rules *r, const struct facts *f, struct decision *out);

/*
 * The key is listed: some user and purpose exist for which the first matching rule allows or asks. Of f: client, arg, key, key_hash, comment; host (PROVEN with names,
 * UNNAMED, or UNKNOWN for any host) and host_hash as bound; forwarded.
 */
bool rules_lists(const struct rules *r, const struct facts *f);

/* Directives. rules_agent(): the path that `agent NAME PATH` gives, "~/" not yet replaced; empty: none. */
struct span rules_agent(const struct rules *r, struct span name);
enum rules_asker rules_asker(const struct rules *r);
enum rules_notify rules_notify(const struct rules *r);

/* NAME as qssh-rules(5) defines it: [A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}. */
bool rules_is_name(struct span s);

#endif
