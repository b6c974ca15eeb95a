/* A span of time in words. */
#ifndef QSSH_CLI_AGE_H
#define QSSH_CLI_AGE_H

#include <time.h>

#define AGE_SIZE 32

/* "5 minutes ago", in the largest unit that fits; "just now" below a minute and for what is yet to come. */
void age_ago(time_t then, time_t now, char words[AGE_SIZE]);

#endif
