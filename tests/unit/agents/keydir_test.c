/* SPDX-License-Identifier: ISC */
#include "agents/keydir.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static char found[4096];

static void
note(void *ctx, const struct keydir_key *key)
{
	(void)ctx;
	strcat(found, strrchr(key->path, '/') + 1);
	strcat(found,
	    strncmp(key->shown, "~/.ssh/", 7) == 0 && strncmp(key->path, scratch_dir, strlen(scratch_dir)) == 0 ? " "
														: "! ");
}

/* The keys' names, in order. */
static int
has(const char *name, const char *want)
{
	found[0] = '\0';
	return keydir_each(scratch_dir, name, note, NULL) >= 0 && strcmp(found, want) == 0;
}

static void
put_key(const char *name)
{
	scratch_put(name, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
}

static void
put_dirs(void)
{
	mkdir(scratch_path(".ssh"), 0700);
	mkdir(scratch_path(".ssh/identities.d"), 0700);
	mkdir(scratch_path(".ssh/identities.d/office"), 0700);
}

static void
keys_are_what_holds_a_private_key(void)
{
	static char late[70000];

	put_key(".ssh/identities.d/office/b");
	put_key(".ssh/identities.d/office/a");
	put_key(".ssh/identities.d/office/.hidden");
	put_key(".ssh/identities.d/office/a.pub");
	put_key(".ssh/identities.d/office/a-cert.pub");
	put_key(".ssh/identities.d/office/a.ssh-add-option");
	scratch_put(".ssh/identities.d/office/c", "of a key\nBag Attributes\n-----BEGIN RSA PRIVATE KEY-----\n");
	scratch_put(".ssh/identities.d/office/notes", "no key\n");
	scratch_put(".ssh/identities.d/office/empty", "");
	memset(late, 'x', sizeof(late) - 1);
	memcpy(late + 66000, "PRIVATE KEY-----", 16);
	scratch_put(".ssh/identities.d/office/late", late);
	mkdir(scratch_path(".ssh/identities.d/office/dir"), 0700);
	mkfifo(scratch_path(".ssh/identities.d/office/fifo"), 0600);
	put_key("elsewhere");
	CHECK(symlink(scratch_path("elsewhere"), scratch_path(".ssh/identities.d/office/link")) == 0);
	CHECK(symlink("/nowhere", scratch_path(".ssh/identities.d/office/dangling")) == 0);
	CHECK(has("office", "a b c link "));
}

static void
the_default_agent_has_the_default_names_too(void)
{
	put_key(".ssh/id_ed25519");
	put_key(".ssh/id_rsa");
	put_key(".ssh/other");
	CHECK(has("default", "id_rsa id_ed25519 "));
	mkdir(scratch_path(".ssh/identities.d/default"), 0700);
	put_key(".ssh/identities.d/default/more");
	CHECK(has("default", "id_rsa id_ed25519 more "));
	CHECK(has("office", "a b c link "));
	chmod(scratch_path(".ssh/identities.d/default"), 0770);
	CHECK(!has("default", "id_rsa id_ed25519 ") && found[0] == '\0');
}

static void
a_directory_counts_only_if_it_is_ours_alone(void)
{
	CHECK(keydir_check(scratch_dir, "office") == 0);
	CHECK(keydir_check(scratch_dir, "play") == -ENOENT);
	CHECK(keydir_check("/nowhere", "office") == -ENOENT && keydir_check(NULL, "office") == -ENOENT);
	chmod(scratch_path(".ssh/identities.d/office"), 0720);
	CHECK(keydir_check(scratch_dir, "office") == -EPERM && !has("office", "a b c link "));
	chmod(scratch_path(".ssh/identities.d/office"), 0702);
	CHECK(keydir_check(scratch_dir, "office") == -EPERM);
	chmod(scratch_path(".ssh/identities.d/office"), 0755);
	CHECK(keydir_check(scratch_dir, "office") == 0);
	chmod(scratch_path(".ssh/identities.d"), 0770);
	CHECK(keydir_check(scratch_dir, "office") == -EPERM);
	chmod(scratch_path(".ssh/identities.d"), 0700);
	CHECK(symlink("office", scratch_path(".ssh/identities.d/linked")) == 0);
	CHECK(keydir_check(scratch_dir, "linked") == -ENOTDIR);
	scratch_put(".ssh/identities.d/file", "");
	CHECK(keydir_check(scratch_dir, "file") == -ENOTDIR);
	CHECK(rename(scratch_path(".ssh/identities.d"), scratch_path("moved")) == 0);
	CHECK(symlink(scratch_path("moved"), scratch_path(".ssh/identities.d")) == 0);
	CHECK(keydir_check(scratch_dir, "office") == -ENOTDIR);
	unlink(scratch_path(".ssh/identities.d"));
	CHECK(rename(scratch_path("moved"), scratch_path(".ssh/identities.d")) == 0);
}

static void
a_key_that_cant_be_read_is_left_to_ssh_add(void)
{
	if (geteuid() == 0 && setresuid(0, 65534, 0) == 0) {
		/* Not ours now: nothing counts. */
		CHECK(keydir_check(scratch_dir, "office") == -EACCES || keydir_check(scratch_dir, "office") == -EPERM);
		CHECK(setresuid(0, 0, 0) == 0);
	}
	CHECK(symlink("self", scratch_path(".ssh/identities.d/office/self")) == 0);
	CHECK(has("office", "a b c link self "));
}

int
main(void)
{
	scratch_make();
	put_dirs();
	TEST(keys_are_what_holds_a_private_key);
	TEST(the_default_agent_has_the_default_names_too);
	TEST(a_directory_counts_only_if_it_is_ours_alone);
	TEST(a_key_that_cant_be_read_is_left_to_ssh_add);
	return check_done();
}
