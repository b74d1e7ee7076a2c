/*
 * The load generator of the fan-out bench: many WebSocket clients of one room on one core.
 *
 * It opens the members, lets some of them send in a closed loop (a sender sends its next message when its own last
 * one has come back), and counts what every member receives. Every member checks that each sender's messages come
 * without a gap, a repeat or a changed byte; in the Centrifuge dialect also that the room's offsets do, and that every
 * publication is acknowledged.
 *
 * It says on its standard output what happens, an object of JSON a line: "connected" when all members are in,
 * "measuring" and "measured" around the window that counts, and "result" at the end.
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/clock.h"
#include "../../native/fail.h"
#include "../../native/histogram.h"
#include "centrifuge.h"
#include "decoder.h"
#include "message.h"
#include "options.h"

/* Connections that are being opened at one time: less than any server's backlog. */
#define MAX_OPENING 100
#define CONNECT_DEADLINE_NS (60 * SECOND_NS)
/* When nobody sends any more and nothing has arrived for this long, what is missing is lost. */
#define DRAIN_QUIET_NS (1 * SECOND_NS)
#define EVENTS_PER_WAIT 1024
/* Larger than what a socket usually holds, so that one read empties it. */
#define READ_BYTES (256 * 1024)

#define SOCKET_IO_OPEN '0'
#define SOCKET_IO_PING "2"
#define SOCKET_IO_PONG "3"
#define SOCKET_IO_CONNECT "40"
#define SOCKET_IO_EVENT "42[\"message\",\""
#define SOCKET_IO_EVENT_END "\"]"
#define SOCKET_IO_EVENT_BYTES (sizeof SOCKET_IO_EVENT - 1)
#define SOCKET_IO_MESSAGE_BYTES (SOCKET_IO_EVENT_BYTES + MESSAGE_BYTES + sizeof SOCKET_IO_EVENT_END - 1)

enum member_state { OPENING, UPGRADING, JOINING, JOINED, GONE };

struct member {
    int fd;
    uint32_t index;
    enum member_state state;
    /* Its number among the senders, or -1. */
    int32_t sender;
    uint32_t next_sequence;
    /* Publications of its own that were acknowledged, and the room's offset that it has seen last; 0: none yet. */
    uint32_t acknowledged;
    uint64_t offset;
    struct decoder decoder;
};

enum phase { CONNECTING, WARMING_UP, MEASURING, DRAINING, HOLDING, DONE };

static struct options options;
static struct member *members;
/* The sequence number that each member awaits of each sender: a row per member. */
static uint32_t *expected;
/* The member that each sender is. */
static struct member **senders;

static int poller;
static enum phase phase = CONNECTING;
/* When the phase ends by itself. */
static uint64_t phase_until_ns;
/* When the bytes that are being handled were read. */
static uint64_t read_ns;
static uint32_t opened, opening, joined, gone;
static uint64_t deliveries, deliveries_seen_in_drain;
static uint64_t lost, doubled, foreign;
/* Offsets that were skipped or came again, and publications that were never acknowledged. */
static uint64_t misplaced, unacknowledged;
static uint64_t measure_from_ns, measured_ns, measured_from_deliveries, measured_deliveries;
static struct histogram latency;

static void open_members(void);
static void handle_event(struct member *member, uint32_t happened);
static void advance_phase(uint64_t now);
static int wait_ms(uint64_t now);
static void count_missing(void);
static void print_result(void);

int main(int argc, char **argv)
{
    options = parse_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    members = calloc(options.members, sizeof *members);
    expected = calloc((size_t)options.members * options.senders + 1, sizeof *expected);
    senders = calloc(options.senders + 1, sizeof *senders);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (members == NULL || expected == NULL || senders == NULL || poller == -1) fail("out of memory or files");
    for (uint32_t i = 0; i < options.members; i++) members[i] = (struct member){.fd = -1, .index = i, .state = OPENING, .sender = -1};
    /* Each sender is in the middle of its own part of the room, so that no server is helped or hindered by the order
     * in which it writes. */
    for (uint32_t i = 0; i < options.senders; i++) {
        senders[i] = &members[(2ull * i + 1) * options.members / (2ull * options.senders)];
        senders[i]->sender = (int32_t)i;
    }

    phase_until_ns = now_ns() + CONNECT_DEADLINE_NS;
    static struct epoll_event events[EVENTS_PER_WAIT];
    while (phase != DONE) {
        if (phase == CONNECTING) open_members();
        int count = epoll_wait(poller, events, EVENTS_PER_WAIT, wait_ms(now_ns()));
        if (count == -1 && errno != EINTR) fail("epoll_wait: %s", strerror(errno));
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                /* Our standard input: who started us has seen enough. */
                phase = DONE;
                break;
            }
            handle_event(events[i].data.ptr, events[i].events);
        }
        advance_phase(now_ns());
    }
    count_missing();
    print_result();
    return 0;
}

