# Threshold sums: federations with protocol "shamir" of three, four and five parties answer what plain SQL says over
# the union, in two rounds; what they cannot be asked they refuse, and who disagrees about the protocol is named.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my @names = qw(north south west east centre);
my $fed = MpcTest::federation(names => \@names, options => { protocol => 'shamir' });
my %members = (trio => [qw(north south west)], four => [qw(north south west east)], pair => [qw(north south)], offices => \@names);

sub on_members { my ($name, $sql) = @_; $fed->sql($_, $sql) foreach @{ $members{$name} }; return; }

sub connect_some
{
	my ($name, $options) = @_;
	foreach my $here (@{ $members{$name} })
	{
		my $partners = join(', ', grep { $_ ne $here } @{ $members{$name} });
		$fed->sql($here, "CREATE SERVER $name FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties '$partners', $options);"
			  . "GRANT USAGE ON FOREIGN SERVER $name TO analyst; CREATE SCHEMA $name; GRANT USAGE ON SCHEMA $name TO analyst");
	}
	return;
}
connect_some($_, "protocol 'shamir'") foreach qw(trio four);
connect_some('pair', "protocol 'shamir', allow_two_party 'true'");

# ---------------------------------------------------------------- everybody's rows, and all of them in one table

# Party p of region "far" is outside the domain; "rare" and "few" are groups of three rows, at west only.
sub rows
{
	my ($p) = @_;
	return "SELECT CASE WHEN g % 7 > 0 THEN (ARRAY['f', 'm', 'x'])[1 + (g + $p) % 3] END::text COLLATE \"C\" AS sex,"
	  . " CASE WHEN $p = 3 AND g <= 3 THEN 'rare' WHEN $p = 3 AND g <= 6 THEN 'few' WHEN g % 9 = 0 THEN 'far' ELSE 'land' || g % 4 END::text COLLATE \"C\" AS region,"
	  . " 'town' || g % 9 AS town, 20 + (g * $p) % 40 AS age, CASE WHEN g % 5 > 0 THEN 1000 * $p - g * g END AS x,"
	  . " (g * 1.25 - 30 * $p)::numeric(12,2) AS amount, (g - 20)::float8 / 8 AS ratio, g % 3 = 0 AS member, 9000000000000000000 + g - $p AS big"
	  . " FROM generate_series(1, 40 + 5 * $p) AS g";
}
my %number = map { $names[$_] => $_ + 1 } 0 .. $#names;
my %common = (
	relation => 'pay', measures => [qw(x amount ratio member big)], filters => [qw(sex region age)], keys => [qw(sex region town)],
	columns => '{"sex": {"domain": ["f", "m", "x"]}, "region": {"domain": ["land0", "land1", "land2", "land3", "rare", "few"]}}');
foreach my $name (@names)
{
	$fed->sql($name, 'CREATE TABLE pay AS ' . rows($number{$name}) . '; CREATE TABLE pay4 AS TABLE pay; CREATE TABLE pay5 AS TABLE pay; GRANT SELECT ON pay, pay4, pay5 TO analyst');
	$fed->sql('north', ($name eq 'north' ? 'CREATE TABLE everybody AS SELECT *, ' : 'INSERT INTO everybody SELECT *, ') . "'$name' AS party FROM (" . rows($number{$name}) . ') AS r');
}
my %relation = (trio => 'pay', four => 'pay4', offices => 'pay5');

# A relation in several federations would show by subtraction who is in one only: each has its own.
sub publish
{
	my ($federation, $dataset, %more) = @_;
	my %silent = map { $_ => undef } grep { my $name = $_; !grep { $_ eq $name } @{ $members{$federation} } } @names;
	$fed->publish($dataset, { %common, federation => $federation, relation => $relation{$federation}, %more }, %silent);
	return;
}
foreach my $federation (qw(trio four offices))
{
	publish($federation, 'pay', min_rows => 1);
	my $schema = $federation eq 'offices' ? 'joint' : $federation;
	on_members($federation, "IMPORT FOREIGN SCHEMA $federation FROM SERVER $federation INTO $schema; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO analyst");
}
my %joint = (trio => 'trio.pay', four => 'four.pay', offices => 'joint.pay');

