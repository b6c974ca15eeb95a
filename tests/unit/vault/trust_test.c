/* SPDX-License-Identifier: ISC */
#include "vault/trust.h"

#include "base/limits.h"
#include "check.h"
#include "store/knownhosts.h"
#include "store/unnamed.h"
#include "vault/hosts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Keys, fingerprints and hashed names by ssh-keygen of OpenSSH 9.2. */
#define ED25519 "AAAAC3NzaC1lZDI1NTE5AAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+ErM6Futk7e"
#define ED25519_FP "SHA256:ZMumlmqiZQDwDLpjm/ZkZlty70aISa+/Dz8ydD3Po0o"
#define FP_PADDED ED25519_FP "="
#define FP_LONGER ED25519_FP "A"
#define FP_AFTER_SPACE " " ED25519_FP
#define CA "AAAAC3NzaC1lZDI1NTE5AAAAILgb0Iqj03aVWEiIx4y4iCBhYRkH0EMhS02qQJLrLZ3c"
#define CA_FP "SHA256:SUQogToKeFzpUUp5NXYceT7AhjvJsQEzzwDN9knSq1A"
#define OTHER "AAAAC3NzaC1lZDI1NTE5AAAAIMmzcfsN/ZGxv6ZoSVsS+2hndw4hd/h5PwRs0Jmt+mZn"
#define OTHER_FP "SHA256:LX1/+RYX59Pi/9OVHrzbKHON3BobXx5tDi9BXBKpGSY"
#define ECDSA \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIFtVmAdn06J+ni7nnamjdCGVjKH4TRCkqoC/" \
	"G5TSw+s4DnWqhMEmXrlo4qaH92qZsViqC5a79OaWLchpm7eSGg="
#define CERT \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIIfUjfRkCIaqf4/LbPYRyykGPrxN/" \
	"VUkUtkTHgdE2BvaAAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+" \
	"ErM6Futk7eAAAAAAAAAAAAAAACAAAABGhvc3QAAAAeAAAAC3dlYi5leGFtcGxlAAAAC3d3dy5leGFtcGxlAAAAAF4L4QAAAAAAg6p+" \
	"gAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAguBvQiqPTdpVYSIjHjLiIIGFhGQfQQyFLTapAkustndwAAABTAAAAC3NzaC1l" \
	"ZDI1NTE5AAAAQBy8vnrjaCUPy6vJJXwwGud6evGdyB88S2sXmRbHwOGdvj2sFymRSHqLC6JDko9fYfXNln/+pQXhzccYbpHPRAs="
/* h.example */
#define HASHED "|1|9zPlXlk5K00MLcpT0Vuwu75HZLo=|v7cVNsUfmRcq0Fcnvy2vbwBoM5k="

#define NAMED_ED25519 " ssh-ed25519 " ED25519 "\n"
#define NAMED_OTHER " ssh-ed25519 " OTHER "\n"
#define NAMED_CA " ssh-ed25519 " CA "\n"

static char home[256];
static int in = -1; /* stdin of the verb; -1: ours */
static const char *home_env = home; /* of the verb; empty: none */
static char said[16384], complained[16384]; /* by the last verb */

static char *
path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return path;
}

