# Does any reply leave before its ledger row is durable? The rollback tricks, hostile
# session settings, and a crash right after the reply.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $fed = MpcTest::federation(
	names => [qw(north south west)],
	fsync => 1,
	conf  => 'wal_writer_delay = 10s');
$fed->on_all(q{
	CREATE TABLE pay (salary integer, sex text);
	INSERT INTO pay SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g});
$fed->publish('pay', { relation => 'pay', measures => ['salary'], filters => ['sex'] });
# What follows is what still holds where the lock of logins (R1, 036) does not.
Hostile::unlock($fed);

my $liar = Hostile->new($fed, 'north');
my @question = ('agg rows', 'agg sum salary');

sub try
{
	my ($way, $setting) = @_;
	$liar->connect($_) foreach qw(south west);
	my $rid = $liar->request('pay', @question);
	$liar->do("sql south SET $setting") if $setting;
	$liar->do('heard');
	my $said = $liar->do("send south $way");
	return ($said, $liar->recorded('south', $rid));
}

# The control: an honest request is answered, and recorded.
{
	$liar->connect($_) foreach qw(south west);
	my $rid = $liar->request('pay', @question);
	is($liar->total, '40 2 40 4420 2', 'the program can ask');
	is($liar->recorded('south', $rid), 1, 'and is recorded');
}

# Each: way to send, what comes back, recorded or not.
my $block = qr/^error 25001 /;
my @tricks = (
	[ 'begin',        $block,              0 ],
	[ 'savepoint',    $block,              0 ],
	[ 'multi',        $block,              0 ],
	[ 'middle',       $block,              0 ],
	[ 'function',     $block,              0 ],
	[ 'do_exception', $block,              0 ],
	[ 'do',           qr/^reply/,          1 ],
	[ 'do_rollback',  qr/^reply/,          1 ],
	[ 'pipeline',     qr/^reply/,          1 ],
	[ 'extended',     qr/^reply/,          1 ],
	[ 'procedure',    qr/^error 55000 .*temporary/, 0 ],
	[ 'deferred',     qr/^error 55000 .*temporary/, 0 ],
	[ 'prepare',      qr/^error 42601 /,   0 ],
	[ 'explain',      qr/^error 42601 /,   0 ],
	[ 'cursor',       qr/^error 42601 /,   0 ]);
my $leaks = 0;
foreach my $trick (@tricks)
{
	my ($way, $pattern, $row) = @$trick;
	my ($said, $recorded) = try($way);
	like($said, $pattern, "$way: what comes back");
	is($recorded, $row, "$way: what is recorded");
	$leaks++ if $said =~ /^reply/ && !$recorded;
}
# Each: setting of the session, way to send, what comes back.
my $level = qr/^error 25000 /;
foreach my $try (
	[ 'default_transaction_isolation = serializable',      'plain',    $level ],
	[ "default_transaction_isolation = 'repeatable read'", 'plain',    $level ],
	[ 'default_transaction_isolation = serializable',      'writable', $level ],
	[ 'default_transaction_read_only = on',                'plain',    $level ],
	[ 'default_transaction_read_only = on',                'writable', qr/^reply/ ],
	[ 'default_transaction_deferrable = on',               'plain',    qr/^reply/ ],
	[ 'synchronous_commit = off',                          'plain',    qr/^reply/ ])
{
	my ($setting, $way, $pattern) = @$try;
	my ($said, $recorded) = try($way, $setting);
	like($said, $pattern, "$setting, $way");
	is($recorded, $said =~ /^reply/ ? 1 : 0, 'recorded or not');
	$leaks++ if $said =~ /^reply/ && !$recorded;
}
$liar->connect('south', options => '-c default_transaction_read_only=on');
like($liar->do('hello south pay'), $level, 'a read-only session is not even greeted');
is($leaks, 0, 'no reply without a ledger row');

# The session's rights after an error that is raised behind the commit, and after a reply.
$fed->sql('south', q{
	CREATE TABLE divisors (x integer);
	INSERT INTO divisors SELECT 1 FROM generate_series(1, 10);
	CREATE VIEW quotients AS SELECT 100 / x AS q FROM divisors;
	SELECT mpc_publish(dataset => 'quotients', relation => 'quotients', federation => 'offices', measures => '{q}');
	INSERT INTO divisors VALUES (0)});
$fed->sql('west', q{
	CREATE VIEW quotients AS SELECT 1 AS q FROM generate_series(1, 10);
	SELECT mpc_publish(dataset => 'quotients', relation => 'quotients', federation => 'offices', measures => '{q}')});
{
	my $other = Hostile->new($fed, 'north');
	$other->connect($_) foreach qw(south west);
	my $rid = $other->request('quotients', 'agg sum q');
	like($other->do('send south plain'), qr/^error MP006 the joint question could not be answered$/,
		'an error behind the commit has the fixed text');
	is($other->recorded('south', $rid), 1, 'and the row stays');
	is($other->do('sql south SELECT current_user || session_user'), 'north_loginnorth_login',
		'the session is still the partner');
	like($other->do('sql south SELECT rolpassword FROM pg_authid'), qr/^error 42501/, 'and reads no pg_authid');
	like($other->do('sql south SELECT sign_seed FROM mpc.identity'), qr/^error 42501/, 'and no secret');
	like($other->do('sql south SELECT question FROM mpc.ledger'), qr/^error 42501/, 'and no ledger');
	$other->end;
	$liar->connect($_) foreach qw(south west);
	$liar->request('pay', @question);
	like($liar->do('send south plain'), qr/^reply/, 'after a reply');
	like($liar->do('sql south SELECT sign_seed FROM mpc.identity'), qr/^error 42501/, 'it reads no secret either');
}

