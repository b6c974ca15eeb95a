/*
 * known_hosts: names for host keys, read once. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
 *
 * The files, in this order: ~/.config/qssh/known_hosts, ~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts. A line that has no sense is passed
 * over, as OpenSSH does; a @revoked line with a readable key counts wherever it stands.
 */
#ifndef QSSH_HOSTS_H
#define QSSH_HOSTS_H

#include "agentmsg.h"
#include "names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hosts_state {
	HOSTS_UNNAMED, /* no line names it; or its certificate does not hold */
	HOSTS_NAMED,
	HOSTS_REVOKED, /* it, or its certificate's CA, is revoked */
};

struct hosts; /* all lines of all files */

/* Reads the three files into one table made with malloc; a file that is not there is empty. 0, or -errno: no table. */
int hosts_open(struct hosts **out, const char *home);

/* An empty table, and one more file's text added to it; text must live as long as the table. 0 or -ENOMEM, -E2BIG. */
int hosts_new(struct hosts **out);
int hosts_add(struct hosts *h, struct span text);

void hosts_free(struct hosts *h);

/*
 * Looks a host key up, plain or certified. now is seconds since 1970, for a certificate's life. *names borrows from the table and from blob.
 * A certificate counts only if it is a host certificate, alive now, with at least one principal and no critical option, and a @cert-authority line holds its CA;
 * its signature is not checked here (the witness has). The plain key inside a certificate is looked up as well.
 */
enum hosts_state hosts_lookup(const struct hosts *h, const struct agentmsg_key *key, uint64_t now, struct names *names);

#endif
