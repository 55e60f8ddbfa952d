# What does a lying asker get out of an intersection? It chooses what it puts and gets, in which order and how often: elements that are
# none, lists that are longer than announced, steps that are replayed, misplaced or forged, requests that no honest asker
# sends. A step that does not fit is refused with a fixed code, and what the party kept of the intersection is gone.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

# Codes of refusals, see refusal.h; functions, see query.h; lists, see set_messages.h.
my ($malformed, $version, $signature, $key, $roster, $function, $publishers) = (1, 2, 3, 4, 5, 9, 11);
my ($members, $count, $sum, $union) = (64 .. 67);
my ($own, $asked, $evaluated, $table, $double, $sender, $choices, $padded, $share, $second_asked, $second_evaluated, $second_own) = (1 .. 12);

my @open = ('"intersect"' => 'members', min_set => 0, max_ratio => 1_000_000, max_changes => 1_000_000, max_probes => 1_000_000_000, min_rows => 1);
my %range = (north => '1, 30', south => '21, 60', west => '25, 40');

# Of the people that south has, p21 to p30 are north's, too.
sub make
{
	my (@names) = @_;
	my $fed = MpcTest::federation(names => [@names], conf => "mpc_agg.workers = 0\n");
	foreach my $name (@names)
	{
		$fed->sql($name, "CREATE TABLE people AS SELECT 'p' || g AS id, g AS v FROM generate_series($range{$name}) AS g");
	}
	$fed->publish('people', { relation => 'people', identifiers => ['id'], measures => ['v'], @open });
	$fed->import_joint;
	return $fed;
}

my $fed = make(qw(north south));
my $liar = Hostile->new($fed, 'north', fake => ['ghost'], members => ['south']);
$liar->do('own people');

# Pieces of one step, as the program wants them; then its number, if it is another than the next one.
sub pieces
{
	my ($who, $parts, $number) = @_;
	$who->do('clear', @$parts);
	return $who->do('pieces' . (defined $number ? " $number" : ''));
}

# A new intersection with a set of three, unless more is said of it; what its answer says.
sub begin
{
	my (@lines) = @_;
	my @agg = grep { /^(agg|key)/ } @lines;
	@agg = ("agg $members id") unless @agg;
	my $lanes = $agg[0] =~ /^agg $sum/ ? 3 : 0;
	$fed->sql('south', 'DELETE FROM mpc.intersection_run');	# or it would be refused as the same question
	$liar->connect('south');
	$liar->do('announce 3', "sumlanes $lanes", 'engine 1', grep { !/^(agg|key)/ } @lines);
	$liar->request('people', @agg, 'protocol 5');
	return $liar->do('send south plain');
}

# Steps of these pieces, as long as they are answered; what the last one says.
sub steps
{
	my (@steps) = @_;
	my $said = '';
	foreach my $parts (@steps)
	{
		pieces($liar, $parts);
		$said = $liar->do('send south plain');
		return $said if $said !~ /^reply/;
		$said = $liar->do('took south');
	}
	return $said;
}

sub refused
{
	my ($said, $code, $what) = @_;
	return like($said, qr/^refused $code: /, $what);
}

# The step that would have been right finds nothing to go on with.
sub gone
{
	my ($what) = @_;
	pieces($liar, ["get $own 0 1"]);
	like($liar->do('send south plain'), qr/^refused $key: no intersection was begun on this connection/, "$what: nothing is kept");
	return;
}

# The last of these steps is refused by this rule, and not one before it.
sub no_step
{
	my ($what, $rule, $begin, @steps) = @_;
	my $last = pop @steps;
	like(begin(@$begin), qr/^reply/, "$what: begun");
	like(steps(@steps), qr/^got/, "$what: up to there") if @steps;
	like(steps($last), qr/^refused $malformed: $rule/, $what);
	gone($what);
	return;
}

my $once = 'a list is not asked for in order, once';
my @members = ("agg $members id");
my @count = ("agg $count id");
my @sum = ("agg $sum id,v");
my $three = "put $asked 0 id:p21,id:p1,id:p60";
my @noncanonical = ('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', '0100000000000000000000000000000000000000000000000000000000000000',
	'00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff');