/* -- connections -------------------------------------------------------------------------------------------- */

static void open_member(struct member *member)
{
    int on = 1;
    /* Closed by reset when we exit: thousands of connections a run must not pile up in TIME_WAIT. */
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    member->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (member->fd == -1) fail("socket %u: %s", member->index, strerror(errno));
    setsockopt(member->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(member->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (connect(member->fd, (struct sockaddr *)&address, sizeof address) == -1 && errno != EINPROGRESS) {
        fail("connection %u: %s", member->index, strerror(errno));
    }
    /* Edge-triggered: one wait tells of both the connect (writable) and each arrival. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = member};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, member->fd, &event) == -1) fail("epoll_ctl: %s", strerror(errno));
    opening++;
}

static void open_members(void)
{
    while (opened < options.members && opening < MAX_OPENING) open_member(&members[opened++]);
}

static void close_member(struct member *member, const char *why)
{
    if (member->state == GONE) return;
    if (phase == CONNECTING) {
        fail("connection %u of %u ended before all were in: %s%s%.*s", member->index + 1, options.members, why,
             member->state == UPGRADING && member->decoder.text_length > 0 ? "; the server answered " : "",
             member->state == UPGRADING ? member->decoder.text_length : 0, (const char *)member->decoder.text);
    }
    close(member->fd);
    member->state = GONE;
    gone++;
}

/* What a member sends is short and seldom: a socket that does not take it at once belongs to a server that has
 * stopped reading. */
static void send_whole(struct member *member, const void *bytes, size_t length)
{
    ssize_t sent = send(member->fd, bytes, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length) return;
    if (sent == -1 && errno != EAGAIN) {
        close_member(member, strerror(errno));
        return;
    }
    close_member(member, "the server takes no more");
}

/* Sends one frame, masked as a client's must be (RFC 6455, section 5.3). */
static void send_frame(struct member *member, int opcode, const uint8_t *payload, size_t length)
{
    uint8_t frame[6 + DECODER_CONTROL_BYTES];
    uint32_t mask = (member->index + 1) * 2654435761u ^ (uint32_t)read_ns;
    frame[0] = (uint8_t)(0x80 | opcode);
    frame[1] = (uint8_t)(0x80 | length);
    memcpy(frame + 2, &mask, 4);
    for (size_t i = 0; i < length; i++) frame[6 + i] = payload[i] ^ frame[2 + i % 4];
    send_whole(member, frame, 6 + length);
}

static void send_text(struct member *member, const char *text)
{
    send_frame(member, OPCODE_TEXT, (const uint8_t *)text, strlen(text));
}

static void send_upgrade(struct member *member)
{
    char request[1024];
    /* The key is the RFC's own; what it is good for (caches) does not matter here. */
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\n"
                          "Host: 127.0.0.1:%u\r\n"
                          "Connection: Upgrade\r\n"
                          "Upgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                          options.path, options.port);
    if (length >= (int)sizeof request) fail("--path is too long");
    send_whole(member, request, (size_t)length);
}

static void send_next_message(struct member *member)
{
    if (options.dialect == DIALECT_CENTRIFUGE) {
        uint8_t command[CENTRIFUGE_PUBLISH_MAX_BYTES];
        size_t length = centrifuge_publish(command, (uint32_t)member->sender, member->next_sequence++, now_ns());
        send_frame(member, OPCODE_TEXT, command, length);
        return;
    }
    uint8_t payload[SOCKET_IO_MESSAGE_BYTES];
    uint8_t *message = payload;
    size_t length = MESSAGE_BYTES;
    if (options.dialect == DIALECT_SOCKET_IO) {
        memcpy(payload, SOCKET_IO_EVENT, SOCKET_IO_EVENT_BYTES);
        message = payload + SOCKET_IO_EVENT_BYTES;
        memcpy(message + MESSAGE_BYTES, SOCKET_IO_EVENT_END, sizeof SOCKET_IO_EVENT_END - 1);
        length = SOCKET_IO_MESSAGE_BYTES;
    }
    message_write(message, (uint32_t)member->sender, member->next_sequence++, now_ns());
    send_frame(member, OPCODE_TEXT, payload, length);
}

/* -- what arrives ------------------------------------------------------------------------------------------- */

static void member_joined(struct member *member)
{
    member->state = JOINED;
    opening--;
    joined++;
}

/* Takes bytes of the server's answer to the upgrade; returns how many belonged to it. */
static size_t take_answer(struct member *member, const uint8_t *bytes, size_t length)
{
    /* The decoder's room for texts is free until the answer has ended. */
    struct decoder *decoder = &member->decoder;
    size_t before = decoder->text_length;
    decoder_keep_text(decoder, bytes, length);
    const uint8_t *end = memmem(decoder->text, decoder->text_length, "\r\n\r\n", 4);
    if (end == NULL) {
        if (decoder->text_length == DECODER_TEXT_BYTES) close_member(member, "a very long answer");
        return length;
    }
    if (memcmp(decoder->text, "HTTP/1.1 101 ", 13) != 0) {
        close_member(member, "no upgrade");
        return length;
    }
    size_t answer_length = (size_t)(end + 4 - decoder->text);
    decoder->text_length = 0;
    if (options.dialect == DIALECT_PLAIN) {
        member_joined(member);
    } else {
        member->state = JOINING;
        if (options.dialect == DIALECT_CENTRIFUGE) send_text(member, CENTRIFUGE_JOIN);
    }
    return answer_length - before;
}

static inline void on_delivery(struct member *member, const uint8_t *message)
{
    uint32_t sender = message_sender(message);
    uint32_t sequence = message_sequence(message);
    if (!message_is_whole(message) || sender >= options.senders) {
        foreign++;
        return;
    }
    uint32_t *awaited = &expected[(size_t)member->index * options.senders + sender];
    if (sequence < *awaited) {
        doubled++;
        return;
    }
    lost += sequence - *awaited;
    *awaited = sequence + 1;
    deliveries++;
    if (phase == MEASURING) histogram_record(&latency, read_ns - message_sent_ns(message));
    bool is_own = member->sender == (int32_t)sender;
    if (is_own && (phase == WARMING_UP || phase == MEASURING)) send_next_message(member);
}

/* What only Socket.IO says: its handshake and its heartbeat (Engine.IO protocol 4, Socket.IO protocol 5). */
static void on_socket_io_packet(struct member *member, const uint8_t *text, size_t length)
{
    if (length > 0 && text[0] == SOCKET_IO_OPEN) {
        send_text(member, SOCKET_IO_CONNECT);
    } else if (length >= 2 && memcmp(text, SOCKET_IO_CONNECT, 2) == 0) {
        if (member->state == JOINING) member_joined(member);
    } else if (length == 1 && text[0] == SOCKET_IO_PING[0]) {
        send_text(member, SOCKET_IO_PONG);
    } else {
        foreign++;
    }
}

/* What only the Centrifuge dialect says beside pushes: its replies and its heartbeat. */
static void on_centrifuge_reply(struct member *member, const uint8_t *text, size_t length)
{
    uint32_t sequence;
    if (centrifuge_published(text, length, &sequence)) {
        /* Each sender's publications are committed in their order, and acknowledged so. */
        if (sequence == member->acknowledged) member->acknowledged++;
        else misplaced++;
    } else if (text_begins(text, length, CENTRIFUGE_SUBSCRIBED)) {
        if (member->state == JOINING) member_joined(member);
    } else if (length == sizeof CENTRIFUGE_PING - 1 && text_begins(text, length, CENTRIFUGE_PING)) {
        send_text(member, CENTRIFUGE_PONG);
    } else if (!text_begins(text, length, CENTRIFUGE_CONNECTED)) {
        if (phase == CONNECTING) fail("the server answered %.*s", (int)length, (const char *)text);
        foreign++;
    }
}

static inline void on_centrifuge_text(struct member *member, const uint8_t *text, size_t length)
{
    uint64_t offset;
    const uint8_t *message = centrifuge_push(text, length, &offset);
    if (message == NULL) {
        on_centrifuge_reply(member, text, length);
        return;
    }
    if (member->offset != 0 && offset != member->offset + 1) misplaced++;
    member->offset = offset;
    on_delivery(member, message);
}

static inline void on_text(struct member *member, const uint8_t *text, size_t length)
{
    if (options.dialect == DIALECT_CENTRIFUGE) {
        on_centrifuge_text(member, text, length);
    } else if (options.dialect == DIALECT_SOCKET_IO) {
        if (length == SOCKET_IO_MESSAGE_BYTES && memcmp(text, SOCKET_IO_EVENT, SOCKET_IO_EVENT_BYTES) == 0) {
            on_delivery(member, text + SOCKET_IO_EVENT_BYTES);
        } else {
            on_socket_io_packet(member, text, length);
        }
    } else if (length == MESSAGE_BYTES) {
        on_delivery(member, text);
    } else {
        foreign++;
    }
}

static void on_control(struct member *member, int opcode, const uint8_t *payload, size_t length)
{
    if (opcode == OPCODE_PING) {
        send_frame(member, OPCODE_PONG, payload, length);
    } else if (opcode == OPCODE_CLOSE) {
        close_member(member, "a close frame");
    }
}

static void take_bytes(struct member *member, const uint8_t *bytes, size_t length)
{
    if (member->state == UPGRADING) {
        size_t taken = take_answer(member, bytes, length);
        bytes += taken;
        length -= taken;
    }
    if (member->state != GONE && !decoder_push(&member->decoder, member, bytes, length)) {
        close_member(member, "bytes that are no frame");
    }
}

static void read_all(struct member *member)
{
    static uint8_t buffer[READ_BYTES];
    while (member->state != GONE) {
        ssize_t length = recv(member->fd, buffer, sizeof buffer, 0);
        if (length > 0) {
            read_ns = now_ns();
            take_bytes(member, buffer, (size_t)length);
            /* A short read has emptied the socket; the next arrival is an edge of its own. */
            if (length < (ssize_t)sizeof buffer) return;
        } else if (length == 0) {
            close_member(member, "the server closed it");
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            close_member(member, strerror(errno));
        }
    }
}

static void handle_event(struct member *member, uint32_t happened)
{
    if (member->state == GONE) return;
    if (happened & EPOLLERR) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(member->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        close_member(member, strerror(error));
        return;
    }
    if (member->state == OPENING && happened & EPOLLOUT) {
        /* From now on only arrivals matter. */
        member->state = UPGRADING;
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = member};
        epoll_ctl(poller, EPOLL_CTL_MOD, member->fd, &event);
        send_upgrade(member);
    }
    if (happened & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) {
        read_all(member);
        /* The end may wait behind bytes that one short read did not take. */
        if (member->state != GONE && happened & (EPOLLRDHUP | EPOLLHUP)) read_all(member);
    }
}

/* -- phases ------------------------------------------------------------------------------------------------- */

static void say(const char *event)
{
    printf("{\"event\":\"%s\"}\n", event);
    fflush(stdout);
}

static uint64_t messages_sent(void)
{
    uint64_t sent = 0;
    for (uint32_t i = 0; i < options.senders; i++) sent += senders[i]->next_sequence;
    return sent;
}

static uint64_t messages_acknowledged(void)
{
    uint64_t acknowledged = 0;
    for (uint32_t i = 0; i < options.senders; i++) acknowledged += senders[i]->acknowledged;
    return acknowledged;
}

static bool everything_arrived(void)
{
    if (options.dialect == DIALECT_CENTRIFUGE && messages_acknowledged() < messages_sent()) return false;
    /* Members that are gone make this an upper bound; silence ends the wait then. */
    return deliveries + lost >= messages_sent() * options.members;
}

static void start_sending(void)
{
    for (uint32_t round = 0; round < options.window; round++) {
        for (uint32_t i = 0; i < options.senders; i++) {
            if (senders[i]->state == JOINED) send_next_message(senders[i]);
        }
    }
}

static void hold(void)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &event) == -1) fail("the standard input must be a pipe");
    phase = HOLDING;
}

