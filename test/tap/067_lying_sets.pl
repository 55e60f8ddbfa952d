# What does the asker show when a peer lies in an intersection? Another build of the library runs at one party: its answers are signed
# with the real identity. A lie that can be seen is an error and never a number; one that cannot is as if the party had other rows.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

# Lists, see set_messages.h.
my ($own, $asked, $evaluated, $table, $double, $sender, $choices, $padded, $share, $second_asked, $second_evaluated, $second_own) = (1 .. 12);
my %range = (north => '1, 30', south => '21, 60', anna => '1, 30', bert => '21, 60', carl => '25, 40');

sub make
{
	my (@names) = @_;
	my $fed = MpcTest::federation(names => [@names], conf => "mpc_agg.workers = 0\n");
	$fed->sql($_, "CREATE TABLE people AS SELECT 'p' || g AS id, g AS v, g % 2 AS w FROM generate_series($range{$_}) AS g") foreach @names;
	$fed->publish('people', { relation => 'people', identifiers => ['id'], measures => ['v'], keys => ['w'], '"intersect"' => 'members',
		min_set => 0, max_ratio => 1000, max_changes => 1_000_000, max_probes => 1_000_000_000, min_rows => 1 });
	$fed->import_joint;
	return $fed;
}

my ($fed, $liar, $asker);
my %question = (
	members => "SELECT count(*) FROM mpc_intersect('joint.people', 'id')",
	count => 'SELECT mpc_intersect_count(id) FROM joint.people',
	sums => 'SELECT mpc_intersect_count(id), mpc_intersect_sum(id, v) FROM joint.people',
	groups => 'SELECT w, mpc_intersect_count(id), mpc_intersect_sum(id, v) FROM joint.people GROUP BY w ORDER BY w');

sub lie
{
	my ($lie, $kind) = @_;
	Hostile::lie($fed, $_, $_ eq $liar ? $lie : '') foreach $fed->names;
	$fed->sql($_, 'DELETE FROM mpc.intersection_run') foreach grep { $_ ne $asker } $fed->names;
	return $fed->ask_err($asker, "\\set VERBOSITY verbose\n$question{$kind};");
}

sub caught
{
	my ($lie, $kind, $pattern, $what) = @_;
	my ($out, $err) = lie($lie, $kind);
	is($out, '', "$what: no number");
	like($err, $pattern, "$what: the error");
	return;
}

