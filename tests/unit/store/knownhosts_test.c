/* SPDX-License-Identifier: ISC */
#include "store/knownhosts.h"

#include "base/base64.h"
#include "base/limits.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Keys, certificates and hashed lines were made by ssh-keygen of OpenSSH 9.2. */
#define ED25519 "AAAAC3NzaC1lZDI1NTE5AAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+ErM6Futk7e"
#define ECDSA \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIFtVmAdn06J+ni7nnamjdCGVjKH4TRCkqoC/" \
	"G5TSw+s4DnWqhMEmXrlo4qaH92qZsViqC5a79OaWLchpm7eSGg="
#define OTHER "AAAAC3NzaC1lZDI1NTE5AAAAIMmzcfsN/ZGxv6ZoSVsS+2hndw4hd/h5PwRs0Jmt+mZn"
#define CA "AAAAC3NzaC1lZDI1NTE5AAAAILgb0Iqj03aVWEiIx4y4iCBhYRkH0EMhS02qQJLrLZ3c"

/* ED25519's certificates by CA, alive from 2020 to 2040: for hosts web.example and www.example; */
#define CERT \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIIfUjfRkCIaqf4/LbPYRyykGPrxN/" \
	"VUkUtkTHgdE2BvaAAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+" \
	"ErM6Futk7eAAAAAAAAAAAAAAACAAAABGhvc3QAAAAeAAAAC3dlYi5leGFtcGxlAAAAC3d3dy5leGFtcGxlAAAAAF4L4QAAAAAAg6p+" \
	"gAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAguBvQiqPTdpVYSIjHjLiIIGFhGQfQQyFLTapAkustndwAAABTAAAAC3NzaC1l" \
	"ZDI1NTE5AAAAQBy8vnrjaCUPy6vJJXwwGud6evGdyB88S2sXmRbHwOGdvj2sFymRSHqLC6JDko9fYfXNln/+pQXhzccYbpHPRAs="
/* for a user; */
#define CERT_USER \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIHDJNSwxd793g38U9CqJJdL2BLy4DemPJuAebeVLgoujAAAAIF2TBoT9" \
	"oC1E9Wu70L49PyDCUYnuE8KCV+ErM6Futk7eAAAAAAAAAAAAAAABAAAABHVzZXIAAAAPAAAAC3dlYi5leGFtcGxlAAAAAF4L4QAAAAAAg6p+" \
	"gAAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1w" \
	"b3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5" \
	"AAAAILgb0Iqj03aVWEiIx4y4iCBhYRkH0EMhS02qQJLrLZ3cAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECo9eL0o+" \
	"EpTpDmVkDw8z8LiNdAUnLkuLuTY0DI//QEyLElPLZKhKf68OG+uqv84A1pgB3JiLTOWIdYu/7/V0sP"
/* for hosts, without a principal; */
#define CERT_NOBODY \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAINWMbcOb7hzNUVX4e3B5OCQIHudtk8Tg9VrKG+" \
	"25ikT0AAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+" \
	"ErM6Futk7eAAAAAAAAAAAAAAACAAAAB25vcHJpbmMAAAAAAAAAAF4L4QAAAAAAg6p+" \
	"gAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAguBvQiqPTdpVYSIjHjLiIIGFhGQfQQyFLTapAkustndwAAABTAAAAC3NzaC1l" \
	"ZDI1NTE5AAAAQAVHoHTyUzxrslBPRcplsiwn/LmZZiQ6fha5l9kMD2uk5dCJEGSR6Ik4ZunTxOwu+M3DbLEyBsgZag11/qeungs="
/* and with a critical option. */
#define CERT_CRITICAL \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKJJiCTcyCzlv/" \
	"dGoX9aAFFP7OfEm5rZOGkxytL3ZXgCAAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+" \
	"ErM6Futk7eAAAAAAAAAAAAAAACAAAABGNyaXQAAAAPAAAAC3dlYi5leGFtcGxlAAAAAF4L4QAAAAAAg6p+" \
	"gAAAABYAAAAJeEBleGFtcGxlAAAABQAAAAF5AAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILgb0Iqj03aVWEiIx4y4iCBhYRkH0EMh" \
	"S02qQJLrLZ3cAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBNuA0RWo/" \
	"jPfgvx4ouJGNKRItMeMATnyUjcOvUGI2zTlVYsR4qCECGwXaVlucHetzWQHP4PFXNqJfXgONTd0gA"