# R2: what the partner's settings make the server print must not be our inner queries.
my $chatty = join(' ', map { "-c $_" } qw(client_min_messages=debug5 debug_print_plan=on
	debug_print_parse=on debug_print_rewritten=on trace_sort=on trace_notify=on));
foreach my $how ('startup', 'set')
{
	$liar->connect($_, $how eq 'startup' ? (options => $chatty) : ()) foreach qw(south west);
	if ($how eq 'set')
	{
		$liar->do("sql south SET $_") foreach map { s/-c //r } split(/ (?=-c)/, $chatty);
	}
	$liar->do('heard');
	$liar->request('pay', @question, 'where 16 sex 66');
	like($liar->do('send south plain'), qr/^reply/, "$how: answered");
	my $heard = $liar->do('heard');
	# The partner's own CALL is printed, and so are the states of its transaction.
	like($heard, qr/CALLSTMT|CALL /, "$how: the client does hear the server");
	unlike($heard, qr/ledger|dataset|measure_sum|RELATION|:relid|salary|pg_foreign|login\b.*regrole/,
		"$how: but no tree of an inner query");
}

# What code of the publisher says while the rows are read is for nobody; INFO knows no threshold.
$fed->sql('south', q{
	CREATE FUNCTION talking(a integer) RETURNS integer LANGUAGE plpgsql AS
		'BEGIN RAISE INFO ''CANARY %'', a; RAISE NOTICE ''CANARY %'', a; RAISE WARNING ''CANARY %'', a; RETURN a; END';
	CREATE VIEW talk AS SELECT talking(salary) AS salary, sex FROM pay;
	SELECT mpc_publish(dataset => 'talk', relation => 'talk', federation => 'offices', measures => '{salary}', filters => '{sex}')});
$fed->sql('west', q{SELECT mpc_publish(dataset => 'talk', relation => 'pay', federation => 'offices', measures => '{salary}', filters => '{sex}')});
{
	my $other = Hostile->new($fed, 'north');
	$other->connect($_, options => '-c client_min_messages=debug5') foreach qw(south west);
	$other->request('talk', @question);
	is($other->total, '40 2 40 4420 2', 'a view that talks is answered');
	unlike($other->do('heard'), qr/CANARY/, 'and not heard');
	$other->do('sql south DO $$ BEGIN RAISE INFO \'alive\'; END $$');
	like($other->do('heard'), qr/alive/, 'the session hears itself again');
	$other->end;
}

# Names: whatever the partner's search_path holds, ours are found.
$fed->sql('south', q{
	CREATE SCHEMA evil;
	GRANT USAGE ON SCHEMA evil TO PUBLIC;
	CREATE FUNCTION evil.bad(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';
	CREATE FUNCTION evil.bad(oid, oid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';
	CREATE FUNCTION evil.bad(integer, integer) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';
	CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.bad);
	CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.bad);
	CREATE OPERATOR evil.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil.bad);
	CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';
	CREATE DOMAIN evil.text AS pg_catalog.text CHECK (VALUE = 'hijacked');
	CREATE DOMAIN evil.bytea AS pg_catalog.bytea CHECK (false);
	CREATE DOMAIN evil.int4 AS pg_catalog.int4 CHECK (VALUE < 0);
	CREATE DOMAIN evil.regrole AS pg_catalog.regrole CHECK (false);
	CREATE TABLE evil.pay (salary integer, sex text);
	CREATE TABLE evil.pg_class (oid oid);
	GRANT SELECT ON ALL TABLES IN SCHEMA evil TO PUBLIC;
	ALTER ROLE north_login SET search_path = evil, pg_catalog});
$liar->connect($_) foreach qw(south west);
is($liar->do('sql south SHOW search_path'), 'evil, pg_catalog', 'a hostile search_path is in force');
$liar->request('pay', @question, 'where 16 sex 66');
is($liar->total, '20 2 20 2220 2', 'and the answer is right');
$fed->sql('south', 'ALTER ROLE north_login RESET search_path');

# A function of the publisher that forgets pg_temp in its search_path must not meet the
# partner's temporary tables and views: those would run with the publisher's rights.
$fed->sql('south', q{
	CREATE SCHEMA app;
	CREATE TABLE app.rates (rate integer);
	INSERT INTO app.rates VALUES (1);
	CREATE FUNCTION app.rate() RETURNS integer LANGUAGE plpgsql SET search_path = app
		AS 'BEGIN RETURN (SELECT max(rate) FROM rates); END';
	CREATE VIEW rated AS SELECT salary * app.rate() AS salary, sex FROM pay;
	SELECT mpc_publish(dataset => 'rated', relation => 'rated', federation => 'offices', measures => '{salary}', filters => '{sex}')});
