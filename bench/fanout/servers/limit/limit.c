/*
 * The limit of the fan-out bench: the least that a server of one room can do on one core and still be a WebSocket
 * server. It reads what the ready members sent, frames each message once, and hands every member the frames of the
 * whole wake-up with one system call. No rooms, names, commands, limits, heartbeats or logs.
 *
 * A member that reads too slowly is kept: what its socket does not take is queued up to a bound, then it is dropped.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../native/fail.h"
#include "handshake.h"

#define EVENTS_PER_WAIT 1024
#define READ_BYTES (256 * 1024)
#define MAX_REQUEST_BYTES 8192
#define MAX_MESSAGE_BYTES 65535
#define MAX_OUTBOX_BYTES (1024 * 1024)
#define MAX_HEADER_BYTES 8

enum { OPCODE_TEXT = 1, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

struct bytes {
    uint8_t *start;
    size_t length;
    size_t room;
};

struct member {
    int fd;
    bool is_upgraded;
    bool is_gone;
    /* Where it stands in the room. */
    uint32_t place;
    /* The start of a request or a frame whose rest has not come yet. */
    struct bytes partial;
    /* What the socket did not take. */
    struct bytes outbox;
};

static int poller;
static struct member **room;
static uint32_t room_size, room_capacity;
/* The frames of this wake-up's messages. */
static struct bytes batch;
/* Members that ended during this wake-up: events of theirs may still be in the list. */
static struct member **ended;
static uint32_t ended_count, ended_capacity;

static int listen_on_loopback(uint16_t *port);
static void accept_members(int listener);
static void handle_event(struct member *member, uint32_t happened);
static void broadcast(void);
static void free_ended(void);

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    uint16_t port;
    int listener = listen_on_loopback(&port);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) == -1) fail("epoll_ctl: %s", strerror(errno));
    printf("listening on http://127.0.0.1:%u\n", port);
    fflush(stdout);

    static struct epoll_event events[EVENTS_PER_WAIT];
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS_PER_WAIT, -1);
        if (count == -1 && errno != EINTR) fail("epoll_wait: %s", strerror(errno));
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                accept_members(listener);
            } else {
                handle_event(events[i].data.ptr, events[i].events);
            }
        }
        broadcast();
        free_ended();
    }
}

/* -- the room ----------------------------------------------------------------------------------------------- */

static void *grown(void *memory, size_t size)
{
    void *larger = realloc(memory, size);
    if (larger == NULL) fail("out of memory");
    return larger;
}

static void append(struct bytes *to, const void *bytes, size_t length)
{
    if (to->length + length > to->room) {
        to->room = 2 * (to->length + length);
        to->start = grown(to->start, to->room);
    }
    memcpy(to->start + to->length, bytes, length);
    to->length += length;
}

static void enter_room(struct member *member)
{
    if (room_size == room_capacity) {
        room_capacity = room_capacity == 0 ? 1024 : 2 * room_capacity;
        room = grown(room, room_capacity * sizeof(struct member *));
    }
    member->is_upgraded = true;
    member->place = room_size;
    room[room_size++] = member;
}

static void end_member(struct member *member)
{
    if (member->is_gone) return;
    close(member->fd);
    member->is_gone = true;
    if (member->is_upgraded) {
        struct member *last = room[--room_size];
        room[member->place] = last;
        last->place = member->place;
    }
    if (ended_count == ended_capacity) {
        ended_capacity = ended_capacity == 0 ? 64 : 2 * ended_capacity;
        ended = grown(ended, ended_capacity * sizeof(struct member *));
    }
    ended[ended_count++] = member;
}

static void free_ended(void)
{
    while (ended_count > 0) {
        struct member *member = ended[--ended_count];
        free(member->partial.start);
        free(member->outbox.start);
        free(member);
    }
}

/* -- writing ------------------------------------------------------------------------------------------------ */

static void write_to(struct member *member, const uint8_t *bytes, size_t length)
{
    size_t sent = 0;
    if (member->outbox.length == 0) {
        ssize_t taken = send(member->fd, bytes, length, MSG_NOSIGNAL);
        if (taken == (ssize_t)length) return;
        if (taken == -1 && errno != EAGAIN) {
            end_member(member);
            return;
        }
        sent = taken == -1 ? 0 : (size_t)taken;
    }
    append(&member->outbox, bytes + sent, length - sent);
    if (member->outbox.length > MAX_OUTBOX_BYTES) end_member(member);
}

static void flush_outbox(struct member *member)
{
    struct bytes *outbox = &member->outbox;
    if (outbox->length == 0) return;
    ssize_t taken = send(member->fd, outbox->start, outbox->length, MSG_NOSIGNAL);
    if (taken == -1 && errno != EAGAIN) {
        end_member(member);
    } else if (taken > 0) {
        outbox->length -= (size_t)taken;
        memmove(outbox->start, outbox->start + taken, outbox->length);
    }
}

static void broadcast(void)
{
    if (batch.length == 0) return;
    /* Backwards, because a member that ends gives its place to the last one. */
    for (uint32_t i = room_size; i-- > 0;) write_to(room[i], batch.start, batch.length);
    batch.length = 0;
}

static size_t write_header(uint8_t *header, int opcode, size_t length)
{
    header[0] = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        header[1] = (uint8_t)length;
        return 2;
    }
    header[1] = 126;
    header[2] = (uint8_t)(length >> 8);
    header[3] = (uint8_t)length;
    return 4;
}

/* -- reading ------------------------------------------------------------------------------------------------ */

