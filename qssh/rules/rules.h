/* SPDX-License-Identifier: ISC */
/*
 * The vault's rules: parse, match, decide.
 * Pure: no I/O, no clock, no environment, no malloc.
 * The language is qssh-rules(5).
 *
 * parser reads a file once, by words (a line's) and value (a word's), into the form below, which is matched as it
 * is: match (one rule), decision (which rule decides), listing (which keys are shown).
 */
#ifndef QSSH_RULES_RULES_H
#define QSSH_RULES_RULES_H

#include "base/limits.h"
#include "base/wire.h"
#include "rules/value.h"
#include "rules/words.h"
#include "ssh/hostnames.h"
#include "ssh/signdata.h"

#include <stdbool.h>
#include <stdint.h>

/* DENY is 0: whatever was not decided is refused. */
enum verdict { DENY, ASK, ALLOW };

/* What is known of a login's host, as qssh-rules(5) defines the words. */
enum host_known { HOST_UNKNOWN, HOST_UNNAMED, HOST_VOUCHED, HOST_PROVEN };

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* A host that an agent was forwarded to, whose own signature the witness has verified. */
struct hop {
	bool named; /* the key has a name here */
	struct names names; /* where named */
	uint8_t hash[SHA256_SIZE]; /* the key's */
};

/* Everything that is known of one request when it is decided and described. */
struct facts {
	struct span client; /* the qube, from dom0 */
	struct span arg; /* the service argument, empty for none */
	struct sshkey key; /* the requested key */
	uint8_t key_hash[SHA256_SIZE]; /* its plain key's hash */
	struct span comment; /* the agent's comment for it */
	struct signdata what; /* what would be signed */
	enum host_known host; /* of a login; HOST_UNKNOWN for anything else */
	struct names names; /* the host's, where proven or vouched */
	uint8_t host_hash[SHA256_SIZE]; /* the host key's hash, where the host is not unknown */
	enum tri forwarded; /* a forwarding bind preceded */
	struct hop hops[LIMIT_BINDS]; /* the way of what was forwarded, the client's next host first */
	unsigned hop_count;
	bool way_whole; /* there is a hop, and no bind of the connection was left unproven */
};

enum rules_asker { ASKER_AUTO, ASKER_DIALOG, ASKER_NOTIFICATION, ASKER_NONE };
enum rules_notify { NOTIFY_SIGN, NOTIFY_ALL, NOTIFY_REFUSED, NOTIFY_NONE };

#define RULES_USES_ANY VALUE_ANY

/* The clauses that a rule has: bits. */
enum rules_clause {
	RULES_ARG = 1,
	RULES_KEY = 2,
	RULES_TO = 4,
	RULES_FOR = 8,
	RULES_FORWARDED = 16,
	RULES_VOUCHED = 32,
	RULES_REMEMBER = 64,
	RULES_USES = 128,
	RULES_RATE = 256,
	RULES_TIMEOUT = 512,
	RULES_QUIET = 1024,
	RULES_NICKNAME = 2048,
	RULES_VIA = 4096,
};

/* A pattern of CLIENTS or ARGS (`!` before it: it excludes), or of an SSHSIG's namespace. */
struct rules_pattern {
	struct span text;
	bool excludes;
};

/* K: the hash of a key, or where text.p is set a pattern on the agent's comment. */
struct rules_key {
	struct span text;
	uint8_t hash[SHA256_SIZE];
	uint32_t next; /* for keyindex.h: the next key of a slot, + 1 */
	uint16_t prefix; /* as much of text stands before its first wildcard */
	uint16_t rule; /* whose it is, by its number */
};

/* Some of the rules: a bit for each number. */
struct rules_set {
	uint64_t bits[(LIMIT_RULES_LINES + 63) / 64];
};

/* Some values of one rule: where they begin in the array of their kind, and how many they are. */
struct rules_range {
	uint32_t first;
	uint32_t count;
};

/* One rule. */
struct rule {
	unsigned line;
	enum verdict verdict;
	unsigned clauses;
	unsigned purposes; /* bits 1u << enum purpose, defaults applied; that of SSHSIG: every namespace */
	struct rules_range clients; /* of pattern */
	struct rules_range args; /* of pattern */
	struct rules_range keys; /* of key */
	struct rules_range to; /* of to */
	struct rules_range via; /* of to: hosts, without a user */
	struct rules_range namespaces; /* of pattern: an SSHSIG's, where purposes can't say it */
	bool for_idle; /* `for` names a purpose that `to` never matches, other than by `any` */
	enum tri forwarded; /* what is wanted; TRI_UNKNOWN: no such clause */
	uint32_t uses;
	uint32_t rate;
	uint32_t rate_seconds;
	uint32_t remember_seconds;
	uint32_t timeout_seconds;
	struct span nickname; /* as it means */
};

/* What a word of the file stands for: an agent's socket, or the key in a .pub file. */
enum rules_kind { RULES_AGENT, RULES_KEYFILE };