static void advance_phase(uint64_t now)
{
    if (phase == CONNECTING) {
        if (joined == options.members) {
            say("connected");
            if (options.senders == 0) {
                hold();
                return;
            }
            phase = WARMING_UP;
            phase_until_ns = now_ns() + options.warmup_ms * MILLISECOND_NS;
            start_sending();
        } else if (now >= phase_until_ns) {
            fail("only %u of %u connections were in after %llu s", joined, options.members,
                 (unsigned long long)(CONNECT_DEADLINE_NS / SECOND_NS));
        }
    } else if (phase == WARMING_UP && now >= phase_until_ns) {
        say("measuring");
        phase = MEASURING;
        measure_from_ns = now_ns();
        measured_from_deliveries = deliveries;
        phase_until_ns = measure_from_ns + options.measure_ms * MILLISECOND_NS;
    } else if (phase == MEASURING && now >= phase_until_ns) {
        measured_ns = now - measure_from_ns;
        measured_deliveries = deliveries - measured_from_deliveries;
        say("measured");
        phase = DRAINING;
        phase_until_ns = now + DRAIN_QUIET_NS;
    } else if (phase == DRAINING) {
        if (now >= phase_until_ns || everything_arrived()) phase = DONE;
        if (deliveries != deliveries_seen_in_drain) phase_until_ns = now + DRAIN_QUIET_NS;
        deliveries_seen_in_drain = deliveries;
    }
}

