#!/bin/sh
# guard.sh PROGRAM ARGUMENTS...
#
# Runs a program that takes no notice of its standard input, and ends it when the guard's own standard input ends, that is
# when whoever started it is gone, however that went. Each line of standard input is the name of a signal to send.
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{
  while read -r signal; do kill -s "$signal" "$child"; done
  kill -s TERM "$child"
} <&3 >/dev/null 2>&1 &
exec 3<&-
wait "$child"
