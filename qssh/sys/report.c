/* SPDX-License-Identifier: ISC */
#include "sys/report.h"

#include "base/text.h"

#include <stdarg.h>

#define SENTENCE_SIZE 1024

void
report_open(struct report *r, bool as_json)
{
	*r = (struct report){ .as_json = as_json, .json = { .to = stdout } };
	if (as_json)
		json_open(&r->json, NULL, '[');
}

int
report_close(struct report *r)
{
	if (r->as_json) {
		json_close(&r->json, ']');
		json_line(&r->json);
	} else if (r->faults == 0) {
		puts("\nNothing is wrong here.");
	} else {
		printf("\n%u %s wrong.\n", r->faults, r->faults == 1 ? "thing is" : "things are");
	}
	return r->faults == 0 ? 0 : 1;
}

static void
print_escaped(const char *before, const char *s)
{
	char shown[4 * SENTENCE_SIZE];
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_untrusted(&t, span_of(s), SENTENCE_SIZE);
	printf("%s%s\n", before, text_str(&t));
}

static void
say(struct report *r, const char *result, const char *mend, const char *format, va_list args)
{
	char sentence[SENTENCE_SIZE], before[16];

	vsnprintf(sentence, sizeof(sentence), format, args);
	if (r->as_json) {
		json_open(&r->json, NULL, '{');
		json_string(&r->json, "result", result);
		json_string(&r->json, "text", sentence);
		if (mend != NULL)
			json_string(&r->json, "mend", mend);
		json_close(&r->json, '}');
		return;
	}
	snprintf(before, sizeof(before), "%-7s", result);
	print_escaped(before, sentence);
	if (mend != NULL)
		print_escaped("    -> ", mend);
}

void
report_ok(struct report *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(r, "ok", NULL, format, args);
	va_end(args);
}

void
report_note(struct report *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(r, "note", NULL, format, args);
	va_end(args);
}

void
report_fault(struct report *r, const char *mend, const char *format, ...)
{
	va_list args;

	r->faults++;
	va_start(args, format);
	say(r, "wrong", mend, format, args);
	va_end(args);
}
