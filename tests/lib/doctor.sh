# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# For scripts about qssh doctor, after script.sh. A script goes on after a fault that the doctor misses, and fails at
# its end by doctor_done.
#
#	found WORDS MEND	the doctor reports one fault, in these words, with this advice
#	mended			it finds nothing wrong
#	missed			what it should have said and did not, one a line; empty so far
#
# shellcheck disable=SC2034,SC2154

missed=''

found()
{
	run client qssh doctor
	[[ $status = 1 && $output == *"$1"* && $output == *"$2"* && $output == *'1 thing is wrong'* ]] ||
	    missed+="status $status, without '$1' or '$2' alone:"$'\n'"$output"$'\n'
}

mended()
{
	run client qssh doctor
	[[ $status = 0 && $output == *'Nothing is wrong here.'* ]] ||
		missed+="wrong where nothing is, after '${BASH_LINENO[0]}':"$'\n'"$output"$'\n'
}

doctor_done()
{
	last=''
	[ -z "$missed" ] || fail "$missed"
}
