/* What the load generator is told on its command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdint.h>
#include <string.h>

#include "../../native/fail.h"
#include "../../native/number.h"

#define MAX_DEPTH 256

struct options {
    uint16_t port;
    const char *path;
    uint32_t connections;
    /* Requests a second over all connections; 0: each connection keeps `depth` requests on the way. */
    uint64_t rate;
    uint32_t depth;
    /* Without a rate: how many requests in all. */
    uint64_t requests;
    uint64_t warmup_ms;
    uint64_t measure_ms;
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"port", required_argument, NULL, 'p'},      {"path", required_argument, NULL, 'u'},
        {"connections", required_argument, NULL, 'c'}, {"rate", required_argument, NULL, 'r'},
        {"depth", required_argument, NULL, 'd'},     {"requests", required_argument, NULL, 'n'},
        {"warmup-ms", required_argument, NULL, 'a'}, {"measure-ms", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.path = "/", .depth = 1};
    for (;;) {
        int index = 0;
        int found = getopt_long(argc, argv, "", known, &index);
        if (found == -1) break;
        const char *name = known[index].name;
        switch (found) {
        case 'p': options.port = (uint16_t)parse_number(name, optarg, 1, 65535); break;
        case 'u': options.path = optarg; break;
        case 'c': options.connections = (uint32_t)parse_number(name, optarg, 1, 10000); break;
        case 'r': options.rate = parse_number(name, optarg, 1, 10000000); break;
        case 'd': options.depth = (uint32_t)parse_number(name, optarg, 1, MAX_DEPTH); break;
        case 'n': options.requests = parse_number(name, optarg, 1, 1000000000); break;
        case 'a': options.warmup_ms = parse_number(name, optarg, 0, 3600000); break;
        case 'm': options.measure_ms = parse_number(name, optarg, 1, 3600000); break;
        default: exit(1);
        }
    }
    if (options.port == 0 || options.connections == 0) fail("--port and --connections are required");
    if ((options.rate == 0) == (options.requests == 0)) fail("either --rate or --requests is required");
    if (options.rate > 0 && options.measure_ms == 0) fail("--measure-ms is required with --rate");
    if (options.rate > 0 && options.depth > 1) fail("--depth goes with --requests");
    return options;
}

#endif
