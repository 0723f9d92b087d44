/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain form of YAML (scenario_plain.h): ASCII without tabs; block maps and lists; flow maps and lists; words and
 * quoted texts on one line, without escapes; texts by | and >. Each function returns false where the form ends.
 */
#include "tb/scenario/scenario_plain.h"

#include <string.h>

enum { KEY_BYTES_MAX = 1000, TEXT_BYTES_MAX = 4096, NO_TOKEN = -1 };

struct plain {
    struct tree_builder *builder;
    const char *at, *end, *line_start;
    uint32_t line; /* from 1 */
};

static bool is_end(const struct plain *p)
{
    return p->at == p->end;
}

static char next(const struct plain *p)
{
    return p->at < p->end ? *p->at : '\n';
}

static char after_next(const struct plain *p)
{
    return p->end - p->at > 1 ? p->at[1] : '\n';
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\n';
}

static uint32_t column(const struct plain *p)
{
    return (uint32_t)(p->at - p->line_start) + 1;
}

static void next_line(struct plain *p)
{
    p->at++;
    p->line++;
    p->line_start = p->at;
}

static void skip_spaces(struct plain *p)
{
    while (p->at < p->end && *p->at == ' ')
        p->at++;
}

/* Spaces, and a comment if there is one, to the end of the line or the file. */
static bool end_line(struct plain *p)
{
    const char *from = p->at;
    skip_spaces(p);
    if (next(p) == '#' && p->at > from && !is_end(p)) {
        const char *newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
        p->at = newline ? newline : p->end;
    }
    return next(p) == '\n';
}

/* From the end of a line to the next line that has more than a comment: the column, from 0, of what stands there. */
static int find_token(struct plain *p)
{
    while (!is_end(p)) {
        if (*p->at == '\n')
            next_line(p);
        skip_spaces(p);
        if (is_end(p))
            break;
        if (*p->at != '#' && *p->at != '\n')
            return (int)(p->at - p->line_start);
        const char *newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
        p->at = newline ? newline : p->end;
    }
    return NO_TOKEN;
}

static bool may_begin_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || strchr("_./+(<=", c) != NULL;
}

/* What can end words or be inside them, by character. */
enum { PART_OF_WORD, SPACE, COLON, QUESTION, FLOW_ONLY, LINE_END };
static const uint8_t kinds[128] = {[' '] = SPACE,     ['\n'] = LINE_END, [':'] = COLON,     ['?'] = QUESTION,
                                   [','] = FLOW_ONLY, ['['] = FLOW_ONLY, [']'] = FLOW_ONLY, ['{'] = FLOW_ONLY,
                                   ['}'] = FLOW_ONLY};

static unsigned kind_of(char c)
{
    return kinds[(unsigned char)c & 0x7f];
}

/* A word or several, to where it ends: at a comment, at `: `, in flow at what is special there. */
static bool find_end_of_words(const struct plain *p, bool flow, const char **end)
{
    const char *last = p->at;
    for (const char *at = p->at; at < p->end; at++) {
        const unsigned kind = kind_of(*at);
        if (kind == PART_OF_WORD) {
            last = at + 1;
            continue;
        }
        const char after = p->end - at > 1 ? at[1] : '\n';
        if (kind == LINE_END || (kind == SPACE && after == '#') || (kind == COLON && ends_word(after)) ||
            (flow && kind == FLOW_ONLY))
            break;
        if (flow && (kind == QUESTION || (kind == COLON && kind_of(after) == FLOW_ONLY)))
            return false;
        if (kind != SPACE)
            last = at + 1;
    }
    *end = last;
    return true;
}

static bool add_text(struct plain *p, const char *text, size_t length, bool quoted, uint32_t line, uint32_t at_column)
{
    return tree_build_scalar(p->builder, text, length, quoted, line, at_column);
}

static bool read_words(struct plain *p, bool flow)
{
    const char *end, *text = p->at;
    uint32_t begins = column(p);
    if (is_end(p) || !may_begin_word(*p->at) || !find_end_of_words(p, flow, &end))
        return false;
    p->at = end;
    return add_text(p, text, (size_t)(end - text), false, p->line, begins);
}

static bool read_quoted(struct plain *p)
{
    const char quote = *p->at, *text = p->at + 1, *end = text;
    uint32_t begins = column(p);
    while (end < p->end && *end != quote && *end != '\n' && *end != '\\')
        end++;
    if (end == p->end || *end != quote || (p->end - end > 1 && end[1] == quote))
        return false;
    p->at = end + 1;
    return add_text(p, text, (size_t)(end - text), true, p->line, begins);
}

static bool read_scalar(struct plain *p, bool flow)
{
    return next(p) == '"' || next(p) == '\'' ? read_quoted(p) : read_words(p, flow);
}

/* A key and its colon. */
static bool read_key(struct plain *p, bool flow)
{
    const char *from = p->at;
    if (!read_scalar(p, flow) || p->at - from > KEY_BYTES_MAX || next(p) != ':' || !ends_word(after_next(p)))
        return false;
    p->at++;
    return true;
}

static bool begin(struct plain *p, enum tree_type type)
{
    return p->builder->depth < TREE_DEPTH_MAX && tree_build_begin(p->builder, type, p->line, column(p));
}

/* To the next token inside a flow; what begins a line could be the end of a document. */
static bool skip_in_flow(struct plain *p)
{
    const char *from = p->at;
    skip_spaces(p);
    if (next(p) != '\n' && (next(p) != '#' || p->at == from))
        return true;
    p->at = from;
    return end_line(p) && find_token(p) > 0;
}

