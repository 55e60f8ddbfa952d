# How fast is GROUP BY over everybody? Clusters on this machine; prints a table.
#
#   ROWS=5000000    rows per party of the large tables, in 20 groups
#   RUNS=5          runs of each question, in turns; medians are shown

use strict;
use warnings FATAL => 'all';

use MpcBench;
use MpcTest;
use Test::More;

my $rows = $ENV{ROWS} // 5_000_000;
my $runs = $ENV{RUNS} // 5;
my $conf = "shared_buffers = 1GB\nmax_wal_size = 4GB\nautovacuum = off\nlog_min_messages = error\nmax_connections = 100";

# The same GROUP BY through postgres_fdw: every party aggregates its own, the asker the parts.
sub union_question
{
	my ($key, $column, @tables) = @_;
	my $parts = join ' UNION ALL ', map { "SELECT $key AS k, sum($column) AS s, count($column) AS n, count(*) AS c FROM $_ GROUP BY $key" } @tables;
	return "SELECT k, sum(s), sum(s) / sum(n), sum(c) FROM ($parts) AS parts GROUP BY k";
}

# One line per question, so that little is printed: numbers and a fingerprint of all groups.
sub digest { return "SELECT count(*), sum(c), md5(string_agg(k::text || ':' || s || ':' || c, ',' ORDER BY k)) FROM ($_[0]) AS g (k, s, a, c)"; }

sub ask
{
	my ($fed, $title, %sql) = @_;
	my $psql = $fed->node(($fed->names)[0])->background_psql('postgres');
	my ($time, $answer) = MpcBench::compare($psql, $runs, map { $_ => digest($sql{$_}) } keys %sql);
	$psql->quit;
	my ($reference) = grep { !/^joint/ } sort keys %sql;
	foreach my $kind (grep { $_ ne $reference } sort keys %sql)
	{
		is($answer->{$kind}, $answer->{$reference}, "$title: $kind gives the same groups as $reference");
	}
	diag sprintf '%-34s %s', $title, join '  ',
	  map { sprintf '%s %.0f ms', $_, $time->{$_} } sort keys %$time;
	return $time;
}

# Bytes of all messages of one question.
sub bytes
{
	my ($fed, $sql) = @_;
	my $plan = $fed->sql(($fed->names)[0], "$sql; EXPLAIN (ANALYZE, VERBOSE, TIMING off) $sql");
	return $plan =~ /Bytes: (\d+)/ ? $1 : die "no bytes in $plan";
}

sub joint { my ($key, $column, $table) = @_; return "SELECT $key, sum($column), avg($column), count(*) FROM joint.$table GROUP BY $key"; }

sub twenty_groups
{
	my ($fed) = @_;
	my $i = 0;
	foreach my $name ($fed->names)
	{
		$i++;
		$fed->sql($name, "CREATE TABLE pay (region text, open text, amount bigint, price numeric(12,2));
			INSERT INTO pay SELECT 'region ' || g % 20, 'region ' || g % 20, (g * 7919::bigint + $i) % 1000003, ((g * 104729::bigint + $i) % 10000019) / 100.0
			FROM generate_series(1, $rows) g; VACUUM ANALYZE pay; CHECKPOINT");
	}
	my $domain = join ',', map { "\"region $_\"" } 0 .. 19;
	$fed->publish('pay', { relation => 'pay', keys => [qw(region open)], measures => [qw(amount price)], columns => qq({"region": {"domain": [$domain]}}) });
	$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (pay) FROM SERVER offices INTO joint');
	my @tables = MpcBench::foreign_tables($fed, 'pay', 'region text, open text, amount bigint, price numeric(12,2)');
	foreach my $column (qw(amount price))
	{
		my $time = ask($fed, "3 x $rows rows, 20 groups, $column",
			joint_domain => joint('region', $column, 'pay'), joint_open => joint('open', $column, 'pay'),
			fdw => union_question('region', $column, @tables));
		diag sprintf '%-34s domain %.2f, open %.2f of postgres_fdw', "  ratio, $column", map { $time->{$_} / $time->{fdw} } qw(joint_domain joint_open);
	}
	return;
}

# 1 to 10^5 groups of three parties; each has three rows in every group.
sub many_groups
{
	my ($fed) = @_;
	foreach my $n (1, 10, 100, 1000, 10_000, 100_000)
	{
		my $table = "g$n";
		foreach my $name ($fed->names)
		{
			$fed->sql($name, "CREATE TABLE $table (k integer, open integer, x bigint); CREATE TABLE d$n AS SELECT g AS k FROM generate_series(0, $n - 1) g;
				INSERT INTO $table SELECT g % $n, g % $n, g FROM generate_series(0, 3 * $n - 1) g; VACUUM ANALYZE $table");
		}
		$fed->publish($table, { relation => $table, keys => [qw(k open)], measures => ['x'], min_rows => 1, columns => qq({"k": {"domain": {"relation": "d$n"}}}) });
		$fed->sql('north', "IMPORT FOREIGN SCHEMA offices LIMIT TO ($table) FROM SERVER offices INTO joint");
		my @tables = MpcBench::foreign_tables($fed, $table, 'k integer, open integer, x bigint');
		ask($fed, "3 parties, $n groups", joint_domain => joint('k', 'x', $table), joint_open => joint('open', 'x', $table),
			fdw => union_question('k', 'x', @tables));
		diag sprintf '%-34s domain %.0f, open %.0f bytes per group and partner', "  $n groups",
		  map { bytes($fed, joint($_, 'x', $table)) / 2 / $n } qw(k open);
	}
	return;
}

# Twenty parties on this machine: 10,000 groups, open, and 10,000 lanes of a declared domain.
sub twenty_parties
{
	my $fed = MpcTest::federation(names => [ map { "p$_" } 1 .. 20 ], conf => 'max_connections = 100', fsync => 1);
	foreach my $name ($fed->names)
	{
		$fed->sql($name, 'CREATE TABLE g (k integer, open integer, x bigint); INSERT INTO g SELECT g % 2000, g % 10000, g FROM generate_series(0, 29999) g; VACUUM ANALYZE g');
	}
	my $domain = join ',', 0 .. 1999;
	$fed->publish('g', { relation => 'g', keys => [qw(k open)], measures => ['x'], min_rows => 1, columns => qq({"k": {"domain": [$domain]}}) });
	$fed->sql('p1', 'IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint');
	my $union = '(SELECT g % 2000 AS k, g % 10000 AS open, g AS x FROM generate_series(0, 29999) AS g, generate_series(1, 20)) AS u';
	my $plain = sub { my ($key) = @_; return "SELECT $key, sum(x), avg(x), count(*) FROM $union GROUP BY $key"; };
	ask($fed, '20 parties, 2000 groups, 10005 lanes', joint_domain => joint('k', 'x', 'g'), plain => $plain->('k'));
	ask($fed, '20 parties, 10000 groups', joint_open => joint('open', 'x', 'g'), plain => $plain->('open'));
	foreach my $name ($fed->names) { $fed->node($name)->stop('fast'); }
	return;
}

diag "medians of $runs runs";
my $fed = MpcTest::federation(names => [qw(north south west)], fsync => 1, conf => $conf);
many_groups($fed);
twenty_groups($fed);
foreach my $name ($fed->names) { $fed->node($name)->stop('fast'); }
twenty_parties();
done_testing();