/* h.example and [h.example]:2222. */
#define HASHED "|1|9zPlXlk5K00MLcpT0Vuwu75HZLo=|v7cVNsUfmRcq0Fcnvy2vbwBoM5k="
#define HASHED_PORT "|1|bU9dv9KCHbVY2JuIYiFnTma6gvw=|3SmgE4iphz+IQuimyzxv8jiAHWo="

#define T2019 1546300800u
#define T2020 1577836800u
#define T2030 1893456000u
#define T2040 2208988800u

/* One table of one text, and what the last lookup in it gave. */
static struct hosts *table;
static struct names names;

static void
table_of(const char *text)
{
	hosts_free(table);
	table = NULL;
	CHECK(hosts_new(&table) == 0);
	CHECK(hosts_add(table, span_of(text)) == 0);
}

static void
key_of(const char *base64, struct sshkey *key)
{
	static uint8_t blob[HOSTS_KEY_SIZE];

	CHECK(hosts_key_read(span_of(base64), blob, key) == 0);
}

static enum hosts_state
lookup_at(const char *base64, uint64_t now)
{
	struct sshkey key;

	key_of(base64, &key);
	return hosts_lookup(table, &key, now, &names);
}

static enum hosts_state
lookup(const char *base64)
{
	return lookup_at(base64, T2030);
}

static enum hosts_state
lookup_in(const char *text, const char *base64)
{
	table_of(text);
	return lookup(base64);
}

static bool
named(const char *host, uint16_t port)
{
	return names_has(&names, span_of(host), port);
}

static unsigned
count(const struct names_line *l)
{
	unsigned n = 0;

	for (; l != NULL; l = l->next)
		n++;
	return n;
}

static void
a_line_names_its_key_and_no_other(void)
{
	CHECK(lookup_in("a.example ssh-ed25519 " ED25519 " comment\n", ED25519) == HOSTS_NAMED);
	CHECK(named("a.example", 22) && !named("b.example", 22));
	CHECK(lookup(OTHER) == HOSTS_UNNAMED);
	CHECK(names.plain == NULL && names.authority == NULL);
}

static void
an_empty_table_names_nothing(void)
{
	CHECK(lookup_in("", ED25519) == HOSTS_UNNAMED);
	CHECK(lookup_in("\n\n# a comment\n", ED25519) == HOSTS_UNNAMED);
}

static void
all_lines_of_a_key_name_it_in_their_order(void)
{
	const struct names_line *l;

	CHECK(lookup_in("a.example ssh-ed25519 " ED25519 "\nx.example ssh-ed25519 " OTHER
			"\nb.example ssh-ed25519 " ED25519 "\n[c.example]:2222 ssh-ed25519 " ED25519,
		  ED25519) == HOSTS_NAMED);
	CHECK(named("a.example", 22) && named("b.example", 22) && named("c.example", 2222));
	CHECK(!named("x.example", 22) && !named("c.example", 22));
	CHECK(count(names.plain) == 3);
	l = names.plain;
	CHECK(l != NULL && span_is(l->field, "a.example") && span_is(l->next->field, "b.example"));
}

static void
files_add_up(void)
{
	table_of("a.example ssh-ed25519 " ED25519 "\n");
	CHECK(hosts_add(table, span_of("b.example ssh-ed25519 " ED25519 "\n")) == 0);
	CHECK(hosts_add(table, span_of("x.example ssh-ed25519 " OTHER "\n")) == 0);
	CHECK(lookup(ED25519) == HOSTS_NAMED && count(names.plain) == 2 && named("b.example", 22));
	CHECK(lookup(OTHER) == HOSTS_NAMED && named("x.example", 22));
}

static void
names_that_ssh_keygen_hashed_are_found(void)
{
	CHECK(lookup_in(HASHED " ssh-ed25519 " ED25519 "\n" HASHED_PORT " ssh-ed25519 " ED25519 "\n", ED25519) ==
	      HOSTS_NAMED);
	CHECK(named("h.example", 22) && named("h.example", 2222));
	CHECK(!named("h.example", 2223) && !named("i.example", 22));
}

