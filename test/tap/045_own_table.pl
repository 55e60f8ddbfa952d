# Aggregates mpc_* over a published table of one's own: from the first statement of a session, with nothing
# preloaded, and the same question as over the joint table.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
my $i = 0;
foreach my $name ($fed->names)
{
	$i++;
	$fed->sql($name, "CREATE TABLE pay (id integer PRIMARY KEY, sex text COLLATE \"C\", age integer, salary integer);
		INSERT INTO pay SELECT g, CASE g % 3 WHEN 0 THEN 'f' ELSE 'm' END, 20 * $i + g % 10, 1000 * $i + g FROM generate_series(1, 60) AS g;
		CREATE TABLE empty (LIKE pay);
		GRANT SELECT ON pay, empty TO analyst");
}
$fed->sql('north', 'ALTER TABLE pay ADD CHECK (age < 30)');
$fed->publish('pay', { relation => 'pay', keys => [qw(id sex)], measures => ['salary'], filters => [qw(age sex)] });
$fed->import_joint;

is($fed->ask('north', q{SELECT current_setting('mpc_agg.timeout', true) IS NULL}), 't', 'nothing is preloaded');

# Every statement here is the first of its session.
my $question = 'SELECT sex, mpc_sum(salary), mpc_avg(salary) FROM %s WHERE age >= 40 GROUP BY sex ORDER BY sex';
my $expected = $fed->sql('north', q{SELECT sex, sum(s), avg(s) FROM (SELECT CASE g % 3 WHEN 0 THEN 'f' ELSE 'm' END AS sex, 1000 * p + g AS s
	FROM generate_series(1, 60) AS g, generate_series(2, 3) AS p) AS u GROUP BY sex ORDER BY sex});
is($fed->ask('north', sprintf $question, 'joint.pay'), $expected, 'the joint table gives what plain SQL gives');
is($fed->ask('north', sprintf $question, 'pay'), $expected, 'so does the own table');
is($fed->ask($_, 'SELECT mpc_count(*) FROM pay'), '180', "at $_") foreach $fed->names;
is($fed->sql('south', q{SELECT count(*), count(DISTINCT question) FROM mpc.ledger WHERE role = 'peer' AND question LIKE '%sex%'}), '2|1',
	'a partner sees the same question twice');

my %first = (
	'a constraint that excludes all local rows' =>
	  [ "SET constraint_exclusion = on;\nSELECT mpc_count(*) FROM pay WHERE age > 40", '114' ],
	'HAVING only' => [ 'SELECT 1 FROM pay HAVING mpc_count(*) = 180', '1' ],
	'a sub-select' => [ 'SELECT (SELECT mpc_count(*) FROM pay) + 1', '181' ],
	'a common table expression' => [ 'WITH w AS (SELECT mpc_count(*) AS c FROM pay) SELECT c FROM w', '180' ],
	'an expression' => [ 'SELECT round(mpc_sum(salary) / mpc_count(salary)) FROM pay', '2030' ],
	'UNION ALL' => [ 'SELECT count(*) FROM pay UNION ALL SELECT mpc_count(*) FROM pay', "60\n180" ],
	'a prepared statement' => [ "PREPARE p(integer) AS SELECT mpc_count(*) FROM pay WHERE age > \$1;\nEXECUTE p(40)", '114' ],
	'a cursor' => [ "BEGIN;\nDECLARE c CURSOR FOR SELECT mpc_count(*) FROM pay;\nFETCH c;\nCOMMIT", '180' ],
	'COPY' => [ 'COPY (SELECT mpc_count(*) FROM pay) TO STDOUT', '180' ],
	'INSERT' => [ "CREATE TEMP TABLE t AS SELECT mpc_count(*) AS c FROM pay;\nINSERT INTO t SELECT mpc_sum(salary) FROM pay;\nTABLE t", "180\n365490" ],
	'DO' => [ q{DO $$ BEGIN IF (SELECT mpc_count(*) FROM pay) <> 180 THEN RAISE 'wrong'; END IF; END $$}, '' ],
	'the forced parallel mode' => [ "SET force_parallel_mode = on;\nSELECT mpc_count(*) FROM pay", '180' ],
	'a group that is nowhere at the asker' => [ 'SELECT sex, mpc_count(*) FROM pay WHERE age > 40 GROUP BY sex ORDER BY sex', "f|38\nm|76" ],
);
foreach my $name (sort keys %first)
{
	my ($sql, $answer) = @{ $first{$name} };
	$sql =~ s/force_parallel_mode/debug_parallel_query/ if $fed->sql('north', 'SHOW server_version_num') >= 160000;
	is($fed->ask('north', $sql), $answer, "first statement: $name");
}

my %refused = (
	'nothing is published' => [ 'SELECT mpc_sum(salary) FROM empty', qr/cannot ask a federation this of relation "empty".*not published/s ],
	'no group of an empty table' => [ 'SELECT sex, mpc_sum(salary) FROM empty GROUP BY sex', qr/not published/ ],
	'EXPLAIN' => [ 'EXPLAIN SELECT mpc_sum(salary) FROM empty', qr/not published/ ],
	'below a join' => [ 'SELECT * FROM pay JOIN (SELECT sex, mpc_sum(salary) FROM empty GROUP BY sex) AS s USING (sex)', qr/not published/ ],
	'a join' => [ 'SELECT mpc_count(*) FROM empty JOIN pay USING (id)', qr/joined with something/ ],
	'an own aggregate beside it' => [ 'SELECT mpc_avg(salary), avg(salary) FROM pay', qr/"avg" is about the rows of this database/ ],
	'a window over an empty table' => [ 'SELECT mpc_sum(salary) OVER () FROM empty', qr/does not support use as a window function/ ],
	'a window' => [ 'SELECT mpc_count(*) OVER (PARTITION BY sex) FROM pay', qr/does not support use as a window function/ ],
);
foreach my $name (sort keys %refused)
{
	my ($sql, $reason) = @{ $refused{$name} };
	my ($out, $err, $rc) = $fed->ask_err('north', $sql);
	like($err, $reason, "refused as first statement: $name");
	is($out, '', "$name: no value, no plan");
}

# Rights are those of the moment.
my ($out, $err) = $fed->ask_err('north', 'SET ROLE analyst; SELECT mpc_count(*) FROM pay');
is($out, '180', 'an analyst may ask');
$fed->sql('north', 'REVOKE USAGE ON FOREIGN SERVER offices FROM analyst');
($out, $err) = $fed->ask_err('north', 'SELECT mpc_count(*) FROM pay');
like($err, qr/permission denied for foreign server offices/, 'not without USAGE on the federation');
is($fed->ask('north', 'SELECT count(*) FROM pay'), '60', 'which the own rows do not need');
$fed->sql('north', 'GRANT USAGE ON FOREIGN SERVER offices TO analyst; REVOKE SELECT ON pay FROM analyst');
($out, $err) = $fed->ask_err('north', 'SELECT mpc_count(*) FROM pay');
like($err, qr/permission denied for table pay/, 'not without SELECT on the table');
$fed->sql('north', 'GRANT SELECT (sex) ON pay TO analyst');
is($fed->ask('north', q{SELECT mpc_count(*) FROM pay WHERE sex = 'f'}), '60', 'SELECT on the columns that are named is enough');
($out, $err) = $fed->ask_err('north', 'SELECT mpc_sum(salary) FROM pay');
like($err, qr/permission denied for table pay/, 'on others it is missing');
$fed->sql('north', 'GRANT SELECT ON pay TO analyst');

# A plan of one session, and what others do meanwhile.
my $session = $fed->node('north')->background_psql('postgres', on_error_stop => 0);
sub here
{
	my ($sql) = @_;
	my $answer = $session->query($sql);
	my $error = $session->{stderr};
	$session->{stderr} = '';
	return $answer . $error;
}
$session->query_safe($_) foreach 'SET plan_cache_mode = force_generic_plan', 'PREPARE ask AS SELECT mpc_count(*) FROM pay',
	q{CREATE FUNCTION everybody() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT mpc_count(*) FROM pay); END'};
is(here('EXECUTE ask'), '180', 'a prepared question');
is(here('SELECT everybody()'), '180', 'one in a function');
$fed->sql('north', q{SELECT mpc_unpublish('pay'); SELECT mpc_publish('spare', 'pay', 'offices', measures => '{salary}')});
my $asked = 'SELECT count(*) FROM mpc.ledger';
my $before = $fed->sql('south', $asked);
like(here('EXECUTE ask'), qr/no longer published as dataset "pay"/, 'the table was published as something else: nobody is asked');
$fed->sql('north', q{SELECT mpc_unpublish('spare')});
like(here('EXECUTE ask'), qr/not published/, 'nor when it is not published at all');
like(here('SELECT everybody()'), qr/not published/, 'nor by the function');
is($fed->sql('south', $asked), $before, 'south was not asked');
$fed->publish('pay', { relation => 'pay', keys => [qw(id sex)], measures => ['salary'], filters => [qw(age sex)] }, south => undef, west => undef);
is(here('EXECUTE ask'), '180', 'published again, it is asked again');
is(here('SELECT everybody()'), '180', 'by the function, too');
$fed->sql('north', 'ALTER TABLE pay ENABLE ROW LEVEL SECURITY; CREATE POLICY young ON pay USING (age < 25)');
like((($fed->ask_err('north', 'SELECT mpc_count(*) FROM pay')))[1], qr/Row security applies to the asker/, 'no row security for who asks');
is(here('EXECUTE ask'), '180', 'the superuser is above it');
like(here("SET ROLE analyst;\nEXECUTE ask"), qr/Row security applies to the asker/, 'the same plan, another role');
$session->quit;
$fed->sql('north', 'ALTER TABLE pay DISABLE ROW LEVEL SECURITY');

# Queries without mpc_* are planned as ever.
my $plans = join ";\n", map { "EXPLAIN $_" } 'SELECT sex, count(*), avg(salary) FROM pay GROUP BY sex', 'SELECT sum(salary) OVER (ORDER BY id) FROM pay',
	'SELECT id, sex, count(*) FROM pay GROUP BY id, sex', 'SELECT max(id) FROM pay', 'SELECT sex FROM pay GROUP BY ROLLUP (sex)';
my $without = $fed->sql('north', $plans);
is($fed->sql('north', "SELECT mpc_count(*) FROM pay WHERE false;\n$plans"), "0\n$without", 'other plans do not change');
my $end = $fed->log_end('north');
is($fed->sql('north', "LOAD 'auto_explain';\nSET auto_explain.log_min_duration = 0;\nSET auto_explain.log_analyze = on;\nSELECT mpc_count(*) FROM pay"), '180', 'with auto_explain');
like($fed->log('north', $end), qr/Custom Scan \(mpc_agg\).*Federation: offices/s, 'the plan is in the log');

done_testing();
