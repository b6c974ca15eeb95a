/* SPDX-License-Identifier: ISC */
/*
 * Whether the person feeds the agent of the vault's session with keys. Where nobody does, and ~/.ssh has keys of
 * ssh-add's default names, an agent of ours serves those (agents.h).
 */
#ifndef QSSH_AGENTS_FED_H
#define QSSH_AGENTS_FED_H

#include <stdbool.h>

/*
 * Remembers, for as long as the session lasts, that its agent has held keys: then an empty or locked one is meant
 * to be. And for ever, where home is not NULL: then keys may come. That is written once.
 */
void fed_note(const char *runtime_dir, const char *home);

/* It was noted. */
bool fed_noted(const char *runtime_dir);

/* A session's agent has held keys here, this time or before: a person who is told may bring them. */
bool fed_ever(const char *home);

/* An entry of ~/.config/autostart runs ssh-add: the keys come soon, and perhaps with conditions (ssh-add -c). */
bool fed_at_login(const char *home);

#endif
