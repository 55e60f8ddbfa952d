# What does the asker show when a peer lies in a Shamir sum? Another build of the library runs at one party or
# two, as in 032. Where there are spare sum shares the answer is right and the liar is named; else it is an error.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

# Any four of six open a sum: two are spare.
my @names = qw(north south west east upper lower);
my $fed = MpcTest::federation(names => \@names, options => { protocol => 'shamir', threshold => 4 });
$fed->on_all(q{
	CREATE TABLE pay (salary integer);
	INSERT INTO pay SELECT 100 + g FROM generate_series(1, 20) g});
$fed->publish('pay', {
	relation => 'pay', measures => ['salary'], filters => ['salary'], columns => '{"salary": {"low": 0, "high": 1000}}' });
$fed->import_joint;

my $member = Hostile->new($fed, 'north');
my %at = map { $_ => $member->position($_) } @names;
$member->end;
Hostile::make_liar($fed, $_) foreach qw(south west);

# The party that stands so far behind south in the roster.
sub behind { my ($far) = @_; return (grep { $at{$_} == ($at{south} + $far) % @names } @names)[0]; }

# Equal in meaning, and new to everybody: else R8 would refuse what other parties answered before.
my $serial = 0;
sub question { return 'SELECT count(*), sum(salary) FROM joint.pay WHERE salary > -' . ++$serial; }

my $truth = '120|13260';
my $without_one = '100|11050';