static void
white_space_is_as_openssh_takes_it(void)
{
	CHECK(lookup_in(" \t a.example \t ssh-ed25519\t" ED25519 "\tcomment more", ED25519) == HOSTS_NAMED);
	CHECK(lookup_in("a.example ssh-ed25519 " ED25519 "\r\n", ED25519) == HOSTS_NAMED);
	CHECK(lookup_in("\v a.example ssh-ed25519 " ED25519 "\n", ED25519) == HOSTS_UNNAMED);
}

static void
a_line_without_sense_is_passed_over(void)
{
	static const char *const lines[] = {
		"a.example ssh-ed25519",
		"a.example " ED25519,
		"a.example # ssh-ed25519 " ED25519,
		"@cert-authority",
		"@revoked",
		"#a.example ssh-ed25519 " ED25519,
		"a.example ssh-rsa " ED25519,
		"a.example ed25519 " ED25519,
		"a.example ssh-ed25519 " ED25519 "=",
		"a.example ssh-ed25519 " ED25519 "====",
		"a.example ssh-ed25519 =" ED25519,
		"@unknown a.example ssh-ed25519 " ED25519,
		"@cert-authority @cert-authority a.example ssh-ed25519 " ED25519,
		"@revoked-not a.example ssh-ed25519 " ED25519,
		"@cert-authority a.example ssh-ed25519 " ED25519,
		"a.example 1024 35 123456789",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "%s\nb.example ssh-ed25519 " OTHER "\n", lines[i]);
		table_of(text);
		CHECK(lookup(ED25519) == HOSTS_UNNAMED);
		CHECK(lookup(OTHER) == HOSTS_NAMED);
	}
}

static void
odd_padding_is_no_key(void)
{
	char text[512];
	size_t end = strlen(ECDSA);

	CHECK(lookup_in("a.example ecdsa-sha2-nistp256 " ECDSA "\n", ECDSA) == HOSTS_NAMED);
	snprintf(text, sizeof(text), "a.example ecdsa-sha2-nistp256 %.*s\n", (int)(end - 1), ECDSA);
	CHECK(lookup_in(text, ECDSA) == HOSTS_UNNAMED);
	/* the last character's two unused bits set: the same bytes to a lax decoder */
	snprintf(text, sizeof(text), "@revoked * ecdsa-sha2-nistp256 %.*sh=\n", (int)(end - 2), ECDSA);
	CHECK(lookup_in(text, ECDSA) == HOSTS_UNNAMED);
	snprintf(text, sizeof(text), "@revoked * ecdsa-sha2-nistp256 %.*sg=\n", (int)(end - 2), ECDSA);
	CHECK(lookup_in(text, ECDSA) == HOSTS_REVOKED);
}

static void
a_nul_ends_its_line(void)
{
	static const char text[] = "a.example ssh-ed25519 " ED25519 "\0x\nb.example ssh-ed25519 " OTHER "\n";

	table_of("");
	CHECK(hosts_add(table, (struct span){ (const uint8_t *)text, sizeof(text) - 1 }) == 0);
	CHECK(lookup(ED25519) == HOSTS_NAMED);
	CHECK(lookup(OTHER) == HOSTS_NAMED);
}

static void
wildcards_name_no_key(void)
{
	CHECK(lookup_in("*.example ssh-ed25519 " ED25519 "\n", ED25519) == HOSTS_UNNAMED);
	CHECK(names.plain == NULL);
	CHECK(lookup_in("* ssh-ed25519 " ED25519 "\n", ED25519) == HOSTS_UNNAMED);
}