# ---------------------------------------------------------------- as it should be

like(begin(@members), qr/^reply/, 'members: begun');
is($liar->do('size south'), 'size 40', 'as many as there are');
is(steps([ $three, "get $own 0 40" ]), "got $own:40", 'its own set, blinded');
is(steps(["get $evaluated 0 3"]), "got $evaluated:3=2", 'of three two are there');
like(begin(@count), qr/^reply/, 'a count: begun');
is(steps([ $three, "get $own 0 40" ], ["get $evaluated 0 3"]), "got $evaluated:3=2", 'two are there');
my @until_choices = (["get $own 0 40"], ["put $double 0 40*own"], [ $three, "put $sender 0 new" ]);
my @until_share = (@until_choices, ["get $choices 0 3"], ["put $padded 0 9*zero"]);
like(begin(@sum), qr/^reply/, 'sums: begun');
is(steps(@until_share, ["get $share 0 3"]), "got $share:3", 'a share of each lane');
like(steps(["get $share 0 3"]), qr/^refused $key: no intersection was begun on this connection/, 'once: nothing is kept after it');

# ---------------------------------------------------------------- elements

foreach my $kind ([ 'members', @members ], [ 'count', @count ])
{
	my ($name, @question) = @$kind;
	foreach my $bad ('zero', 'ff', @noncanonical)
	{
		no_step("$name: $bad", 'an element is no point of the group', \@question, ["put $asked 0 new,$bad,new"]);
	}
	no_step("$name: more than announced", 'a list is not put in order, or is longer', \@question, ["put $asked 0 4*new"]);
	no_step("$name: more in a later piece", 'a list is not put in order, or is longer', \@question, ["put $asked 0 2*new"], ["put $asked 2 2*new"]);
	no_step("$name: a gap", 'a list is not put in order', \@question, ["put $asked 1 new"]);
	no_step("$name: twice the same piece", 'a list is not put in order', \@question, ["put $asked 0 new"], ["put $asked 0 new"]);
	no_step("$name: what was not put", 'elements are asked for that were not put|a list is asked for that is not complete', \@question,
		["put $asked 0 2*new"], ["get $evaluated 0 3"]);
	no_step("$name: beyond what was put", $once, \@question, ["put $asked 0 3*new"], ["get $evaluated 1 3"]);
	no_step("$name: more own elements than there are", 'elements are asked for that the set does not have', \@question, ["get $own 0 41"]);
	no_step("$name: own elements $_", $once, \@question, ["get $own $_"]) foreach '40 1', '1 40', '16777216 32768';
	no_step("$name: own elements again", $once, \@question, ["get $own 0 30"], ["get $own 0 30"]);
	no_step("$name: own elements that were given", $once, \@question, ["get $own 0 30"], ["get $own 29 11"]);
	no_step("$name: evaluated ones again", $once, \@question, ["put $asked 0 3*new"], ["get $evaluated 0 2"], ["get $evaluated 0 2"]);
	no_step("$name: list $_", 'a list is asked for that this intersection does not have', \@question, ["put $asked 0 3*new"], ["get $_ 0 1"])
	  foreach 0, $asked, $table, $double, $choices, $share, $second_evaluated, $second_own;
	no_step("$name: list $_", $once, \@question, ["put $asked 0 3*new"], ["get $_ 0 1"]) foreach 13, 255;
	no_step("$name: list $_ put", 'a list is put that this intersection does not have', \@question, ["put $_ 0 new"])
	  foreach 0, $own, $evaluated, $double, $sender, $padded, $second_asked, 13;
}
no_step('count: before all are put', 'a list is asked for that is not complete yet', \@count, [ "put $asked 0 2*new", "get $evaluated 0 2" ]);
no_step('count: the same element twice', 'an element is there twice', \@count, ["put $asked 0 one,new,one"], ["get $evaluated 0 3"]);

# ---------------------------------------------------------------- sums