static void
home_open(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(home, sizeof(home), "%s/trust_test.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	CHECK(mkdtemp(home) != NULL);
	CHECK(mkdir(path_of(".local"), 0700) == 0 && mkdir(path_of(".local/state"), 0700) == 0 &&
	      mkdir(path_of(".local/state/qssh"), 0700) == 0 && mkdir(path_of(".ssh"), 0700) == 0);
}

static void
home_close(void)
{
	static const char *const names[] = { "out", "err", "import", ".local/state/qssh/unnamed", ".local/state/qssh",
		".local/state", ".local", ".ssh/known_hosts", ".ssh", ".config/qssh/known_hosts", ".config/qssh",
		".config" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)!remove(path_of(names[i]));
	CHECK(rmdir(home) == 0); /* nothing else was left behind */
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
get(const char *name, char *buf, size_t size)
{
	FILE *f = fopen(path_of(name), "r");
	size_t len = f == NULL ? 0 : fread(buf, 1, size - 1, f);

	buf[len] = '\0';
	if (f != NULL)
		fclose(f);
}

static bool
is(const char *name, const char *text)
{
	static char buf[16384];

	get(name, buf, sizeof(buf));
	if (strcmp(buf, text) != 0)
		fprintf(stderr, "%s holds:\n%s", name, buf);
	return strcmp(buf, text) == 0;
}

static bool
says(const char *text)
{
	return strstr(said, text) != NULL;
}

static bool
complains(const char *text)
{
	return strstr(complained, text) != NULL;
}

/* In the child: stdin as set, stdout and stderr into files; the terminal is tty, or none. */
static void
child_prepare(const char *tty)
{
	int out = open(path_of("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int err = open(path_of("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int terminal;

	(void)setsid();
	if (tty != NULL) {
		terminal = open(tty, O_RDWR);
		if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0)
			_exit(99);
	}
	if ((in >= 0 && dup2(in, 0) != 0) || dup2(out, 1) != 1 || dup2(err, 2) != 2)
		_exit(99);
}

static int
run_on(const char *tty, int (*verb)(int, char **), const char *const words[])
{
	char copies[6][512], *argv[7];
	int argc = 0, status = 0;
	pid_t child;

	for (; words[argc] != NULL; argc++) {
		snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	argv[argc] = NULL;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		child_prepare(tty);
		if (setenv("HOME", home_env, 1) != 0 || (*home_env == '\0' && unsetenv("HOME") != 0))
			_exit(99);
		exit(verb(argc, argv));
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	get("out", said, sizeof(said));
	get("err", complained, sizeof(complained));
	return WEXITSTATUS(status);
}

#define RUN(verb, ...) run_on(NULL, verb, (const char *const[]){ __VA_ARGS__, NULL })

static int
hosts(void)
{
	return RUN(hostlist_run, "hosts");
}

static int
trust(const char *fingerprint, const char *name)
{
	return RUN(trust_run, "trust", fingerprint, name);
}

/* Adds a file of that text, without a question. */
static int
import(const char *text)
{
	put("import", text);
	return RUN(trust_run, "trust", "--file", path_of("import"), "--yes");
}

/* The answer is typed ahead on a terminal. */
static int
import_asked(const char *text, const char *answer)
{
	char file[512];
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), r;

	put("import", text);
	snprintf(file, sizeof(file), "%s", path_of("import"));
	CHECK(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
	CHECK(write(terminal, answer, strlen(answer)) == (ssize_t)strlen(answer));
	r = run_on(ptsname(terminal), trust_run, (const char *const[]){ "trust", "--file", file, NULL });
	CHECK(close(terminal) == 0);
	return r;
}

static void
see(const char *client, const char *base64)
{
	static struct unnamed seen;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;

	CHECK(hosts_key_read(span_of(base64), blob, &key) == 0);
	CHECK(unnamed_open(&seen, path_of(".local/state/qssh")) == 0);
	CHECK(unnamed_add(&seen, span_of(client), &key, (uint64_t)time(NULL)) == 0);
	unnamed_close(&seen);
}

static bool
keeps(const char *base64)
{
	static char buf[16384];

	get(".local/state/qssh/unnamed", buf, sizeof(buf));
	return strstr(buf, base64) != NULL;
}

static void
hosts_lists_the_keys_without_a_name(void)
{
	home_open();
	see("work", ED25519);
	see("dev", ED25519);
	see("work", ECDSA);
	CHECK(hosts() == 0);
	CHECK(says(ED25519_FP " ssh-ed25519 work 20") && says(ED25519_FP " ssh-ed25519 dev 20") &&
	      says(" ecdsa-sha2-nistp256 work 20"));
	CHECK(complains("may have made it up") && complains("trust FINGERPRINT NAME"));
	home_close();
}

static void
hosts_says_when_there_are_none(void)
{
	home_open();
	CHECK(hosts() == 0 && complains("no host key") && said[0] == '\0');
	CHECK(rmdir(path_of(".local/state/qssh")) == 0 || unlink(path_of(".local/state/qssh/unnamed")) == 0);
	CHECK(rmdir(path_of(".local/state/qssh")) == 0 || access(path_of(".local/state/qssh"), F_OK) != 0);
	CHECK(hosts() == 0 && complains("no host key"));
	home_close();
}

static void
hosts_leaves_out_what_has_a_name_or_is_revoked(void)
{
	home_open();
	see("work", ED25519);
	see("work", OTHER);
	see("work", CA);
	put(".ssh/known_hosts", "a.example" NAMED_ED25519 "@revoked *" NAMED_OTHER);
	CHECK(hosts() == 0 && !says(ED25519_FP) && !says(OTHER_FP) && says(CA_FP));
	home_close();
}

static void
hosts_shows_hostile_words_harmless(void)
{
	home_open();
	put(".local/state/qssh/unnamed",
	    "1700000000 \x1b[31mwork ssh-ed25519 " ED25519 "\n1700000000 work \x1b[31m " ED25519 "\n"
	    "1700000000 work ssh-ed25519 " ED25519 "x\n1700000000 work ssh-ed25519-cert-v01@openssh.com " CERT "\n");
	CHECK(hosts() == 0 && strchr(said, '\x1b') == NULL && says("ssh-ed25519 \\u{1b}[31mwork 2023-11-1"));
	CHECK(strchr(said, '\n') == strrchr(said, '\n'));
	home_close();
}

static void
trust_names_a_key(void)
{
	struct stat st;

	home_open();
	see("work", ED25519);
	see("dev", ED25519);
	see("dev", OTHER);
	CHECK(trust(ED25519_FP, "git.example") == 0);
	CHECK(says("added: " ED25519_FP " ssh-ed25519 git.example"));
	CHECK(is(".config/qssh/known_hosts", "git.example" NAMED_ED25519));
	CHECK(stat(path_of(".config/qssh/known_hosts"), &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(stat(path_of(".config/qssh"), &st) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(!keeps(ED25519) && keeps(OTHER));
	CHECK(trust(OTHER_FP, "[Git.Example]:2222") == 0);
	CHECK(is(".config/qssh/known_hosts", "git.example" NAMED_ED25519 "[git.example]:2222" NAMED_OTHER));
	CHECK(hosts() == 0);
	home_close();
}

/* A host on a port that was first named without it, or that the vault's known_hosts had from the start. */
static void
a_key_with_a_name_gets_another(void)
{
	home_open();
	see("work", ED25519);
	CHECK(trust(ED25519_FP, "git.example") == 0 && says("on port 22") && says("'[git.example]:PORT'"));
	CHECK(trust(ED25519_FP, "[git.example]:2222") == 0 && !says("on port 22"));
	CHECK(is(".config/qssh/known_hosts", "git.example" NAMED_ED25519 "[git.example]:2222" NAMED_ED25519));
	put(".ssh/known_hosts", "x.example" NAMED_OTHER HASHED NAMED_CA "@revoked z.example" NAMED_OTHER);
	CHECK(trust(CA_FP, "y.example") == 0);
	CHECK(trust(OTHER_FP, "y.example") == 1 && complains("revoked"));
	home_close();
}

/* Rules' patterns see readable names alone, so that this is the way out for a hashed one. */
static void
a_hashed_name_is_made_readable(void)
{
	home_open();
	put(".ssh/known_hosts", HASHED NAMED_CA);
	CHECK(trust(CA_FP, "h.example") == 0 && says("added: " CA_FP " ssh-ed25519 h.example"));
	CHECK(is(".config/qssh/known_hosts", "h.example" NAMED_CA));
	CHECK(trust(CA_FP, "h.example") == 0 && says("there already"));
	home_close();
}

static void
what_was_there_stays(void)
{
	home_open();
	see("work", ED25519);
	CHECK(mkdir(path_of(".config"), 0700) == 0 && mkdir(path_of(".config/qssh"), 0700) == 0);
	put(".config/qssh/known_hosts", "# mine\n\nnonsense\na.example" NAMED_CA "no newline");
	CHECK(trust(ED25519_FP, "b.example") == 0);
	CHECK(is(".config/qssh/known_hosts",
	    "# mine\n\nnonsense\na.example" NAMED_CA "no newline\nb.example" NAMED_ED25519));
	home_close();
}

static void
trust_wants_the_whole_fingerprint(void)
{
	static const char *const bad[] = { "SHA256:ZMum", "ZMumlmqiZQDwDLpjm/ZkZlty70aISa+/Dz8ydD3Po0o",
		"sha256:ZMumlmqiZQDwDLpjm/ZkZlty70aISa+/Dz8ydD3Po0o", FP_PADDED, FP_LONGER, FP_AFTER_SPACE,
		"SHA256:ZMumlmqiZQDwDLpjm/ZkZlty70aISa+/Dz8ydD3Po0p", "SHA256:*", "" };

	home_open();
	see("work", ED25519);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(trust(bad[i], "git.example") == 2 && complains("not a whole fingerprint"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0 && keeps(ED25519));
	home_close();
}

static void
trust_wants_one_name(void)
{
	static const char *const bad[] = { "*", "a,b", "a b", "!a", "@revoked", "#a", "|1|a|b", "a\nb", "[a]:22", "",
		"a*" };

	home_open();
	see("work", ED25519);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(trust(ED25519_FP, bad[i]) == 2 && complains("not a host's name") &&
		      strchr(complained, '\n')[1] == '\0');
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0 && keeps(ED25519));
	home_close();
}

static void
trust_knows_only_keys_that_were_seen(void)
{
	home_open();
	CHECK(trust(ED25519_FP, "a.example") == 1 && complains("no such host key"));
	see("work", OTHER);
	CHECK(trust(ED25519_FP, "a.example") == 1 && complains("no such host key"));
	see("work", ED25519);
	CHECK(trust("SHA256:ZMumlmqiZQDwDLpjm/ZkZlty70aISa+/Dz8ydD3Po0k", "a.example") == 1 &&
	      complains("no such host key"));
	put(".local/state/qssh/unnamed",
	    "1700000000 work ssh-rsa " ED25519 "\n1700000000 work ssh-ed25519 " ED25519 "=\n");
	CHECK(trust(ED25519_FP, "a.example") == 1 && complains("no such host key"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	home_close();
}

/* A key whose type would end the line and begin one of the client's choice. */
static void
a_type_with_a_newline_gets_into_no_file(void)
{
	home_open();
	put(".local/state/qssh/unnamed", "1700000000 work a\tb AAAAA2EJYgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	CHECK(trust("SHA256:RMm+yV2K99qruXxEYsDNbu/yqlqCo/4IDXkdTFAAgBw", "a.example") == 1 &&
	      complains("no such host key"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	CHECK(import("a.example a\x7f"
		     "b AAAAA2F/YgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n") == 1 &&
	      says("pass over: a.example"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	home_close();
}

static void
trust_refuses_a_second_key_of_a_type(void)
{
	static const char *const olds[] = { "h.example" NAMED_OTHER, "x.example,h.example" NAMED_OTHER,
		HASHED NAMED_OTHER, "x.example,*.example" NAMED_OTHER,
		"# a comment\nx.example" NAMED_CA "h.example" NAMED_OTHER };

	home_open();
	see("work", ED25519);
	for (size_t i = 0; i < sizeof(olds) / sizeof(olds[0]); i++) {
		put(".ssh/known_hosts", olds[i]);
		CHECK(trust(ED25519_FP, "h.example") == 1);
		CHECK(complains("refused: " ED25519_FP " ssh-ed25519 h.example: it has another key, " OTHER_FP
				" ssh-ed25519, in "));
		CHECK(complains("/.ssh/known_hosts\n") && complains("ssh-keygen -f /") &&
		      complains("/.ssh/known_hosts -R 'h.example'\n"));
	}
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0 && keeps(ED25519));
	CHECK(trust(ED25519_FP, "H.EXAMPLE") == 1);
	home_close();
}

static void
other_types_ports_and_unreadable_keys_are_no_second_key(void)
{
	home_open();
	see("work", ED25519);
	put(".ssh/known_hosts",
	    "h.example ecdsa-sha2-nistp256 " ECDSA "\n[h.example]:2222" NAMED_OTHER "h.example ssh-ed25519 " OTHER "=\n"
	    "*.example" NAMED_OTHER "@cert-authority h.example" NAMED_CA "!h.example,x.example" NAMED_OTHER);
	CHECK(trust(ED25519_FP, "h.example") == 0);
	CHECK(is(".config/qssh/known_hosts", "h.example" NAMED_ED25519));
	home_close();
}

static void
trust_refuses_a_revoked_key(void)
{
	home_open();
	see("work", ED25519);
	put(".ssh/known_hosts", "@revoked other.example" NAMED_ED25519);
	CHECK(trust(ED25519_FP, "a.example") == 1 && complains("revoked"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	home_close();
}

static void
a_name_that_holds_already_is_no_second_line(void)
{
	home_open();
	see("work", ED25519);
	put(".ssh/known_hosts", "x.example,h.example" NAMED_ED25519 "h.example" NAMED_OTHER);
	CHECK(trust(ED25519_FP, "h.example") == 0 && says("there already"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	CHECK(trust(ED25519_FP, "i.example") == 0);
	CHECK(is(".config/qssh/known_hosts", "i.example" NAMED_ED25519));
	home_close();
}

static void
a_link_is_left_alone(void)
{
	home_open();
	see("work", ED25519);
	CHECK(mkdir(path_of(".config"), 0700) == 0 && mkdir(path_of(".config/qssh"), 0700) == 0);
	CHECK(symlink("/dev/null", path_of(".config/qssh/known_hosts")) == 0);
	CHECK(trust(ED25519_FP, "a.example") == 1 && complains("not a regular file") && keeps(ED25519));
	home_close();
}

static void
one_trust_at_a_time(void)
{
	int dir;

	home_open();
	see("work", ED25519);
	CHECK(mkdir(path_of(".config"), 0700) == 0 && mkdir(path_of(".config/qssh"), 0700) == 0);
	dir = open(path_of(".config/qssh"), O_RDONLY | O_DIRECTORY);
	CHECK(dir >= 0 && flock(dir, LOCK_EX) == 0);
	if (fork() == 0) { /* holds the lock with us, until it ends */
		usleep(200000);
		_exit(0);
	}
	CHECK(close(dir) == 0 && trust(ED25519_FP, "a.example") == 0 && wait(NULL) > 0);
	dir = open(path_of(".config/qssh"), O_RDONLY | O_DIRECTORY);
	CHECK(dir >= 0 && flock(dir, LOCK_EX) == 0);
	see("work", OTHER);
	CHECK(trust(OTHER_FP, "b.example") == 1 && complains("another qssh-vault trust"));
	CHECK(close(dir) == 0);
	CHECK(trust(OTHER_FP, "b.example") == 0);
	home_close();
}

static void
what_a_crash_left_behind_is_no_obstacle(void)
{
	home_open();
	see("work", ED25519);
	CHECK(mkdir(path_of(".config"), 0700) == 0 && mkdir(path_of(".config/qssh"), 0700) == 0);
	put(".config/qssh/known_hosts.new", "half a li");
	CHECK(trust(ED25519_FP, "a.example") == 0 && is(".config/qssh/known_hosts", "a.example" NAMED_ED25519));
	home_close();
}

static void
a_file_is_added_line_by_line(void)
{
	home_open();
	see("work", ED25519);
	CHECK(import("# a comment\nnonsense\na.example,192.0.2.1" NAMED_ED25519 HASHED " ssh-ed25519 " CA " comment\n"
		     "\t@cert-authority\t*.corp.example,!x.corp.example\tssh-ed25519 " CA
		     " c\n@revoked *" NAMED_OTHER) == 0);
	CHECK(says("add:       " ED25519_FP " ssh-ed25519 a.example,192.0.2.1\n"));
	CHECK(says("add:       " CA_FP " ssh-ed25519 (a hashed name)\n"));
	CHECK(says("doesn't see hashed names") && says("qssh-vault trust FINGERPRINT NAME"));
	CHECK(says("add:       " CA_FP " ssh-ed25519 authority for *.corp.example,!x.corp.example\n"));
	CHECK(says("add:       " OTHER_FP " ssh-ed25519 revoked for *\n"));
	CHECK(says("4 to add, 0 there already, 0 refused, 0 passed over"));
	CHECK(is(".config/qssh/known_hosts",
	    "a.example,192.0.2.1" NAMED_ED25519 HASHED NAMED_CA
	    "@cert-authority *.corp.example,!x.corp.example" NAMED_CA "@revoked *" NAMED_OTHER));
	CHECK(!keeps(ED25519));
	home_close();
}

static void
the_same_file_again_adds_nothing(void)
{
	static const char text[] = "a.example,b.example" NAMED_ED25519 HASHED NAMED_CA
				   "@cert-authority *.example" NAMED_CA "@revoked x.example" NAMED_OTHER;

	home_open();
	CHECK(import(text) == 0);
	CHECK(import(text) == 0 && says("0 to add, 4 there already"));
	CHECK(is(".config/qssh/known_hosts", text));
	/* other words for what is there; a name that was only there hashed is more than there was */
	CHECK(import("b.example" NAMED_ED25519) == 0 && says("0 to add, 1 there already"));
	CHECK(import("h.example" NAMED_CA) == 0 && says("1 to add, 0 there already"));
	CHECK(import("h.example" NAMED_CA) == 0 && says("0 to add, 1 there already"));
	CHECK(import("a.example,c.example" NAMED_ED25519) == 0 && says("1 to add"));
	home_close();
	home_open();
	CHECK(import("x.example,h.example" NAMED_CA) == 0);
	CHECK(import(HASHED NAMED_CA) == 0 && says("0 to add, 1 there already"));
	home_close();
}

static void
a_line_twice_in_a_file_is_added_once(void)
{
	home_open();
	CHECK(import("a.example" NAMED_ED25519 "a.example" NAMED_ED25519) == 0 && says("1 to add, 1 there already"));
	CHECK(is(".config/qssh/known_hosts", "a.example" NAMED_ED25519));
	home_close();
}

static void
changed_keys_in_a_file_are_refused(void)
{
	static const struct {
		const char *old, *new;
	} pairs[] = {
		{ "h.example" NAMED_ED25519, "h.example" NAMED_OTHER },
		{ "h.example" NAMED_ED25519, "x.example,h.example" NAMED_OTHER },
		{ "h.example" NAMED_ED25519, HASHED NAMED_OTHER },
		{ "x.example,h.example" NAMED_ED25519, HASHED NAMED_OTHER },
		{ HASHED NAMED_ED25519, "h.example" NAMED_OTHER },
		{ HASHED NAMED_ED25519, HASHED NAMED_OTHER },
		{ "", "h.example" NAMED_ED25519 "h.example" NAMED_OTHER },
		{ "@revoked *" NAMED_OTHER, "h.example" NAMED_OTHER },
		{ "@revoked *" NAMED_OTHER, "@cert-authority *" NAMED_OTHER },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char all[2048];

		home_open();
		put(".ssh/known_hosts", pairs[i].old);
		snprintf(all, sizeof(all), "%sy.example ecdsa-sha2-nistp256 " ECDSA "\n", pairs[i].new);
		CHECK(import(all) == 1 && says("refuse") && says("1 refused, 0 passed over") &&
		      complains("never replaced"));
		get(".config/qssh/known_hosts", all, sizeof(all));
		CHECK(strstr(all, OTHER) == NULL && strstr(all, "y.example") != NULL);
		home_close();
	}
}

static void
first_other_is_shown(const char *first, const char *second, const char *new)
{
	char text[512];

	home_open();
	CHECK(mkdir(path_of(".config"), 0700) == 0 && mkdir(path_of(".config/qssh"), 0700) == 0);
	snprintf(text, sizeof(text), "%s" NAMED_CA, first);
	put(".config/qssh/known_hosts", text);
	snprintf(text, sizeof(text), "%s" NAMED_OTHER, second);
	put(".ssh/known_hosts", text);
	snprintf(text, sizeof(text), "%s" NAMED_ED25519, new);
	CHECK(import(text) == 1 && says("it has another key, " CA_FP) && !says(OTHER_FP));
	home_close();
}

static void
of_several_other_keys_the_first_is_shown(void)
{
	static const char *const olds[] = { "h.example", "x.example,H.example", HASHED, "x.example,*.example" };

	for (size_t i = 0; i < 4 * 4; i++) {
		first_other_is_shown(olds[i / 4], olds[i % 4], "h.example");
		if (i / 4 != 3) /* nobody sees that a hash fits a pattern */
			first_other_is_shown(olds[i / 4], olds[i % 4], HASHED);
	}
}

static void
lines_that_name_no_host_are_passed_over(void)
{
	static const char *const lines[] = { "*.example" NAMED_ED25519, "a.example,*" NAMED_ED25519,
		"a.example,!b.example" NAMED_ED25519, "a.example," NAMED_ED25519, ",a.example" NAMED_ED25519,
		"a.example,,b.example" NAMED_ED25519, "\x1b[31ma.example" NAMED_ED25519, "|1|x|y" NAMED_ED25519,
		HASHED ",a.example" NAMED_ED25519, "a.example ssh-rsa " ED25519 "\n",
		"a.example ssh-ed25519 " ED25519 "=\n", "a.example ssh-ed25519-cert-v01@openssh.com " CERT "\n",
		"@cert-authority " HASHED NAMED_CA, "@cert-authority \x1b[31m*" NAMED_CA, "@revoked \xff" NAMED_CA };

	home_open();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(import(lines[i]) == 1 && says("pass over: ") &&
		      says("0 to add, 0 there already, 0 refused, 1 passed over"));
		CHECK(strchr(said, '\x1b') == NULL);
	}
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	home_close();
}

static void
what_differs_in_mark_or_pattern_is_another_line(void)
{
	home_open();
	put(".ssh/known_hosts", "@cert-authority h.example" NAMED_CA "@revoked x.example" NAMED_OTHER);
	CHECK(import("h.example" NAMED_CA "@cert-authority i.example" NAMED_CA "@revoked *" NAMED_OTHER) == 0);
	CHECK(says("3 to add, 0 there already, 0 refused"));
	home_close();
}

static void
a_certificate_under_a_plain_types_name_is_passed_over(void)
{
	home_open();
	CHECK(import("a.example ssh-ed25519 " CERT "\n") == 1 && says("1 passed over"));
	home_close();
}

static void
nothing_is_added_that_the_filter_would_not_read(void)
{
	char *text = malloc(LIMIT_HOSTS_SIZE + 1u), *p = text;

	home_open();
	CHECK(text != NULL);
	memset(text, '\n', LIMIT_HOSTS_SIZE - 50);
	text[LIMIT_HOSTS_SIZE - 50] = '\0';
	put(".ssh/known_hosts", text);
	CHECK(import("a.example" NAMED_ED25519) == 1 && complains("more than the filter reads"));
	for (unsigned i = 0; i < LIMIT_HOSTS_LINES; i++)
		p += sprintf(p, "a b c\n");
	put(".ssh/known_hosts", text);
	CHECK(import("a.example" NAMED_ED25519) == 1 && complains("more than the filter reads"));
	p[-6] = '\0';
	put(".ssh/known_hosts", text);
	CHECK(import("a.example" NAMED_ED25519) == 0);
	free(text);
	home_close();
}

static void
a_file_is_added_after_a_yes_alone(void)
{
	static const char *const noes[] = { "\n", "n\n", "no\n", "yesterday\n", " y\n", "\x04" };

	home_open();
	for (size_t i = 0; i < sizeof(noes) / sizeof(noes[0]); i++)
		CHECK(import_asked("a.example" NAMED_ED25519, noes[i]) == 1 && complains("nothing was added"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	CHECK(import_asked("a.example" NAMED_ED25519, "y\n") == 0 &&
	      is(".config/qssh/known_hosts", "a.example" NAMED_ED25519));
	CHECK(import_asked("b.example" NAMED_ED25519, "yes\n") == 0);
	/* nothing to add is not a question */
	CHECK(import_asked("b.example" NAMED_ED25519, "") == 0);
	home_close();
}

static void
without_a_terminal_nothing_is_added(void)
{
	home_open();
	put("import", "a.example" NAMED_ED25519);
	CHECK(RUN(trust_run, "trust", "--file", path_of("import")) == 1 && complains("--yes"));
	CHECK(access(path_of(".config/qssh/known_hosts"), F_OK) != 0);
	home_close();
}

static void
a_file_that_is_not_there_is_an_error(void)
{
	home_open();
	CHECK(RUN(trust_run, "trust", "--file", path_of("import"), "--yes") == 1 && complains("No such file"));
	home_close();
}

/* Writes a line in two parts to fd, or where fd is -1, to the FIFO; each late. */
static void
late_writer(int fd, const char *fifo)
{
	static const char text[] = "a.example" NAMED_ED25519;

	if (fork() != 0)
		return;
	usleep(50000);
	if (fd < 0)
		fd = open(fifo, O_WRONLY);
	usleep(50000);
	(void)!write(fd, text, 20);
	usleep(50000);
	(void)!write(fd, text + 20, sizeof(text) - 1 - 20);
	_exit(0);
}

static void
import_late(const char *path)
{
	CHECK(RUN(trust_run, "trust", "--file", path, "--yes") == 0 && wait(NULL) > 0);
	CHECK(is(".config/qssh/known_hosts", "a.example" NAMED_ED25519));
	home_close();
}

/* stdin is one end of the pair, and what is written to the other comes late. */
static void
import_late_stdin(int fds[2])
{
	late_writer(fds[1], NULL);
	in = fds[0];
	CHECK(close(fds[1]) == 0);
	import_late("/dev/stdin");
	CHECK(close(in) == 0);
	in = -1;
}

static void
a_slow_pipe_is_waited_for(void)
{
	int fds[2];

	home_open();
	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	import_late_stdin(fds);
}

/* As qrexec gives one to what it starts. */
static void
a_socket_at_stdin_is_read(void)
{
	int fds[2];

	home_open();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	import_late_stdin(fds);
}

static void
a_fifo_is_waited_for(void)
{
	home_open();
	CHECK(mkfifo(path_of("import"), 0600) == 0);
	late_writer(-1, path_of("import"));
	import_late(path_of("import"));
}

static void
usage_is_exit_code_2(void)
{
	home_open();
	CHECK(RUN(hostlist_run, "hosts", "x") == 2 && complains("qssh-vault hosts"));
	CHECK(RUN(trust_run, "trust") == 2 && complains("FINGERPRINT NAME"));
	CHECK(RUN(trust_run, "trust", ED25519_FP) == 2);
	CHECK(RUN(trust_run, "trust", ED25519_FP, "a", "b") == 2);
	CHECK(RUN(trust_run, "trust", ED25519_FP, "-R") == 2);
	CHECK(RUN(trust_run, "trust", "--file") == 2);
	CHECK(RUN(trust_run, "trust", "--yes") == 2);
	CHECK(RUN(trust_run, "trust", "--yes", ED25519_FP, "a") == 2);
	CHECK(RUN(trust_run, "trust", "--file", "x", ED25519_FP, "a") == 2);
	CHECK(RUN(trust_run, "trust", "--yes", "x") == 2);
	home_close();
}

static void
without_a_home_all_is_refused(void)
{
	static const char *const bad[] = { "", "relative" };

	home_open();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		home_env = bad[i];
		CHECK(hosts() == 1 && trust(ED25519_FP, "a.example") == 1 && import("a.example" NAMED_ED25519) == 1);
	}
	home_env = home;
	home_close();
}

int
main(void)
{
	TEST(hosts_lists_the_keys_without_a_name);
	TEST(hosts_says_when_there_are_none);
	TEST(hosts_leaves_out_what_has_a_name_or_is_revoked);
	TEST(hosts_shows_hostile_words_harmless);
	TEST(trust_names_a_key);
	TEST(a_key_with_a_name_gets_another);
	TEST(a_hashed_name_is_made_readable);
	TEST(what_was_there_stays);
	TEST(trust_wants_the_whole_fingerprint);
	TEST(trust_wants_one_name);
	TEST(trust_knows_only_keys_that_were_seen);
	TEST(a_type_with_a_newline_gets_into_no_file);
	TEST(trust_refuses_a_second_key_of_a_type);
	TEST(other_types_ports_and_unreadable_keys_are_no_second_key);
	TEST(trust_refuses_a_revoked_key);
	TEST(a_name_that_holds_already_is_no_second_line);
	TEST(a_link_is_left_alone);
	TEST(one_trust_at_a_time);
	TEST(what_a_crash_left_behind_is_no_obstacle);
	TEST(a_file_is_added_line_by_line);
	TEST(the_same_file_again_adds_nothing);
	TEST(a_line_twice_in_a_file_is_added_once);
	TEST(changed_keys_in_a_file_are_refused);
	TEST(of_several_other_keys_the_first_is_shown);
	TEST(lines_that_name_no_host_are_passed_over);
	TEST(what_differs_in_mark_or_pattern_is_another_line);
	TEST(a_certificate_under_a_plain_types_name_is_passed_over);
	TEST(nothing_is_added_that_the_filter_would_not_read);
	TEST(a_file_is_added_after_a_yes_alone);
	TEST(without_a_terminal_nothing_is_added);
	TEST(a_file_that_is_not_there_is_an_error);
	TEST(a_slow_pipe_is_waited_for);
	TEST(a_socket_at_stdin_is_read);
	TEST(a_fifo_is_waited_for);
	TEST(usage_is_exit_code_2);
	TEST(without_a_home_all_is_refused);
	return check_done();
}