static void
a_revoked_key_is_refused_wherever_it_stands(void)
{
	static const char *const texts[] = {
		"@revoked * ssh-ed25519 " ED25519 "\n",
		"a.example ssh-ed25519 " ED25519 "\n@revoked a.example ssh-ed25519 " ED25519 "\n",
		"@revoked other.example ssh-ed25519 " ED25519 "\na.example ssh-ed25519 " ED25519 "\n",
		"@revoked\t*\tssh-ed25519\t" ED25519 "\tlost",
		"@revoked * ed25519 " ED25519 "\n", /* OpenSSH knows this short name */
		"@revoked * ssh-ed25519-cert-v01@openssh.com " CERT "\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(lookup_in(texts[i], ED25519) == HOSTS_REVOKED);
		CHECK(names.plain == NULL && names.authority == NULL);
		CHECK(lookup(CERT) == HOSTS_REVOKED);
		CHECK(lookup(OTHER) == HOSTS_UNNAMED);
	}
	table_of("a.example ssh-ed25519 " ED25519 "\n");
	CHECK(hosts_add(table, span_of("@revoked * ssh-ed25519 " ED25519 "\n")) == 0);
	CHECK(lookup(ED25519) == HOSTS_REVOKED);
}

static void
a_revoked_line_that_cannot_be_read_revokes_nothing(void)
{
	CHECK(lookup_in("@revoked * ssh-ed25519 " ED25519 "x\na.example ssh-ed25519 " ED25519 "\n", ED25519) ==
	      HOSTS_NAMED);
	CHECK(
	    lookup_in("@revoked ssh-ed25519 " ED25519 "\na.example ssh-ed25519 " ED25519 "\n", ED25519) == HOSTS_NAMED);
}

static void
a_revoked_authority_takes_its_certificates_along(void)
{
	CHECK(lookup_in("@revoked * ssh-ed25519 " CA "\n@cert-authority * ssh-ed25519 " CA
			"\na.example ssh-ed25519 " ED25519 "\n",
		  CERT) == HOSTS_REVOKED);
	CHECK(names.plain == NULL && names.authority == NULL);
	CHECK(lookup(CERT_USER) == HOSTS_REVOKED);
	CHECK(lookup_at(CERT, T2019) == HOSTS_REVOKED);
	CHECK(lookup(ED25519) == HOSTS_NAMED);
}

static void
an_authority_names_the_hosts_of_its_certificates(void)
{
	CHECK(lookup_in("@cert-authority *.example ssh-ed25519 " CA "\n", CERT) == HOSTS_NAMED);
	CHECK(named("web.example", 22) && named("www.example", 22) && !named("a.example", 22));
	CHECK(lookup(ED25519) == HOSTS_UNNAMED);
	CHECK(lookup(CA) == HOSTS_UNNAMED);
	CHECK(lookup_in("@cert-authority *.other ssh-ed25519 " CA "\n", CERT) == HOSTS_UNNAMED);
	CHECK(names.authority == NULL && names.principals.len == 0);
	CHECK(lookup_in("*.example ssh-ed25519 " CA "\n", CERT) == HOSTS_UNNAMED);
	CHECK(lookup_in("@cert-authority *.example ssh-ed25519 " OTHER "\n", CERT) == HOSTS_UNNAMED);
}

static void
a_certificate_lives_from_its_first_second_to_before_its_last(void)
{
	table_of("@cert-authority * ssh-ed25519 " CA "\n");
	CHECK(lookup_at(CERT, T2020 - 1) == HOSTS_UNNAMED);
	CHECK(lookup_at(CERT, T2020) == HOSTS_NAMED);
	CHECK(lookup_at(CERT, T2040 - 1) == HOSTS_NAMED);
	CHECK(lookup_at(CERT, T2040) == HOSTS_UNNAMED);
}

static void
a_certificate_that_is_not_a_hosts_own_names_nothing(void)
{
	table_of("@cert-authority * ssh-ed25519 " CA "\n");
	CHECK(lookup(CERT_USER) == HOSTS_UNNAMED);
	CHECK(lookup(CERT_NOBODY) == HOSTS_UNNAMED);
	CHECK(lookup(CERT_CRITICAL) == HOSTS_UNNAMED);
}

static void
the_key_inside_a_certificate_is_looked_up_too(void)
{
	table_of("a.example ssh-ed25519 " ED25519 "\n@cert-authority *.example ssh-ed25519 " CA "\n");
	CHECK(lookup(CERT) == HOSTS_NAMED);
	CHECK(named("a.example", 22) && named("web.example", 22));
	CHECK(lookup(CERT_CRITICAL) == HOSTS_NAMED);
	CHECK(named("a.example", 22) && !named("web.example", 22) && names.authority == NULL);
	CHECK(lookup(CERT_NOBODY) == HOSTS_NAMED && named("a.example", 22) && names.authority == NULL);
}

