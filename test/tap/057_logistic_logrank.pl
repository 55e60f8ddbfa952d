# Logistic regression and survival. Figures of real workers are R's, made over the whole file by the command beside them; the
# sums of one iteration are held against plain SQL over the union, and against themselves with the rows dealt otherwise; the rows of examples/survival.sql give what every
# textbook has.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcRandom;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = MpcTest::seed();
note("SEED=$seed");
srand($seed);

my @offices = qw(north midwest south west);
my $fed = MpcTest::federation(names => \@offices);

# Each number is within 1e-8 of R's, relative, or what else is said.
sub near
{
	my ($got, $expected, $what, $off) = @_;
	$off //= 1e-8;
	my @got = split(/\|/, $got);
	my $wrong = grep { !defined $got[$_] || abs($got[$_] - $expected->[$_]) > $off * abs($expected->[$_]) } 0 .. $#$expected;
	ok(!$wrong && @got == @$expected, $what) or diag("got $got, wanted " . join('|', @$expected));
	return;
}

# ------------------------------------------------------------------ the survey

open(my $csv, '<', "$FindBin::Bin/../../data/cps_earnings.csv") or die "no data: $!";
my %rows;
my $header = <$csv>;
while (<$csv>)
{
	my ($earnings, $gender, $age, $region, $education) = split(/,/, tr/"\n//dr);
	my $office = $region eq 'Northeast' ? 'north' : lc $region;
	push @{ $rows{$office} }, join("\t", $earnings, $earnings, $gender eq 'female' ? 't' : 'f', $earnings > 20 ? 1 : 0, $age, $education) . "\n";
}
close $csv;
foreach my $office (@offices)
{
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$office.tsv";
	append_to_file($file, join('', @{ $rows{$office} }));
	$fed->sql($office, 'CREATE TABLE workers (earnings numeric(12,9), wage double precision, female boolean, well integer, age integer, education smallint);'
	  . " COPY workers FROM '$file'; ALTER TABLE workers ADD COLUMN twice integer, ADD COLUMN seven integer; UPDATE workers SET twice = 2 * age - education, seven = 7");
	unlink $file;
}
my %workers = (relation => 'workers', measures => [qw(earnings wage female well age education twice seven)], filters => ['age'],
	functions => ['models', 'count'], columns => '{"well": {"low": 0, "high": 1}, "wage": {"scale": 40}}');
$fed->publish('workers', { %workers, min_rows => 5 });
$fed->import_joint;

# d <- read.csv("cps_earnings.csv")
# m <- glm((gender == "female") ~ earnings + age + education, binomial, d, control = glm.control(epsilon = 1e-16, maxit = 50))
# print(summary(m)$coefficients, digits = 16); c(logLik(m), -m$null.deviance / 2)
my %female = (
	'(intercept)' => [ -1.596738560117489, 5.766350207103913e-02, -2.769062756803030e+01 ],
	earnings => [ -5.801719558850572e-02, 1.042756485303876e-03, -5.563829753751047e+01 ],
	age => [ 1.233386462656094e-02, 8.036056730489066e-04, 1.534815524604978e+01 ],
	education => [ 1.389748428671488e-01, 3.875723991676600e-03, 3.585777603503433e+01 ]);
foreach my $earnings (qw(earnings wage))
{
	foreach my $term (sort keys %female)
	{
		my $of = $term eq 'earnings' ? $earnings : $term;
		near($fed->ask('south', "SELECT estimate, std_error, z, n, log_likelihood, null_log_likelihood FROM mpc_logregr('joint.workers', 'female', '{$earnings,age,education}') WHERE term = '$of' AND converged"),
			[ @{ $female{$term} }, 61395, -40266.52524108948, -42120.63023885615 ], "glm: $term, by $earnings");
	}
}
near($fed->ask('west', "SELECT p FROM mpc_logregr('joint.workers', 'female', '{earnings,age,education}') WHERE term = 'age'"),
	[3.644020478898447e-53], 'p of a z of 15', 1e-6);

# m <- glm((earnings > 20) ~ age + education + I(gender == "female"), binomial, d, control = glm.control(epsilon = 1e-16, maxit = 50))
my %well = (
	'(intercept)' => [ -6.869429520300600, 7.382907655405516e-02, -9.304504188496840e+01 ],
	age => [ 3.603270625172368e-02, 9.173234316816527e-04, 3.928026365321108e+01 ],
	education => [ 3.675605008215814e-01, 4.343132559402525e-03, 8.463027452980755e+01 ],
	female => [ -9.377592868179172e-01, 1.971061083854022e-02, -4.757636861178921e+01 ]);
foreach my $term (sort keys %well)
{
	near($fed->ask('midwest', "SELECT estimate, std_error, z, log_likelihood FROM mpc_logregr('joint.workers', 'well', '{age,education,female}') WHERE term = '$term'"),
		[ @{ $well{$term} }, -33398.52857069129 ], "glm with a boolean predictor: $term");
}
near($fed->sql('north', "SELECT estimate, std_error, n FROM mpc_logregr('workers', 'female', '{earnings,age,education}') WHERE term = 'earnings'"),
	[ @{ $female{earnings} }[ 0, 1 ], 61395 ], 'asked from the own table');

# Each iteration is a question, at every partner, with its coefficients.
my $before = $fed->sql('south', 'SELECT count(*) FROM mpc.ledger');
my $iterations = $fed->ask('west', "SELECT DISTINCT iterations FROM mpc_logregr('joint.workers', 'female', '{age}')");
cmp_ok($iterations, '>', 2, "$iterations iterations");
is($fed->sql('south', 'SELECT count(*) FROM mpc.ledger') - $before, $iterations, 'as many rows in the ledger of a partner');
like($fed->sql('south', "SELECT question FROM mpc.ledger WHERE role = 'peer' ORDER BY id DESC LIMIT 1"), qr/^logistic_sums\(female, age\) at \(-[0-9.]+, [0-9.e-]+\) from workers$/, 'which show the coefficients');

is($fed->ask('west', "SELECT DISTINCT iterations, converged FROM mpc_logregr('joint.workers', 'female', '{earnings,age}', max_iterations => 2)"), '2|f', 'two iterations are not enough, and it says so');

sub refused
{
	my ($call, $pattern, $what) = @_;
	my ($out, $err, $rc) = $fed->ask_err('south', "SELECT * FROM mpc_logregr($call)");
	like($err, $pattern, $what);
	return;
}
refused(q('joint.workers', 'age', '{education}'), qr/column "age" is no outcome of yes or no: publish it as boolean, or as an integer with bounds 0 and 1/s, 'an outcome that could have other values');
refused(q('joint.workers', 'female', '{age,education,twice}'), qr/predictor "twice" is collinear with those before it/s, 'a collinear predictor is named');
refused(q('joint.workers', 'female', '{age,seven}'), qr/predictor "seven" has the same value in all rows/s, 'and a constant one');
refused(q('joint.workers', 'female', '{age}', 26), qr/between 1 and 25 iterations/s, 'no more than 25 iterations');
refused(q('joint.workers', 'female', '{}'), qr/between 1 and 32 predictors/s, 'no predictor');
refused(q('joint.workers', 'female', '{age,NULL}'), qr/must not be null/, 'a null name');
refused(q('joint.workers', 'female', '{nothing}'), qr/column "nothing" does not exist/s, 'no such column');

# ------------------------------------------------------------------ coefficients as a filter

# With these hardly a row weighs but those of 85 years, so that the Hessian would be their number and sums: each party stays out.
my $step = q(SELECT mpc_logistic_sums('{-8500,100}', female, age) FROM joint.workers);
cmp_ok($fed->sql('south', 'SELECT count(*) FROM workers WHERE age = 85'), '<', 5, 'few are 85');
is($fed->ask('north', $step), '', 'a question that all but few rows have no weight in is not answered');
isnt($fed->ask('north', $step =~ s/-8500,100/-0.85,0.01/r), '', '... and one in which they have is');
$fed->publish('workers', { %workers, min_rows => 1 });
near($fed->ask('north', "SELECT s[5] FROM ($step) AS q(s)"), [ 0.25 * $fed->sql('north', 'SELECT ' . join('+', map { scalar grep { (split /\t/)[4] == 85 } @{ $rows{$_} } } @offices)) ],
	'without min_rows it counts them');

# ------------------------------------------------------------------ a peer's own rules

my ($malformed, $function) = (1, 9);
my $liar = Hostile->new($fed, 'north');

sub asked
{
	my (@parts) = @_;
	$liar->connect($_) foreach grep { $_ ne 'north' } @offices;
	$liar->request('workers', @parts);
	return $liar->do('send south plain');
}
like(asked('agg 50 female,age'), qr/^reply/, 'the sums of one iteration');
like(asked('agg 50 age,female'), qr/^refused $function: column "age" is no outcome/, 'an outcome that could have other values');
like(asked('agg 50 female'), qr/^refused $malformed: /, 'no predictor');
like(asked('agg 50 female,age', 'lanes 5'), qr/^refused $malformed: /, 'fewer lanes than there are');
$fed->publish('workers', { %workers, keys => ['female'] });
like(asked('key female', 'agg 50 female,age'), qr/^refused $function: sums of products are not given by groups/, 'by groups');
$fed->publish('workers', { %workers, functions => [qw(count sum avg moments extremes)] });
like(asked('agg 50 female,age'), qr/^refused $function: function class "models"/, 'where models are not allowed (R11)');
$liar->end;

# ------------------------------------------------------------------ the sums themselves

my $columns = 'y boolean, i integer, n numeric(12,3), d double precision, b bigint';
my @values;
foreach (1 .. 300)
{
	my @row = (MpcRandom::one_of('true', 'false'), MpcRandom::between(-50, 50), sprintf('%.3f', rand(200) - 100), sprintf('%d::float8 / 1024', MpcRandom::between(-100000, 100000)), MpcRandom::between(1, 1000000));
	$row[$_] = 'NULL' foreach grep { MpcRandom::chance(0.02) } 0 .. 4;
	push @values, '(' . join(', ', @row) . ')';
}

# Deals the rows anew; returns who has how many.
sub deal
{
	my %hand = map { $_ => [] } @offices;
	push @{ $hand{ MpcRandom::one_of(@offices) } }, $_ foreach @values;
	foreach my $office (@offices)
	{
		$fed->sql($office, 'TRUNCATE draws');
		$fed->sql($office, 'INSERT INTO draws VALUES ' . join(', ', sort { rand() <=> 0.5 } @{ $hand{$office} })) if @{ $hand{$office} };
	}
	return;
}
$fed->on_all("CREATE TABLE draws ($columns)");
deal();
$fed->publish('draws', { relation => 'draws', measures => [qw(y i n d b)], filters => ['i'], functions => ['models'], min_rows => 1 });
$fed->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (draws) FROM SERVER offices INTO joint');
$fed->on_all('GRANT SELECT ON joint.draws TO analyst');
$fed->sql('south', "CREATE TABLE everybody ($columns); GRANT SELECT ON everybody TO analyst; INSERT INTO everybody VALUES " . join(', ', @values));

my %size = (i => 50, n => 100, d => 100, b => 1e6);
my @questions;
foreach my $question (1 .. 40)
{
	my @x = map { MpcRandom::one_of(qw(i n d b)) } 1 .. MpcRandom::between(1, 4);
	my @beta = (rand(2) - 1, map { (rand(4) - 2) / $size{$_} } @x);
	push @questions, { x => \@x, beta => \@beta, filter => MpcRandom::chance(0.3) ? 'i > ' . MpcRandom::between(-30, 10) : 'true' };
}

sub joint
{
	my ($q) = @_;
	return $fed->ask('west', "SELECT mpc_logistic_sums('{" . join(',', @{ $q->{beta} }) . "}', y, " . join(', ', @{ $q->{x} }) . ") FILTER (WHERE $q->{filter}) FROM joint.draws");
}

my $wrong = 0;
foreach my $q (@questions)
{
	$q->{answer} = joint($q);
	my @x = ('1', map { "$_\::float8" } @{ $q->{x} });
	my $eta = join(' + ', map { "($q->{beta}[$_])::float8 * $x[$_]" } 0 .. $#x);
	my $p = '1 / (1 + exp(-eta))';
	my @terms = ("ln(CASE WHEN y THEN $p ELSE 1 - $p END)", map { "(y::integer - $p) * $_" } @x);
	foreach my $i (0 .. $#x)
	{
		push @terms, "$p * (1 - $p) * $x[$i] * $x[$_]" foreach $i .. $#x;
	}
	my $complete = join(' AND ', map { "$_ IS NOT NULL" } 'y', @{ $q->{x} });
	# and the size of all terms together, which is what rounding is relative to
	my @plain = split(/\|/, $fed->ask('south', 'SELECT count(*), ' . join(', ', map { ("sum($_)", "sum(abs($_))") } @terms) . " FROM (SELECT *, $eta AS eta FROM everybody WHERE ($q->{filter}) AND $complete) AS r"));
	my @joint = split(/,/, $q->{answer} =~ tr/{}//dr);
	my $off = @joint != 1 + @terms || $joint[0] != $plain[0];
	$off ||= abs($joint[ 1 + $_ ] - $plain[ 1 + 2 * $_ ]) > 1e-12 * $plain[ 2 + 2 * $_ ] foreach 0 .. $#terms;
	$wrong++ if $off;
	diag("@x at @{$q->{beta}} where $q->{filter}: $q->{answer}, plain @plain") if $off;
}
is($wrong, 0, scalar(@questions) . ' random questions: sums as by plain SQL');

# Dealt otherwise and in another order, the same bits.
deal();
is(join("\n", map { joint($_) } @questions), join("\n", map { $_->{answer} } @questions), 'the sums do not depend on who holds which row');

my ($out, $err, $rc) = $fed->ask_err('west', "SELECT mpc_logistic_sums('{1}', y, i) FROM joint.draws");
like($err, qr/take 2 coefficients/s, 'too few coefficients');
($out, $err, $rc) = $fed->ask_err('west', "SELECT mpc_logistic_sums('{1,Infinity}', y, i) FROM joint.draws");
like($err, qr/coefficients must be finite/s, 'none that is infinite');
($out, $err, $rc) = $fed->ask_err('west', 'SELECT mpc_logistic_sums(ARRAY[random(), 0], y, i) FROM joint.draws');
like($err, qr/must be a value/s, 'none that is volatile');
is($fed->ask('west', "PREPARE s(float8[]) AS SELECT (mpc_logistic_sums(\$1, y, i))[1] FROM joint.draws; SET plan_cache_mode = force_generic_plan; EXECUTE s('{0,0}'); EXECUTE s('{-0.0,1}')"),
	join("\n", ($fed->ask('south', 'SELECT count(*) FROM everybody WHERE y IS NOT NULL AND i IS NOT NULL')) x 2), 'prepared, with coefficients as a parameter');

# ------------------------------------------------------------------ separated outcomes

$fed->on_all('TRUNCATE draws');
$fed->sql($offices[$_], 'INSERT INTO draws SELECT i > 5, i, i, i, i FROM generate_series(1, 10) AS i') foreach 0 .. 3;
($out, $err, $rc) = $fed->ask_err('west', "SELECT * FROM mpc_logregr('joint.draws', 'y', '{i}', 25)");
like($err, qr/the predictors tell some or all outcomes "y" exactly/s, 'outcomes that a predictor tells');
$fed->on_all('UPDATE draws SET y = i = 3');
$fed->sql('south', 'UPDATE draws SET y = true');
like($fed->ask('west', "SELECT DISTINCT converged FROM mpc_logregr('joint.draws', 'y', '{i}', 25)"), qr/^t$/, 'others are found');
$fed->publish('draws', { relation => 'draws', measures => [qw(y i n d b)], filters => ['i'], functions => ['models'], min_rows => 9 });
$fed->on_all('UPDATE draws SET y = i > 5');
$fed->sql('south', 'UPDATE draws SET y = false WHERE i = 10');
($out, $err, $rc) = $fed->ask_err('west', "SELECT * FROM mpc_logregr('joint.draws', 'y', '{i}', 25)");
like($err, qr/the rows behind the model changed.*withholds its part/s, 'a party whose rows hardly weigh any more stays out, and the model ends');

# ------------------------------------------------------------------ survival

# The rows of the example, and how they are published; its questions are asked in 064.
my ($setup) = slurp_file("$FindBin::Bin/../../examples/survival.sql") =~ /^-- == rows: .*?\n(.*?)^-- == question: /ms;
my %hospital = (north => 'north', west => 'west', south => 'south', midwest => 'none');
foreach my $office (@offices)
{
	$fed->sql($office, $setup =~ s/:'party'/'$hospital{$office}'/r);
}
$fed->on_all('IMPORT FOREIGN SCHEMA offices LIMIT TO (remission) FROM SERVER offices INTO joint; GRANT SELECT ON joint.remission TO analyst');

# library(survival); p <- c(1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23); m <- c(6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35)
# e <- c(1,1,1,0,1,0,1,0,0,1,1,0,0,0,1,1,0,0,0,0,0); d <- data.frame(time = c(p, m), event = c(rep(1, 21), e), arm = rep(c("placebo", "6-MP"), each = 21))
# s <- survdiff(Surv(time, event) ~ arm, d); s; s$exp; s$chisq; pchisq(s$chisq, 1, lower.tail = FALSE)
my $arm = "SELECT n, observed, expected, statistic, df, p FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'arm') WHERE arm";
near($fed->ask('north', "$arm = '6-MP'"), [ 21, 9, 19.25050094803113, 16.79294098921654, 1, 4.168809109334531e-05 ], 'survdiff: 6-MP', 1e-12);
near($fed->ask('south', "$arm = 'placebo'"), [ 21, 21, 10.74949905196887, 16.79294098921654, 1, 4.168809109334531e-05 ], 'survdiff: placebo', 1e-12);

($out, $err, $rc) = $fed->ask_err('north', "SELECT * FROM mpc_logrank('joint.remission', 'weeks', 'arm', 'relapsed')");
isnt($rc, 0, 'an arm is no event');
($out, $err, $rc) = $fed->ask_err('north', "SELECT * FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'weeks')");
like($err, qr/three different columns/s, 'three different columns');
$fed->sql('west', "DELETE FROM remission WHERE arm = 'placebo'");
$fed->sql($_, "UPDATE remission SET arm = 'placebo'") foreach @offices;
($out, $err, $rc) = $fed->ask_err('north', "SELECT * FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'arm')");
like($err, qr/compares two arms, and column "arm" has 1/s, 'one arm is none to compare');
$fed->publish('remission', { relation => 'remission', keys => [qw(arm weeks relapsed)], functions => ['count'], min_rows => 3, columns => '{"arm": {"domain": ["6-MP", "placebo"]}}' });
($out, $err, $rc) = $fed->ask_err('north', "SELECT * FROM mpc_logrank('joint.remission', 'weeks', 'relapsed', 'arm')");
like($err, qr/the answer has a remainder/s, 'what was folded is not left out in silence');

done_testing();
