# What does the asker show when a peer lies in the rounds of a maximum? Another build of the library runs at one party or at
# two: their replies are signed with the real identity. A lie that can be seen is an error and never a number; one that cannot is as if
# the party had that value among its rows.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

# Keys of salary have 15 bits, of which the last value has 30000: two rounds, the first of seven bits. Of age they have seven: one round.
my @names = qw(north south west);
my $fed = MpcTest::federation(names => \@names, options => { min_contributors => 0 });
my %base = (north => 100, south => 200, west => 7000);
foreach my $name (@names)
{
	$fed->sql($name, qq{
		CREATE TABLE pay (salary integer, age integer, sex text);
		INSERT INTO pay SELECT $base{$name} + g, 20 + g, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g;
		CREATE TABLE alone AS SELECT CASE '$name' WHEN 'south' THEN 5000 + g END AS salary FROM generate_series(1, 20) AS g});
}
my $bounds = '{"low": 0, "high": 30000}';
$fed->publish('pay', { relation => 'pay', measures => [qw(salary age)], filters => ['sex'], functions => [qw(count sum extremes)],
	columns => qq{{"salary": $bounds, "age": {"low": 10, "high": 109}}} });
$fed->publish('alone', { relation => 'alone', measures => ['salary'], functions => [qw(count extremes)], columns => qq{{"salary": $bounds}} });
$fed->import_joint;
Hostile::make_liar($fed, $_) foreach qw(south west);

my $member = Hostile->new($fed, 'north');
my %at = map { $_ => $member->position($_) } @names;
$member->end;

my $question = 'SELECT max(salary) FROM joint.pay';
my $truth = '7020';
my ($tags_at, $lanes_at) = (152, 184);
my ($lanes, $card) = (256, 193);

# The lie, and in the same session the same question once more when it is no longer told. Only the second has an answer.
my $no_more = join('', map { '\\! rm -f ' . $fed->node($_)->data_dir . "/liar\n" } @names);
sub lie
{
	my ($lie, $sql) = @_;
	$sql //= $question;
	Hostile::lie($fed, 'south', $lie);
	return $fed->ask_err('north', "\\set ON_ERROR_STOP 0\n\\set VERBOSITY verbose\n$sql;\n\\echo --\n$no_more$question;");
}

sub caught
{
	my ($lie, $pattern, $what, $sql) = @_;
	my ($out, $err) = lie($lie, $sql);
	is($out, "--\n$truth", "$what: no number, and the next question is answered");
	like($err, $pattern, "$what: the error");
	return;
}

# It is believed, as its rows would be.
sub believed
{
	my ($lie, $answer, $what, $sql) = @_;
	my ($out, $err) = lie($lie, $sql);
	is($out, "$answer\n--\n$truth", $what);
	return;
}

my $unsound = qr/MP004.*outside the bounds/s;
my $of_south = qr/MP004.*a round of the maximum is not valid at party "south"/s;
my $smallest = 'SELECT min(salary) FROM joint.pay';
my $both = 'SELECT min(salary), max(salary), count(*) FROM joint.pay';
my $one_round = 'SELECT max(age) FROM joint.pay';

believed('', $truth, 'while nobody lies, the answer is right');
believed('', '40', 'in one round, too', $one_round);
believed('', '101|7020|60', 'and with the least', $both);

# ---------------------------------------------------------------- sums that no keys give

# West has the digits 1b 6c: 28 lanes, then 109.
caught("put 0 $_", $unsound, "a hole under lane $_") foreach 29, 60, 127, 255;
caught("put 1 $_", $unsound, "in the last round a hole under lane $_") foreach 110, 255;
caught("claim 0 $_", $unsound, "the key $_, of which the first digit has more than seven bits") foreach 32768, 65535;
caught("claim 0 $_", $unsound, "the key $_, outside the bounds that 15 bits have room for") foreach 30001, 32767;
caught('claim 0 100', $unsound, 'in one round, of keys up to 99', $one_round);
caught("put 0 $_", $unsound, "in one round a hole under lane $_") foreach 32, 127;
caught('claim 0 20000', qr/40001.*the rows of a party changed/s, 'a key where the sums know of no value', "SELECT max(salary) FROM joint.pay WHERE sex = 'none'");