/* A table of many lines, each with a key of its own: ED25519 with a number in it. */
static char *
many_lines(unsigned n, const char *mark)
{
	char *text = malloc((size_t)n * 128), *p = text;
	uint8_t blob[HOSTS_KEY_SIZE];
	char key[HOSTS_KEY_TEXT];
	size_t len;

	CHECK(text != NULL && base64_decode(span_of(ED25519), blob, sizeof(blob), &len) == 0);
	for (unsigned i = 0; i < n; i++) {
		memcpy(blob + len - sizeof(i), &i, sizeof(i));
		CHECK(base64_encode((struct span){ blob, len }, key, sizeof(key)) > 0);
		p += sprintf(p, "%sh%u.example ssh-ed25519 %s\n", mark, i, key);
	}
	return text;
}

static void
every_line_of_many_is_found(void)
{
	char *text = many_lines(3000, "");
	struct span rest = span_of(text);
	struct hosts_line line;
	unsigned n = 0;

	table_of(text);
	while (hosts_line_next(&rest, &line)) {
		char key[256], host[64];

		snprintf(key, sizeof(key), "%.*s", (int)line.key.len, (const char *)line.key.p);
		snprintf(host, sizeof(host), "h%u.example", n++);
		CHECK(lookup(key) == HOSTS_NAMED && named(host, 22) && count(names.plain) == 1);
	}
	CHECK(n == 3000);
	free(text);
}

static void
beyond_the_limit_only_revoked_lines_count(void)
{
	char *text = many_lines(LIMIT_HOSTS_LINES, "");

	table_of(text);
	CHECK(hosts_add(table, span_of("a.example ssh-ed25519 " ED25519 "\n@revoked * ssh-ed25519 " OTHER "\n")) == 0);
	CHECK(lookup(ED25519) == HOSTS_UNNAMED);
	CHECK(lookup(OTHER) == HOSTS_REVOKED);
	hosts_free(table);
	table = NULL;
	free(text);
}

static void
more_text_than_the_limit_is_refused(void)
{
	uint8_t *text = calloc(1, LIMIT_HOSTS_SIZE + 1u);

	table_of("a.example ssh-ed25519 " ED25519 "\n");
	CHECK(text != NULL && hosts_add(table, (struct span){ text, LIMIT_HOSTS_SIZE }) == -E2BIG);
	table_of("");
	CHECK(hosts_add(table, (struct span){ text, LIMIT_HOSTS_SIZE + 1u }) == -E2BIG);
	CHECK(hosts_add(table, (struct span){ text, LIMIT_HOSTS_SIZE }) == 0);
	free(text);
}

static void
keys_that_end_alike_are_told_apart(void)
{
	char fields[100], a[HOSTS_KEY_TEXT], b[HOSTS_KEY_TEXT], text[1024];
	struct sshkey key = { .type = span_of("x"), .fields = { (uint8_t *)fields, sizeof(fields) } };

	memset(fields, 'f', sizeof(fields));
	CHECK(hosts_key_text(&key, a) == 140);
	fields[0] = 'g';
	CHECK(hosts_key_text(&key, b) == 140);
	snprintf(text, sizeof(text), "a.example x %.140s\nb.example x %.140s\n", a, b);
	CHECK(lookup_in(text, a) == HOSTS_NAMED && named("a.example", 22) && !named("b.example", 22));
	CHECK(lookup(b) == HOSTS_NAMED && named("b.example", 22) && !named("a.example", 22));
}

static void
a_key_too_large_has_no_name(void)
{
	static uint8_t fields[HOSTS_KEY_SIZE];
	struct sshkey key = { .type = span_of("x"), .fields = { fields, sizeof(fields) - 5 } };
	char text[HOSTS_KEY_TEXT];

	CHECK(hosts_key_text(&key, text) == HOSTS_KEY_TEXT - 1);
	key.fields.len++;
	CHECK(hosts_key_text(&key, text) == 0);
	table_of("");
	CHECK(hosts_lookup(table, &key, T2030, &names) == HOSTS_UNNAMED);
}