my $order = 'padded values are not put in order, or not for elements whose choices were given';
no_step('sums: before its own set came back', 'a list is put before the one that it is compared with', \@sum, [$three]);
no_step('sums: its own set with one element only', 'an element is there twice', \@sum, ["put $double 0 40*one"]);
no_step('sums: longer than its own set', 'a list is not put in order, or is longer', \@sum, ["put $double 0 41*new"]);
no_step("sums: $_ in the list", 'an element is no point of the group', \@sum, @until_choices[ 0, 1 ], ["put $asked 0 $_,2*new"]) foreach 'zero', 'ff';
no_step('sums: the same element twice', 'an element is there twice', \@sum, @until_choices[ 0, 1 ], ["put $asked 0 id:p21,id:p21,new"]);
no_step('sums: a list of evaluated elements', 'a list is asked for that this intersection does not have', \@sum, @until_choices, ["get $evaluated 0 3"]);
no_step('sums: a table', 'a list is asked for that this intersection does not have', \@sum, @until_choices, ["get $table 0 3"]);
no_step('sums: choices before all are there', 'a list is asked for that is not complete yet', \@sum, @until_choices[ 0, 1 ],
	["put $asked 0 2*new"], ["get $choices 0 2"]);
no_step('sums: choices twice', $once, \@sum, @until_choices, ["get $choices 0 3"], ["get $choices 0 3"]);
no_step('sums: one choice twice', $once, \@sum, @until_choices, ["get $choices 0 2"], ["get $choices 1 2"]);
no_step('sums: the first choice again', $once, \@sum, @until_choices, ["get $choices 0 1"], ["get $choices 0 1"]);
no_step('sums: choices with a gap', $once, \@sum, @until_choices, ["get $choices 1 1"]);
no_step('sums: more choices than elements', 'choices are not asked for in order', \@sum, @until_choices, ["get $choices 0 4"]);
no_step('sums: a second sender', 'a list is not put in order, or is longer', \@sum, @until_choices, ["put $sender 0 new"]);
no_step('sums: padded before any choice', $order, \@sum, @until_choices, ["put $padded 0 9*zero"]);
no_step('sums: padded before its choice', $order, \@sum, @until_choices, ["get $choices 0 2"], ["put $padded 0 9*zero"]);
no_step('sums: padded, not whole rows', $order, \@sum, @until_choices, ["get $choices 0 3"], ["put $padded 0 4*zero"]);
no_step('sums: padded, from the middle of a row', $order, \@sum, @until_choices, ["get $choices 0 3"], ["put $padded 1 3*zero"]);
no_step('sums: padded with a gap', $order, \@sum, @until_choices, ["get $choices 0 3"], ["put $padded 3 3*zero"]);
no_step('sums: padded twice', $order, \@sum, @until_share, ["put $padded 0 9*zero"]);
no_step('sums: padded without a sender', $order, \@sum, @until_choices[ 0, 1 ], [$three], ["get $choices 0 3"], ["put $padded 0 9*zero"]);
no_step("sums: padded, $_", 'a padded value is no element of the field, or the sender', \@sum, @until_choices, ["get $choices 0 3"],
	["put $padded 0 8*zero,$_"]) foreach 'ff', 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';
no_step("sums: a sender that is $_", 'a padded value is no element of the field, or the sender', \@sum, @until_choices[ 0, 1 ],
	[ $three, "put $sender 0 $_" ], ["get $choices 0 3"], ["put $padded 0 9*zero"]) foreach 'zero', 'ff';
no_step('sums: the share before the values', 'the shares are not asked for as they are', \@sum, @until_choices, ["get $choices 0 3"], ["get $share 0 3"]);
no_step('sums: the share when one row is missing', 'the shares are not asked for as they are', \@sum, @until_choices, ["get $choices 0 3"],
	["put $padded 0 6*zero"], ["get $share 0 3"]);
no_step("sums: other lanes of the share: $_", $_ eq '1 2' ? $once : 'the shares are not asked for as they are', \@sum, @until_share, ["get $share $_"])
  foreach '0 2', '0 4', '1 2';

# ---------------------------------------------------------------- each step once, in its order, on its connection

