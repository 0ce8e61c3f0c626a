// Writes n records as JSON, scans them, and searches the text for a word.
#include "kernel.h"

#define RECORD 64
#define LIMIT 4096

static char text[RECORD * LIMIT + 2];
static char *end;

static void write_text(const char *from) {
    while (*from) *end++ = *from++;
}

static void write_number(uint32_t number) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count) *end++ = digits[--count];
}

static void write_records(int32_t n) {
    static const char *const WORDS[] = {"\"spring\"", "\"su\\\"mmer\"", "\"autumn\"", "\"winter\""};
    uint32_t state = 13;
    end = text;
    *end++ = '[';
    for (int32_t i = 0; i < n; i++) {
        if (i) *end++ = ',';
        write_text("{\"id\": ");
        write_number(next_number(&state));
        write_text(", \"when\": ");
        write_text(WORDS[next_number(&state) % 4]);
        write_text(", \"is\": [true, -1]}");
    }
    *end++ = ']';
}

// Adds up what the text says: numbers, depths, lengths of strings.
static uint32_t scanned(void) {
    uint32_t sum = 0, depth = 0;
    for (const char *at = text; at < end;) {
        char c = *at++;
        if (c == '"') {
            uint32_t length = 0;
            for (; *at != '"'; at++, length++) {
                if (*at == '\\') at++;
            }
            at++;
            sum = fold(sum, length);
        } else if (c >= '0' && c <= '9') {
            uint32_t number = (uint32_t)(c - '0');
            while (*at >= '0' && *at <= '9') number = number * 10 + (uint32_t)(*at++ - '0');
            sum = fold(sum, number);
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            sum = fold(sum, depth--);
        }
    }
    return sum;
}

// How often the word stands in the text, by Horspool's search.
static uint32_t searched(const char *word, int32_t length) {
    uint8_t shift[128];
    uint32_t found = 0;
    for (int i = 0; i < 128; i++) shift[i] = (uint8_t)length;
    for (int32_t i = 0; i < length - 1; i++) shift[(int)word[i]] = (uint8_t)(length - 1 - i);
    for (const char *at = text; at + length <= end; at += shift[(int)at[length - 1]]) {
        int32_t i = length - 1;
        while (i >= 0 && at[i] == word[i]) i--;
        found += i < 0;
    }
    return found;
}

int32_t run(int32_t n) {
    write_records(n < LIMIT ? n : LIMIT);
    return (int32_t)fold(scanned(), searched("autumn", 6));
}

GUEST(1)
