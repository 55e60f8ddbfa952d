# What does a lying asker get out of a Shamir sum? It chooses whom to tell of which dealers, and when:
# split views, relays that are replayed, misplaced or forged, sums whose difference is one party (R6, R8).

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

# Codes of refusals, see refusal.h.
my ($malformed, $version, $signature, $key, $roster) = (1 .. 5);
my ($contract, $publishers, $limit, $difference) = (7, 11, 15, 16);

# Where things stand in a request, and in a relay.
my ($protocol_at, $threshold_at, $lanes_at) = (8, 12, 16);
my ($rid_at, $bitmap_at, $entries_at, $hash_bytes, $entry_bytes, $sealed_bytes) = (8, 40, 56, 64, 128, 5 * 32 + 16);

# Any three of the four open a sum. What a party has is seen in the digits of the sum.
my $fed = MpcTest::federation(names => [qw(north south east west)], options => { protocol => 'shamir' });
my %base = (north => 100, south => 1000, east => 100_000, west => 10_000_000);
my @peers = qw(south east west);
foreach my $name ($fed->names)
{
	$fed->sql($name, qq{
		CREATE TABLE pay (salary integer, sex text, grade integer);
		INSERT INTO pay SELECT $base{$name}, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END, g FROM generate_series(1, 20) g});
}
my %common = (relation => 'pay', measures => ['salary'], keys => [qw(sex grade)], columns => '{"sex": {"domain": ["f", "m"]}}');
$fed->publish('pay', {%common});
$fed->publish('lonely', {%common}, west => undef);

my $liar = Hostile->new($fed, 'north', fake => ['ghost']);
my @question = ('pay', 'agg rows', 'agg sum salary');
my %at = map { $_ => $liar->position($_) } $fed->names;

sub refused
{
	my ($said, $code, $what) = @_;
	return like($said, qr/^refused $code: /, $what);
}

# What a sum over these parties is: my own part is zeros.
sub lanes
{
	my (@of) = @_;
	my $sum = 0;
	$sum += 20 * $base{$_} foreach @of;
	return join(' ', 20 * @of, scalar @of, 20 * @of, $sum, scalar @of);
}

# As if a day had gone by.
sub next_day { return $fed->on_all('DELETE FROM mpc.answered_set'); }

sub guard { return $fed->on_all("ALTER SERVER offices OPTIONS ($_[0] min_contributors" . (defined $_[1] ? " '$_[1]')" : ')')); }

# The shares of all, as on the first day.
sub fresh
{
	next_day();
	return $liar->deal([@question], @_);
}

sub spent
{
	my ($name, $what) = @_;
	return like($liar->tell($name, 'me', @peers), qr/^refused $key: no shares were dealt on this connection, or they were summed up/, $what);
}

# ---------------------------------------------------------------- as it should be

is(fresh(), '4 dealt', 'all deal');
like($liar->tell($_, 'me', @peers), qr/^reply/, "$_ sums up") foreach @peers;
is($liar->do('open me ' . join(' ', @peers, 'by', @peers)), 'same: ' . lanes(@peers), 'four sum shares open the sum');
is($liar->do("open me @peers by $_"), 'same: ' . lanes(@peers), "so do mine and those of $_")
  foreach 'south east', 'south west', 'east west';