begin();
pieces($liar, [$three]);
like($liar->do('send south plain'), qr/^reply/, 'a step');
refused($liar->do('send south plain'), $malformed, 'the same step twice');
gone('the same step twice');
foreach my $number (1, 4294967295)
{
	begin();
	pieces($liar, [$three], $number);
	refused($liar->do('send south plain'), $malformed, "step $number as the first");
	gone("step $number as the first");
}
begin();
pieces($liar, [$three]);
my $old = $liar->do('dump');
begin();
$liar->do("load $old");
refused($liar->do('send south plain'), $malformed, 'the step of an earlier question');
begin();
steps([$three]);
pieces($liar, ["get $own 0 1"]);
my $next = $liar->do('dump');
$liar->connect('south');
$liar->do("load $next");
like($liar->do('send south plain'), qr/^refused $key: no intersection was begun/, 'on a new connection there is none');
{
	my $twin = Hostile->new($fed, 'north', members => ['south']);
	begin();
	$twin->connect('south');
	pieces($liar, [$three]);
	$twin->do('load ' . $liar->do('dump'));
	refused($twin->do('send south plain'), $key, 'nor on another one of the same login');
	like($liar->do('send south plain'), qr/^reply/, 'but on its own');
	$twin->end;
}

# ---------------------------------------------------------------- what a step says

