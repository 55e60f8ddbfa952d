# R1: the login of a partner can call mpc.hello and mpc.answer and nothing else, whatever
# it tries, in this database and in any other of the server.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
$fed->on_all('CREATE TABLE pay (salary integer); INSERT INTO pay SELECT generate_series(1, 20)');
$fed->publish('pay', { relation => 'pay', measures => ['salary'] });
$fed->import_joint;
is($fed->ask('north', 'SELECT count(*), sum(salary) FROM joint.pay'), '60|630', 'locked partners answer');

# Parallel workers of a locked session load the lock, too: they run their leader's plan.
$fed->on_all('ALTER TABLE pay SET (parallel_workers = 2)');
foreach my $setting ('parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0')
{
	$fed->on_all("ALTER SYSTEM SET $setting");
}
$fed->on_all('SELECT pg_reload_conf()');
like($fed->sql('south', 'EXPLAIN SELECT mpc.measure_sum(salary, 0, 1000, 0) FROM pay'), qr/Workers Planned: 2/, 'a plan with workers');
is($fed->ask('north', 'SELECT count(*), sum(salary) FROM joint.pay'), '60|630', 'workers of a locked session answer');
$fed->on_all('ALTER SYSTEM RESET ALL');
$fed->on_all('SELECT pg_reload_conf()');

my $refused = qr/this login may call mpc\.hello and mpc\.answer and nothing else/;
my @tries = (
	'SELECT 1', 'SHOW server_version', 'VALUES (1)', 'TABLE pg_class',
	'SELECT n_live_tup, idx_tup_fetch FROM pg_stat_user_tables', 'SELECT reltuples FROM pg_class',
	q{SELECT pg_relation_size('pay')}, q{SELECT pg_get_viewdef('mpc.datasets')}, 'SELECT srvoptions FROM pg_foreign_server',
	'SELECT * FROM pg_stat_activity', 'COPY (SELECT 1) TO STDOUT', 'COPY pg_class TO STDOUT', 'COPY pay FROM STDIN',
	'DO $$ BEGIN RAISE NOTICE $x$%$x$, 1; END $$', 'PREPARE p AS SELECT 1', 'EXECUTE p', 'DEALLOCATE ALL',
	'LISTEN x', 'NOTIFY x', 'SET search_path = public', 'RESET ALL', q{SET SESSION AUTHORIZATION 'analyst'}, 'SET ROLE NONE',
	'BEGIN', 'START TRANSACTION', 'SAVEPOINT s', q{PREPARE TRANSACTION 'x'}, 'DECLARE c CURSOR WITH HOLD FOR SELECT 1',
	'FETCH ALL FROM c', 'CLOSE ALL', 'LOCK TABLE pg_class', 'EXPLAIN SELECT 1', 'ANALYZE', 'VACUUM', 'CHECKPOINT',
	'CREATE TEMP TABLE t (x integer)', 'SELECT lo_create(0)', 'CREATE SCHEMA s', 'DISCARD ALL', q{LOAD 'mpc_agg_lock'},
	'REFRESH MATERIALIZED VIEW x', 'SELECT 1 INTO TEMP t', 'INSERT INTO pay VALUES (1)', 'DELETE FROM pay',
	q{ALTER ROLE north_login RESET session_preload_libraries}, q{CALL pg_catalog.pg_sleep(1)},
	# the argument of a call must be plain: [ran] an expression delivered a row count through its error
	'CALL mpc.answer((SELECT sum(length(relname::text))::text::bytea FROM pg_class), NULL)',
	q{CALL mpc.hello(convert_to(current_setting('data_directory'), 'UTF8'), NULL)},
	q{CALL mpc.answer('\x00'::bytea || '\x01', NULL)});

foreach my $database ('postgres', 'template1')
{
	my $conninfo = $fed->conninfo('south') =~ s/dbname=\w+/dbname=$database/r;
	local $ENV{PGPASSWORD} = $fed->{password}{south}{north_login};
	foreach my $sql (@tries)
	{
		my ($rc, $out, $err) = $fed->node('south')->psql($database, $sql, connstr => "$conninfo user=north_login");
		# names are looked up before the lock sees the statement: that one exists is what may be learned
		like($err, qr/$refused|does not exist|is not a procedure|cannot use subquery in CALL argument/, "$database: $sql");
		is($out, '', 'and nothing comes out');
	}
	my ($rc, $out, $err) = $fed->node('south')->psql($database, 'SELECT 1',
		connstr => "$conninfo user=north_login options='-c session_preload_libraries='");
	isnt($rc, 0, "$database: the startup packet does not unlock");
	is($out, '', 'and nothing comes out');
}

# The statements that are refused by name are refused by the lock, not by luck.
my ($out, $err) = $fed->ask_err('south', 'SELECT 1', role => 'north_login');
like($err, $refused, 'not even SELECT 1');
($out, $err) = $fed->ask_err('south', 'SELECT count(*) FROM pg_stat_user_tables', role => 'north_login');
like($err, $refused, 'no statistics');

# Calls of the fast path are never parsed, statements of the extended protocol are.
my $liar = Hostile->new($fed, 'north');
$liar->connect($_) foreach qw(south west);
like($liar->do('fastpath south 1598'), qr/$refused/, 'no function by the fast path');
like($liar->do('prepared south SELECT 1'), qr/$refused/, 'no prepared statement');
$liar->request('pay', 'agg rows', 'agg sum salary');
is($liar->total, '40 2 40 420 2', 'the same session answers as before');
$liar->end;

# A login that is not locked is not answered, and mpc_check() says so.
$fed->sql('south', 'ALTER ROLE north_login RESET session_preload_libraries');
($out, $err) = $fed->ask_err('north', 'SELECT count(*) FROM joint.pay', );
like($err, qr/party "south" could not answer at step "hello"/, 'a login that is not locked is not answered');
is($fed->sql('south', q{SELECT status || ': ' || detail FROM mpc_check() WHERE "check" = 'login north_login'}),
	'FAIL: it is not locked in every database of this server', 'mpc_check() finds it');
$fed->sql('south', $fed->sql('south', q{SELECT fix FROM mpc_check() WHERE "check" = 'login north_login'}));
is($fed->ask('north', 'SELECT count(*) FROM joint.pay'), '60', 'and its fix locks it again');
$fed->sql('south', q{ALTER ROLE north_login IN DATABASE template1 SET session_preload_libraries = ''});
is($fed->sql('south', q{SELECT status FROM mpc_check() WHERE "check" = 'login north_login'}), 'FAIL', 'a neighbouring database left open is found');

done_testing();
