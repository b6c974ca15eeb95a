/* SPDX-License-Identifier: ISC */
#include "client/config.h"

#include "base/limits.h"
#include "sys/file.h"
#include "sys/qubesdb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any name may have: what fills it is not a name. */
#define ANSWER_SIZE 256u

static struct span
trim(struct span s)
{
	while (s.len > 0 && memchr(" \t\r\n", s.p[0], 4) != NULL)
		s.p++, s.len--;
	while (s.len > 0 && memchr(" \t\r\n", s.p[s.len - 1], 4) != NULL)
		s.len--;
	return s;
}

/* len as file_read() gives it. */
static int
set_qube(struct target *t, const char *untrusted_text, int len)
{
	struct span name;

	if (len == -EFBIG)
		return -EINVAL;
	if (len < 0)
		return len == -ENOTDIR ? -ENOENT : len;
	name = trim((struct span){ (const uint8_t *)untrusted_text, (size_t)len });
	if (!span_is(name, TARGET_DEFAULT) && !target_is_vault(name))
		return -EINVAL;
	memcpy(t->qube, name.p, name.len);
	t->qube[name.len] = '\0';
	return 0;
}

static int
from_file(struct target *t, const char *path)
{
	char text[ANSWER_SIZE];

	return set_qube(t, text, file_read(path, text, sizeof(text)));
}

static int
from_home(struct target *t, const char *home)
{
	char path[FILE_PATH_SIZE];
	int error = file_path(path, home, CONFIG_FILE);

	return error < 0 ? error : from_file(t, path);
}

/* -ENOENT where there is no qubesdb, or no such key in it. */
static int
from_qubesdb(struct target *t)
{
	char text[ANSWER_SIZE];
	int len = qubesdb_read("/vm-config/qssh-vault", text, sizeof(text));

	return len < 0 && len != -EFBIG ? -ENOENT : set_qube(t, text, len);
}

int
config_target(struct target *t, const char *home, const char **source)
{
	int error;

	*source = NULL;
	if (!target_is_default(t))
		return 0;
	*source = "~/" CONFIG_FILE;
	error = from_home(t, home);
	if (error == -ENOENT) {
		*source = CONFIG_QUBE_FILE;
		error = from_file(t, CONFIG_QUBE_FILE);
	}
	if (error == -ENOENT) {
		*source = "qubesdb's /vm-config/qssh-vault";
		error = from_qubesdb(t);
	}
	if (error == -ENOENT) {
		*source = NULL;
		error = 0;
	}
	return error;
}

void
config_say_fault(char why[CONFIG_FAULT_SIZE], int error, const char *source)
{
	if (error == -EINVAL)
		snprintf(why, CONFIG_FAULT_SIZE, "%s holds no qube's name", source);
	else
		snprintf(why, CONFIG_FAULT_SIZE, "%s can't be read: %s", source, strerror(-error));
}

const char *
config_program(void)
{
	const char *program = getenv("QSSH_QREXEC_CLIENT_VM");

	return program != NULL && program[0] != '\0' ? program : "/usr/bin/qrexec-client-vm";
}

const char *
config_runtime_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	return dir != NULL && dir[0] == '/' ? dir : NULL;
}

int64_t
config_answer_ms(void)
{
	const char *s = getenv("QSSH_TIMEOUT");
	char *end;
	long seconds;

	if (s == NULL || *s < '0' || *s > '9')
		return LIMIT_ANSWER_MS;
	errno = 0;
	seconds = strtol(s, &end, 10);
	if (errno != 0 || *end != '\0' || seconds < 1 || seconds > 86400)
		return LIMIT_ANSWER_MS;
	return seconds * 1000;
}
