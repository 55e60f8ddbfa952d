# What can a role do that was given nothing, and what does the database give away by
# itself: dumps, publications, functions called as they should not be?

use strict;
use warnings FATAL => 'all';

use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)], conf => 'wal_level = logical');
$fed->on_all(q{CREATE TABLE pay AS SELECT g AS salary, 'f'::text AS sex FROM generate_series(1, 20) g});
$fed->publish('pay', { relation => 'pay', measures => ['salary'], filters => ['sex'] });
$fed->import_joint;
is($fed->ask('north', 'SELECT sum(salary) FROM joint.pay'), '630', 'a question, for the record');

sub error_of
{
	my ($name, $sql, %args) = @_;
	my ($out, $err) = $fed->ask_err($name, $sql, %args);
	return $err;
}

# Tables, views and entry points.
my @relations = split /\n/, $fed->sql('north',
	q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'mpc'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1});
cmp_ok(scalar @relations, '>=', 8, 'there are tables, views and a sequence');
foreach my $relation (@relations)
{
	like(error_of('north', "SELECT * FROM $relation"), qr/permission denied/, "an analyst does not read $relation");
	like(error_of('north', "SELECT * FROM $relation", role => 'south_login'), qr/may call mpc\.hello and mpc\.answer and nothing else/, 'nor does a partner');
}
foreach my $sql (
	q{CALL mpc.answer('\x00', NULL)}, q{CALL mpc.hello('\x00', NULL)}, q{SELECT mpc.probe('offices', 'south')},
	q{SELECT mpc_identity_export('open')}, q{SELECT mpc_identity_import('\x00', 'open')}, q{SELECT mpc.make_identity()},
	q{SELECT mpc_admit('analyst', 'south')}, q{SELECT mpc.admit('analyst', 'south')}, q{SELECT * FROM mpc_check()},
	q{SELECT * FROM mpc.verify_ledger()}, q{SELECT mpc_unpublish('pay')}, q{SELECT mpc_publish('x', 'pay', 'offices')},
	q{SELECT mpc_partner('x', 'y', 'host=x', 'u', 'p', NULL)}, q{CREATE SERVER x FOREIGN DATA WRAPPER mpc_party},
	q{CREATE SERVER x FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south')}, q{UPDATE mpc.dataset SET min_rows = 1},
	q{INSERT INTO mpc.login VALUES ('analyst', 'south')}, q{DELETE FROM mpc.ledger_entry}, q{TRUNCATE mpc.ledger_head},
	q{ALTER SERVER offices OPTIONS (SET parties 'south')}, q{ALTER SERVER south OPTIONS (SET host 'evil')})
{
	like(error_of('north', $sql), qr/permission denied|must be owner/, "an analyst cannot: $sql");
}
foreach my $sql (q{CALL mpc.answer('\x00', NULL)}, q{CALL mpc.hello('\x00', NULL)})
{
	my ($rc, $out, $err) = $fed->node('north')->psql('postgres', "\\set VERBOSITY verbose\n$sql");
	like($err, qr/42501.*is not locked/s, 'a superuser is no partner either');
}
$fed->sql('north', 'REVOKE USAGE ON FOREIGN SERVER offices FROM analyst');
like(error_of('north', 'IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint'), qr/permission denied for foreign server/,
	'no import without USAGE');
$fed->sql('north', 'GRANT USAGE ON FOREIGN SERVER offices TO analyst; REVOKE SELECT ON joint.pay FROM analyst');
like(error_of('north', 'SELECT sum(salary) FROM joint.pay'), qr/permission denied for foreign table pay/, 'no question without SELECT');
$fed->sql('north', 'GRANT SELECT ON joint.pay TO analyst; GRANT UPDATE, INSERT, DELETE ON joint.pay TO analyst');
like(error_of('north', $_), qr/cannot|not supported|does not allow/, "a joint table cannot be written: $_")
  foreach "INSERT INTO joint.pay VALUES (1, 'f')", 'DELETE FROM joint.pay', 'UPDATE joint.pay SET salary = 1';

# Passwords of others, and none at all.
unlike($fed->ask('north', 'SELECT string_agg(u::text, $$;$$) FROM pg_user_mappings u WHERE usename <> current_user'), qr/password/,
	"an analyst sees no other role's password");
$fed->create_role('north', 'guest');
$fed->sql('north', 'GRANT USAGE ON SCHEMA joint TO guest; GRANT SELECT ON joint.pay TO guest; GRANT USAGE ON FOREIGN SERVER south, west, offices TO guest');
like(error_of('north', 'SELECT sum(salary) FROM joint.pay', role => 'guest'), qr/no user mapping|user mapping not found/, 'nobody borrows a user mapping');
$fed->ask('north', "CREATE USER MAPPING FOR guest SERVER $_ OPTIONS (user 'north_login')", role => 'guest') foreach qw(south west);
like(error_of('north', 'SELECT sum(salary) FROM joint.pay', role => 'guest'), qr/has no password/, 'a user mapping without a password is refused');
like(error_of('north', "ALTER USER MAPPING FOR guest SERVER south OPTIONS ($_)", role => 'guest'), qr/superuser|invalid option/, "no option $_")
  foreach "ADD password_required 'false'", "ADD sslcert '/tmp/x'", "ADD sslkey '/tmp/x'", "ADD passfile '/tmp/x'",
  "ADD service 'x'", "ADD options '-c role=postgres'", "ADD host '/tmp'";
# Trust at the peer: what comes in without a password asked for was not the mapping's doing.
{
	my $hba = $fed->node('south')->data_dir . '/pg_hba.conf';
	my $text = slurp_file($hba);
	unlink $hba;
	append_to_file($hba, "host all north_login 127.0.0.1/32 trust\n$text");
	$fed->node('south')->reload;
	$fed->ask('north', "ALTER USER MAPPING FOR guest SERVER $_ OPTIONS (ADD password 'wrong')", role => 'guest') foreach qw(south west);
	like(error_of('north', 'SELECT sum(salary) FROM joint.pay', role => 'guest'), qr/could not connect|password/,
		'nor is one that the partner does not ask for');
	unlink $hba;
	append_to_file($hba, $text);
	$fed->node('south')->reload;
}

# Every function, called directly with nothing and with rubbish.
my %rubbish = (
	text => [ q{''}, q{'x'}, q{repeat('x', 100000)}, q{E'\n\t"'}, q{'mpc1:' || repeat('A', 182)} ],
	'text[]' => [ q{'{}'}, q{'{NULL}'}, q{'{a,a}'}, q{'{{a},{b}}'} ],
	bytea => [ q{'\x'}, q{'\x00'}, q{decode(repeat('4d504341474700010141030003000100', 20), 'hex')}, q{decode(repeat('ff', 10000), 'hex')} ],
	integer => [ '0', '-1', '2147483647', '-2147483648' ], bigint => [ '0', '-1', '9223372036854775807', '(-9223372036854775808)' ],
	smallint => [ '0', '(-32768)' ], numeric => [ '0', q{'NaN'}, q{'Infinity'}, '1e1000' ], real => [ '0', q{'NaN'}, q{'-Infinity'} ],
	'double precision' => [ '0', q{'NaN'}, q{'Infinity'}, '1e300' ], boolean => [ 'true' ], oid => [ '0', '4294967295' ],
	regrole => [ '0', '4294967295' ], regclass => [ '0', '4294967295', q{'mpc.identity'} ],
	jsonb => [ q{'null'}, q{'[]'}, q{'{"a": 1}'}, q{'{"salary": {"type": 1}}'}, q{'{"salary": {"scale": 1e9, "low": "x"}}'} ]);
my @functions = split /\n/, $fed->sql('west', q{
	SELECT prokind::text || '|' || p.oid::regproc::text || '|' || coalesce((SELECT string_agg(format_type(t, NULL), ';' ORDER BY n)
		FROM unnest(coalesce(CASE WHEN prokind = 'p' THEN proallargtypes END, proargtypes::oid[])) WITH ORDINALITY AS a(t, n)), '')
	FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND extname = 'mpc_agg' ORDER BY 1});
cmp_ok(scalar @functions, '>', 50, 'there are functions to call');
my $calls = '';
my $count = 0;
foreach my $function (@functions)
{
	my ($kind, $name, $types) = split /\|/, $function, -1;
	my @types = split /;/, $types;
	# As many variants as the longest list has, the first all null.
	foreach my $variant (-1 .. 4)
	{
		my @arguments = map {
			my $values = $rubbish{$_};
			my $value = $variant < 0 || !$values ? 'NULL' : $values->[ $variant % @$values ];
			$_ eq 'internal' || $_ eq '"any"' ? 'NULL' : "$value\::$_" } @types;
		my $list = join(', ', @arguments);
		$calls .= $kind eq 'p' ? "CALL $name($list);\n" : "SELECT $name($list);\n";
		$count++;
	}
}
my $before = $fed->sql('west', 'SELECT md5(string_agg(i::text, $$$$)) FROM mpc.identity i');
{
	my ($rc, $out, $err) = $fed->node('west')->psql('postgres', "BEGIN;\n\\set ON_ERROR_ROLLBACK on\n${calls}ROLLBACK;\n", on_error_stop => 0,
		timeout => $PostgreSQL::Test::Utils::timeout_default);
	is($rc, 0, "a superuser calls functions $count times: the connection lives");
	($rc, $out, $err) = $fed->node('west')->psql('postgres', join("\n", grep { /^CALL/ } split /\n/, $calls), on_error_stop => 0);
	is($rc, 0, 'and the entry points outside a transaction');
	($out, $err, $rc) = $fed->ask_err('west', join("\n", grep { /^CALL/ } split /\n/, $calls), role => 'north_login');
	like($err, qr/must not be null/, 'a partner: null is refused');
	$fed->sql('west', 'GRANT USAGE ON SCHEMA mpc TO analyst');
	($rc, $out, $err) = $fed->node('west')->psql('postgres', "SET SESSION AUTHORIZATION analyst;\n$calls", on_error_stop => 0,
		timeout => $PostgreSQL::Test::Utils::timeout_default);
	is($rc, 0, 'an analyst calls them all, too');
}
is($fed->sql('west', 'SELECT md5(string_agg(i::text, $$$$)) FROM mpc.identity i'), $before, 'the identity is as it was');
is($fed->sql('west', 'SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid()'), '1', 'the server is up');
ok($fed->log('west') !~ /terminated by signal|PANIC|TRAP/, 'no backend crashed');

# A call with rubbish as a partner: refused, signed, no crash.
foreach my $bytes (q{'\x'}, q{'\x4d5043414747'}, q{'\x} . '4d504341474700010141030003000100' x 50 . q{'})
{
	my ($out, $err) = $fed->ask_err('west', "CALL mpc.answer($bytes, NULL)", role => 'north_login');
	like($out, qr/^\\x4d5043414746/, 'a message that is none gets a signed refusal');
}

# Dumps.
my $seed = $fed->sql('south', q{SELECT encode(sign_seed, 'hex') FROM mpc.identity});
my $scalar = $fed->sql('south', q{SELECT encode(dh_secret, 'hex') FROM mpc.identity});
my $node = $fed->node('south');
my $file = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-f', $file ], 'pg_dump runs');
my $dump = slurp_file($file);
ok($dump =~ /COPY mpc\.ledger_entry/, 'the dump has the ledger');
ok($dump !~ /$seed|$scalar/i, 'and not the secret half of the identity');
ok($dump !~ /COPY mpc\.identity/, 'nor the table it is in');
$node->command_ok([ 'pg_dumpall', '-d', $node->connstr('postgres'), '-f', "$file.all" ], 'pg_dumpall runs');
ok(slurp_file("$file.all") !~ /$seed|$scalar/i, 'and gives it away no more');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $file ], 'the dump can be restored');
is($node->safe_psql('restored', 'SELECT count(*) FROM mpc.ledger'), $fed->sql('south', 'SELECT count(*) FROM mpc.ledger'), 'with its ledger');
is($node->safe_psql('restored', 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', 'whose chain is whole');
is($node->safe_psql('restored', 'SELECT count(*) FROM mpc.datasets'), '1', 'and what was published');
isnt($node->safe_psql('restored', q{SELECT encode(sign_seed, 'hex') FROM mpc.identity}), $seed, 'under another identity');
my $export = $fed->sql('south', q{SELECT encode(mpc_identity_export('a long passphrase'), 'hex')});
unlike($export, qr/$seed|$scalar/i, 'an export is sealed');

# R21: ways in which tables leave a database.
sub check { return $fed->sql('north', q{SELECT status || ' ' || detail FROM mpc_check() WHERE "check" = 'publication' ORDER BY 1}); }
like(check(), qr/^ok/, 'mpc_check() finds no publication');
foreach my $what ('FOR ALL TABLES', 'FOR TABLES IN SCHEMA mpc', 'FOR TABLE mpc.identity')
{
	$fed->sql('north', "CREATE PUBLICATION leak $what");
	like(check(), qr/^FAIL.*"leak"/, "and fails with one $what");
	$fed->sql('north', 'DROP PUBLICATION leak');
}
$fed->sql('north', q{SELECT pg_create_logical_replication_slot('tap', 'pgoutput')});
like(check(), qr/^FAIL.*"tap"/, 'and with a logical slot');
$fed->sql('north', q{SELECT pg_drop_replication_slot('tap')});
like(check(), qr/^ok/, 'all well again');

# Nowhere else either.
ok(join('', map { $fed->log($_) } $fed->names) !~ /$seed|$scalar/i, 'no log has the secret');
foreach my $name ($fed->names)
{
	foreach my $role (keys %{ $fed->{password}{$name} })
	{
		my $password = $fed->{password}{$name}{$role};
		my $log = $fed->log($name) =~ s/^.*CREATE ROLE.*$//gmr;
		ok($log !~ /$password/, "the log of $name does not have the password of $role");
	}
}

done_testing();
