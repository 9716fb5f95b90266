#!/bin/bash
# Runs a command with an X server of its own, which has the size of the kiosk's screen.
set -eu
number=$(mktemp)
Xvfb -displayfd 9 -screen 0 1080x1920x24 -nolisten tcp 9> "$number" > /dev/null 2>&1 &
x=$!
trap 'kill $x 2> /dev/null; rm -f "$number"' EXIT
while [ ! -s "$number" ]; do kill -0 $x; read -rt 0.02 < <(:) || :; done
export DISPLAY=:$(cat "$number")
unset WAYLAND_DISPLAY XAUTHORITY
"$@"