struct rules_named {
	enum rules_kind kind;
	struct span name;
	struct span path; /* of an agent */
	uint8_t hash[SHA256_SIZE]; /* of a key */
};

/*
 * A whole file: some 14 MiB, of which only what a file fills is ever touched.
 * Keep it in static storage: it begins as zeroes.
 */
struct rules {
	size_t count;
	size_t pattern_count;
	size_t key_count;
	size_t to_count;
	size_t named_count;
	size_t kept_len;
	bool builtin;
	bool broken;
	bool asker_given;
	bool notify_given;
	enum rules_asker asker;
	enum rules_notify notify;
	struct rule rule[LIMIT_RULES_LINES];
	struct rules_pattern pattern[LIMIT_RULES_VALUES];
	struct rules_key key[LIMIT_RULES_VALUES];
	struct value_to to[LIMIT_RULES_VALUES];
	struct rules_set keyless; /* rules without a `key` clause */
	size_t key_slots; /* a power of two: so much of key_slot is in use */
	uint32_t key_slot[2 * LIMIT_RULES_VALUES]; /* a hash table over key: its index + 1, or 0 */
	uint64_t prefixes[LIMIT_RULES_LINE / 64 + 1]; /* a bit for each length of a prefix that there is */
	struct rules_named named[LIMIT_RULES_NAMED];
	uint16_t slots[2 * LIMIT_RULES_NAMED]; /* a hash table over named: its index + 1, or 0 */
	uint8_t kept[LIMIT_RULES_SIZE]; /* words that are not in the text as they mean, for their escapes */
};

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
	bool burst; /* the rate of an allow is used up, so that it is asked */
	struct span nickname; /* empty: none */
	const char *reason; /* why a denial, in our own words; never NULL, empty if it is none */
	bool asked; /* a person was to be asked, and reason is what became of it; set by who asks */
	unsigned vouched_line; /* of a denial: the first rule before it that lacks but `vouched`; 0: none */
};

/* Why a request is refused that would take more than LIMIT_MATCH_STEPS to compare. */
#define RULES_TOO_MUCH "comparing it with the rules and the known hosts would take too long"

/* Where and why a file is wrong; line and column count from 1, columns in bytes. */
struct rules_error {
	unsigned line;
	unsigned column;
	char reason[160];
};

/*
 * Resolves a `key` value that is a path (its ~/ already replaced by home): the hash of the one public key in that
 * file.
 * 0 or -errno (-EINVAL: no public key, -E2BIG: more than one); the parser turns a failure into an error at that
 * word.
 * Called once for each path.
 */
struct rules_keyfile {
	int (*hash)(void *ctx, const char *path, uint8_t out[SHA256_SIZE]);
	void *ctx;
	const char *home;
};

/*
 * Parses text, which must live as long as *r: values are borrowed from it. 0, or -EINVAL with *error filled and
 * *r refusing everything. Linear in text, but for what keyfile does; keyfile NULL: a path is an error.
 */
int rules_parse(struct rules *r, struct span text, const struct rules_keyfile *keyfile, struct rules_error *error);

/* The rules that refuse everything: for a file that may not be read, or not be believed. */
void rules_refuse(struct rules *r);

/* The rules that hold without a file. */
void rules_builtin(struct rules *r);

/* An agent or a key file by its name, or NULL. */
const struct rules_named *rules_find(const struct rules *r, enum rules_kind kind, struct span name);

/*
 * For the parser: adds an agent or a key file, 0 or -E2BIG; and keeps what a word of the text means, for as long
 * as text and rules live.
 */
int rules_add(struct rules *r, const struct rules_named *n);
struct span rules_keep(struct rules *r, const struct word *w);

/* The first rule that matches decides; none: deny. Linear in the rules. */
void rules_decide(const struct rules *r, const struct facts *f, struct decision *out);

/*
 * The key is listed: some user and purpose exist for which the first matching rule allows or asks.
 * For more than one key: listing.h, where stands what f holds.
 *
 * Users, namespaces and hosts that exist are all that the rules' own patterns can match.
 * A key too many is listed where only several denies together hide what a later rule's pattern allows, and in
 * files of hundreds of denies where each hides but some of a key's uses.
 * Hiding is a courtesy; what is signed is decided afresh.
 */
bool rules_lists(const struct rules *r, const struct facts *f);

/*
 * A rule that could let this key through has a pattern for hosts, and the bound host a name that is hashed in
 * known_hosts: so the key may be hidden only for that.
 * Of f as rules_lists().
 */
bool rules_miss_hashed(const struct rules *r, const struct facts *f);

/* Directives. rules_agent(): the path that `agent NAME PATH` gives, "~/" not yet replaced; empty: none. */
struct span rules_agent(const struct rules *r, struct span name);
enum rules_asker rules_asker(const struct rules *r);
enum rules_notify rules_notify(const struct rules *r);

/* NAME as qssh-rules(5) defines it: [A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}. */
bool rules_is_name(struct span s);

#endif