/* A home of its own, in $TMPDIR. */
static char home[256];

static void
home_file(const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", home, name);
	f = fopen(path, "w");
	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
home_dir(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	CHECK(mkdir(path, 0700) == 0);
}

static void
home_open(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(home, sizeof(home), "%s/hosts_test.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	CHECK(mkdtemp(home) != NULL);
	home_dir(".config");
	home_dir(".config/qssh");
	home_dir(".ssh");
}

static void
home_remove(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	CHECK(remove(path) == 0);
}

static void
home_close(void)
{
	home_remove(".ssh");
	home_remove(".config/qssh");
	home_remove(".config");
	CHECK(rmdir(home) == 0);
}

static enum hosts_state
lookup_at_home(const char *base64)
{
	hosts_free(table);
	CHECK(hosts_open(&table, home) == 0);
	return table == NULL ? HOSTS_UNNAMED : lookup(base64);
}

static void
the_files_of_a_home_are_read(void)
{
	home_open();
	CHECK(lookup_at_home(ED25519) == HOSTS_UNNAMED);
	home_file(".ssh/known_hosts", "a.example ssh-ed25519 " ED25519 "\n");
	CHECK(lookup_at_home(ED25519) == HOSTS_NAMED && named("a.example", 22));
	home_file(".config/qssh/known_hosts", "b.example ssh-ed25519 " ED25519 "\n");
	CHECK(
	    lookup_at_home(ED25519) == HOSTS_NAMED && names.plain != NULL && span_is(names.plain->field, "b.example"));
	home_file(".config/qssh/known_hosts", "@revoked * ssh-ed25519 " ED25519 "\n");
	CHECK(lookup_at_home(ED25519) == HOSTS_REVOKED);
	home_remove(".config/qssh/known_hosts");
	home_remove(".ssh/known_hosts");
	home_close();
}

static void
a_file_that_cannot_be_read_leaves_no_table(void)
{
	char *text;

	home_open();
	home_dir(".ssh/known_hosts");
	hosts_free(table);
	CHECK(hosts_open(&table, home) == -EISDIR);
	CHECK(table == NULL);
	home_remove(".ssh/known_hosts");
	text = malloc(LIMIT_HOSTS_SIZE + 2u);
	CHECK(text != NULL);
	memset(text, '\n', LIMIT_HOSTS_SIZE + 1u);
	text[LIMIT_HOSTS_SIZE + 1u] = '\0';
	home_file(".ssh/known_hosts", text);
	CHECK(hosts_open(&table, home) == -E2BIG && table == NULL);
	text[LIMIT_HOSTS_SIZE] = '\0';
	home_file(".ssh/known_hosts", text);
	CHECK(hosts_open(&table, home) == 0);
	free(text);
	home_remove(".ssh/known_hosts");
	home_close();
}

static void
without_a_home_there_is_no_table(void)
{
	hosts_free(table);
	CHECK(hosts_open(&table, NULL) == -EINVAL && table == NULL);
}

/* The filter answers a client: it must not hang on what lies there. */
static void
a_fifo_is_not_waited_for(void)
{
	char path[512];
	int fd;

	home_open();
	snprintf(path, sizeof(path), "%s/.ssh/known_hosts", home);
	CHECK(mkfifo(path, 0600) == 0);
	hosts_free(table);
	alarm(10);
	CHECK(hosts_open(&table, home) == 0);
	hosts_free(table);
	fd = open(path, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0 && hosts_open(&table, home) == -EAGAIN && table == NULL);
	alarm(0);
	CHECK(close(fd) == 0);
	home_remove(".ssh/known_hosts");
	home_close();
}

static void
a_known_hosts_that_is_dev_null_is_empty(void)
{
	char path[512];

	home_open();
	snprintf(path, sizeof(path), "%s/.ssh/known_hosts", home);
	CHECK(symlink("/dev/null", path) == 0);
	CHECK(lookup_at_home(ED25519) == HOSTS_UNNAMED);
	home_remove(".ssh/known_hosts");
	home_close();
}

static void
a_walk_meets_each_plain_key_once(void)
{
	struct hosts_walk w = { 0 };
	struct hosts_known k;
	unsigned ed25519 = 0, other = 0;

	table_of("a.example ssh-ed25519 " ED25519 "\n" HASHED " ssh-ed25519 " OTHER "\nb.example ssh-ed25519 " ED25519
		 "\n@cert-authority *.example ssh-ed25519 " CA "\n@revoked * ssh-ed25519 " CA "\n");
	while (hosts_walk_next(table, &w, &k)) {
		CHECK(span_is(k.type, "ssh-ed25519"));
		ed25519 += span_is(k.key, ED25519);
		other += span_is(k.key, OTHER);
		if (span_is(k.key, ED25519))
			CHECK(count(k.names.plain) == 2 && !names_hashed(&k.names));
		if (span_is(k.key, OTHER))
			CHECK(count(k.names.plain) == 1 && names_hashed(&k.names));
	}
	CHECK(ed25519 == 1 && other == 1);
	CHECK(!hosts_walk_next(table, &w, &k));
	table_of("");
	w = (struct hosts_walk){ 0 };
	CHECK(!hosts_walk_next(table, &w, &k));
}

/* A host key of a type that is newer than this program, or made up. */
static void
a_key_of_an_unknown_type_has_names_like_any(void)
{
	static const char made_up[] = "AAAAF3NzaC1tYWRlLXVwQGV4YW1wbGUub3JnAAAAFG1tbW1tbW1tbW1tbW1tbW1tbW1tbW9yZQ==";

	CHECK(lookup_in("a.example ssh-made-up@example.org "
			"AAAAF3NzaC1tYWRlLXVwQGV4YW1wbGUub3JnAAAAFG1tbW1tbW1tbW1tbW1tbW1tbW1tbW9yZQ==\n",
		  made_up) == HOSTS_NAMED &&
	      named("a.example", 22));
	CHECK(
	    lookup_in(
		"a.example ssh-ed25519 AAAAF3NzaC1tYWRlLXVwQGV4YW1wbGUub3JnAAAAFG1tbW1tbW1tbW1tbW1tbW1tbW1tbW9yZQ==\n",
		made_up) == HOSTS_UNNAMED);
	CHECK(lookup_in("@revoked * ssh-made-up@example.org "
			"AAAAF3NzaC1tYWRlLXVwQGV4YW1wbGUub3JnAAAAFG1tbW1tbW1tbW1tbW1tbW1tbW1tbW9yZQ==\n",
		  made_up) == HOSTS_REVOKED);
}

int
main(void)
{
	TEST(a_line_names_its_key_and_no_other);
	TEST(an_empty_table_names_nothing);
	TEST(all_lines_of_a_key_name_it_in_their_order);
	TEST(files_add_up);
	TEST(names_that_ssh_keygen_hashed_are_found);
	TEST(white_space_is_as_openssh_takes_it);
	TEST(a_line_without_sense_is_passed_over);
	TEST(odd_padding_is_no_key);
	TEST(a_nul_ends_its_line);
	TEST(a_walk_meets_each_plain_key_once);
	TEST(a_key_of_an_unknown_type_has_names_like_any);
	TEST(wildcards_name_no_key);
	TEST(a_revoked_key_is_refused_wherever_it_stands);
	TEST(a_revoked_line_that_cannot_be_read_revokes_nothing);
	TEST(a_revoked_authority_takes_its_certificates_along);
	TEST(an_authority_names_the_hosts_of_its_certificates);
	TEST(a_certificate_lives_from_its_first_second_to_before_its_last);
	TEST(a_certificate_that_is_not_a_hosts_own_names_nothing);
	TEST(the_key_inside_a_certificate_is_looked_up_too);
	TEST(every_line_of_many_is_found);
	TEST(beyond_the_limit_only_revoked_lines_count);
	TEST(more_text_than_the_limit_is_refused);
	TEST(keys_that_end_alike_are_told_apart);
	TEST(a_key_too_large_has_no_name);
	TEST(the_files_of_a_home_are_read);
	TEST(a_file_that_cannot_be_read_leaves_no_table);
	TEST(without_a_home_there_is_no_table);
	TEST(a_fifo_is_not_waited_for);
	TEST(a_known_hosts_that_is_dev_null_is_empty);
	hosts_free(table);
	return check_done();
}
