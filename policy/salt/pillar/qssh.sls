# SPDX-License-Identifier: ISC
# The names that the states go by: put your own. See qssh(7).
qssh:
  vault: vault
  clients:
    - ssh-client
  # ask, or allow: whether dom0 asks at each call; any other word is ask. The vault's rules decide in any case.
  action: ask
  # They get the packages.
  templates:
    - debian-13
  version: 0.9.0
  # The vault's user, and its rules, see qssh-rules(5).
  user: user
  rules: |
    ask ssh-client remember 5m
