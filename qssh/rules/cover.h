/*
 * Whether one rule takes whatever another would. Pure: no I/O, no malloc.
 *
 * Each clause is compared by itself, each value with one value: what only several of them cover together goes unseen.
 */
#ifndef QSSH_RULES_COVER_H
#define QSSH_RULES_COVER_H

#include "rules/rules.h"

#include <stdbool.h>

/* Every request that inner, a rule of r, matches, outer matches too. Where it says no, that may still be so. */
bool rulecover(const struct rules *r, const struct rule *outer, const struct rule *inner);

#endif
