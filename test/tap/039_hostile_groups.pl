# What does a lying asker get out of GROUP BY? Vectors that are not the question's, keys
# that are none, more cells than a party works on; and what an asker's process sees anyway.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

# Codes of refusals, see refusal.h.
my ($malformed, $version, $contract, $column, $function, $limit) = (1, 2, 7, 8, 9, 15);

# Where the number of lanes stands in a request.
my $lanes_at = 16;

# 20 rows in each of two departments; one of 12 rows that only south has, and one of a single row.
my $fed = MpcTest::federation(names => [qw(north south east west)]);
$fed->on_all(q{
	CREATE TABLE pay (salary integer, dept text, sex text, grade integer);
	INSERT INTO pay SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'eng' ELSE 'ops' END, CASE g % 4 / 2 WHEN 0 THEN 'f' ELSE 'm' END, g % 2
		FROM generate_series(1, 40) g});
$fed->sql('south', q{INSERT INTO pay SELECT 7, 'ALONE', 'f', 0 FROM generate_series(1, 12); INSERT INTO pay VALUES (7, 'CANARY', 'f', 0)});
my %common = (
	relation => 'pay', keys => [qw(dept sex grade)], measures => ['salary'], filters => ['sex'], max_groups => 100,
	columns => '{"sex": {"domain": ["f", "m"]}}');
$fed->publish('pay', {%common});
$fed->publish('summed', { %common, functions => ['sum'] });
$fed->publish('lonely', {%common}, west => undef);
$fed->import_joint;

my @peers = qw(south east west);
my @open = ('key dept', 'agg rows', 'agg sum salary');
my @declared = ('key sex', 'agg rows', 'agg sum salary');
my $liar = Hostile->new($fed, 'north');

# On new connections: one is closed after too many greetings without an answer.
sub request
{
	my ($dataset, @parts) = @_;
	$liar->connect($_) foreach @peers;
	return $liar->request($dataset, @parts);
}

sub ask
{
	request(@_);
	return $liar->do('send south plain');
}

# Sent with other bytes at one place, signed again.
sub patched
{
	my ($at, $hex) = @_;
	request('pay', @open);
	$liar->do("patch $at $hex");
	return $liar->do('send south plain');
}

sub refused
{
	my ($said, $code, $what) = @_;
	return like($said, qr/^refused $code: /, $what);
}

# The lanes of a key in what "groups" printed; a text key of up to 127 bytes.
sub lanes_of
{
	my ($groups, $text) = @_;
	my $key = sprintf '00%02x%s', length($text), unpack('H*', $text);
	return $groups =~ /\b$key: ([^;]*);/ ? $1 : undef;
}

# An honest asker that publishes nothing here: lanes are rows, parties, values, their sum, their parties.
sub groups
{
	request(@_);
	my @said = map { $liar->do("send $_ plain") } @peers;
	return join('; ', @said) if grep { !/^reply/ } @said;
	return $liar->do('groups');
}

# ---------------------------------------------------------------- what is seen

