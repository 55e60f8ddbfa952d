# Intersections that take a while: both sides show how far they have come; whatever ends one of them, a timeout, a cancel, a party that is
# killed, leaves sessions that go on, and nothing is kept of it.

use strict;
use warnings FATAL => 'all';

use IPC::Run qw(start);
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

# Of 20000 each 5000 are in both. Without workers, so that it takes seconds on any machine.
my $fed = MpcTest::federation(names => [qw(north south)], conf => "mpc_agg.workers = 0\n");
my %first = (north => 1, south => 15_001);
foreach my $name ($fed->names)
{
	$fed->sql($name, "CREATE TABLE people AS SELECT 'p' || g AS id, g AS v FROM generate_series($first{$name}, $first{$name} + 19999) AS g;"
		  . "CREATE TABLE few AS SELECT 'p' || g AS id, g AS v FROM generate_series(1, 20) AS g");
}
my %common = (identifiers => ['id'], measures => ['v'], '"intersect"' => 'members', min_rows => 1, max_changes => 1000, max_probes => 1_000_000_000);
$fed->publish($_, { %common, relation => $_ }) foreach qw(people few);
$fed->import_joint;

my $members = "SELECT count(*) FROM mpc_intersect('joint.people', 'id')";
my $count = 'SELECT mpc_intersect_count(id) FROM joint.people';
my $sums = 'SELECT mpc_intersect_count(id), mpc_intersect_sum(id, v) FROM joint.people';
my $few = 'SELECT mpc_intersect_count(id) FROM joint.few';

sub again { return $fed->sql('south', 'DELETE FROM mpc.intersection_run'); }

# A statement of the analyst's in the background. From a file: what stands in a pipe is read when somebody pumps.
my $jobs = 0;
sub ask_slowly
{
	my ($sql) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/large_sets_" . ++$jobs;
	my %job = (out => '', err => '');
	local $ENV{PGPASSWORD} = $fed->{password}{north}{analyst};
	append_to_file($file, "\\set VERBOSITY verbose\n$sql;\n");
	again();
	$job{run} = start([ 'psql', '-XAtq', '-d', $fed->conninfo('north') . ' user=analyst', '-f', $file ], \undef, \$job{out}, \$job{err});
	return \%job;
}

sub soon
{
	my ($condition) = @_;
	my $end = time + $PostgreSQL::Test::Utils::timeout_default;
	sleep 0.05 while !$condition->() && time < $end;
	return $condition->();
}

sub progress
{
	my ($name) = @_;
	return $fed->sql($name, 'SELECT role, dataset, relation::regclass, phase, done, total FROM mpc.progress');
}

# Until south answers steps.
sub under_way
{
	return soon(sub { progress('south') =~ /evaluating|matching/ });
}

# ---------------------------------------------------------------- how far it has come

foreach my $case ([ $members, '5000' ], [ $count, '5000' ], [ $sums, '5000|87502500' ])
{
	my ($sql, $expected) = @$case;
	my $job = ask_slowly($sql);
	my (%asker, %peer, %done);
	do
	{
		my $line = progress('north');
		$asker{"$1 $2"} = 1 if $line =~ /^asker\|(people)\|joint\.people\|(\w+)\|/;
		$line = progress('south');
		$peer{"$1 $2"} = 1 if $line =~ /^peer\|(people)\|people\|(\w+)\|/;
		$done{$1} = 1 if $line =~ /\|(\d+)\|20000$/;
		$job->{run}->pump_nb;
		sleep 0.02;
	} while ($job->{run}->pumpable);
	$job->{run}->finish;
	is($job->{out}, "$expected\n", "$sql: the answer") or diag($job->{err});
	my $phases = $sql eq $sums ? qr/people blinding.*people exchanging/ : qr/people exchanging/;
	like(join(', ', sort keys %asker), $phases, 'the asker shows its phases');
	like(join(', ', sort keys %peer), $sql eq $sums ? qr/people evaluating.*people matching/ : qr/people evaluating/, 'and so does the peer');
	cmp_ok(scalar keys %done, '>', 1, 'which gets further');
	is(progress($_), '', "then $_ shows none") foreach $fed->names;
}

# ---------------------------------------------------------------- what ends it

# The error, and in the same session the next question is answered.
sub ended
{
	my ($job, $error, $what) = @_;
	$job->{run}->finish;
	is($job->{out}, "20\n", "$what: the session goes on");
	like($job->{err}, $error, "$what: the error");
	is(soon(sub { progress('north') . progress('south') eq '' }), 1, "$what: nobody is at work any more");
	return;
}

my $next = 'SET statement_timeout = 0; ' . $few;
foreach my $sql ($members, $count, $sums)
{
	ended(ask_slowly("SET statement_timeout = '1s'; $sql; $next"), qr/57014.*statement timeout/s, "statement_timeout: $sql");
	my $job = ask_slowly("$sql; $next");
	under_way();
	$fed->sql('north', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'analyst'});
	ended($job, qr/57014.*user request/s, "cancel: $sql");
	$job = ask_slowly("$sql; $next");
	under_way();
	$fed->sql('south', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'north_login'});
	ended($job, qr/08006.*lost the connection to party "south"/s, "killed: $sql");
	$job = ask_slowly("$sql; $next");
	under_way();
	$fed->sql('south', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'north_login'});
	ended($job, qr/party "south" could not answer/s, "cancelled there: $sql");
}
$fed->sql('south', q{ALTER SERVER offices OPTIONS (ADD timeout '1')});
{
	# A step of all elements takes longer than a second at a peer without workers.
	my $job = ask_slowly($sums);
	$job->{run}->finish;
	like($job->{err}, qr/57014|MP00\d/, 'the time that the peer gives to a step');
	$fed->sql('south', q{ALTER SERVER offices OPTIONS (DROP timeout)});
}

# ---------------------------------------------------------------- what a peer keeps

# The points of 20000 elements alone take 640 kB.
{
	my $job = ask_slowly("SET statement_timeout = '1500ms'; $sums; $next; SELECT pg_sleep(30)");
	under_way();
	soon(sub { $job->{run}->pump_nb; $job->{out} =~ /20/ });
	my $pid = $fed->sql('south', q{SELECT max(pid) FROM pg_stat_activity WHERE usename = 'north_login'});
	my $from = $fed->log_end('south');
	$fed->sql('south', "SELECT pg_log_backend_memory_contexts($pid)");
	ok(soon(sub { $fed->log('south', $from) =~ /Grand total/ }), 'the peer shows its memory');
	my $log = $fed->log('south', $from);
	my ($kept) = $log =~ /mpc_agg intersection: (\d+) total/;
	cmp_ok($kept // 0, '<', 500_000, 'of 20000 elements nothing is left when the next question was answered');
	$job->{run}->kill_kill;
}

again();
is($fed->ask('north', $few), '20', 'an honest question is answered');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
