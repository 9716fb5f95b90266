# The image of a board: `make image BOARD=x86-kiosk` leaves it in $O/image/BOARD.
BOARD   ?= x86-kiosk
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
KEYS    ?= $O/image/keys
IMAGE   := $O/image/$(BOARD)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1700000000)

image: packages-image
	@$(MAKE) --no-print-directory $(JOBS) imaged

keys: $(KEYS)/update.pem
$(KEYS)/update.pem:
	@echo '  KEYS  $(KEYS): for tests only'
	@board/build/keys.sh $(KEYS)

imaged: $(PROGRAMS:%=$O/bin/%) assets $(KEYS)/update.pem
	@mkdir -p $(IMAGE)
	@SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) board/build/image.sh $(BOARD) $O $(KEYS) $(VERSION)

.PHONY: image imaged keys
