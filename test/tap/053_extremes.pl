# Minima and maxima by the secure maximum: random questions over random tables against plain SQL over the union; and what
# happens to the parties between its rounds: death, silence, a cancel. Then an error names who is missing, no
# number is shown, and the session asks as before.

use strict;
use warnings FATAL => 'all';

use MpcRandom;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my @names = qw(north south west);
my $fed = MpcTest::federation(names => \@names, options => { min_contributors => 0 }, conf => "timezone = 'UTC'\n");

# ---------------------------------------------------------------- everybody's rows, and all of them in one table

# Values of every type, of all sizes up to the bounds, with ties, at the ends of their types, and NULL.
sub pick { return MpcRandom::one_of(@_); }
sub size { return int(10**rand($_[0])) * pick(1, -1); }
my %draw = (
	s => [ 'smallint', sub { pick(-32768, 32767, 0, size(4)) } ],
	i => [ 'integer', sub { pick(-2147483648, 2147483647, 7, size(9)) } ],
	b => [ 'bigint', sub { pick("'-9223372036854775808'", '9223372036854775807', size(15)) } ],
	n => [ 'numeric(12,3)', sub { pick('-999999999.999', '0', size(9) . '.' . int(rand(1000))) } ],
	r => [ 'real', sub { pick("'-0'", '0', '1e-30', '-1e-44', size(12) . '.5', size(3) / 8) } ],
	d => [ 'double precision', sub { pick("'-0'", '0', '4.9e-324', '-2.2e-308', '1e20', '-1.5e20', size(9) / 7) } ],
	day => [ 'date', sub { pick("'infinity'", "'-infinity'", "'4713-01-01 BC'", "'2024-02-29'", "date '2000-01-01' + " . size(5)) } ],
	at => [ 'timestamp', sub { pick("'infinity'", "'0044-03-15 BC 12:00'", "timestamp '2000-01-01' + " . size(8) . " * interval '1 s'") } ],
	tz => [ 'timestamptz', sub { pick("'-infinity'", "timestamptz '2000-01-01 00:00+00' + " . size(12) . " * interval '1 us'") } ],
	low => [ 'integer', sub { int(rand(40)) - 20 } ]);
my @measures = sort keys %draw;

sub row
{
	my ($party) = @_;
	my @values = map { rand() < 0.3 ? 'NULL' : $draw{$_}[1]->() } @measures;
	return "('$party', " . join(', ', pick("'a'", "'b'", "'c'", 'NULL'), pick(1 .. 5, 'NULL'), int(rand(20)), pick('true', 'false', 'NULL'), @values) . ')';
}

my $columns = 'party text, k text COLLATE "C", g integer, f integer, t boolean, ' . join(', ', map { "$_ $draw{$_}[0]" } @measures);
$fed->on_all("CREATE TABLE everybody ($columns)");
foreach my $party (@names)
{
	my $rows = join(', ', map { row($party) } 1 .. int(rand(60)) + 1);
	$fed->on_all("INSERT INTO everybody VALUES $rows");
	$fed->sql($party, "CREATE TABLE t AS SELECT * FROM everybody WHERE party = '$party'");
}
my @publish = (relation => 't', keys => [qw(k g)], measures => \@measures, filters => [qw(f t k)], functions => ['all'], min_rows => 1,
	columns => '{"k": {"domain": ["a", "b", "c"]}, "g": {"domain": [1, 2, 3, 4, 5]}, "low": {"low": -20, "high": 19}}');
$fed->publish('t', {@publish});
# Keys of 64 bits: eight rounds.
$fed->on_all('CREATE TABLE wide AS SELECT g, g * 1000003::bigint AS x FROM generate_series(1, 40) AS g');
$fed->publish('wide', { relation => 'wide', keys => ['g'], measures => ['x'], functions => ['all'], min_rows => 1,
	columns => '{"g": {"domain": [' . join(', ', 1 .. 40) . ']}}' });
