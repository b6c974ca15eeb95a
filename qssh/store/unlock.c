/* SPDX-License-Identifier: ISC */
#include "store/unlock.h"

#include "base/limits.h"
#include "store/statefile.h"

/* Beyond a client's name, which begins with a letter. */
#define NAME ".unlock"

struct unlock {
	int64_t begun; /* 0: never, or it came to keys */
};

enum unlock_state
unlock_begin(int dir, int64_t now)
{
	struct unlock u;
	int fd = statefile_open(dir, NAME, &u, sizeof(u));
	int64_t since;

	if (fd < 0)
		return UNLOCK_VAIN;
	since = now - u.begun;
	if (u.begun != 0 && since >= 0 && since < UNLOCK_VAIN_MS) {
		(void)statefile_save(fd, &u, sizeof(u));
		return since < LIMIT_UNLOCK_MS ? UNLOCK_WAIT : UNLOCK_VAIN;
	}
	u.begun = now;
	return statefile_save(fd, &u, sizeof(u)) == 0 ? UNLOCK_TELL : UNLOCK_VAIN;
}

void
unlock_end(int dir, bool keys, int64_t now)
{
	struct unlock u;
	int fd = statefile_open(dir, NAME, &u, sizeof(u));

	if (fd < 0)
		return;
	u.begun = keys ? 0 : now - LIMIT_UNLOCK_MS;
	(void)statefile_save(fd, &u, sizeof(u));
}
