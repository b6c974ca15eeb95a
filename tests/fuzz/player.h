/* SPDX-License-Identifier: ISC */
/*
 * The hostile vault of relay_fuzz: a program that knows nothing, and plays what the fuzzer wrote in memory that
 * both map.
 * It is small, since each input of the fuzzer's starts it once.
 */
#ifndef QSSH_PLAYER_H
#define QSSH_PLAYER_H

#include <stdint.h>

/* The environment names the memory's descriptor. */
#define PLAYER_FD "QSSH_FUZZ_PLAYER"

/* More than any input of the fuzzer's needs. */
#define PLAYER_STEPS 64u
#define PLAYER_ROOM (4u * 1024u * 1024u)

/* The types of requests that have a good answer each, by its number: LIST, SIGN, an extension, any other. */
enum player_good { PLAYER_LIST, PLAYER_SIGN, PLAYER_EXTENSION, PLAYER_OTHER, PLAYER_GOOD_COUNT };

/* What follows a step. */
enum player_end {
	PLAYER_STAY, /* the next request is read */
	PLAYER_EXIT,
	PLAYER_LATE, /* the socket is closed, and the program ends a moment later */
	PLAYER_DEAF, /* nothing more can be written to it; it ends once the other side has closed */
	PLAYER_MUTE, /* it reads on, and answers nothing */
};

/* Bytes of out. */
struct player_part {
	uint32_t from, len;
};

struct player_step {
	struct player_part part; /* written after the good answer, if there is one */
	uint8_t good; /* 1: first of all the good answer */
	uint8_t end; /* enum player_end */
	uint8_t status; /* what it exits with */
};

struct player {
	uint32_t starts; /* how often the program was started */
	uint32_t logged; /* bytes of log */
	struct player_part good[PLAYER_GOOD_COUNT];
	struct player_step
	    steps[PLAYER_STEPS]; /* the first when it is started, then one a request; those unused are good */
	uint8_t out[PLAYER_ROOM];
	uint8_t log[PLAYER_ROOM]; /* the requests' frames as they came */
};

#endif
