# What does the asker show when a peer lies? Another build of the library runs at one
# party: its replies are signed with the real identity. Always an error, never a number.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
$fed->on_all(q{
	CREATE TABLE pay (salary integer, sex text);
	INSERT INTO pay SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g});
$fed->publish('pay', {
	relation => 'pay', measures => ['salary'], filters => ['sex'],
	columns => '{"salary": {"low": 0, "high": 1000}}' });
$fed->import_joint;
Hostile::make_liar($fed, 'south');

my $question = 'SELECT count(*), sum(salary) FROM joint.pay';
my $truth = '60|6630';
my $member = Hostile->new($fed, 'north');
my %at = map { $_ => $member->position($_) } $fed->names;
$member->end;

# Fixed part, two tags, five lanes, a key, a signature: see reply.c.
my ($fixed, $tags, $lanes, $card) = (152, 32, 5 * 32, 193);
my $length = $fixed + $tags + $lanes + $card + 64;

sub lie
{
	my ($lie) = @_;
	Hostile::lie($fed, 'south', $lie);
	return $fed->ask_err('north', "\\set VERBOSITY verbose\n$question;");
}

sub caught
{
	my ($lie, $pattern, $what) = @_;
	my ($out, $err) = lie($lie);
	is($out, '', "$what: no number");
	like($err, $pattern, "$what: the error");
	return;
}

my ($honest) = lie('');
is($honest, $truth, 'while it does not lie, the answer is right');

# Scalars that are not canonical: l, l + 1, 2^255 - 1, 2^256 - 1.
my %scalar = (
	'l'         => 'edd3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10',
	'l + 1'     => 'eed3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10',
	'2^255 - 1' => 'ff' x 31 . '7f',
	'2^256 - 1' => 'ff' x 32);
foreach my $name (sort keys %scalar)
{
	caught("lane $_ $scalar{$name}", qr/MP004.*canonical/s, "lane $_ is $name") foreach 0, 4;
}
caught('lanes -1', qr/MP004/, 'a lane less');
caught('lanes 1', qr/MP004/, 'a lane more');
caught('set 8 ' . 'ab' x 32, qr/MP004/, 'another request id');
caught(sprintf('set 40 %02x00', $at{west} + 1), qr/MP004/, 'in the place of another party');
caught('set 42 0100', qr/MP003/, 'an unknown flag');
caught('set 88 01', qr/MP003/, 'a field of a later version');
caught('set 6 0002', qr/MP003/, 'another version of the wire');
caught('cut 1', qr/MP004/, 'a byte less');
caught('cut 64', qr/MP004/, 'no signature');
caught("cut $length", qr/MP004|08P01/, 'nothing at all');
caught('more 1', qr/MP004/, 'a byte more');
lie('');
{
	# Two questions on one connection: the second reply is the first one again.
	Hostile::lie($fed, 'south', '');
	my ($out, $err) = $fed->ask_err('north',
		"$question;\n\\! echo again > " . $fed->node('south')->data_dir . "/liar\n\\set VERBOSITY verbose\n$question;");
	is($out, $truth, 'the reply of the question before: the first is answered');
	like($err, qr/MP004/, 'the second is not');
}

# One bit, anywhere, after signing.
my @places = (0, 5, 7, 8, 39, 40, 42, 44, 48, 56, 88, 120, 151,
	(map { $fixed + $_ } 0, 15, 16, 31),
	(map { $fixed + $tags + $_ } 0, 31, 32, 64, 96, 128, 159),
	(map { $fixed + $tags + $lanes + $_ } 0, 1, 40, 100, 130, 192),
	(map { -$_ } 64, 33, 32, 1));
my $numbers = 0;
my @unclear;
foreach my $place (@places)
{
	my ($out, $err) = lie("flip $place " . abs($place) % 8);
	$numbers++ if $out ne '';
	push @unclear, $place unless $err =~ /MP003|MP004/ && $err =~ /"south"/;
}
is($numbers, 0, 'a flipped bit in any of ' . @places . ' places: never a number');
is("@unclear", '', 'and always an error that names the party');

# Another key.
caught("key $at{north}", qr/MP004.*parties (?=[^\n]*"\(this database\)")(?=[^\n]*"south")[^\n]* derived different keys/s, 'another key towards the asker');
caught("key $at{west}", qr/MP004.*parties (?=[^\n]*"south")(?=[^\n]*"west")[^\n]* derived different keys/s,
	'another key towards west: both are named');
caught('bare', qr/MP004.*outside the bounds/s, 'no masks, but the right tags');

# Values that no rows can have: each lane, and sums outside count * bounds.
caught('add 0 -1000', qr/MP004.*outside the bounds/s, 'a negative number of rows');
caught('add 1 5', qr/MP004.*outside the bounds/s, 'more contributors than parties');
caught('add 1 -3', qr/MP004.*outside the bounds/s, 'fewer than none');
caught('add 2 100', qr/MP004.*outside the bounds/s, 'more values than rows');
caught('add 3 1000000', qr/MP004.*outside the bounds/s, 'a sum above the bounds');
caught('add 3 -1000000', qr/MP004.*outside the bounds/s, 'a sum below the bounds');
caught('add 3 ' . '9' x 60, qr/MP004.*outside the bounds/s, 'a huge sum');
caught('add 0 ' . '9' x 70, qr/MP004.*outside the bounds/s, 'a huge number of rows');
caught('add 4 1', qr/MP004.*outside the bounds/s, 'more contributors to a measure than to rows');
caught('add 4 -4', qr/MP004.*outside the bounds/s, 'fewer than none');

# R7 counts the others: a peer that takes its contribution back leaves one.
caught('add 1 -1', qr/MP001|MP004/, 'a contributor that says it is none');
caught('add 4 -1', qr/MP001/, 'or none to the measure');

# The same lies told to an average, in one statement with others, and in a cursor.
Hostile::lie($fed, 'south', "lane 3 $scalar{l}");
foreach my $sql ('SELECT avg(salary) FROM joint.pay', "SELECT sum(salary) FROM joint.pay WHERE sex = 'f'",
	'SELECT (SELECT sum(salary) FROM joint.pay) + 1',
	'BEGIN; DECLARE c CURSOR FOR SELECT sum(salary) FROM joint.pay; FETCH c; COMMIT')
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n$sql;");
	is($out, '', "no number: $sql");
	like($err, qr/MP004/, 'but an error');
}

# And afterwards all is well.
($honest) = lie('');
is($honest, $truth, 'when it stops lying, the answer is right again');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
