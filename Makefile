# make demo              the kiosk and its simulated devices; SCENE=name plays one scene
# make check             lint, unit tests, scenes, goldens: what must be true before a commit
# make SAN=1 check       what is compiled of it, under address and undefined-behaviour sanitizers
# make CC=clang check    with the other compiler; build/ notices and rebuilds
# make fuzz              every parser of outside bytes; FUZZ_S=seconds for each
# make cut               kill -9 and power cuts while people file; SEED=, N= visits, CUTS= of the power
# make cards             cards and readers fail at random; SEED= and N= events
# make oracles           what others' programs say about our files; skipped where they are not
# make image             the image of a board, in build/image; BOARD=
# make stick             the image on a USB stick that flashes kiosks by itself: board/FLASHING.md
# make image-check       the image in an emulator: firmware, Secure Boot, TPM, power cuts; ONLY=name
# make image-fast        only the fastest of these: a visit by touch, with the programs of the image
# make image-run         that image in a window, with the panel of simulated devices beside it
# make bench             ratios against peers and limits, measured in one run
# make tidy              clang-format, clang-tidy, cppcheck
# make V=1 ...           show the commands
#
# A packager may set: CC PKG CFLAGS LDFLAGS O (build folder) CATALOGUE_KEY SERIF (folder of a font).

CC  ?= cc
PKG ?= pkg-config
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
O   ?= build$(if $(SAN),-san)$(if $(findstring clang,$(CC)),-clang)
Q   := $(if $(V),,@)
# Who did not say -j gets one for each core.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
comma := ,

# What each program is made of and the only libraries it may link. A library that is not on
# a program's line is out of its reach: this table is half of the security design. What it opens while
# it runs is beside them (its headers are used).
PROGRAMS := kiosk kiosk-core kiosk-ui kiosk-drv kiosk-parse kiosk-sync kiosk-setup kioskctl kiosk-board kiosk-guard \
            kiosk-debug

kiosk.dirs       := firmware/base firmware/super
kiosk.pkgs       := libseccomp
kiosk-core.dirs  := firmware/base firmware/tpm firmware/core
kiosk-core.pkgs  := libseccomp sqlite3 libcrypto json-c
kiosk-ui.dirs    := firmware/base ui
kiosk-ui.pkgs    := libseccomp libdrm pangocairo pangoft2 fontconfig libqrencode
kiosk-ui.ld      := -lm
kiosk-ui.opens   := sdl2
kiosk-drv.dirs   := firmware/base drivers
kiosk-drv.pkgs   := libseccomp libusb-1.0 sane-backends libp11 libcrypto libjpeg
kiosk-parse.dirs := firmware/base firmware/parse firmware/parse/chip firmware/parse/page firmware/parse/pdf
kiosk-parse.pkgs := libseccomp libcrypto zbar lept tesseract libjpeg libopenjp2 json-c zlib libqrencode
kiosk-parse.ld   := -lm
kiosk-sync.dirs  := firmware/base firmware/tpm firmware/sync
kiosk-sync.pkgs  := libseccomp libcurl json-c libssl libcrypto
kiosk-setup.dirs := firmware/base firmware/setup
kiosk-setup.pkgs := libseccomp libcrypto
kioskctl.dirs    := firmware/base firmware/ctl
kioskctl.pkgs    := libseccomp libqrencode
kiosk-guard.dirs := firmware/base firmware/guard
kiosk-guard.pkgs := libseccomp
kiosk-board.dirs := firmware/base firmware/board
kiosk-board.pkgs := libseccomp libcrypto
kiosk-debug.dirs := firmware/base firmware/debug
kiosk-debug.pkgs := libseccomp libcrypto

# What a technician runs on another machine, to write a kiosk's disk. Nothing of it is in the kiosk.
TOOLS := kiosk-flash

kiosk-flash.dirs := firmware/base board/flash
kiosk-flash.pkgs := libseccomp libzstd expat blkid zlib libcrypto

