/* SPDX-License-Identifier: ISC */
/* Every bound of qssh, with its reason. Sizes are bytes and times are milliseconds unless a name says otherwise. */
#ifndef QSSH_BASE_LIMITS_H
#define QSSH_BASE_LIMITS_H

/*
 * One agent message, the type byte included: OpenSSH's own limit (authfd.c, MAX_AGENT_REPLY_LEN; ssh-agent.c,
 * AGENT_MAX_LEN).
 */
#define LIMIT_FRAME (256u * 1024u)

/* Keys in one LIST answer: OpenSSH's limit (authfd.c, MAX_AGENT_IDENTITIES). */
#define LIMIT_IDENTITIES 2048u

/* session-bind requests on one connection: OpenSSH's limit (ssh-agent.c, AGENT_MAX_SESSION_IDS). */
#define LIMIT_BINDS 16u

/* A session id: OpenSSH's limit (ssh-agent.c, AGENT_MAX_SID_LEN). Real ones have 20 to 64 bytes. */
#define LIMIT_SESSION_ID 128u

/* Requests on one connection. Real clients stay under a hundred; a client that wants more connects again. */
#define LIMIT_REQUESTS 1024u

/* A qube's name (core-admin, qubes/vm/__init__.py: a letter and at most 30 more). */
#define LIMIT_QUBE 31u

/* A service argument, and an agent's NAME (rules.md). qrexec allows longer ones; no longer one names an agent. */
#define LIMIT_NAME 64u

/* The client's wait for any one answer: under sshd's default LoginGraceTime of 120 s. */
#define LIMIT_ANSWER_MS (110 * 1000)

/* The vault's wait for its agent to accept, and to list. */
#define LIMIT_AGENT_MS (5 * 1000)

/*
 * How long the agent's list is taken for what it holds: a LIST and the SIGN that follows it need one, a connection
 * held open a fresh one.
 */
#define LIMIT_LIST_MS 1000

/*
 * The vault's wait for a person to unlock an empty agent, once told: long enough to find the password manager's window
 * and type, short enough that a LIST and a question after it stay within the client's limit.
 */
#define LIMIT_UNLOCK_MS (30 * 1000)

/* How often the agent is looked at meanwhile. */
#define LIMIT_UNLOCK_LOOK_MS 500

/* The vault's wait for a signature: `ssh-add -c` waits for a person; under the client's limit. */
#define LIMIT_SIGN_MS (100 * 1000)

/*
 * The filter's wait for a session that is still starting: a vault's comes seconds after its qrexec, and later
 * on a slow disk. With the vault's own start before it and a person's answer behind it, it stays under the
 * client's limit.
 */
#define LIMIT_SESSION_MS (30 * 1000)

/*
 * The time in which an agent's passphrases are asked for, and the filter's wait for an agent that starts: the one
 * under the other, both under the client's limit.
 */
#define LIMIT_LOAD_MS (90 * 1000)
#define LIMIT_START_MS (100 * 1000)

/*
 * `qssh proxy`: ssh processes that share a proxy agent, and connections that it serves at a time.
 * MaxConnections= in qssh.socket is the same.
 */
#define LIMIT_PROXIED 256u
#define LIMIT_SERVED 1024u

/* The rest of a frame once its first byte is there, and the write of an answer: a peer slower than this is gone. */
#define LIMIT_TRANSFER_MS (30 * 1000)

/* The rules file: bytes, lines, bytes a line (rules.md). */
#define LIMIT_RULES_SIZE (1024u * 1024u)
#define LIMIT_RULES_LINES 10000u
#define LIMIT_RULES_LINE 4096u

/*
 * What all rules' clauses hold together, of each kind: patterns for clients, arguments and namespaces; keys;
 * destinations.
 */
#define LIMIT_RULES_VALUES 65536u

/* Comparing one request with the rules and the known hosts, in steps of a glob: well under a second. */
#define LIMIT_MATCH_STEPS (1u << 29)

/*
 * Agents and public key files that the rules may name, together: one a line, and as many again; more keys than an
 * agent lists.
 */
#define LIMIT_RULES_NAMED 16384u

/*
 * All known_hosts files together: bytes, beyond which there is no table; lines, beyond which only @revoked ones
 * count.
 */
#define LIMIT_HOSTS_SIZE (8u * 1024u * 1024u)
#define LIMIT_HOSTS_LINES 40000u

/* One line of a record: one write(2), whole or not at all. */
#define LIMIT_RECORD_LINE 1024u

/*
 * One file of the record before the next begins, and all files together: looked at when a file begins, and then
 * made some less, since what is open by then goes on growing.
 */
#define LIMIT_RECORD_SIZE (256 * 1024)
#define LIMIT_RECORD_TOTAL (64 * 1024 * 1024)
#define LIMIT_RECORD_FIT (LIMIT_RECORD_TOTAL - 4 * 1024 * 1024)

/*
 * What one file of the record can grow to where a filter was taken over: its own limit (filter/sandbox.h), and what
 * readers of the record take.
 */
#define LIMIT_RECORD_FILE (64 * 1024 * 1024)

/* What a person reads: one untrusted name in a sentence, in characters; a whole sentence, in bytes. */
#define LIMIT_SHOWN_NAME 64u
#define LIMIT_SENTENCE 1088u

#endif
