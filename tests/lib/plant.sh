# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Sourced by the tests that test a test. A planted program is a copy of one of ours with one text of its source changed.

# plant_make OUT FILE FROM TO OBJECT...: OUT is linked from the objects, $B/libqssh.a and a copy of FILE in which the
# text FROM has become TO. Environment: B, where everything has been built; CC. False, with a word why: it can't be.
plant_make()
{
	local out=$1 file=$2 from=$3 to=$4
	shift 4
	FROM=$from TO=$to perl -0pe 's/\Q$ENV{FROM}\E/$ENV{TO}/ or exit 1' "$file" >"$out.c" || {
		echo "$file has no: $from"
		return 1
	}
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -iquote qssh -iquote "$(dirname "$file")" -O2 -w -o "$out" "${@/#/$B/}" "$out.c" "$B/libqssh.a"
}
