/*
 * K, a value of `key`, as it stands in a rule: a public key file is read through what the caller gave for it. Pure: no I/O, no malloc. The
 * language is qssh-rules(5).
 */
#ifndef QSSH_RULES_KEYVALUE_H
#define QSSH_RULES_KEYVALUE_H

#include "rules/rules.h"
#include "rules/words.h"

/*
 * Checks the word; the key of a file that it names is kept in r, for rules_find(). Each file is asked for once. keyfile NULL: a path is an
 * error. 0, or -EINVAL with *why saying what is wrong with the word.
 */
int rulekey_read(struct rules *r, const struct rules_keyfile *keyfile, const struct word *w, const char **why);

#endif
