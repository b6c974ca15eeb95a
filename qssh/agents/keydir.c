/* SPDX-License-Identifier: ISC */
#include "agents/keydir.h"

#include "agents/agentconn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ssh-add(1): what it adds when run without arguments. */
static const char *const DEFAULT_NAMES[] = {
	"id_rsa",
	"id_ecdsa",
	"id_ecdsa_sk",
	"id_ed25519",
	"id_ed25519_sk",
	"id_dsa",
};

/* A key file's mark stands at its begin, but text may stand before it. */
#define LOOKED_INTO (64u * 1024u)
#define MARK "PRIVATE KEY-----"

static int
open_ours(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int error = 0;

	if (fd == -1)
		return errno == ELOOP ? -ENOTDIR : -errno;
	if (fstat(fd, &st) == -1)
		error = -errno;
	else if (st.st_uid != geteuid() || (st.st_mode & 022) != 0)
		error = -EPERM;
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int
keydir_check(const char *home, const char *name)
{
	char ssh[KEYDIR_PATH];
	int above, all, fd;

	if (home == NULL)
		return -ENOENT;
	if (snprintf(ssh, sizeof(ssh), "%s/.ssh", home) >= (int)sizeof(ssh))
		return -ENAMETOOLONG;
	above = open(ssh, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (above == -1)
		return -errno;
	all = open_ours(above, "identities.d");
	close(above);
	if (all < 0)
		return all;
	fd = open_ours(all, name);
	close(all);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

const char *
keydir_trouble(int error)
{
	switch (error) {
	case -ENOTDIR: return "is not a directory, or it or identities.d is a symbolic link";
	case -EPERM: return "or identities.d belongs to somebody else, or others may write to it: chmod go-w";
	default: return "can't be read";
	}
}

static bool
ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && strcmp(s + len - n, end) == 0;
}

static int
is_candidate(const struct dirent *e)
{
	return e->d_name[0] != '.' && !ends_with(e->d_name, ".pub") && !ends_with(e->d_name, ".ssh-add-option");
}

/* What we can't look into is left to ssh-add to complain about. */
static bool
is_key(const char *path)
{
	static uint8_t text[LOOKED_INTO];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return errno != ENOENT;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, text, sizeof(text));
	close(fd);
	return n > 0 && memmem(text, (size_t)n, MARK, strlen(MARK)) != NULL;
}

/* 1 if there is a key at home/below/name. */
static int
visit(const char *home, const char *below, const char *name, void (*f)(void *, const struct keydir_key *), void *ctx)
{
	static struct keydir_key key;

	if (snprintf(key.path, sizeof(key.path), "%s/%s/%s", home, below, name) >= (int)sizeof(key.path) ||
	    snprintf(key.shown, sizeof(key.shown), "~/%s/%s", below, name) >= (int)sizeof(key.shown) ||
	    !is_key(key.path))
		return 0;
	f(ctx, &key);
	return 1;
}

static int
each_default(const char *home, void (*f)(void *, const struct keydir_key *), void *ctx)
{
	int count = 0;

	for (size_t i = 0; i < sizeof(DEFAULT_NAMES) / sizeof(DEFAULT_NAMES[0]); i++)
		count += visit(home, ".ssh", DEFAULT_NAMES[i], f, ctx);
	return count;
}

static int
each_in(const char *home, const char *name, void (*f)(void *, const struct keydir_key *), void *ctx)
{
	char below[KEYDIR_PATH], path[KEYDIR_PATH];
	struct dirent **entries;
	int n, count = 0;

	snprintf(below, sizeof(below), ".ssh/identities.d/%s", name);
	if (snprintf(path, sizeof(path), "%s/%s", home, below) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	n = scandir(path, &entries, is_candidate, alphasort);
	if (n == -1)
		return -errno;
	for (int i = 0; i < n; i++) {
		count += visit(home, below, entries[i]->d_name, f, ctx);
		free(entries[i]);
	}
	free(entries);
	return count;
}

int
keydir_each(const char *home, const char *name, void (*f)(void *, const struct keydir_key *), void *ctx)
{
	bool by_default = strcmp(name, AGENT_DEFAULT) == 0;
	int error = keydir_check(home, name), count, more;

	if (error < 0 && !(by_default && error == -ENOENT && home != NULL))
		return error;
	count = by_default ? each_default(home, f, ctx) : 0;
	more = error == 0 ? each_in(home, name, f, ctx) : 0;
	return more < 0 ? more : count + more;
}
