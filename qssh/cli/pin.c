#include "cli/pin.h"

#include "cli/age.h"
#include "cli/fetch.h"
#include "cli/keyline.h"
#include "cli/sockets.h"
#include "client/pins.h"
#include "ssh/agentmsg.h"
#include "sys/args.h"
#include "sys/json.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The socket that a verb's only word names; `default` without one. The exit status. */
static int
parse_word(struct args *a, struct target *t, int argc, char **argv)
{
	if (args_parse(a, argc, argv) < 0)
		return 2;
	if (getenv("HOME") == NULL) {
		fprintf(stderr, "qssh %s: HOME is not set\n", argv[0]);
		return 1;
	}
	return vaults_parse(argv[0], t, a->words_count > 0 ? a->words[0] : "default") < 0 ? 2 : 0;
}

static void
print_keys(struct span answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(answer, &list) < 0)
		return;
	while (agentmsg_identity_next(&list, &id))
		keyline_print(stdout, "  ", &id);
}

static void
json_keys(struct json *j, struct span answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	json_open(j, "keys", '[');
	if (agentmsg_identities(answer, &list) == 0)
		while (agentmsg_identity_next(&list, &id))
			keyline_json(j, &id);
	json_close(j, ']');
}

int
pinboard_pin(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	static struct fetch f;
	struct target t;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	error = fetch_keys(&f, &t, getenv("HOME"));
	if (error < 0) {
		fprintf(stderr, "qssh pin: %s\n", f.why);
		return 1;
	}
	error = pins_write(getenv("HOME"), t.socket, (struct span){ f.answer, f.len });
	if (error == -ENOKEY) {
		fprintf(stderr, "qssh pin: %s offers no keys now, so there is nothing to pin\n", target_shown(&t));
		return 1;
	}
	if (error < 0) {
		fprintf(stderr, "qssh pin: ~/" PINS_DIR "/%s.pub: %s\n", t.socket, strerror(-error));
		return 1;
	}
	printf("Pinned for %s, the keys of %s:\n", t.socket, target_shown(&t));
	print_keys((struct span){ f.answer, f.len });
	return 0;
}

int
pinboard_unpin(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	char path[FILE_PATH_SIZE];
	struct target t;
	bool was = false;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	error = pins_path(path, getenv("HOME"), t.socket);
	if (error == 0)
		error = file_remove(path, &was);
	if (error < 0) {
		fprintf(stderr, "qssh unpin: %s: %s\n", path, strerror(-error));
		return 1;
	}
	printf("%s: %s\n", t.socket, was ? "no key is pinned any more" : "no key was pinned");
	return 0;
}

static void
show_text(const struct pins *p, const struct target *t, int error)
{
	char ago[AGE_SIZE];

	if (error < 0) {
		printf("%s: ~/" PINS_DIR "/%s.pub can't be used (%s), so the vault is asked each time\n", t->socket,
		    t->socket, error == -EBADMSG ? "a line is no public key" : strerror(-error));
		return;
	}
	age_ago(p->refreshed, time(NULL), ago);
	printf("%s, confirmed by the vault %s:\n", t->socket, ago);
	print_keys(pins_answer(p));
}

static void
show_json(struct json *j, const struct pins *p, const struct target *t, int error)
{
	json_open(j, NULL, '{');
	json_string(j, "socket", t->socket);
	if (error < 0) {
		json_string(j, "error", error == -EBADMSG ? "a line is no public key" : strerror(-error));
	} else {
		json_time(j, "refreshed", p->refreshed);
		json_keys(j, pins_answer(p));
	}
	json_close(j, '}');
}

static int
is_pin_file(const struct dirent *entry)
{
	struct span name = span_of(entry->d_name);
	struct target t;

	if (!span_ends(name, ".pub"))
		return 0;
	name.len -= strlen(".pub");
	return target_parse(&t, name) == 0;
}

/* Shows one pin file. False: it has no key. */
static bool
show_file(struct json *j, const char *file)
{
	static struct pins p;
	struct target t;
	int error;

	target_parse(&t, (struct span){ (const uint8_t *)file, strlen(file) - strlen(".pub") });
	error = pins_read(&p, getenv("HOME"), t.socket);
	if (error == -ENOENT)
		return false;
	if (j != NULL)
		show_json(j, &p, &t, error);
	else
		show_text(&p, &t, error);
	return true;
}

/* Shows the pin files of the directory by name; how many there are, or -errno. */
static int
show_all(const char *path, struct json *j)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_pin_file, alphasort), shown = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		shown += show_file(j, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return shown;
}

int
pinboard_pins(int argc, char **argv)
{
	struct args a = { .options = { "json" } };
	struct json j = { .to = stdout };
	char path[FILE_PATH_SIZE];
	bool as_json;
	int count;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	as_json = a.values[0] != NULL;
	if (file_path(path, getenv("HOME"), PINS_DIR) < 0) {
		fputs("qssh pins: HOME is not set\n", stderr);
		return 1;
	}
	if (as_json)
		json_open(&j, NULL, '[');
	count = show_all(path, as_json ? &j : NULL);
	if (as_json) {
		json_close(&j, ']');
		json_line(&j);
	} else if (count == 0) {
		puts("No key is pinned. 'qssh pin' pins the keys of the default vault.");
	}
	if (count < 0)
		fprintf(stderr, "qssh pins: %s: %s\n", path, strerror(-count));
	return count < 0 ? 1 : 0;
}
