# The oracle: random tables at up to seven parties, random questions, and every joint
# answer must be what plain SQL gives over one table with all the rows.
#
# Everything is drawn from SEED. A question that fails is printed with its seed, its
# federation, the SQL and both answers.

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode);
use Math::BigInt;
use MpcOracle;
use MpcQuestions;
use MpcRandom;
use MpcStatistics;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");

# p4 keeps its text in LATIN1, p3 and p7 order their own text as people do. No two parties agree
# on how a value is shown or read.
my @all = map { "p$_" } 1 .. 7;
my $latin1 = 'p4';

my @federations = (
	{ name => 'pair', parties => [qw(p1 p2)], datasets => 2, questions => 60, options => "min_contributors '0', allow_two_party 'true'" },
	{ name => 'trio', parties => [qw(p2 p3 p5)], datasets => 3, questions => 110, options => "min_contributors '0'" },
	{ name => 'four', parties => [qw(p1 p3 p4 p6)], datasets => 3, questions => 100, options => "min_contributors '0'" },
	{ name => 'five', parties => [qw(p1 p2 p5 p6 p7)], datasets => 2, questions => 80, silent => ['p6'], options => "min_contributors '0'" },
	{ name => 'offices', parties => \@all, datasets => 2, questions => 80, silent => [qw(p2 p4)] },
	{ name => 'careful', parties => [qw(p3 p5 p6 p7)], datasets => 2, questions => 60, min_rows => 5, functions => '{count,sum,avg,extremes}', options => '' });

my ($asked, $telling, $refused) = (0, 0, 0);
my %asks = map { $_ => 0 } qw(min max mpc_products mpc_linregr);
my $oracle = MpcOracle->new(names => \@all, latin1 => $latin1, icu => [qw(p3 p7)]);
srand($seed);		# making clusters draws, too
$oracle->run(MpcStatistics::functions_sql());

foreach my $federation (@federations)
{
	$oracle->connect($federation);
	$federation->{sets} = [ draw_datasets($federation) ];
	$oracle->fill($federation, @{ $federation->{sets} });
	ask_all($federation);
}
overflow();
beyond_latin1();
other_meanings();
note("$asked questions, $telling with a number other than 0 in the answer, $refused refused by the rule of min_rows");
cmp_ok($telling, '>', $asked / 4, 'enough answers tell something');
cmp_ok($asks{$_}, '>', 0, "$asks{$_} answers with $_") foreach sort keys %asks;
done_testing();