# Where only the liar has rows. It is found in the second round, but for the last digit.
my $alone = 'SELECT max(salary) FROM joint.alone';
believed('', '5020', 'of the liar alone', $alone);
caught('dead 0 -', qr/40001.*the rows of a party changed/s, 'no key at all, but values in the sums', $alone);
caught('dead 1 -', $unsound, 'a first digit, and zeros in the round behind it', $alone);
caught('claim 0 2766', $unsound, 'a least value outside the bounds', 'SELECT min(salary) FROM joint.alone');

# ---------------------------------------------------------------- what cannot be told from rows

believed('claim 0 29999', '29999', 'a key within the bounds');
believed('claim 0 32766', '1', 'and of a minimum', $smallest);
believed('claim 1 255', 0x1b00 | 0xff, 'a last digit chosen after the first was seen: stated in security.md');
believed('dead 0 -', $truth, 'none, where another has the greatest');
believed('dead 0 -', '101', 'nor the least', $smallest);

# ---------------------------------------------------------------- replies

my %scalar = (
	'l'         => 'edd3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10',
	'2^256 - 1' => 'ff' x 32);
foreach my $round (0, 1)
{
	foreach my $name (sort keys %scalar)
	{
		caught("rlane $round $_:$scalar{$name}", qr/MP004.*south.*canonical/s, "round $round: lane $_ is $name") foreach 0, 255;
	}
	caught("rlane $round 200:" . '01' . '00' x 31, $unsound, "round $round: noise in one lane");
	caught("rset $round 8:" . 'ab' x 32, $of_south, "round $round: the id of another");
	caught(sprintf('rset %d 40:%02x00', $round, $at{west} + 1), $of_south, "round $round: in the place of another party");
	caught("rset $round 6:0002", $of_south, "round $round: another version of the wire");
	caught("rset $round 42:0100", $of_south, "round $round: an unknown flag");
	caught("rlanes $round $_", $of_south, "round $round: $_ lanes") foreach -1, 1, -255;
	caught("forge $round -", $of_south, "round $round: signed with another key");
	caught("rcut $round $_", qr/MP004|08P01/, "round $round: $_ bytes less") foreach 1, 64, 100000;
	caught("rmore $round 1", $of_south, "round $round: a byte more");
	caught("rset $round $tags_at:" . '00' x 32, qr/MP004.*valid at party .*"south"/s, "round $round: tags of other keys");
	caught("rfail $round -", $round ? qr/MP002.*party "south" refused/s : qr/MP006.*party "south" could not answer at step "maximum"/s, "round $round: an error instead");
}
caught('ragain 1 -', $of_south, 'the reply of the round before');

# One bit, anywhere, after signing.
foreach my $round (0, 1)
{
	my $end = $lanes_at + 32 * $lanes;
	my (@numbers, @unclear);
	foreach my $place (0, 5, 7, 8, 39, 40, 42, 44, 48, 56, 88, 151, $tags_at, $tags_at + 31, $lanes_at, $lanes_at + 31, $lanes_at + 4000, $end - 1, $end, -64, -33, -1)
	{
		my ($out, $err) = lie("rflip $round $place:" . abs($place) % 8);
		push @numbers, "$place: $out" if $out ne "--\n$truth";
		push @unclear, $place unless $err =~ $of_south;
	}
	is("@numbers", '', "round $round: a flipped bit anywhere: never a number, and the next question is answered");
	is("@unclear", '', "round $round: and always an error that names the party");
}

# ---------------------------------------------------------------- a least value above the greatest

# Of one party alone, which puts its own into both vectors. No rows give that.
caught('claim 0 3000', $unsound, 'a least value above the greatest', 'SELECT min(salary), max(salary) FROM joint.alone');

# ---------------------------------------------------------------- and in other statements

foreach my $sql ('SELECT max(salary) - min(salary) FROM joint.pay', 'SELECT count(*) + max(age) FROM joint.pay', 'SELECT (SELECT max(salary) FROM joint.pay) + 1',
	'BEGIN; DECLARE c CURSOR FOR SELECT max(salary) FROM joint.pay; FETCH c; COMMIT', 'SELECT max(salary) FILTER (WHERE sex = \'f\'), sum(salary) FROM joint.pay')
{
	caught('forge 0 -', $of_south, $sql, $sql);
}
Hostile::lie($fed, 'west', 'claim 0 30001');
caught('claim 0 30002', $unsound, 'two that lie');
believed('', '101|7020|60', 'when they stop lying, the answer is right again', $both);
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
