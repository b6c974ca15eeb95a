/* SPDX-License-Identifier: ISC */
/* Times of one thing, many times over, and where they lie. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stdint.h>

#define SAMPLES_MAX 10000

struct samples {
	int count;
	int64_t ns[SAMPLES_MAX];
};

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t samples_now(void);

/* Keeps one; those beyond SAMPLES_MAX are dropped. */
void samples_add(struct samples *s, int64_t ns);

/* Prints "NAME WHAT COUNT MIN Q1 MEDIAN Q3 P95 P99 MAX" between tabs, times in milliseconds. Sorts s. */
void samples_print(struct samples *s, const char *name, const char *what);

/*
 * The same of what each sample of s takes longer than the one of base in the same round: what comes and goes with the
 * machine is in both. To be called before either is sorted.
 */
void samples_print_over(const struct samples *s, const struct samples *base, const char *name, const char *what);

#endif
