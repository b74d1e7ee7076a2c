/* What the load generator is told on its command line. All options with a number are required. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../../native/fail.h"
#include "../../native/number.h"

enum dialect { DIALECT_PLAIN, DIALECT_SOCKET_IO, DIALECT_CENTRIFUGE };

/* A sender's unread messages must fit a socket's send buffer, which starts at 16 KiB. */
#define MAX_WINDOW 64
/* The sender's number has 16 bits in a message. */
#define MAX_SENDERS 65535

struct options {
    uint16_t port;
    const char *path;
    enum dialect dialect;
    uint32_t members;
    /* 0: nobody sends; connections are held open until the standard input ends. */
    uint32_t senders;
    /* Messages that each sender keeps on their way. */
    uint32_t window;
    uint64_t warmup_ms;
    uint64_t measure_ms;
};

static enum dialect parse_dialect(const char *text)
{
    static const char *const names[] = {"plain", "socket.io", "centrifuge"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) return (enum dialect)i;
    }
    fail("--dialect is \"%s\"; expected plain, socket.io or centrifuge", text);
}

static struct options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"port", required_argument, NULL, 'p'},      {"path", required_argument, NULL, 'u'},
        {"dialect", required_argument, NULL, 'd'},   {"members", required_argument, NULL, 'n'},
        {"senders", required_argument, NULL, 's'},   {"window", required_argument, NULL, 'w'},
        {"warmup-ms", required_argument, NULL, 'a'}, {"measure-ms", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.path = "/", .dialect = DIALECT_PLAIN, .window = 1};
    for (;;) {
        int index = 0;
        int found = getopt_long(argc, argv, "", known, &index);
        if (found == -1) break;
        const char *name = known[index].name;
        switch (found) {
        case 'p': options.port = (uint16_t)parse_number(name, optarg, 1, 65535); break;
        case 'u': options.path = optarg; break;
        case 'd': options.dialect = parse_dialect(optarg); break;
        case 'n': options.members = (uint32_t)parse_number(name, optarg, 1, 1000000); break;
        case 's': options.senders = (uint32_t)parse_number(name, optarg, 0, MAX_SENDERS); break;
        case 'w': options.window = (uint32_t)parse_number(name, optarg, 1, MAX_WINDOW); break;
        case 'a': options.warmup_ms = parse_number(name, optarg, 0, 3600000); break;
        case 'm': options.measure_ms = parse_number(name, optarg, 1, 3600000); break;
        default: exit(1);
        }
    }
    if (options.port == 0 || options.members == 0) fail("--port and --members are required");
    if (options.senders > options.members) fail("more senders than members");
    if (options.senders > 0 && options.measure_ms == 0) fail("--measure-ms is required with senders");
    return options;
}

#endif