static void unmask(uint8_t *payload, size_t length, const uint8_t *key)
{
    for (size_t i = 0; i < length; i++) payload[i] ^= key[i & 3];
}

static void handle_frame(struct member *member, int opcode, const uint8_t *payload, size_t length)
{
    uint8_t header[MAX_HEADER_BYTES];
    size_t header_length;
    switch (opcode) {
    case OPCODE_TEXT:
        header_length = write_header(header, OPCODE_TEXT, length);
        append(&batch, header, header_length);
        append(&batch, payload, length);
        break;
    case OPCODE_PING:
    case OPCODE_CLOSE:
        header_length = write_header(header, opcode == OPCODE_PING ? OPCODE_PONG : OPCODE_CLOSE, length);
        write_to(member, header, header_length);
        write_to(member, payload, length);
        if (opcode == OPCODE_CLOSE) end_member(member);
        break;
    case OPCODE_PONG: break;
    default:
        /* Fragments and binary messages: no client of this bench sends them. */
        end_member(member);
    }
}

/* Handles the whole frames at the start of these bytes; returns how long they are. */
static size_t take_frames(struct member *member, uint8_t *bytes, size_t length)
{
    size_t taken = 0;
    while (!member->is_gone) {
        uint8_t *frame = bytes + taken;
        size_t have = length - taken;
        if (have < 2) break;
        bool is_final = frame[0] & 0x80;
        bool is_masked = frame[1] & 0x80;
        size_t payload_length = frame[1] & 0x7f;
        size_t header_length = payload_length == 126 ? 8 : 6;
        if (!is_final || !is_masked || payload_length == 127) {
            end_member(member);
            break;
        }
        if (have < header_length) break;
        if (payload_length == 126) payload_length = (size_t)frame[2] << 8 | frame[3];
        if (have < header_length + payload_length) break;
        unmask(frame + header_length, payload_length, frame + header_length - 4);
        handle_frame(member, frame[0] & 0x0f, frame + header_length, payload_length);
        taken += header_length + payload_length;
    }
    return taken;
}

/* Answers the request at the start of these bytes; returns its length, or 0 while it is not whole. */
static size_t take_request(struct member *member, uint8_t *bytes, size_t length)
{
    static const char key_header[] = "\r\nSec-WebSocket-Key: ";
    const uint8_t *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) {
        if (length > MAX_REQUEST_BYTES) end_member(member);
        return 0;
    }
    const uint8_t *key = memmem(bytes, (size_t)(end - bytes), key_header, sizeof key_header - 1);
    if (key == NULL || key + sizeof key_header - 1 + KEY_LENGTH > end) {
        end_member(member);
        return 0;
    }
    char answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
                    "Upgrade: websocket\r\n"
                    "Connection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: ............................\r\n\r\n";
    accept_value((const char *)key + sizeof key_header - 1, answer + sizeof answer - 1 - 4 - ACCEPT_LENGTH);
    write_to(member, (const uint8_t *)answer, sizeof answer - 1);
    if (!member->is_gone) enter_room(member);
    return (size_t)(end + 4 - bytes);
}

static size_t take_bytes(struct member *member, uint8_t *bytes, size_t length)
{
    size_t taken = 0;
    if (!member->is_upgraded) {
        taken = take_request(member, bytes, length);
        if (!member->is_upgraded) return 0;
    }
    return taken + take_frames(member, bytes + taken, length - taken);
}

static void read_all(struct member *member)
{
    static uint8_t buffer[READ_BYTES];
    while (!member->is_gone) {
        struct bytes *partial = &member->partial;
        size_t before = partial->length;
        memcpy(buffer, partial->start == NULL ? buffer : partial->start, before);
        ssize_t length = recv(member->fd, buffer + before, sizeof buffer - before, 0);
        if (length == -1 && errno == EAGAIN) return;
        if (length <= 0) {
            end_member(member);
            return;
        }
        size_t have = before + (size_t)length;
        size_t taken = take_bytes(member, buffer, have);
        partial->length = 0;
        if (member->is_gone) return;
        if (have - taken > MAX_MESSAGE_BYTES + MAX_HEADER_BYTES) {
            end_member(member);
            return;
        }
        if (taken < have) append(partial, buffer + taken, have - taken);
        /* A short read has emptied the socket; the next arrival is an edge of its own. */
        if (have < sizeof buffer) return;
    }
}

static void handle_event(struct member *member, uint32_t happened)
{
    if (member->is_gone) return;
    if (happened & (EPOLLHUP | EPOLLERR)) {
        end_member(member);
        return;
    }
    if (happened & EPOLLOUT) flush_outbox(member);
    if (happened & (EPOLLIN | EPOLLRDHUP)) read_all(member);
    /* The end may wait behind bytes that one short read did not take. */
    if (happened & EPOLLRDHUP) end_member(member);
}

/* -- listening ---------------------------------------------------------------------------------------------- */

static int listen_on_loopback(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener == -1 || bind(listener, (struct sockaddr *)&address, size) == -1 || listen(listener, 4096) == -1 ||
        getsockname(listener, (struct sockaddr *)&address, &size) == -1) {
        fail("listening: %s", strerror(errno));
    }
    *port = ntohs(address.sin_port);
    return listener;
}

static void accept_members(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd == -1) {
            if (errno == EAGAIN || errno == ECONNABORTED) return;
            fail("accept: %s", strerror(errno));
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct member *member = calloc(1, sizeof *member);
        if (member == NULL) fail("out of memory");
        member->fd = fd;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = member};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == -1) fail("epoll_ctl: %s", strerror(errno));
    }
}
