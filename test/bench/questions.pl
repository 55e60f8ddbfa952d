# How fast is a joint question? Three clusters on this machine; prints a table.
#
#   ROWS=5000000    rows per party
#   RUNS=5          runs of each question, in turns; medians are shown
#   ROUNDS=1000     rounds of the latency comparison

use strict;
use warnings FATAL => 'all';

use MpcBench;
use MpcTest;
use Test::More;

my $rows   = $ENV{ROWS} // 5_000_000;
my $runs   = $ENV{RUNS} // 5;
my $rounds = $ENV{ROUNDS} // 1000;

my $fed = MpcTest::federation(
	names => [qw(north south west)],
	fsync => 1,
	conf  => "shared_buffers = 1GB\nmax_wal_size = 4GB\nautovacuum = off\nlog_min_messages = error");
my @names = $fed->names;

# The same question through postgres_fdw, once with every party behind it, once with the
# asker's own table read directly.
sub union_question
{
	my ($column, @tables) = @_;
	my $parts = join ' UNION ALL ', map { "SELECT sum($column) AS s, count($column) AS n, count(*) AS c FROM $_" } @tables;
	return "SELECT sum(s), sum(s) / sum(n), sum(c) FROM ($parts) AS parts";
}

sub compare_with_fdw
{
	my ($column, $workers) = @_;
	my $psql = $fed->node('north')->background_psql('postgres');
	my ($time, $answer) = MpcBench::compare($psql, $runs,
		joint      => "SELECT sum($column), avg($column), count(*) FROM joint.pay",
		fdw_all    => union_question($column, map { "plain_pay_$_" } @names),
		fdw_others => union_question($column, 'pay', map { "plain_pay_$_" } @names[ 1, 2 ]));
	my %answer = map { $_ => [ split /\|/, $answer->{$_} ] } keys %$answer;
	my %median = %$time;

	$psql->quit;
	foreach my $kind (qw(fdw_all fdw_others))
	{
		is("$answer{joint}[0] $answer{joint}[2]", "$answer{$kind}[0] $answer{$kind}[2]", "$column, $workers workers: the same totals as $kind");
	}
	diag sprintf '%-6s with %d workers: joint %6.0f ms   postgres_fdw: all parties %6.0f ms (ratio %.2f), others only %6.0f ms (ratio %.2f)',
		$column, $workers, $median{joint},
		$median{fdw_all}, $median{joint} / $median{fdw_all},
		$median{fdw_others}, $median{joint} / $median{fdw_others};
	return;
}

sub latency
{
	my @peers = @names[ 1, 2 ];
	my $program = "$ENV{TESTDATADIR}/latency";
	my $flags = `pkg-config --cflags --libs libpq`;

	system("cc -O2 -Wall -Wextra -o '$program' test/bench/latency.c $flags") == 0 or die 'could not build latency';
	foreach my $name (@names)
	{
		$fed->sql($name, 'CREATE TABLE small (x integer); INSERT INTO small SELECT g FROM generate_series(1, 10) g');
		$fed->sql($name, 'CREATE TABLE bench_ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, request bytea)');
		$fed->sql($name, 'CREATE PROCEDURE bench_call(request bytea, INOUT reply bytea) LANGUAGE plpgsql AS '
			  . '$$BEGIN INSERT INTO bench_ledger (request) VALUES (request); COMMIT; reply := request; END$$');
	}
	$fed->publish('small', { relation => 'small', measures => ['x'] });
	$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (small) FROM SERVER offices INTO joint');
	my @conninfo = map { 'host=' . $fed->node($_)->host . ' port=' . $fed->node($_)->port . ' dbname=postgres' } 'north', @peers;
	my $line = `'$program' $rounds @{[ map { "'$_'" } @conninfo ]}`;
	my ($bare, $joint, $ratio) = split ' ', $line;
	ok(defined $ratio, 'latency was measured');
	diag sprintf 'warm question %.2f ms beside a bare durable CALL to the same peers %.2f ms (ratio %.2f)', $joint, $bare, $ratio;
	return;
}

sub load
{
	my $i = 0;
	foreach my $name (@names)
	{
		$i++;
		$fed->sql($name, 'CREATE TABLE pay (amount bigint, price numeric(12,2))');
		$fed->sql($name, "INSERT INTO pay SELECT (g * 7919::bigint + $i) % 1000003, ((g * 104729::bigint + $i) % 10000019) / 100.0 FROM generate_series(1, $rows) g");
		$fed->sql($name, 'VACUUM ANALYZE pay');
		$fed->sql($name, 'CHECKPOINT');
	}
	$fed->publish('pay', { relation => 'pay', measures => [qw(amount price)] });
	$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (pay) FROM SERVER offices INTO joint');
	return;
}

diag "three parties, $rows rows each, medians of $runs runs";
latency();
load();
MpcBench::foreign_tables($fed, 'pay', 'amount bigint, price numeric(12,2)');
# Three servers share this machine's cores: where they are few, workers of one take them from the others.
foreach my $workers (2, 0)
{
	foreach my $name (@names)
	{
		$fed->sql($name, "ALTER SYSTEM SET max_parallel_workers_per_gather = $workers");
		$fed->sql($name, 'SELECT pg_reload_conf()');
	}
	compare_with_fdw($_, $workers) foreach qw(amount price);
}
done_testing();
