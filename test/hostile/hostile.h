/*
 * hostile.h
 *		What the files of the lying asker share: who it is, whom it talks to, what it asks.
 *
 * One process, one asker, so that all of it is in plain variables.
 *	hostile.c		commands
 *	hostile_send.c	connections: ways to send, what came back
 *	hostile_ask.c	the question, its request, and what all replies together say
 *	hostile_shamir.c	the second round of a Shamir sum, and what its shares give
 *	hostile_maximum.c	the later rounds of a maximum, and what they find
 *	hostile_sets.c	the steps of an intersection, and what they give
 */
#ifndef MPC_HOSTILE_H
#define MPC_HOSTILE_H

#include <libpq-fe.h>

#include "protocol/extremes.h"
#include "protocol/masked_sum.h"
#include "protocol/maximum.h"
#include "protocol/set_messages.h"
#include "protocol/shamir_sum.h"

#define MAX_BYTES	(1 << 20)

typedef struct Party
{
	char		name[64];
	MpcCard		card;
	MpcIdentity secret;			/* of a party that was made up */
	PGconn	   *conn;
	uint8_t		key[MPC_ONETIME_BYTES];
	uint8_t	   *reply;			/* the last one */
	size_t		reply_len;
} Party;

extern Party party[16];
extern int	nparties;
extern MpcIdentity me;
extern MpcRoster roster;
extern MpcAsk ask;
extern uint8_t message[MAX_BYTES];	/* the request as it is sent */
extern size_t message_len;

/* hostile.c */
extern Party *party_at(int position);	/* of the roster; NULL: that is me */
extern size_t from_hex(uint8_t *out, size_t cap, const char *hex);
extern void say_hex(const void *bytes, size_t len);

/* hostile_send.c */
extern void connect_to(Party *p, const char *conninfo);
extern void greet(Party *p, const char *dataset);
extern void greet_often(Party *p, const char *dataset, long times);
extern void send_request(Party *p, const char *way);
extern void send_flipped(Party *p, long step);
extern void say_result(Party *p, PGresult *result);
extern void say_heard(void);
extern void forget_reply(Party *p);

/* hostile_ask.c */
extern void say_lanes(const MpcFe *lane, size_t n);
extern void learn(const char *dataset, MpcStr description);
extern void begin_question(const char *dataset);
extern void add_aggregate(const char *function, const char *column);
extern void add_key(const char *column);
extern void set_condition(const char *op, const char *column, const char *hex);
extern void lie_about_column(const char *what, const char *column);
extern void lie_about_vector(const char *what, long number);
extern void lie_about_query(const char *hex);
extern void lie_about_dataset(const char *dataset);
extern void build_request(void);
extern void sign_as(const MpcIdentity *who);
extern void read_back(void);
extern void say_request(void);
extern void say_sums(void);
extern void say_groups(void);

/* hostile_shamir.c */
extern MpcStatus begin_shamir(const MpcStaticHalf *halves, uint8_t *cards, const uint8_t *dataset_hash,
							  uint16_t threshold, uint32_t m, MpcStr query, MpcStr policy);
extern void take_shares(void);
extern void write_relay(int receiver, const bool *dealer);
extern void take_sum(int position);
extern void open_shares(const bool *dealer, const bool *by);

/* hostile_maximum.c */
extern MpcStatus begin_maximum(const MpcStaticHalf *halves, uint8_t *cards, const uint8_t *dataset_hash,
							   const MpcExtremes *extremes, MpcStr query, MpcStr policy);
extern void claim_key(const char *number);
extern void write_step(long digit);
extern void twist_step(long lane);

/* hostile_sets.c */
extern void lie_about_sets(const char *what, long said);
extern MpcStatus begin_sets(const uint8_t *cards, const uint8_t *dataset_hash, MpcStr query, MpcStr policy);
extern void put_piece(uint8_t channel, uint32_t first, char *elements);
extern void get_piece(uint8_t channel, uint32_t first, uint32_t count);
extern void clear_pieces(void);
extern void write_set_step(long said);
extern void say_pieces(const Party *p);
extern void say_size(const Party *p);

#endif							/* MPC_HOSTILE_H */
