#include "rules/directive.h"

#include <errno.h>

static int
agent_read(struct ruleline *l)
{
	struct rules_named n = { .kind = RULES_AGENT };

	if (ruleline_next(l) != 0)
		return -EINVAL;
	if (!l->more)
		return ruleline_fail(l, "the agent's name is missing here");
	if (!rules_is_name(l->word.text))
		return ruleline_fail(
		    l, "this is no name for an agent: letters, digits and _ . + - are, up to 64, not . + - first");
	if (rules_find(l->r, RULES_AGENT, l->word.text) != NULL)
		return ruleline_fail(l, "the agent has a line already");
	n.name = rules_keep(l->r, &l->word);
	if (ruleline_next(l) != 0)
		return -EINVAL;
	if (!l->more)
		return ruleline_fail(l, "the agent's path is missing here");
	if (!span_starts(l->word.text, "/") && !span_starts(l->word.text, "~/"))
		return ruleline_fail(l, "a path begins with / or ~/");
	n.path = rules_keep(l->r, &l->word);
	if (rules_add(l->r, &n) != 0)
		return ruleline_fail(l, "too many agents and key files");
	return ruleline_end(l);
}

/* The index among words of the one that is chosen; a directive like this may stand once. -EINVAL, with the reason, if it is none of them. */
static int
choice_read(struct ruleline *l, bool *given, const char *const words[4], const char *reason)
{
	if (*given)
		return ruleline_fail(l, "the directive stands here for the second time");
	*given = true;
	if (ruleline_next(l) != 0)
		return -EINVAL;
	for (int i = 0; i < 4; i++) {
		if (ruleline_at(l, words[i]))
			return i;
	}
	return ruleline_fail(l, reason);
}

static int
asker_read(struct ruleline *l)
{
	static const char *const words[4] = { "auto", "dialog", "notification", "none" };
	int i = choice_read(l, &l->r->asker_given, words, "an asker is auto, dialog, notification or none");

	if (i < 0)
		return i;
	l->r->asker = (enum rules_asker)i;
	return ruleline_end(l);
}

static int
notify_read(struct ruleline *l)
{
	static const char *const words[4] = { "sign", "all", "refused", "none" };
	int i = choice_read(l, &l->r->notify_given, words, "notify is sign, all, refused or none");

	if (i < 0)
		return i;
	l->r->notify = (enum rules_notify)i;
	return ruleline_end(l);
}

bool
ruledirective_begins(const struct ruleline *l)
{
	return ruleline_at(l, "agent") || ruleline_at(l, "asker") || ruleline_at(l, "notify");
}

int
ruledirective_read(struct ruleline *l)
{
	if (ruleline_at(l, "agent"))
		return agent_read(l);
	return ruleline_at(l, "asker") ? asker_read(l) : notify_read(l);
}
