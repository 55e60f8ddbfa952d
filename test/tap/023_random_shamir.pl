# The oracle of threshold sums: random tables at three and at five parties of federations with protocol "shamir", random
# questions with and without GROUP BY over declared domains, and every answer must be what plain SQL gives over one
# table with all the rows; where a party drops out, with those of the others. Everything is drawn from SEED.

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode);
use MpcGroups;
use MpcKeys;
use MpcOracle;
use MpcQuestions;
use MpcRandom;
use MpcStatistics;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");

# p4 keeps its text in LATIN1, p3 orders its own text as people do; p5 is the one whose enum came in another order.
my @all = map { "p$_" } 1 .. 5;
my $latin1 = 'p4';
my $trio = { name => 'trio', parties => [qw(p2 p3 p5)], options => "protocol 'shamir', min_contributors '0'" };
my $five = { name => 'offices', parties => \@all };

my %seen = (asked => 0, telling => 0, remainder => 0);
my $oracle = MpcOracle->new(names => \@all, latin1 => $latin1, icu => ['p3']);
srand($seed);		# making clusters draws, too
$oracle->run(MpcStatistics::functions_sql());
$oracle->{fed}->on_all(q{ALTER SERVER offices OPTIONS (ADD protocol 'shamir', ADD threshold '4')});
$oracle->{fed}->on_all(q{CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$});

foreach my $federation ($trio, $five)
{
	$oracle->connect($federation);
	fill($federation);
}
ask_from($trio, $_, 20) foreach MpcRandom::one_of(@{ $trio->{parties} });
ask_from($five, $_, 20) foreach (sort { rand() <=> 0.5 } @all)[ 0 .. 1 ];
dropped_out($_, 20) foreach 1, 1, 2;
note("$seen{asked} questions, $seen{telling} with numbers, $seen{remainder} with a remainder");
cmp_ok($seen{telling}, '>', $seen{asked} / 4, 'enough answers tell something');
cmp_ok($seen{remainder}, '>', 0, 'some have a remainder');
done_testing();

# Two with keys and two without.
sub fill
{
	my ($federation) = @_;
	my %common = (
		schema => $federation->{name}, parties => $federation->{parties},
		collation => $oracle->{collation}, unicode => !grep { $_ eq $latin1 } @{ $federation->{parties} });
	my @groups = map { MpcKeys::dataset(%common, name => "closed$_", closed => 1) } 1 .. 2;
	my @totals = map { MpcRandom::dataset(%common, name => "d$_") } 1 .. 2;
	my $iso = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO';\n";
	my $lookups = join('', map { MpcKeys::lookup_sql($_) } @groups);
	$oracle->run_at($_, $iso . $lookups) foreach @{ $federation->{parties} };
	$oracle->fill($federation, @groups, @totals);
	$oracle->run($iso . join('', map { MpcKeys::outside_sql($_) } @groups));
	@$federation{qw(groups totals)} = (\@groups, \@totals);
	$oracle->run(join('', map { "CREATE TABLE ${_}_all AS TABLE $_;" } tables($federation)));
	return;
}

sub tables { return map { "$_->{schema}.$_->{name}" } @{ $_[0]{groups} }, @{ $_[0]{totals} }; }

sub draw_question
{
	my ($federation) = @_;
	return MpcGroups::question(MpcRandom::one_of(@{ $federation->{groups} })) if MpcRandom::chance(0.6);
	return MpcQuestions::question(MpcRandom::one_of(@{ $federation->{totals} }));
}

