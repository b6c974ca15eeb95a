# SPDX-License-Identifier: ISC
# qssh: Split SSH for Qubes OS. `make help` lists what there is.

CC ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wconversion -Wshadow -Wvla
HARDEN ?= -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
HARDEN_LD ?= -pie -Wl,-z,relro -Wl,-z,now
MUSL = $(if $(findstring musl,$(CC)),-idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -iquote qssh $(WARN) $(HARDEN) $(CFLAGS) $(CPPFLAGS) $(MUSL)
ALL_LDFLAGS = $(if $(HOW),$(HOW) $(filter-out -pie,$(HARDEN_LD)),$(HARDEN_LD)) $(LDFLAGS)

# A line for each file that is made; V=1 shows the commands, and `make -s` nothing.
Q = $(if $V,,@)
say = @$(if $V$(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '%-4s%s\n') $(1) $@
define COMPILE
$(call say,CC)
$Q mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -MMD -MP
endef
define LINK
$(call say,LD)
$Q mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)
endef

prefix = /usr
sysconfdir = /etc
DESTDIR =

B ?= build
$(if $(word 2,$(CURDIR))$(word 2,$B),$(error make takes a space for the end of a name: build qssh in a path without one))

# Every file of qssh/ but the programs' own: the linker takes what a program needs. What may include what is
# tests/lint/layers.
MAINS = client/client filter/filter agents/load cli/cli cli/match vault/vault ask/notify
NOUNS = $(filter-out $(MAINS),$(patsubst qssh/%.c,%,$(wildcard qssh/*/*.c)))
LIB = $B/libqssh.a

PROGRAMS = qssh-client qssh-active qssh-filter qssh-load qssh qssh-vault

# What a login starts: linked statically, where the toolchain can, these start in two thirds of the time, and against
# musl, where musl-gcc is installed, in half: glibc asks the processor at each start what it is, which a hypervisor
# answers. STARTED_CC= has another compiler build them, STATIC= has them built and linked as all else is, as
# distributions want it. Sanitizers can't be linked so.
STARTED = $(addprefix $B/,qssh-client qssh-active qssh-filter)
probe = echo 'int main(void) { return 0; }' | $(1) -fPIE $(2) -o /dev/null -x c - 2>/dev/null
links = $(shell $(call probe,$(1),$(2)) && echo '$(2)')
# musl-gcc, which is a wrapper around gcc, does not know how, and names its file for a start that is not static.
musl_start = $(shell $(call probe,$(1),-Xlinker -t) | sed -n 's,Scrt1\.o$$,rcrt1.o,p')
musl_static = -static -nostartfiles -Wl,-pie,--no-dynamic-linker,-z,text $(or $(call musl_start,$(1)),none)
static_by = $(call links,$(1),$(if $(findstring musl,$(1)),$(call musl_static,$(1)),-static-pie))
ifeq ($(origin STATIC)$(findstring -pie,$(HARDEN_LD)),undefined-pie)
STARTED_CC := $(or $(STARTED_CC),$(if $(filter cc gcc,$(CC)),$(if $(call static_by,musl-gcc),musl-gcc)),$(CC))
STATIC := $(call static_by,$(STARTED_CC))
endif
ifeq ($(STATIC),)
STARTED_CC := $(CC)
endif
S := $B$(if $(filter-out $(CC),$(STARTED_CC)),/started)

# The one program that needs more than libc. Where libnotify or its pkg-config file is not there (or is another libc's),
# all else is built without it.
NOTIFY := $(if $(MUSL),,$(shell $(PKG_CONFIG) --exists libnotify 2>/dev/null && echo qssh-notify))

#: all builds the programs, into build/
all: $(PROGRAMS:%=$B/%) $(if $(NOTIFY),$B/qssh-notify,no-notify)

no-notify:
	@echo "qssh-notify is left out: no libnotify for $(CC) (Debian's libnotify-dev). The vault will show no notifications." >&2

$B/qssh-notify: qssh/ask/notify.c
	$(LINK) -MMD -MP $$($(PKG_CONFIG) --cflags libnotify) -o $@ $< $$($(PKG_CONFIG) --libs libnotify)

$B/qssh-client: $S/client/client.o $S/libqssh.a
$B/qssh-filter: $S/filter/filter.o $S/libqssh.a
$B/qssh-active: $S/cli/match.o $S/libqssh.a
$B/qssh-load: $B/agents/load.o $(LIB)
$B/qssh: $B/cli/cli.o $(LIB)
$B/qssh-vault: $B/vault/vault.o $(LIB)

$(STARTED): CC := $(STARTED_CC)
$(STARTED): HOW = $(STATIC)

# The map says what a program is linked from (tests/lint/linked).
$(PROGRAMS:%=$B/%):
	$(LINK) -Wl,-Map=$@.map -o $@ $^

# Thin, so that each file is known by its path: two folders may each have a doctor.
define OBJECTS
$(1)/libqssh.a: $$(NOUNS:%=$(1)/%.o)
	$$(call say,AR)
	$$Q rm -f $$@ && $$(AR) rcsT $$@ $$^

$(1)/%.o: qssh/%.c
	$$(COMPILE) -c -o $$@ $$<
endef
$(foreach dir,$(sort $B $S),$(eval $(call OBJECTS,$(dir))))

# Unit tests: each tests/unit/FOLDER/NOUN_test.c is a program.
UNITS = $(patsubst tests/unit/%_test.c,%,$(wildcard tests/unit/*/*_test.c))

#: units builds the unit tests
units: $(UNITS:%=$B/unit/%_test)

.SECONDEXPANSION:
$(UNITS:%=$B/unit/%_test): %: %.o $(LIB)
	$(LINK) -o $@ $^

$B/unit/%.o: tests/unit/%.c
	$(COMPILE) -iquote tests/unit -c -o $@ $<

# Fuzzing: each tests/fuzz/NOUN_fuzz.c is a libFuzzer program. All of qssh/ is built once more for them, in
# build/fuzzed.
FUZZERS = $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_CC = clang
FUZZ_SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_CFLAGS = -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer $(FUZZ_SANITIZE) -iquote qssh
FUZZ_SECONDS = 60

$B/fuzz $B/fuzz-planted:
	mkdir -p $@

fuzzed:
	$(MAKE) -s CC=$(FUZZ_CC) B=$B/fuzzed HARDEN= CFLAGS="-O1 -g -fsanitize=fuzzer-no-link $(FUZZ_SANITIZE) -DQSSH_UNCONFINED" $B/fuzzed/libqssh.a

$(FUZZERS:%=$B/fuzz/%) $(FUZZERS:%=$B/fuzz-planted/%): tests/fuzz/$$(@F)_fuzz.c $(wildcard tests/fuzz/*.h) fuzzed | $$(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $(if $(findstring planted,$@),-DFUZZ_PLANT) -o $@ $< $B/fuzzed/libqssh.a

# The relay's vault is started anew by each input, so it is small.
$B/fuzz/player $B/fuzz-planted/player: tests/fuzz/player.c tests/fuzz/player.h | $B/fuzz $B/fuzz-planted
	$(FUZZ_CC) -std=c11 -D_GNU_SOURCE -O2 -static -o $@ $<

$B/fuzz/relay: $B/fuzz/player
$B/fuzz-planted/relay: $B/fuzz-planted/player

#: fuzz runs each fuzzer for a while (FUZZ_SECONDS=60)
fuzz: fuzz-deps
	$(BUILD) $(FUZZERS:%=$B/fuzz/%)
	tests/fuzz/run $B/fuzz $(FUZZ_SECONDS) $(FUZZERS)

#: fuzz-selftest each fuzzer must find the fault that is planted in it
fuzz-selftest: fuzz-deps
	$(BUILD) $(FUZZERS:%=$B/fuzz-planted/%)
	tests/fuzz/selftest $B/fuzz-planted $(FUZZERS)

#: fuzz-sessions whole hostile sessions against the built filter (SESSIONS=2000 SEED=1)
fuzz-sessions: able
	$(BUILD) all fakes
	SESSIONS=$(SESSIONS) SEED=$(SEED) TIMEOUT=86400 tests/run --e2e judge/sessions
	@cat $B/log/judge/sessions.log
fuzz-sessions: SESSIONS = 2000
fuzz-sessions: SEED = 1

fuzz-deps:
	@tests/lib/deps tests/lib/packages tests/fuzz/packages

.PHONY: fuzz fuzz-sessions fuzzed fuzz-selftest fuzz-deps

# Installing: each part is for its own template. What is in $B is installed as it is; only what was never built is built
# first. Nothing is enabled, and no program of systemd's is run, so DESTDIR may be any tree. service/install knows every
# file.
export prefix sysconfdir DESTDIR FORCE
PLACE = B="$B" service/install

#: install puts everything below DESTDIR and prefix=/usr
#: install-client the part for the client qubes' template
#: install-vault the part for the vault's template
#: install-dom0 the part for dom0
install: install-client install-vault install-dom0

install-client install-vault: install-%:
	@for program in $(PROGRAMS); do [ -x "$B/$$program" ] || { $(MAKE) all; break; }; done
	$Q $(PLACE) $*

install-dom0:
	$Q $(PLACE) dom0

#: uninstall removes exactly what install put; uninstall-client, uninstall-vault, uninstall-dom0 its parts
uninstall: uninstall-client uninstall-vault uninstall-dom0

uninstall-client uninstall-vault uninstall-dom0: uninstall-%:
	$Q $(PLACE) -u $*

# Packages, of a copy of the tree: service/packaging.
#: deb the Debian packages, into build/deb
#: rpm the packages for Fedora and dom0, into build/rpm
#: arch the archive and its PKGBUILD, into build/arch
deb rpm arch:
	B="$B" service/packaging/build $@

#: check-packages what is in the packages (needs debhelper, lintian, rpm); with SUITE=trixie, how they install there
check-packages:
	B="$B" $(if $(filter command line,$(origin SUITE)),tests/lib/walk $(SUITE) packages,tests/lint/packaged)

#: packages-selftest check-packages must find each fault that is planted in the packages
packages-selftest:
	B="$B" tests/lint/packaged --selftest

.PHONY: deb rpm arch check-packages packages-selftest

# ---- Tests: the loopback qrexec, and what runs the lot (tests/run, tests/lib/world).
FAKES = qrexec-client-vm dom0 differential reading naming escape
FAKE_qrexec-client-vm = qrexec-client-vm link
FAKE_dom0 = dom0 link policy
FAKE_differential = differential
FAKE_reading = reading
FAKE_naming = naming
FAKE_escape = escape

#: fakes builds the tests' stand-ins for qrexec, and what the tests measure with
fakes: $(FAKES:%=$B/fake/%)

$(FAKES:%=$B/fake/%): $B/fake/%: $$(addprefix $B/fake/,$$(addsuffix .o,$$(FAKE_$$*))) $(LIB)
	$(LINK) -o $@ $(filter %.o,$^) $(LIB)

# The filter with another loop, confined and not.
$B/fake/escape: $B/filter/filter.o

fakes: $B/fake/escape-unconfined

$B/fake/escape-unconfined: $B/fake/escape.o qssh/filter/sandbox.c $B/filter/filter.o $(LIB)
	$(LINK) -DQSSH_UNCONFINED -o $@ $^

# Loaded into OpenSSH's own program, so it is made for that one's libc and without sanitizers.
fakes: $B/fake/touch.so

$B/fake/touch.so: tests/fake/touch.c
	@mkdir -p $(@D)
	cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -O1 -shared -fPIC -o $@ $<

$B/fake/%.o: tests/fake/%.c
	$(COMPILE) -c -o $@ $<

# Silent, and with all processors.
BUILD = $(MAKE) -s $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# Packages first: without them not even the compiler is there.
#: check every test (T='ask/* judge/uses': only these)
check: able
	$(BUILD) all units fakes
	B=$B tests/run $(T)

#: check-root every test in a Debian of its own, made of packages (SUITE=trixie, T=...)
#: check-debian13 the same in Debian 13, of programs that are linked as the packages' are
check-root:
	B=$B tests/lib/root $(SUITE) make check T='$(T)' $(LINKED)

#: walk the commands of the README, as they stand, in fresh Debians (SUITE=trixie)
walk:
	B="$B" tests/lib/walk $(SUITE)

SUITE = trixie
check-debian13: LINKED = STATIC=
check-debian13: check-root

#: e2e the end-to-end tests (T='login policy': only these)
e2e: able
	$(BUILD) all fakes
	B=$B tests/run --e2e $(T)

# The notifier's library is of the other libc.
#: check-musl every test of the programs that musl-gcc builds
check-musl: able
	$(BUILD) CC=musl-gcc B=$B/musl all units fakes
	$(BUILD) B=$B/musl $B/musl/qssh-notify
	B=$B/musl tests/run $(T)

#: check-openssh the end-to-end tests with the OpenSSH of Debian's backports (or OPENSSH_SUITE=sid)
check-openssh: able
	$(BUILD) all fakes
	tests/lib/openssh $B/openssh $(OPENSSH_SUITE)
	OPENSSH=$B/openssh B=$B tests/run --e2e $(T)

#: demo a first login, shown
demo: able
	$(BUILD) all fakes
	B=$B tests/demo

#: pictures each kind of question and notification, as people see it (build/pictures)
pictures: able
	$(BUILD) all fakes
	B=$B tests/pictures

# BENCH='helper memory' takes only those sections (tests/bench/inside), QUICK=1 few samples; FAVORDYNMODS=1: see
# tests/bench/run.
#: bench measures qssh beside the scripts that it replaces
bench: able
	$(BUILD) all fakes
	B=$B QUICK=$(QUICK) FAVORDYNMODS=$(FAVORDYNMODS) tests/bench/run $(BENCH)

#: bench-root the same in a Debian of its own (SUITE=trixie)
bench-root:
	B=$B tests/lib/root $(SUITE) make bench BENCH='$(BENCH)' QUICK=$(QUICK) FAVORDYNMODS=$(FAVORDYNMODS)

#: bench-compare the same of another version too, and the ratios (BASE=REV)
bench-compare: able
	B=$B QUICK=$(QUICK) tests/bench/compare $(or $(BASE),HEAD~1) $(BENCH)

fakes: $(addprefix $B/bench/,measure floor hop qssh-filter-unconfined)

$B/bench/measure: $(addprefix tests/bench/,measure.c endpoint.c samples.c endpoint.h samples.h)
	$(LINK) -o $@ $(filter %.c,$^)

$B/bench/floor $B/bench/hop: $B/bench/%: tests/bench/%.c tests/bench/exactly.h
	$(LINK) -o $@ $<

$B/bench/qssh-filter-unconfined: CC := $(STARTED_CC)
$B/bench/qssh-filter-unconfined: HOW = $(STATIC)

$B/bench/qssh-filter-unconfined: qssh/filter/sandbox.c $S/filter/filter.o $S/libqssh.a
	$(LINK) -DQSSH_UNCONFINED -o $@ $^

# What a program with a planted fault is linked from (tests/lib/plant.sh), whatever the started ones are built by.
PLANTED = $(LIB) $B/client/client.o $B/filter/filter.o

#: soak lets five clients use three vaults for 100000 requests (SOAK=5000: so many)
#: soak-selftest what is planted in a program must be found by that
soak: able
	$(BUILD) all fakes
	B=$B SOAK=$(SOAK) tests/soak/run

soak-selftest: able
	$(BUILD) all fakes $(PLANTED)
	B=$B tests/soak/selftest

# FAULTS=N takes N of them; T=PROGRAM/SCENARIO/CALL only those (tests/faults/faults.py).
#: faults makes every system call of the helper, the filter and the asker fail (10 minutes; FAULTS=1500: two)
#: faults-selftest what is planted in a program must be found by that
faults: able
	$(BUILD) all fakes $B/faults/inject
	B=$B FAULTS=$(FAULTS) tests/faults/run $(T)

faults-selftest: able
	$(BUILD) all fakes $(PLANTED) $B/faults/inject
	B=$B tests/faults/selftest

$B/faults/inject: tests/faults/inject.c
	$(LINK) -o $@ $<

#: install-deps installs the Debian packages that building and testing need, where they are missing
install-deps:
	@tests/lib/deps

# Told before anything is built, which takes longer.
able: install-deps
	@tests/lib/world check

.PHONY: soak soak-selftest faults faults-selftest fakes check check-root check-debian13 walk e2e check-musl check-openssh bench bench-root bench-compare demo pictures install-deps able
# ---- end of the tests

# ---- Quality: what checks the tree itself (tests/lint), and builds that watch the tests run.
#: lint checks the tree: form, analyzers, the rules of the house, three compilers, installing (CHECKS="format tidy": only these)
#: asan every test under the address and undefined-behaviour sanitizers
#: cover the lines of the pure folders that no unit test reaches
export LINT_FLAGS = -std=c11 -D_GNU_SOURCE -iquote qssh -iquote tests/unit
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

lint: lint-deps
	$(BUILD) CFLAGS="$(CFLAGS) -Werror" all units fakes
	B=$B tests/lint/run $(CHECKS)

# FORTIFY would hide from the sanitizers what it checks itself.
asan: ASAN = B=$B/asan HARDEN= HARDEN_LD= CFLAGS="-O1 -g $(SANITIZE) -DQSSH_UNCONFINED"
asan: able
	$(BUILD) $(ASAN) $B/asan/sanitizers.o
	$(BUILD) $(ASAN) LDFLAGS=$B/asan/sanitizers.o all units fakes
	B=$B/asan TIMEOUT=240 tests/run $(or $(T),$(UNITS) $(filter-out $(ASAN_EXCEPT),$(patsubst tests/e2e/%.sh,%,$(wildcard tests/e2e/*/*.sh))))

