# A threshold sum loses a party: before, during, between and after its rounds, by death and by silence. The answer
# is then that of the parties that are in it, and a NOTICE names who is missing; with fewer than the threshold it is an
# error. And R8: what a late party holds is not found by asking again with it.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# What is not flushed on purpose is not flushed at all.
my @names = qw(north south west east centre);
my @peers = grep { $_ ne 'north' } @names;
my $fed = MpcTest::federation(names => \@names, options => { protocol => 'shamir' }, conf => <<'CONF');
max_prepared_transactions = 5
synchronous_commit = off
wal_writer_delay = 10s
CONF

my %number = map { $names[$_] => 1000 * ($_ + 1) } 0 .. $#names;
$fed->sql($_, "CREATE TABLE t AS SELECT $number{$_} + g AS x FROM generate_series(1, 10) AS g") foreach @names;
$fed->publish('t', { relation => 't', measures => ['x'], filters => ['x'] });
$fed->publish('half', { relation => 't', measures => ['x'] }, east => undef, centre => undef);
$fed->import_joint;
$fed->sql('north', 'CREATE TABLE everybody (party text, x integer);'
	  . join(';', map { "INSERT INTO everybody SELECT '$_', $number{$_} + g FROM generate_series(1, 10) AS g" } @names));

# ---------------------------------------------------------------- asking

# Equal in meaning, and new to everybody: R8 is tested below.
my $serial = 0;
sub question { return 'SELECT count(*), sum(x), mpc_parties(*) FROM joint.t WHERE x > -' . ++$serial; }

# What plain SQL says without some parties.
sub expected
{
	my (@missing) = @_;
	return $fed->sql('north', 'SELECT count(*), sum(x), count(DISTINCT party) FROM everybody WHERE party <> ALL (\'{' . join(',', @missing) . '}\')');
}

# A session of the superuser at north that stays.
my $session = $fed->node('north')->background_psql('postgres', on_error_stop => 0);
my ($start, $early);

# A fast answer may come with the word that is waited for.
sub begin
{
	my ($sql) = @_;
	$start = time;
	$early = $session->query_until(qr/asked\n/, "\\echo asked\n$sql;\n") =~ s/\A.*?asked\n//sr;
	return;
}

# (output, error, seconds) of what was begun.
sub end
{
	my $later = $session->query('');
	my $out = "$early\n$later" =~ s/\A\n+//r =~ s/\n+\z//r;
	my $err = $session->{stderr};
	$session->{stderr} = '';
	return ($out, $err, time - $start);
}

sub ask_here { begin($_[0] // question()); return end(); }

# Nothing of a dead question is left behind, and the session asks as before.
sub as_before
{
	my ($what) = @_;
	my ($out, $err) = ask_here();
	is("$out$err", expected(), "$what: the same session asks everybody again");
	foreach my $name (@peers)
	{
		ok($fed->node($name)->poll_query_until('postgres',
				"SELECT count(*) = 1 AND bool_and(state = 'idle') FROM pg_stat_activity WHERE usename = 'north_login'"),
			"$what: nothing is left at $name");
	}
	return;
}

sub answers_without
{
	my ($missing, $what, $out, $err) = @_;
	is($out, expected($missing), "$what: the sum of the others");
	like($err, qr/NOTICE:  party "$missing" did not answer, and its rows are not in this answer\n.*threshold.*met without it/, "$what: the missing one is named");
	unlike($err, qr/ERROR|WARNING|NOTICE.*NOTICE/s, "$what: and nobody else");
	return;
}

sub answers_with_dropped
{
	my ($dropped, $what, $out, $err) = @_;
	is($out, expected(), "$what: the sum of all");
	like($err, qr/NOTICE:  party "$dropped" dropped out after it had shared its part\n.*Its rows are in the answer/, "$what: who dropped out is named");
	unlike($err, qr/ERROR|WARNING|NOTICE.*NOTICE/s, "$what: and nobody else");
	return;
}

sub fails
{
	my ($expected, $what, $out, $err) = @_;
	like($err, $expected, "$what: the error");
	like($err, qr/No value was revealed/, "$what: which says so");
	is($out, '', "$what: no number");
	return;
}

# ---------------------------------------------------------------- what happens to parties

# A lock that nobody has to hold: who wants to read the table waits.
sub hang
{
	my ($name, $table) = @_;
	$fed->sql($name, "BEGIN; LOCK TABLE $table IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'hang'");
	return;
}

sub go_on { $fed->sql($_, "ROLLBACK PREPARED 'hang'") foreach @_; return; }

sub wait_for_hanging
{
	my ($name) = @_;
	ok($fed->node($name)->poll_query_until('postgres',
			"SELECT count(*) = 1 FROM pg_stat_activity WHERE usename = 'north_login' AND wait_event_type = 'Lock'"), "$name hangs");
	return;
}

# It answers, with an error: in the first round its record cannot be written, in the second the list of R8.
my %table = (1 => 'mpc.ledger_entry', 2 => 'mpc.answered_set');
$fed->on_all(q{CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$});

sub spoil
{
	my ($round, @who) = @_;
	$fed->sql($_, "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON $table{$round} FOR EACH ROW EXECUTE FUNCTION no_room()") foreach @who;
	return;
}

sub mend { my ($round, @who) = @_; $fed->sql($_, "DROP TRIGGER no_room ON $table{$round}") foreach @who; return; }

sub without
{
	my ($missing, $sql) = @_;
	spoil(1, $missing);
	my ($out, $err) = ask_here($sql);
	mend(1, $missing);
	return ($out, $err);
}

# ---------------------------------------------------------------- before

as_before('warm');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD timeout '1200ms')});

