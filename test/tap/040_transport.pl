# A party that is slow, silent, frozen or gone costs an error within the time allowed,
# never a hang, never a number; afterwards the same session asks as before.

use strict;
use warnings FATAL => 'all';

use IO::Socket::INET;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $fed = MpcTest::federation(names => [qw(north south west)]);
my ($north, $south) = map { $fed->node($_) } qw(north south);
my $question = 'SELECT count(*), sum(x) FROM joint.t';
my $answer = '30|165';

$fed->on_all('CREATE TABLE t (x integer)');
$fed->on_all('INSERT INTO t SELECT generate_series(1, 10)');
# At south a question can be made slow, at once and for all sessions.
$fed->sql('south', 'CREATE TABLE slowness (seconds float); INSERT INTO slowness VALUES (0)');
$fed->sql('south', 'CREATE VIEW slow AS SELECT x FROM t, (SELECT pg_sleep(seconds) FROM slowness OFFSET 0) AS s');
$fed->publish('t', { relation => 't', measures => ['x'] }, south => { relation => 'slow' });
$fed->import_joint;

sub slow { return $fed->sql('south', "UPDATE slowness SET seconds = $_[0]"); }

# A session of the superuser at north that stays.
my $session = $north->background_psql('postgres', on_error_stop => 0);

# What a question brings in that session: (output, error, seconds).
sub ask_here
{
	my ($sql) = @_;
	my $start = time;
	my $out = $session->query($sql // $question);
	my $err = $session->{stderr};
	$session->{stderr} = '';
	return ($out, $err, time - $start);
}

sub answers
{
	my ($what) = @_;
	my ($out, $err) = ask_here();
	is($out, $answer, "$what: the same session asks as before") or diag $err;
	return;
}

sub fails_within
{
	my ($seconds, $expected, $what, $sql) = @_;
	my ($out, $err, $took) = ask_here($sql);
	like($err, $expected, "$what: the error");
	is($out, '', "$what: no number");
	cmp_ok($took, '<', $seconds, "$what: in time");
	return;
}

sub backends
{
	my ($where) = @_;
	return $fed->sql($where, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'north_login'");
}

sub descriptors
{
	my $pid = $session->query('SELECT pg_backend_pid()');
	my @open = glob "/proc/$pid/fd/*";
	return scalar @open;
}

answers('warm');
like($session->query("EXPLAIN (ANALYZE, COSTS OFF) $question"), qr/Rounds: 1\n/, 'a warm question takes one round trip');
is(backends('south'), 1, 'over one connection');

# Our own deadline, at the federation.
$fed->sql('north', "ALTER SERVER offices OPTIONS (ADD timeout '700ms')");
slow(20);
fails_within(1.7, qr/party "south" did not answer at step "answer" within \d+ ms/, 'deadline');
slow(0);
answers('deadline');
ok($fed->node('south')->poll_query_until('postgres',
		"SELECT count(*) <= 1 FROM pg_stat_activity WHERE usename = 'north_login'"),
	'deadline: the abandoned peer has ended');

# A peer's server that is frozen, and one that accepts and says nothing.
my $frozen = $fed->sql('south', "SELECT pid FROM pg_stat_activity WHERE usename = 'north_login'");
kill 'STOP', $frozen;
fails_within(1.7, qr/party "south" did not answer/, 'frozen');
kill 'CONT', $frozen;
answers('frozen');

my $silent = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die "could not listen: $!";
my $port = $south->port;
$fed->sql('north', 'ALTER SERVER south OPTIONS (SET port \'' . $silent->sockport . "')");
fails_within(1.7, qr/party "south" did not answer|could not connect to party "south"/, 'silent');
close $silent;
fails_within(1.7, qr/could not connect to party "south"/, 'unreachable');
$fed->sql('north', "ALTER SERVER south OPTIONS (SET port '$port')");
answers('unreachable');
$fed->sql('north', 'ALTER SERVER offices OPTIONS (DROP timeout)');

# The user's own ways to end it.
slow(20);
fails_within(1.3, qr/canceling statement due to statement timeout/, 'statement_timeout',
	"SET statement_timeout = '300ms'; $question; RESET statement_timeout");
$session->query('RESET statement_timeout');
my $pid = $session->query('SELECT pg_backend_pid()');
{
	my $canceller = fork // die "could not fork: $!";
	if ($canceller == 0)
	{
		sleep 0.5;
		$north->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
		require POSIX;
		POSIX::_exit(0);
	}
	fails_within(2, qr/canceling statement due to user request/, 'cancel');
	waitpid $canceller, 0;
}
slow(0);
answers('cancel');
ok($fed->node('south')->poll_query_until('postgres',
		"SELECT count(*) <= 1 FROM pg_stat_activity WHERE usename = 'north_login'"),
	'cancel: the peer\'s work has ended, too');

# Backends and servers that die.
$fed->sql('south', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'north_login'");
ok($south->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'north_login'"), 'terminated');
answers('terminated while idle');
slow(5);
{
	my $killer = fork // die "could not fork: $!";
	if ($killer == 0)
	{
		sleep 0.5;
		$south->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'north_login'");
		require POSIX;
		POSIX::_exit(0);
	}
	fails_within(2, qr/lost the connection to party "south" at step "answer"|party "south" could not answer/, 'terminated at work');
	waitpid $killer, 0;
}
$south->restart;
slow(0);
answers('restarted');

# Subtransactions: an error caught by plpgsql, around the question and inside a peer's view.
is($session->query('SELECT asked FROM (SELECT 1 AS asked) AS x'), '1', 'the session is well');
$session->query(q{CREATE FUNCTION tries() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	BEGIN
		SELECT count(*) / 0 INTO n FROM joint.t;
	EXCEPTION WHEN division_by_zero THEN
		SELECT count(*) INTO n FROM joint.t;
	END;
	RETURN n;
END $$});
is($session->query('SELECT tries()'), '30', 'an exception block around a question');
$fed->sql('north', q{CREATE FUNCTION careful(integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN RETURN 1 / ($1 - $1); EXCEPTION WHEN division_by_zero THEN RETURN $1; END $$});
$fed->sql('north', 'CREATE VIEW careful_view AS SELECT careful(x) AS x FROM t');
$fed->publish('t', { relation => 't', measures => ['x'] }, north => { relation => 'careful_view' }, south => undef, west => undef);
answers('an exception block inside the own view');

# Nothing leaks: neither descriptors here nor backends there.
my $before = descriptors();
$fed->sql('north', "ALTER SERVER south OPTIONS (SET port '1')");
$session->query("DO \$\$ BEGIN FOR i IN 1..200 LOOP BEGIN PERFORM count(*) FROM joint.t; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END \$\$");
$session->{stderr} = '';
$fed->sql('north', "ALTER SERVER south OPTIONS (SET port '$port')");
answers('two hundred failures');
cmp_ok(descriptors(), '<=', $before + 1, 'no descriptor was lost');
is(backends('west'), 1, 'and no backend at a peer');

$session->quit;
ok($fed->node('west')->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'north_login'"),
	'the session gone, so are its connections');
done_testing();
