/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * process_pool when its workers are killed: in the middle of a sleep, of a
 * fetch, while they are idle, and all of them. A kill is made at an event of
 * the batch, so that it is known what the worker was doing.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>

#include <cmocka.h>

#include "../../impls/strategy.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define TASKS 6
#define WIDTH 3

/* Longer than any test may take: who waits for it is killed. */
#define FOREVER (600 * NSEC_PER_SEC)

#define NEVER UINT32_MAX

extern const struct strategy process_pool;

/* A batch whose workers are killed when task `at` has finished. */
struct scene {
    struct observer observer;
    struct batch batch;
    struct task tasks[TASKS];
    struct cancel cancel;
    uint32_t at;
    unsigned kills; /* a bit a worker, in the order in which they started */
    pid_t before[WIDTH], after[WIDTH];
};

/* Kills it, and returns when it is dead but not yet reaped. */
static void kill_worker(pid_t pid)
{
    siginfo_t info;

    kill(pid, SIGKILL);
    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

static void kill_workers(struct scene *scene)
{
    for (unsigned w = 0; w < WIDTH; w++)
        if (scene->kills & 1u << w)
            kill_worker(scene->before[w]);
}

static void on_event(struct observer *self, const struct batch *batch,
                     uint32_t i, enum task_event event, nsec when,
                     const char *text)
{
    struct scene *scene = (struct scene *)self;

    (void)batch, (void)when, (void)text;
    if (event == TASK_FINISHED && i == scene->at)
        kill_workers(scene);
}

/* Opens, runs, and closes; `kills` at once where `at` is NEVER. */
static void play(struct scene *scene, const struct step *step, uint32_t at,
                 unsigned kills)
{
    void *self;

    *scene = (struct scene){.observer = {on_event}, .at = at, .kills = kills};
    scene->cancel.fd = eventfd(0, EFD_NONBLOCK);
    scene->batch = (struct batch){.tasks = scene->tasks,
                                  .count = TASKS,
                                  .width = WIDTH,
                                  .steps = step,
                                  .step_count = 1,
                                  .phase_begin = step,
                                  .phase_end = step + 1,
                                  .observer = &scene->observer,
                                  .cancel = &scene->cancel};
    assert_int_equal(process_pool.open(&scene->batch, &self), 0);
    assert_int_equal(strategies_processes(scene->before, WIDTH), WIDTH);
    if (at == NEVER)
        kill_workers(scene);
    scene->batch.began = now_ns();
    assert_int_equal(process_pool.run(self, &scene->batch), 0);
    assert_int_equal(strategies_processes(scene->after, WIDTH), WIDTH);
    process_pool.close(self);
    assert_int_equal(strategies_processes(scene->after, 0), 0);
    close(scene->cancel.fd);
}

static bool lives_on(const struct scene *scene, pid_t pid)
{
    for (unsigned w = 0; w < WIDTH; w++)
        if (scene->after[w] == pid)
            return true;
    return false;
}

/* Tasks whose bit is set failed with their worker, all others are done; those
 * that were killed have been replaced, and only those. */
static void check(const struct scene *scene, unsigned lost)
{
    for (uint32_t i = 0; i < TASKS; i++)
        assert_int_equal(scene->tasks[i].outcome,
                         lost & 1u << i ? OUTCOME_WORKER : OUTCOME_OK);
    for (unsigned w = 0; w < WIDTH; w++)
        assert_int_equal(lives_on(scene, scene->before[w]),
                         !(scene->kills & 1u << w));
}

/* Tasks 0 and 1 would sleep for ever; worker w has task w. */
static void test_killed_while_sleeping(void **state)
{
    static const nsec delays[TASKS] = {FOREVER, FOREVER, 1, 1, 1, 1};
    const struct step step = {
        .kind = STEP_SLEEP,
        .delay = {.kind = DURATION_LIST, .count = TASKS, .list = delays}};
    static const struct {
        uint32_t at;
        unsigned kills, lost;
    } rows[] = {
        {2, 3, 3}, /* those that sleep */
        {5, 3, 3}, /* … when all others are done */
        {2, 7, 3}, /* all: the third has just done its task, and loses none */
    };
    struct scene scene;

    (void)state;
    for (size_t r = 0; r < LENGTH(rows); r++) {
        play(&scene, &step, rows[r].at, rows[r].kills);
        check(&scene, rows[r].lost);
    }
}

static void test_one_of_three(void **state)
{
    static const nsec delays[TASKS] = {FOREVER, 1, 1, 1, 1, 1};
    const struct step step = {
        .kind = STEP_SLEEP,
        .delay = {.kind = DURATION_LIST, .count = TASKS, .list = delays}};
    struct scene scene;

    (void)state;
    play(&scene, &step, TASKS - 1, 1);
    check(&scene, 1);
}

static void test_killed_while_idle(void **state)
{
    static const unsigned kills[] = {1, 2, 5, 7};
    static const nsec delay = 1;
    const struct step step = {
        .kind = STEP_SLEEP,
        .delay = {.kind = DURATION_LIST, .count = 1, .list = &delay}};
    struct scene scene;

    (void)state;
    for (size_t k = 0; k < LENGTH(kills); k++) {
        play(&scene, &step, NEVER, kills[k]);
        check(&scene, 0);
    }
}

/* ---- a fetch ---- */

/* A server that accepts and never replies; its port. */
static uint16_t listen_in_silence(int *fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(*fd >= 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(*fd, TASKS), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static void test_killed_while_fetching(void **state)
{
    char silent[64];
    int fd;

    (void)state;
    snprintf(silent, sizeof(silent), "http://127.0.0.1:%u/",
             listen_in_silence(&fd));
    /* The others fail at once: nobody listens on port 1. */
    const char *const urls[TASKS] = {
        silent, "http://127.0.0.1:1/", "http://127.0.0.1:1/",
        silent, "http://127.0.0.1:1/", "http://127.0.0.1:1/"};
    const struct step step = {
        .kind = STEP_FETCH, .urls = urls, .url_count = TASKS};
    struct scene scene;

    play(&scene, &step, TASKS - 1, 7);
    for (uint32_t i = 0; i < TASKS; i++)
        assert_int_equal(scene.tasks[i].outcome,
                         urls[i] == silent ? OUTCOME_WORKER : OUTCOME_CONNECT);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_while_sleeping),
        cmocka_unit_test(test_one_of_three),
        cmocka_unit_test(test_killed_while_idle),
        cmocka_unit_test(test_killed_while_fetching),
    };

    if (strategies_init() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
