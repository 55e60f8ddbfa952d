/*
 * declare.h
 *		What a publisher declares about single columns, as jsonb.
 *
 * {"earnings": {"type": "numeric(12,2)", "low": 0, "high": 100000, "scale": 32},
 *	"region": {"domain": ["EU", "US"], "max_key_bytes": 20},
 *	"branch": {"domain": {"relation": "public.branches", "column": "code"}},
 *	"email": {"normalize": "trim lower"}}, each member optional.
 */
#ifndef MPC_DECLARE_H
#define MPC_DECLARE_H

#include "postgres.h"

#include "local/types.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

typedef struct MpcDeclaration
{
	char	   *column;
	char	   *type;			/* as written, NULL: the column's own */
	char	   *low;			/* as written, not yet parsed, NULL: the type's */
	char	   *high;
	int			scale;			/* -1: the type's */
	int			max_key_bytes;	/* -1: not declared */
	List	   *domain;			/* of char *, values as text of the column's type, not yet parsed; NIL: no list */
	char	   *lookup_relation;	/* as written, NULL: no lookup */
	char	   *lookup_column;	/* set with it */
	uint16		normalize;		/* steps of protocol/normalize.h; 0: none */
} MpcDeclaration;

/* A List of MpcDeclaration *. Raises 22023 for members that have no meaning. */
extern List *mpc_declarations_read(Jsonb *columns);

/* NULL when nothing is declared for the column. */
extern MpcDeclaration *mpc_declaration_find(List *declarations, const char *column);

/* The contract name of a type as a person writes it ("int", "numeric(12, 2)"). Raises when it is none. */
extern char *mpc_declared_type(const MpcDeclaration *declaration, MpcType *type);

#endif							/* MPC_DECLARE_H */
