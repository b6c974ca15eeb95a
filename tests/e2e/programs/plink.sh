#!/bin/bash
# SPDX-License-Identifier: ISC
# PuTTY's plink, as Debian packages it, logs in and copies: it asks and signs on separate connections and never binds.
. "$(dirname "$0")/../../lib/script.sh"

hostkey=$(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
run client SSH_AUTH_SOCK=$socket plink -batch -ssh -hostkey "$hostkey" remote@host id -un
expect 0 remote
run grep -c host=unknown /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0
run client SSH_AUTH_SOCK=$socket pscp -batch -q -hostkey "$hostkey" /etc/hosts remote@host:copied
expect 0
cmp /etc/hosts /home/remote/copied

# Without SSH_AUTH_SOCK it has no agent: it does not read ssh_config.
run client plink -batch -ssh -hostkey "$hostkey" remote@host id -un
expect 1
