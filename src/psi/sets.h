/*
 * sets.h
 *		Identifiers as elements, and sets of points: order, sameness, what two have in common (PROTOCOLS G).
 *
 * Every set travels in an order that says nothing of the table: shuffled, or sorted by bytes where nobody has to find
 * his elements again. That hides members from an asker who keeps to the protocol only: one who blinds each element with a scalar of its
 * own recognizes each of them among what comes back, sorted or not, by n * m multiplications of its own. So a number given to a liar is the
 * members, of two sets and of many. Sets are padded, where the federation asks for it, with uniform points, which match nothing.
 *
 * Between two parties. The asker sends a H(x), the peer b a H(x) of each and b H(y) of its own; the asker makes a b H(y) and looks
 * for what is the same. For members (G.1) the peer keeps the asker's order: the asker learns which of its elements the
 * peer has. For a count (G.3) it sorts: the asker learns how many. Besides, each learns how large the other's set is
 * announced, and nothing of its elements: under a scalar that it lacks they are uniform points. It cannot see either that two
 * sets of different requests are the same, since element and scalar are new.
 *
 * Either may put elements of its choice in place of its own, as many as it announced. Of a count, an asker that announces one
 * element, and fills up with points that match nothing, learns whether the peer has this one. There is no third
 * party to talk to: who relays or reads along has neither scalar, and sees sizes. shares.h is for three and more.
 *
 * Shuffling, sorting and matching are not constant time: which places of memory they touch depends on the order, and on
 * what matches. This tells something only to who watches the caches of the machine that holds the set.
 */
#ifndef MPC_SETS_H
#define MPC_SETS_H

#include <stddef.h>

#include "crypto/group.h"
#include "crypto/pair.h"
#include "protocol/wire.h"

#define MPC_ELEMENT_BYTES 64

typedef uint8_t MpcElement[MPC_ELEMENT_BYTES];

/* An identifier as 64 bytes: TH("MPCAGG-v1/identifier", canonical bytes). Secret, as it can be guessed. */
extern void mpc_identifier_hash(uint8_t hash[MPC_ELEMENT_BYTES], MpcStr identifier);

/* H1's input of an identifier: TH("MPCAGG-v1/psi", rid || canonical bytes). Secret: it is no blinding. */
extern void mpc_element_hash(uint8_t element[MPC_ELEMENT_BYTES], const uint8_t rid[MPC_RID_BYTES], MpcStr identifier);

/* A uniform permutation of 0 .. n - 1, n < 2^32 (Fisher-Yates, unbiased). Secret. */
extern void mpc_set_shuffle(uint32_t *order, size_t n);

/* How many elements a set of n is announced with: n, or padded the next power of two, at least 16. */
extern size_t mpc_set_padded(size_t n, bool padded);

/* Fills point[from .. to - 1] with uniform points. MPC_INTERRUPTED. */
extern MpcStatus mpc_set_pad(MpcPoint *point, size_t from, size_t to) MPC_MUST_CHECK;

/* Ascending by bytes. Public values, or such as only their holder sees. */
extern void mpc_set_sort(MpcPoint *point, size_t n);

/* Are all points different? Of a sorted set; false of one that is not. */
extern bool mpc_set_is_distinct(const MpcPoint *sorted, size_t n) MPC_MUST_CHECK;

/* found[i]: is point[i] in the sorted set? Returns how many are. found may be NULL. */
extern size_t mpc_set_match(bool *found, const MpcPoint *point, size_t n, const MpcPoint *sorted, size_t m);

#endif							/* MPC_SETS_H */
