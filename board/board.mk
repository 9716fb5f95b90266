# The image of a board: `make image BOARD=x86-kiosk` leaves it in $O/image/BOARD. QUICK=1 spends
# little on compression, for tries. CACHE holds Debian's packages between builds; checkouts may share it.
BOARD   ?= x86-kiosk
KEYS    ?= $O/image/keys
CACHE   ?= $O/image/cache
ARCH    := $(shell sed -n 's/^ARCH=//p' board/$(BOARD)/board.conf)
IMAGE   := $O/image/$(BOARD)

image: packages-image
	@$(MAKE) --no-print-directory $(JOBS) imaged

# Keys for tests are made where nobody keeps others. A release names its own folder (KEYS=DIR), whose
# private keys may be in a token: board/build/key.sh.
keys: $O/image/keys/made
$O/image/keys/made: board/build/keys.sh
	@echo '  KEYS  $(@D): for tests only'
	@board/build/keys.sh $(@D)
	@touch $@

# Of another processor than this machine's, the programs are compiled into a build folder of its own.
CROSS.arm64 := aarch64-linux-gnu-
SYSROOT      = $(abspath $O/image/sysroot-$(ARCH))
ifeq ($(ARCH),$(shell dpkg --print-architecture 2>/dev/null))
imaged: $(PROGRAMS:%=$O/bin/%)
else
imaged: crossed
crossed: packages-image-$(ARCH)
	@board/build/sysroot.sh $(ARCH) $(SYSROOT)
	@$(MAKE) --no-print-directory O=$O/$(ARCH) CC='$(CROSS.$(ARCH))gcc --sysroot=$(SYSROOT)' \
		PKG=$(SYSROOT)/pkg-config $(PROGRAMS:%=$O/$(ARCH)/bin/%)
imaged: export BIN = $O/$(ARCH)/bin
imaged: export CROSS = $(CROSS.$(ARCH))
endif

imaged: assets $(if $(filter $(abspath $O/image/keys),$(abspath $(KEYS))),$O/image/keys/made)
	@mkdir -p $(IMAGE) $(CACHE)
	@SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) QUICK=$(QUICK) CATALOGUE_CERT=$(CATALOGUE_CERT) \
		board/build/image.sh $(BOARD) $O $(KEYS) $(VERSION) $(abspath $(CACHE))

# Proofs that the image is what it promises, each with a machine in an emulator (tests/image). What
# they saw stays in $O/image-check.
ONLY   ?=
PROOFS := $(sort $(wildcard tests/image/*.txt))
image-check: packages-image packages-image-check packages-build
	@$(MAKE) --no-print-directory $(JOBS) imaged $O/bin/machine $(NEXT) $O/bin/kiosk-flash $O/bin/scene $O/bin/usim $O/bin/province papers
	@$(MAKE) --no-print-directory stick-only
	@$(if $(ONLY),,O=$O BOARD=$(BOARD) KEYS=$(KEYS) prove --exec '' tests/image/given.sh tests/image/token.sh tests/image/flash.sh)
	@tests/image/run.sh $O $(BOARD) $(KEYS) $(if $(ONLY),$(ONLY:%=tests/image/%.txt),$(PROOFS))

# The fast ones of them: a citizen's whole visit, by touch, with the image's programs and no systemd; a
# stick that becomes a keyboard. The image is made anew when it is older than a program.
image-fast: packages-image packages-image-check packages-build
	@$(MAKE) --no-print-directory $(JOBS) $O/bin/machine $O/bin/scene $O/bin/usim $O/bin/province $(PROGRAMS:%=$O/bin/%) papers assets
	@{ [ -e $(IMAGE)/SHA256SUMS.p7s ] && [ -z "$$(find $(PROGRAMS:%=$O/bin/%) $O/assets board -type f \
		-newer $(IMAGE)/SHA256SUMS.p7s)" ]; } || \
		$(MAKE) --no-print-directory $(JOBS) imaged
	@$O/bin/machine --o $O --board $(BOARD) --keys $(KEYS) tests/image/visit.txt tests/image/gadget.txt

# The kiosk of the image in a window, with the panel that plays the world beside it.
image-run: packages-image packages-image-run packages-build
	@$(MAKE) --no-print-directory $(JOBS) imaged $O/bin/usim $O/bin/province $O/bin/panel papers
	@tests/image/window.sh $O $(BOARD)

# One start of an image that is of another processor (BOARD=arm64-virt), to the first picture.
image-smoke: packages-image packages-image-$(ARCH)
	@$(MAKE) --no-print-directory $(JOBS) imaged
	@O=$O BOARD=$(BOARD) prove -v --exec '' tests/image/smoke.sh

# A USB stick that flashes a kiosk by itself, or with a technician: board/FLASHING.md.
stick: packages-image
	@$(MAKE) --no-print-directory $(JOBS) imaged
	@$(MAKE) --no-print-directory stick-only
stick-only: $O/bin/kiosk-flash
	@echo '  STICK $(BOARD)'
	@SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) board/build/stick.sh $(BOARD) $O $(KEYS) $(VERSION) $(abspath $(CACHE))

# What board/FLASHING.md shows, from what `make image-check ONLY=flash_stick` saw, and from scenes; needs
# imagemagick.
pictures:
	@tests/image/pictures.sh $O

# Two builds of one commit, in two folders, are the same bytes.
image-twice: packages-image
	@O=$O BOARD=$(BOARD) prove -v --exec '' tests/image/twice.sh

.PHONY: crossed stick stick-only image image-check image-fast image-run image-smoke image-twice imaged keys