$fed->import_joint;

# ---------------------------------------------------------------- random questions

sub condition { return pick('f < ' . int(rand(20)), 't', 'NOT t', "k = 'b'", 'f IN (1, 3, 8, 12)', 'k IS NULL OR f > 10', 'f > 100'); }

sub aggregate
{
	my $column = pick(@measures);
	my $filter = rand() < 0.25 ? ' FILTER (WHERE ' . condition() . ')' : '';
	return pick('count(*)', "count($column)", 'sum(low)', 'avg(n)') . $filter if rand() < 0.2;
	return pick('min', 'max') . "($column)$filter";
}

# -0 is 0 to SQL, which takes the first of both it meets; without extra_float_digits nothing else differs.
sub question
{
	my @keys = pick([], [], ['k'], ['g'], [ 'k', 'g' ]);
	my $keys = join(', ', @{ $keys[0] });
	my $group = $keys eq '' ? '' : rand() < 0.2 ? " GROUP BY ROLLUP ($keys)" : " GROUP BY $keys";
	my @aggregates = map { "replace((" . aggregate() . ")::text, '-0', '0')" } 1 .. int(rand(4)) + 1;
	my $where = rand() < 0.4 ? ' WHERE ' . condition() : '';
	return 'SELECT ' . join(', ', @{ $keys[0] }, @aggregates) . " FROM %s$where$group";
}

sub sorted { return join("\n", sort split(/\n/, $_[0])); }

my $session = $fed->node('north')->background_psql('postgres', on_error_stop => 0);
foreach my $i (1 .. ($ENV{FULL} ? 600 : 80))
{
	my $question = question();
	my $joint = $session->query('SET client_min_messages = warning; ' . $question =~ s/%s/joint.t/r);
	my $plain = $fed->sql('north', $question =~ s/%s/everybody/r);
	is(sorted($joint), sorted($plain), $question);
	$session->{stderr} = '';
}

# ---------------------------------------------------------------- between the rounds

# The maximum's first round waits for the ledger row; the next one for mpc.login, which then is locked.
my $asked = 'SELECT sum(max) FROM (SELECT max(x) FROM joint.wide GROUP BY g) AS m';
my $expected = $fed->sql('north', 'SELECT sum(x) FROM wide');
my $gate = $fed->node('west')->background_psql('postgres', on_error_stop => 0);
my $lock = $fed->node('west')->background_psql('postgres', on_error_stop => 0);
$fed->sql('west', q{CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END $$;
	CREATE TRIGGER gate BEFORE INSERT ON mpc.ledger_entry FOR EACH ROW WHEN (get_byte(NEW.request, 8) = 3) EXECUTE FUNCTION gate()});

sub west_waits
{
	my ($for, $who) = @_;
	ok($fed->node('west')->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = '$for' AND usename $who 'north_login'"), "west waits for $for");
	return;
}

sub begin
{
	my ($sql) = @_;
	$session->query_until(qr/asked/, "\\echo asked\n$sql;\n");
	return;
}

# (output, error) of what was begun.
sub end
{
	my $out = $session->query('') =~ s/\A\n//r;
	my $err = $session->{stderr};
	$session->{stderr} = '';
	return ($out, $err);
}

# Begun, and now west has answered the first round and not the second.
sub stop_between
{
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	begin($asked);
	west_waits('advisory', '=');
	$lock->query_until(qr/locking/, "\\echo locking\nBEGIN; LOCK TABLE mpc.login IN ACCESS EXCLUSIVE MODE;\n");
	west_waits('relation', '<>');
	$gate->query_safe('SELECT pg_advisory_unlock(42)');
	west_waits('relation', '=');
	return;
}

sub go_on { $lock->query('ROLLBACK'); $lock->{stderr} = ''; return; }

sub fails
{
	my ($error, $what, $out, $err) = @_;
	like($err, $error, "$what: the error");
	like($err, qr/No result is shown/, "$what: which says so");
	is($out, '', "$what: no number");
	return;
}

sub as_before
{
	my ($what) = @_;
	begin($asked);
	my ($out, $err) = end();
	is("$out$err", $expected, "$what: the same session asks again");
	ok($fed->node($_)->poll_query_until('postgres', "SELECT count(*) = 1 AND bool_and(state = 'idle') FROM pg_stat_activity WHERE usename = 'north_login'"),
		"$what: nothing is left at $_") foreach qw(south west);
	return;
}

as_before('warm');
stop_between();
$fed->sql('west', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'north_login'");
fails(qr/(lost the connection to party "west"|party "west" could not answer) at step "maximum"/, 'killed between rounds', end());
go_on();
as_before('killed between rounds');

$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD timeout '1500ms')});
stop_between();
fails(qr/party "west" did not answer at step "maximum" within \d+ ms/, 'silent between rounds', end());
go_on();
$fed->sql('north', q{ALTER SERVER offices OPTIONS (DROP timeout)});
as_before('silent between rounds');

