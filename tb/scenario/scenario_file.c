/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a scenario file into a tree (scenario_tree.h): in the plain form (scenario_plain.h) if it has that, else in one
 * pass over the events of the YAML parser, which also shows what no scenario may have: anchors, aliases, tags, a second
 * document.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "tb/scenario/scenario_tree.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "tb/scenario/scenario_plain.h"

enum { READ_BYTES = 4096, FILE_BYTES_MAX = TREE_FILE_MEGABYTES_MAX << 20 };
_Static_assert(TREE_FILE_MEGABYTES_MAX == 128, "the limit stands in a message below");

/* Errors about the text as such, not about a key. */
static const char yaml_key[] = "yaml";

static bool refuse_mark(struct tree *tree, yaml_mark_t mark, const char *what)
{
    struct tree_node place = {.line = (uint32_t)mark.line + 1, .column = (uint32_t)mark.column + 1};
    return tree_refuse(tree, &place, yaml_key, "%s", what);
}

static bool refuse_file(struct tree *tree, const char *why)
{
    snprintf(tree->message, TREE_MESSAGE_MAX, "%s: %s", tree->file, why);
    return false;
}

/* Bytes of a file that says its size before it is read; else 0. */
static size_t told_size(FILE *file)
{
    struct stat about;
    return fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode) ? (size_t)about.st_size : 0;
}

static bool refuse_size(struct tree *tree)
{
    return refuse_file(tree, "larger than 128 MB: this is no scenario");
}

/* The whole of a file with a 0 behind it; NULL and an error if that cannot be. */
static char *read_bytes(struct tree *tree, FILE *file, size_t *length)
{
    size_t room = told_size(file) + READ_BYTES, got = 0;
    char *text = malloc(room + 1);
    *length = 0;
    while (text && (got = fread(text + *length, 1, room - *length, file)) == room - *length && room <= FILE_BYTES_MAX) {
        *length = room;
        char *larger = realloc(text, (room *= 4) + 1);
        if (!larger)
            free(text);
        text = larger;
    }
    *length += got;
    if (!text)
        refuse_file(tree, "no memory");
    else if (ferror(file))
        refuse_file(tree, strerror(errno));
    else if (*length > FILE_BYTES_MAX)
        refuse_size(tree);
    else
        text[*length] = 0;
    return text;
}

static char *read_file(struct tree *tree, size_t *length)
{
    FILE *file = fopen(tree->file, "rb");
    char *text = NULL;
    if (!file) {
        refuse_file(tree, strerror(errno));
        return NULL;
    }
    if (told_size(file) > FILE_BYTES_MAX)
        refuse_size(tree);
    else
        text = read_bytes(tree, file, length);
    fclose(file);
    if (tree->message[0]) {
        free(text);
        return NULL;
    }
    return text;
}

/* A byte's place: the parser does not tell it when the byte is not text at all. */
static yaml_mark_t mark_of_byte(const char *text, size_t length, size_t offset)
{
    yaml_mark_t mark = {0, 0, 0};
    for (size_t i = 0; i < offset && i < length; i++) {
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    return mark;
}

static bool refuse_parser(struct tree *tree, const yaml_parser_t *parser, const char *text, size_t length)
{
    if (parser->error == YAML_READER_ERROR) {
        size_t offset = parser->problem_offset;
        if (parser->problem && strstr(parser->problem, "trailing")) /* to the byte that wanted another one */
            while (offset > 0 && ((unsigned char)text[offset] & 0xc0) != 0xc0)
                offset--;
        yaml_mark_t mark = mark_of_byte(text, length, offset);
        bool control = parser->problem && strstr(parser->problem, "control") != NULL;
        return refuse_mark(tree, mark, control ? "expected text, not a control character" : "expected UTF-8");
    }
    if (parser->error == YAML_MEMORY_ERROR)
        return refuse_file(tree, "no memory");
    struct tree_node place = {.line = (uint32_t)parser->problem_mark.line + 1,
                              .column = (uint32_t)parser->problem_mark.column + 1};
    return tree_refuse(tree, &place, yaml_key, "%s%s%s", parser->problem ? parser->problem : "cannot be read",
                       parser->context ? " " : "", parser->context ? parser->context : "");
}

struct scan {
    unsigned documents, depth;
};

/* What an event shows that no scenario may have; NULL if it is all right. */
static const char *scan_event(struct scan *scan, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return NULL;
    case YAML_DOCUMENT_START_EVENT:
        return ++scan->documents > 1 ? "expected one document; a second one starts here" : NULL;
    case YAML_ALIAS_EVENT:
        return "expected no alias: scenarios say everything where it stands";
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        if (memchr(event->data.scalar.value, 0, event->data.scalar.length))
            return "expected text, not a control character";
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        scan->depth++;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        scan->depth++;
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        scan->depth--;
        return NULL;
    }
    if (anchor)
        return "expected no anchor: scenarios say everything where it stands";
    if (tag)
        return "expected no tag: the key decides the type";
    return scan->depth > TREE_DEPTH_MAX ? "nested deeper than any key" : NULL;
}

