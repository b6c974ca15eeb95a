/* SPDX-License-Identifier: ISC */
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t
samples_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void
samples_add(struct samples *s, int64_t ns)
{
	if (s->count < SAMPLES_MAX)
		s->ns[s->count++] = ns;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The value below which a fraction of the sorted samples lies, between its neighbours. */
static double
quantile_ms(const struct samples *s, double fraction)
{
	double at = fraction * (s->count - 1);
	int below = (int)at;
	int above = below + 1 < s->count ? below + 1 : below;

	return ((double)s->ns[below] + (at - below) * (double)(s->ns[above] - s->ns[below])) / 1e6;
}

void
samples_print(struct samples *s, const char *name, const char *what)
{
	static const double fractions[] = { 0, 0.25, 0.5, 0.75, 0.95, 0.99, 1 };

	if (s->count == 0)
		return;
	qsort(s->ns, (size_t)s->count, sizeof(s->ns[0]), compare);
	printf("%s\t%s\t%d", name, what, s->count);
	for (size_t i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++)
		printf("\t%.3f", quantile_ms(s, fractions[i]));
	putchar('\n');
}

void
samples_print_over(const struct samples *s, const struct samples *base, const char *name, const char *what)
{
	static struct samples over;

	over.count = s->count < base->count ? s->count : base->count;
	for (int i = 0; i < over.count; i++)
		over.ns[i] = s->ns[i] - base->ns[i];
	samples_print(&over, name, what);
}
