/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bodies that content.c chooses from: each function fills head, offset,
 * tail, length and type of a reply, and nothing else. `size` is the length
 * that the body must have, or BODY_NATURAL.
 */
#ifndef CONCUR_BODIES_H
#define CONCUR_BODIES_H

#include "content.h"

#define BODY_NATURAL UINT64_MAX

void body_item(uint64_t id, uint64_t size, struct content *reply);
void body_delay(uint64_t delay_ns, uint64_t size, struct content *reply);
void body_status(int status, uint64_t size, struct content *reply);
void body_error(const char *why, uint64_t size, struct content *reply);
void body_page(uint64_t number, uint64_t size, struct content *reply);
void body_bytes(uint64_t id, uint64_t size, struct content *reply);
void body_none(struct content *reply);

#endif
