/* SPDX-License-Identifier: ISC */
#include "sys/systemctl.h"

#include "sys/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MANAGER_MS 10000

int
manager_do(const char *verb, const char *word)
{
	const char *const argv[] = { "systemctl", "--user", "--quiet", verb, word, NULL };
	struct command c = { .argv = argv, .ms = MANAGER_MS };
	int status = command_run(&c);

	if (status < 0)
		return status;
	return status == 0 ? 0 : -EPROTO;
}

int
manager_do_system(const char *verb, const char *unit)
{
	const char *const argv[] = { "systemctl", "--no-ask-password", "--quiet", verb, unit, NULL };
	struct command c = { .argv = argv, .ms = MANAGER_MS };
	int status = command_run(&c);

	if (status < 0)
		return status;
	return status == 0 ? 0 : -EPROTO;
}

bool
manager_is_up(void)
{
	return manager_do("show-environment", NULL) == 0;
}

int
manager_property(const char *unit, const char *property, char *value, size_t size)
{
	const char *const argv[] = { "systemctl", "--user", "show", "--value", "-p", property, "--", unit, NULL };
	struct command c = { .argv = argv, .ms = MANAGER_MS };
	char text[16384];
	int len = command_read(&c, text, sizeof(text));

	if (len < 0)
		return len;
	if (c.status != 0)
		return -EPROTO;
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	snprintf(value, size, "%s", text);
	return 0;
}

bool
manager_is_active(const char *unit)
{
	return manager_do("is-active", unit) == 0;
}

int
manager_show_environment(char *text, size_t size)
{
	static const char *const argv[] = { "systemctl", "--user", "show-environment", NULL };
	struct command c = { .argv = argv, .ms = MANAGER_MS };
	int len = command_read(&c, text, size);

	if (len < 0)
		return len;
	return c.status == 0 ? 0 : -EPROTO;
}

/* Where a value has special characters systemctl writes $'VALUE'. */
int
manager_value(const char *text, const char *name, char *value, size_t size)
{
	size_t name_len = strlen(name), len;

	for (const char *line = text; *line != '\0'; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len <= name_len || strncmp(line, name, name_len) != 0 || line[name_len] != '=')
			continue;
		if (strncmp(line + name_len + 1, "$'", 2) == 0 || len - name_len > size)
			return -ENOENT;
		snprintf(value, size, "%.*s", (int)(len - name_len - 1), line + name_len + 1);
		return 0;
	}
	return -ENOENT;
}

int
manager_environment(const char *name, char *value, size_t size)
{
	char text[65536];
	int error = manager_show_environment(text, sizeof(text));

	return error < 0 ? error : manager_value(text, name, value, size);
}
