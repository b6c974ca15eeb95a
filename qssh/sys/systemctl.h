/* SPDX-License-Identifier: ISC */
/* systemd's user manager, by way of `systemctl --user`. Each call takes 10 s at most. */
#ifndef QSSH_SYS_SYSTEMCTL_H
#define QSSH_SYS_SYSTEMCTL_H

#include <stdbool.h>
#include <stddef.h>

/* The one unit of the client. */
#define MANAGER_SOCKET "qssh.socket"

/* There is one to talk to. */
bool manager_is_up(void);

/* `systemctl --user VERB WORD`, WORD may be NULL. 0; -EPROTO where systemctl says no, or -errno. */
int manager_do(const char *verb, const char *word);

/* The same of the system's manager, without asking for a password: root may, and whom polkit lets. */
int manager_do_system(const char *verb, const char *unit);

/* A property of the unit, in value, cut at its size. 0 or -errno. */
int manager_property(const char *unit, const char *property, char *value, size_t size);

/* The unit is active now. */
bool manager_is_active(const char *unit);

/* The manager's environment, NAME=VALUE lines, NUL-terminated. 0 or -errno. */
int manager_show_environment(char *text, size_t size);

/*
 * NAME's value in such a text. 0, or -ENOENT: it is not there, too long, or written in a quoted form, which no
 * value has that we look for.
 */
int manager_value(const char *text, const char *name, char *value, size_t size);

/* NAME's value in the manager's environment. 0, -ENOENT: it is not set there, or -errno. */
int manager_environment(const char *name, char *value, size_t size);

#endif
