# Is the extension installed as a DBA expects: complete, commented, closed by
# default, and gone without a trace when dropped?

use strict;
use warnings FATAL => 'all';

use FindBin;
use JSON::PP;
use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $fed = MpcTest::single();

# Members of the extension: (classid, objid) with a readable name.
my $members = q{
	SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name
	FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'mpc_agg')};

sub none
{
	my ($sql, $what) = @_;
	return is($fed->sql('alone', $sql), '', $what);
}

my $top = "$FindBin::Bin/../..";
my $meta = decode_json(slurp_file("$top/META.json"));
my ($control) = slurp_file("$top/mpc_agg.control") =~ /^default_version = '(.*)'$/m;
is($fed->sql('alone', q{SELECT extversion FROM pg_extension WHERE extname = 'mpc_agg'}),
	$control, 'the installed version is that of the control file');
is($meta->{version}, $control, 'META.json names that version');
is($meta->{provides}{mpc_agg}{version}, $control, 'and so does its list of what is provided');

cmp_ok($fed->sql('alone', "SELECT count(*) FROM ($members) m"), '>', 10,
	'the extension has members');

none(qq{
	SELECT name FROM ($members) m
	WHERE obj_description(objid, classid::regclass::name) IS NULL ORDER BY 1},
	'every member has a comment');

none(qq{
	SELECT name FROM ($members) m JOIN pg_class c ON c.oid = objid AND classid = 'pg_class'::regclass,
		aclexplode(c.relacl) acl
	WHERE relkind IN ('r', 'S') AND acl.grantee = 0 ORDER BY 1},
	'PUBLIC has no right to any table');

# What anybody may call computes on its arguments alone, or raises. Whoever adds to this
# list has to say why it reaches no peer, no policy and no row. Shares (combine_*, reconstruct_*, share_*) are
# arithmetic on what the caller gives; twin_support loads the library while a query is planned.
# Of the models, linear_model, two_means, variance_table, chi_square and log_rank are arithmetic, too; measure_is_binary says a column's type;
# group_moments asks a question as its caller, who may ask it by hand, and logistic_model runs the caller's own statement as the caller; progress_rows shows whom core shows statistics of sessions.
my @harmless = qw(
	card_epoch chi_square combine_add combine_final domain_text federation_validator fingerprint group_moments identity_card
	library_version linear_model log_rank logistic_model measure_add measure_combine measure_deserialize measure_final measure_histogram measure_histogram_add measure_histogram_final measure_interval measure_interval_add
	measure_interval_final measure_is_binary
	measure_logistic measure_logistic_add measure_logistic_final measure_moments measure_moments_add measure_moments_final measure_pair measure_pair_add measure_pair_final
	measure_products measure_products_add measure_products_final
	measure_registers measure_registers_add measure_registers_combine measure_registers_deserialize measure_registers_serialize measure_serialize measure_sum
	parse_conninfo partner_server party_validator progress_rows reconstruct_add reconstruct_final
	refuse_local refuse_local_bigint refuse_local_boolean refuse_local_date refuse_local_distribution refuse_local_double_precision refuse_local_double_precision_array refuse_local_integer
	refuse_local_interval refuse_local_logistic refuse_local_numeric refuse_local_numeric_array refuse_local_numrange refuse_local_products refuse_local_real refuse_local_set refuse_local_smallint
	refuse_local_timestamp_with_time_zone refuse_local_timestamp_without_time_zone refuse_remainder
	share_add share_in share_multiply share_out share_recv share_send share_subtract sodium_version split_names twin_support
	two_means variance_table);
is($fed->sql('alone', qq{
	SELECT string_agg(DISTINCT proname, ' ' ORDER BY proname)
	FROM ($members) m JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
	WHERE (pronamespace = 'mpc'::regnamespace OR prosecdef)
	  AND has_function_privilege('analyst', p.oid, 'EXECUTE')}),
	"@harmless", 'PUBLIC may call no entry point of partners, nothing that runs as the owner, and else only what is harmless');

none(qq{
	SELECT name FROM ($members) m JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
	WHERE prosecdef AND coalesce(array_to_string(proconfig, ' '), '') !~ 'search_path=.*pg_temp"?(\$| )'
	ORDER BY 1},
	'what runs as the owner has a search_path that ends in pg_temp');

none(qq{
	SELECT name FROM ($members) m
	JOIN pg_foreign_data_wrapper f ON f.oid = objid AND classid = 'pg_foreign_data_wrapper'::regclass
	WHERE has_foreign_data_wrapper_privilege('analyst', f.oid, 'USAGE') ORDER BY 1},
	'PUBLIC may make no server');

my ($out, $err, $rc) = $fed->ask_err('alone', 'CREATE SCHEMA mine; CREATE EXTENSION mpc_agg SCHEMA mine');
isnt($rc, 0, 'only a superuser creates the extension');

$fed->sql('alone', 'DROP EXTENSION mpc_agg');
none(q{SELECT nspname FROM pg_namespace WHERE nspname = 'mpc'}, 'dropped, its schema is gone');
none(q{SELECT proname FROM pg_proc WHERE proname LIKE 'mpc\_%'}, 'and so are its functions');
$fed->sql('alone', 'CREATE EXTENSION mpc_agg');
pass('and it can be created again');

done_testing();