# The world outside, for tests and the demo: devices behind the USB cable, the province, and
# the one who plays a scene with them.
WORLD := usim province scene panel papers corpus pdfa guest powercut hoard machine

usim.dirs     := firmware/base tests/usim tests/mrtd
usim.pkgs     := libseccomp umockdev-1.0 libusbredirparser-0.5 libmicrohttpd libpng libjpeg libopenjp2 libcrypto
usim.ld       := -lutil -lm -pthread
province.dirs := firmware/base tests/province
province.pkgs := libseccomp libmicrohttpd gnutls sqlite3 libcrypto json-c
scene.dirs    := firmware/base tests/visitor tests/scene
scene.pkgs    := libseccomp sqlite3
panel.dirs    := firmware/base tests/panel
panel.pkgs    := libseccomp sdl2 pangocairo libqrencode
panel.ld      := -lm
papers.dirs   := firmware/base tests/pen tests/papers
papers.pkgs   := libseccomp pangocairo
papers.ld     := -lm
corpus.dirs   := firmware/base tests/pen tests/corpus
corpus.pkgs   := libseccomp pangocairo libqrencode libjpeg
corpus.ld     := -lm
pdfa.dirs     := firmware/base tests/pdfa
pdfa.pkgs     := libseccomp zlib
guest.dirs    := firmware/base tests/visitor tests/guest
guest.pkgs    := libseccomp sqlite3 libcrypto
powercut.dirs := firmware/base tests/cut
powercut.pkgs := libseccomp
machine.dirs  := firmware/base tests/image
machine.pkgs  := libseccomp json-c libpng
hoard.dirs    := tests/hoard
hoard.uses    := kiosk-core
hoard.pkgs    := $(kiosk-core.pkgs)

# The core of a release after this one, whose database is a step further: what goes back is tried
# with it. It is never in an image.
NEXT := $O/bin/kiosk-core-next

WARN   := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
          -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wimplicit-fallthrough
CFLAGS ?= -O2 -g
# Static: the simulated USB devices are preloaded, and a shared runtime wants to come first.
STATIC_SAN := $(if $(findstring clang,$(CC)),,-static-libasan -static-libubsan)
# what is not set holds a pattern: what depends on it, padding too, shows at once
SANFLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -ftrivial-auto-var-init=pattern)
FUZZ_C  := $(if $(FUZZ),-fsanitize=fuzzer-no-link)
ALL_C   = -std=gnu2x -I. -D_GNU_SOURCE -fstack-protector-strong $(WARN) $(CFLAGS) $(SANFLAGS) $(FUZZ_C)
ALL_LD  = $(ALL_C) -Wl,-z,relro,-z,now,--build-id=sha1 $(LDFLAGS) $(if $(SAN),$(STATIC_SAN))

all: $(PROGRAMS:%=$O/bin/%) $(TOOLS:%=$O/bin/%) $(WORLD:%=$O/bin/%) $(NEXT) assets $O/compile_commands.json

