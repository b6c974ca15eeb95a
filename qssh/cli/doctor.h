/* SPDX-License-Identifier: ISC */
/*
 * The verb doctor: each step between ssh and the vault, and what is wrong with it. The steps in this qube's own set-up
 * are here; calls.h, leftovers.h, offer.h and sshsetup.h have the others. Its exit status: 0 where nothing is wrong.
 */
#ifndef QSSH_CLI_DOCTOR_H
#define QSSH_CLI_DOCTOR_H

int doctor_run(int argc, char **argv);

#endif
