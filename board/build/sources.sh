#!/bin/sh
# sources.sh: sourced; the lines of sources.list by which this machine has Debian 12.
sources() {
	# shellcheck disable=SC2016  # apt's own names
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' |
		sed -n 's/^Debian \([^ ]*\) \(bookworm[^ ]*\) main$/deb \1 \2 main/p' | sort -u
}
[ -n "$(sources)" ] || { echo "this machine knows no source of Debian 12: apt-get update" >&2; exit 1; }
