/* SPDX-License-Identifier: ISC */
#include "agents/agents.h"

#include "agents/agentconn.h"
#include "agents/fed.h"
#include "agents/keydir.h"
#include "agents/loaded.h"
#include "agents/start.h"
#include "sys/agentsockets.h"
#include "sys/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

/* An agent that takes longer to list its keys is not looked into. */
#define COUNT_MS 1000

#define PATH_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)

static int
connect_in(const char *dir, const char *below, const char *name)
{
	char path[PATH_SIZE];

	if (dir == NULL)
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/%s%s", dir, below, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return agent_connect_path(path);
}

/* A path as the rules give it: no NUL can be in it, but it has no end of its own. */
static int
connect_directive(const struct agents_places *places, struct span path)
{
	char name[PATH_SIZE];
	bool at_home = span_starts(path, "~/");
	size_t skip = at_home ? 2 : 0;

	if (path.len - skip >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, path.p + skip, path.len - skip);
	name[path.len - skip] = '\0';
	return at_home ? connect_in(places->home, "", name) : agent_connect_path(name);
}

static int
connect_ours(const struct agents_places *places, const char *name)
{
	return connect_in(places->runtime_dir, "qssh/agents/", name);
}

/* The rest of path below runtime_dir/qssh/, or NULL. */
static const char *
below_qssh(const struct agents_places *places, const char *path)
{
	char dir[4096];
	int n = snprintf(dir, sizeof(dir), "%s/qssh/", places->runtime_dir == NULL ? "" : places->runtime_dir);

	if (path == NULL || places->runtime_dir == NULL || n >= (int)sizeof(dir) || strncmp(path, dir, (size_t)n) != 0)
		return NULL;
	return path + n;
}

static bool
names_ours(const struct agents_places *places)
{
	const char *rest = below_qssh(places, places->auth_sock);

	return rest != NULL && strcmp(rest, "agents/" AGENT_DEFAULT) == 0;
}

static int
connect_session(const struct agents_places *places)
{
	const char *path = places->auth_sock;
	int fd = -ENOENT;

	if (path != NULL && path[0] != '\0' && below_qssh(places, path) == NULL)
		fd = agent_connect_path(path);
	for (size_t i = 0; fd < 0 && agentsockets_automatic[i] != NULL; i++)
		fd = connect_in(places->runtime_dir, "", agentsockets_automatic[i]);
	return fd;
}

/* Ours, if it runs and has its keys. The witness has none, and is used as soon as it answers. */
static int
connect_loaded(const struct agents_places *places, const char *name)
{
	int fd = connect_ours(places, name);

	if (fd < 0 || loaded_use(places->runtime_dir, name))
		return fd;
	close(fd);
	return -EAGAIN;
}

/* Both at once, so that the call waits once. */
static void
start_ours(struct agents *a, const struct agents_places *places, const char *name)
{
	const char *names[3];
	size_t n = 0;

	a->ours = name != NULL;
	a->witness = connect_loaded(places, AGENT_WITNESS);
	if (name != NULL)
		a->keys = connect_loaded(places, name);
	if (a->witness < 0)
		names[n++] = AGENT_WITNESS;
	if (name != NULL && a->keys < 0)
		names[n++] = name;
	names[n] = NULL;
	if (n == 0 || places->runtime_dir == NULL)
		return;
	if (!places->look)
		(void)agentstart_run(places->runtime_dir, names);
	if (a->witness < 0)
		a->witness = connect_ours(places, AGENT_WITNESS);
	if (name != NULL && a->keys < 0)
		a->keys = connect_ours(places, name);
}

static void
say_ours(struct agents *a, const char *name)
{
	bool by_default = strcmp(name, AGENT_DEFAULT) == 0;

	snprintf(a->missing, sizeof(a->missing),
	    "the vault's agent %s did not start: `systemctl --user status qssh-agent@%s` says why", name, name);
	snprintf(a->empty, sizeof(a->empty),
	    "the vault's agent %s holds no keys: put them into ~/.ssh/identities.d/%s%s and run `systemctl --user "
	    "reload-or-restart qssh-agent@%s`",
	    name, name, by_default ? ", or make ~/.ssh/id_ed25519," : "", name);
}

