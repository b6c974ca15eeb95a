/* SPDX-License-Identifier: ISC */
/* The version of every program and package. service/packaging/debian/changelog has it too. */
#ifndef QSSH_BASE_VERSION_H
#define QSSH_BASE_VERSION_H

#define QSSH_VERSION "0.9.0"

#endif
