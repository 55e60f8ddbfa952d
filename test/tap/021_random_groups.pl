# The oracle of GROUP BY: random tables with keys at up to five parties, random questions,
# and every joint answer must have the rows of plain SQL over one table with all the rows.
#
# No threshold folds anything here (022_thresholds.pl is for that): the remainder is the rows whose key is outside
# its domain or too long. Everything is drawn from SEED. A question that fails is printed with its
# seed, its federation, the SQL and both answers.

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode);
use MpcGroups;
use MpcKeys;
use MpcOracle;
use MpcRandom;
use MpcStatistics;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");

# p4 keeps its text in LATIN1, p3 orders its own text as people do; p5 is the one whose enum came in another order.
my @all = map { "p$_" } 1 .. 5;
my $latin1 = 'p4';

my @federations = (
	{ name => 'pair', parties => [qw(p1 p2)], datasets => 3, questions => 50, options => "min_contributors '0', allow_two_party 'true'" },
	{ name => 'trio', parties => [qw(p2 p3 p5)], datasets => 4, questions => 80, many => 1, options => "min_contributors '0'" },
	{ name => 'four', parties => [qw(p1 p3 p4 p5)], datasets => 3, questions => 60, options => "min_contributors '0'" },
	{ name => 'offices', parties => \@all, datasets => 3, questions => 60, silent => ['p2'] });

my %seen = map { $_ => 0 } qw(asked telling remainder most extremes sets);
my $oracle = MpcOracle->new(names => \@all, latin1 => $latin1, icu => ['p3']);
srand($seed);		# making clusters draws, too
$oracle->run(MpcStatistics::functions_sql());

foreach my $federation (@federations)
{
	$oracle->connect($federation);
	fill($federation);
	ask_all($federation);
}
growing();
note("$seen{asked} questions, $seen{telling} with several rows, $seen{remainder} with a remainder, $seen{extremes} with extremes, $seen{sets} with grouping sets; up to $seen{most} groups");
cmp_ok($seen{telling}, '>', $seen{asked} / 4, 'enough answers tell something');
cmp_ok($seen{$_}, '>', 0, "some have $_") foreach qw(remainder extremes sets);
done_testing();

sub fill
{
	my ($federation) = @_;
	my %common = (
		schema => $federation->{name}, parties => $federation->{parties}, silent => $federation->{silent} // [], everything => 1,
		collation => $oracle->{collation}, unicode => !grep { $_ eq $latin1 } @{ $federation->{parties} });
	my @sets = map { MpcKeys::dataset(%common, name => "d$_") } 1 .. $federation->{datasets};
	push @sets, MpcKeys::dataset(%common, name => 'many', many => 1) if $federation->{many};
	my $iso = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO';\n";
	my $lookups = join('', map { MpcKeys::lookup_sql($_) } @sets);
	$oracle->run_at($_, $iso . $lookups) foreach @{ $federation->{parties} };
	$oracle->fill($federation, @sets);
	$oracle->run($iso . join('', map { MpcKeys::outside_sql($_) } @sets));
	$federation->{sets} = \@sets;
	return;
}

sub ask_all
{
	my ($federation) = @_;
	my @parties = @{ $federation->{parties} };
	my @askers = splice(@parties, int rand @parties, 1);
	push @askers, MpcRandom::one_of(@parties);
	push @askers, $federation->{silent}[0] if $federation->{silent} && !grep { $_ eq $federation->{silent}[0] } @askers;
	ask_from($federation, $_, int($federation->{questions} / @askers)) foreach @askers;
	return;
}

