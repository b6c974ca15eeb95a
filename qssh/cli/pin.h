/* The verbs about pinned keys: pin, unpin, pins. See pins.h for what they keep. Their exit status. */
#ifndef QSSH_CLI_PIN_H
#define QSSH_CLI_PIN_H

int pinboard_pin(int argc, char **argv);
int pinboard_unpin(int argc, char **argv);
int pinboard_pins(int argc, char **argv);

#endif
