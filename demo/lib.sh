# shellcheck shell=bash disable=SC2034,SC2154
#
# What demo/start, run, stop and psql share; sourced with the repository as directory.
#
# The clusters live in a directory of their own with a short path, since a socket's is
# limited to 107 bytes. demo/.state holds that path.

offices='northeast midwest south west'
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGOPTIONS PGAPPNAME
unset PGCLIENTENCODING PGSSLMODE PGREQUIRESSL PGDATA PSQL_PAGER PAGER MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C

state=
[ ! -f demo/.state ] || read -r state < demo/.state

# PostgreSQL does not run as root: whatever root does here, user postgres does.
as_server()
{
	if [ "$(id -u)" -eq 0 ]
	then
		local owner=postgres
		# Another user's demo is stopped as that user: only it may signal its servers.
		[ ! -d "$state/northeast" ] || owner=$(stat -c %U "$state/northeast")
		(cd "$state" && HOME=$state setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups "$@")
	else (cd "$state" && "$@")
	fi
}

# Where everything of this demo is written once it is known: bin=... port_south=...
load_state()
{
	[ -f "$state/settings" ] || { echo "The demo is not running: make demo" >&2; exit 1; }
	# shellcheck disable=SC1091
	. "$state/settings"
}

port_of() { eval "echo \"\$port_$1\""; }

# dba office [psql arguments]: the superuser, over the office's own socket.
dba()
{
	local office=$1
	shift
	as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$state/$office" -p "$(port_of "$office")" -U postgres -d stats "$@"
}

# analyst office [psql arguments]: a plain role, by password over TCP.
analyst()
{
	local office=$1
	shift
	PGPASSFILE=$state/$office.pgpass "$bin/psql" -X -h 127.0.0.1 -p "$(port_of "$office")" -U analyst -d stats "$@"
}

title() { printf '\n== %s\n   %s\n\n' "$1" "$2"; }
