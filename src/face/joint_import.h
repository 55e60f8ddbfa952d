/*
 * joint_import.h
 *		IMPORT FOREIGN SCHEMA: the statements that create joint tables.
 */
#ifndef MPC_JOINT_IMPORT_H
#define MPC_JOINT_IMPORT_H

#include "postgres.h"

#include "catalog/parties.h"
#include "face/describe.h"
#include "lib/stringinfo.h"
#include "local/types.h"

/* One CREATE FOREIGN TABLE, column by column. */
typedef struct MpcJointTable
{
	StringInfoData sql;
	const char *separator;
} MpcJointTable;

extern void mpc_joint_table_begin(MpcJointTable *table, const char *schema, const char *name);
extern void mpc_joint_table_column(MpcJointTable *table, const char *name, const MpcType *type);
extern char *mpc_joint_table_end(MpcJointTable *table, const char *server, const char *dataset);

/*
 * joint_merge.c: the joint table of a dataset as its publishers tell it: every column on which they agree in some role. Warns of
 * what it leaves out. name: the dataset's in this database's encoding. palloc'd.
 */
extern char *mpc_joint_merged(const List *told, MpcStr dataset, const char *name,
							  const char *server, const char *schema);

/*
 * joint_type.c: the type here that a contract names. An enum is one whose labels are the contract's, of the current user's
 * search_path first, else the oldest. False: there is none.
 */
extern bool mpc_joint_type(MpcStr type_name, MpcType *type);

/* How to create the enum that is missing; NULL where the contract's type cannot be shown so. palloc'd. */
extern char *mpc_joint_create_enum(MpcStr type_name, const char *name);

#endif							/* MPC_JOINT_IMPORT_H */