static bool read_flow(struct plain *p);

static bool read_flow_value(struct plain *p)
{
    return next(p) == '{' || next(p) == '[' ? read_flow(p) : read_scalar(p, true);
}

static bool read_flow(struct plain *p)
{
    bool map = *p->at == '{';
    const char close = map ? '}' : ']';
    if (!begin(p, map ? TREE_MAP : TREE_LIST))
        return false;
    p->at++;
    while (skip_in_flow(p) && next(p) != close) {
        if (map && !(read_key(p, true) && skip_in_flow(p)))
            return false;
        if (!read_flow_value(p) || !skip_in_flow(p) || (next(p) != ',' && next(p) != close))
            return false;
        p->at += next(p) == ',';
    }
    if (next(p) != close)
        return false;
    p->at++;
    return tree_build_end(p->builder);
}

/* A line of a text by | or >, without its indentation; false if it is not part of the text. */
static bool next_text_line(struct plain *p, size_t indentation, const char **line, size_t *length)
{
    size_t left = (size_t)(p->end - p->at);
    const char *newline = memchr(p->at, '\n', left);
    if (!newline || (size_t)(newline - p->at) < indentation || strspn(p->at, " ") < indentation)
        return false;
    *line = p->at + indentation;
    *length = (size_t)(newline - *line);
    p->at = newline;
    next_line(p);
    return true;
}

/* Lines of one indentation, none of them empty or further in. */
static bool read_text(struct plain *p, int above)
{
    char text[TEXT_BYTES_MAX];
    const char kind = *p->at++, *line;
    uint32_t begins = column(p) - 1, begin_line = p->line;
    size_t used = 0, length;
    if (is_end(p) || *p->at != '\n')
        return false;
    next_line(p);
    size_t indentation = strspn(p->at, " ");
    if ((int)indentation <= above)
        return false;
    while (next_text_line(p, indentation, &line, &length)) {
        if (length == 0 || *line == ' ' || used + length + 1 > sizeof text)
            return false;
        memcpy(text + used, line, length);
        used += length;
        text[used++] = kind == '|' ? '\n' : ' ';
    }
    bool blank = is_end(p) || *p->at == '\n' || p->at[strspn(p->at, " ")] == '\n';
    if (used == 0 || (blank && !is_end(p)))
        return false;
    text[used - 1] = '\n';
    p->at--; /* to the end of its last line */
    p->line--;
    return add_text(p, text, used, true, begin_line, begins);
}

static bool read_block_map(struct plain *p, int indentation, int *token);
static bool read_block_list(struct plain *p, int indentation, int *token);

static bool is_item(const struct plain *p)
{
    return next(p) == '-' && after_next(p) == ' ';
}

/* What stands behind a key or a dash on the same line, to the line's end. */
static bool read_inline(struct plain *p, int above)
{
    if (next(p) == '|' || next(p) == '>')
        return read_text(p, above);
    if (next(p) == '{' || next(p) == '[')
        return read_flow(p) && end_line(p);
    return read_scalar(p, false) && end_line(p);
}

static bool read_block_value(struct plain *p, int indentation, int *token)
{
    if (!end_line(p)) {
        bool good = read_inline(p, indentation);
        *token = find_token(p);
        return good;
    }
    *token = find_token(p);
    if (*token == NO_TOKEN || *token < indentation || (*token == indentation && !is_item(p)))
        return false;
    return is_item(p) ? read_block_list(p, *token, token) : read_block_map(p, *token, token);
}

/* `token`: the column of what stands behind it. */
static bool read_block_map(struct plain *p, int indentation, int *token)
{
    if (!begin(p, TREE_MAP))
        return false;
    do {
        if (!read_key(p, false) || !read_block_value(p, indentation, token))
            return false;
    } while (*token == indentation && !is_item(p));
    return *token < indentation && tree_build_end(p->builder);
}

/* The first key of a map may stand behind the dash. */
static bool begins_map(const struct plain *p)
{
    const char *end;
    return may_begin_word(next(p)) && find_end_of_words(p, false, &end) && end < p->end && *end == ':';
}

static bool read_block_list(struct plain *p, int indentation, int *token)
{
    if (!begin(p, TREE_LIST))
        return false;
    do {
        p->at++;
        skip_spaces(p);
        if (begins_map(p)) {
            if (!read_block_map(p, (int)(p->at - p->line_start), token))
                return false;
            continue;
        }
        if (!read_inline(p, indentation))
            return false;
        *token = find_token(p);
    } while (*token == indentation && is_item(p));
    return *token <= indentation && tree_build_end(p->builder);
}

static bool are_plain(const char *text, size_t length)
{
    bool good = true;
    for (size_t i = 0; i < length; i++)
        good &= (text[i] >= ' ' && text[i] <= '~') || text[i] == '\n';
    return good;
}

/* Eight bytes at a time: one that is not of ' '..'~' shows in a high bit, and then each is looked at. */
static bool is_plain_ascii(const char *text, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        if (((word | (word + ones) | (word - 0x20 * ones)) & 0x80 * ones) && !are_plain(text + i, sizeof word))
            return false;
    }
    return are_plain(text + i, length - i);
}

bool plain_read(struct tree_builder *builder, const char *text, size_t length)
{
    struct plain p = {.builder = builder, .at = text, .end = text + length, .line_start = text, .line = 1};
    if (!is_plain_ascii(text, length))
        return false;
    int token = find_token(&p);
    return token == 0 && !is_item(&p) && read_block_map(&p, 0, &token) && token == NO_TOKEN;
}
