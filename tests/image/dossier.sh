#!/bin/sh
# dossier.sh O DIR [SCENE]: DIR/dossier.tar, the data of a kiosk with one dossier in its outbox, which a citizen
# has handed in while the province was away (tests/scenes/part/dossier_waits.txt); DIR/settings.tar;
# and DIR/kept.province, that province, for who wants it to have the dossier. SCENE: one that plays this
# one, for what is seen in it (DIR/seen).
# It is handed in now: a kiosk does not go behind what it has seen.
set -eu
o=$1
dir=$2
scene=${3:-dossier_waits}

mkdir -p "$dir/seen"
KEPT=$dir/kept "$o/bin/scene" --now --shots "$dir/seen" "tests/scenes/part/$scene.txt" >"$dir/scene.log" 2>&1 ||
	{ cat "$dir/scene.log"; exit 1; }
rm -f "$dir/kept/reserve" "$dir/kept/lock"
# owned by kiosk-core, as board/root's sysusers.d numbers it
tar -C "$dir/kept" --owner=901 --group=901 --numeric-owner -cf "$dir/dossier.tar" .
rm -r "$dir/kept"
tests/image/settings.sh x86-kiosk "$dir/settings.tar"
