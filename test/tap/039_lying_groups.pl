# What does the asker show when a peer lies about groups, and what does it show its own
# analyst? Another build of the library runs at one party, as in 032: an error, never a number.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;
use Time::HiRes qw(time);

my $fed = MpcTest::federation(names => [qw(north south west)]);
$fed->on_all(q{
	CREATE TYPE mood AS ENUM ('sad', 'ok');
	CREATE TABLE pay (salary integer, dept text, sex text, grade integer, mood mood, code varchar(3), pad char(3), at timestamp(0), zone timestamptz(3));
	INSERT INTO pay SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'eng' ELSE 'ops' END, CASE g % 4 / 2 WHEN 0 THEN 'f' ELSE 'm' END, g % 2, 'ok',
			'aä', 'aä', '2000-01-01 00:00:01', '2000-01-01 00:00:01.002+00'
		FROM generate_series(1, 40) g;
	CREATE VIEW many AS SELECT 1 AS one, code FROM generate_series(1, 300) code, generate_series(1, 5)});
my %common = (
	relation => 'pay', keys => [qw(dept sex grade mood code pad at zone)], measures => ['salary'], max_groups => 1000,
	columns => '{"sex": {"domain": ["f", "m"]}, "salary": {"low": 0, "high": 1000}}');
$fed->publish('pay', {%common});
$fed->publish('large', { %common, max_groups => 100000 });
$fed->publish('many', { relation => 'many', keys => ['code'], measures => ['one'] });
$fed->import_joint;
Hostile::make_liar($fed, 'south');

my $by = sub { my ($keys, $table) = @_; return "SELECT $keys, count(*), sum(salary) FROM joint." . ($table // 'pay') . " GROUP BY $keys ORDER BY $keys"; };

sub asked { return $fed->sql('west', q{SELECT count(*) FROM mpc.ledger_entry WHERE role = 'peer'}); }

# Answer, error and how many requests that took.
sub lie
{
	my ($lie, $sql) = @_;
	my $before = asked();
	Hostile::lie($fed, 'south', $lie);
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n$sql;");
	return ($out, $err, asked() - $before);
}

sub caught
{
	my ($lie, $sql, $pattern, $what, $attempts) = @_;
	my ($out, $err, $n) = lie($lie, $sql);
	is($out, '', "$what: no number");
	like($err, $pattern, "$what: the error");
	is($n, $attempts // 1, "$what: so many requests");
	return;
}

my $truth = "eng|60|7260\nops|60|7200";
is((lie('', $by->('dept')))[0], $truth, 'while it does not lie, the answer is right');

# ---------------------------------------------------------------- cells

# A key, in hexadecimal: text of up to 127 bytes; an integer.
sub text { return sprintf '00%02x%s', length($_[0]), unpack('H*', $_[0]); }
sub number { return '0008' . unpack('H*', pack('q>', $_[0])); }

my $unsound = qr/MP004.*outside the bounds/s;
my $undecodable = qr/54000: the groups of this joint question could not be decoded/;

# Room for 64, 256 and 1000 groups, then it ends: each is a question of its own.
caught('noise 0', $by->('dept'), $undecodable, 'all cells random', 3);
caught("add $_ 12345", $by->('dept'), $undecodable, "element $_ of one cell forged", 3) foreach 0, 1, 3, 4, 8;
caught('noise 0', $by->('dept', 'large'), $undecodable, 'with more room to try', 7);
{
	# The time allowed holds for all attempts together.
	$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD timeout '700')});
	my $start = time;
	my ($out, $err, $n) = lie('noise 0', $by->('dept', 'large'));
	cmp_ok(time - $start, '<', 5, 'it ends in time');
	is($out, '', 'with no number');
	like($err, qr/57014|54000/, 'but an error');
	cmp_ok($n, '<=', 7, 'and no more requests');
	$fed->sql('north', q{ALTER SERVER offices OPTIONS (DROP timeout)});
}

# The tail is looked at first: it does not take retries to see that masks do not cancel.
caught('add -5 -1000', $by->('dept'), $unsound, 'a tail of less than no rows');
caught('add -4 4', $by->('dept'), $unsound, 'a tail of more parties than there are');
caught('add -2 5', $by->('dept'), $unsound, 'a tail with a sum of no values');
caught('bare', $by->('dept'), $unsound, 'no masks, but the right tags');
caught('bare', $by->('sex'), $unsound, 'the same over a declared domain');

# ---------------------------------------------------------------- keys

# A group of 10 rows and 500 in all, as if of two parties: else it is folded, and its key not shown.
my $lanes = '10,2,10,500,2';
my $key = qr/MP004.*outside the bounds/s;
caught("group 1 0009" . '00' x 9 . ":$lanes", $by->('grade'), $unsound, 'a key too long for its column');
caught('group 1 ' . number(1) . number(1) . ":$lanes", $by->('grade'), $unsound, 'a column more');
caught("group 1 :$lanes", $by->('grade'), $unsound, 'no column');
caught("group 1 0000ff:$lanes", $by->('grade'), $unsound, 'a byte more');
caught("group 1 0100000000000000:$lanes", $by->('grade'), $unsound, 'NULL with a value');
caught("group 1 020800000000000000:$lanes", $by->('grade'), $unsound, 'a flag that is none');
caught("group 1 00880000000000000001:$lanes", $by->('grade'), $unsound, 'a length in more bytes than it needs');
caught("group 1 000400000001:$lanes", $by->('grade'), $key, 'an integer in four bytes');
caught('group 1 ' . number(1 << 40) . ":$lanes", $by->('grade'), $key, 'an integer out of range');
caught("group 2 0002c328:$lanes", $by->('dept'), $key, 'text that is not UTF-8');
caught("group 2 0003610062:$lanes", $by->('dept'), $key, 'text with a zero byte');
caught('group 4 ' . text('f') . text('eng') . ":$lanes", $by->('dept, sex'), $unsound, 'keys in another order');
caught('group 4 ' . text('eng') . text('x') . ":$lanes", $by->('dept, sex'), $unsound, 'a value outside its domain');
caught('group 4 ' . text('eng') . '0101' . ":$lanes", $by->('dept, sex'), $unsound, 'a NULL with a length');
caught('group 3 ' . text('eng') . text('mad') . ":$lanes", $by->('dept, mood'), $unsound, 'an enum label that there is none of');