sub lie
{
	my ($lie, $sql) = @_;
	Hostile::lie($fed, 'south', $lie);
	return $fed->ask_err('north', "\\set VERBOSITY verbose\n" . ($sql // question()) . ';');
}

sub caught
{
	my ($lie, $pattern, $what) = @_;
	my ($out, $err) = lie($lie);
	is($out, '', "$what: no number");
	like($err, $pattern, "$what: the error");
	return;
}

# The answer is right, and says who did not fit.
sub corrected
{
	my ($lie, $named, $what) = @_;
	my ($out, $err) = lie($lie);
	is($out, $truth, "$what: the right answer");
	like($err, qr/WARNING:  01000: the sum of shares of party "$named" does not fit those of the others$/m, "$what: who it is");
	is(() = $err =~ /WARNING/g, 1, "$what: and nobody else");
	return;
}

my $contradict = qr/ERROR:  MP004: the sums of shares contradict each other/;
my $unsound = qr/MP004.*outside the bounds/s;
my $spare = sub { $fed->on_all("ALTER SERVER offices OPTIONS (SET threshold '" . (@names - $_[0]) . "')"); };

my ($out, $err) = lie('');
is($out, $truth, 'while nobody lies, the answer is right');
unlike($err, qr/WARNING/, 'and nobody is suspected');

# ---------------------------------------------------------------- wrong sums of shares, two are spare

corrected("share $_ 1", 'south', "one more in lane $_") foreach 0 .. 4;
corrected('share 3 -1000000', 'south', 'a sum that no rows have');
corrected('lane 3 ' . '00' x 32, 'south', 'nothing in one lane');
Hostile::lie($fed, 'west', 'share 3 5');
caught('share 3 7', $contradict, 'two that lie');
Hostile::lie($fed, 'west', 'share 0 1');
caught('share 4 1', $contradict, 'in different lanes');
corrected('', 'west', 'the other one of them');
Hostile::lie($fed, 'west', '');

# A wrong share for one party shows in the sum of that party, which is why the detail names both causes.
foreach my $far (4, 5)
{
	my $victim = behind($far);
	next if $victim eq 'north';
	corrected("deal $at{$victim}", $victim, "a wrong share for $victim, sealed");
	like(lie("deal $at{$victim}") . (lie("deal $at{$victim}"))[1], qr/It computed wrongly, or was dealt a wrong share/, 'the detail');
}
caught("key $at{ behind(3) }", $contradict, 'other keys towards one party, in both directions');

# ---------------------------------------------------------------- one is spare, and none

$spare->(1);
is((lie(''))[0], $truth, 'one spare: the answer is right');
caught("share $_ 1", $contradict, "one spare: one more in lane $_") foreach 0, 3;
$spare->(0);
is((lie(''))[0], $truth, 'none: the answer is right');
caught('share 1 7', $unsound, 'none: parties that there are not');
caught('share 3 999999', $unsound, 'none: a sum outside the bounds');
caught('share 2 ' . '9' x 60, $unsound, 'none: a huge number');
($out, $err) = lie('share 3 5');
isnt($out, $truth, 'none, the stated limit: what is within the bounds is as if its rows were others');
$spare->(2);

# ---------------------------------------------------------------- messages of the second round

my $of_south = sub { my ($text) = @_; return qr/MP00[34].*party "south" is not valid.*$text/s; };
caught('sum 42 ' . 'ab' x 32, $of_south->('another request'), 'a sum of other dealers');
caught('sum 8 ' . 'ab' x 32, $of_south->('another request'), 'of another request');
caught(sprintf('sum 40 %02x00', $at{west} + 1), $of_south->('another request'), 'in the place of another party');
caught('sum 40 0000', $of_south->('another request'), 'in no place');
caught('sum 6 0002', qr/MP003/, 'another version of the wire');
my %scalar = (
	'l'         => 'edd3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10',
	'l + 1'     => 'eed3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10',
	'2^256 - 1' => 'ff' x 32);
foreach my $name (sort keys %scalar)
{
	caught("lane $_ $scalar{$name}", qr/MP004.*canonical/s, "lane $_ is $name") foreach 0, 4;
}
caught('cut2 1', $of_south->(''), 'a byte less');
caught('cut2 64', $of_south->(''), 'no signature');
caught('cut2 100000', qr/MP004|08P01/, 'nothing at all');
caught('more2 1', $of_south->(''), 'a byte more');
caught('noise2 0', $of_south->(''), 'noise');
caught('refuse2 0', qr/MP002.*party "south" refused/s, 'a refusal in the second round');
{
	my $file = $fed->node('south')->data_dir . '/liar';
	Hostile::lie($fed, 'south', '');
	($out, $err) = $fed->ask_err('north', question() . ";\n\\! echo again2 0 > $file\n\\set VERBOSITY verbose\n" . question() . ';');
	is($out, $truth, 'the sum of the question before: the first is answered');
	like($err, $of_south->('another request'), 'the second is not');
}

# ---------------------------------------------------------------- messages of the first

my $first_share = 8 + 32 + 2 + 2 + 2;
caught('shares 8 ' . 'ab' x 32, $of_south->('another request'), 'shares of another request');
caught(sprintf('shares 40 %02x00', $at{west} + 1), $of_south->('another request'), 'in the place of another party');
caught('shares 42 0100', $of_south->(''), 'fewer than there should be');
caught(sprintf('shares %d %02x00', $first_share - 2, $at{ behind(5) } + 1), $of_south->('another request'), 'a share for whom it is not');
caught('shares 6 0002', qr/MP003/, 'another version of the wire');
caught('cut1 1', $of_south->(''), 'a byte less');
caught('cut1 100000', qr/MP004|08P01/, 'nothing at all');
caught('more1 1', $of_south->(''), 'a byte more');
caught('noise1 0', $of_south->(''), 'noise');
{
	# Whoever cannot open it says so; the dealer is not known by that.
	my $victim = behind(4);
	my $who = $victim eq 'north' ? qr/MP004.*"south"/s : qr/MP002.*party "$victim" refused.*does not open/s;
	caught("shares $first_share 0000000000000000", $who, 'a share that does not open');
}

# One bit, anywhere, after signing.
my %places = (
	1 => [ 0, 5, 7, 8, 39, 40, 42, 44, 46, 47, 100, 205, 206, 221, 222, 224, 400, 410, 450, 500, 590, -1, -32, -33, -64 ],
	2 => [ 0, 5, 7, 8, 39, 40, 41, 42, 73, 74, 105, 106, 138, 170, 202, 233, -1, -32, -33, -64 ]);
foreach my $round (sort keys %places)
{
	my @numbers;
	my @unclear;
	foreach my $place (@{ $places{$round} })
	{
		($out, $err) = lie("flip$round $place " . abs($place) % 8);
		push @numbers, $place if $out ne '';
		push @unclear, $place unless $err =~ /MP003|MP004/ && $err =~ /"south"/;
	}
	is("@numbers", '', "a flipped bit in any of " . @{ $places{$round} } . " places of round $round: never a number");
	is("@unclear", '', 'and always an error that names the party');
}

# ---------------------------------------------------------------- missing, which is no lie

($out, $err) = lie('fail1 0');
is($out, $without_one, 'an error instead of shares: the sum of the others');
like($err, qr/NOTICE.*"south"/, 'and who is missing');
($out, $err) = lie('fail2 0');
is($out, $truth, 'an error instead of a sum: its rows are in it');
like($err, qr/NOTICE.*party "south" dropped out after it had shared its part/, 'and who dropped out');
Hostile::lie($fed, 'west', 'share 3 1');
caught('fail2 0', $contradict, 'one drops out and one lies: one is spare');
Hostile::lie($fed, 'west', '');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD timeout '4000')});
($out, $err) = lie('late1 6000');
is($out, $without_one, 'too late with its shares');
like($err, qr/NOTICE.*"south"/, 'and who is missing');
($out, $err) = lie('late2 6000');
is($out, $truth, 'too late with its sum');
like($err, qr/NOTICE.*party "south" dropped out after it had shared its part/, 'and who dropped out');
is((lie(''))[0], $truth, 'the next question meets nothing that came late');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (DROP timeout)});

# ---------------------------------------------------------------- and after it

Hostile::lie($fed, 'west', 'share 3 5');
foreach my $sql ('SELECT avg(salary) FROM joint.pay', 'SELECT (SELECT sum(salary) FROM joint.pay) + 1',
	'BEGIN; DECLARE c CURSOR FOR SELECT sum(salary) FROM joint.pay; FETCH c; COMMIT')
{
	($out, $err) = lie('share 3 7', $sql);
	is($out, '', "no number: $sql");
	like($err, $contradict, 'but an error');
}
Hostile::lie($fed, 'west', '');
is((lie(''))[0], $truth, 'when they stop lying, the answer is right again');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
