# Curve work on several cores: the same points as in one process, with as many workers as the server has; whatever ends the
# session's work ends its workers and gives the shared memory back; and others see how far it has come.

use strict;
use warnings FATAL => 'all';

use FindBin;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

# One of the three places is the server's own.
my $fed = MpcTest::single(conf => "max_worker_processes = 3\n");
my $node = $fed->node('alone');
my $probe = "$PostgreSQL::Test::Utils::tmp_check/sets/sets_probe.so";
{
	local $ENV{PATH} = join(':', grep { !/tmp_install/ } split(/:/, $ENV{PATH}));
	is(system("make -s -C '$FindBin::Bin/../sets' BUILD='" . ($probe =~ s,/[^/]+$,,r) . "'"), 0, 'the probe builds');
}
$fed->sql('alone', <<"SQL");
CREATE TABLE people (id integer);
CREATE FUNCTION probe(op integer, n bigint, workers integer, bad bigint DEFAULT -1, piece bigint DEFAULT 1000000, relation regclass DEFAULT 'people')
	RETURNS text LANGUAGE c AS '$probe', 'curve_probe';
SQL
my ($hash, $multiply) = (0, 1);
my $long = "SELECT probe($hash, 400000, 2)";	# half a minute of one core

sub probe { return $fed->sql('alone', 'SELECT probe(' . join(', ', @_) . ')'); }

# Their process ids.
sub workers
{
	my $postmaster = $node->{_pid};
	return map { /^\s*(\d+)\s+(\d+)\s.*mpc_agg curve worker/ && $1 == $postmaster ? $2 : () } `ps -axo ppid=,pid=,args=`;
}

sub soon
{
	my ($seconds, $condition) = @_;
	my $end = time + $seconds;
	sleep 0.02 while !$condition->() && time < $end;
	return $condition->();
}

# Files of shared memory that a process has mapped; undef where the system does not tell.
sub segments
{
	my ($pid) = @_;
	open(my $maps, '<', "/proc/$pid/maps") or return undef;
	my %seen = map { m,(/dev/shm/PostgreSQL\.\d+), ? ($1 => 1) : () } <$maps>;
	return { map { $_ => 1 } keys %seen };
}

# The same, whoever does the work

foreach my $n (0, 1, 256, 257, 1500)
{
	foreach my $op ($hash, $multiply)
	{
		my $alone = probe($op, $n, 0);
		like($alone, qr/^[0-9a-f]{64}$/, "operation $op, $n items: alone");
		is(probe($op, $n, 2), $alone, "operation $op, $n items: with workers");
	}
}
isnt(probe($hash, 300, 0), probe($hash, 301, 0), 'other items, other points');
my $two_batches = probe($hash, 66000, 2);
is($two_batches, probe($hash, 66000, 0), 'more than one batch');
is(probe($hash, 3000, 2, -1, 700), probe($hash, 3000, 0), 'in several jobs');

is(probe($multiply, 3000, 2, 2900), 'noncanonical scalar', 'an item that is no point');
is(probe($multiply, 3000, 0, 2900), 'noncanonical scalar', 'alone, too');
is(probe($multiply, 66000, 2, 65900), 'noncanonical scalar', 'in the second of two batches');
is(workers(), 0, 'no worker stays behind a job');

# Fewer workers than wanted

my $session = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $session->query('SELECT pg_backend_pid()');

sub begin
{
	my ($sql) = @_;
	$session->query_until(qr/begun/, "\\echo begun\n$sql;\n");
	return;
}

# What it said since.
sub finish
{
	my $out = $session->query('SELECT 1');
	my $err = $session->{stderr};
	$session->{stderr} = '';
	return ($out, $err);
}

my $baseline = segments($pid);
begin($long =~ s/2\)$/5)/r);
ok(soon(10, sub { workers() == 2 }), 'as many workers as the server has');
is(probe($hash, 1500, 2), probe($hash, 1500, 0), 'none is left: in this process alone');

SKIP:
{
	skip 'the system does not tell what a process has mapped', 1 if !$baseline;
	my @own = grep { !$baseline->{$_} } keys %{ segments($pid) };
	is(@own, 1, 'one segment');
	kill('INT', $pid);
	ok(soon(1, sub { !grep { -e $_ } @own }), 'a cancel gives it back');
	is_deeply(segments($pid), $baseline, 'and nothing of it is mapped');
}
kill('INT', $pid);
ok(soon(1, sub { workers() == 0 }), 'cancelled: workers end within a second');
like((finish())[1], qr/canceling statement due to user request/, 'cancelled: the error');

