# Intersections of two and more sets against plain SQL over all tables: members, counts, unions and sums; every type of identifier,
# composite ones, NULLs, duplicates, sizes from nothing on, overlaps of none, some and all.

use strict;
use warnings FATAL => 'all';

use MpcRandom;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my @open = ('"intersect"' => 'members', min_set => 0, max_ratio => 1_000_000, max_changes => 1_000_000, max_probes => 1_000_000_000);

# ---------------------------------------------------------------- two shops

my $two = MpcTest::federation(names => [qw(shop bank)], conf => "mpc_agg.workers = 1\n");
my $columns = 'email text, phone bigint, code integer, tiny smallint, uid uuid, raw bytea, born date, name varchar(20), '
  . 'segment text, visits integer, amount numeric(10,2), spent double precision, age integer';

# One row of the person with this number: rows of one person have its identifiers and values of their own.
sub person
{
	my ($i) = @_;
	my $null = sub { return rand() < 0.05 ? 'NULL' : $_[0] };
	return '(' . join(', ',
		$null->("'p$i\@example.org'"), $null->($i * 1_000_003), $null->($i), $null->($i % 20), $null->("md5('$i')::uuid"),
		$null->("decode(md5('$i'), 'hex')"), $null->("date '1950-01-01' + $i"), $null->("'name " . $i % 50 . "'"),
		$null->("'" . (qw(gold silver bronze))[ int rand 3 ] . "'"),
		$null->(int(rand(20)) - 5), $null->(sprintf('%.2f', rand(2000) - 500)), $null->(int(rand(1000)) / 8), int(rand(80))) . ')';
}

sub rows
{
	my (@people) = @_;
	return join(', ', map { my $i = $_; map { person($i) } 1 .. (rand() < 0.2 ? 3 : 1) } @people);
}

my @parts = (shop => [ 1 .. 300 ], bank => [ 200 .. 460 ]);
while (my ($party, $people) = splice(@parts, 0, 2))
{
	my $rows = rows(@$people);
	$two->sql($_, "CREATE TABLE ${party}_c ($columns); INSERT INTO ${party}_c VALUES $rows") foreach $two->names;
}
$two->publish('customers', {
	relation => undef, keys => ['segment'], measures => [qw(visits amount spent)], filters => ['age'],
	identifiers => [qw(email phone code tiny uid raw born name)], min_rows => 1, @open },
	shop => { relation => 'shop_c' }, bank => { relation => 'bank_c' });
$two->import_joint;

# What both have, in plain SQL; rows where a column is null are nobody's.
sub common
{
	my ($where, @ids) = @_;
	my $list = join(', ', @ids);
	return "SELECT $list FROM shop_c WHERE ($where) AND " . join(' AND ', map { "$_ IS NOT NULL" } @ids)
	  . " INTERSECT SELECT $list FROM bank_c WHERE $where";
}

foreach my $id (qw(email phone code tiny uid raw born name))
{
	my $type = $two->sql('shop', "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'joint.customers'::regclass AND attname = '$id'");
	my $expected = $two->sql('shop', 'SELECT * FROM (' . common('true', $id) . ') AS c ORDER BY 1');
	is($two->ask('shop', "SELECT m FROM mpc_intersect('joint.customers', '$id', NULL::$type) AS m ORDER BY 1"), $expected, "members by $id");
	my $both = $two->sql('shop', 'SELECT count(*) FROM (' . common('true', $id) . ') AS c');
	my $any = $two->sql('shop', "SELECT count(*) FROM (SELECT $id FROM shop_c UNION SELECT $id FROM bank_c) AS u WHERE $id IS NOT NULL");
	is($two->ask('bank', "SELECT mpc_intersect_count($id), mpc_union_count($id) FROM joint.customers"), "$both|$any", "numbers by $id");
}
is($two->ask('bank', "SELECT mpc_intersect('joint.customers', 'code') ORDER BY 1"),
	$two->sql('shop', 'SELECT code::text FROM (' . common('true', 'code') . ') AS c ORDER BY 1'), 'members as text');
is($two->ask('bank', "SELECT * FROM mpc_intersect('joint.customers', ARRAY['born', 'name']) AS m(born date, name varchar) ORDER BY 1, 2"),
	$two->sql('shop', 'SELECT * FROM (' . common('true', qw(born name)) . ') AS c ORDER BY 1, 2'), 'members by two columns');
is($two->ask('shop', 'SELECT count(DISTINCT email) FROM joint.customers WHERE age < 40'),
	$two->sql('shop', 'SELECT count(*) FROM (SELECT email FROM shop_c WHERE age < 40 UNION SELECT email FROM bank_c WHERE age < 40) AS u WHERE email IS NOT NULL'),
	'the union as count(DISTINCT ...)');