# What is not there in such a build, or too slow: confinement, and how long things take.
ASAN_EXCEPT = judge/confined judge/escapes notify/survives lab/bench

$B/sanitizers.o: tests/lint/sanitizers.c
	$(COMPILE) -c -o $@ $<

COVER = $(shell sed -n 's/^pure //p' tests/lint/layers)

cover: lint-deps
	$(BUILD) B=$B/cover HARDEN= HARDEN_LD= CFLAGS="-O0 -g --coverage -DQSSH_UNCONFINED" units
	B=$B/cover tests/lint/cover.py $(COVER)

# MUTANTS='-n 50 rules' takes only so many, of these folders or files.
#: mutants changes one thing of the core at a time, and prints the changes that no unit test sees (20 minutes at most)
mutants: install-deps
	tests/lint/mutants $(MUTANTS)

#: lint-deps installs the Debian packages that lint needs, where they are missing
lint-deps:
	@tests/lib/deps tests/lib/packages tests/lint/packages

.PHONY: lint asan cover mutants lint-deps
# ---- end of quality

#: clean removes build/
clean:
	rm -rf $B

#: help this list
help:
	@awk '/^#: / { n = $$2; sub(/^#: [^ ]+ /, ""); printf "%-16s%s\n", n, $$0 }' Makefile
	@echo
	@echo 'B=DIR puts what is built, and the logs, there instead of into build: for a tree that can only be read.'

.PHONY: all no-notify units install install-client install-vault install-dom0 uninstall clean help
.DELETE_ON_ERROR:
# Not by a pattern of folders: packages and roots that are unpacked in $B have directories named so.
-include $(wildcard $(foreach dir,$(sort $B $S),$(NOUNS:%=$(dir)/%.d) $(MAINS:%=$(dir)/%.d)) $(UNITS:%=$B/unit/%_test.d) $B/fake/*.d $B/bench/*.d $B/*.d)
