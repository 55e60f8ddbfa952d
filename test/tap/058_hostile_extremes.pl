# What does a lying asker get out of a maximum? It chooses what it tells whom of a round and when, and it writes its own reply when
# it has seen all others': steps that are changed, replayed, misplaced or forged, requests that no honest asker sends. A step
# that does not fit is refused with a fixed code, and what the party kept between the rounds is gone.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

# Codes of refusals, see refusal.h.
my ($malformed, $signature, $key, $roster) = (1, 3, 4, 5);
my ($function, $publishers) = (9, 11);

# Where things stand in a step and in a reply of 256 lanes, see maximum_messages.h and request.h.
my ($rid_at, $first_at) = (8, 40);
my ($tags_at, $lanes_at, $own_bytes, $reply_bytes) = (152, 184, 152 + 2 * 16 + 256 * 32 + 1 + 64, 152 + 2 * 16 + 256 * 32 + 1 + 192 + 64);

# Keys of 24 bits: three rounds, of the digits 25 01 13 at south and 11 00 13 at west. Those of few have 31: four rounds.
my $fed = MpcTest::federation(names => [qw(north south west)]);
my %base = (north => 0, south => 0x250100, west => 0x110000);
my @peers = qw(south west);
foreach my $name ($fed->names)
{
	$fed->sql($name, qq{
		CREATE TABLE pay (salary integer, few integer, sex text, town text);
		INSERT INTO pay SELECT $base{$name} + g - 1, CASE WHEN g < 20 THEN $base{$name} + g END, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END, 'here'
		FROM generate_series(1, 20) g});
}
my %common = (relation => 'pay', measures => [qw(salary few)], keys => [qw(sex town)], functions => [qw(count extremes)], min_rows => 20,
	columns => q{{"sex": {"domain": ["f", "m"]}, "salary": {"low": 0, "high": 16777215}, "few": {"low": 0, "high": 2147483647}}});
$fed->publish('pay', {%common});
$fed->publish('plain', { %common, functions => ['sum'] });
$fed->publish('lonely', {%common}, west => undef);
$fed->import_joint;

my $liar = Hostile->new($fed, 'north', fake => ['ghost']);
my @question = ('pay', 'agg max salary', 'protocol 3');
my %at = map { $_ => $liar->position($_) } $fed->names;

sub refused
{
	my ($said, $code, $what) = @_;
	return like($said, qr/^refused $code: /, $what);
}

# New connections, and the first round answered by all.
sub first_round
{
	$liar->connect($_) foreach @peers;
	$liar->request(@_ ? @_ : @question);
	foreach my $name (@peers)
	{
		my $said = $liar->do("send $name plain");
		die "$name: $said" unless $said =~ /^reply/;
	}
	return;
}

# The next one, as it should be: its id, or what is found.
sub next_round
{
	my $said = $liar->do(@_ ? @_ : 'step');
	return $said if $said !~ /^[0-9a-f]{64}$/;
	foreach my $name (@peers)
	{
		my $answer = $liar->do("send $name plain");
		return "$name: $answer" if $answer !~ /^reply/;
	}
	return $said;
}

# All of them; the last step is kept.
my $last;
sub greatest
{
	my $said;
	first_round(@_);
	while (($said = next_round()) =~ /^[0-9a-f]{64}$/)
	{
		$last = $liar->do('dump');
	}
	return $said;
}

# What a backend keeps in memory that is locked and never dumped, in kB.
sub secrets
{
	my ($name) = @_;
	my $pid = $fed->sql($name, q{SELECT max(pid) FROM pg_stat_activity WHERE usename = 'north_login'});
	my ($kept, $size) = (0, 0);
	foreach my $line (split(/\n/, slurp_file("/proc/$pid/smaps")))
	{
		$size = $1 if $line =~ /^Rss:\s+(\d+) kB/;
		$kept += $size if $line =~ /^VmFlags:.* dd\b/;
	}
	return $kept;
}
my $sees_memory = -r "/proc/$$/smaps" && slurp_file("/proc/$$/smaps") =~ /VmFlags/;
my $nothing_kept;

# The step as it should be, or what lies there, finds no round to open.
sub gone
{
	my ($name, $what) = @_;
	is(secrets($name), $nothing_kept, "$what: nothing is kept") if $sees_memory;
	like($liar->do("send $name plain"), qr/^refused $key: no round was answered on this connection that another one follows$/, "$what: no other round");
	return;
}

# ---------------------------------------------------------------- as it should be