# ---------------------------------------------------------------- the answers

my %known;

# What it is over all rows: where one key is outside its domain, no key has a value, and the row is the remainder's.

sub plain
{
	my ($federation, $sql) = @_;
	return $known{"$federation $sql"} //= plain_sql($federation, $sql);
}

sub plain_sql
{
	my ($federation, $sql) = @_;
	my $parties = join(', ', map { "'$_'" } @{ $members{$federation} });
	my $by = $sql =~ /GROUP BY (.*?)(?= HAVING| ORDER|$)/ ? $1 : '';
	my $outside = $by =~ /region/ ? q{COALESCE(region = 'far', false)} : 'false';
	my $keys = join(', ', map { $by =~ /$_/ ? "CASE WHEN NOT $outside THEN $_ END AS $_" : $_ } qw(sex region));
	my $from = "(SELECT $keys, age, x, amount, ratio, member, big, party, $outside AS out_ FROM everybody WHERE party IN ($parties)) AS e";
	$sql =~ s/FROM %s/FROM $from/;
	$sql =~ s/GROUP BY (.*?)(?= HAVING| ORDER|$)/GROUP BY $1, out_/;
	$sql =~ s/mpc_remainder\(\*\)/bool_or(out_)/g;
	$sql =~ s/mpc_parties\(\*\)/count(DISTINCT party)/g;
	$sql =~ s/(sum|avg)\(member\)/$1(member::integer)/g;
	$sql =~ s/mpc_//g;
	return $fed->sql('north', $sql);
}

# None has ORDER BY: rows are compared as a set.
sub sorted { return join("\n", sort split /\n/, $_[0]); }

my @questions = (
	'SELECT count(*), sum(x), avg(x), count(x), sum(amount), avg(amount), sum(ratio), avg(ratio), sum(big), avg(big), count(big), mpc_parties(*) FROM %s',
	'SELECT mpc_count(*), mpc_count(x), mpc_sum(amount), mpc_avg(x), mpc_sum(member), mpc_avg(member), mpc_remainder(*) FROM %s',
	q{SELECT count(*), sum(x), mpc_parties(*) FROM %s WHERE age >= 30 AND sex = 'f'},
	q{SELECT avg(amount), sum(ratio) FROM %s WHERE sex IS NULL OR region LIKE 'land%%' AND NOT age IN (21, 22, 23)},
	q{SELECT count(*), sum(x), avg(amount), mpc_parties(*) FROM %s WHERE region = 'rare' AND age > 1000},
	'SELECT sex, count(*), sum(x), avg(amount), sum(ratio), mpc_parties(*), mpc_remainder(*) FROM %s GROUP BY sex',
	'SELECT region, count(*), sum(x), mpc_parties(*), mpc_remainder(*) FROM %s GROUP BY region',
	'SELECT region, sex, count(*), count(x), avg(x), sum(big), mpc_remainder(*) FROM %s WHERE age < 50 GROUP BY region, sex',
	'SELECT sex, count(*), avg(x) FROM %s GROUP BY sex HAVING count(*) > 60 AND sum(x) > 0',
	'SELECT sex, mpc_sum(member), mpc_remainder(*) FROM %s GROUP BY sex');