sub draw_datasets
{
	my ($federation) = @_;
	my %common = (
		schema => $federation->{name}, parties => $federation->{parties}, silent => $federation->{silent} // [], everything => 1,
		min_rows => $federation->{min_rows}, functions => $federation->{functions}, collation => $oracle->{collation}, unicode => !grep { $_ eq $latin1 } @{ $federation->{parties} });
	my @sets = map { MpcRandom::dataset(%common, name => "d$_") } 1 .. $federation->{datasets};

	# Every kind of measure is asked for, whatever the seed.
	push @sets, MpcRandom::dataset(%common, name => 'every', measures => [
		map { [ $_, /interval/ ? 'interval' : /numeric/ ? 'numeric' : /int/ ? 'int' : /bool/ ? 'bool' : /^date/ ? 'date' : /^time/ ? 'time' : 'float' ] }
		  'smallint', 'integer', 'bigint', 'numeric(12,2)', 'numeric(38,10)', 'real', 'double precision', 'boolean', 'interval', 'date', 'timestamp without time zone', 'timestamp with time zone' ]);
	return @sets;
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
	my @questions = map {
		my $set = MpcRandom::one_of(@{ $federation->{sets} });
		$federation->{min_rows} ? MpcQuestions::threshold_question($set, $asker) : MpcQuestions::question($set) } 1 .. $count;
	push @questions, map { types_question($_) } @{ $federation->{sets} } unless $federation->{min_rows};
	foreach my $i (0 .. 1)
	{
		my $views = join(";\n", map { $_->{view} ? $_->{view}[$i] : () } @questions);
		next if $views eq '';
		$views = $oracle->style_sql($asker) . $views;
		$i ? $oracle->run($views) : $oracle->run_at($asker, $views);
	}

	my @joint = $oracle->ask($asker, [ map { [ @{ $_->{before} // [] }, $_->{joint} ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, [ map { [ @{ $_->{oracle_before} // [] }, $_->{refused} // (), $_->{oracle} ] } @questions ]);
	compare($federation, $asker, \@questions, \@joint, \@plain);
	return;
}

sub types_question
{
	my ($set) = @_;
	my %functions = (bool => [], (map { $_ => [qw(min max)] } qw(date time)), map { $_ => [qw(sum avg count)] } qw(int numeric float));
	my @items = map { my $column = $_; map { ["pg_typeof($_($column->{name}))"] } @{ $functions{ $column->{kind} } } }
	  grep { $_->{role}{measure} } @{ $set->{columns} };
	my $sql = 'SELECT ' . join(', ', map { $_->[0] } @items) . " FROM $set->{schema}.$set->{name}";
	return { set => $set, joint => $sql, oracle => $sql, columns => \@items };
}

# undef when the answers agree.
sub why_wrong
{
	my ($question, $joint, $oracle) = @_;
	if (defined $question->{refused})
	{
		return 'no answer from the oracle' unless $oracle =~ s/\A([tf])\n//;
		return $joint =~ /^error MP001\n/ ? undef : 'too few contribute' if $1 eq 't';
	}
	return 'the oracle does not understand it' if $oracle =~ /^error (?!22)/m || $oracle =~ /^error .*^error /ms;
	return $joint =~ /^\Q$1\E$/m ? undef : 'another error' if $oracle =~ /^(error \w+)$/m;
	my @joint = map { [ split /\|/, $_, -1 ] } split /\n/, $joint, -1;
	my @oracle = map { [ split /\|/, $_, -1 ] } split /\n/, $oracle, -1;
	return 'another number of rows' if @joint != @oracle;
	foreach my $row (0 .. $#joint)
	{
		return 'another number of columns' if @{ $joint[$row] } != @{ $oracle[$row] };
		foreach my $i (0 .. $#{ $joint[$row] })
		{
			my (undef, undef, $column, $function) = @{ $question->{columns}[$i] // [] };
			my $why = MpcQuestions::differs($joint[$row][$i], $oracle[$row][$i], $column, $function);
			return 'column ' . ($i + 1) . ": $why" if defined $why;
		}
	}
	return;
}

sub compare
{
	my ($federation, $asker, $questions, $joint, $oracle) = @_;
	is(scalar @$joint, scalar @$questions, "$federation->{name}: $asker was answered");
	$asked += @$questions;
	$telling += grep { !/^error/ && /[1-9]/ } @$joint;
	$refused += grep { /^error MP001/ } @$joint;
	foreach my $word (keys %asks)
	{
		$asks{$word} += grep { $questions->[$_]{joint} =~ /\b$word\(/ && $joint->[$_] !~ /^error/ } 0 .. $#$joint;
	}
	foreach my $i (0 .. $#$questions)
	{
		my $question = $questions->[$i];
		my $why = why_wrong($question, $joint->[$i] // '', $oracle->[$i] // '');
		next if ok(!defined $why, "$federation->{name}.$question->{set}{name} asked by $asker, question " . ($i + 1));
		diag(encode('UTF-8', "SEED=$seed federation $federation->{name} asker $asker: $why\n"
			  . join("\n", (map { "$_;" } @{ $question->{view} ? [ $question->{view}[0] ] : $question->{before} // [] }), "$question->{joint};")
			  . "\njoint:  " . ($joint->[$i] // '') . "\noracle: " . ($oracle->[$i] // '')));
	}
	return;
}

# A total outside the result's type is PostgreSQL's own error: real has no room for 2^128.
sub overflow
{
	my $bound = Math::BigInt->new(2)->bpow(125);
	foreach my $here (qw(p2 p3 p5))
	{
		$oracle->run_at($here,
			'CREATE TABLE trio.own_big AS SELECT (2 ^ 125)::real AS x FROM generate_series(1, 4);'
			  . "SELECT mpc_publish('big', 'trio.own_big', federation => 'trio', measures => '{x}', min_rows => 1, columns => '{\"x\": {\"scale\": 0, \"low\": 0, \"high\": \"$bound\"}}');"
			  . 'IMPORT FOREIGN SCHEMA trio LIMIT TO (big) FROM SERVER trio INTO trio; GRANT SELECT ON trio.big TO analyst');
	}
	$oracle->run('CREATE TABLE trio.big AS SELECT (2 ^ 125)::real AS x FROM generate_series(1, 12)');
	my $questions = [ ['SELECT sum(x) FROM trio.big'], ['SELECT avg(x) FROM trio.big'] ];
	my @joint = $oracle->ask('p3', $questions);
	my @plain = $oracle->ask_plain('p3', $questions);
	like($joint[0], qr/^error 22003\n/, 'a sum outside real');
	is($joint[1], $plain[1], 'its average fits double precision');
	like($plain[0], qr/^error 22003\n/, 'plain SQL says the same');
	return;
}

# What a party's encoding cannot say, that party refuses, whatever its rows are.
sub beyond_latin1
{
	my ($set) = grep { grep { $_->{kind} eq 'text' && $_->{role}{filter} } @{ $_->{columns} } } @{ $federations[2]{sets} };
  SKIP:
	{
		skip 'no text filter was drawn', 1 unless $set;
		my ($column) = grep { $_->{kind} eq 'text' } @{ $set->{columns} };
		my $sql = "SELECT count(*) FROM four.$set->{name} WHERE " . MpcRandom::quoted($column) . " = '日本'";
		my ($joint) = $oracle->ask('p1', [ [$sql] ]);
		like($joint, qr/^error MP002\n/, 'a value that LATIN1 cannot hold is refused');
	}
	return;
}

# Casts after which a comparison means something else than the peers would answer: they are
# refused, and the same without the cast is not.
sub other_meanings
{
	foreach my $here (qw(p2 p3 p5))
	{
		$oracle->run_at($here,
			"CREATE TABLE trio.own_cast AS SELECT 'a '::text AS t, 'a '::varchar AS v, -1 AS i, 1 AS m;"
			  . "SELECT mpc_publish('casts', 'trio.own_cast', federation => 'trio', measures => '{m}', filters => '{t,v,i}', min_rows => 1);"
			  . 'IMPORT FOREIGN SCHEMA trio LIMIT TO (casts) FROM SERVER trio INTO trio; GRANT SELECT ON trio.casts TO analyst');
	}
	my %answer = (
		"t::bpchar = 'a'::bpchar" => 'error 0A000', "v::bpchar = 'a'::bpchar" => 'error 0A000',
		'i::oid = 4294967295::oid' => 'error 0A000', "t = 'a'" => '0', "v = 'a '" => '3', "v::text = 'a '" => '3',
		"v COLLATE \"C\" <= 'a '" => '3', 'i = -1' => '3', 'i = 4294967295' => '0');
	my @conditions = sort keys %answer;
	my @got = $oracle->ask('p3', [ map { ["SELECT count(*) FROM trio.casts WHERE $_"] } @conditions ]);
	is($got[$_] =~ s/\n.*//sr, $answer{ $conditions[$_] }, "WHERE $conditions[$_]") foreach 0 .. $#conditions;
	return;
}
