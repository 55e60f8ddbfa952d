/*
 * column.c
 *		Is a contract's column still in the relation, with a type that fits?
 *
 * Asked at every question: the owner of a table may rename and retype columns
 * long after publishing.
 */
#include "postgres.h"

#include "access/attnum.h"
#include "local/column.h"
#include "local/text.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

MpcStatus
mpc_column_resolve(MpcColumn *result, Oid relid, const MpcContractColumn *column)
{
	char	   *name = mpc_text_from_utf8(column->name);
	AttrNumber	attnum = name != NULL ? get_attnum(relid, name) : InvalidAttrNumber;
	char	   *local_name;
	Oid			typid;
	int32		typmod;
	Oid			collid;

	if (attnum <= 0)			/* also system columns */
		return MPC_MISMATCH;
	get_atttypetypmodcoll(relid, attnum, &typid, &typmod, &collid);
	local_name = mpc_type_name(typid, typmod, collid, &result->local);
	if (local_name == NULL || !mpc_type_parse(column->type, &result->contract) ||
		!mpc_type_fits(&result->local, mpc_str(local_name), &result->contract, column->type))
		return MPC_MISMATCH;
	if (result->contract.kind == MPC_KIND_ENUM)
		result->contract.typid = typid;
	result->quoted = quote_identifier(name);
	result->normalize = column->normalize;
	return MPC_OK;
}
