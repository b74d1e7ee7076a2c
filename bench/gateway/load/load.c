/*
 * The load generator of the gateway bench: the same request over and over, on some connections, on one core.
 *
 * With a rate it is an open loop: request i is due at its own time, whatever became of those before it, and goes to the
 * connection whose turn it is. A connection that still awaits a reply sends when that has come. Latency counts from when
 * a request was due, so the time that a slow server made it wait is in it ("coordinated omission" is what leaving that out
 * is called). Without a rate it is a closed loop of pipelined requests, to send many in a short time.
 *
 * It says on its standard output what happens, an object of JSON a line: "connected", "measuring" and "measured" around
 * the window that counts, and "result" at the end. It sleeps between requests: it may share its core with Redis.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/clock.h"
#include "../../native/fail.h"
#include "../../native/histogram.h"
#include "options.h"
#include "reader.h"

#define EVENTS_PER_WAIT 256
/* What has not been answered so long after the last request was due counts as it stands. */
#define DRAIN_NS (2 * SECOND_NS)
/* Without a rate: a server that says nothing for so long has failed. */
#define SILENCE_NS (10 * SECOND_NS)

struct connection {
    int fd;
    /* Of this connection's requests: how many were due, sent and answered. */
    uint64_t due, sent, answered;
    struct reader reader;
};

static struct options options;
static struct connection *connections;
static char request[4096];
static size_t request_length;
static int poller;
static uint64_t start_ns, measure_from_ns, end_ns;
/* Over all connections. */
static uint64_t due, sent, answered, wrong, unanswered, measured;
static struct histogram latency;

static void say(const char *event)
{
    printf("{\"event\":\"%s\"}\n", event);
    fflush(stdout);
}

static void open_connection(struct connection *connection)
{
    int on = 1;
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd == -1) fail("socket: %s", strerror(errno));
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) == -1) fail("connect: %s", strerror(errno));
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, connection->fd, &event) == -1) fail("epoll_ctl: %s", strerror(errno));
}

/* When a connection's request is due: the connections take turns. */
static uint64_t due_at(const struct connection *connection, uint64_t number)
{
    uint64_t index = number * options.connections + (uint64_t)(connection - connections);
    return start_ns + (uint64_t)((unsigned __int128)index * SECOND_NS / options.rate);
}

static void send_requests(struct connection *connection, uint64_t count)
{
    static char batch[MAX_DEPTH * sizeof request];
    for (uint64_t i = 0; i < count; i++) memcpy(batch + i * request_length, request, request_length);
    ssize_t written = send(connection->fd, batch, count * request_length, MSG_NOSIGNAL);
    if (written != (ssize_t)(count * request_length)) {
        fail("the server takes no more: %s", written == -1 ? strerror(errno) : "its window is full");
    }
    connection->sent += count;
    sent += count;
}

/* Sends what is due where nothing is on the way; without a rate, what there is room for. */
static void send_what_may(struct connection *connection)
{
    if (options.rate > 0) {
        if (connection->sent == connection->answered && connection->sent < connection->due) send_requests(connection, 1);
        return;
    }
    uint64_t room = options.depth - (connection->sent - connection->answered);
    uint64_t left = options.requests - sent;
    /* Half of them at once: a request at a time would not be pipelining. */
    if (room * 2 >= options.depth && left > 0) send_requests(connection, room < left ? room : left);
}

static void take_reply(struct connection *connection, bool is_right, uint64_t now)
{
    if (!is_right) wrong++;
    if (options.rate > 0) {
        uint64_t was_due = due_at(connection, connection->answered);
        if (was_due >= measure_from_ns && was_due < end_ns) {
            histogram_record(&latency, now - was_due);
            measured++;
        }
    }
    connection->answered++;
    answered++;
}