stop_between();
my $start = time;
$fed->sql('north', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%joint.wide%' AND pid <> pg_backend_pid()");
my ($out, $err) = end();
like($err, qr/canceling statement due to user request/, 'cancelled between rounds');
is($out, '', 'cancelled: no number');
cmp_ok(time - $start, '<', 2, 'cancelled: at once');
go_on();
as_before('cancelled between rounds');

# A party's own deadline, not the asker's.
$fed->sql('west', q{ALTER SERVER offices OPTIONS (ADD timeout '300ms')});
stop_between();
($out, $err) = (undef, undef);
select(undef, undef, undef, 0.5);
go_on();
($out, $err) = end();
$fed->sql('west', q{ALTER SERVER offices OPTIONS (DROP timeout)});
like("$out$err", qr/^\Q$expected\E$|party "west" could not answer at step "maximum"/, 'late between rounds');
as_before('late between rounds');

# Rows that change between the two requests: an error, never a number that fits neither.
$gate->query_safe('SELECT pg_advisory_lock(42)');
begin('SELECT g, count(x), max(x) FROM joint.wide GROUP BY g ORDER BY g LIMIT 1');
west_waits('advisory', '=');
$fed->sql($_, 'INSERT INTO wide VALUES (NULL, 5)') foreach qw(west);
$gate->query_safe('SELECT pg_advisory_unlock(42)');
fails(qr/the rows of a party changed while dataset "wide" was asked/, 'a group more', end());
$fed->sql('west', 'DELETE FROM wide WHERE g IS NULL');
as_before('a group more');

# ---------------------------------------------------------------- nothing is kept that was not asked

my $password = $fed->{password}{west}{north_login};
sub call_west
{
	my ($message) = @_;
	local $ENV{PGPASSWORD} = $password;
	my ($rc, $reply, $stderr) = $fed->node('west')->psql('postgres', 'CALL mpc.answer(' . "'\\x" . unpack('H*', $message) . "', NULL)",
		connstr => $fed->conninfo('west') . ' user=north_login');
	return $stderr . pack('H*', $reply =~ s/^\\x//r);
}
like(call_west("MPCAGM\0\1" . "\0" x 200), qr/no round was answered on this connection that another one follows/, 'a step without a first round');

# In the ledgers: the sums' request and the maximum's, once each, however many rounds there were.
my $counted = "SELECT count(*) FILTER (WHERE get_byte(request, 8) = 1), count(*) FILTER (WHERE get_byte(request, 8) = 3) FROM mpc.ledger_entry WHERE role = 'peer'";
my @before = split(/\|/, $fed->sql('south', $counted));
as_before('counted');
my @after = split(/\|/, $fed->sql('south', $counted));
is_deeply([ map { $after[$_] - $before[$_] } 0 .. 1 ], [ 1, 1 ], 'one row for each request');

$_->quit foreach $session, $gate, $lock;
done_testing();