sub ask_from
{
	my ($federation, $asker, $count, $missing) = @_;
	my @questions = map { draw_question($federation) } 1 .. $count;
	push @questions, map { MpcGroups::all_keys($_, MpcRandom::one_of(MpcRandom::with_role($_, 'key'))) } @{ $federation->{groups} };
	my @views = map { my $i = $_; join('', $oracle->style_sql($asker), map { $_->{view} ? "$_->{view}[$i];\n" : () } @questions) } 0 .. 1;
	$oracle->run_at($asker, $views[0]);
	$oracle->run($views[1]);
	my @joint = $oracle->ask($asker, [ map { [ @{ $_->{before} // [] }, $_->{joint} ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, [ map { [ @{ $_->{oracle_before} // [] }, $_->{remainder} // (), $_->{oracle} ] } @questions ]);
	my $what = "$federation->{name} asked by $asker" . (defined $missing ? ", $missing" : '');
	is(scalar @joint, scalar @questions, "$what: answered");
	compare($what, $questions[$_], $joint[$_] // '', $plain[$_] // '', $_ + 1) foreach 0 .. $#questions;
	return;
}

# One of five cannot write: in the first round it is missing, in the second its rows are in the answer.
sub dropped_out
{
	my ($round, $count) = @_;
	my ($asker, $who) = sort { rand() <=> 0.5 } @all;
	my $table = $round == 1 ? 'mpc.ledger_entry' : 'mpc.answered_set';
	my @tables = $round == 1 ? tables($five) : ();

	# who has min_contributors 0 writes nothing down in the second
	$oracle->run_at($who, q{ALTER SERVER offices OPTIONS (SET min_contributors '1')}) if $round == 2;
	$oracle->run_at($who, "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON $table FOR EACH ROW EXECUTE FUNCTION no_room()");
	$oracle->run(join('', map { "DELETE FROM $_ WHERE party = '$who';" } @tables));
	my $from = $oracle->{fed}->log_end($who);
	ask_from($five, $asker, $count, "$who drops out in round $round");
	my @failures = $oracle->{fed}->log($who, $from) =~ /^.*DETAIL:  Request .*: no room$/mg;
	cmp_ok(scalar @failures, '>', $count / 2, "$who did drop out");
	$oracle->run(join('', map { "INSERT INTO $_ SELECT * FROM ${_}_all WHERE party = '$who';" } @tables));
	$oracle->run_at($who, "DROP TRIGGER no_room ON $table");
	$oracle->run_at($who, q{ALTER SERVER offices OPTIONS (SET min_contributors '0')}) if $round == 2;
	return;
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
	my ($x, $y) = map { [ split /\n/, $_, -1 ] } $joint, $plain;
	($x, $y) = map { [ sort @$_ ] } $x, $y unless $question->{ordered} || $question->{columns};
	return @$x . ' rows, not ' . @$y if @$x != @$y;
	foreach my $row (0 .. $#$x)
	{
		my $why = row_differs($question, $x->[$row], $y->[$row]);
		return "row $row: $why" if defined $why;
	}
	return;
}

sub row_differs
{
	my ($question, @rows) = @_;
	return $rows[0] eq $rows[1] ? undef : 'not the same' unless $question->{columns};
	my ($x, $y) = map { [ split /\|/, $_, -1 ] } @rows;
	return 'another number of columns' if @$x != @$y;
	foreach my $i (0 .. $#$x)
	{
		my (undef, undef, $column, $function) = @{ $question->{columns}[$i] // [] };
		my $why = MpcQuestions::differs($x->[$i], $y->[$i], $column, $function);
		return 'column ' . ($i + 1) . ": $why" if defined $why;
	}
	return;
}

sub compare
{
	my ($what, $question, $joint, $plain, $number) = @_;
	my $why = why_wrong($question, $joint, $plain);
	$seen{asked}++;
	$seen{telling}++ if $joint !~ /^error/ && $joint =~ /[1-9]/;
	$seen{remainder}++ if $question->{joint} =~ /mpc_remainder/ && $plain =~ /(^|\|)t(\||$)/m;
	return if ok(!defined $why, "$what, question $number");
	diag(encode('UTF-8', "SEED=$seed $what: $why\n"
		  . join("\n", (map { "$_;" } @{ $question->{view} ? [ $question->{view}[0] ] : $question->{before} // [] }), "$question->{joint};")
		  . "\njoint:\n$joint\noracle: $question->{oracle};\n$plain"));
	return;
}