sub answered
{
	my ($kind, $expected, $what, $lie) = @_;
	my ($out, $err) = lie($lie // '', $kind);
	is($out, $expected, $what) or diag($err);
	return;
}

my %scalar = (l => 'edd3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10', '2^256 - 1' => 'ff' x 32);
my %point = ('the identity' => '00' x 32, 'of no point' => 'ff' x 32, 'not canonical' => 'ed' . 'ff' x 30 . '7f', 'off the curve' => '01' . '00' x 31);
my $rid_at = 8;

# One bit anywhere, after signing.
sub flips
{
	my ($kind, $verb, @places) = @_;
	my (@numbers, @unclear);
	foreach my $place (@places)
	{
		my ($out, $err) = lie("$verb $place " . abs($place) % 8, $kind);
			push @numbers, "$place: $out" if $out ne '';
		push @unclear, "$place: $err" unless $err =~ /MP004.*"$liar"/s;
	}
	is("@numbers", '', "$kind, $verb: a flipped bit anywhere: never a number");
	is("@unclear", '', "$kind, $verb: and always an error that names the party");
	return;
}

# ---------------------------------------------------------------- two parties

$fed = make(qw(north south));
($liar, $asker) = qw(south north);
Hostile::make_liar($fed, 'south');
my $invalid = qr/MP004.*the reply of party "south" is not valid/s;
my $unsigned = qr/MP004.*the reply of party "south" is not (signed|valid)/s;

answered('members', '10', 'while nobody lies: members');
answered('count', '10', 'count');
answered('sums', '10|255', 'sums');
answered('groups', "0|5|130\n1|5|125", 'sums by groups');

foreach my $kind (qw(members count sums))
{
	caught("elem $own 3:$point{$_}", $kind, $invalid, "$kind: an element of its set is $_") foreach sort keys %point;
	caught("same $own 3:5", $kind, $invalid, "$kind: its set holds the same element twice");
	caught("less $own 1", $kind, $invalid, "$kind: fewer of its set than were asked for");
	caught("from $own 1", $kind, $invalid, "$kind: from another place");
	caught("leave $own -", $kind, $invalid, "$kind: its set left out");
	caught("into $own $evaluated", $kind, $invalid, "$kind: in place of another list");
	caught('size 1 -', $kind, qr/MP002|MP004/, "$kind: one element more than it has");
	caught('forge 0 -', $kind, $unsigned, "$kind: signed with another key");
	caught('aforge 0 -', $kind, $unsigned, "$kind: its answer signed with another key");
	caught("rset $rid_at " . 'ab' x 32, $kind, $invalid, "$kind: of another request");
	caught("aset $rid_at " . 'ab' x 32, $kind, $invalid, "$kind: its answer of another request");
	caught('rset 6 0002', $kind, qr/MP003.*"south" speaks another version|MP00\d.*another version of the protocol/s, "$kind: another version");
	caught('aset 42 01000001', $kind, $invalid, "$kind: a set of 2^24 and one");
	caught("cut $_ -", $kind, qr/MP004|08P01/, "$kind: $_ bytes less") foreach 1, 64, 200;
}
foreach my $kind (qw(members count))
{
	caught("elem $evaluated 3:$point{$_}", $kind, $invalid, "$kind: an evaluated element is $_") foreach sort keys %point;
	caught("same $evaluated 3:5", $kind, $invalid, "$kind: two elements evaluated to the same");
	caught("less $evaluated 1", $kind, $invalid, "$kind: fewer evaluated elements");
	caught("leave $evaluated -", $kind, $invalid, "$kind: none");
}
caught("elem $choices 3:$point{$_}", 'sums', $invalid, "sums: a choice is $_") foreach sort keys %point;
caught("less $choices 1", 'sums', $invalid, 'sums: fewer choices');
caught("elem $share 0:$scalar{$_}", 'sums', qr/MP004.*canonical/s, "sums: a share is $_") foreach sort keys %scalar;
caught("less $share 1", 'sums', $invalid, 'sums: fewer shares');

# Ten of thirty match, with values from 21 to 30.
my $unsound = qr/MP004.*outside the bounds/s;
caught("fadd $share 0:$_", 'sums', $unsound, "sums: $_ members more") foreach -11, 21, '-1000000000000', '1000000000000';
caught("fadd $share 1:$_", 'sums', $unsound, "sums: $_ values more") foreach -11, 21, -10;
caught("fadd $share 2:$_", 'sums', $unsound, "sums: $_ more in the sum") foreach -256, 211, '99999999999999999999999';
caught("fadd $share 0:-10", 'sums', $unsound, 'sums: of nobody a sum');
caught("fadd $share 0:-5", 'groups', $unsound, 'groups: a group of nobody with a sum');
caught("fadd $share 5:-126", 'groups', $unsound, 'groups: less than nothing in the second');
caught("fadd $share 5:9999", 'groups', $unsound, 'groups: more than all rows of the second');
caught("elem $share 2:" . '5a' x 31 . '00', 'sums', $unsound, 'sums: noise');

# What cannot be told from rows.
answered('sums', '10|256', 'a sum that rows might have is believed', "fadd $share 2:1");

flips('members', 'flip', 0, 8, 39, 40, 42, 45, 46, 47, 48, 52, 56, 90, -1, -33, -64, -65);
flips('count', 'aflip', 0, 8, 39, 40, 42, 45, 46, 54, 86, 87, 200, -1, -33, -64, -65);

# ---------------------------------------------------------------- three parties

$fed = make(qw(anna bert carl));
$asker = 'anna';
my $prober = Hostile->new($fed, 'anna');
my ($peer, $counter) = sort { $prober->position($a) <=> $prober->position($b) } qw(bert carl);
$prober->end;
Hostile::make_liar($fed, $_) foreach qw(bert carl);
foreach my $name ($peer, $counter)
{
	$liar = $name;
	$invalid = qr/MP004.*the reply of party "$name" is not valid/s;
	answered('members', '6', "three parties: members, while $name does not lie");
	answered('count', '6', 'count');
	foreach my $kind (qw(members count))
	{
		caught("elem $table 5:$scalar{$_}", $kind, $invalid, "$kind, $name: a cell is $_") foreach sort keys %scalar;
		caught("elem $evaluated 3:$point{$_}", $kind, $invalid, "$kind, $name: an evaluated element is $_") foreach sort keys %point;
		caught("less $table 1", $kind, $invalid, "$kind, $name: a cell less");
		caught("less $evaluated 1", $kind, $invalid, "$kind, $name: an element less");
		caught("leave $table -", $kind, $invalid, "$kind, $name: no table");
		caught('forge 0 -', $kind, qr/MP004.*"$name" is not (signed|valid)/s, "$kind, $name: signed with another key");
	}
	flips('count', 'flip', 0, 8, 40, 42, 47, 48, 60, -1, -64);
}
foreach my $list ($second_own, $second_evaluated)
{
	$invalid = qr/MP004.*the reply of party "$counter" is not valid/s;
	caught("elem $list 2:$point{$_}", 'count', $invalid, "the counter: in list $list $_") foreach sort keys %point;
	caught("same $list 2:3", 'count', $invalid, "the counter: twice the same in list $list");
	caught("less $list 1", 'count', $invalid, "the counter: list $list too short");
}

Hostile::lie($fed, $liar, '');
$fed->sql($_, 'DELETE FROM mpc.intersection_run') foreach qw(bert carl);
is($fed->ask('anna', $question{members}), '6', 'when they stop lying, the answer is right again');
ok(join('', map { $fed->log($_) } $fed->names) !~ /terminated by signal|PANIC|TRAP/, 'nobody crashed');

done_testing();