# What the type's modifier does not allow, and the longest and finest that it does.
foreach my $try (
	[ code => 1, text('abcd') ], [ code => 1, text('äöüß') ], [ pad => 1, text('abcd') ], [ pad => 1, text(' äöü') ],
	[ at => 1, number(1_500_000) ], [ at => 1, number(-1) ], [ zone => 1, number(1_002_500) ], [ zone => 1, number(-999_999) ])
{
	my ($column, $q, $bytes) = @$try;
	caught("group $q $bytes:$lanes", $by->($column), qr/MP004/, "$column: $bytes");
}
foreach my $try ([ code => 'äöü' ], [ pad => ' äö' ])
{
	my ($column, $shown) = @$try;
	utf8::decode(my $out = (lie('group 1 ' . text($shown) . ":$lanes", $by->($column)))[0]);
	utf8::decode($shown);
	like($out, qr/^\Q$shown\E\|10\|500$/m, "$column: three characters");
}
foreach my $try ([ at => -3_000_000, '1999-12-31 23:59:57' ], [ at => ~(1 << 63), 'infinity' ], [ zone => 1_003_000, '2000-01-01 00:00:01.003+00' ])
{
	my ($column, $value, $shown) = @$try;
	like((lie('group 1 ' . number($value) . ":$lanes", "SET TimeZone = 'UTC';" . $by->($column)))[0], qr/^\Q$shown\E\|10\|500$/m, "$column: $shown");
}

# ---------------------------------------------------------------- numbers of groups

my $eng = text('eng');
caught("group 2 $eng:-1000,0,0,0,0", $by->('dept'), $unsound, 'less than no rows in one group');
caught("group 2 $eng:0,1,0,0,0", $by->('dept'), $unsound, 'more parties than there are');
caught("group 2 $eng:0,0,1,0,0", $by->('dept'), $unsound, 'more values than rows');
caught("group 2 $eng:0,0,0,1000000,0", $by->('dept'), $unsound, 'a sum above the bounds');
caught("group 2 $eng:0,0,0,-1000000,0", $by->('dept'), $unsound, 'a sum below the bounds');
caught("group 2 $eng:0,0,0,0,1", $by->('dept'), $unsound, 'more parties with values than with rows');
caught('group 2 ' . text('new') . ':0,0,0,0,0', $by->('dept'), $unsound, 'a group without rows');
caught('group 2 ' . text('new') . ':0,1,0,0,0', $by->('dept'), $unsound, 'a party without rows in a group');
caught('group 2 ' . text('new') . ':10,0,10,500,0', $by->('dept'), $unsound, 'rows of nobody');
caught('add 10 -5', $by->('sex'), $unsound, 'less than no rows in an empty group of a domain');
caught('add 0 -55', $by->('sex'), $unsound, 'fewer rows than values');
caught('add 1 1', $by->('sex'), $unsound, 'a party more in a group of a domain');
caught('lane 0 ' . 'ff' x 32, $by->('sex'), qr/MP004.*canonical/s, 'an element that is none');

# Two parties for one: the asker folds by what parties say. It shows what the liar made up, and nothing of the others.
my $made_up = text('LIE') . ':10,2,10,500,2';
is((lie("group 2 $made_up", $by->('dept')))[0], "LIE|10|500\n$truth", 'a party that counts itself twice shows its own rows');
$made_up = text('LIE') . ':10,1,10,500,1';
like((lie("group 2 $made_up", $by->('dept')))[0], qr/^(eng|ops)\|60\|\d+\n\|70\|\d+$/, 'counted once they are in the remainder');

# ---------------------------------------------------------------- growth

my $many = 'SELECT count(*), sum(n), min(n), max(n) FROM (SELECT code, count(*) AS n FROM joint.many GROUP BY code) g';
my $all = '300|4500|15|15';
my ($out, $err, $n) = lie('', $many);
is($out, $all, 'a sketch that was too small is followed by a larger one');
is($n, 2, 'by one more request');
caught('small', $many, qr/MP004.*party "south" is not valid: message of another request/s, 'as many lanes as in the attempt before', 2);
($out, $err, $n) = lie('lanes 0', $many);
is($out, $all, 'no next one-time key during growth: another greeting, the same answer');
is($n, 2, 'by as many requests');

# ---------------------------------------------------------------- and after it

foreach my $sql ('SELECT count(DISTINCT dept) FROM joint.pay', 'SELECT dept FROM joint.pay GROUP BY dept', 'SELECT avg(salary) FROM joint.pay GROUP BY dept',
	'BEGIN; DECLARE c CURSOR FOR SELECT dept, count(*) FROM joint.pay GROUP BY dept; FETCH c; COMMIT',
	"SELECT count(*) FROM joint.pay GROUP BY dept HAVING dept = 'eng'")
{
	($out, $err) = lie("group 2 $eng:-1000,0,0,0,0", $sql);
	is($out, '', "no number: $sql");
	like($err, $unsound, 'but an error');
}
is((lie('', $by->('dept')))[0], $truth, 'when it stops lying, the answer is right again');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
