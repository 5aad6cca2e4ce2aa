/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of limits: what is beyond one makes strategies absent, which is said
 * with its reason. A warning is what would make them slower instead.
 */
#include "checks.h"

#include <stdlib.h>

#include "../run/limits.h"
#include "../suite/units.h"

/* ---- descriptors and threads ---- */

#define FILES_ENOUGH   16384
#define THREADS_ENOUGH 4096

/* "Max open files  1024  1048576  files": the second is the hard limit, to
 * which concur raises the soft one. */
void check_files(struct finding *f, const struct host *host)
{
    char text[128], soft[32], hard[32], shown[32];
    unsigned long long most = 0;

    if (!root_field(host->root, "/proc/self/limits", "Max open files", text,
                    sizeof(text)) ||
        sscanf(text, "%31s %31s", soft, hard) != 2) {
        finding_unseen(f);
        return;
    }
    bool limited = sscanf(hard, "%llu", &most) == 1;
    format_whole(shown, sizeof(shown), most);
    if (limited && most < FILES_ENOUGH)
        finding_is(f, FINDING_NOTE,
                   "cases with more sockets than that are absent (a blocking "
                   "client takes three descriptors)",
                   "ulimit -Hn 65536 as root, or LimitNOFILE= of the service; "
                   "a container: --ulimit nofile=65536",
                   "at most %s", shown);
    else
        finding_ok(f, "at most %s", limited ? shown : "the kernel's own limit");
}

void check_threads(struct finding *f, const struct host *host)
{
    struct limits limits = limits_read(host->root);
    char most[32];

    format_whole(most, sizeof(most), limits.threads);
    if (!limits.threads)
        finding_unseen(f);
    else if (limits.threads < THREADS_ENOUGH)
        finding_is(f, FINDING_NOTE,
                   "strategies that need more threads or processes are absent",
                   "raise what is named; a container: --pids-limit",
                   "at most %s more (%s)", most, limits.threads_from);
    else
        finding_ok(f, "at most %s more (%s)", most, limits.threads_from);
}

/* ---- TCP ---- */

#define PORTS_ENOUGH   16384
#define BACKLOG_LEAST  1024
#define BACKLOG_ENOUGH 4096

void check_ports(struct finding *f, const struct host *host)
{
    unsigned low, high;
    uint64_t reuse = 2;
    char line[64], count[32];

    if (!root_line(host->root, "/proc/sys/net/ipv4/ip_local_port_range", line,
                   sizeof(line)) ||
        sscanf(line, "%u %u", &low, &high) != 2 || high < low) {
        finding_unseen(f);
        return;
    }
    root_number(host->root, "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    format_whole(count, sizeof(count), high - low + 1);
    if (reuse == 0)
        finding_is(f, FINDING_WARNING,
                   "a closed connection keeps its port for a minute: where "
                   "each fetch makes a new one they run out, and connecting "
                   "slows down before",
                   "sudo sysctl net.ipv4.tcp_tw_reuse=2",
                   "%s ephemeral ones, not used again while in TIME_WAIT",
                   count);
    else if (high - low + 1 < PORTS_ENOUGH)
        finding_is(f, FINDING_NOTE,
                   "cases with more connections than that are absent",
                   "sudo sysctl net.ipv4.ip_local_port_range='1024 65535'",
                   "%s ephemeral ones", count);
    else
        finding_ok(f, "%s ephemeral ones", count);
}

void check_backlog(struct finding *f, const struct host *host)
{
    uint64_t backlog, half, cookies = 1;
    char text[32], other[32];

    if (!root_number(host->root, "/proc/sys/net/core/somaxconn", &backlog) ||
        !root_number(host->root, "/proc/sys/net/ipv4/tcp_max_syn_backlog",
                     &half)) {
        finding_unseen(f);
        return;
    }
    root_number(host->root, "/proc/sys/net/ipv4/tcp_syncookies", &cookies);
    bool few_half = !cookies && half < BACKLOG_LEAST;
    format_whole(text, sizeof(text), backlog);
    format_whole(other, sizeof(other), half);
    if (backlog < BACKLOG_LEAST || few_half)
        finding_is(f, FINDING_WARNING,
                   "when more connect at once, the rest try again after a "
                   "second: it makes the most concurrent strategies the "
                   "slowest",
                   "sudo sysctl net.core.somaxconn=4096 "
                   "net.ipv4.tcp_max_syn_backlog=4096",
                   "somaxconn %s, tcp_max_syn_backlog %s", text, other);
    else if (backlog < BACKLOG_ENOUGH)
        finding_is(f, FINDING_NOTE,
                   "when more connect at once, the rest try again after a "
                   "second",
                   "sudo sysctl net.core.somaxconn=4096",
                   "somaxconn %s, tcp_max_syn_backlog %s", text, other);
    else
        finding_ok(f, "somaxconn %s, tcp_max_syn_backlog %s", text, other);
}

void check_tracking(struct finding *f, const struct host *host)
{
    static const char folder[] = "/proc/sys/net/netfilter";
    uint64_t count = 0, most = 0;
    char path[128], now[32], all[32];

    if (!root_exists(host->root, "/proc/sys/net")) {
        finding_unseen(f);
        return;
    }
    snprintf(path, sizeof(path), "%s/nf_conntrack_max", folder);
    if (!root_number(host->root, path, &most) || !most) {
        finding_ok(f, "tracks no connections");
        return;
    }
    snprintf(path, sizeof(path), "%s/nf_conntrack_count", folder);
    root_number(host->root, path, &count);
    format_whole(now, sizeof(now), count);
    format_whole(all, sizeof(all), most);
    if (count == 0)
        finding_ok(f, "could track connections, and tracks none");
    else if (count > most - most / 5)
        finding_is(f, FINDING_WARNING,
                   "when its table is full new connections are dropped",
                   "sudo sysctl net.netfilter.nf_conntrack_max=262144",
                   "tracks %s connections of at most %s", now, all);
    else
        finding_is(f, FINDING_NOTE,
                   "a new connection takes some 15 to 25 % more: cases that "
                   "make many pay for it, and may fill its table; then "
                   "connections are dropped",
                   "exempt loopback (nftables: notrack for iif lo), or unload "
                   "nf_conntrack",
                   "tracks %s connections of at most %s", now, all);
}

void check_loopback(struct finding *f, const struct host *host)
{
    char line[32], control[64] = "unknown control", shown[32];
    uint64_t mtu = 0;

    if (!root_line(host->root, "/sys/class/net/lo/flags", line, sizeof(line))) {
        finding_unseen(f);
        return;
    }
    bool up = strtoul(line, NULL, 16) & 1;
    root_number(host->root, "/sys/class/net/lo/mtu", &mtu);
    root_line(host->root, "/proc/sys/net/ipv4/tcp_congestion_control", control,
              sizeof(control));
    format_whole(shown, sizeof(shown), mtu);
    if (!up)
        finding_is(f, FINDING_PROBLEM, "no fetch can reach the origin",
                   "sudo ip link set lo up", "down");
    else if (mtu < 16384)
        finding_is(f, FINDING_NOTE,
                   "large bodies take more packets than on other machines",
                   "sudo ip link set lo mtu 65536", "up, MTU %s, TCP %s", shown,
                   control);
    else
        finding_ok(f, "up, MTU %s, TCP %s", shown, control);
}
