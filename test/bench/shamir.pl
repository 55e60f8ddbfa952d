# What does a Shamir sum cost beside a masked sum of the same question? Clusters on this machine; prints a table.
#
#   RUNS=15         warm runs of each question and protocol; medians are shown

use strict;
use warnings FATAL => 'all';

use MpcBench;
use MpcTest;
use Test::More;

my $runs = $ENV{RUNS} // 15;
my %question = (
	'in all' => 'SELECT count(*), sum(v) FROM joint.work',
	'1,000 groups' => 'SELECT count(*), sum(s), sum(c) FROM (SELECT k, sum(v) AS s, count(*) AS c FROM joint.work GROUP BY k) AS g');

# Ten rows a group at each party, so that the protocol is what takes time.
sub publish
{
	my ($fed) = @_;
	my $domain = join ', ', 0 .. 999;
	$fed->on_all('CREATE TABLE work AS SELECT g % 1000 AS k, g AS v FROM generate_series(1, 10000) g');
	$fed->publish('work', { relation => 'work', keys => ['k'], measures => ['v'], columns => qq({"k": {"domain": [$domain]}}) });
	$fed->sql(($fed->names)[0], 'IMPORT FOREIGN SCHEMA offices LIMIT TO (work) FROM SERVER offices INTO joint');
	return;
}

sub measure
{
	my ($fed, $n) = @_;
	my $psql = $fed->node(($fed->names)[0])->background_psql('postgres');
	my ($time, $answer) = MpcBench::compare($psql, $runs, %question);
	$psql->quit;
	is($answer->{'in all'}, $n * 10000 . '|' . $n * 50005000, "$n parties: the sum");
	is($answer->{'1,000 groups'}, '1000|' . $n * 50005000 . '|' . $n * 10000, "$n parties: its groups");
	return $time;
}

foreach my $n (3, 5, 7)
{
	my @names = map { "party${_}_of_$n" } 1 .. $n;
	my $fed = MpcTest::federation(names => \@names, conf => "shared_buffers = 64MB\nautovacuum = off\nlog_min_messages = error");
	publish($fed);
	my $masked = measure($fed, $n);
	$fed->on_all(q{ALTER SERVER offices OPTIONS (ADD protocol 'shamir')});
	my $shamir = measure($fed, $n);
	foreach my $kind (sort keys %question)
	{
		diag sprintf '%d parties, %-13s masked %.1f ms, Shamir %.1f ms', $n, "$kind:", $masked->{$kind}, $shamir->{$kind};
	}
	$fed->node($_)->stop('fast') foreach @names;
}
done_testing();
