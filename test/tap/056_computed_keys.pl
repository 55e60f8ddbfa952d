# Keys that a published view computes: months with and without a time zone, years, bands of age. Three parties whose servers
# have other time zones and styles of dates, each of which asks; every answer must be that of plain SQL over all rows, in which
# a month without a zone is that of UTC. Drawn from SEED.

use strict;
use warnings FATAL => 'all';

use MpcOracle;
use MpcRandom;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
my @names = qw(p2 p3 p5);
my $oracle = MpcOracle->new(names => \@names, latin1 => 'p3', icu => ['p5']);
srand($seed);		# making clusters draws, too
$oracle->connect({ name => 'offices', parties => \@names });

# %s: the zone of a month that names none, only in the oracle.
my $expressions = q{date_trunc('month', at%s)::date AS month, date_trunc('day', at, 'America/St_Johns') AS day_there, extract(year FROM born)::integer AS born_in,
	CASE WHEN born < '1970-01-01' THEN 'older' WHEN born < '1990-01-01' THEN 'middle' ELSE 'younger' END COLLATE "C" AS band,
	to_char(at AT TIME ZONE 'Asia/Tokyo', 'YYYY-"Q"Q') COLLATE "C" AS quarter, cost, at - lag AS stay};
my $table = 'at timestamptz, lag timestamptz, born date, cost integer';
my $publish = q{SELECT mpc_publish('visits', 'offices.visit_groups', 'offices', keys => '{month,day_there,born_in,band,quarter}', measures => '{cost,stay}', filters => '{month,band}',
	columns => '{"band": {"domain": ["older", "middle", "younger"]}, "quarter": {"domain": ["2024-Q1", "2024-Q2"]}}', min_rows => 1)};

# Hours on both sides of a month's end, whatever the zone.
sub drawn
{
	my $at = sprintf("2024-%02d-%02d %02d:30:00+00", @{ MpcRandom::one_of([ 2, 29 ], [ 3, 1 ], [ 3, 31 ], [ 4, 1 ]) }, MpcRandom::between(0, 23));
	return sprintf("('%s', timestamptz '%s' - interval '%d hours %d seconds', date '%d-%02d-01', %s)", $at, $at, MpcRandom::between(-30, 60), MpcRandom::between(0, 999),
		MpcRandom::between(1960, 2000), MpcRandom::between(1, 12), MpcRandom::chance(0.1) ? 'NULL' : MpcRandom::between(-100, 1000));
}

my @all;
foreach my $name (@names)
{
	my @rows = map { drawn() } 1 .. 80;
	push @all, @rows;
	$oracle->run_at($name, "CREATE TABLE offices.own ($table); INSERT INTO offices.own VALUES " . join(', ', @rows) . ';'
		  . 'CREATE VIEW offices.visit_groups AS SELECT ' . sprintf($expressions, '') . " FROM offices.own; $publish;"
		  . 'IMPORT FOREIGN SCHEMA offices LIMIT TO (visits) FROM SERVER offices INTO offices; GRANT SELECT ON offices.visits TO analyst');
}
$oracle->run("CREATE TABLE offices.own ($table); INSERT INTO offices.own VALUES " . join(', ', @all) . ';'
	  . 'CREATE VIEW offices.visits AS SELECT ' . sprintf($expressions, " AT TIME ZONE 'UTC'") . ' FROM offices.own');

my @questions = map { ["SELECT $_"] } (
	'month, count(*), sum(cost), avg(stay) FROM offices.visits GROUP BY month ORDER BY month',
	'day_there, count(*), sum(stay) FROM offices.visits GROUP BY day_there ORDER BY day_there',
	'born_in, month, avg(cost) FROM offices.visits GROUP BY month, born_in ORDER BY born_in, month',
	'band, count(cost), sum(stay), avg(stay) FROM offices.visits GROUP BY band ORDER BY band COLLATE "C"',
	'quarter, band, sum(cost), count(stay) FROM offices.visits GROUP BY quarter, band ORDER BY quarter COLLATE "C", band COLLATE "C"',
	'band, avg(cost) FILTER (WHERE month > \'2024-02-15\') FROM offices.visits WHERE month < DATE \'2024-04-01\' GROUP BY band ORDER BY band COLLATE "C"',
	'quarter, month, count(*) FROM offices.visits GROUP BY ROLLUP (quarter, month) ORDER BY quarter COLLATE "C", month, count(*)',
	'count(DISTINCT month), count(DISTINCT born_in) FROM offices.visits WHERE band <> \'older\'');
foreach my $asker (@names)
{
	my @joint = $oracle->ask($asker, [ map { [ $oracle->style_sql($asker) =~ /^(.*);$/mg, @$_ ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, \@questions);
	s/^SET\n//mg foreach @joint;
	foreach my $i (0 .. $#questions)
	{
		is($joint[$i], $plain[$i], "$asker ($oracle->{style}{$asker}[0]): $questions[$i][0]");
		unlike($plain[$i], qr/^error|^\z/, '... which has an answer');
	}
}

# In the parties' own time zones the months were others: the fixed one made the difference.
my $local = "SELECT count(*) > 0 FROM offices.own WHERE date_trunc('month', at)::date <> date_trunc('month', at AT TIME ZONE 'UTC')::date";
is($oracle->{fed}->sql($_, $local), 't', "the zone of $_ matters") foreach @names[ 1, 2 ];	# the first is in UTC
done_testing();
