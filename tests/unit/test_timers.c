/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers: each ends once, never early, in the order in which they are due,
 * whatever mix of delays they have; what is set while others end waits for the
 * loop's next turn; none is left after timers_clear.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../impls/parts/timers.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define ROOM          20000

/* What the test sets, and what came of it. */
struct scene {
    struct ev_loop *loop;
    struct timers *timers;
    uint32_t left;   /* timers that have not ended */
    uint32_t again;  /* how many are set by those that end */
    unsigned turns;  /* of the loop */
    nsec last_due;   /* of the timer that ended last */
    nsec due[ROOM];  /* by place; at least */
    nsec late[ROOM]; /* at most */
    unsigned turn[ROOM];
    uint32_t ended[ROOM];
};

static void set(struct scene *s, uint32_t slot, nsec delay)
{
    s->due[slot] = now_ns() + delay;
    s->turn[slot] = s->turns;
    timers_set(s->timers, slot, delay);
    s->late[slot] = now_ns() + delay;
    s->left++;
}

static void ended(void *self, uint32_t slot)
{
    struct scene *s = self;

    assert_true(now_ns() >= s->due[slot]);
    /* Due times are known to within the calls around timers_set. */
    assert_true(s->late[slot] >= s->last_due);
    if (s->due[slot] > s->last_due)
        s->last_due = s->due[slot];
    assert_true(s->turn[slot] < s->turns);
    s->ended[slot]++;
    s->left--;
    if (s->again) {
        s->again--;
        set(s, slot, 0);
    }
    if (!s->left)
        ev_break(s->loop, EVBREAK_ALL);
}

static void on_turn(struct ev_loop *loop, ev_check *check, int events)
{
    struct scene *s = check->data;

    (void)loop;
    (void)events;
    s->turns++;
}

static struct scene *scene_open(uint32_t room)
{
    struct scene *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    s->loop = ev_loop_new(EVFLAG_NOENV);
    assert_non_null(s->loop);
    assert_int_equal(timers_open(&s->timers, s->loop, room, ended, s), 0);
    return s;
}

/* Until all timers have ended; turns of the loop are counted meanwhile. */
static void scene_run(struct scene *s)
{
    ev_check check;

    ev_check_init(&check, on_turn);
    ev_set_priority(&check, EV_MAXPRI);
    check.data = s;
    ev_check_start(s->loop, &check);
    ev_run(s->loop, 0);
    ev_check_stop(s->loop, &check);
}

static void scene_close(struct scene *s)
{
    timers_close(s->timers);
    ev_loop_destroy(s->loop);
    free(s);
}

/* Delay of timer i in microseconds. */
typedef uint32_t delay_fn(uint32_t i);

static uint32_t equal(uint32_t i)
{
    (void)i;
    return 3000;
}

static uint32_t rising(uint32_t i)
{
    return i;
}

/* Each is due before the one that was set before it. */
static uint32_t falling(uint32_t i)
{
    return 200000 - 10 * i;
}

static uint32_t two(uint32_t i)
{
    return i % 2 ? 4000 : 9000;
}

static uint32_t scattered(uint32_t i)
{
    return (i * 2654435761u >> 8) % 30000;
}

static uint32_t none(uint32_t i)
{
    (void)i;
    return 0;
}

static const struct {
    delay_fn *delay;
    uint32_t count;
} mixes[] = {{equal, 1},        {equal, ROOM},   {rising, ROOM},
             {falling, 5},      {falling, 6},    {two, ROOM},
             {scattered, ROOM}, {falling, ROOM}, {none, ROOM}};

static void test_order(void **state)
{
    (void)state;
    for (size_t m = 0; m < LENGTH(mixes); m++) {
        struct scene *s = scene_open(mixes[m].count);

        for (uint32_t i = 0; i < mixes[m].count; i++)
            set(s, i, mixes[m].delay(i) * NSEC_PER_USEC);
        scene_run(s);
        for (uint32_t i = 0; i < mixes[m].count; i++)
            assert_int_equal(s->ended[i], 1);
        scene_close(s);
    }
}

/* A queue that goes round: places are used again and again. */
static void test_again(void **state)
{
    struct scene *s = scene_open(7);

    (void)state;
    s->again = 1000;
    for (uint32_t i = 0; i < 7; i++)
        set(s, i, i % 3 * NSEC_PER_MSEC);
    scene_run(s);
    uint32_t all = 0;
    for (uint32_t i = 0; i < 7; i++)
        all += s->ended[i];
    assert_int_equal(all, 1007);
    /* Each set from an end waits a turn: at most 7 a turn. */
    assert_true(s->turns >= 1000 / 7);
    scene_close(s);
}

static void on_halfway(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct scene *s = timer->data;

    (void)events;
    assert_int_equal(s->ended[1], 1);
    assert_int_equal(s->ended[0], 0);
    ev_break(loop, EVBREAK_ALL);
}

/* One that is due before those that are set already is not kept waiting for
 * them: it has ended when a timer of the loop's own, due between, is. */
static void test_earlier(void **state)
{
    struct scene *s = scene_open(2);
    ev_timer halfway;

    (void)state;
    set(s, 0, 100 * NSEC_PER_MSEC);
    set(s, 1, NSEC_PER_MSEC);
    ev_timer_init(&halfway, on_halfway, 0.05, 0);
    halfway.data = s;
    ev_timer_start(s->loop, &halfway);
    scene_run(s);
    ev_timer_stop(s->loop, &halfway);
    scene_close(s);
}

static void test_clear(void **state)
{
    struct scene *s = scene_open(100);

    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        set(s, i, (i % 2 ? 1 : 2) * NSEC_PER_MSEC);
    timers_clear(s->timers);
    ev_run(s->loop, 0); /* nothing is left to wait for: it returns */
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(s->ended[i], 0);
    s->left = 0;
    set(s, 3, NSEC_PER_MSEC);
    scene_run(s);
    assert_int_equal(s->ended[3], 1);
    scene_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_earlier),
        cmocka_unit_test(test_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