isnt($liar->do("open me @peers by $_") =~ s/.*: //r, lanes(@peers), "not mine and that of $_ alone") foreach @peers;
is(fresh(qw(south west)), '3 dealt', 'one is gone before it dealt');
like($liar->tell($_, qw(me south west)), qr/^reply/, "$_ sums up what there is") foreach qw(south west);
is($liar->do('open me south west by south west'), 'same: ' . lanes(qw(south west)), 'which is the sum of the others');
fresh();
like($liar->tell($_, @peers), qr/^reply/, "$_ sums up without the asker's own part") foreach @peers;
is($liar->do("open @peers by @peers"), 'same: ' . lanes(@peers), 'which is no part of it then');

# ---------------------------------------------------------------- split views (PROTOCOLS B.1)

# The guard of R8 is off: the threshold alone has to stop this. Each peer is told of all, or of all but one other.
guard('ADD', 0);
my %views = map { my $me = $_; $me => [ [@peers], map { my $out = $_; [ grep { $_ ne $out } @peers ] } grep { $_ ne $me } @peers ] } @peers;
my ($tries, $opened, $mixed, $noise) = (0, 0, 0, 0);
foreach my $south (@{ $views{south} })
{
	foreach my $east (@{ $views{east} })
	{
		foreach my $west (@{ $views{west} })
		{
			my %told = (south => $south, east => $east, west => $west);
			my (%who, $answered);
			$liar->deal([@question]);
			foreach my $name (@peers)
			{
				$answered++ if $liar->tell($name, 'me', @{ $told{$name} }) =~ /^reply/;
				push @{ $who{"@{ $told{$name} }"} }, $name;
			}
			$tries++ if $answered == 3;
			# Whatever the sum shares say they are of, every view is tried on all of them.
			my @sums;
			foreach my $view (keys %who)
			{
				push @sums, $view if $liar->do("open me $view by @{ $who{$view} }") eq 'same: ' . lanes(split(/ /, $view));
				my $said = $liar->do("open me $view by @peers");
				$mixed++ if keys %who > 1;
				$noise++ if $said =~ /^mixed:(?: -?\d{40,}){5}$/;
			}
			$opened = @sums if @sums > $opened;
		}
	}
}
is($tries, 27, 'every peer sums up for what it is told');
is($opened, 1, 'and never do two sums open');
cmp_ok($mixed, '>', 50, "$mixed times shares of different sums are put together");
is($noise, $mixed, 'and give noise');
fresh();
$liar->tell('south', 'me', @peers);
$liar->tell('east', qw(me south east));
$liar->tell('west', qw(me south west));
like($liar->do("open me @peers by @peers"), qr/^mixed: /, 'an honest asker would see it from their hashes');
guard('DROP');

# ---------------------------------------------------------------- one relay, of this request, on this connection

fresh();
my $honest = $liar->do("relay south me @peers");
my $first = $liar->do('dump');
like($liar->do('send south plain'), qr/^reply/, 'a relay is answered');
refused($liar->do('send south plain'), $key, 'not twice');
refused($liar->tell('south', qw(me south east)), $key, 'nor another one of that request');
refused($liar->do('send east plain'), $malformed, 'not by a party for whom it is not');
spent('east', 'which then has spent its shares');

fresh();
$liar->do("load $first");
refused($liar->do('send south plain'), $malformed, 'the relay of an earlier request');
spent('south', 'it costs the shares, too');

fresh();
$liar->do('connect south ' . $fed->conninfo('south') . " user=north_login password=$fed->{password}{south}{north_login}");
spent('south', 'nothing on another connection of the same login');
{
	my $twin = Hostile->new($fed, 'north');
	fresh();
	$twin->connect('south');
	$liar->do("relay south me @peers");
	$twin->do('load ' . $liar->do('dump'));
	refused($twin->do('send south plain'), $key, 'nothing on one that is open at the same time');
	like($liar->do('send south plain'), qr/^reply/, 'but on its own');
	$twin->end;

	my $west = Hostile->new($fed, 'west');
	fresh();
	$west->connect('south');
	$liar->do("relay south me @peers");
	$west->do('load ' . $liar->do('dump'));
	refused($west->do('send south plain'), $key, 'nor for another login');
	$west->end;
}
fresh();
$fed->sql('south', q{UPDATE mpc.login SET party = 'west' WHERE login = 'north_login'::regrole});
refused($liar->tell('south', 'me', @peers), $key, 'a login that is now that of another party');
$fed->sql('south', q{UPDATE mpc.login SET party = 'north' WHERE login = 'north_login'::regrole});
fresh();
$liar->do('hello south pay');
spent('south', 'a greeting between the rounds drops the shares');
fresh();
$liar->do("relay south me @peers");
my $kept = $liar->do('dump');
$liar->do('build');
refused($liar->do('send south plain'), $key, 'a request with a spent key between the rounds');
$liar->do("load $kept");
refused($liar->do('send south plain'), $key, 'drops them as well');
{
	# The next key came with the shares: two requests in a row, then the relay of the first.
	fresh();
	$liar->do("relay south me @peers");
	$kept = $liar->do('dump');
	$liar->do('next south', 'build');
	like($liar->do('send south plain'), qr/^reply/, 'a second request on a connection is answered');
	$liar->do("load $kept");
	refused($liar->do('send south plain'), $malformed, 'the relay of the first one not any more');
}

# ---------------------------------------------------------------- what a relay says

# The message for south as it should be, changed by code, signed again.
sub altered
{
	my ($change) = @_;
	fresh();
	$liar->do("relay south me @peers");
	my $bytes = pack('H*', $liar->do('dump'));
	$change->(\$bytes);
	$liar->do('load ' . unpack('H*', $bytes), 'patch 0 4d');
	my $said = $liar->do('send south plain');
	spent('south', 'and the shares are gone') if $said =~ /^refused/;
	return $said;
}
my $entry = sub { return $entries_at + $entry_bytes * $at{ $_[0] }; };

like(altered(sub { }), qr/^reply/, 'a relay that was taken apart and put together');
refused(altered(sub { substr(${ $_[0] }, $entry->('west'), 1) ^= "\1" }), $signature, 'a forged hash of west');
refused(altered(sub { substr(${ $_[0] }, $entry->('north'), 1) ^= "\1" }), $signature, 'of my own');
refused(altered(sub { substr(${ $_[0] }, $entry->('south'), 1) ^= "\1" }), $signature, 'of the party that is told');
refused(altered(sub { substr(${ $_[0] }, $entry->('west') + $hash_bytes, 1) ^= "\1" }), $signature, 'a forged signature of west');
refused(altered(sub {
	my ($bytes) = @_;
	my ($east, $west) = map { substr($$bytes, $entry->($_), $entry_bytes) } qw(east west);
	substr($$bytes, $entry->('east'), $entry_bytes) = $west;
	substr($$bytes, $entry->('west'), $entry_bytes) = $east;
}), $signature, 'east and west swapped');
refused(altered(sub { substr(${ $_[0] }, $entry->('west'), $entry_bytes) = substr(pack('H*', $first), $entry->('west'), $entry_bytes) }),
	$signature, 'what west signed for an earlier request');
refused(altered(sub { substr(${ $_[0] }, $entry->('south'), $entry_bytes) = substr(pack('H*', $first), $entry->('south'), $entry_bytes) }),
	$signature, 'what south did');
refused(altered(sub { substr(${ $_[0] }, -64 - $_ , 1) ^= "\x80" }), $malformed, "a bit in the share that is sealed, $_ bytes from its end")
  foreach 1, 16, 17, $sealed_bytes;
refused(altered(sub { substr(${ $_[0] }, -64 - $sealed_bytes, $sealed_bytes) = substr(pack('H*', $first), -64 - $sealed_bytes, $sealed_bytes) }),
	$malformed, 'the share that was sealed for an earlier request');
refused(altered(sub { substr(${ $_[0] }, $rid_at, 1) ^= "\1" }), $malformed, 'the id of another request');
refused(altered(sub { substr(${ $_[0] }, 7, 1) = "\2" }), $malformed, 'a later version');
refused(altered(sub { substr(${ $_[0] }, $bitmap_at, 1) |= "\x10" }), $malformed, 'a fifth dealer of four');
refused(altered(sub { substr(${ $_[0] }, $bitmap_at + 15, 1) |= "\x80" }), $malformed, 'the last that a bitmap has');
refused(altered(sub { substr(${ $_[0] }, -64, 0) = "\0" }), $malformed, 'a byte more');
refused(altered(sub { substr(${ $_[0] }, -65, 1) = '' }), $malformed, 'a byte less');
refused(altered(sub { ${ $_[0] } = substr(${ $_[0] }, 0, $_) . "\0" x 64 }), $malformed, "cut after $_ bytes") foreach 8, 40, 56, 100;
refused(altered(sub { substr(${ $_[0] }, $bitmap_at, 16) = "\0" x 16; substr(${ $_[0] }, $entries_at, -64) = '' }), $malformed, 'nobody at all');
fresh();
$liar->do("relay south me @peers", 'resign ghost');
refused($liar->do('send south plain'), $signature, 'a list that a stranger signed');
fresh();
$liar->do("relay south me @peers");
my $bytes = $liar->do('dump');
substr($bytes, -1) = substr($bytes, -1) eq '0' ? '1' : '0';
$liar->do("load $bytes");
refused($liar->do('send south plain'), $signature, 'a signature with another bit');

fresh();
refused($liar->tell('south', qw(me east west)), $malformed, 'without the party that is told');
refused($liar->tell('east', qw(me east)), $limit, 'two dealers, where three are needed');
refused($liar->tell('west', 'west'), $limit, 'one');
guard('ADD', 3);
fresh();
refused($liar->tell('south', qw(me south east)), $limit, 'three, where three others than the asker are');
like($liar->tell('east', 'me', @peers), qr/^reply/, 'four are enough');
guard('DROP');

guard('ADD', 0);
fresh();
refused($liar->tell('south', qw(me south)), $limit, 'two, by the threshold alone');
guard('DROP');

# R6 once more, of those who dealt.
$liar->deal([ 'lonely', @question[ 1 .. 2 ] ]);
refused($liar->tell('south', qw(me south west)), $publishers, 'of three dealers one other than the asker publishes');
refused($liar->tell('west', qw(me east west)), $publishers, 'a party that publishes nothing refuses as well');
like($liar->tell('east', qw(me south east)), qr/^reply/, 'two of them may');

# ---------------------------------------------------------------- nearly the same parties (R8)

# Deals, tells those of the set, and opens: what came of it.
sub sum_of
{
	my (@set) = @_;
	$liar->deal([@question], @set);
	my @said = map { $liar->tell($_, 'me', @set) } @set;
	my @refused = grep { !/^reply/ } @said;
	return $refused[0] if @refused;
	return $liar->do("open me @set by @set");
}
next_day();
is(sum_of(@peers), 'same: ' . lanes(@peers), 'the sum of all');
foreach my $out (@peers)
{
	refused(sum_of(grep { $_ ne $out } @peers), $difference, "which, less that without $out, would be its own");
}
is(sum_of(@peers), 'same: ' . lanes(@peers), 'the same parties may be asked again');
$liar->deal([@question]);
like($liar->tell('south', @peers), qr/^reply/, 'without my own part they are the same');
$fed->on_all(q{UPDATE mpc.answered_set SET at = at - interval '23 hours 59 minutes'});
refused(sum_of(qw(south east)), $difference, 'others before a day has gone by');
next_day();
is(sum_of(qw(south east)), 'same: ' . lanes(qw(south east)), 'others a day later');
{
	# Each peer sees two of three sums; half of their sum, less one, is one party's own.
	next_day();
	my %sum = map { $_ => sum_of(split(/ /, $_)) } 'south east', 'south west', 'east west';
	cmp_ok(scalar(grep { /^same/ } values %sum), '<', 3, 'three sums over two parties each, no peer in all of them: not all are opened')
	  or diag explain \%sum;
}
{
	# Dealt before either was recorded, on two connections.
	next_day();
	my $twin = Hostile->new($fed, 'north');
	$liar->deal([@question]);
	$twin->deal([@question], qw(south east));
	like($liar->tell('south', 'me', @peers), qr/^reply/, 'two requests at once: one of all');
	refused($twin->tell('south', qw(me south east)), $difference, 'the other one of fewer');
	like($twin->tell('east', qw(me south east)), qr/^reply/, 'another party knows of one');
	refused($liar->tell('east', 'me', @peers), $difference, 'and refuses the other');
	$twin->end;
}
$fed->sql('south', q{UPDATE mpc.answered_set SET members = substr(members, 2)});
$liar->deal([@question]);
is($liar->tell('south', 'me', @peers), 'error MP006 the joint question could not be answered', 'a record that is damaged: no answer, and no reason');
spent('south', 'and no second try');

# ---------------------------------------------------------------- protocols and thresholds

sub ask
{
	next_day();
	$liar->connect($_) foreach @peers;
	$liar->request(@_);
	return $liar->do('send south plain');
}
my $other = qr/^refused $malformed: the federation has another protocol or threshold at this party/;
like(ask(@question, "protocol $_"), $other, "protocol $_ where shares are asked for") foreach 1, 4;
like(ask(@question[ 0, 1 ], 'key sex', 'protocol 1'), $other, 'also of groups');
refused(ask(@question[ 0, 1 ], 'key grade'), $malformed, 'shares for keys without a domain');
refused(ask(@question[ 0, 1 ], 'key grade', 'protocol 4', 'lanes 1000'), $malformed, 'nor a sketch');
refused(ask(@question, 'threshold 4'), $contract, 'another threshold, in the contract, too');
sub patched
{
	my ($name, $dataset, $at, $hex) = @_;
	$liar->connect($_) foreach @peers;
	$liar->request($dataset, @question[ 1 .. 2 ]);
	$liar->do("patch $at $hex");
	return $liar->do("send $name plain");
}
like(patched('south', 'pay', $threshold_at, '0400'), $other, 'another threshold in the header alone');
refused(patched('south', 'pay', $threshold_at, "${_}00"), $malformed, "a threshold of $_, with which two sums open or none") foreach qw(00 01 02 05 ff);
like(patched('west', 'lonely', $threshold_at, '0400'), $other, 'at a party that publishes nothing');
like(patched('west', 'lonely', $protocol_at, '014104000400'), $other, 'another protocol there');
like(patched('west', 'lonely', $protocol_at, '044104000400'), $other, 'or a sketch');
refused(patched('south', 'pay', $lanes_at, 'ffffffff'), $malformed, 'more lanes than any vector has');
refused(ask(@question, "lanes $_"), $malformed, "$_ lanes") foreach 4, 6;
# With a threshold of all, the headers of both protocols say the same of it.
$fed->on_all(q{ALTER SERVER offices OPTIONS (ADD threshold '4')});
like(ask(@question, 'threshold 4'), qr/^reply/, 'a threshold of all');
like(ask(@question, 'threshold 4', 'protocol 1'), $other, 'and masks instead of shares');
like(patched('west', 'lonely', $protocol_at, '014104000400'), $other, 'at a party that publishes nothing');
$fed->on_all(q{ALTER SERVER offices OPTIONS (DROP threshold)});
{
	# The federation's rules while shares are held.
	fresh();
	$fed->sql('south', q{ALTER SERVER offices OPTIONS (ADD threshold '2')});
	is($liar->tell('south', 'me', @peers), 'error MP006 the joint question could not be answered', 'a federation that broke between the rounds');
	$fed->sql('south', q{ALTER SERVER offices OPTIONS (DROP threshold)});
	spent('south', 'the shares went with the error');
}

# ---------------------------------------------------------------- dealt and never summed up

sub memory
{
	my $pid = $fed->sql('west', q{SELECT max(pid) FROM pg_stat_activity WHERE usename = 'north_login'});
	return slurp_file("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m ? $1 : die 'no VmRSS';
}
SKIP:
{
	skip 'no /proc', 3 unless -r "/proc/$$/status";
	# 16 MB a vector, at the party that publishes nothing.
	my $groups = 100_000;
	$liar->connect($_) foreach @peers;
	$liar->request('lonely', 'key sex', @question[ 1 .. 2 ], 'lanes ' . 5 * ($groups + 1));
	like($liar->do('send west plain'), qr/^reply/, 'a long vector is dealt');
	my $before = memory();
	foreach (1 .. 5)
	{
		$liar->do('next west', 'build');
		die 'not dealt' unless $liar->do('send west plain') =~ /^reply/;
	}
	cmp_ok(memory() - $before, '<', 20_000, 'again and again, and it holds one');
	$liar->do('hello west lonely');
	cmp_ok($before - memory(), '>', 10_000, 'none after a greeting');
}

# ---------------------------------------------------------------- R8 is written before anything is summed up

# Behind the lock of logins (R1, 036), were it to fail: locked, the session could begin nothing.
Hostile::unlock($fed);
my $replies = 0;
my @unrecorded;
foreach my $way (qw(plain begin savepoint multi middle do do_rollback do_exception procedure deferred extended pipeline))
{
	fresh();
	$liar->do("relay south me @peers");
	$liar->do('heard');
	my $replied = $liar->do("send south $way") =~ /^reply/;
	$replies++ if $replied;
	push @unrecorded, $way if $replied && $fed->sql('south', 'SELECT count(*) FROM mpc.answered_set') ne '1';
}
cmp_ok($replies, '>', 2, "$replies ways to ask bring a sum share");
is("@unrecorded", '', 'none of them without the record of it, whatever is rolled back');

# ---------------------------------------------------------------- and what is left

foreach my $name (@peers)
{
	my $log = $fed->log($name);
	is($fed->sql($name, 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', "the chain of $name is whole after all this");
	unlike($log, qr/terminated by signal|PANIC|TRAP/, 'it never crashed');
	unlike($log, qr/\b$base{$name}\b|@{[ 20 * $base{$name} ]}/, 'and its log tells nothing of its rows');
}

$liar->end;
done_testing();