is($two->ask('bank', 'SELECT mpc_intersect_count(tiny, name) FROM joint.customers'),
	$two->sql('shop', 'SELECT count(*) FROM (' . common('true', qw(tiny name)) . ') AS c'), 'their number');

# Sums: all rows of the asker whose identifier the other has, too.
foreach my $case (1 .. 6)
{
	my $low = int(rand(60));
	my $id = MpcRandom::one_of(qw(email phone code tiny name));
	my $grouped = $case % 2;
	my ($keys, $group) = $grouped ? ('segment, ', ' GROUP BY segment ORDER BY segment') : ('', '');
	my $ask = "SELECT ${keys}mpc_intersect_count($id), mpc_intersect_sum($id, visits), mpc_intersect_sum($id, amount), mpc_intersect_sum($id, spent)"
	  . " FROM joint.customers WHERE age >= $low$group";
	my $plain = "SELECT ${keys}count(DISTINCT $id), sum(visits), sum(amount), sum(spent) FROM %s WHERE age >= $low"
	  . " AND $id IN (SELECT $id FROM %s WHERE age >= $low)$group";
	is($two->ask('shop', $ask), $two->sql('shop', sprintf($plain, 'shop_c', 'bank_c')), "sums of the shop by $id from age $low");
	is($two->ask('bank', $ask), $two->sql('shop', sprintf($plain, 'bank_c', 'shop_c')), 'and of the bank');
}

# ---------------------------------------------------------------- sizes and overlaps

my $case = 0;
foreach my $sizes ([ 0, 0, 0 ], [ 0, 5, 0 ], [ 5, 0, 0 ], [ 1, 1, 1 ], [ 1, 1, 0 ], [ 300, 300, 300 ], [ 300, 300, 0 ], [ 300, 17, 9 ])
{
	my ($mine, $theirs, $common) = @$sizes;
	my $t = 't' . ++$case;
	$two->sql('shop', "CREATE TABLE $t AS SELECT g AS id FROM generate_series(1, $mine) AS g");
	$two->sql('bank', "CREATE TABLE $t AS SELECT g + $mine - $common AS id FROM generate_series(1, $theirs) AS g");
	$two->publish($t, { relation => $t, identifiers => ['id'], min_rows => 1, @open });
	$two->on_all("IMPORT FOREIGN SCHEMA offices LIMIT TO ($t) FROM SERVER offices INTO joint; GRANT SELECT ON joint.$t TO analyst");
	is($two->ask('shop', "SELECT count(*) FROM mpc_intersect('joint.$t', 'id')"), $common, "$mine and $theirs have $common in common");
	is($two->ask('bank', "SELECT mpc_intersect_count(id), mpc_union_count(id) FROM joint.$t"),
		"$common|" . ($mine + $theirs - $common), 'counted');
}

# ---------------------------------------------------------------- three to five sets

foreach my $n (3 .. 5)
{
	my @names = map { "$_$n" } (qw(north south west east center))[ 0 .. $n - 1 ];
	my $fed = MpcTest::federation(names => \@names, conf => "mpc_agg.workers = 0\n");
	foreach my $overlap (0, 1, 30)
	{
		my $t = "t$overlap";
		my $at = 0;
		foreach my $party (@names)
		{
			# Common to all, common to some, and own ones.
			my $own = int(rand(40));
			my $first = 1000 * ++$at;
			$fed->sql($party, "CREATE TABLE $t AS SELECT 'c' || g AS id FROM generate_series(1, $overlap) AS g"
				  . " UNION ALL SELECT 'o' || g FROM generate_series($first, $first + $own) AS g"
				  . ($party ne $names[-1] ? " UNION ALL SELECT 'but one ' || g FROM generate_series(1, 20) AS g" : '')
				  . " UNION ALL SELECT NULL UNION ALL SELECT 'c1' WHERE $overlap > 0");
		}
		$fed->publish($t, { relation => $t, identifiers => ['id'], min_rows => 1, @open });
		$fed->on_all("CREATE SCHEMA IF NOT EXISTS joint") if $overlap == 0;
		$fed->on_all("IMPORT FOREIGN SCHEMA offices LIMIT TO ($t) FROM SERVER offices INTO joint; GRANT SELECT ON joint.$t TO analyst");
		is($fed->ask($names[0], "SELECT string_agg(m, ',' ORDER BY m) FROM mpc_intersect('joint.$t', 'id') AS m"),
			join(',', sort map { "c$_" } 1 .. $overlap), "$n sets, $overlap members");
		is($fed->ask($names[-1], "SELECT mpc_intersect_count(id) FROM joint.$t"), $overlap, 'counted');
	}
}

done_testing();
