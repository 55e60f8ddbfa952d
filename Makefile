# mpc_agg: private joint analytics for PostgreSQL
#
#   make && sudo make install    build and install for the pg_config in PATH
#   make test                    every test, on clusters of its own; installs nothing
#   make PG_CONFIG=/path/to/pg_config ...   for another PostgreSQL

MODULE_big = mpc_agg
EXTENSION  = mpc_agg
DATA       = extension/mpc_agg--0.1.0.sql

# Floor by floor: a file may use what stands above it here, see test/check-floors.
FLOORS = crypto stats protocol psi catalog local transport face
OBJS   = $(patsubst %.c,%.o,$(foreach floor,$(FLOORS),$(sort $(wildcard src/$(floor)/*.c))))

# The second library, small and alone: loading it locks a session. PGXS builds one
# library per Makefile, so this one has its rules here.
LOCK = mpc_agg_lock$(DLSUFFIX)

# installcheck needs a running server in which the extension is installed.
# Three databases play three parties; the tests run in the first.
REGRESS_DBS  = regress_north,regress_south,regress_west
REGRESS      = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))

# These look for themselves whether anything is missing, and say what.
SELF_SUFFICIENT = test test-full demo demo-stop examples
ifneq ($(filter-out $(SELF_SUFFICIENT),$(or $(MAKECMDGOALS),all)),)

PG_CONFIG  ?= pg_config
PKG_CONFIG ?= pkg-config

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(PGXS),)
$(error $(PG_CONFIG) not found: install postgresql-server-dev-15, or name another one by PG_CONFIG=)
endif

SODIUM_LIBS := $(shell $(PKG_CONFIG) --libs libsodium 2>/dev/null)
ifeq ($(SODIUM_LIBS)$(filter %clean,$(MAKECMDGOALS)),)
$(error libsodium not found by $(PKG_CONFIG): install pkg-config and libsodium-dev (Debian, Ubuntu) or libsodium-devel (Fedora, RHEL))
endif

PG_CPPFLAGS = -Isrc -I$(libpq_srcdir) $(shell $(PKG_CONFIG) --cflags libsodium)
# The two warnings switched off come from PostgreSQL's own headers and macros.
PG_CFLAGS   = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
              -Werror=implicit-function-declaration
# Sums and products of doubles are rounded one by one, or src/stats/twofold.h is wrong.
PG_CFLAGS  += -ffp-contract=off
# Only what SQL calls leaves the library.
SHLIB_LINK  = $(SODIUM_LIBS) $(libpq) -lm -Wl,--version-script=src/mpc_agg.map

# No bitcode: nothing here is worth inlining into an expression, and so clang is
# not needed.
override with_llvm := no

EXTRA_CLEAN = mpc_agg_lock.so src/lock/*.o tmp_install tmp_check test/unit/build

include $(PGXS)

CONTRIB_TESTDB = $(REGRESS_DBS)

# One list of headers for all: the whole library compiles in seconds.
$(OBJS): $(wildcard src/*.h src/*/*.h) Makefile

all: $(LOCK)
src/lock/mpc_agg_lock.o: src/lock/lock.h Makefile
$(LOCK): src/lock/mpc_agg_lock.o
	$(CC) $(CFLAGS) $< $(LDFLAGS) $(LDFLAGS_SL) -shared -o $@

install: install-lock
install-lock: $(LOCK) installdirs
	$(INSTALL_SHLIB) $(LOCK) '$(DESTDIR)$(pkglibdir)/$(LOCK)'
uninstall: uninstall-lock
uninstall-lock:
	rm -f '$(DESTDIR)$(pkglibdir)/$(LOCK)'
.PHONY: install-lock uninstall-lock

# A private PostgreSQL with the extension in it. The server finds its files from
# where its own program really is: programs are copies, the rest are links.
TMP_INSTALL ?= $(CURDIR)/tmp_install
tmp-install: all
	rm -rf '$(TMP_INSTALL)'
	mkdir -p '$(TMP_INSTALL)$(bindir)' '$(TMP_INSTALL)$(pkglibdir)' '$(TMP_INSTALL)$(datadir)'
	cp -a '$(bindir)/.' '$(TMP_INSTALL)$(bindir)/'
	cp -as '$(pkglibdir)/.' '$(TMP_INSTALL)$(pkglibdir)/'
	cp -as '$(datadir)/.' '$(TMP_INSTALL)$(datadir)/'
	rm -f '$(TMP_INSTALL)$(pkglibdir)'/mpc_agg*.so '$(TMP_INSTALL)$(datadir)'/extension/mpc_agg*
	$(MAKE) -s install DESTDIR='$(TMP_INSTALL)'

check-floors: all
	test/check-floors

print-%:
	@echo '$($*)'

endif

test:
	test/run

test-full:
	FULL=1 test/run

demo:
	@demo/start
	@demo/run

demo-stop:
	@demo/stop

examples:
	@examples/run

bench:
	ONLY=bench test/run

.PHONY: tmp-install check-floors test test-full demo demo-stop examples bench
