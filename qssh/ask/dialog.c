/* SPDX-License-Identifier: ISC */
#include "ask/dialog.h"

#include "base/text.h"
#include "sys/askpass.h"
#include "sys/child.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* What one showing came to, beside an answer. */
#define AGAIN_EARLY (-1)
#define AGAIN_TYPE (-2)

/* As long as an argument of a program's may be, and more than any prompt. */
#define PROMPT_MAX 4096u

/* Where ssh's own variable says that no display is needed, or the display is not an X one, nothing is known of it. */
static bool
display_is_gone(int opened)
{
	const char *wayland = getenv("WAYLAND_DISPLAY");

	return opened < 0 && opened != -ENOTSUP && (wayland == NULL || wayland[0] == '\0') && !askpass_is_forced();
}

static int
judge(const struct dialog *d, int status, const char *output, bool early)
{
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127))
		return (int)ASK_BROKEN;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return (int)ASK_NO;
	if (early && (d->typed || askpass_is_yes(status, output)))
		return AGAIN_EARLY;
	if (askpass_is_yes(status, output) && (!d->typed || output[strspn(output, "\r\n")] != '\0'))
		return (int)ASK_YES;
	return d->typed ? AGAIN_TYPE : (int)ASK_NO;
}

/* Until the program has ended. */
static int
await(struct asker *a, uint32_t number, int64_t deadline, const struct dialog *d, struct child *c)
{
	char output[ASKPASS_OUTPUT];
	int64_t started = clock_now(), there;
	int status;

	switch (asker_wait(a, number, c->pidfd, deadline)) {
	case ASKER_OTHER: break;
	case ASKER_TIME: child_end(c); return (int)ASK_TIMEOUT;
	case ASKER_WITHDRAWN: child_end(c); return (int)ASK_WITHDRAWN;
	}
	there = a->display.appeared > started ? a->display.appeared : started;
	status = child_take(c, output, sizeof(output));
	return judge(d, status, output, clock_now() - there < DIALOG_EARLY_MS);
}

static int
ask_once(struct asker *a, uint32_t number, int64_t deadline, const struct dialog *d, const char *again)
{
	char prompt[PROMPT_MAX];
	char *argv[] = { (char *)(uintptr_t)d->path, prompt, NULL };
	struct child c;
	struct text t;
	int opened = display_open(&a->display), answer;

	text_open(&t, prompt, sizeof(prompt));
	text_add(&t, d->prompt);
	text_add(&t, again);
	if (d->typed)
		unsetenv("SSH_ASKPASS_PROMPT");
	else
		setenv("SSH_ASKPASS_PROMPT", "confirm", 1);
	answer = child_start(&c, d->path, argv, true) < 0 ? (int)ASK_BROKEN : await(a, number, deadline, d, &c);
	display_close(&a->display);
	return answer == (int)ASK_NO && display_is_gone(opened) ? (int)ASK_NO_DISPLAY : answer;
}

enum ask_answer
dialog_ask(struct asker *a, uint32_t number, int64_t deadline, const struct dialog *d)
{
	const char *again = "";

	for (unsigned i = 0; i < DIALOG_TRIES; i++) {
		int answer = ask_once(a, number, deadline, d, again);

		if (answer >= 0)
			return (enum ask_answer)answer;
		again = answer == AGAIN_EARLY ? "\n\n(Asked again: what comes in the first second does not count.)"
					      : "\n\n(Asked again: the answer was not the word yes.)";
	}
	return ASK_NO;
}