# $1 program: its objects, and its libraries' headers for its own folder only.
define program
$1.own := $$(filter-out firmware/base,$$($1.dirs))
$1.obj := $$(patsubst %.c,$O/%.o,$$(wildcard $$(addsuffix /*.c,$$($1.dirs))))
OBJ += $$($1.obj)
$1.obj += $$(filter-out %/main.o,$$($$($1.uses).obj))
$$($1.own:%=$O/%/%.o): ALL_C += $$(shell $(PKG) --cflags $$($1.pkgs) $$($1.opens))
$O/bin/$1: $$($1.obj)
	@mkdir -p $$(@D)
	@echo '  LINK  $$@'
	$$(Q)$$(CC) $$(ALL_LD) -o $$@ $$^ $$(shell $(PKG) --libs $$($1.pkgs)) $$($1.ld)
endef
$(foreach p,$(PROGRAMS) $(TOOLS) $(WORLD),$(eval $(call program,$p)))
# Its disks are those whose plug is pulled.
$O/bin/machine: $O/tests/cut/nbd.o $O/tests/cut/drive.o
$O/firmware/base/%.o: ALL_C += $(shell $(PKG) --cflags libseccomp)

$O/tests/next/db.o: firmware/core/db.c $(wildcard tests/next/firmware/core/*) $O/flags
	@mkdir -p $(@D)
	@echo '  CC    $< of the next release'
	$(Q)$(CC) -iquote tests/next $(ALL_C) $(shell $(PKG) --cflags $(kiosk-core.pkgs)) -MMD -MP -c -o $@ $<
$(NEXT): $O/tests/next/db.o $(filter-out $O/firmware/core/db.o,$(kiosk-core.obj))
	@mkdir -p $(@D)
	@echo '  LINK  $@'
	$(Q)$(CC) $(ALL_LD) -o $@ $^ $(shell $(PKG) --libs $(kiosk-core.pkgs))

# Loops over the pixels of whole pages: worth more than the default's.
$O/firmware/parse/page/%.o: ALL_C += $(if $(SAN)$(FUZZ),,-O3)

# The face of words on certified copies; fonts-liberation2 has it. It is built into the parser.
SERIF ?= /usr/share/fonts/truetype/liberation2
$O/firmware/parse/pdf/stamp.o: ALL_C += -Wa,-I$(SERIF)
$O/firmware/parse/pdf/stamp.o: $(SERIF)/LiberationSerif-Regular.ttf

# A stamp whose text is the flags; when they change, everything rebuilds. Theirs are those of all:
# what only some folders add must not depend on which of them was asked for first.
FLAGS := $(CC) $(ALL_C) $(LDFLAGS)
$O/flags: FORCE
	@mkdir -p $O
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

$O/%.o: %.c $O/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(CC) $(ALL_C) -MMD -MP -c -o $@ $<
	@printf '{"directory":"%s","file":"%s","command":"%s"},\n' '$(CURDIR)' $< '$(CC) $(subst ",\",$(ALL_C)) -c $<' > $@.json

# The kiosk knows the day it was made, as the day of its commit: who builds it again has the same.
$O/day: FORCE
	@mkdir -p $O
	@date -u -d @$(SOURCE_DATE_EPOCH) +%F | cmp -s - $@ || date -u -d @$(SOURCE_DATE_EPOCH) +%F > $@
$O/firmware/core/trusted_time.o: $O/day
$O/firmware/core/trusted_time.o: export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)

# Unit tests: tests/unit/ZONE/test_*.c, each linked with all objects of that zone but main.o,
# so that a new test is one file and no edit here. A zone is one program's code.
base.of     := kioskctl
super.of    := kiosk
core.of     := kiosk-core
ui.of       := kiosk-ui
drivers.of  := kiosk-drv
parse.of    := kiosk-parse
chip.of     := kiosk-parse
sync.of     := kiosk-sync
setup.of    := kiosk-setup
guard.of    := kiosk-guard
debug.of    := kiosk-debug
usim.of     := usim
province.of := province
scene.of    := scene
panel.of    := panel
corpus.of   := corpus
cut.of      := powercut
image.of    := machine
flash.of    := kiosk-flash
board.of    := kiosk-board
# What a zone's tests need beyond what the program may link.
parse.test_pkgs := libqrencode pangocairo
chip.test_pkgs  := libopenjp2
# What is written for the archive is read by a checker of its own.
parse.test_obj := $(filter-out %/main.o,$(patsubst %.c,$O/%.o,$(wildcard tests/pdfa/*.c)))
# The reader of chips is tested at a simulated card.
chip.test_obj := $(patsubst %.c,$O/%.o,$(wildcard tests/mrtd/*.c))
# Deadlines are reckoned by the stand-in too, in its own way.
core.test_obj := $O/tests/province/due.o
image.test_obj := $O/tests/cut/nbd.o $O/tests/cut/drive.o
# Programs that a zone's tests start.
sync.test_runs := kiosk-sync province
ZONES := base super core ui drivers parse chip sync setup usim province scene panel corpus cut image flash guard board debug

TESTS := $(patsubst %.c,$O/%,$(wildcard tests/unit/*/test_*.c))
define zone
$O/tests/unit/$1/%.o: ALL_C += $$(shell $(PKG) --cflags $$($$($1.of).pkgs) $$($$($1.of).opens) $$($1.test_pkgs))
$O/tests/unit/$1/test_%: $O/tests/unit/$1/test_%.o $$(filter-out %/main.o,$$($$($1.of).obj)) $$($1.test_obj) | $$($1.test_runs:%=$O/bin/%)
	@echo '  LINK  $$@'
	$$(Q)$$(CC) $$(ALL_LD) $$(TEST_LD) -o $$@ $$^ $$(shell $(PKG) --libs $$($$($1.of).pkgs) $$($1.test_pkgs)) $$($$($1.of).ld)
endef
$(foreach z,$(ZONES),$(eval $(call zone,$z)))

# The drivers are tested at simulated devices.
$(filter $O/tests/unit/drivers/%,$(TESTS)): | $O/bin/usim $O/bin/kiosk-drv

# A torture test makes the n-th call fail: -Wl,--wrap for the calls it names on this line.
wraps = $(shell sed -n 's/^.*torture-wraps: \([a-z0-9_ ]*\).*/\1/p' $1)
$(foreach t,$(TESTS),$(eval $t: TEST_LD := $(patsubst %,-Wl$(comma)--wrap=%,$(call wraps,$(t:$O/%=%.c)))))

# Fuzz targets: tests/fuzz/fuzz_NAME.c with the corpus tests/fuzz/corpus/NAME/. The first line,
# `/* zone: parse */`, names the program whose objects it is linked with. Always by clang, with
# sanitizers, in a build folder of its own: fuzz and fuzz-smoke call this Makefile again.
FUZZ_S       ?= 20
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_zone     = $(shell sed -n '1s/^.*zone: \([a-z]*\).*/\1/p' $1)
fuzz_of       = $($(call fuzz_zone,$1).of)
define fuzzer
$O/tests/fuzz/$2.o: ALL_C += $$(shell $(PKG) --cflags $$($$(call fuzz_of,$1).pkgs) $$($$(call fuzz_of,$1).opens))
$O/tests/fuzz/$2: $O/tests/fuzz/$2.o $$(filter-out %/main.o,$$($$(call fuzz_of,$1).obj)) $$($$(call fuzz_zone,$1).test_obj)
	@echo '  LINK  $$@'
	$$(Q)$$(CC) $$(ALL_LD) -fsanitize=fuzzer -o $$@ $$^ $$(shell $(PKG) --libs $$($$(call fuzz_of,$1).pkgs)) $$($$(call fuzz_of,$1).ld)
endef
$(foreach s,$(FUZZ_SOURCES),$(eval $(call fuzzer,$s,$(basename $(notdir $s)))))

fuzz-targets: $(FUZZ_SOURCES:%.c=$O/%)

# What a run finds new goes to build-fuzz/corpus, a crash to build-fuzz/crash-NAME-*.
AGAIN = $(MAKE) --no-print-directory CC=clang SAN=1 FUZZ=1 O=build-fuzz CFLAGS='-O1 -g' fuzz-targets
fuzz:
	@$(AGAIN) $(JOBS)
	@for t in $(FUZZ_SOURCES:tests/fuzz/fuzz_%.c=%); do \
		mkdir -p build-fuzz/corpus/$$t; \
		build-fuzz/tests/fuzz/fuzz_$$t -max_total_time=$(FUZZ_S) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -verbosity=0 -artifact_prefix=build-fuzz/crash-$$t- \
			build-fuzz/corpus/$$t tests/fuzz/corpus/$$t >build-fuzz/$$t.log 2>&1 || \
			{ echo "fuzz: $$t"; tail -60 build-fuzz/$$t.log; exit 1; }; \
		echo "  FUZZ  $$t: $$(sed -n 's/^stat::number_of_executed_units: *//p' build-fuzz/$$t.log) runs"; \
	done

fuzz-smoke:
	@command -v clang >/dev/null || { echo 'fuzz-smoke: skipped, there is no clang'; exit 0; }; \
	$(AGAIN) $(JOBS) && for t in $(FUZZ_SOURCES:tests/fuzz/fuzz_%.c=%); do \
		build-fuzz/tests/fuzz/fuzz_$$t -runs=0 -timeout=20 -verbosity=0 \
			tests/fuzz/corpus/$$t >build-fuzz/smoke.log 2>&1 || \
			{ echo "fuzz-smoke: $$t fails on its corpus"; cat build-fuzz/smoke.log; exit 1; }; \
	done

# Benches: $1 name, $2 objects they are linked with, $3 libraries, $4 other words to the linker.
define bench
$O/tests/bench/$1.o: ALL_C += $$(shell $(PKG) --cflags $3)
$O/bench/$1: $O/tests/bench/$1.o $2
	@mkdir -p $$(@D)
	@echo '  LINK  $$@'
	$$(Q)$$(CC) $$(ALL_LD) -o $$@ $$^ $$(shell $(PKG) --libs $3) $4
endef
BENCHES   := enqueue search apdu idle press chip name digitize gates codes herd herd_run queue drain peers
core_obj  := $(filter-out %/main.o,$(kiosk-core.obj))
base_obj  := $(filter $O/firmware/base/%,$(kiosk-core.obj))
$(eval $(call bench,enqueue,$(core_obj),$(kiosk-core.pkgs)))
$(eval $(call bench,search,$(core_obj),$(kiosk-core.pkgs)))
$(eval $(call bench,queue,$(core_obj),$(kiosk-core.pkgs)))
$(eval $(call bench,drain,$(core_obj),$(kiosk-core.pkgs)))
$(eval $(call bench,peers,$(core_obj),$(kiosk-core.pkgs)))
$O/bench/slow_sync.so: tests/bench/slow_sync.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(CC) -std=gnu2x -D_GNU_SOURCE -O2 -Wall -Werror -fPIC -shared -o $@ $<
$(eval $(call bench,chip,$(filter-out %/main.o,$(kiosk-parse.obj)) $(chip.test_obj),$(kiosk-parse.pkgs),$(kiosk-parse.ld)))
$(eval $(call bench,digitize,$O/tests/bench/pages.o $O/tests/corpus/cer.o,pangocairo json-c,-lm))
$(eval $(call bench,gates,$(filter-out %/main.o,$(kiosk-parse.obj)) $O/tests/bench/pages.o,$(kiosk-parse.pkgs),$(kiosk-parse.ld)))
zxing     := $(shell command -v $(CXX) >/dev/null && $(PKG) --exists zxing && echo zxing)
$(eval $(call bench,codes,$(filter-out %/main.o,$(kiosk-parse.obj)) $O/tests/corpus/frame.o \
	$O/tests/corpus/frame_card.o $O/tests/corpus/frame_lens.o \
	$(if $(zxing),$O/tests/bench/zxing.oo,$O/tests/bench/zxing_none.o),$(kiosk-parse.pkgs) \
	libqrencode $(zxing),$(kiosk-parse.ld) $(if $(zxing),-lstdc++)))
$O/tests/bench/zxing.oo: tests/bench/zxing.cc
	@mkdir -p $(@D)
	@echo '  CXX   $<'
	$(Q)$(CXX) -std=c++17 -O2 -Wall -I. -c -o $@ $<
$(eval $(call bench,herd,$O/firmware/core/pace.o,libseccomp))
$(eval $(call bench,herd_run,$(base_obj) $O/firmware/core/pace.o,libseccomp libcrypto))
$(eval $(call bench,apdu,$(base_obj),libseccomp libusb-1.0))
$(eval $(call bench,idle,$(base_obj),libseccomp))
$(eval $(call bench,name,$(base_obj) $O/tests/scene/line.o,libseccomp))
$(eval $(call bench,press,$(base_obj),libseccomp x11 xtst))

# Prints a table; a figure over its aim is told there and fails nothing.
bench: packages-bench
	@$(MAKE) --no-print-directory benched
benched: $(PROGRAMS:%=$O/bin/%) $(TOOLS:%=$O/bin/%) $(WORLD:%=$O/bin/%) assets $(BENCHES:%=$O/bench/%) \
		$O/bench/slow_sync.so
	@tests/bench/run.sh $O

$O/compile_commands.json: $(sort $(OBJ)) $(TESTS)
	@{ echo '['; find $O -name '*.o.json' | sort | xargs cat | sed '$$s/,$$//'; echo ']'; } > $@

# What the kiosk reads at run time, in $O/assets. Catalogue and forms are signed here: with
# CATALOGUE_KEY and CATALOGUE_CERT for a release, else with a key made for this build only.
ASSETS := $(shell find assets -type f)
SIGNED := $(patsubst %,$O/%.p7s,$(filter %.json,$(ASSETS)))
CATALOGUE_KEY  ?= $O/keys/catalogue.key
CATALOGUE_CERT ?= $O/keys/catalogue.pem

# What is no more in assets/ is no more in $O/assets: the whole folder is what a kiosk reads.
GONE = $(filter-out $(ASSETS:%=$O/%) $(SIGNED) $O/assets/version,$(shell find $O/assets -type f 2>/dev/null))
assets: $(ASSETS:%=$O/%) $(SIGNED) $O/assets/version
	@rm -f -- $(GONE)

# 1.COUNT+gHASH: a later commit has the higher number, for updates only go upwards.
VERSION ?= $(shell git rev-parse -q --verify HEAD >/dev/null 2>&1 && \
	echo "1.$$(git rev-list --count HEAD)+g$$(git rev-parse --short=9 HEAD)$$(git diff --quiet \
	HEAD 2>/dev/null || echo .dirty)" || echo 0)
$O/assets/version: FORCE
	@mkdir -p $(@D)
	@echo 'VERSION=$(VERSION)' | cmp -s - $@ || echo 'VERSION=$(VERSION)' > $@

$O/keys/catalogue.pem:
	@mkdir -p $(@D)
	$(Q)openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
		-subj '/CN=Catalogue of this build' -keyout $(@:.pem=.key) -out $@ 2>/dev/null

$O/assets/%: assets/%
	@mkdir -p $(@D)
	@cp $< $@

# Which certificate it is, not how old: one of a release may be older than what another has signed.
$O/keys/signer.pem: $(CATALOGUE_CERT) FORCE
	@mkdir -p $(@D)
	@cmp -s $< $@ || cp $< $@

$O/assets/%.p7s: assets/% $O/keys/signer.pem
	@mkdir -p $(@D)
	@echo '  SIGN  $<'
	$(Q)openssl cms -sign -binary -in $< -signer $(CATALOGUE_CERT) -inkey $(CATALOGUE_KEY) \
		-outform DER -out $@

# Sample identity cards for the simulated reader.
CARDS := $(wildcard tests/mrtd/cards/*.card)
$O/bin/usim: | $(CARDS:tests/mrtd/%=$O/%)
$O/cards/%: tests/mrtd/cards/%
	@mkdir -p $(@D)
	@cp $< $@

# Sample papers for the simulated scanner.
papers: $O/papers/trang_trang.png
$O/papers/trang_trang.png: $O/bin/papers
	$< $(@D)

lint:
	@O=$O tests/lint.sh

tidy: packages-tidy
	@$(MAKE) --no-print-directory $O/compile_commands.json
	@tests/tidy.sh $O

# Writes the golden screens anew; look at what git says has changed.
golden-update: $O/tests/unit/ui/test_golden
	@GOLDEN_UPDATE=1 $< > /dev/null && git status --short tests/golden

export LSAN_OPTIONS := suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
# At the end stands what did not hold, at its first and only try. Tests of scripts are the same under
# sanitizers, and are left to the other run.
SCRIPTS_TOO := $(if $(SAN),,tests/lint_test.sh $(wildcard tests/board/*.sh))
unit: $(TESTS)
	@rm -rf $O/said
	@prove -Q -j2 --exec 'tests/kept.sh $O/said' --statefile $O/prove --state save \
		$(SCRIPTS_TOO) $(TESTS) || { tests/kept.sh --told $O/said; false; }

# What is missing is installed first, after saying so; everything else needs it.
packages-%:
	@board/packages/install.sh build $*

check: packages-check
	@$(MAKE) --no-print-directory $(JOBS) all papers
	@$(MAKE) --no-print-directory checked
checked: all $(if $(SAN),,lint) unit $(if $(SAN),,fuzz-smoke) scenes

.PHONY: demo scenes papers cut cut-kill cut-power cut-machine cards

# Scenes: the real programs, simulated devices, the stand-in province. They wait more than they work.
scenes: all papers
	@prove -j4 --exec $O/bin/scene $(sort $(wildcard tests/scenes/*.txt))

# The promise that nothing is lost and nothing doubled, tried. People file N dossiers while programs
# are killed, the network goes and answers are lost; then the kiosk and the province must have the
# same, each once: quickly, without a screen, and one in twenty by screen and devices. Then CUTS
# power cuts of a machine in an emulator, whose drive forgets what was not flushed; its disk in CUTS
# states in which a cut may leave it; CUTS failing writes and flushes; a disk that is full from each
# touch of a visit on. A drive that lies must be noticed. The same SEED draws the same blows.
SEED ?= 1
N    ?= 2000
CUTS ?= 200
cut: cut-kill cut-power
cut-kill: all papers
	@echo '  CUT   programs, $(N) dossiers'
	@$O/bin/scene --mill $(SEED),$(N)
	@echo '  CUT   programs, $(shell expr $(N) / 20) visits by screen'
	@$O/bin/scene --cut $(SEED),$(shell expr $(N) / 20)

cut-power: packages-cut
	@$(MAKE) --no-print-directory $(JOBS) cut-machine
	@tests/cut/power.sh $O $(SEED) $(CUTS)
cut-machine: $O/bin/guest $O/bin/kiosk-core $O/bin/powercut assets

# Cards are laid down and lifted, readers unplugged, both with every fault they know, N times; at
# the end nothing has died of it, and the next card is read.
cards: all papers
	@$O/bin/scene --cards $(SEED),$(N)

# With a display: the kiosk, and a panel to play the world around it. Without one, or with
# SCENE=name: a scene, whose screens, receipts and dossiers stay in $O/demo.
SCENE ?= $(if $(DISPLAY)$(WAYLAND_DISPLAY),,happy_offline)
demo: packages-demo
	@$(MAKE) --no-print-directory $(JOBS) all papers
	@rm -rf $O/demo && mkdir -p $O/demo
	@if [ -z "$(SCENE)" ]; then $O/bin/scene --play --dir $O/demo tests/scenes/part/anchor.txt; else \
		$O/bin/scene $(if $(DISPLAY)$(WAYLAND_DISPLAY),--window) --dir $O/demo \
			--shots $O/demo/screens tests/scenes/$(SCENE).txt && \
		tests/demo.sh $O/demo; fi

# Programs nobody here wrote read what we write, and the reverse. Those that are not there are
# skipped; board/packages/oracles.list names them, and nothing installs them unasked.
oracles: all papers $O/tests/unit/parse/test_endorse
	@O=$O prove --exec '' $(wildcard tests/oracles/*.sh)

clean:
	rm -rf build build-san build-clang build-san-clang build-fuzz

include board/board.mk
-include $O/tests/next/db.d $(sort $(OBJ:.o=.d)) $(TESTS:=.d) $(FUZZ_SOURCES:%.c=$O/%.d) $(BENCHES:%=$O/tests/bench/%.d)
.PHONY: bench benched tidy all assets check checked clean golden-update fuzz fuzz-smoke fuzz-targets lint oracles unit FORCE
.SECONDARY:
.DELETE_ON_ERROR:
