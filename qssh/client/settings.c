/* SPDX-License-Identifier: ISC */
#include "client/settings.h"

#include "base/limits.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

const char *
settings_program(void)
{
	const char *program = getenv("QSSH_QREXEC_CLIENT_VM");

	return program != NULL && program[0] != '\0' ? program : "/usr/bin/qrexec-client-vm";
}

int64_t
settings_answer_ms(void)
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