my $seen = groups('pay', @open);
is(lanes_of($seen, 'eng'), '60 3 60 7260 3', 'open keys: a group of all');
is(lanes_of($seen, 'ops'), '60 3 60 7200 3', 'the other one');
is(lanes_of($seen, 'ALONE') // '', '', 'a group that its party folds to fill up its remainder is not seen');
is(lanes_of($seen, 'CANARY') // '', '', 'nor the one below min_rows for which it did');
unlike($seen, qr/@{[ unpack('H*', 'CANARY') ]}/, 'nowhere in what the process holds');
like($seen, qr/tail: 13 1 13 91 1$/, 'both are in the remainder');
$fed->sql('south', q{DELETE FROM pay WHERE dept = 'CANARY'});
$seen = groups('pay', @open);
is(lanes_of($seen, 'ALONE'), '12 1 12 84 1', 'the stated limit: the process of an asker sees the group of one party,');
like($seen, qr/tail: 0 0 0 0 0$/, 'which it folds before its analyst sees it');
is(groups('pay', @declared), '0: 72 3 72 7314 3; 1: 60 3 60 7230 3; 2: 0 0 0 0 0; tail: 0 0 0 0 0', 'a declared domain');

# ---------------------------------------------------------------- vectors

# Two elements of a key of 61 bytes, five lanes: nine elements a cell. 770 cells are room for 400 groups: four times
# what max_groups allows, since the asker does not know it and grows by four.
my $width = 2 + 2 + 5;
like(ask('pay', @open, 'cells 130'), qr/^reply/, 'the smallest sketch');
like(ask('pay', @open, 'cells 770'), qr/^reply/, 'the largest that max_groups allows');
like(ask('pay', @open, 'cells 775'), qr/^refused $limit: dataset "pay" allows at most 100 groups, and sketches for up to 4 times as many/,
	'one sub-table more');
refused(ask('pay', @open, "cells $_"), $malformed, "$_ cells") foreach 125, 131, 134, 289, 769;
refused(ask('pay', @open, 'lanes ' . (130 * $width + 5 + $_)), $malformed, "$_ lanes beside the cells") foreach -1, 1, 5, -5, $width;
refused(ask('pay', @open, "lanes $_"), $malformed, "$_ lanes for a sketch") foreach 1, 4, 5, 6;
refused(ask('pay', @declared, "lanes $_"), $malformed, "$_ lanes for three groups and a remainder") foreach 5, 15, 19, 21, 25;
refused(ask('pay', 'agg rows', "lanes $_"), $malformed, "$_ lanes for a total") foreach 1, 3;
refused(ask('pay', @open, 'protocol 1'), $malformed, 'open keys by the protocol of declared ones');
refused(ask('pay', @declared, 'protocol 4'), $malformed, 'declared keys by the protocol of open ones');
refused(ask('pay', @declared, 'protocol 4', 'lanes ' . (130 * 8 + 5)), $malformed, 'also with the lanes of a sketch');
refused(ask('pay', 'agg rows', 'protocol 4'), $malformed, 'no keys by that protocol');
like(ask('pay', @declared, 'protocol 2'), qr/^refused $malformed: the federation has another protocol or threshold at this party/,
	'shares, where all are needed (039_hostile_shamir.pl is about them)');
refused(ask('pay', @declared, 'protocol 2', 'threshold 3'), $contract, 'nor for fewer than all');
refused(ask('pay', 'agg rows', 'protocol 2'), $malformed, 'nor of a total');
refused(patched(8, '02'), $malformed, 'nor of open keys');
refused(patched(8, '03'), $version, 'a protocol that there is none of');

refused(patched($lanes_at, 'ffffffff'), $malformed, 'more than any vector may have');

# More cells than a party works on: nothing of that size is allocated.
sub peak
{
	my $pid = $fed->sql('south', q{SELECT pid FROM pg_stat_activity WHERE usename = 'north_login'});
	return slurp_file("/proc/$pid/status") =~ /^VmPeak:\s+(\d+) kB/m ? $1 : die 'no VmPeak';
}
SKIP:
{
	skip 'no /proc', 2 unless -r "/proc/$$/status";
	refused(patched($lanes_at, unpack('H*', pack('V', 1_600_000 * $width + 5))), $limit, 'a sketch of 460 MB');
	cmp_ok(peak(), '<', 400_000, 'takes no memory of that size');
}

# ---------------------------------------------------------------- keys and functions

refused(ask('pay', 'key salary', 'agg rows'), $column, 'a measure as a key');
refused(ask('pay', 'key ctid', 'agg rows'), $column, 'a system column as a key');
refused(ask('pay', 'key tableoid', 'agg rows'), $column, 'another one');
refused(ask('pay', 'key absent', 'agg rows'), $column, 'a column that there is none of');
refused(ask('pay', 'key dept)', 'agg rows'), $column, 'a piece of SQL');
refused(ask('pay', 'agg rows', 'where 16 dept ' . unpack('H*', 'eng')), $column, 'a key as a filter');
refused(ask('pay', 'agg sum grade'), $column, 'a key as a measure');
refused(ask('pay', 'key dept'), $malformed, 'keys alone');
refused(ask('summed', 'key sex', 'agg rows'), $function, 'GROUP BY for counts where only sums are allowed (R11)');
refused(ask('summed', 'key sex'), $malformed, 'and for nothing at all');
like(ask('summed', 'key sex', 'agg sum salary'), qr/^reply/, 'for sums it is answered');
foreach my $sql ('SELECT sex FROM joint.summed GROUP BY sex', 'SELECT DISTINCT sex FROM joint.summed', 'SELECT count(DISTINCT sex) FROM joint.summed',
	'SELECT sex, mpc_parties(*) FROM joint.summed GROUP BY sex', 'SELECT sum(salary) FROM joint.summed GROUP BY sex HAVING count(*) > 20')
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n$sql;");
	is($out, '', "nothing: $sql");
	like($err, qr/MP002|0A000/, 'but an error');
}

# The question's bytes, see query.h: as no honest program writes them.
sub str { return pack('v/a*', $_[0]); }
sub keyed { return unpack('H*', "\1" . str('pay') . pack('C', scalar @_) . join('', map { str($_) } @_) . "\1\1\0\0\0\0"); }
sub not_read
{
	my ($what, @keys) = @_;
	return like(ask('pay', 'key sex', 'agg rows', 'query ' . keyed(@keys)), qr/^refused $malformed: the question is not well-formed/, $what);
}
like(ask('pay', 'key sex', 'agg rows', 'query ' . keyed('sex')), qr/^reply/, 'bytes written here');
not_read('the same key twice', qw(sex sex));
not_read('seventeen keys', map { "k$_" } 1 .. 17);
not_read('a key without a name', '');
not_read('with a zero byte in it', "s\0x");
refused(ask('pay', 'key sex', 'agg rows', 'query ' . keyed('SEX')), $column, 'in other letters');

# ---------------------------------------------------------------- contracts

refused(ask('pay', @declared, 'column domain sex'), $contract, 'another domain');
refused(ask('pay', @open, 'column key_bytes dept'), $contract, 'another length of keys');
like(ask('pay', @open, 'column domain sex'), qr/^reply/, 'of a column that is not asked about');
$fed->sql('north', q{SELECT mpc_publish('pay', 'pay', 'offices', keys => '{dept,sex}', measures => '{salary}', columns => '{"sex": {"domain": ["f", "m", "x"]}, "dept": {"max_key_bytes": 30}}')});
my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\nSELECT sex, count(*) FROM joint.pay GROUP BY sex;");
is($out, '', 'an honest asker with another domain: no number');
like($err, qr/MP003.*"(south|east|west)".*[cC]olumn "sex"[^\n]*domain/s, 'but the column');
unlike($err, qr/dept/, 'no other one');
($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\nSELECT dept, count(*) FROM joint.pay GROUP BY dept;");
like($err, qr/MP003.*[cC]olumn "dept"/s, 'another length of keys names its column');
$fed->sql('north', q{SELECT mpc_unpublish('pay', 'offices')});

# ---------------------------------------------------------------- a party that publishes nothing

$liar->do('own -');
sub ask_west { request('lonely', @_); return $liar->do('send west plain'); }
like(ask_west(@open), qr/^reply/, 'a party that publishes nothing replies to a sketch');
like(ask_west(@declared), qr/^reply/, 'and to a domain');
is(groups('lonely', @declared), '0: 52 2 52 4904 2; 1: 40 2 40 4820 2; 2: 0 0 0 0 0; tail: 0 0 0 0 0', 'with nothing');
refused(ask_west('agg rows', 'lanes 1000'), $malformed, 'but not to more lanes than a total has');
like(ask_west(@declared, 'protocol 2'), qr/^refused $malformed: the federation has another protocol/, 'nor to a Shamir sum');
refused(ask_west(@declared, 'lanes 21'), $malformed, 'or than groups make');
refused(ask_west(@declared, 'lanes 5'), $malformed, 'or to no group');
refused(ask_west(@open, 'lanes 5'), $malformed, 'or to no cell');
refused(ask_west(@declared, 'protocol 1', 'lanes ' . 5 * 1_000_002), $malformed, 'or to more groups than any domain has');
request('lonely', @open);
$liar->do("patch $lanes_at " . unpack('H*', pack('V', (1 << 24) + 1)));
refused($liar->do('send west plain'), $malformed, 'or to more than any vector has');

# ---------------------------------------------------------------- a partner's login

# All that the extension has, by number, since by name it must first be found.
my $callable = $fed->sql('south', q{SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass
	AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'mpc_agg'
	WHERE has_function_privilege('north_login', p.oid, 'EXECUTE') AND NOT has_function_privilege('public', p.oid, 'EXECUTE')});
is($callable, 'answer hello', "what only a partner's login may call");
my @functions = split(/\n/, $fed->sql('south', q{SELECT p.oid || ' ' || p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass
	AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'mpc_agg' ORDER BY 1}));
cmp_ok(scalar @functions, '>', 40, scalar(@functions) . ' functions of the extension');
my @called;
foreach my $line (@functions)
{
	my ($oid, $name) = split(/ /, $line);
	push @called, $name unless $liar->do("fastpath south $oid") =~ /^error (42501|0A000|42809)/;
}
is("@called", '', 'none can be called by its number');
foreach my $sql ('SELECT * FROM mpc.describe(\'offices\')', 'SELECT mpc_remainder(*) FROM joint.pay', 'SELECT mpc_parties(*) FROM joint.pay',
	'IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint', 'SELECT dept, count(*) FROM joint.pay GROUP BY dept')
{
	like($liar->do("sql south $sql"), qr/^error 42501/, "refused: $sql");
}

is($fed->sql('south', 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', 'the chain is whole after all this');
foreach my $name ($fed->names)
{
	is($fed->sql($name, 'SELECT 1'), '1', "$name is up");
	ok($fed->log($name) !~ /terminated by signal|PANIC|TRAP/, 'and never crashed');
}

$liar->end;
done_testing();
