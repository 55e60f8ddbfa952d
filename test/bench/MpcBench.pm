package MpcBench;

=head1 NAME

MpcBench - what the benchmarks share: postgres_fdw to compare with, medians

=cut

use strict;
use warnings FATAL => 'all';

use Time::HiRes qw(time);

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[ @sorted / 2 ]; }

# Every party behind postgres_fdw at the first one: tables plain_<party> with these columns.
sub foreign_tables
{
	my ($fed, $table, $columns) = @_;
	my ($here, @names) = (($fed->names)[0], $fed->names);
	$fed->sql($here, 'CREATE EXTENSION IF NOT EXISTS postgres_fdw');
	foreach my $there (@names)
	{
		my $node = $fed->node($there);
		$fed->sql($here, "CREATE SERVER IF NOT EXISTS plain_$there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '"
			  . $node->host . "', port '" . $node->port . "', dbname 'postgres', use_remote_estimate 'true', async_capable 'true')");
		$fed->sql($here, "CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER plain_$there");
		$fed->sql($here, "CREATE FOREIGN TABLE plain_${table}_$there ($columns) SERVER plain_$there OPTIONS (table_name '$table')");
	}
	return map { "plain_${table}_$_" } @names;
}

sub seconds
{
	my ($psql, $sql) = @_;
	my $start = time;
	my $answer = $psql->query_safe($sql);
	return (time - $start, $answer);
}

# Asks all questions of a hash in turns; returns medians in ms and the last answers, by name.
sub compare
{
	my ($psql, $runs, %sql) = @_;
	my (%time, %answer);
	foreach my $run (0 .. $runs)
	{
		foreach my $kind (sort keys %sql)
		{
			my ($took, $answer) = seconds($psql, $sql{$kind});
			push @{ $time{$kind} }, 1000 * $took if $run > 0;    # the first warms up
			$answer{$kind} = $answer;
		}
	}
	return ({ map { $_ => median(@{ $time{$_} }) } keys %time }, \%answer);
}

1;
