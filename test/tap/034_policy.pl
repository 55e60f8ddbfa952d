# Are the rules of each party kept when everybody is honest but careless? Publishers,
# contributors, function classes, contracts, owners, names.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use Test::More;

my $fed = MpcTest::federation(names => [qw(north south west)]);
$fed->on_all(q{
	CREATE ROLE publisher;
	CREATE ROLE somebody;
	GRANT USAGE ON FOREIGN SERVER offices TO publisher, somebody;
	GRANT EXECUTE ON FUNCTION mpc_publish TO publisher;
	CREATE SCHEMA own AUTHORIZATION publisher;
	CREATE TABLE own.pay (salary integer, bonus numeric(12,2), sex text);
	INSERT INTO own.pay SELECT 100 + g, g / 4.0, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g;
	ALTER TABLE own.pay OWNER TO publisher});

my @datasets = qw(pay owned counted lonely small);
my %common = (relation => 'own.pay', measures => ['salary'], filters => ['sex']);
$fed->publish('pay', {%common});
$fed->on_all(q{SET ROLE publisher;
	SELECT mpc_publish('owned', 'own.pay', 'offices', measures => '{salary,bonus}', filters => '{sex}')});
$fed->publish('counted', {%common}, south => { functions => ['count'] });
$fed->publish('lonely', {%common}, west => undef);
$fed->publish('small', {%common}, west => { min_rows => 15 }, south => { min_rows => 5 });
$fed->import_joint;

sub error_of
{
	my ($name, $sql, %args) = @_;
	my ($out, $err) = $fed->ask_err($name, "\\set VERBOSITY verbose\n$sql;", %args);
	return $out ne '' ? "answered: $out" : $err;
}

is($fed->ask('north', 'SELECT count(*), sum(salary) FROM joint.pay'), '60|6630', 'a question is answered');

# R6, R7, R11.
like(error_of('north', 'SELECT sum(salary) FROM joint.lonely'),
	qr/MP002.*party "(south|west)" refused.*fewer than two parties other than the asker publish/s, 'R6: one other owner of data is not enough');
is($fed->ask('north', "SELECT sum(salary) FROM joint.small"), '6630', 'R7: two contributors beside the asker');
my $few = error_of('north', "SELECT sum(salary) FROM joint.small WHERE sex = 'f'");
like($few, qr/MP001/, 'one is too few');
unlike($few, qr/south|west/, 'nobody is named');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (ADD min_contributors '1')});
is($fed->ask('north', "SELECT sum(salary) FROM joint.small WHERE sex = 'f'"), '2220', 'unless the federation says so');
$fed->sql('north', q{ALTER SERVER offices OPTIONS (DROP min_contributors)});
is($fed->ask('north', "SELECT sum(salary) FROM joint.small WHERE sex = 'x'"), '', 'none at all is an empty answer');
like(error_of('north', 'SELECT sum(salary) FROM joint.counted'),
	qr/MP002.*"south" refused.*function class "sum" is not allowed/s, 'R11: a class that one party does not allow');
is($fed->ask('north', 'SELECT count(salary) FROM joint.counted'), '60', 'another one that all do');
$fed->sql('north', q{SELECT mpc_publish('counted', 'own.pay', 'offices', measures => '{salary}', functions => '{count}')});
like(error_of('north', 'SELECT sum(salary) FROM joint.counted'), qr/MP002.*own rules.*"sum"/s, 'the own rules count at the asker');

# R20.
$fed->publish('pay', {%common}, south => { measures => [ 'salary', 'bonus' ] });
is($fed->ask('north', 'SELECT sum(salary) FROM joint.pay'), '6630', 'R20: a measure more at one party stops nobody');
$fed->publish('pay', { %common }, south => { columns => '{"salary": {"low": 0, "high": 9999}}' });
like(error_of('north', 'SELECT sum(salary) FROM joint.pay'),
	qr/MP003.*"south" publishes this dataset under another contract.*"salary" has other declared bounds/s, 'other bounds name the column');
$fed->publish('pay', { %common }, south => { columns => '{"salary": {"type": "bigint"}}' });
like(error_of('north', 'SELECT sum(salary) FROM joint.pay'),
	qr/MP003.*Column "salary" is bigint there and integer here/s, 'another type names the column');
