# Models over real workers: four offices hold a region each of the survey in data/, and every figure is R's, made over the whole file
# by the command beside it. Then the sums themselves: random tables and questions, equal to numeric arithmetic over the union, digit for digit.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcRandom;
use MpcTest;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");

my @offices = qw(northeast midwest south west);
my $fed = MpcTest::federation(names => \@offices);

# ------------------------------------------------------------------ the survey

open(my $csv, '<', "$FindBin::Bin/../../data/cps_earnings.csv") or die "no data: $!";
my %rows;
my $header = <$csv>;
while (<$csv>)
{
	my ($earnings, $gender, $age, $region, $education) = split(/,/, tr/"\n//dr);
	push @{ $rows{ lc $region } }, "$earnings\t$gender\t$age\t$education\t$earnings\t$region\n";
}
close $csv;
foreach my $office (@offices)
{
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$office.tsv";
	PostgreSQL::Test::Utils::append_to_file($file, join('', @{ $rows{$office} }));
	$fed->sql($office, "CREATE TABLE workers (earnings numeric(12,9), gender text, age integer, education integer, wage double precision, region text);"
	  . " COPY workers FROM '$file'");
	unlink $file;
}
$fed->publish('workers', { relation => 'workers', keys => [qw(gender education region)], measures => [qw(earnings wage age education)], filters => ['age'],
	functions => ['all'], min_rows => 1, columns => '{"wage": {"scale": 48}, "gender": {"domain": ["male", "female"]}, "region": {"domain": ["Northeast", "Midwest", "South", "West"]}, "education": {"domain": [6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 19, 20]}}' });
# A region stands at one office only, and so a group by it has one contributor.
$fed->on_all("ALTER SERVER offices OPTIONS (ADD min_contributors '0')");
$fed->import_joint;

# Each number is within 1e-12 of R's, relative, or what else is said.
sub near
{
	my ($got, $expected, $what, $off) = @_;
	$off //= 1e-12;
	my @got = split(/\|/, $got);
	my $wrong = grep { !defined $got[$_] || abs($got[$_] - $expected->[$_]) > $off * abs($expected->[$_]) } 0 .. $#$expected;
	ok(!$wrong && @got == @$expected, $what) or diag("got $got, R " . join('|', @$expected));
	return;
}

# d <- read.csv("cps_earnings.csv"); m <- summary(lm(earnings ~ age + education, d))
# print(m$coefficients, digits = 15); c(nrow(d), m$r.squared, m$adj.r.squared, m$sigma)
my %coefficient = (
	'(intercept)' => [ -11.177773836724569, 0.2431247926751110, -45.9754585854249, 0 ],
	age => [ 0.153514982463734, 0.0034472721031082, 44.5323078283606, 0 ],
	education => [ 1.706442809775141, 0.0148313429588038, 115.0565268779117, 0 ]);
my @model = (61395, 2.05468709869560e-01, 2.05442825999019e-01, 9.02715161183386e+00);
foreach my $earnings (qw(earnings wage))
{
	foreach my $term (sort keys %coefficient)
	{
		near($fed->ask('south', "SELECT estimate, std_error, t, p, n, r2, adjusted_r2, residual_error FROM mpc_linregr('joint.workers', '$earnings', '{age,education}') WHERE term = '$term'"),
			[ @{ $coefficient{$term} }, @model ], "lm: $term of $earnings");
	}

	# s <- t.test(earnings ~ gender, d); c(s$statistic, s$parameter, s$p.value, s$estimate, s$stderr)
	near($fed->ask('west', "SELECT statistic, df, p, mean1, mean2, std_error FROM mpc_ttest('joint.workers', '$earnings', 'gender')"),
		[ -4.72432326400090e+01, 6.10853560416201e+04, 0, 1.63381001490058e+01, 2.00863896253516e+01, 7.93402412766202e-02 ], "t.test of $earnings");
	# the same with var.equal = TRUE
	near($fed->ask('west', "SELECT statistic, df, p, std_error FROM mpc_ttest('joint.workers', '$earnings', 'gender', equal_variances => true)"),
		[ -4.63173340713293e+01, 61393, 0, 8.09262784980974e-02 ], "t.test of $earnings with equal variances");
	# R's own sums of squares are 1e-14 off the exact ones, and p moves 180 times as much as F.
	# a <- summary(aov(earnings ~ region, d))[[1]]; c(a$"F value"[1], a$Df, a$"Pr(>F)"[1], a$"Sum Sq")
	near($fed->ask('midwest', "SELECT statistic, df_between, df_within, p, squares_between, squares_within FROM mpc_anova('joint.workers', '$earnings', 'region')"),
		[ 1.21443614834422e+02, 3, 61391, 2.00903006157841e-78, 3.71469992875859e+04, 6.25939710477560e+06 ], "aov of $earnings", 5e-12);
}
# s <- chisq.test(table(d$gender, d$education), correct = FALSE); c(s$statistic, s$parameter, s$p.value, min(s$expected))
near($fed->ask('northeast', "SELECT statistic, df, p, least_expected, n FROM mpc_chisq('joint.workers', 'gender', 'education')"),
	[ 4.32971278530145e+02, 11, 6.04136648689291e-86, 3.09700154735728e+02, 61395 ], 'chisq.test of gender and education');
# the same of table(d$gender, d$region)
near($fed->sql('northeast', "SELECT statistic, df, p, least_expected, n FROM mpc_chisq('workers', 'gender', 'region')"),
	[ 4.31927997960879e+01, 3, 2.23962466789567e-09, 5.44992974997964e+03, 61395 ], '... and region, from the own table');

# ------------------------------------------------------------------ a peer's own rules

# What an honest asker does not ask, see refusal.h.
my ($malformed, $function) = (1, 9);
my $liar = Hostile->new($fed, 'northeast');

sub asked
{
	my (@parts) = @_;
	$liar->connect($_) foreach grep { $_ ne 'northeast' } @offices;
	$liar->request('workers', @parts);
	return $liar->do('send south plain');
}
like(asked('agg 48 earnings,age'), qr/^reply/, 'products of two columns');
like(asked('key gender', 'agg 48 earnings,age'), qr/^refused $function: sums of products are not given by groups/, 'products by groups');
like(asked('agg 48 earnings'), qr/^refused $malformed: /, 'products of one column');
like(asked('agg 48 earnings,age', 'lanes 5'), qr/^refused $malformed: /, 'fewer lanes than products have');
$fed->publish('workers', { relation => 'workers', measures => [qw(earnings age)], functions => [qw(count sum avg moments extremes)] });
like(asked('agg 48 earnings,age'), qr/^refused $function: function class "models"/, 'products where models are not allowed (R11)');
$liar->end;

# ------------------------------------------------------------------ random tables

srand($seed);
my %type = (
	s => 'smallint', i => 'integer', b => 'bigint', n => 'numeric(12,3)', m => 'numeric(30,10)', r => 'real', d => 'double precision');
my @names = sort keys %type;

# A value of a column as SQL: NULL now and then; binary fractions for doubles, so that the rows are exact.
sub value
{
	my ($name) = @_;
	return 'NULL' if MpcRandom::chance(0.1);
	my $bits = { s => 15, i => 31, b => 62, n => 29, m => 60, r => 20, d => 50 }->{$name};
	my $v = int(rand(2**MpcRandom::between(1, $bits))) * MpcRandom::one_of(1, -1);
	return sprintf('%.0f::numeric / 1000', $v) if $name eq 'n';
	return sprintf('%.0f::numeric / 10000000000 * 1000000', $v) if $name eq 'm';
	return sprintf('%.0f::float8 / 1024', $v) if $name eq 'r' || $name eq 'd';
	return sprintf('%.0f', $v);
}

my @all;
foreach my $office (@offices)
{
	my $n = MpcRandom::one_of(0, 1, map { MpcRandom::between(2, 60) } 1 .. 4);
	my @own = map { '(' . join(', ', MpcRandom::between(1, 9), map { value($_) } @names) . ')' } 1 .. $n;
	push @all, @own;
	$fed->sql($office, 'CREATE TABLE draws (k integer, ' . join(', ', map { "$_ $type{$_}" } @names) . ')');
	$fed->sql($office, 'INSERT INTO draws VALUES ' . join(', ', @own)) if @own;
}
$fed->publish('draws', { relation => 'draws', measures => \@names, filters => ['k'], functions => ['models'], min_rows => 1 });
$fed->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (draws) FROM SERVER offices INTO joint');
$fed->on_all('GRANT SELECT ON joint.draws TO analyst');
$fed->sql('south', 'CREATE TABLE everybody (k integer, ' . join(', ', map { "$_ $type{$_}" } @names) . '); GRANT SELECT ON everybody TO analyst');
$fed->sql('south', 'INSERT INTO everybody VALUES ' . join(', ', @all)) if @all;

# With all digits of its scale, which a cast from a double would not have.
sub exact { my ($c) = @_; return $c =~ /^[rd]$/ ? "(($c\::float8 * 1024)::bigint * 0.0009765625)::numeric(60,32)" : "$c\::numeric"; }

my ($asked, $telling) = (0, 0);
foreach my $question (1 .. 150)
{
	my @columns = map { MpcRandom::one_of(@names) } 1 .. MpcRandom::one_of(2, 2, 3, 4, 7, 33);
	my $condition = MpcRandom::one_of('true', 'true', 'k > ' . MpcRandom::between(1, 9), 'k IN (2, 3, 5)');
	my $filter = MpcRandom::chance(0.3) ? 'k < ' . MpcRandom::between(2, 9) : 'true';
	my @sums = map { 'sum(' . exact($_) . ')' } @columns;
	foreach my $i (0 .. $#columns)
	{
		push @sums, 'sum(' . exact($columns[$i]) . ' * ' . exact($columns[$_]) . ')' foreach $i .. $#columns;
	}
	my $complete = join(' AND ', "($condition) AND ($filter)", map { "$_ IS NOT NULL" } @columns);
	my $joint = $fed->ask('south', 'SELECT mpc_products(' . join(', ', @columns) . ") FILTER (WHERE $filter) FROM joint.draws WHERE $condition");
	my $plain = $fed->ask('south', 'SELECT ARRAY[count(*), ' . join(', ', @sums) . "] FROM everybody WHERE $complete");
	$plain = '' if $plain =~ /^\{0,/;
	$asked++;
	$telling++ if $joint ne '';
	is($joint, $plain, "products of @columns where $condition, filter $filter") if $joint ne $plain;
}
is($asked, 150, "$asked random questions");
cmp_ok($telling, '>', 50, "$telling with rows behind them") if @all > 60;

# ------------------------------------------------------------------ one other party alone (R7)

$fed->sql($_, "CREATE TABLE lone AS SELECT g AS a, CASE '$_' WHEN 'south' THEN g * g END AS b, g % 3 AS c FROM generate_series(1, 20) AS g") foreach @offices;
$fed->publish('lone', { relation => 'lone', measures => [qw(a b c)], filters => ['c'], functions => ['models'], min_rows => 1 });
$fed->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (lone) FROM SERVER offices INTO joint');
$fed->on_all('GRANT SELECT ON joint.lone TO analyst');
$fed->on_all(q{ALTER SERVER offices OPTIONS (SET min_contributors '2')});
foreach my $sql ('SELECT mpc_products(a, b) FROM joint.lone', "SELECT * FROM mpc_linregr('joint.lone', 'b', '{a}')")
{
	my ($out, $err) = $fed->ask_err('west', "\\set VERBOSITY verbose\n$sql;");
	is($out, '', "nothing where one other has all columns (R7): $sql");
	like($err, qr/MP001/, 'but an error');
}
is($fed->ask('west', 'SELECT mpc_products(a, c) FROM joint.lone'), '{80,840,84,11480,896,140}', 'of the columns that all have, the sums');

done_testing();
