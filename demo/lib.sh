# shellcheck shell=bash disable=SC2034,SC2154
#
# What demo/start, run, stop, psql and examples/run share; sourced with the repository as
# directory.
#
# The clusters live in a directory of their own with a short path, since a socket's is
# limited to 107 bytes. demo/.state holds that path.

offices='northeast midwest south west'
database=stats
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
	as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$state/$office" -p "$(port_of "$office")" -U postgres -d "$database" "$@"
}

# analyst office [psql arguments]: a plain role, by password over TCP.
analyst()
{
	local office=$1
	shift
	PGPASSFILE=$state/$office.pgpass "$bin/psql" -X -h 127.0.0.1 -p "$(port_of "$office")" -U analyst -d "$database" "$@"
}

title() { printf '\n== %s\n   %s\n\n' "$1" "$2"; }
show_sql() { printf '%s\n' "$2" | sed "1s/^/   $1=> /; 2,\$s/^/   $1-> /"; }
show_rows() { sed '/^$/d; /^([0-9]* rows\{0,1\})$/d; s/^/   /; s/ *$//'; }
wrong()
{
	echo "   $1" >&2
	exit 1
}

# make_state name: a new directory for all that the servers write, in $state.
make_state()
{
	umask 022
	state=$(mktemp -d "${TMPDIR:-/tmp}/mpc-$1.XXXXXX")
	if [ "$(id -u)" -eq 0 ]; then chown postgres: "$state"; fi
	if [ ${#state} -gt 70 ] || ! as_server true 2> /dev/null
	then
		rmdir "$state"
		state=$(mktemp -d "/tmp/mpc-$1.XXXXXX")
		if [ "$(id -u)" -eq 0 ]; then chown postgres: "$state"; fi
	fi
}

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
password() { eval "echo \"\$password_$1_$2\""; }

# Below the ports that the system gives to outgoing connections.
port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
next_port()
{
	while port=$((port + 1)); (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null
	do :
	done
}

# What every server is a copy of. initdb wants a password for the superuser, who comes
# over the socket and never uses it.
make_template()
{
	random | as_server sh -c 'umask 077; cat > password'
	as_server "$bin/initdb" -D "$state/template" -U postgres -A scram-sha-256 -N --encoding=UTF8 --no-locale \
		--pwfile="$state/password" > /dev/null
	printf '%s\n' 'local all postgres trust' 'host all all 127.0.0.1/32 scram-sha-256' |
		as_server tee "$state/template/pg_hba.conf" > /dev/null
}

start_server()
{
	as_server mkdir -m 700 "$state/$1"
	as_server cp -a "$state/template" "$state/$1/data"
	as_server tee -a "$state/$1/data/postgresql.conf" > /dev/null <<-CONF
		port = $(port_of "$1")
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$state/$1'
		cluster_name = '$1'
		fsync = off
		shared_buffers = 16MB
		max_connections = 40
	CONF
	as_server "$bin/pg_ctl" start -s -w -D "$state/$1/data" -l "$state/$1/log"
}

stop_server()
{
	if [ -f "$state/$1/data/postmaster.pid" ]
	then as_server "$bin/pg_ctl" stop -s -m immediate -D "$state/$1/data" || true
	fi
}

# partner_sql office: what README.md shows: the identities came from SELECT mpc_identity() at the partners.
partner_sql()
{
	local here=$1 there partners=
	for there in $offices
	do
		[ "$there" != "$here" ] || continue
		partners="$partners${partners:+, }$there"
		cat <<-SQL
			SELECT mpc_partner('$there', '$(dba "$there" -Atc 'SELECT mpc_identity()')',
			    'host=127.0.0.1 port=$(port_of "$there") dbname=$database',
			    '${here}_login', '$(password "$there" "$here")', '${there}_login', for_user => 'analyst');
		SQL
	done
	cat <<-SQL
		CREATE SERVER offices FOREIGN DATA WRAPPER mpc_federation
			    OPTIONS (parties '$partners');
	SQL
}