static void
open_directive(struct agents *a, const struct agents_places *places, const char *name, struct span directive)
{
	a->keys = connect_directive(places, directive);
	a->waits = true;
	snprintf(a->missing, sizeof(a->missing),
	    "the agent of the rules' line `agent %s` can't be reached: does it run?", name);
	snprintf(
	    a->empty, sizeof(a->empty), "the agent of the rules' line `agent %s` holds no keys, or is locked", name);
}

/*
 * Whether NAME is one of ours to start.
 * Words for people have the name only where something of that name is here: otherwise it is the client's.
 */
static bool
has_unit(struct agents *a, const struct agents_places *places, const char *name)
{
	int error = keydir_check(places->home, name);

	if (error == 0) {
		say_ours(a, name);
		return true;
	}
	if (error == -ENOENT)
		snprintf(
		    a->missing, sizeof(a->missing), "this vault has no agent of the name that the client asked for");
	else
		snprintf(a->missing, sizeof(a->missing), "~/.ssh/identities.d/%s %s", name, keydir_trouble(error));
	return false;
}

static void
count_key(void *ctx, const struct keydir_key *key)
{
	(void)key;
	++*(int *)ctx;
}

/* ~/.ssh has keys of ssh-add's default names. */
static bool
has_default_keys(const struct agents_places *places)
{
	int count = 0;

	(void)keydir_each(places->home, AGENT_DEFAULT, count_key, &count);
	return count > 0;
}

/*
 * Whether a->keys, the session's agent, is the one to serve: it is unless it is empty, nobody feeds it, and there
 * are keys to serve in its place.
 * One that does not answer is left to whoever asks it next.
 */
static bool
session_serves(struct agents *a, const struct agents_places *places)
{
	int held;

	if (places->runtime_dir == NULL || fed_noted(places->runtime_dir) || fed_at_login(places->home))
		return true;
	held = agent_count(a->keys, clock_deadline(COUNT_MS));
	if (held < 0) {
		close(a->keys);
		a->keys = connect_session(places);
		return true;
	}
	if (held > 0 && !places->look)
		fed_note(places->runtime_dir, places->home);
	return held > 0 || !has_default_keys(places);
}

static void
say_instead(struct agents *a)
{
	static const char session[] =
	    "the ssh-agent of the vault's session holds no keys, and the vault's agent default";

	snprintf(a->missing, sizeof(a->missing),
	    "%s did not start: `systemctl --user status qssh-agent@default` says why", session);
	snprintf(a->empty, sizeof(a->empty),
	    "%s could not load those of ~/.ssh: `qssh-vault log` says why; `systemctl --user "
	    "reload qssh-agent@default` tries again",
	    session);
}

static void
open_default(struct agents *a, const struct agents_places *places)
{
	int error = keydir_check(places->home, AGENT_DEFAULT);

	say_ours(a, AGENT_DEFAULT);
	if (error < 0 && error != -ENOENT) {
		(void)has_unit(a, places, AGENT_DEFAULT);
		start_ours(a, places, NULL);
		return;
	}
	if (error == -ENOENT && !names_ours(places))
		a->keys = connect_session(places);
	if (a->keys >= 0 && !session_serves(a, places)) {
		close(a->keys);
		a->keys = -1;
		say_instead(a);
	}
	if (a->keys < 0) {
		start_ours(a, places, AGENT_DEFAULT);
		return;
	}
	start_ours(a, places, NULL);
	a->waits = fed_ever(places->home) || fed_at_login(places->home);
	snprintf(a->empty, sizeof(a->empty),
	    "the ssh-agent of the vault's session holds no keys, or is locked: run ssh-add or unlock the password "
	    "manager; for keys that load by themselves see qssh-agents(7)");
}

static void
open_named(struct agents *a, const struct agents_places *places, const char *name)
{
	bool ours = has_unit(a, places, name);

	if (!ours)
		a->keys = connect_ours(places, name);
	start_ours(a, places, ours ? name : NULL);
	if (!ours)
		snprintf(a->empty, sizeof(a->empty), "the vault's agent %s holds no keys, or is locked", name);
}

void
agents_open(struct agents *a, const struct agents_places *places, const char *name, struct span directive)
{
	*a = (struct agents){ .keys = -1, .witness = -1 };
	if (directive.len > 0) {
		open_directive(a, places, name, directive);
		start_ours(a, places, NULL);
	} else if (strcmp(name, AGENT_DEFAULT) == 0) {
		open_default(a, places);
	} else {
		open_named(a, places, name);
	}
	if (a->keys < 0)
		a->keys = -1;
	if (a->witness < 0)
		a->witness = -1;
}
