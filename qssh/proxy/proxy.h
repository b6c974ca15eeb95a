/* SPDX-License-Identifier: ISC */
/*
 * `qssh proxy`: ssh's ProxyCommand where no user manager listens for ssh.
 * It connects to the host, sees to it that an agent socket is served for as long as its ssh lives (proxyagent.h), and
 * then hands ssh the connection (ProxyUseFdpass), relays it (duplex.h), or becomes another ProxyCommand.
 * See qssh-proxy(1).
 * Source: OpenSSH sshconnect.c, ssh_proxy_fdpass_connect() and ssh_proxy_connect().
 */
#ifndef QSSH_PROXY_PROXY_H
#define QSSH_PROXY_PROXY_H

extern const char proxy_help[];

/* The verb, with argv from it on. The exit status: 0, 2 for a wrong usage, 255 as ssh has it for what else fails. */
int proxy_run(int argc, char **argv);

/* What stands on the command line. */
struct proxy_words {
	const char *vault; /* the socket name of a vault: default, NAME, NAME:ARG */
	const char *host;
	const char *port;
	const char *user; /* NULL: the person's own name, as ssh would have it */
	char **command; /* another ProxyCommand, up to a NULL; or NULL */
};

/* Takes argv apart, from the verb on. 0 or -EINVAL. Pure. */
int proxy_parse(struct proxy_words *w, char **argv);

#endif