$fed->sql('west', q{SELECT mpc_publish(dataset => 'rated', relation => 'pay', federation => 'offices', measures => '{salary}', filters => '{sex}')});
{
	my $other = Hostile->new($fed, 'north');
	$other->connect($_) foreach qw(south west);
	$other->request('rated', @question);
	$other->do('sql south CREATE TEMP TABLE rates (rate integer); INSERT INTO rates VALUES (1000); GRANT SELECT ON rates TO PUBLIC');
	like($other->do('send south plain'), qr/^error 55000 .*temporary objects/, 'a session with temporary tables is not answered');
	$other->connect('south');
	$other->request('rated', @question);
	is($other->total, '40 2 40 4420 2', 'one without is');
	$other->end;
}

# Row security stays on, whatever the partner says.
$fed->sql('south', q{
	CREATE ROLE publisher;
	GRANT USAGE ON FOREIGN SERVER offices TO publisher;
	GRANT CREATE, USAGE ON SCHEMA public TO publisher;
	GRANT EXECUTE ON FUNCTION mpc_publish TO publisher;
	SET ROLE publisher;
	CREATE TABLE guarded (salary integer, sex text);
	INSERT INTO guarded SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g;
	ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
	ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
	CREATE POLICY women ON guarded USING (sex = 'f');
	SELECT mpc_publish(dataset => 'guarded', relation => 'guarded', federation => 'offices', measures => '{salary}', filters => '{sex}')});
$fed->sql('west', q{SELECT mpc_publish(dataset => 'guarded', relation => 'pay', federation => 'offices', measures => '{salary}', filters => '{sex}')});
{
	my $other = Hostile->new($fed, 'north');
	$other->connect('south', options => '-c row_security=off');
	$other->connect('west');
	$other->request('guarded', @question);
	is($other->total, '30 2 30 3320 2', 'row security holds for a partner that switches it off');
	$other->end;
}

# A crash right after the reply. The partner's role asks for lazy commits; nothing else flushes.
sub crash
{
	my ($node) = @_;
	my ($postmaster) = split(/\n/, slurp_file($node->data_dir . '/postmaster.pid'));
	# /proc/PID/stat: pid (name) state ppid
	my @children = map { m,^(\d+) \(.*\) \S (\d+) ,s && $2 == $postmaster ? $1 : () }
	  map { local (@ARGV, $/) = $_; eval { no warnings; <> } // '' } glob('/proc/[0-9]*/stat');
	kill 'STOP', @children;
	$node->kill9;
	kill 'KILL', @children;
	sleep 0.1 while grep { kill 0, $_ } @children;
	return;
}
$fed->sql('south', 'ALTER ROLE north_login SET synchronous_commit = off');
foreach my $round (1 .. 2)
{
	$liar->connect($_) foreach qw(south west);
	is($liar->do('sql south SHOW synchronous_commit'), 'off', 'the partner asks for lazy commits');
	my $rid = $liar->request('pay', @question);
	like($liar->do('send south plain'), qr/^reply/, 'a reply arrives');
	crash($fed->node('south'));
	$fed->node('south')->start;
	is($liar->recorded('south', $rid), 1, 'and after the crash the row is there');
	$liar->connect('south');
	like($liar->do('send south plain'), qr/^refused 4:/, 'the same request is not answered again');
	is($fed->sql('south', 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', 'and the chain is whole');
}

# A crash between ledger row and reply.
$fed->sql('south', q{
	CREATE VIEW slow AS SELECT salary, sex FROM pay, pg_sleep(0);
	SELECT mpc_publish(dataset => 'slow', relation => 'slow', federation => 'offices', measures => '{salary}', filters => '{sex}');
	CREATE OR REPLACE VIEW slow AS SELECT salary, sex FROM pay, pg_sleep(30)});
$fed->sql('west', q{SELECT mpc_publish(dataset => 'slow', relation => 'pay', federation => 'offices', measures => '{salary}', filters => '{sex}')});
{
	my $other = Hostile->new($fed, 'north');
	$other->connect($_) foreach qw(south west);
	my $rid = $other->request('slow', @question);
	my $pid = fork() // die 'could not fork';
	if ($pid == 0)
	{
		# The whole cluster goes while the peer computes.
		my $row = 0;
		foreach (1 .. 100)
		{
			last if $row = $other->recorded('south', $rid);
			select(undef, undef, undef, 0.05);
		}
		crash($fed->node('south'));
		require POSIX;
		POSIX::_exit($row ? 0 : 1);
	}
	my $said = $other->do('send south plain');
	waitpid($pid, 0);
	is($?, 0, 'the row is seen before the reply');
	unlike($said, qr/^reply/, 'no reply came');
	$fed->node('south')->{_pid} = undef;
	$fed->node('south')->start;
	is($other->recorded('south', $rid), 1, 'and the row is kept');
	$other->end;
}

$liar->end;
done_testing();