is(greatest(), 'found ' . ($base{south} + 19), 'the greatest of all, in three rounds');
$nothing_kept = secrets('south') if $sees_memory;
is(secrets('west'), $nothing_kept, 'behind the last round each party keeps as much: its next one-time key') if $sees_memory;
$liar->do("load $last");
gone('south', 'after the last round');
is(greatest('pay', 'agg min salary', 'agg max salary', 'protocol 3'), 'found ' . (0xffffff - $base{west}) . ' ' . ($base{south} + 19), 'the least, too');
is(greatest('pay', 'agg max few', 'protocol 3'), 'found nothing', 'of too few values a party shows none (R3)');
is(greatest('pay', 'agg max salary', 'key sex', 'protocol 3'), 'found nothing nothing nothing ' . ($base{south} + 19),
	'groups that are too small stand in the remainder (R4)');
first_round();
cmp_ok(secrets('south'), '>', $nothing_kept, 'between the rounds it keeps more') if $sees_memory;
$liar->do('connect south ' . $fed->conninfo('south') . " user=north_login password=$fed->{password}{south}{north_login}");
is(greatest('pay', 'agg max salary', 'protocol 3'), 'found ' . ($base{south} + 19), 'a question that is broken off costs the next nothing');

# ---------------------------------------------------------------- requests (R6, R11)

sub asked
{
	my ($change, @parts) = @_;
	$liar->connect($_) foreach @peers;
	$liar->request(@parts);
	my $bytes = pack('H*', $liar->do('dump'));
	$change->(\$bytes);
	$liar->do('load ' . unpack('H*', $bytes), 'patch 0 4d');
	return $liar->do('send south plain');
}
my $as_it_is = sub { };
my $digits = sub { my ($at, $value) = @_; return sub { substr(${ $_[0] }, $at, 1) = chr $value }; };
my $vectors = qr/^refused $malformed: the number of lanes is not that of the question$/;
like(asked($as_it_is, @question), qr/^reply/, 'a request that was taken apart and put together');
like(asked($digits->(-66, $_), @question), qr/^refused $malformed: /, "digits of $_ bits") foreach 0, 1, 4, 7, 9, 13, 255;
like(asked($digits->(-65, $_), @question), $vectors, "keys of $_ bits") foreach 8, 16, 23, 25, 64;
like(asked($digits->(-65, $_), @question), qr/^refused $malformed: /, "keys of $_ bits") foreach 0, 65;
like(asked($digits->(17, 2), @question), $vectors, 'two vectors for one');
like(asked($digits->(16, 1), @question), qr/^refused $malformed: /, 'a lane more than a vector has');
like(asked($as_it_is, 'pay', 'agg rows', 'protocol 3'), $vectors, 'rounds for a question without extremes');
like(asked($as_it_is, 'pay', 'agg max salary', 'key town', 'protocol 3'), qr/^refused/, 'keys without a domain');
like(asked($as_it_is, 'pay', 'agg max salary', 'key town', 'protocol 4', 'lanes 1000'), qr/^refused $function: min and max need keys with declared domains/, 'in a sketch');
like(asked($as_it_is, 'plain', 'agg max salary', 'protocol 3'), qr/^refused $function: function class "extremes"/, 'extremes where they are not allowed (R11)');
like(asked($as_it_is, 'plain', 'agg max salary', 'protocol 1'), qr/^refused $function: function class "extremes"/, 'the sums before them neither');
refused(asked($as_it_is, 'lonely', 'agg max salary', 'protocol 3'), $publishers, 'of one other that publishes (R6)');
refused($liar->do('send west plain'), $publishers, 'nor by a party that does not');

# ---------------------------------------------------------------- what a step says

# The step for south as it should be, changed by code; signed again or not.
sub altered
{
	my ($change, $unsigned) = @_;
	first_round();
	$liar->do('step');
	my $honest = $liar->do('dump');
	my $bytes = pack('H*', $honest);
	$change->(\$bytes);
	$liar->do('load ' . unpack('H*', $bytes));
	$liar->do('patch 0 4d') unless $unsigned;
	my $said = $liar->do('send south plain');
	$liar->do("load $honest");
	return $said;
}

sub no_step
{
	my ($change, $code, $what, $unsigned) = @_;
	refused(altered($change, $unsigned), $code, $what);
	gone('south', $what);
	return;
}

