# What may one partner learn by intersections in a day (R29)? Sets that are too small or too large, dictionaries, sets that differ by
# one element, the same question again: each is refused by its limit, and what was asked stands in both ledgers.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

my $limit = 15;
my ($members, $count) = (64, 65);

my $fed = MpcTest::federation(names => [qw(north south)], conf => "mpc_agg.workers = 0\n");
$fed->sql('north', 'CREATE TABLE people AS SELECT g AS id, g AS age, 0 AS part FROM generate_series(1, 1000) AS g');
$fed->sql('south', 'CREATE TABLE people AS SELECT g AS id, 0 AS age, g AS part FROM generate_series(21, 40) AS g');
my %limits = (min_set => 5, max_ratio => 3, max_probes => 100, max_changes => 3);
my %common = (relation => 'people', identifiers => ['id'], filters => [qw(age part)], '"intersect"' => 'members', min_rows => 1);

# North's own limits leave everything to south's.
sub limits
{
	my %south = (%limits, @_);
	$fed->publish('people', {%common}, north => { min_set => 0, max_ratio => 1_000_000, max_probes => 1_000_000_000, max_changes => 1_000_000 }, south => \%south);
	$fed->sql('south', 'DELETE FROM mpc.intersection_run');
	return;
}
limits();
$fed->import_joint;

# North's people of these ages and south's of these parts; all of south's where nothing is said of them.
sub question
{
	my ($from, $to, $first, $last) = @_;
	my ($low, $high) = ($first // 21, $last // 40);
	return "SELECT mpc_intersect_count(id) FROM joint.people WHERE (age = 0 OR age BETWEEN $from AND $to) AND (part = 0 OR part BETWEEN $low AND $high)";
}

sub answered
{
	my ($sql, $expected, $what) = @_;
	return is($fed->ask('north', $sql), $expected, $what);
}

sub refused
{
	my ($sql, $rule, $what) = @_;
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n$sql");
	is($out, '', "$what: no number");
	like($err, qr/MP002.*party "south" refused.*$rule/s, "$what: why not");
	return;
}

sub runs { return $fed->sql('south', 'SELECT count(*), sum(probes), count(own_set) FROM mpc.intersection_run'); }

# What both ledgers have of the last request that the asker made.
sub both_have
{
	my ($what, $at_peer) = @_;
	my $rid = $fed->sql('north', q{SELECT encode(rid, 'hex') FROM mpc.ledger_entry WHERE role = 'asker' AND rid IS NOT NULL ORDER BY seq DESC LIMIT 1});
	is($fed->sql('south', "SELECT count(*) FROM mpc.ledger_entry WHERE role = 'peer' AND rid = '\\x$rid'"), $at_peer, $what);
	return;
}

# ---------------------------------------------------------------- how large sets are

answered(question(21, 30), 10, 'ten of ten');
both_have('it stands in both ledgers', 1);
is(runs(), '1|10|1', 'and is counted');
refused(question(21, 24), 'is intersected with sets of at least 5 identifiers only', 'a set of four');
refused(question(1, 24, 21, 24), 'own set has fewer than 5 identifiers', 'four on the other side');
both_have('a run that was refused behind the ledger stands in both', 1);
is(runs(), '2|34|1', 'and counts as probes, not as an answer');
answered(question(11, 25, 21, 25), 5, 'five are enough, and three times as many');
limits(max_probes => 1_000_000);
answered(question(21, 80), 20, 'three times as many as twenty');
refused(question(20, 80), "the asker's set is more than 3 times as large as this party's own", 'one more');
limits(min_set => 0, max_probes => 1_000_000, max_ratio => 1);
refused(question(41, 80, 41, 80), "the asker's set is more than 1 times as large", 'forty and none');
limits(max_probes => 1_000_000);
$fed->sql('north', 'UPDATE mpc.dataset SET min_set = 30');
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n" . question(1, 29));
	like($err, qr/MP002.*own set has fewer than 30 identifiers/s, "the asker's own limit holds for itself");
	is(runs(), '0||0', 'and nobody is asked');
}

# ---------------------------------------------------------------- the same question again

limits(max_changes => 100);
answered(question(21, 30, 21, 30), 10, 'a question');
my $first = $fed->sql('south', q{SELECT encode(rid, 'hex') FROM mpc.intersection_run});
refused(question(21, 30, 21, 30), "the same question was answered in the last 24 hours by request $first", 'the same again, with the id of the first');
like($fed->sql('south', q{SELECT encode(rid, 'hex') FROM mpc.ledger_entry WHERE role = 'peer'}), qr/$first/, 'which is in the ledger');
both_have('and so is the refused one', 1);
$fed->sql('north', 'UPDATE people SET id = 5000 WHERE id = 21');
refused(question(21, 30, 21, 30), "by request $first", 'with another element in place of one of its own: which it was would show');
$fed->sql('north', 'UPDATE people SET id = 21 WHERE id = 5000');
$fed->sql('south', 'DELETE FROM people WHERE id = 40');
refused(question(21, 30, 21, 30), "by request $first", 'rows changed that are not in the question');
$fed->sql('south', 'INSERT INTO people VALUES (40, 0, 40); DELETE FROM people WHERE id = 30');
answered(question(21, 30, 21, 30), 9, 'rows changed that are');
$fed->sql('south', 'INSERT INTO people VALUES (30, 0, 30)');
refused(question(21, 30, 21, 30), "by request $first", 'and back again');

