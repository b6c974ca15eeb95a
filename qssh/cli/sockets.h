/*
 * The vaults that this qube has a socket for: `default`, and one more `ListenStream=` of qssh.socket for each drop-in
 * ~/.config/systemd/user/qssh.socket.d/SOCKETNAME.conf. The verbs add, remove and list keep them.
 */
#ifndef QSSH_CLI_SOCKETS_H
#define QSSH_CLI_SOCKETS_H

#include "client/target.h"
#include "sys/json.h"

#include <stdbool.h>

#define VAULTS_DIR ".config/systemd/user/qssh.socket.d"

/* Far more than anybody types. */
#define VAULTS_MAX 64u

/* As a socket's address can hold (unix(7), sun_path), its NUL included. */
#define VAULTS_SOCKET_SIZE 108u

struct vaults {
	size_t count;
	struct target list[VAULTS_MAX]; /* `default` first, the others in order */
};

/* Reads them. 0; -E2BIG: there are more, which are left out; or -errno. */
int vaults_read(struct vaults *v, const char *home);

/* The path of a socket below the runtime directory. 0; -ENAMETOOLONG: no socket can have that name; -ENOENT without a runtime directory. */
int vaults_socket(char path[VAULTS_SOCKET_SIZE], const char *runtime_dir, const struct target *t);

/* Parses a socket's name that a person typed; complains, naming verb, where it is none. 0 or -EINVAL. */
int vaults_parse(const char *verb, struct target *t, const char *name);

/* Prints them with target, state and pins: a line each, or where j is not NULL an array, named name. False: one has a bad default target, or they can't be read. */
bool vaults_print(const char *verb, struct json *j, const char *name);

/* The verbs. Their exit status. */
int vaults_add(int argc, char **argv);
int vaults_remove(int argc, char **argv);
int vaults_list(int argc, char **argv);

#endif