# Where the message of a party stands in a step of the first round.
sub entry
{
	my ($name) = @_;
	my $before = grep { $at{$_} < $at{$name} } @peers;
	return $first_at + 4 + $before * (4 + $reply_bytes) + ($at{north} < $at{$name} ? 4 + $own_bytes : 0);
}
my $flip = sub { my ($at, $bit) = @_; return sub { substr(${ $_[0] }, $at, 1) ^= chr(1 << ($bit // 0)) }; };

like(altered($as_it_is), qr/^reply/, 'a step that was taken apart and put together');
no_step($flip->(entry('west') + $lanes_at + 32 * 0x20), $signature, 'another element in the reply of west');
no_step($flip->(entry('south') + $lanes_at), $signature, 'in that of the party that is told');
no_step($flip->(entry('north') + $lanes_at), $signature, 'in my own, which I signed before');
no_step($flip->(entry('west') + $tags_at), $signature, 'another tag of west');
no_step($flip->(entry('west') + $reply_bytes - 1), $signature, 'another signature of west');
no_step(sub { substr(${ $_[0] }, entry('west') + $lanes_at, 256 * 32) = "\0" x (256 * 32) }, $signature, 'west has put in nothing');
no_step(sub {
	my ($south, $west) = map { substr(${ $_[0] }, entry($_), $reply_bytes) } qw(south west);
	substr(${ $_[0] }, entry('south'), $reply_bytes) = $west;
	substr(${ $_[0] }, entry('west'), $reply_bytes) = $south;
}, $signature, 'south and west swapped');
no_step(sub { substr(${ $_[0] }, entry('west'), $reply_bytes) = substr(${ $_[0] }, entry('south'), $reply_bytes) }, $signature, 'south twice');
no_step($flip->($rid_at + 31), $malformed, 'the id of another round');
no_step(sub { substr(${ $_[0] }, 7, 1) = "\2" }, $malformed, 'a later version');
no_step(sub { substr(${ $_[0] }, -64, 0) = "\0" }, $malformed, 'a byte more');
no_step(sub { substr(${ $_[0] }, -65, 1) = '' }, $malformed, 'a byte less');
no_step(sub { substr(${ $_[0] }, $first_at + $_, 1) ^= "\1" }, $malformed, "another length, in byte $_") foreach 0 .. 3;
no_step(sub { ${ $_[0] } = substr(${ $_[0] }, 0, $_) . "\0" x 64 }, $malformed, "cut after $_ bytes") foreach 40, 100, 9000;
no_step($flip->(-1), $signature, 'a signature with another bit', 1);
no_step(sub { substr(${ $_[0] }, -64) = "\0" x 64 }, $signature, 'none', 1);
{
	# One bit anywhere, as it was signed.
	my $length = $first_at + 3 * 4 + 2 * $reply_bytes + $own_bytes + 64;
	my (@answered, @unclear);
	foreach my $place (6 .. 9, 39 .. 44, (map { int($length / 31 * $_) + 1 } 0 .. 30), map { $length - $_ } 1, 32, 33, 64, 65)
	{
		my $said = altered($flip->($place, $place % 8), 1);
		push @answered, $place if $said =~ /^reply/;
		push @unclear, "$place: $said" if $said !~ /^refused ($malformed|$signature): /;
	}
	is("@answered", '', 'a flipped bit anywhere in a step: never answered');
	is("@unclear", '', 'and always refused');
}
first_round();
$liar->do('step', 'resign ghost');
refused($liar->do('send south plain'), $signature, 'a step that a stranger signed');
gone('south', 'a step of a stranger');

# ---------------------------------------------------------------- each round once, in its order, on its connection

first_round();
$liar->do('step');
my $first = $liar->do('dump');
like($liar->do("send $_ plain"), qr/^reply/, "the second round, at $_") foreach @peers;
refused($liar->do('send south plain'), $malformed, 'the same step twice');
gone('south', 'the same step twice');

first_round('pay', 'agg max few', 'protocol 3');
$liar->do('step');
my $old = $liar->do('dump');
$liar->do("send $_ plain") foreach @peers;
next_round();
$liar->do("load $old");
refused($liar->do('send west plain'), $malformed, 'a step of two rounds ago');
gone('west', 'a step of two rounds ago');

first_round();
$liar->do('step');
like($liar->do('send west plain'), qr/^reply/, 'west goes on');
$liar->do("patch $rid_at " . substr($liar->do('got west'), 2 * $rid_at, 64));
refused($liar->do('send south plain'), $malformed, 'south is to skip that round');
gone('south', 'a round that was skipped');

first_round();
$liar->do("load $first");
refused($liar->do('send south plain'), $malformed, 'the step of an earlier question');
gone('south', 'the step of an earlier question');
{
	my $twin = Hostile->new($fed, 'north');
	first_round();
	$twin->connect('south');
	$liar->do('step');
	$twin->do('load ' . $liar->do('dump'));
	refused($twin->do('send south plain'), $key, 'on another connection of the same login there is no round');
	like($liar->do('send south plain'), qr/^reply/, 'but on its own');
	first_round();
	$liar->do('step');
	$twin->connect('south');
	$twin->connect('west');
	$twin->request(@question);
	$twin->do("send $_ plain") foreach @peers;
	$twin->do('load ' . $liar->do('dump'));
	refused($twin->do('send south plain'), $malformed, 'nor does it open the round of another one there');
	like($liar->do('send south plain'), qr/^reply/, 'whose asker is not disturbed');
	$twin->end;

	my $west = Hostile->new($fed, 'west');
	first_round();
	$west->connect('south');
	$liar->do('step');
	$west->do('load ' . $liar->do('dump'));
	refused($west->do('send south plain'), $key, 'nor for another login');
	$west->end;
}

# ---------------------------------------------------------------- different sums, and none of what was put in

# Each peer is told of another reply of mine: both go on, and what they say fits together in nothing.
first_round();
$liar->do('step');
like($liar->do('send south plain'), qr/^reply/, 'one is told my reply');
$liar->do('twist 16');
like($liar->do('send west plain'), qr/^reply/, 'the other one another of mine');
isnt(substr($liar->do('got south'), 16, 64), substr($liar->do('got west'), 16, 64), 'they are in different rounds now');
like($liar->do('step'), qr/^no step: /, 'which nobody can add up');

# South has 0x25...: where that is taken away it fills all lanes, and of west's 0x11... nothing is to be seen.
foreach my $digit (0x18, 0x11, 0x10, 0)
{
	first_round();
	next_round("overrule $digit");
	next_round();
	is(next_round(), 'found ' . ($digit << 16 | 0xffff), sprintf('made to believe in %02x: nothing but noise below it', $digit));
}
first_round();
next_round();
next_round('overrule 0');
is(next_round(), 'found ' . 0x2500ff, 'in the second round: the same');
first_round();
$liar->do('mine ' . 0x250200);
next_round();
next_round();
is(next_round(), 'found ' . 0x250200, 'a key of its own is the greatest, as it says');

# ---------------------------------------------------------------- what ends it between the rounds

# Between the first round and the second, at south.
sub between
{
	my ($do, $what) = @_;
	first_round();
	$liar->do('step');
	my $step = $liar->do('dump');
	my $said = $do->();
	$liar->do("load $step");
	gone('south', $what);
	return $said;
}
my $south = sub { return $fed->sql('south', @_); };
between(sub { $liar->do('hello south pay') }, 'a greeting');
like(between(sub { $liar->do('next south', 'ask pay', 'agg rows', 'build', 'send south plain') }, 'another question'), qr/^reply/, 'which is answered');
refused(between(sub { $liar->do('ask pay', 'agg rows', 'build', 'send south plain') }, 'a question with a spent key'), $key, 'which is refused');
refused(between(sub { $liar->do('load ' . unpack('H*', "MPCAGU\0\1" . "\0" x 200), 'send south plain') }, 'the relay of a Shamir sum'), $key, 'which is refused');
refused(between(sub { $liar->do('load ' . '4d' x 100, 'send south plain') }, 'a message that is none'), $malformed, 'which is refused');
is(between(sub { $south->('ALTER SERVER west RENAME TO gone'); my $said = $liar->do('send south plain');
	$south->('ALTER SERVER gone RENAME TO west'); $said }, 'an error'),
	'error MP006 the joint question could not be answered', 'which tells nothing');
refused(between(sub { $south->(q{ALTER SERVER offices OPTIONS (SET parties 'north', ADD allow_two_party 'true')}); my $said = $liar->do('send south plain');
	$south->(q{ALTER SERVER offices OPTIONS (SET parties 'north, west', DROP allow_two_party)}); $said }, 'another roster'),
	$roster, 'which is refused');
refused(between(sub { $south->(q{UPDATE mpc.login SET party = 'west' WHERE login = 'north_login'::regrole}); my $said = $liar->do('send south plain');
	$south->(q{UPDATE mpc.login SET party = 'north' WHERE login = 'north_login'::regrole}); $said }, 'a login that is now that of another party'),
	$key, 'which is refused');
{
	# So many vectors that a round takes longer than it may.
	my @long = ('pay', 'agg max salary', 'agg min salary', 'agg max few', 'agg min few', 'key sex', 'protocol 3');
	first_round(@long);
	$liar->do('step');
	$south->(q{ALTER SERVER offices OPTIONS (ADD timeout '1')});
	like($liar->do('send south plain'), qr/^error (57014|MP006) the joint question could not be answered/, 'a round that takes too long');
	$south->(q{ALTER SERVER offices OPTIONS (DROP timeout)});
	gone('south', 'a round that takes too long');
}
first_round();
$liar->do('step');
$liar->connect('south');
like($liar->do('send south plain'), qr/^refused $key: no round was answered/, 'a new connection knows of no round');

# ---------------------------------------------------------------- and what is left

is($fed->ask('north', 'SELECT min(salary), max(salary) FROM joint.pay'), '0|' . ($base{south} + 19), 'an honest question is answered');
foreach my $name (@peers)
{
	my $log = $fed->log($name);
	is($fed->sql($name, 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', "the chain of $name is whole after all this");
	unlike($log, qr/terminated by signal|PANIC|TRAP/, 'it never crashed');
	unlike($log, qr/\b@{[ $base{$name} + 19 ]}\b/, 'and its log tells nothing of its rows');
}

$liar->end;
done_testing();