# ---------------------------------------------------------------- a dictionary

limits(max_changes => 1000);
my ($answers, $asked) = (0, 0);
foreach my $block (0 .. 9)
{
	my ($from, $to) = (21, 40 + $block);
	my ($out, $err, $rc) = $fed->ask_err('north', question($from, $to));
	$asked += $to - $from + 1 if $rc == 0;
	$answers++ if $rc == 0;
	like($err, qr/answers for at most 100 identifiers of one partner in 24 hours/, "block $block is one too many") if $rc != 0;
}
is("$answers $asked", '4 86', 'of all numbers there are, a hundred a day and no more');
both_have('the last one, refused, stands in both ledgers', 1);
answered(question(27, 40), 14, 'what is left of the day');
refused(question(36, 40), 'at most 100 identifiers', 'and then none');
$fed->sql('south', q{UPDATE mpc.intersection_run SET at = at - interval '23 hours 50 minutes'});
refused(question(36, 40), 'at most 100 identifiers', 'nor after almost a day');
$fed->sql('south', q{UPDATE mpc.intersection_run SET at = at - interval '11 minutes'});
answered(question(36, 40), 5, 'but after a day');
$fed->sql('south', q{UPDATE mpc.intersection_run SET at = at - interval '25 hours'});
answered(question(35, 40), 6, 'and the next one');
is($fed->sql('south', q{SELECT count(*) FROM mpc.intersection_run WHERE at < now() - interval '48 hours'}), 0, 'what is two days old is gone');
limits(max_probes => 0);
refused(question(21, 30), 'at most 0 identifiers', 'a dataset that allows none');

# ---------------------------------------------------------------- sets that differ by one element

limits();
answered(question(21, $_), $_ - 20, "up to $_") foreach 30, 31, 32;
refused(question(21, 33), 'answers at most 3 intersections of one partner in 24 hours', 'the fourth that differs by one');
both_have('which stands in both ledgers', 1);
is($fed->sql('south', 'SELECT count(*) FROM mpc.intersection_run WHERE own_set IS NOT NULL'), 3, 'and is no answer');
$fed->sql('south', 'DELETE FROM people WHERE id = 22');
refused(question(21, 30), 'at most 3 intersections', 'nor when a row of the other side changes');
$fed->sql('south', 'INSERT INTO people VALUES (22, 0, 22)');
$fed->sql('south', q{UPDATE mpc.intersection_run SET at = at - interval '25 hours'});
answered(question(21, 33), 13, 'after a day');

# ---------------------------------------------------------------- two at a time

my @twins = map { Hostile->new($fed, 'north', members => ['south']) } 1, 2;
sub both_at_once
{
	my (@announced) = @_;
	foreach my $i (0, 1)
	{
		$twins[$i]->connect('south');
		$twins[$i]->do('own people', "announce $announced[$i]");
		$twins[$i]->request('people', "agg $count id", 'protocol 5');
	}
	print { $_->{in} } "send south plain\n" foreach @twins;
	my @said = map { my $said = readline $_->{out}; chomp $said; $said } @twins;
	return join(', ', map { /^reply/ ? 'reply' : $_ } sort @said);
}
limits();
like(both_at_once(60, 60), qr/^refused $limit: .*at most 100 identifiers.*, reply$/, 'two of sixty do not both fit into a hundred');
limits();
is(both_at_once(50, 49), 'reply, reply', 'of fifty they do');
limits(max_changes => 1);
like(both_at_once(20, 21), qr/^refused $limit: .*at most 1 intersections.*, reply$/, 'nor two into one change');
limits();
like(both_at_once(20, 20), qr/^refused $limit: the same question was answered .* by request [0-9a-f]{64}, reply$/, 'nor the same question twice');
is(runs(), '2|40|1', 'both are counted, one is answered');

limits();
$_->end foreach @twins;
answered(question(21, 30), 10, 'an honest question is answered');
foreach my $name ($fed->names)
{
	is($fed->sql($name, 'SELECT broken_at IS NULL FROM mpc.verify_ledger()'), 't', "the chain of $name is whole after all this");
	unlike($fed->log($name), qr/terminated by signal|PANIC|TRAP/, 'it never crashed');
}

done_testing();
