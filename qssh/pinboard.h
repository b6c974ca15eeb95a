/* The verbs about pinned keys: pin, unpin, pins. See pins.h for what they keep. Their exit status. */
#ifndef QSSH_PINBOARD_H
#define QSSH_PINBOARD_H

int pinboard_pin(int argc, char **argv);
int pinboard_unpin(int argc, char **argv);
int pinboard_pins(int argc, char **argv);

#endif
