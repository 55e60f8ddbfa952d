# Three clusters, one question: the answer is what plain SQL gives over the union.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
my @names = $fed->names;

$fed->on_all('CREATE TABLE pay (salary integer, bonus numeric(12,2), sex text, age integer)');
my $i = 0;
foreach my $name (@names)
{
	$i++;
	$fed->sql($name, "INSERT INTO pay SELECT 1000 * $i + g, g / 4.0, CASE g % 3 WHEN 0 THEN 'f' ELSE 'm' END, g FROM generate_series(1, 100) g");
}
$fed->publish('pay', { relation => 'pay', measures => [qw(salary bonus)], filters => [qw(sex age)] });
$fed->import_joint;

is($fed->ask('north', 'SELECT count(*), sum(salary), sum(bonus) FROM joint.pay'),
	'300|615150|3787.50', 'count and sums of three parties');
is($fed->ask('south', "SELECT count(*), avg(salary) FROM joint.pay WHERE sex = 'f' AND age >= 30"),
	$fed->sql('south', "SELECT 3 * count(*), avg(1000 * p + g) FROM generate_series(30, 100) g, generate_series(1, 3) p WHERE g % 3 = 0")
	  =~ s/^\d+/72/r, 'WHERE');
is($fed->ask('west', 'SELECT mpc_sum(salary) / mpc_count(*) FROM joint.pay HAVING mpc_count(*) > 5'),
	'2050', 'twins, HAVING and an expression');
is($fed->sql('west', 'SELECT count(*) FROM mpc.ledger WHERE role = \'peer\''), '2', 'both questions of the others are in the ledger');

done_testing();
