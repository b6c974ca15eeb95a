/* SPDX-License-Identifier: ISC */
#include "vault/clientname.h"

#include "base/qube.h"

#include <errno.h>
#include <stdio.h>

int
clientname_check(const char *verb, const char *option, const char *name)
{
	if (name == NULL || qube_is_name(span_of(name)))
		return 0;
	fprintf(stderr, "qssh-vault %s: %s '%s': this is not a qube's name\n", verb, option, name);
	return -EINVAL;
}