/* What an event adds to the tree. False: it cannot be, and the tree's message says why. */
static bool build_event(struct tree_builder *builder, const yaml_event_t *event)
{
    uint32_t line = (uint32_t)event->start_mark.line + 1, column = (uint32_t)event->start_mark.column + 1;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return tree_build_scalar(builder, (const char *)event->data.scalar.value, event->data.scalar.length,
                                 event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE, line, column);
    case YAML_MAPPING_START_EVENT:
        return tree_build_begin(builder, TREE_MAP, line, column);
    case YAML_SEQUENCE_START_EVENT:
        return tree_build_begin(builder, TREE_LIST, line, column);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return tree_build_end(builder);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT:
        return true;
    }
    assert(false && "every event is known");
    return false;
}

/* The text, event by event. */
static bool parse_text(struct tree *tree, const char *text, size_t length, struct scan *scan)
{
    yaml_parser_t parser;
    struct tree_builder builder = {.tree = tree};
    if (!yaml_parser_initialize(&parser))
        return refuse_file(tree, "no memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    bool good = true, end = false;
    while (good && !end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            good = refuse_parser(tree, &parser, text, length);
            break;
        }
        const char *problem = scan_event(scan, &event);
        if (problem)
            good = refuse_mark(tree, event.start_mark, problem);
        good = good && build_event(&builder, &event);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    tree_build_free(&builder);
    return good;
}

bool tree_load_yaml(struct tree *tree, const char *text, size_t length)
{
    struct scan scan = {0};
    return parse_text(tree, text, length, &scan) &&
           (scan.documents > 0 || tree_refuse(tree, NULL, yaml_key, "expected a scenario, not an empty file"));
}

/* What the plain form cannot do leaves nothing behind. */
static bool read_plain(struct tree *tree, const char *text, size_t length)
{
    struct tree_builder builder = {.tree = tree};
    bool good = plain_read(&builder, text, length);
    tree_build_free(&builder);
    if (!good) {
        tree_free(tree);
        tree->message[0] = 0;
    }
    return good;
}

bool tree_load(struct tree *tree, const char *file, char *message)
{
    *tree = (struct tree){.file = file, .message = message};
    message[0] = 0;
    size_t length = 0, mark = 0;
    char *text = read_file(tree, &length);
    if (!text)
        return false;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        mark = 3; /* a byte order mark says nothing in UTF-8 */
    bool good = read_plain(tree, text + mark, length - mark) || tree_load_yaml(tree, text + mark, length - mark);
    free(text);
    return good;
}

static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = 0;
    }
    return copy;
}

/* Most values are one word, which YAML takes as it stands. */
static bool is_word(const char *value)
{
    size_t length = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-");
    return length > 0 && value[length] == 0 && !strchr("+-.", value[0]);
}

bool tree_read_scalar(const char *value, char **text, bool *quoted, const char **problem)
{
    char message[TREE_MESSAGE_MAX] = "";
    struct tree tree = {.file = "", .message = message};
    struct scan scan = {0};
    size_t length = strlen(value);
    *text = NULL;
    *quoted = false;
    *problem = "expected one YAML value; quote what is special in YAML";
    if (is_word(value))
        *text = copy_of(value, length);
    else if (parse_text(&tree, value, length, &scan) && scan.documents == 0) /* nothing, or a comment */
        *text = copy_of("", 0);
    else if (!message[0] && tree.root && tree.root->type == TREE_SCALAR) {
        *text = copy_of(tree.root->text, tree.root->count);
        *quoted = tree.root->quoted;
    }
    tree_free(&tree);
    return *text != NULL;
}