is($fed->ask('north', "SELECT count(*) FROM joint.pay WHERE sex = 'f'"), '30', 'questions without it go on');
$fed->publish('pay', {%common}, south => { filters => [] });
like(error_of('north', "SELECT sum(salary) FROM joint.pay WHERE sex = 'f'"),
	qr/MP002.*"south" refused.*column "sex" is not a filter/s, 'a column that is no filter there');
$fed->publish('pay', {%common});

# R19.
like(($fed->ask_err('north', "CREATE TEMP TABLE t (a integer); SELECT mpc_publish('mine', 't', 'offices')"))[1], qr/permission denied for function mpc_publish/,
	'R19: who was not granted mpc_publish does not publish');
my ($rc, $out, $err) = $fed->node('north')->psql('postgres',
	"SET ROLE publisher; CREATE TABLE own.t (a integer); RESET ROLE; CREATE TABLE public.theirs (a integer);"
	  . "SET ROLE publisher; SELECT mpc_publish('mine', 'public.theirs', 'offices', measures => '{a}')");
like($err, qr/must be owner of table theirs/, 'and only an owner');
($rc, $out, $err) = $fed->node('north')->psql('postgres', "SET ROLE publisher; SELECT mpc_publish('pay', 'own.pay', 'offices')");
like($err, qr/belongs to another role/, "and not another one's name");
my $unavailable = qr/MP002.*"south" refused the question.*dataset "owned" cannot be read at this party/s;
my $ask = "SELECT sum(salary) FROM joint.owned";
is($fed->ask('north', $ask), '6630', 'a dataset of an ordinary role');
$fed->sql('south', 'ALTER TABLE own.pay OWNER TO somebody');
like(error_of('north', $ask), $unavailable, 'its publisher lost the relation');
$fed->sql('south', 'ALTER TABLE own.pay OWNER TO publisher; REVOKE SELECT ON own.pay FROM publisher');
like(error_of('north', $ask), qr/MP006.*"south" could not answer/s, 'its publisher lost the right to read');
$fed->sql('south', 'GRANT SELECT ON own.pay TO publisher; ALTER TABLE own.pay RENAME salary TO pay');
like(error_of('north', $ask), qr/MP002.*"south" refused.*no longer has the columns of its contract/s, 'its column was renamed');
$fed->sql('south', 'ALTER TABLE own.pay RENAME pay TO salary; ALTER TABLE own.pay ALTER salary TYPE text');
like(error_of('north', $ask), qr/MP002.*"south" refused.*no longer has the columns of its contract/s, 'its column has another type');
$fed->sql('south', 'ALTER TABLE own.pay ALTER salary TYPE integer USING salary::integer');
is($fed->ask('north', $ask), '6630', 'all as it was: answered');
$fed->sql('south', 'ALTER SCHEMA own OWNER TO somebody; ALTER TABLE own.pay OWNER TO somebody; DROP OWNED BY publisher; DROP ROLE publisher');
like(error_of('north', $ask), $unavailable, 'its publisher is gone');
like($fed->sql('south', 'SELECT string_agg("check" || status || detail, \';\') FROM mpc_check()'), qr/owned of offices.?FAILits owner does not exist/,
	'and mpc_check() says so');
$fed->sql('south', 'DROP TABLE own.pay');
like(error_of('north', $ask), $unavailable, 'its relation is gone');
$fed->sql('south', q{
	CREATE TABLE own.pay (salary integer, bonus numeric(12,2), sex text);
	INSERT INTO own.pay SELECT 100 + g, g / 4.0, CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END FROM generate_series(1, 20) g});
$fed->publish('pay', {%common});

# R19: code in a published view has the publisher's rights only, and cannot leave them.
$fed->sql('north', q{
	CREATE TABLE secret AS SELECT 'CANARY' AS word;
	CREATE TABLE stolen (word text);
	GRANT INSERT ON stolen TO publisher;
	GRANT CREATE ON SCHEMA public TO publisher;
	SET ROLE publisher;
	CREATE FUNCTION own.climb() RETURNS integer LANGUAGE plpgsql AS $$
	BEGIN
		IF current_setting('mpc_test.climb', true) = 'yes' THEN
			PERFORM set_config('role', 'none', false);
			INSERT INTO public.stolen SELECT word FROM public.secret;
		END IF;
		RETURN 0;
	END $$;
	CREATE VIEW own.climbing AS SELECT salary + own.climb() AS salary, sex FROM own.pay;
	SELECT mpc_publish('climbing', 'own.climbing', 'offices', measures => '{salary}', filters => '{sex}')});
