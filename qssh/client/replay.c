/* SPDX-License-Identifier: ISC */
#include "client/replay.h"

#include <string.h>

void
replay_open(struct replay *r)
{
	r->count = 0;
	r->stored = 0;
}

bool
replay_keep(struct replay *r, struct span bind)
{
	if (r->count == LIMIT_BINDS || bind.len > sizeof(r->store) - r->stored)
		return false;
	memcpy(r->store + r->stored, bind.p, bind.len);
	r->binds[r->count++] = (struct span){ r->store + r->stored, bind.len };
	r->stored += bind.len;
	return true;
}
