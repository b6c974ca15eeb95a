/* SPDX-License-Identifier: ISC */
/*
 * Linked into every program of `make asan`: where sanitizers write.
 * A service's standard error goes nowhere, so in a test's world each process that finds something leaves a file
 * (tests/lib/init looks for them); elsewhere standard error is what everybody sees.
 */
#include <unistd.h>

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

static const char *
options(void)
{
	/* GLib has no frame pointers for the fast way to unwind. */
	return access("/run/world/sanitizers", W_OK) == 0
		   ? "log_path=/run/world/sanitizers/found:print_stacktrace=1:fast_unwind_on_malloc=0"
		   : "print_stacktrace=1:fast_unwind_on_malloc=0";
}

const char *
__asan_default_options(void)
{
	return options();
}

const char *
__ubsan_default_options(void)
{
	return options();
}
