#!/bin/sh
# pictures.sh O [screens]: makes board/pictures of board/FLASHING.md: the written part of what the proofs
# of the boot stick saw (O/image-check/flash_stick), half as large; and screens of scenes, a third as
# large. `screens`: these only.
set -eu
small() { # PERCENT COLOURS FROM NAME
	convert "$3" -resize "$1%" +dither -colors "$2" -strip \
		-define png:exclude-chunks=date,time "board/pictures/$4.png"
}
shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT
"$1/bin/scene" --shots "$shots" tests/scenes/setup_by_touch.txt \
	tests/scenes/staff_sets_up_again.txt tests/scenes/staff_updates.txt
small 33 24 "$shots/site.png" setup-site
small 33 24 "$shots/06-province.png" setup-province
small 33 24 "$shots/12-ready.png" setup-ready
small 33 24 "$shots/update-stick.png" update
if [ "${2-}" != screens ]; then
	for name in menu progress end; do
		convert "$1/image-check/flash_stick/$name.png" -trim +repage "$shots/$name.png"
		small 50 16 "$shots/$name.png" "$name"
	done
fi
ls -l board/pictures