my $backend = $fed->sql('west', "SELECT pid FROM pg_stat_activity WHERE usename = 'north_login'");
kill 'STOP', $backend;
my ($out, $err, $took) = ask_here();
kill 'CONT', $backend;
answers_without('west', 'frozen before', $out, $err);
as_before('frozen before');

# Who is known to be gone has no key for the question.
$fed->node('west')->stop('immediate');
fails(qr/could not connect to party "west"/, 'dead before', ask_here());
($out, $err) = $fed->ask_err('north', question());
fails(qr/could not connect to party "west"/, 'dead before, in a new session', $out, $err);
$fed->node('west')->start;
as_before('dead before');

# ---------------------------------------------------------------- during the first round

hang('west', 't');
begin(question());
wait_for_hanging('west');
$fed->node('west')->stop('immediate');
answers_without('west', 'dead in round 1', end());
$fed->node('west')->start;
go_on('west');
as_before('dead in round 1');

hang('west', 't');
($out, $err, $took) = ask_here();
answers_without('west', 'silent in round 1', $out, $err);
cmp_ok($took, '>', 0.5, 'it was waited for');
cmp_ok($took, '<', 1.1, 'for half of the time');
go_on('west');
as_before('silent in round 1');

answers_without($_, "$_ fails in round 1", without($_, question())) foreach @peers;
spoil(1, 'south', 'centre');
fails(qr/party "(south|centre)" could not answer at step "answer"/, 'two fail in round 1', ask_here());
mend(1, 'south', 'centre');
as_before('two fail in round 1');

hang($_, 't') foreach qw(south centre);
($out, $err, $took) = ask_here();
fails(qr/party "(south|centre)" did not answer at step "answer" within \d+ ms/, 'two are silent in round 1', $out, $err);
cmp_ok($took, '<', 2, 'in time');
go_on(qw(south centre));
as_before('two are silent in round 1');

# ---------------------------------------------------------------- during the second round

hang('west', 'mpc.answered_set');
begin(question());
wait_for_hanging('west');
$fed->node('west')->stop('immediate');
answers_with_dropped('west', 'dead in round 2', end());
$fed->node('west')->start;
go_on('west');
as_before('dead in round 2');

hang('west', 'mpc.answered_set');
($out, $err, $took) = ask_here();
answers_with_dropped('west', 'silent in round 2', $out, $err);
cmp_ok($took, '<', 1.1, 'for half of the time');
go_on('west');
as_before('silent in round 2');

spoil(2, 'south', 'west');
fails(qr/party "(south|west)" could not answer at step "sum of shares"/, 'two fail in round 2', ask_here());
mend(2, 'south');
spoil(1, 'south');
fails(qr/party "west" could not answer at step "sum of shares"/, 'one in each round', ask_here());
mend(1, 'south');
mend(2, 'west');
as_before('one in each round');

# ---------------------------------------------------------------- after

