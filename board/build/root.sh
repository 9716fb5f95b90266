#!/bin/sh
# root.sh BASE OUT STAGE: the root file system of the image, OUT/root.tar: Debian's packages (base.sh),
# and over them what lies in STAGE. Same packages and STAGE, same bytes. Tried as root only.
set -eu
base=$1
out=$2
stage=$3
here=$(cd "$(dirname "$0")" && pwd)
tree=$out/tree

rm -rf "$tree"
mkdir -p "$tree"
tar -C "$tree" --numeric-owner --exclude='./dev/*' -xf "$base/base.tar"
tar -C "$stage" --owner=0 --group=0 --mode=u=rwX,go=rX -cf "$out/stage.tar" .
tar -C "$tree" --keep-directory-symlink --no-overwrite-dir -xf "$out/stage.tar"
rm -f "$out/stage.tar"
"$here/finish.sh" "$tree"
tar -C "$tree" --sort=name --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf "$out/root.tar" .
rm -rf "$tree"