static void read_replies(struct connection *connection)
{
    size_t room;
    uint8_t *to = reader_room(&connection->reader, &room);
    ssize_t length = recv(connection->fd, to, room, 0);
    if (length == -1 && errno == EAGAIN) return;
    if (length <= 0) fail("the server ended a connection: %s", length == 0 ? "without a word" : strerror(errno));
    connection->reader.to += (size_t)length;
    uint64_t now = now_ns();
    bool is_right;
    while (reader_next(&connection->reader, &is_right)) take_reply(connection, is_right, now);
    send_what_may(connection);
}

/* Hands out what has become due. */
static void make_due(uint64_t now)
{
    while (now < end_ns || due == 0) {
        struct connection *connection = &connections[due % options.connections];
        uint64_t at = due_at(connection, connection->due);
        if (at > now || at >= end_ns) return;
        connection->due++;
        due++;
        send_what_may(connection);
    }
}

static struct timespec until(uint64_t at)
{
    uint64_t now = now_ns();
    uint64_t left = at > now ? at - now : 0;
    return (struct timespec){.tv_sec = (time_t)(left / SECOND_NS), .tv_nsec = (long)(left % SECOND_NS)};
}

static void wait_for_replies(uint64_t at)
{
    static struct epoll_event events[EVENTS_PER_WAIT];
    struct timespec timeout = until(at);
    int count = epoll_pwait2(poller, events, EVENTS_PER_WAIT, &timeout, NULL);
    if (count == -1 && errno != EINTR) fail("epoll_pwait2: %s", strerror(errno));
    for (int i = 0; i < count; i++) read_replies(events[i].data.ptr);
}

static void run_at_rate(void)
{
    start_ns = now_ns();
    measure_from_ns = start_ns + options.warmup_ms * MILLISECOND_NS;
    end_ns = measure_from_ns + options.measure_ms * MILLISECOND_NS;
    bool is_measuring = false;
    for (uint64_t now = now_ns(); now < end_ns; now = now_ns()) {
        if (!is_measuring && now >= measure_from_ns) {
            is_measuring = true;
            say("measuring");
        }
        make_due(now);
        const struct connection *next = &connections[due % options.connections];
        wait_for_replies(due_at(next, next->due));
    }
    say("measured");
    make_due(end_ns - 1);
    uint64_t deadline = end_ns + DRAIN_NS;
    while (answered < due && now_ns() < deadline) wait_for_replies(deadline);
    /* Those that never came have waited at least so long. */
    uint64_t now = now_ns();
    for (uint32_t i = 0; i < options.connections; i++) {
        struct connection *connection = &connections[i];
        while (connection->answered < connection->due) {
            unanswered++;
            take_reply(connection, true, now);
        }
    }
}

static void run_closed(void)
{
    start_ns = now_ns();
    say("measuring");
    for (uint32_t i = 0; i < options.connections; i++) send_what_may(&connections[i]);
    while (answered < options.requests) {
        uint64_t before = answered;
        uint64_t deadline = now_ns() + SILENCE_NS;
        wait_for_replies(deadline);
        if (answered == before && now_ns() >= deadline) fail("the server says nothing");
    }
    measured = answered;
    measure_from_ns = start_ns;
    end_ns = now_ns();
    say("measured");
}

int main(int argc, char **argv)
{
    options = parse_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    /* Sleeps end when they should, not some fifty microseconds later. */
    prctl(PR_SET_TIMERSLACK, 1);
    connections = calloc(options.connections, sizeof *connections);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (connections == NULL || poller == -1) fail("out of memory or files");
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", options.path, options.port);
    if (length < 0 || (size_t)length >= sizeof request) fail("the path is too long");
    request_length = (size_t)length;
    for (uint32_t i = 0; i < options.connections; i++) open_connection(&connections[i]);
    say("connected");
    if (options.rate > 0) run_at_rate();
    else run_closed();
    printf("{\"event\":\"result\",\"measuredNs\":%" PRIu64 ",\"requests\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"unanswered\":%" PRIu64 ",\"latencyCounts\":",
           end_ns - measure_from_ns, measured, wrong, unanswered);
    histogram_print(&latency, stdout);
    printf("}\n");
    return 0;
}