$fed->sql($_, q{SELECT mpc_publish('climbing', 'own.pay', 'offices', measures => '{salary}', filters => '{sex}')}) foreach qw(south west);
$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (climbing) FROM SERVER offices INTO joint');
is($fed->sql('north', 'SELECT sum(salary) FROM joint.climbing'), '6630', 'a view with a function in it');
($rc, $out, $err) = $fed->node('north')->psql('postgres', "SET mpc_test.climb = 'yes'; SELECT sum(salary) FROM joint.climbing");
like($err, qr/own part of dataset "climbing" could not be computed/, 'that tries to take the rights of a superuser who asks');
is($fed->sql('north', 'SELECT count(*) FROM stolen'), '0', 'and fails');
$fed->sql('north', q{CREATE OR REPLACE FUNCTION own.climb() RETURNS integer LANGUAGE plpgsql AS $$
	BEGIN
		EXECUTE 'PREPARE trap AS SELECT 1';
		RETURN 0;
	END $$});
like(error_of('south', 'SELECT count(*) FROM joint.pay') , qr/^answered: 60/, 'at a peer:');
$fed->sql('south', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (climbing) FROM SERVER offices INTO joint; GRANT SELECT ON joint.climbing TO analyst');
like(error_of('south', 'SELECT sum(salary) FROM joint.climbing'), qr/MP006.*"north" could not answer/s, 'nothing is left behind in the session');
ok($fed->log('north') =~ /cannot execute PREPARE within security-restricted operation/, 'which is restricted');

# R18.
sub fails
{
	my ($name, $sql, $pattern, $what) = @_;
	my ($rc, $out, $err) = $fed->node($name)->psql('postgres', $sql);
	return like($err, $pattern, $what);
}
fails('north', "CREATE SERVER twice FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, south')", qr/south/, 'R18: a party listed twice');
my $me = $fed->sql('north', 'SELECT mpc_identity()');
my $south = $fed->sql('south', 'SELECT mpc_identity()');
fails('north', "CREATE SERVER mirror FOREIGN DATA WRAPPER mpc_party OPTIONS (host '127.0.0.1', identity '$me')",
	qr/this database itself/, 'my own identity as that of a partner');
sub problem { return $fed->sql('north', "SELECT mpc.federation_problem('$_[0]')"); }
$fed->sql('north', "CREATE SERVER double FOREIGN DATA WRAPPER mpc_party OPTIONS (host '127.0.0.1', identity '$south');
	CREATE SERVER doubled FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'south, double')");
like(problem('doubled'), qr/"south" and "double" have the same identity|"double" and "south" have the same identity/, 'one identity in two servers');
fails('north', "SELECT mpc_publish('x', 'own.pay', 'doubled', measures => '{salary}')", qr/cannot use federation "doubled"/, 'nothing is published to such a federation');
$fed->sql('north', 'DROP SERVER doubled; DROP SERVER double');
$fed->sql('north', 'ALTER SERVER west RENAME TO occident');
like(error_of('north', 'SELECT count(*) FROM joint.pay'), qr/party "west" does not exist/, 'a renamed server is named');
$fed->sql('north', 'ALTER SERVER occident RENAME TO west');
$fed->sql('north', "CREATE SERVER again FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties 'west, south')");
like(error_of('north', 'SELECT count(*) FROM joint.pay'), qr/federation "again" has the same parties/, 'two federations of the same parties');
like(error_of('south', 'SELECT count(*) FROM joint.pay'), qr/MP003.*"north" refused.*no federation with exactly these parties/s, 'a partner is refused, too');
$fed->sql('north', 'DROP SERVER again; GRANT USAGE ON FOREIGN DATA WRAPPER mpc_party TO somebody; ALTER SERVER west OWNER TO somebody');
like(error_of('north', 'SELECT count(*) FROM joint.pay'), qr/"west" has another owner than the federation/, 'servers of two owners');
like(error_of('south', 'SELECT count(*) FROM joint.pay'), qr/MP003.*"north" refused/s, 'a partner is refused, too');
my $superuser = $fed->sql('north', 'SELECT current_user');
$fed->sql('north', qq{ALTER SERVER west OWNER TO "$superuser"});
is($fed->ask('north', 'SELECT count(*) FROM joint.pay'), '60', 'all as it was: answered');

# A question that is refused anyhow costs no reading of lookup relations (R17): not even a locked one is noticed.
$fed->on_all('CREATE TABLE own.sexes AS SELECT DISTINCT sex FROM own.pay');
$fed->publish('placed', { %common, keys => ['sex'], columns => '{"sex": {"domain": {"relation": "own.sexes"}}}' });
$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (placed) FROM SERVER offices INTO joint; GRANT SELECT ON joint.placed TO analyst');
my $by_sex = 'SELECT sex, avg(salary) FROM joint.placed GROUP BY sex ORDER BY sex';
my $answer = "f|111.0000000000000000\nm|110.0000000000000000";
is($fed->ask('north', $by_sex), $answer, 'a domain in a lookup relation');
sub while_locked
{
	my ($name, $test) = @_;
	my $holder = $fed->node($name)->background_psql('postgres');
	$holder->query_safe('BEGIN; LOCK TABLE own.sexes');
	$test->();
	$holder->query_safe('ROLLBACK');
	$holder->quit;
	return;
}
foreach my $name ('south', 'north')
{
	my $set = sub { $fed->sql($name, "UPDATE mpc.dataset SET $_[0] WHERE name = 'placed'"); };
	while_locked($name, sub {
		$set->(q{suspended = 'salary'});
		like(error_of('north', $by_sex), qr/dataset "placed" is suspended by this party/, "$name: suspended");
		$set->(q{suspended = NULL, functions = '{count}'});
		like(error_of('north', $by_sex), qr/function class "avg" is not allowed/, "$name: a function that is not allowed");
		$set->(q{functions = '{count,sum,avg}'}); });
	is($fed->ask('north', $by_sex), $answer, 'and answered when it may be');
}
# Where it must be read, fixed settings say how long that may wait, not those of who asks (R2).
while_locked('north', sub {
	my $start = time;
	like(error_of('north', "SET lock_timeout = 0; $by_sex"), qr/55P03.*lock timeout/s, 'an own lookup relation that is locked');
	cmp_ok(time - $start, '<', 15, 'is not waited for as long as the analyst likes'); });

# Two parties need it from both.
foreach my $pair ([ north => 'south' ], [ south => 'north' ])
{
	my ($here, $there) = @$pair;
	$fed->sql($here, "CREATE SERVER pair FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties '$there');
		GRANT USAGE ON FOREIGN SERVER pair TO analyst; CREATE SCHEMA two; GRANT USAGE ON SCHEMA two TO analyst;
		SELECT mpc_publish('both', 'own.pay', 'pair', measures => '{salary}', filters => '{sex}', allow_overlap => true);
		IMPORT FOREIGN SCHEMA pair FROM SERVER pair INTO two; GRANT SELECT ON ALL TABLES IN SCHEMA two TO analyst");
}
my $two = 'SELECT sum(salary) FROM two.both';
like(error_of('north', $two), qr/MP002.*allow_two_party/s, 'two parties: the asker does not allow it');
$fed->sql('north', q{ALTER SERVER pair OPTIONS (ADD allow_two_party 'true')});
like(error_of('north', $two), qr/MP002.*"south" refused.*allow_two_party/s, 'the peer does not');
$fed->sql('south', q{ALTER SERVER pair OPTIONS (ADD allow_two_party 'true')});
is($fed->ask('north', $two), '4420', 'both do');
is($fed->ask('south', $two), '4420', 'in both directions');
$fed->sql('north', q{ALTER SERVER pair OPTIONS (SET allow_two_party 'false')});
like(error_of('south', $two), qr/MP002.*"north" refused/s, 'one takes it back');

# A login of a partner is of one partner, and not of a mighty role.
fails('north', "SELECT mpc_admit('south_login', 'west')", qr/login of party "south" already/, 'a login is of one partner only');
fails('north', "SELECT mpc_admit('$superuser', 'west')", qr/too many rights/, 'and no superuser');

done_testing();