/* How long a wait may take, so that phases end in time. While messages flow it polls and never sleeps: waking a sleeping
 * process of the same machine costs its waker, the server, time for each write. Members elsewhere don't
 * cost that, and a server so fast that this process has no time to sleep would be spared it. */
static int wait_ms(uint64_t now)
{
    if (phase == HOLDING) return -1;
    if (phase == WARMING_UP || phase == MEASURING) return 0;
    if (now >= phase_until_ns) return 0;
    uint64_t left_ms = (phase_until_ns - now) / MILLISECOND_NS;
    return (int)left_ms;
}

/* How many messages of a sender should have reached everybody. What a sender wrote last before the server ended it may
 * never have been read; what any member has got was. */
static uint32_t messages_due(uint32_t sender)
{
    if (senders[sender]->state == JOINED) return senders[sender]->next_sequence;
    uint32_t most = 0;
    for (uint32_t i = 0; i < options.members; i++) {
        uint32_t awaited = expected[(size_t)i * options.senders + sender];
        if (awaited > most) most = awaited;
    }
    return most;
}

/* What members that are still there have not got by now will never come. */
static void count_missing(void)
{
    for (uint32_t sender = 0; sender < options.senders; sender++) {
        uint32_t due = messages_due(sender);
        for (uint32_t i = 0; i < options.members; i++) {
            if (members[i].state == JOINED) lost += due - expected[(size_t)i * options.senders + sender];
        }
        if (options.dialect == DIALECT_CENTRIFUGE && senders[sender]->state == JOINED) {
            unacknowledged += senders[sender]->next_sequence - senders[sender]->acknowledged;
        }
    }
}

static void print_result(void)
{
    printf("{\"event\":\"result\",\"measuredNs\":%" PRIu64 ",\"deliveries\":%" PRIu64 ",\"lost\":%" PRIu64
           ",\"doubled\":%" PRIu64 ",\"foreign\":%" PRIu64 ",\"misplaced\":%" PRIu64 ",\"unacknowledged\":%" PRIu64
           ",\"gone\":%u,\"latencyCounts\":",
           measured_ns, measured_deliveries, lost, doubled, foreign, misplaced, unacknowledged, gone);
    histogram_print(&latency, stdout);
    printf("}\n");
    fflush(stdout);
}
