/* SPDX-License-Identifier: ISC */
/*
 * As much of Qubes' qrexec policy as the tests need, read from /etc/qubes/policy.d, every file named *.policy, in
 * C order, first match wins:
 *
 * 	SERVICE {*|+ARG} SOURCE TARGET {allow|deny|ask} [target=NAME] [default_target=NAME] [user=NAME] [notify=] [autostart=]
 *
 * SOURCE is a qube, @tag:TAG or @anyvm; TARGET is a qube, @default or @anyvm.
 * A comment has a line of its own.
 * As in the real one, a line that does not parse, in any file, refuses every call; `@default allow` without
 * target= is such a line; an ask without a target to offer is a deny.
 */
#ifndef FAKE_POLICY_H
#define FAKE_POLICY_H

#define POLICY_DIR "/etc/qubes/policy.d"
#define POLICY_TAGS_DIR "/run/qubes/tags"
#define POLICY_NAME 64 /* bytes, NUL included, of any word in a line */

enum policy_action {
	POLICY_DENY,
	POLICY_ALLOW,
	POLICY_ASK,
};

struct policy_verdict {
	enum policy_action action;
	char target[POLICY_NAME]; /* where an allowed call goes, or an asked one after a yes */
	char user[POLICY_NAME]; /* user=, or "" */
};

/* arg is what follows the service's first `+`, or "". Fills v; any error is POLICY_DENY. */
void policy_decide(
    const char *service, const char *arg, const char *source, const char *target, struct policy_verdict *v);

#endif
