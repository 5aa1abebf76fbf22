# SPDX-License-Identifier: GPL-2.0-only
#
# make				module and tools for the running kernel (or KDIR=)
# make demo			a whole session in a virtual machine, by itself
# make test			everything, by itself; ends with what passed
# make help			the rest
#
# demo, run, test, check and their like first install the Debian packages that
# they need and miss (scripts/setup); nothing else wants root.  All is built
# under build/, the virtual machine's kernel once under ~/.cache/mcumgr-linux.

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
PYTHON := /usr/bin/python3
KDIR ?= /lib/modules/$(shell uname -r)/build
RST2HTML := $(firstword $(wildcard /usr/bin/rst2html /usr/bin/rst2html.py) rst2html)

# The shell's own LINES is the terminal's height.
lines := $(if $(filter command line,$(origin LINES)),$(LINES),1)

export PYTHONDONTWRITEBYTECODE := 1
export KDIR

all: modules tools

help:
	@echo 'all           module and tools for the running kernel, or KDIR=...'
	@echo 'modules tools   one of them'
	@echo 'install       both, the man pages and the units (DESTDIR=, PREFIX=)'
	@echo 'dkms-install  the module by way of DKMS, for this and later kernels'
	@echo 'demo          a session over a serial line of a virtual machine'
	@echo 'run           keep such a machine running; LINES=n serial lines'
	@echo 'test          all tests'
	@echo 'kunit         the unit tests only; SUITE=... one suite'
	@echo 'check         style, sparse, documentation, generated files'
	@echo 'bench         measure, beside yardsticks'
	@echo 'fuzz          the parsers; TIME=seconds for each'
	@echo 'interop       other MCUmgr clients against the virtual machine'
	@echo 'gen           renew the code generated from the netlink spec'
	@echo 'docs          Documentation/ as HTML in build/docs'
	@echo 'clean         remove build/'

modules:
	vm/build-modules host mcumgr

tools:
	$(MAKE) -C tools

install: modules tools
	@[ -d $(KDIR) ] || { echo '$(KDIR): no headers; give KDIR=' >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR)/build/host INSTALL_MOD_PATH=$(DESTDIR) modules_install
	$(MAKE) -C tools install

dkms-install:
	scripts/dkms-source /usr/src/mcumgr-$(VERSION)
	dkms add mcumgr/$(VERSION)
	dkms install mcumgr/$(VERSION)

demo:
	@scripts/setup build
	@$(PYTHON) vm/demo

run:
	@scripts/setup build
	@$(PYTHON) vm/run --lines $(lines)

test:
	@scripts/setup build test
	@$(PYTHON) scripts/test

kunit:
	@scripts/setup build
	@$(PYTHON) vm/kunit.py $(SUITE)

check:
	@scripts/setup build check
	@scripts/check

bench:
	@scripts/setup build
	@$(PYTHON) tests/bench/run

fuzz:
	@scripts/setup fuzz
	@tests/fuzz/run $(TIME)

interop:
	@scripts/setup build interop
	@tests/interop/run

gen:
	@scripts/setup check
	scripts/gen-netlink "$$(scripts/fetch-ynl)"

docs:
	@scripts/setup build
	$(MAKE) -C tools man
	mkdir -p build/docs
	for page in Documentation/*.rst; do \
		$(RST2HTML) $$page build/docs/$$(basename $$page .rst).html || exit 1; \
	done

clean:
	rm -rf build

.PHONY: all help modules tools install dkms-install demo run test kunit check
.PHONY: bench fuzz interop gen docs clean
