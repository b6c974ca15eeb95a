/* SPDX-License-Identifier: ISC */
/* The version of every program, package and manual. service/packaging/release changes it, with the changelog. */
#ifndef QSSH_BASE_VERSION_H
#define QSSH_BASE_VERSION_H

#define QSSH_VERSION "0.9.0"

#endif
