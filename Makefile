# qssh: Split SSH for Qubes OS. `make help` lists what there is.

CC ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wconversion -Wshadow -Wvla
HARDEN ?= -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
HARDEN_LD ?= -pie -Wl,-z,relro -Wl,-z,now
MUSL = $(if $(findstring musl,$(CC)),-idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(CFLAGS) $(CPPFLAGS) $(MUSL)
ALL_LDFLAGS = $(HARDEN_LD) $(LDFLAGS)

prefix = /usr
sysconfdir = /etc
libexecdir = $(prefix)/lib/qssh
bindir = $(prefix)/bin
mandir = $(prefix)/share/man
unitdir = $(prefix)/lib/systemd
DESTDIR =

B = build

# The pure core: no fds, clock, environment, malloc or logging.
CORE = wire text sha256 sha1 base64 names agentmsg rules describe

CLIENT = client target relay terminal calls journal frame wire text
FILTER = filter serve agent audit journal frame hosts $(CORE)
QSSH = cli target

PROGRAMS = qssh-client qssh-filter qssh

all: $(PROGRAMS:%=$B/%)

$B/qssh-client: $(CLIENT:%=$B/%.o)
$B/qssh-filter: $(FILTER:%=$B/%.o)
$B/qssh: $(QSSH:%=$B/%.o)

$(PROGRAMS:%=$B/%):
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

$B/%.o: qssh/%.c | $B
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$B $B/unit:
	mkdir -p $@

# Unit tests: each tests/unit/NOUN_test.c is a program, linked with the objects that UNIT_NOUN names.
UNITS = $(patsubst tests/unit/%_test.c,%,$(wildcard tests/unit/*_test.c))
UNIT_wire = wire
UNIT_text = text wire
UNIT_sha256 = sha256
UNIT_sha1 = sha1
UNIT_base64 = base64 wire
UNIT_agentmsg = agentmsg sha256 wire
UNIT_names = names base64 agentmsg sha256 sha1 wire
UNIT_hosts = hosts names base64 agentmsg sha256 sha1 wire
UNIT_rules = rules names base64 agentmsg sha256 sha1 wire text
UNIT_describe = describe rules names base64 agentmsg sha256 sha1 wire text

units: $(UNITS:%=$B/unit/%_test)

.SECONDEXPANSION:
$(UNITS:%=$B/unit/%_test): $B/unit/%_test: $B/unit/%_test.o $$(addprefix $B/,$$(addsuffix .o,$$(UNIT_$$*)))
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

$B/unit/%.o: tests/unit/%.c | $B/unit
	$(CC) $(ALL_CFLAGS) -iquote qssh -MMD -MP -c -o $@ $<

clean:
	rm -rf $B

.PHONY: all units clean
.DELETE_ON_ERROR:
-include $(wildcard $B/*.d $B/unit/*.d)
