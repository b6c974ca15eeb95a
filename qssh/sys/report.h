/* SPDX-License-Identifier: ISC */
/* What a check found, line by line, for a person or a script: all right, worth knowing, or wrong and how to mend it. */
#ifndef QSSH_SYS_REPORT_H
#define QSSH_SYS_REPORT_H

#include "sys/json.h"

struct report {
	bool as_json; /* as an array's elements, else text */
	struct json json;
	unsigned faults; /* found so far */
};

/* Begins a report on standard output. */
void report_open(struct report *r, bool as_json);

/* Ends it, in text by the number of faults. The exit status: 0 where nothing is wrong, else 1. */
int report_close(struct report *r);

/* Each takes a sentence as printf does, without its full stop, cut at 1 KiB. Text of others in it is escaped. */
void report_ok(struct report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_note(struct report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says also what to do about it: a command, or a sentence. */
void report_fault(struct report *r, const char *mend, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
