/*
 * layout.h
 *		Where in a party's vector what stands (WIRE.md, "Vector").
 *
 *	without keys:	the lanes of all rows
 *	domain:			the lanes of every group of the declared domains in mixed-radix order, then of the remainder
 *	sketch:			the cells of a sketch whose values are a group's lanes, then the lanes of the remainder
 * So the last nlanes elements, the tail, are always there: what is not in a group of its own.
 */
#ifndef MPC_LAYOUT_H
#define MPC_LAYOUT_H

#include "crypto/sketch.h"
#include "protocol/contract.h"
#include "protocol/domain.h"

typedef enum MpcLayoutKind
{
	MPC_LAYOUT_TOTAL,
	MPC_LAYOUT_DOMAIN,
	MPC_LAYOUT_SKETCH
} MpcLayoutKind;

typedef struct MpcLayout
{
	MpcLayoutKind kind;
	uint8_t		protocol;		/* of the request: the contract's, or MPC_PROTOCOL_SKETCH */
	uint16_t	nlanes;			/* of one group */
	uint32_t	ngroups;		/* domain */
	MpcSketch	sketch;			/* sketch */
	uint32_t	m;				/* field elements in all */
	size_t		nkeys;
	const MpcDomain *domain[MPC_MAX_KEYS];	/* per key of the query; NULL: open */
	uint16_t	max_key_bytes[MPC_MAX_KEYS];	/* per key of the query, flag and length included */
} MpcLayout;

/*
 * The layout of a question over the columns it uses, whose declared domains are at hand (column->values): domain
 * when every key has one and their product is at most MPC_MAX_DOMAIN_GROUPS, else a sketch with
 * room for "groups" groups. MPC_LIMIT: above MPC_MAX_LANES, or a tuple above MPC_MAX_TUPLE_BYTES.
 * MPC_MISMATCH: a column has a domain whose values are not at hand. MPC_VERSION: a sketch where the protocol is a Shamir sum.
 */
extern MpcStatus mpc_layout_init(MpcLayout *layout, const MpcQuery *q, const MpcContract *used,
								 const MpcLanes *lanes, uint64_t groups) MPC_MUST_CHECK;

/*
 * The same where a request says protocol and m, from which the number of cells follows.
 * MPC_MISMATCH: they are not those of the question. used NULL: this party publishes nothing and only sees to it that m can be such
 * a question's at all.
 */
extern MpcStatus mpc_layout_of_request(MpcLayout *layout, const MpcQuery *q, const MpcContract *used,
									   const MpcLanes *lanes, uint8_t protocol, uint32_t m) MPC_MUST_CHECK;

/*
 * How many groups of open keys a party keeps in memory before it folds them, where it shows up to max_groups; and how many lanes all of these
 * may have together. A question that could need more is refused before rows are read: what it meets must not depend on the lanes asked (R9).
 */
#define MPC_MAX_UNFOLDED_LANES	((uint64_t) 1 << 29)

static inline int64_t
mpc_layout_unfolded(int64_t max_groups)
{
	const int64_t least = (int64_t) 1 << 20;

	return 16 * max_groups > least ? 16 * max_groups : least;
}

/* First element of the tail; of a group of the domain. */
static inline size_t
mpc_layout_tail(const MpcLayout *layout)
{
	return (size_t) layout->m - layout->nlanes;
}

#endif							/* MPC_LAYOUT_H */