begin("SET statement_timeout = '3s'; $long; RESET statement_timeout");
ok(soon(10, sub { workers() > 0 }), 'workers are there');
ok(soon(6, sub { workers() == 0 }), 'and not after a timeout');
like((finish())[1], qr/canceling statement due to statement timeout/, 'timeout: the error');

begin(qq{DO \$\$ BEGIN PERFORM set_config('statement_timeout', '0', false);
	BEGIN PERFORM probe(0, 400000, 2); EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'caught'; END;
	PERFORM probe(0, 1500, 2); RAISE NOTICE 'again'; END \$\$});
ok(soon(10, sub { workers() > 0 }), 'workers are there');
kill('INT', $pid);
like((finish())[1], qr/caught.*again/s, 'a subtransaction that fails is enough, and the next job runs');
is(workers(), 0, 'without workers behind it');

# A worker that is told to end leaves its part to the others.
begin("SELECT probe($hash, 66000, 2)");
ok(soon(10, sub { workers() == 2 }), 'two workers');
kill('TERM', (workers())[0]);
ok(soon(2, sub { workers() == 1 }), 'one is told to end');
like((finish())[0], qr/$two_batches/, 'the points are the same');

begin($long);
ok(soon(10, sub { workers() == 2 }), 'workers are there');
$fed->sql('alone', "SELECT pg_terminate_backend($pid)");
ok(soon(2, sub { workers() == 0 }), 'and not after their session was terminated');

# Progress

my $shown = 'SELECT role, dataset, relation, phase, total, done > 0, done % 20000 FROM mpc.progress';
$session = $node->background_psql('postgres', on_error_stop => 0);
$pid = $session->query('SELECT pg_backend_pid()');
is($fed->sql('alone', $shown), '', 'nothing to see');
begin("SELECT probe($hash, 400000, 2, piece => 20000)");
ok($node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM mpc.progress WHERE done >= 20000'), 'others see it go on');
is($fed->sql('alone', $shown), 'asker|probe|people|blinding|400000|t|0', 'all of it');
is($fed->sql('alone', 'SELECT pid FROM mpc.progress'), $pid, 'whose it is');
is($fed->sql('alone', join(' UNION ALL ', map { "SELECT pid FROM pg_stat_progress_$_" }
	qw(vacuum analyze cluster create_index basebackup copy))), '', 'it is none of the server\'s own commands');

my (undef, $err) = $fed->ask_err('alone', 'SELECT * FROM mpc.progress');
like($err, qr/permission denied/, 'the view is granted to nobody');
$fed->sql('alone', 'GRANT USAGE ON SCHEMA mpc TO analyst; GRANT SELECT ON mpc.progress TO analyst');
is($fed->ask('alone', 'SELECT count(*) FROM mpc.progress'), 0, 'others\' work is not shown');
$fed->sql('alone', 'GRANT pg_read_all_stats TO analyst');
is($fed->ask('alone', 'SELECT count(*) FROM mpc.progress'), 1, 'but to members of pg_read_all_stats');
$fed->sql('alone', 'REVOKE pg_read_all_stats FROM analyst; GRANT EXECUTE ON FUNCTION probe TO analyst');
is($fed->ask('alone', 'SELECT p.* FROM (SELECT probe(0, 1, 0) OFFSET 0) AS p, mpc.progress'), '', 'ended, it is gone');
$fed->sql('alone', 'CREATE DATABASE other');
is($node->safe_psql('other', 'CREATE EXTENSION mpc_agg; SELECT count(*) FROM mpc.progress'), 0, 'another database has its own');
kill('INT', $pid);
finish();
is($fed->sql('alone', $shown), '', 'an error clears it');

# Around it, the server's own command is reported as before.
begin('COPY (SELECT probe(0, 1, 0) UNION ALL SELECT pg_sleep(60)::text) TO STDOUT');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_progress_copy WHERE command = 'COPY TO' AND tuples_processed = 1}),
	'a COPY around it is still reported');
kill('INT', $pid);
finish();

# The setting

is($fed->sql('alone', q{LOAD 'mpc_agg'; SHOW mpc_agg.workers}), 2, 'mpc_agg.workers');
my (undef, $refused) = $fed->ask_err('alone', q{SELECT mpc_identity(); SET mpc_agg.workers = 64});
like($refused, qr/permission denied to set parameter "mpc_agg.workers"/, 'is for superusers');

done_testing();