sub ask_from
{
	my ($federation, $asker, $count) = @_;
	my @questions = map { MpcGroups::question(MpcRandom::one_of(@{ $federation->{sets} })) } 1 .. $count;
	push @questions, map { MpcGroups::all_keys($_) } @{ $federation->{sets} };
	my @views = map { my $i = $_; join('', $oracle->style_sql($asker), map { $_->{view} ? "$_->{view}[$i];\n" : () } @questions) } 0 .. 1;
	$oracle->run_at($asker, $views[0]);
	$oracle->run($views[1]);
	my @joint = $oracle->ask($asker, [ map { [ @{ $_->{before} // [] }, $_->{joint} ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, [ map { [ @{ $_->{oracle_before} // [] }, $_->{remainder} // (), $_->{oracle} ] } @questions ]);
	is(scalar @joint, scalar @questions, "$federation->{name}: $asker was answered");
	compare($federation, $asker, $questions[$_], $joint[$_] // '', $plain[$_] // '', $_ + 1) foreach 0 .. $#questions;
	return;
}

sub rows_of
{
	my ($question, $answer) = @_;
	my @rows = split /\n/, $answer, -1;
	return $question->{ordered} ? @rows : sort @rows;
}

# undef when the answers agree.
sub why_wrong
{
	my ($question, $joint, $plain) = @_;
	if ($question->{remainder})
	{
		return 'no answer from the oracle' unless $plain =~ s/\A([tf])(\n|\z)//;
		return $joint =~ /\Aerror 0A000\ndistinct keys/ ? undef : 'a remainder was counted' if $1 eq 't';
	}
	return 'the oracle does not understand it' if $plain =~ /^error (?!22)/m || $plain =~ /^error .*^error /ms;
	return $joint =~ /^\Q$1\E$/m ? undef : 'another error' if $plain =~ /^(error \w+)$/m;
	my @joint = rows_of($question, $joint);
	my @plain = rows_of($question, $plain);
	return @joint . ' rows, not ' . @plain if @joint != @plain;
	my ($i) = grep { $joint[$_] ne $plain[$_] } 0 .. $#joint;
	return defined $i ? "\"$joint[$i]\", not \"$plain[$i]\"" : undef;
}

sub shown
{
	my ($question, $answer) = @_;
	my @rows = rows_of($question, $answer);
	return join("\n", @rows > 30 ? (@rows[ 0 .. 29 ], '...') : @rows);
}

sub compare
{
	my ($federation, $asker, $question, $joint, $plain, $number) = @_;
	my $rows = () = $joint =~ /\n/g;
	my $why = why_wrong($question, $joint, $plain);
	$seen{asked}++;
	$seen{extremes}++ if $question->{joint} =~ /\b(mpc_)?(min|max)\(/ && $joint !~ /^error/;
	$seen{sets}++ if $question->{joint} =~ /GROUPING SETS/ && $joint !~ /^error/;
	$seen{telling}++ if $rows > 0 && $joint !~ /^error/;
	$seen{remainder}++ if $question->{joint} =~ /mpc_remainder/ && $plain =~ /(^|\|)t(\||$)/m;
	$seen{most} = $rows if $rows > $seen{most};
	return if ok(!defined $why, "$federation->{name}.$question->{set}{name} asked by $asker, question $number");
	diag(encode('UTF-8', "SEED=$seed federation $federation->{name} asker $asker: $why\n"
		  . join("\n", (map { "$_;" } @{ $question->{view} ? [ $question->{view}[0] ] : $question->{before} // [] }), "$question->{joint};")
		  . "\njoint:\n" . shown($question, $joint) . "\noracle: $question->{oracle};\n" . shown($question, $plain)));
	return;
}

# The first sketch has no room for so many groups: the question is asked again, and each time is in the ledger.
sub growing
{
	my $count = "SELECT count(*) FROM mpc.ledger WHERE role = 'asker'";
	my $sql = 'SELECT k1, k2, k3, k4, count(*), count(m1), count(m2) FROM trio.many GROUP BY k1, k2, k3, k4';
	my $question = { set => { name => 'many' }, joint => $sql, oracle => $sql };
	my $before = $oracle->{fed}->sql('p5', $count);
	my ($joint) = $oracle->ask('p5', [ [$sql] ]);
	my ($plain) = $oracle->ask_plain('p5', [ [$sql] ]);
	compare({ name => 'trio' }, 'p5', $question, $joint, $plain, 'of many groups');
	cmp_ok($seen{most}, '>', 200, 'there are many groups');
	cmp_ok($oracle->{fed}->sql('p5', $count) - $before, '>', 1, 'they were asked for more than once');
	return;
}
