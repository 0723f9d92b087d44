/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a scenario file into a tree (scenario_tree.h). The text is gone through twice: once event by event for what
 * a finished document no longer shows (anchors, aliases, tags, a second document), once to build the document.
 */
#include "tb/scenario/scenario_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors about the text as such, not about a key. */
static const char yaml_key[] = "yaml";

static bool refuse_mark(struct tree *tree, yaml_mark_t mark, const char *what)
{
    yaml_node_t place = {.start_mark = mark};
    return tree_refuse(tree, &place, yaml_key, "%s", what);
}

static bool refuse_file(struct tree *tree, const char *why)
{
    snprintf(tree->message, TREE_MESSAGE_MAX, "%s: %s", tree->file, why);
    return false;
}

static char *read_file(struct tree *tree, size_t *length)
{
    FILE *file = fopen(tree->file, "rb");
    if (!file) {
        refuse_file(tree, strerror(errno));
        return NULL;
    }
    char *text = malloc(TREE_FILE_BYTES_MAX + 1);
    *length = text ? fread(text, 1, TREE_FILE_BYTES_MAX + 1, file) : 0;
    if (!text)
        refuse_file(tree, "no memory");
    else if (ferror(file))
        refuse_file(tree, strerror(errno));
    else if (*length > TREE_FILE_BYTES_MAX)
        refuse_file(tree, "larger than 1 MB: this is no scenario");
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
    yaml_node_t place = {.start_mark = parser->problem_mark};
    return tree_refuse(tree, &place, yaml_key, "%s%s%s", parser->problem ? parser->problem : "cannot be read",
                       parser->context ? " " : "", parser->context ? parser->context : "");
}

struct scan {
    unsigned documents, depth, nodes;
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
    if (scan->depth > TREE_DEPTH_MAX)
        return "nested deeper than any key";
    return ++scan->nodes > TREE_NODES_MAX ? "expected at most 20000 values" : NULL;
}

static void open_parser(yaml_parser_t *parser, const char *text, size_t length)
{
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text, length);
}

static bool scan_text(struct tree *tree, const char *text, size_t length, struct scan *scan)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return refuse_file(tree, "no memory");
    open_parser(&parser, text, length);
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
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

static bool load_text(struct tree *tree, const char *text, size_t length)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return refuse_file(tree, "no memory");
    open_parser(&parser, text, length);
    tree->loaded = yaml_parser_load(&parser, &tree->document);
    if (!tree->loaded)
        refuse_parser(tree, &parser, text, length);
    yaml_parser_delete(&parser);
    return tree->loaded;
}

static bool check_keys(struct tree *tree, const yaml_node_t *map)
{
    for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = tree_node(tree, pair->key);
        if (key->type != YAML_SCALAR_NODE)
            return tree_refuse(tree, key, yaml_key, "expected a key, not %s", tree_kind(key));
        if (!tree_text(key)[0])
            return tree_refuse(tree, key, yaml_key, "expected a key, not an empty value");
        const yaml_node_pair_t *first = tree_pair(tree, map, tree_text(key));
        if (first && first != pair)
            return tree_refuse(tree, key, tree_text(key), "expected once; it stands in line %u already",
                               tree_line(tree_node(tree, first->key)));
    }
    return true;
}

/* Keys are texts, and no map has one twice. Nodes of a document need no descent: they lie in one array. */
static bool check_maps(struct tree *tree)
{
    for (const yaml_node_t *node = tree->document.nodes.start; node < tree->document.nodes.top; node++)
        if (node->type == YAML_MAPPING_NODE && !check_keys(tree, node))
            return false;
    return true;
}

bool tree_load(struct tree *tree, const char *file, char *message)
{
    memset(tree, 0, sizeof *tree);
    tree->file = file;
    tree->message = message;
    message[0] = 0;
    size_t length = 0, mark = 0;
    char *text = read_file(tree, &length);
    if (!text)
        return false;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        mark = 3; /* a byte order mark says nothing in UTF-8 */
    struct scan scan = {0};
    bool good = scan_text(tree, text + mark, length - mark, &scan);
    if (good && scan.documents == 0)
        good = tree_refuse(tree, NULL, yaml_key, "expected a scenario, not an empty file");
    good = good && load_text(tree, text + mark, length - mark) && check_maps(tree);
    free(text);
    return good;
}

void tree_free(struct tree *tree)
{
    if (tree->loaded)
        yaml_document_delete(&tree->document);
    tree->loaded = false;
}

bool tree_read_scalar(const char *value, char **text, bool *quoted, const char **problem)
{
    char message[TREE_MESSAGE_MAX] = "";
    struct tree tree = {.file = "", .message = message};
    struct scan scan = {0};
    size_t length = strlen(value);
    *text = NULL;
    *problem = "expected one YAML value; quote what is special in YAML";
    bool good = scan_text(&tree, value, length, &scan);
    if (good && scan.documents == 0) { /* nothing, or a comment */
        *text = calloc(1, 1);
        *quoted = false;
        good = *text != NULL;
    } else if (good) {
        const yaml_node_t *root = load_text(&tree, value, length) ? tree_root(&tree) : NULL;
        if (root && root->type == YAML_SCALAR_NODE)
            *text = malloc(root->data.scalar.length + 1);
        good = *text != NULL;
        if (good)
            memcpy(*text, tree_text(root), root->data.scalar.length + 1);
        *quoted = good && tree_quoted(root);
    }
    tree_free(&tree);
    return good;
}
