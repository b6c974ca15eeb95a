/* SPDX-License-Identifier: ISC */
#include "sys/askpass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? "" : value;
}

static bool requires(const char *word)
{
	return strcmp(environment("SSH_ASKPASS_REQUIRE"), word) == 0;
}

bool
askpass_has_display(void)
{
	return environment("DISPLAY")[0] != '\0' || environment("WAYLAND_DISPLAY")[0] != '\0' || requires("force");
}

bool
askpass_is_forced(void)
{
	return requires("force");
}

static bool
put_path(char *out, size_t size, const char *dir, size_t dir_len, const char *name)
{
	int n = snprintf(out, size, "%.*s%s%s", (int)dir_len, dir, dir_len > 0 ? "/" : "", name);

	return n > 0 && (size_t)n < size && access(out, X_OK) == 0;
}

/* A bare name is looked for in PATH, as ssh's own execlp(3) does. */
static bool
find_named(const char *name, char *out, size_t size)
{
	if (strchr(name, '/') != NULL)
		return put_path(out, size, "", 0, name);
	for (const char *dir = environment("PATH"); *dir != '\0';) {
		size_t len = strcspn(dir, ":");

		if (len > 0 && put_path(out, size, dir, len, name))
			return true;
		dir += len + (dir[len] == ':');
	}
	return false;
}

bool
askpass_find(char *out, size_t size)
{
	static const char *const known[] = {
		"/usr/bin/ssh-askpass", /* Debian's alternatives, Arch */
		"/usr/libexec/openssh/ssh-askpass", /* Fedora's link to the one that is installed */
		"/usr/libexec/openssh/gnome-ssh-askpass",
		"/usr/libexec/openssh/x11-ssh-askpass",
		"/usr/lib/openssh/gnome-ssh-askpass",
		"/usr/lib/ssh/x11-ssh-askpass",
		"/usr/bin/ksshaskpass",
		"/usr/bin/lxqt-openssh-askpass",
	};
	const char *named = environment("SSH_ASKPASS");

	if (requires("never"))
		return false;
	if (named[0] != '\0')
		return find_named(named, out, size);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (put_path(out, size, "", 0, known[i]))
			return true;
	return false;
}

bool
askpass_is_yes(int status, const char *untrusted_output)
{
	size_t len = strcspn(untrusted_output, "\r\n");

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return false;
	return len == 0 || (len == 3 && strncasecmp(untrusted_output, "yes", 3) == 0);
}
