SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
# A file that an interrupted command leaves is none, and builds by dotnet do not go together: they have directories in common.
.DELETE_ON_ERROR:
.NOTPARALLEL:

# What it is built for, x64 or arm64. For another architecture than the machine's it is cross-compiled into a directory of its own.
HOST_ARCH := $(subst x86_64,x64,$(subst aarch64,arm64,$(shell uname -m)))
ARCH ?= $(HOST_ARCH)
ifeq ($(filter x64 arm64,$(ARCH)),)
$(error ARCH is "$(ARCH)", in the environment or on the command line; give x64 or arm64)
endif
OUT := $(if $(filter $(HOST_ARCH),$(ARCH)),out,out/$(ARCH))
# It writes what does not depend on the architecture.
HOST_HOOKCTL := out/hookctl
PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
MANDIR := $(PREFIX)/share/man
COMPLETIONS := $(PREFIX)/share/bash-completion/completions
# What containerd-shim-hooked-v1 puts first in PATH, and runc-wrap knows by its name.
SHIM := $(PREFIX)/lib/ocihooks/shim
SHARED := $(PREFIX)/share/ocihooks
LIBEXEC := $(PREFIX)/libexec/ocihooks
MANPAGES := $(wildcard docs/man/*)
CONFIGURATION := docs/examples/config.json $(wildcard docs/examples/example-rules/*)
VERSION := $(shell sed -n 's/.*<Version>\(.*\)<.*/\1/p' Directory.Build.props)
# Whatever bears a date bears that of the last commit.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
DOTNET ?= dotnet
SOURCES := $(shell git ls-files -co --exclude-standard 'src/*' 2>/dev/null || find src -name '*.cs*') \
    Directory.Build.props Directory.Packages.props

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: deb rpm reproducible build demo systems test vm-test check bench install uninstall probes format clean coverage fuzz

build: $(OUT)/runc-wrap $(OUT)/hookctl $(OUT)/seccomp-recorder ## three NativeAOT executables

$(OUT)/runc-wrap: PROJECT := src/RuncWrap
$(OUT)/hookctl: PROJECT := src/HookCtl
$(OUT)/seccomp-recorder: PROJECT := src/SeccompRecorder
$(OUT)/runc-wrap $(OUT)/hookctl $(OUT)/seccomp-recorder: $(SOURCES)
	scripts/install-prerequisites.sh build $(ARCH)
	scripts/cross-compile.sh $(ARCH) $(DOTNET) publish $(PROJECT) -r linux-$(ARCH) -c Release -o $(OUT)/publish --nologo -v quiet
	install -m 755 $(OUT)/publish/$(@F) $@
	touch $@

ifneq ($(OUT),out)
$(HOST_HOOKCTL): $(SOURCES)
	$(MAKE) --no-print-directory ARCH=$(HOST_ARCH) $@
endif

probes: ## the C programs that tests and benchmarks use
	$(MAKE) --no-print-directory -C tests/probes

clean:
	rm -rf $(OUT) src/*/bin src/*/obj tests/*/bin tests/*/obj

demo: build ## a hooked container, with nothing but runc and busybox
	scripts/install-prerequisites.sh demo
	scripts/demo.sh

systems: ## Debians with their own Docker, and other Debians' engines, for the tests
	scripts/install-prerequisites.sh test
	scripts/system-images.sh bookworm trixie forky services
	scripts/engine-packages.sh trixie forky
	scripts/arm64-busybox.sh

test: build probes systems ## every test; installs what it needs
	$(MAKE) --no-print-directory deb rpm ARCH=arm64
	$(DOTNET) test OciHooks.sln -c Release --nologo -v quiet --logger "console;verbosity=minimal"

# SCENARIOS=short for a part of them, or one's name; SUITES=trixie; ARCH=arm64.
SCENARIOS ?= all
SUITES ?= bookworm trixie forky
vm-test: deb probes ## the scenarios of tests/vm in virtual machines, some minutes each
	VERSION=$(VERSION) scripts/vm-test.sh $(ARCH) $(SCENARIOS) $(SUITES)

# What needs neither root nor an engine.
check: format build probes ## format, unit tests, the built binary against a recording runtime
	scripts/install-prerequisites.sh check
	$(DOTNET) test tests/unit -c Release --nologo -v quiet
	$(DOTNET) test tests/integration -c Release --nologo -v quiet --filter 'Needs!=root&Needs!=minutes'

# The sources are not where the assemblies say, which bear no path of the build; and a filter takes no hyphen.
COLLECTOR := DataCollectionRunSettings.DataCollectors.DataCollector.Configuration
coverage: ## what of each assembly the unit tests run through: out/coverage/coverage.cobertura.xml
	rm -rf out/coverage
	$(DOTNET) test tests/unit -c Release --nologo -v quiet --collect "XPlat Code Coverage" --results-directory out/coverage -- \
	    $(COLLECTOR).ExcludeAssembliesWithoutSources=None \
	    $(COLLECTOR).Include="[HookEngine]*,[SeccompProfiles]*,[hookctl]*,[runc*wrap]*,[seccomp*recorder]*"
	mv out/coverage/*/coverage.cobertura.xml out/coverage/
	rmdir out/coverage/*/
	@sed -n 's/.*<package name="\([^"]*\)" line-rate="\([^"]*\)" branch-rate="\([^"]*\)".*/\1 \2 \3/p' out/coverage/coverage.cobertura.xml \
	    | LC_ALL=C awk '{ printf "%-18s %5.1f %% of lines, %5.1f %% of branches\n", $$1, 100 * $$2, 100 * $$3 }'

# Without a TARGET it tells their names.
SECONDS ?= 60
fuzz: ## TARGET=.. [SECONDS=60]: a reader under AFL++
	scripts/install-prerequisites.sh fuzz
	DOTNET=$(DOTNET) nice scripts/fuzz.sh "$(TARGET)" "$(SECONDS)"

format:
	$(DOTNET) format OciHooks.sln --verify-no-changes

bench: build probes ## the table of costs, as ratios in one run
	tests/benchmarks/bench.sh
	tests/benchmarks/seccomp.sh

install: build $(HOST_HOOKCTL)
	install -D -m 755 $(OUT)/runc-wrap $(DESTDIR)$(PREFIX)/bin/runc-wrap
	install -D -m 755 $(OUT)/hookctl $(DESTDIR)$(PREFIX)/bin/hookctl
	install -D -m 755 $(OUT)/seccomp-recorder $(DESTDIR)$(LIBEXEC)/seccomp-recorder
	install -D -m 755 packaging/containerd-shim-hooked-v1 $(DESTDIR)$(PREFIX)/bin/containerd-shim-hooked-v1
	install -d $(DESTDIR)$(SHIM)
	ln -sfn ../../../bin/runc-wrap $(DESTDIR)$(SHIM)/runc
	install -d $(DESTDIR)$(COMPLETIONS) $(DESTDIR)$(SHARED)
	$(HOST_HOOKCTL) completion >$(DESTDIR)$(COMPLETIONS)/hookctl
	$(HOST_HOOKCTL) schema >$(DESTDIR)$(SHARED)/rule.schema.json
	for page in $(MANPAGES); do \
	    target=$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; \
	    install -D -m 644 $$page $$target; \
	    sed -i "1s/\"\" OciHooks/$$(date -u -d @$(SOURCE_DATE_EPOCH) +%F) \"OciHooks $(VERSION)\"/" $$target; \
	done
	# Configuration that is there is somebody's.
	for file in $(CONFIGURATION); do \
	    target=$(DESTDIR)$(SYSCONFDIR)/ocihooks/$${file#docs/examples/}; \
	    test -e $$target || install -D -m 644 $$file $$target; \
	done

deb: build ## out/ocihooks_*.deb, and debug symbols
	VERSION=$(VERSION) SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) ARCH=$(ARCH) OUT=$(OUT) packaging/deb/build.sh

rpm: build ## out/ocihooks-*.rpm, and debug symbols
	VERSION=$(VERSION) SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) ARCH=$(ARCH) OUT=$(OUT) packaging/rpm/build.sh

reproducible: build ## whether two builds of the packages have the same bytes
	scripts/reproducible.sh $(ARCH) $(OUT)

uninstall:
	[ -n "$(DESTDIR)" ] || { sh packaging/scriptlets/tell.sh; sh packaging/scriptlets/end-recordings.sh; }
	rm -f $(DESTDIR)$(PREFIX)/bin/runc-wrap $(DESTDIR)$(PREFIX)/bin/hookctl $(DESTDIR)$(COMPLETIONS)/hookctl
	rm -f $(DESTDIR)$(PREFIX)/bin/containerd-shim-hooked-v1 $(DESTDIR)$(SHIM)/runc
	-rmdir $(DESTDIR)$(SHIM) $(DESTDIR)$(PREFIX)/lib/ocihooks
	rm -f $(DESTDIR)$(SHARED)/rule.schema.json $(DESTDIR)$(LIBEXEC)/seccomp-recorder
	-rmdir $(DESTDIR)$(SHARED) $(DESTDIR)$(LIBEXEC)
	for page in $(MANPAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; done