# The first step as it should be, changed by code; signed again or not.
sub altered
{
	my ($change, $unsigned) = @_;
	begin();
	pieces($liar, [ $three, "get $own 0 1" ]);
	my $bytes = pack('H*', $liar->do('dump'));
	$change->(\$bytes);
	$liar->do('load ' . unpack('H*', $bytes));
	$liar->do('patch 0 4d') unless $unsigned;
	return $liar->do('send south plain');
}
my $length = 8 + 32 + 4 + 1 + 9 + 3 * 32 + 1 + 9 + 64;
my $flip = sub { my ($at, $bit) = @_; return sub { substr(${ $_[0] }, $at, 1) ^= chr(1 << ($bit // 0)) }; };
like(altered(sub { }), qr/^reply/, 'a step that was taken apart and put together');
refused(altered($flip->(7)), $malformed, 'a later version');
refused(altered($flip->(39)), $malformed, 'the id of another request');
refused(altered(sub { substr(${ $_[0] }, -64, 0) = "\0" }), $malformed, 'a byte more');
refused(altered(sub { substr(${ $_[0] }, -65, 1) = '' }), $malformed, 'a byte less');
refused(altered(sub { substr(${ $_[0] }, 44, 1) = chr 5 }), $malformed, 'more pieces than a step has');
refused(altered(sub { substr(${ $_[0] }, 50, 4) = "\0\0\0\0" }), $malformed, 'a piece of nothing');
refused(altered(sub { substr(${ $_[0] }, 50, 4) = pack('V', $_) }), $malformed, "a piece of $_") foreach 4, 32769, 0xffffffff;
refused(altered(sub { substr(${ $_[0] }, -64) = "\0" x 64 }, 1), $signature, 'no signature');
{
	my (@answered, @unclear);
	foreach my $place (6 .. 8, 39 .. 46, 50, 53, 54, 85, 86, 149 .. 151, 155, (map { $length - $_ } 1, 32, 33, 64, 65))
	{
		my $said = altered($flip->($place, $place % 8), 1);
		push @answered, $place if $said =~ /^reply/;
		push @unclear, "$place: $said" if $said !~ /^refused ($malformed|$signature): /;
	}
	is("@answered", '', 'a flipped bit anywhere in a step: never answered');
	is("@unclear", '', 'and always refused');
}
begin();
pieces($liar, [$three]);
$liar->do('resign ghost');
refused($liar->do('send south plain'), $signature, 'a step that a stranger signed');
gone('a step of a stranger');

# ---------------------------------------------------------------- what ends it between the steps

sub between
{
	my ($what, $do) = @_;
	begin();
	steps([$three]);
	pieces($liar, ["get $own 0 1"]);
	my $step = $liar->do('dump');
	my $said = $do->();
	$liar->do("load $step");
	like($liar->do('send south plain'), qr/^refused $key: no intersection was begun/, "$what between two steps ends it");
	return $said;
}
between('a greeting', sub { $liar->do('hello south people') });
refused(between('a question', sub { $liar->do('ask people', 'agg rows', 'build', 'send south plain') }), $key, 'which is refused: the key is spent');
refused(between('the relay of a Shamir sum', sub { $liar->do('load ' . unpack('H*', "MPCAGU\0\1" . "\0" x 200), 'send south plain') }), $key, 'which is refused');
refused(between('a round of a maximum', sub { $liar->do('load ' . unpack('H*', "MPCAGM\0\1" . "\0" x 200), 'send south plain') }), qr/[14]/, 'which is refused');
refused(between('no message at all', sub { $liar->do('load ' . '4d' x 100, 'send south plain') }), $malformed, 'which is refused');

# ---------------------------------------------------------------- requests

my $other = qr/^refused $malformed: the request is not one for this question$/;
like(begin('sumlanes 1', @$_), $other, "lanes for $_->[0]") foreach \@members, \@count, ["agg $union id"];
like(begin('sumlanes 0', @sum), $other, 'no lanes for a sum');
refused(begin("engine $_"), $version, "engine $_") foreach 0, 2, 255;
$liar->connect('south');
$liar->do('engine 1');
$liar->request('people', @members, 'protocol 1');
like($liar->do('send south plain'), $other, 'members by masked sums');
$liar->connect('south');
$liar->request('people', 'agg rows', 'protocol 5');
refused($liar->do('send south plain'), qr/(1|10|11)/, 'masked sums by the protocol of intersections');
$liar->do('own -');
like(begin(), qr/^refused $publishers: who asks for an intersection must publish the dataset, too/, 'an asker that publishes nothing');
$liar->do('own people');
refused(begin("agg $sum id,v", 'agg rows'), $malformed, 'a row count beside it');
my %allowed = (count => [\@count], sum => [ \@count, \@sum ]);
foreach my $allowed (sort keys %allowed)
{
	my %answered = map { $_->[0] => 1 } @{ $allowed{$allowed} };
	$fed->sql('south', qq{UPDATE mpc.dataset SET "intersect" = '$allowed'});
	foreach my $question (\@members, \@count, \@sum)
	{
		like(begin(@$question), $answered{ $question->[0] } ? qr/^reply/ : qr/^refused $function: intersections with /, "$question->[0] where $allowed is allowed");
	}
}
$fed->sql('south', q{UPDATE mpc.dataset SET "intersect" = 'members'});

# ---------------------------------------------------------------- what is left

is($fed->ask('north', "SELECT count(*) FROM mpc_intersect('joint.people', 'id')"), '10', 'an honest question is answered');
$liar->end;
check_end($fed);

sub check_end
{
	my ($all) = @_;
	foreach my $name ($all->names)
	{
		is($all->sql($name, 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', "the chain of $name is whole after all this");
		unlike($all->log($name), qr/terminated by signal|PANIC|TRAP/, 'it never crashed');
		unlike($all->log($name), qr/\bp\d\d?\b/, 'and its log tells nothing of its rows');
	}
	return;
}

# ---------------------------------------------------------------- three parties

my $tri = do { local @range{qw(anna bert carl)} = @range{qw(north south west)}; make(qw(anna bert carl)) };
my $prober = Hostile->new($tri, 'anna');
my ($peer, $counter) = sort { $prober->position($a) <=> $prober->position($b) } qw(bert carl);
$prober->do('own people');

sub begin_many
{
	my ($agg) = @_;
	$tri->sql($_, 'DELETE FROM mpc.intersection_run') foreach qw(bert carl);
	$prober->connect($_) foreach qw(bert carl);
	$prober->do('announce 3', 'sumlanes ' . ($agg =~ /^agg $sum/ ? 3 : 0), 'engine 1');
	$prober->request('people', $agg, 'protocol 5');
	return join('; ', map { $prober->do("send $_ plain") } qw(bert carl));
}

sub step_many
{
	my ($name, @parts) = @_;
	pieces($prober, \@parts);
	my $said = $prober->do("send $name plain");
	return $said =~ /^reply/ ? $prober->do("took $name") : $said;
}

foreach my $agg ("agg $members id", "agg $count id")
{
	foreach my $name (qw(bert carl))
	{
		like(begin_many($agg), qr/^reply ; reply/, "three parties, $agg: begun");
		refused(step_many($name, "get $own 0 1"), $malformed, "$name does not give its own elements, which would show a pair");
		begin_many($agg);
		like(step_many($name, 'put 2 0 3*new', "get $evaluated 0 3", "get $table 0 50"), qr/^got $evaluated:3=0 $table:50/, 'it gives a table');
		refused(step_many($name, "get $table 0 30000"), $malformed, 'and no more than its cells');
	}
}
begin_many("agg $members id");
refused(step_many($counter, "put $second_asked 0 new"), $malformed, 'of members nobody counts');
begin_many("agg $count id");
refused(step_many($peer, "put $second_asked 0 new"), $malformed, 'who is no counter takes nothing to count');
foreach my $list ($second_own, $second_evaluated)
{
	begin_many("agg $count id");
	refused(step_many($peer, "get $list 0 1"), $malformed, "nor gives list $list");
	begin_many("agg $count id");
	refused(step_many($counter, "get $list 0 1"), $malformed, "nor does the counter before all has come: list $list");
}
begin_many("agg $count id");
is(step_many($counter, "put $second_asked 0 3*new"), 'got', 'the counter takes what it is to count');
is(step_many($counter, "get $second_own 0 16", "get $second_evaluated 0 3"), "got $second_own:16 $second_evaluated:3", 'and gives its own') if $counter eq 'carl';
is(step_many($counter, "get $second_own 0 40", "get $second_evaluated 0 3"), "got $second_own:40 $second_evaluated:3", 'and gives its own') if $counter eq 'bert';
refused(step_many($counter, "get $second_own 0 41"), $malformed, 'but not more than it has');
begin_many("agg $count id");
is(step_many($counter, "put $second_asked 0 one,new,one"), 'got', 'the same element twice');
refused(step_many($counter, "get $second_evaluated 0 3"), $malformed, 'is refused when it is to be counted');
begin_many("agg $count id");
refused(step_many($counter, "put $second_asked 0 new,ff,new"), $malformed, 'what is no point is, too');
like(begin_many("agg $_"), qr/refused $function: .*; refused $function: /, "of three parties no $_") foreach "$sum id,v", "$union id";

# Another login takes over, and a card that says that carl publishes nothing.
{
	my $carl = Hostile->new($tri, 'carl');
	begin_many("agg $members id");
	$carl->connect('bert');
	pieces($prober, ['put 2 0 3*new']);
	$carl->do('load ' . $prober->do('dump'));
	refused($carl->do('send bert plain'), $key, 'the step of one login is nothing to another');
	$tri->sql('bert', q{UPDATE mpc.login SET party = 'carl' WHERE login = 'anna_login'::regrole});
	refused($prober->do('send bert plain'), $key, 'nor to its own, when that is another party\'s now');
	$tri->sql('bert', q{UPDATE mpc.login SET party = 'anna' WHERE login = 'anna_login'::regrole});
	$carl->end;
}
begin_many("agg $members id");
pieces($prober, ['put 2 0 3*new']);
$tri->sql('bert', q{ALTER SERVER offices OPTIONS (SET parties 'anna')});
refused($prober->do('send bert plain'), $roster, 'a roster that changed between two steps');
$tri->sql('bert', q{ALTER SERVER offices OPTIONS (SET parties 'anna, carl')});

foreach my $agg ("agg $members id", "agg $count id", "agg $sum id,v")
{
	$tri->sql($_, 'DELETE FROM mpc.intersection_run') foreach qw(bert carl);
	$prober->connect($_) foreach qw(bert carl);
	$prober->do('announce 3', 'sumlanes ' . ($agg =~ /^agg $sum/ ? 3 : 0));
	$prober->do('hello bert people', 'hello carl -', 'ask people', $agg, 'protocol 5', 'build');
	refused($prober->do('send bert plain'), $publishers, "R28: carl, said to publish nothing, would make a pair of it: $agg");
}
is($tri->ask('anna', "SELECT count(*) FROM mpc_intersect('joint.people', 'id')"), '6', 'an honest question of three is answered');
$prober->end;
check_end($tri);

done_testing();
