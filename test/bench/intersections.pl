# How long does an intersection take, how many bytes, how much memory? Two clusters on one machine, half of each set in common;
# prints a table.
#
#   SIZES=10000,100000,1000000    identifiers on either side
#   WORKERS=1                     mpc_agg.workers at both: background workers beside the session itself
#
# Work on curve points, per side and identifier: one hash with a multiplication, and one multiplication (test/bench/psi_bench.c has
# what these cost here). Peak memory is that of the session, less what it had before, and of the partner's.

use strict;
use warnings FATAL => 'all';

use MpcBench;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my @sizes = split(/,/, $ENV{SIZES} // '10000,100000,1000000');
my $workers = $ENV{WORKERS} // 1;
my $fed = MpcTest::federation(names => [qw(shop bank)],
	conf => "shared_buffers = 512MB\nautovacuum = off\njit = off\nmpc_agg.timeout = '30min'\nmpc_agg.workers = $workers\nlog_min_messages = error");

sub publish
{
	my ($n) = @_;
	my $t = "t$n";
	my $half = $n / 2;
	$fed->sql('shop', "CREATE TABLE $t AS SELECT 'person ' || g || '\@example.org' AS id, g % 1000 AS v FROM generate_series(1, $n) g; VACUUM ANALYZE $t");
	$fed->sql('bank', "CREATE TABLE $t AS SELECT 'person ' || g + $half || '\@example.org' AS id, g % 1000 AS v FROM generate_series(1, $n) g; VACUUM ANALYZE $t");
	$fed->publish($t, { relation => $t, identifiers => ['id'], measures => ['v'], '"intersect"' => 'members', max_changes => 1000, max_probes => 1_000_000_000, min_rows => 1 });
	$fed->on_all("IMPORT FOREIGN SCHEMA offices LIMIT TO ($t) FROM SERVER offices INTO joint; GRANT SELECT ON joint.$t TO analyst");
	return $t;
}

# Megabytes of its own that a session has had at most: what it shares with others is not a question's.
sub peak
{
	my ($pid) = @_;
	my %kilobytes = slurp_file("/proc/$pid/status") =~ /^(\w+):\s+(\d+) kB/mg;
	return ($kilobytes{VmHWM} - $kilobytes{RssFile} - $kilobytes{RssShmem}) / 1024;
}

foreach my $n (@sizes)
{
	my $t = publish($n);
	my $psql = $fed->node('shop')->background_psql('postgres');
	my $pid = $psql->query_safe('SELECT pg_backend_pid()');
	my ($seconds, $json) = MpcBench::seconds($psql, "EXPLAIN (ANALYZE, FORMAT JSON) SELECT mpc_intersect_count(id) FROM joint.$t");
	my ($bytes) = $json =~ /"Bytes": (\d+)/;
	my $there = $fed->sql('bank', "SELECT pid FROM pg_stat_activity WHERE usename = 'shop_login'");
	my ($ours, $theirs) = (peak($pid), peak($there));
	my ($more, $members) = MpcBench::seconds($psql, "SELECT count(*) FROM mpc_intersect('joint.$t', 'id')");
	is($members, $n / 2, "$n: half of them are common");
	diag sprintf '  %8d identifiers: number %8.2f s (%6.1f us each), members %8.2f s, %7.1f MB sent and received, peak of asker %5.0f MB, of peer %5.0f MB',
	  $n, $seconds, $seconds * 1e6 / $n, $more, $bytes / 1e6, $ours, $theirs;
	$psql->quit;
}
done_testing();
