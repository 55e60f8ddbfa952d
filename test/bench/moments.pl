# How many rows a second do the aggregates over measures take, beside PostgreSQL's own? One cluster, one process; prints a table.
#
#   ROWS=5000000    rows of each table
#   RUNS=5          runs of each question, in turns; medians are shown

use strict;
use warnings FATAL => 'all';

use MpcBench;
use MpcTest;
use Test::More;

my $rows = $ENV{ROWS} // 5_000_000;
my $runs = $ENV{RUNS} // 5;

# The default bounds of double precision: its values times 2^32.
my $most = '1267650600228229401496703205375';
my %argument = (
	bigint             => '0, 10000000, 0',
	numeric            => '0, 100000000, 2',
	'double precision' => "-$most, $most, 32");

# A plain table of two columns, the whole of which stays in memory.
sub load
{
	my ($fed, $type) = @_;
	my %value = (
		bigint             => '(g * %s::bigint) %% 1000003',
		numeric            => '((g * %s::bigint) %% 10000019) / 100.0',
		'double precision' => '((g * %s::bigint) %% 1000003) / 7.0::float8');
	my ($y, $x) = map { sprintf $value{$type}, $_ } 7919, 104729;
	my $column = $type eq 'numeric' ? 'numeric(12,2)' : $type;

	$fed->sql('alone', "DROP TABLE IF EXISTS plain; CREATE TABLE plain (y $column, x $column);
		INSERT INTO plain SELECT $y, $x FROM generate_series(1, $rows) g; VACUUM ANALYZE plain; CHECKPOINT");
	return;
}

sub questions
{
	my ($type) = @_;
	my $bounds = $argument{$type};

	return (
		sum             => 'SELECT sum(y) IS NULL FROM plain',
		stddev          => 'SELECT stddev(y) IS NULL FROM plain',
		corr            => 'SELECT corr(y, x) IS NULL FROM plain',
		measure_sum     => "SELECT mpc.measure_sum(y, $bounds) IS NULL FROM plain",
		measure_moments => "SELECT mpc.measure_moments(y, $bounds) IS NULL FROM plain",
		measure_pair    => "SELECT mpc.measure_pair(y, x, ARRAY[$bounds, $bounds]::numeric[]) IS NULL FROM plain");
}

my $fed = MpcTest::single(
	fsync => 1,
	conf  => "shared_buffers = 2GB\nmax_wal_size = 4GB\nautovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\nlog_min_messages = error");
my %beside = (measure_sum => 'sum', measure_moments => 'stddev', measure_pair => 'corr');

diag "medians of $runs runs, $rows rows";
foreach my $type ('bigint', 'numeric', 'double precision')
{
	load($fed, $type);
	my $psql = $fed->node('alone')->background_psql('postgres');
	my ($time, $answer) = MpcBench::compare($psql, $runs, questions($type));
	$psql->quit;
	foreach my $ours (sort keys %beside)
	{
		is($answer->{$ours}, 'f', "$type: $ours answers");
		diag sprintf '  rate of %-16s %-16s %5.1f million rows a second, %-6s %5.1f (ratio of times %.2f)',
		  $type, $ours, $rows / 1000 / $time->{$ours}, $beside{$ours}, $rows / 1000 / $time->{ $beside{$ours} },
		  $time->{$ours} / $time->{ $beside{$ours} };
	}
}
done_testing();
