#include "cli/fetch.h"

#include "client/chosen.h"
#include "client/settings.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

/* Takes the answer of the vault apart: the keys, a refusal, or nonsense. */
static int
check(struct fetch *f, const struct target *t)
{
	struct span answer = { f->answer, f->len };
	struct agentmsg_identities list;

	if (agentmsg_identities(answer, &list) == 0)
		return 0;
	if (f->len == 1 && f->answer[0] == AGENTMSG_FAILURE) {
		snprintf(f->why, sizeof(f->why), "%s refused to list its keys; its record says why", target_shown(t));
		return -EACCES;
	}
	snprintf(f->why, sizeof(f->why), "%s answered with something that is not the agent protocol", target_shown(t));
	return -EBADMSG;
}

int
fetch_keys(struct fetch *f, struct target *t, const char *home)
{
	static const uint8_t list[] = { AGENTMSG_LIST };
	const char *source;
	struct call c;
	int n;

	n = chosen_target(t, home, &source);
	if (n < 0) {
		snprintf(f->why, sizeof(f->why), "%s holds no qube's name", source);
		return n;
	}
	/* A vault that goes away while we write to it is an error to report. */
	signal(SIGPIPE, SIG_IGN);
	n = call_start(&c, settings_program(), t, CALL_OURS, f->why);
	if (n < 0)
		return n;
	n = call_exchange(
	    &c, t, (struct span){ list, sizeof(list) }, f->answer, -1, clock_deadline(settings_answer_ms()), f->why);
	if (n < 0)
		return n;
	call_end(&c);
	f->len = (size_t)n;
	return check(f, t);
}
