/*
 * Counts of durations in buckets whose width grows with the value, so that every value is known to within 1/128 of
 * itself from a nanosecond to half an hour. bench/latency-histogram.ts reads the counts and has the same buckets.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#define HISTOGRAM_PRECISION_BITS 7
#define HISTOGRAM_MAX_BITS 41
#define HISTOGRAM_BUCKETS ((HISTOGRAM_MAX_BITS - HISTOGRAM_PRECISION_BITS + 1) << HISTOGRAM_PRECISION_BITS)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
};

static inline void histogram_record(struct histogram *histogram, uint64_t value)
{
    uint64_t bounded = value >> HISTOGRAM_MAX_BITS ? (1ull << HISTOGRAM_MAX_BITS) - 1 : value;
    int top_bit = 63 - __builtin_clzll(bounded | 1);
    int shift = top_bit > HISTOGRAM_PRECISION_BITS ? top_bit - HISTOGRAM_PRECISION_BITS : 0;
    histogram->counts[((uint64_t)shift << HISTOGRAM_PRECISION_BITS) + (bounded >> shift)]++;
}

/* Prints the buckets that are not empty as JSON: [[bucket, count], ...]. */
static inline void histogram_print(const struct histogram *histogram, FILE *to)
{
    const char *separator = "";
    fputc('[', to);
    for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        if (histogram->counts[bucket] == 0) continue;
        fprintf(to, "%s[%d,%" PRIu64 "]", separator, bucket, histogram->counts[bucket]);
        separator = ",";
    }
    fputc(']', to);
}

#endif