my $asked = q{SELECT count(*) FROM mpc.ledger WHERE role = 'asker'};
my $before = $fed->sql('north', $asked);
$session->query_safe('BEGIN');
is((ask_here())[0], expected(), 'an answer in a transaction');
$fed->node('west')->stop('immediate');
$session->query_safe('COMMIT');
is($fed->sql('north', $asked), $before + 1, 'dead after: it stands in the record');
$fed->node('west')->start;
as_before('dead after');
$fed->sql('north', 'ALTER SERVER offices OPTIONS (DROP timeout)');

# ---------------------------------------------------------------- who must have dealt (R6, and each party's own rule)

is((ask_here('SELECT count(*) FROM joint.half'))[0], '30', 'three of five publish');
($out, $err) = without('west', 'SELECT count(*) FROM joint.half');
like($err, qr/party "\w+" refused the question\nDETAIL:  The rule: fewer than two parties other than the asker publish the dataset and dealt/, 'R6: one other that publishes is too few');
is($out, '', 'R6: no number');

$fed->sql('south', q{ALTER SERVER offices OPTIONS (ADD min_contributors '4')});
is((ask_here())[0], expected(), 'all five are enough for a party that wants four beside the asker');
($out, $err) = without('west', question());
like($err, qr/party "south" refused the question\nDETAIL:  The rule: fewer parties than the threshold, or than min_contributors and the asker, dealt/, 'four are not');
is($out, '', 'no number');
$fed->sql('south', 'ALTER SERVER offices OPTIONS (DROP min_contributors)');

# ---------------------------------------------------------------- R8: subtraction

sub answered { return question() . ' OR x IS NULL'; }

sub refused_by
{
	my ($name, $what, $out, $err) = @_;
	like($err, qr/party "$name" refused the question\nDETAIL:  The rule: the same question was answered within a day for other parties/, "R8: $what");
	like($err, qr/HINT:  Ask again when the same parties as then take part, or a day later\./, "R8: $what: the hint");
	is($out, '', "R8: $what: no number");
	return;
}

sub older { my ($by) = @_; $fed->sql($_, "UPDATE mpc.answered_set SET at = at - interval '$by'") foreach @peers; return; }

my $same = answered();
answers_without('west', 'one party is late', without('west', $same));
refused_by('\w+', 'the late one is not added', ask_here($same));
answers_without('west', 'the same set again', without('west', $same));
as_before('another question');

# Each of them refuses.
foreach my $name (grep { $_ ne 'west' } @peers)
{
	my $sql = answered();
	without('west', $sql);
	$fed->sql($_, 'DELETE FROM mpc.answered_set') foreach grep { $_ ne $name } @peers;
	refused_by($name, "$name alone remembers", ask_here($sql));
}

# A day.
$same = answered();
without('west', $same);
older('23 hours 59 minutes');
refused_by('\w+', 'less than a day later', ask_here($same));
without('west', $same);
older('2 minutes');
refused_by('\w+', 'less than a day after it was answered again', ask_here($same));
older('24 hours');
is((ask_here($same))[0], expected(), 'R8: a day later it is answered');
refused_by('\w+', 'and now not without the one', without('west', $same));

# Nor over a set that differs by two: with a third one they would add up to one party.
$same = answered();
answers_without('west', 'without one', without('west', $same));
refused_by('\w+', 'without another one', without('east', $same));

# Switched off.
$fed->on_all('DELETE FROM mpc.answered_set');
$fed->on_all(q{ALTER SERVER offices OPTIONS (ADD min_contributors '0')});
$same = answered();
answers_without('west', 'switched off', without('west', $same));
is((ask_here($same))[0], expected(), 'R8: min_contributors 0 switches it off');
is(join('', $fed->on_all('SELECT count(*) FROM mpc.answered_set')), '00000', 'R8: and nothing is remembered');
$fed->on_all('ALTER SERVER offices OPTIONS (DROP min_contributors)');

# Remembered through a crash at once.
$same = answered();
spoil(1, 'west');
is((ask_here($same))[0], expected('west'), 'R8: an answer');
$fed->node('south')->stop('immediate');
$fed->node('south')->start;
mend(1, 'west');
$fed->sql($_, 'DELETE FROM mpc.answered_set') foreach qw(east centre);
refused_by('south', 'a crash forgets nothing', ask_here($same));
as_before('the end');

$session->quit;
done_testing();