sub all_questions
{
	my ($federation, $what) = @_;
	foreach my $asker ($members{$federation}[0], $members{$federation}[-1])
	{
		my @joint = split /^@@\n/m, $fed->ask($asker, join(";\n\\echo @@\n", map { sprintf($_, $joint{$federation}) } @questions)) . "\n", -1;
		foreach my $i (0 .. $#questions)
		{
			is(sorted($joint[$i]), sorted(plain($federation, $questions[$i] =~ s/%%/%/gr)), "$federation, $what, asked by $asker: $questions[$i]");
		}
	}
	return;
}

sub explained { return $fed->ask('north', "SET client_min_messages = error; EXPLAIN (COSTS OFF) SELECT count(*) FROM $joint{$_[0]}"); }

my %threshold = (trio => 3, four => 3, offices => 4);
foreach my $federation (qw(trio four offices))
{
	my $n = @{ $members{$federation} };
	$fed->on_all("ALTER SERVER offices OPTIONS (ADD min_contributors '0')") if $federation eq 'offices';
	on_members($federation, "ALTER SERVER $federation OPTIONS (ADD min_contributors '0')") if $federation ne 'offices';
	like(explained($federation), qr/Protocol: Shamir sum, threshold $threshold{$federation} of $n\n  Rounds: 2$/m, "$federation: EXPLAIN");
	all_questions($federation, 'default threshold');
	on_members($federation, "ALTER SERVER $federation OPTIONS (ADD threshold '$n')");
	like(explained($federation), qr/threshold $n of $n$/m, "$federation: EXPLAIN shows the threshold that is given");
	all_questions($federation, "threshold $n");
	on_members($federation, "ALTER SERVER $federation OPTIONS (DROP threshold)");
	on_members($federation, "ALTER SERVER $federation OPTIONS (DROP min_contributors)");
}

# Own table: the same question.
is($fed->ask('north', 'SELECT mpc_count(*), mpc_sum(x), mpc_avg(amount) FROM pay'), plain('trio', 'SELECT count(*), sum(x), avg(amount) FROM %s'), 'asked from the own table');
is(sorted($fed->ask('west', 'SELECT sex, mpc_sum(x), mpc_count(*) FROM pay5 WHERE age > 25 GROUP BY sex')),
	sorted(plain('offices', 'SELECT sex, sum(x), count(*) FROM %s WHERE age > 25 GROUP BY sex')), 'and by groups');
like($fed->ask('north', 'EXPLAIN (COSTS OFF) SELECT mpc_count(*) FROM pay5'), qr/Protocol: Shamir sum, threshold 4 of 5/, 'EXPLAIN says so');

# Folding: two groups of three rows at west go into the remainder, with those outside the domain.
publish('offices', 'pay', min_rows => 5);
is(sorted($fed->ask('south', 'SELECT region, count(*), sum(amount), mpc_remainder(*) FROM joint.pay GROUP BY region')),
	sorted($fed->sql('north', q{SELECT r, count(*), sum(amount), out_ FROM (SELECT *, region IN ('far', 'rare', 'few') AS out_,
		CASE WHEN region NOT IN ('far', 'rare', 'few') THEN region END AS r FROM everybody) AS e GROUP BY r, out_})), 'groups that are too small are folded');
publish('offices', 'pay', min_rows => 1);

# ---------------------------------------------------------------- what is not answered

sub error_of
{
	my ($name, $sql) = @_;
	my ($out, $err) = $fed->ask_err($name, "\\set VERBOSITY verbose\n$sql;");
	return $out ne '' ? "answered: $out" : $err;
}

foreach my $sql ('SELECT town, count(*) FROM joint.pay GROUP BY town', 'SELECT sex, town, sum(x) FROM joint.pay GROUP BY sex, town',
	'SELECT count(DISTINCT town) FROM joint.pay', 'SELECT town, mpc_count(*) FROM pay5 GROUP BY town')
{
	like(error_of('north', $sql), qr/0A000: a federation with protocol "shamir" cannot be asked for these groups\nDETAIL:  Shares are for keys with declared domains.*\nHINT:  Declare the domains of the keys, or ask a federation with protocol "masked"/,
		"open keys: $sql");
}

$fed->sql('north', q{CREATE FOREIGN TABLE pair.pay (x integer) SERVER pair OPTIONS (dataset 'pay'); GRANT SELECT ON pair.pay TO analyst});
like(error_of('north', 'SELECT count(*) FROM pair.pay'), qr/HV024: cannot use federation "pair": protocol "shamir" needs three parties or more\nHINT:  Use protocol "masked"/, 'two parties');
like($fed->sql('north', q{SELECT status, detail FROM mpc_check() WHERE "check" = 'federation pair'}), qr/^FAIL\|protocol "shamir" needs three parties or more$/, 'which mpc_check() finds');

# ---------------------------------------------------------------- disagreement

sub alter { my ($federation, $options, @who) = @_; $fed->sql($_, "ALTER SERVER $federation OPTIONS ($options)") foreach @who; return; }

sub disagrees
{
	my ($who, $why, $sql, $what) = @_;
	like(error_of('north', $sql), qr/MP003: party "$who" publishes this dataset under another contract\nDETAIL:  $why/, "$what: party and reason");
	return;
}

my $protocol = qr/The federation's option "protocol" is another one there\./;
my $total = 'SELECT count(*), sum(x) FROM joint.pay';
alter('offices', q{SET protocol 'masked'}, 'west');
disagrees('west', $protocol, $total, 'masked at one party');
disagrees('west', $protocol, 'SELECT sex, count(*) FROM joint.pay GROUP BY sex', 'masked at one party, by groups');
alter('offices', q{SET protocol 'masked'}, grep { $_ ne 'west' } @names);
alter('offices', q{SET protocol 'shamir'}, 'west');
disagrees('west', $protocol, $total, 'shamir at one party');
alter('offices', q{SET protocol 'shamir'}, grep { $_ ne 'west' } @names);
alter('offices', q{ADD threshold '5'}, 'east');
disagrees('east', qr/The federation's threshold is 5 there and 4 here\./, $total, 'another threshold');
alter('offices', q{SET threshold '4'}, 'east');
is($fed->ask('north', $total), plain('offices', 'SELECT count(*), sum(x) FROM %s'), 'the default in so many words is no disagreement');
alter('offices', 'DROP threshold', 'east');

# A party that publishes nothing has no contract; it is asked all the same.
$fed->sql('centre', q{SELECT mpc_unpublish('pay')});
sub refuses
{
	my ($what) = @_;
	like(error_of('north', $total), qr/MP002: party "centre" refused the question\nDETAIL:  The rule: the federation has another protocol or threshold at this party\./, "without a dataset: $what");
	return;
}
my ($out, $err) = $fed->ask_err('north', $total);
is($out, $fed->sql('north', q{SELECT count(*), sum(x) FROM everybody WHERE party <> 'centre'}), 'one publishes nothing');
like($err, qr/NOTICE:  party "centre" publishes no dataset "pay" and took part with nothing/, 'which is said');
alter('offices', q{SET protocol 'masked'}, 'centre');
refuses('masked there');
alter('offices', q{SET protocol 'shamir', ADD threshold '5'}, 'centre');
refuses('another threshold there');
alter('offices', 'DROP threshold', 'centre');
alter('offices', q{SET protocol 'masked'}, grep { $_ ne 'centre' } @names);
refuses('shamir there');
alter('offices', q{SET protocol 'shamir'}, grep { $_ ne 'centre' } @names);
is($fed->ask('north', $total), $out, 'and all agree again');

# ---------------------------------------------------------------- a session that stays

my $session = $fed->node('north')->background_psql('postgres', on_error_stop => 0);

# (output, error, seconds)
sub ask_here
{
	my ($sql) = @_;
	my $start = time;
	my $answer = $session->query($sql);
	my $error = $session->{stderr};
	$session->{stderr} = '';
	return ($answer, $error, time - $start);
}

my $question = 'SELECT count(*), sum(x) FROM trio.pay';
my $answer = plain('trio', 'SELECT count(*), sum(x) FROM %s');

sub backends
{
	my ($name) = @_;
	return $fed->sql($name, q{SELECT count(*) FROM pg_stat_activity WHERE usename = 'north_login'});
}

is((ask_here($question))[0], $answer, 'warm');
my $connected = backends('south');
my $asked = $fed->sql('south', q{SELECT count(*) FROM mpc.ledger WHERE role = 'peer'});
is(join(' ', map { (ask_here($question))[0] } 1 .. 20), join(' ', ($answer) x 20), 'twenty questions');
is(backends('south'), $connected, 'over one connection');
is($fed->sql('south', q{SELECT count(*) FROM mpc.ledger WHERE role = 'peer'}), $asked + 20, 'each is in the record once');
like((ask_here("EXPLAIN (ANALYZE, COSTS OFF) $question"))[0], qr/Rounds: 2\n/, 'two rounds each');

foreach my $protocol (qw(masked shamir masked shamir))
{
	on_members('trio', "ALTER SERVER trio OPTIONS (SET protocol '$protocol')");
	is((ask_here($question))[0], $answer, "altered to $protocol");
	my $shown = $protocol eq 'masked' ? qr/Protocol: masked sum\n  Rounds: 1\n/ : qr/Protocol: Shamir sum, threshold 3 of 3\n  Rounds: 2\n/;
	like((ask_here("EXPLAIN (ANALYZE, COSTS OFF) $question"))[0], $shown, 'and so it is asked');
}

# ---------------------------------------------------------------- cancelled, or out of time, in each round

# A lock makes south hang: on its rows in the first round, on its list of answered sets in the second.
my %table = (1 => 'pay', 2 => 'mpc.answered_set');
my $lock = $fed->node('south')->background_psql('postgres');

sub fails_within
{
	my ($seconds, $expected, $what, $sql) = @_;
	my ($none, $error, $took) = ask_here($sql);
	like($error, $expected, "$what: the error");
	is($none, '', "$what: no number");
	cmp_ok($took, '<', $seconds, "$what: in time");
	return;
}

sub as_before
{
	my ($what) = @_;
	is((ask_here($question))[0], $answer, "$what: the same session asks as before");
	ok($fed->node($_)->poll_query_until('postgres', q{SELECT count(*) = 1 AND bool_and(state = 'idle') FROM pg_stat_activity WHERE usename = 'north_login'}),
		"$what: nothing is left at $_") foreach qw(south west);
	return;
}

sub cancel_soon
{
	my $pid = $session->query('SELECT pg_backend_pid()');
	my $canceller = fork // die "could not fork: $!";
	return $canceller if $canceller;
	sleep 0.3;
	$fed->sql('north', "SELECT pg_cancel_backend($pid)");
	require POSIX;
	POSIX::_exit(0);
}

foreach my $round (1, 2)
{
	my $step = $round == 1 ? 'answer' : 'sum of shares';
	$lock->query_safe("BEGIN; LOCK TABLE $table{$round} IN ACCESS EXCLUSIVE MODE");
	fails_within(1.3, qr/canceling statement due to statement timeout/, "round $round, statement_timeout", "SET statement_timeout = '300ms'; $question");
	$session->query('RESET statement_timeout');
	$lock->query_safe('ROLLBACK');
	as_before("round $round, statement_timeout");

	$lock->query_safe("BEGIN; LOCK TABLE $table{$round} IN ACCESS EXCLUSIVE MODE");
	my $canceller = cancel_soon();
	fails_within(1.5, qr/canceling statement due to user request/, "round $round, cancel", $question);
	waitpid $canceller, 0;
	$lock->query_safe('ROLLBACK');
	as_before("round $round, cancel");

	$lock->query_safe("BEGIN; LOCK TABLE $table{$round} IN ACCESS EXCLUSIVE MODE");
	alter('trio', q{ADD timeout '500ms'}, 'north');
	fails_within(1.3, qr/party "south" did not answer at step "$step" within \d+ ms/, "round $round, deadline", $question);
	alter('trio', 'DROP timeout', 'north');
	$lock->query_safe('ROLLBACK');
	as_before("round $round, deadline");
}

$lock->quit;
$session->quit;
done_testing();
