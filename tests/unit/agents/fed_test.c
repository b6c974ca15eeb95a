/* SPDX-License-Identifier: ISC */
#include "agents/fed.h"

#include "check.h"
#include "scratch.h"

#include <sys/stat.h>

static void
what_was_noted_is_known(void)
{
	CHECK(!fed_noted(scratch_dir));
	fed_note(scratch_dir, NULL);
	CHECK(fed_noted(scratch_dir) && !fed_ever(NULL) && !fed_ever(scratch_dir));
	fed_note(scratch_dir, scratch_dir);
	CHECK(fed_ever(scratch_dir));
	CHECK(fed_noted(scratch_dir));
}

/* It is noted at each connection, and the disk should not be written to at each. */
static void
what_holds_for_ever_is_written_once(void)
{
	struct stat before, after;

	CHECK(stat(scratch_path(".local/state/qssh/fed"), &before) == 0);
	fed_note(scratch_dir, scratch_dir);
	CHECK(stat(scratch_path(".local/state/qssh/fed"), &after) == 0);
	CHECK(before.st_ino == after.st_ino && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
}

/* A directory that others may write to is not a ground for anything. */
static void
a_note_in_a_directory_of_anybodys_counts_for_nothing(void)
{
	CHECK(chmod(scratch_path("qssh/session"), 0777) == 0);
	CHECK(!fed_noted(scratch_dir));
}

static void
an_entry_that_runs_ssh_add_feeds(void)
{
	CHECK(!fed_at_login(NULL) && !fed_at_login(scratch_dir));
	CHECK(mkdir(scratch_path(".config"), 0700) == 0 && mkdir(scratch_path(".config/autostart"), 0700) == 0);
	scratch_put(".config/autostart/mail.desktop", "[Desktop Entry]\nName=About ssh-add\nExec=mail\n");
	scratch_put(".config/autostart/notes.txt", "Exec=ssh-add\n");
	CHECK(mkdir(scratch_path(".config/autostart/odd.desktop"), 0700) == 0);
	CHECK(!fed_at_login(scratch_dir));
	scratch_put(".config/autostart/keys.desktop", "[Desktop Entry]\nExec=sh -c 'sleep 1; ssh-add -c'");
	CHECK(fed_at_login(scratch_dir));
}

int
main(void)
{
	scratch_make();
	TEST(what_was_noted_is_known);
	TEST(what_holds_for_ever_is_written_once);
	TEST(a_note_in_a_directory_of_anybodys_counts_for_nothing);
	TEST(an_entry_that_runs_ssh_add_feeds);
	return check_done();
}
