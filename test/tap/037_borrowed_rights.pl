# Published code runs with its publisher's rights. Nobody who asks may slip in a name, a
# setting or a second question that this code would take for its own; and what is
# shown of one measure stands on enough others, too.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/../hostile";
use Hostile;
use MpcTest;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
$fed->on_all(q{
	CREATE TABLE pay (salary integer, sex text, region text);
	INSERT INTO pay SELECT 100 + g, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END, CASE WHEN g > 10 THEN 'eu' ELSE 'us' END
	FROM generate_series(1, 20) g;
	CREATE SCHEMA app;
	CREATE TABLE app.rates (rate integer);
	INSERT INTO app.rates VALUES (1);
	CREATE FUNCTION app.rate() RETURNS integer LANGUAGE plpgsql SET search_path = app
		AS 'BEGIN RETURN (SELECT max(rate) FROM rates); END';
	CREATE VIEW rated AS SELECT salary * app.rate() AS salary, sex FROM pay;
	CREATE VIEW regional AS SELECT salary FROM pay WHERE region = coalesce(current_setting('app.region', true), region)});
$fed->publish('rated', { relation => 'rated', measures => ['salary'], filters => ['sex'] });
$fed->publish('regional', { relation => 'regional', measures => ['salary'] });
$fed->publish('plain', { relation => 'pay', measures => ['salary'] });
$fed->import_joint;

# An analyst's temporary table in the place of app.rates, at its own database.
is($fed->ask('north', 'SELECT sum(salary) FROM joint.rated'), '6630', 'a view that calls a function is answered');
my ($out, $err) = $fed->ask_err('north',
	'CREATE TEMP TABLE rates AS SELECT 1000 AS rate; GRANT SELECT ON rates TO PUBLIC; SELECT sum(salary) FROM joint.rated');
like($err, qr/a session with temporary objects is not answered/, 'not after the analyst made a table of that name');
is($out, '', 'no number');
is($fed->ask('north', 'CREATE TEMP TABLE mine AS SELECT 1 AS x; SELECT sum(salary) FROM joint.plain'), '6630',
	'a plain table calls nothing: temporary tables do no harm');

# A function of a published view may not write, not even at the asker.
$fed->sql('north', q{
	CREATE TABLE app.marks (x integer);
	CREATE FUNCTION app.mark() RETURNS integer LANGUAGE plpgsql AS 'BEGIN INSERT INTO app.marks VALUES (1); RETURN 1; END';
	CREATE VIEW marking AS SELECT salary * app.mark() AS salary, sex FROM pay});
$fed->publish('rated', { relation => 'marking', measures => ['salary'], filters => ['sex'] }, south => undef, west => undef);
$fed->sql('north', 'TRUNCATE app.marks');    # publishing read the rows once, as their owner
($out, $err) = $fed->ask_err('north', 'SELECT sum(salary) FROM joint.rated');
like($err, qr/own part of dataset "rated" could not be computed/, 'published code cannot write');
is($fed->sql('north', 'SELECT count(*) FROM app.marks'), '0', 'and did not');
$fed->publish('rated', { relation => 'rated', measures => ['salary'], filters => ['sex'] }, south => undef, west => undef);

# The same by a partner whose lock has failed (R1): a trigger of its own that waits for our commit.
Hostile::unlock($fed);
$fed->sql('south', 'GRANT CREATE ON SCHEMA public TO PUBLIC');
{
	my $other = Hostile->new($fed, 'north');
	$other->connect($_) foreach qw(south west);
	is($other->do("sql south $_"), 'ok', 'the partner prepares itself') foreach
		'CREATE TABLE public.t (a integer)',
		q{CREATE FUNCTION public.steal() RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN PERFORM set_config('app.loot', (SELECT current_user || ': ' || string_agg(salary || sex, ',') FROM public.pay), false); RETURN 1; END $f$},
		q{CREATE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN CREATE TEMP VIEW rates AS SELECT public.steal() AS rate; GRANT SELECT ON rates TO PUBLIC; RETURN NULL; END $f$},
		'CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.late()';
	$other->request('rated', 'agg rows', 'agg sum salary');
	like($other->do('send south late'), qr/^error MP006 /, 'a temporary view made at the commit: not answered');
	is($other->do(q{sql south SELECT coalesce(current_setting('app.loot', true), 'nothing')}), 'nothing', 'and nothing was read');
	$other->end;
}

# A setting of the caller's own is no filter of a published view.
{
	my $other = Hostile->new($fed, 'north');
	$other->connect('south', options => '-c app.region=eu');
	$other->connect('west');
	like($other->do('hello south regional'), qr/^error 55000 .*settings of its own/, 'a session with a custom setting is not greeted');
	$other->end;
}

# An error stays an error: exit_on_error would jump over what makes its text fixed.
{
	my $other = Hostile->new($fed, 'north');
	$fed->sql('south', 'CREATE VIEW quotients AS SELECT salary / (salary - 101) AS salary FROM pay WHERE salary <> 101');
	$fed->publish('quotients', { relation => 'pay', measures => ['salary'] }, south => { relation => 'quotients' });
	$fed->sql('south', 'CREATE OR REPLACE VIEW quotients AS SELECT salary / (salary - 101) AS salary FROM pay');
	$other->connect('south', options => '-c exit_on_error=on');
	$other->connect('west');
	$other->request('quotients', 'agg rows', 'agg sum salary');
	like($other->do('send south plain'), qr/^error MP006 the joint question could not be answered/, 'exit_on_error changes nothing');
	$other->end;
}

# A question within a question.
$fed->sql('north', 'CREATE VIEW nested AS SELECT (SELECT sum(salary) FROM joint.plain)::integer AS salary FROM pay');
$fed->publish('regional', { relation => 'nested', measures => ['salary'] }, south => undef, west => undef);
my $end = $fed->log_end('north');
($out, $err) = $fed->ask_err('north', 'SELECT sum(salary) FROM joint.regional');
like($err . $fed->log('north', $end), qr/could not be computed.*cannot be asked while another is answered/s,
	'a view over a joint table does not ask within a question');
is($out, '', 'no number');

# R7 for each measure: who has rows but no value of it does not stand behind it.
$fed->on_all('CREATE TABLE partial (x integer, y integer); INSERT INTO partial SELECT g, NULL FROM generate_series(1, 20) g');
$fed->sql('south', 'UPDATE partial SET y = x');
$fed->publish('partial', { relation => 'partial', measures => [qw(x y)], filters => ['y'] });
$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (partial) FROM SERVER offices INTO joint; GRANT SELECT ON joint.partial TO analyst');
is($fed->ask('north', 'SELECT count(*), sum(x) FROM joint.partial'), '60|630', 'everybody has x');
foreach my $sql ('SELECT sum(y) FROM joint.partial', 'SELECT count(y) FROM joint.partial', 'SELECT sum(x), avg(y) FROM joint.partial')
{
	($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n$sql");
	like($err, qr/MP001: too few parties contribute to this answer about "y"/, "one party's own total is not shown: $sql");
	is($out, '', 'no number');
}
$fed->sql('west', 'UPDATE partial SET y = x');
is($fed->ask('north', 'SELECT sum(y), count(y) FROM joint.partial'), '420|40', 'two others are enough');

done_testing();
