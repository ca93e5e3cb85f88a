package io.keywheel.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads untrusted JSON, field by field. Values that the gateway does not interpret keep their text, without the
/// blanks between tokens. Invalid UTF-8 becomes U+FFFD.
///
/// Each method that reads a value begins at its first token and leaves the reader at its last.
public final class JsonReader implements AutoCloseable {

    /// The most JSON tokens of a whole answer, which has two hundred for each token of the model if all log
    /// probabilities are requested. As a tree, an object of three bytes takes eighty.
    private static final JsonFactory ANSWERS = factory(1_000_000);

    /// The most JSON tokens of an event, which has only a few tokens of the model.
    private static final JsonFactory EVENTS = factory(100_000);

    private final JsonParser parser;
    private final String text;

    private JsonReader(JsonFactory factory, String text) throws IOException {
        this.parser = factory.createParser(text);
        this.text = text;
        parser.nextToken();
    }

    private static String decoded(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static JsonFactory factory(int tokens) {
        return JsonFactory.builder()
                // A table of field names would stay in memory after the answer.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                // Shares buffers: by default each thread keeps 32 KiB, and each chat has a thread.
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxTokenCount(tokens).build())
                .build();
    }

    /// A reader at the first token of a whole answer. An empty one has no value to read.
    ///
    /// @throws IOException for invalid JSON, like all methods here
    public static JsonReader ofAnswer(byte[] bytes) throws IOException {
        return new JsonReader(ANSWERS, decoded(bytes, 0, bytes.length));
    }

    /// A reader at the first token of an event of a stream, which is a range of bytes.
    public static JsonReader ofEvent(byte[] bytes, int from, int to) throws IOException {
        return new JsonReader(EVENTS, decoded(bytes, from, to));
    }

    /// A whole answer as a tree, in which numbers keep their text; a missing node for invalid JSON.
    public static JsonNode tree(byte[] bytes) {
        return tree(ANSWERS, decoded(bytes, 0, bytes.length), false);
    }

    /// A whole answer as a tree; a missing node also if anything follows the value.
    public static JsonNode singleValue(byte[] bytes) {
        return tree(ANSWERS, decoded(bytes, 0, bytes.length), true);
    }

    public static JsonNode singleValue(String text) {
        return tree(ANSWERS, text, true);
    }

    /// An event of a stream as a tree; a missing node for invalid JSON.
    public static JsonNode tree(byte[] bytes, int from, int to) {
        return tree(EVENTS, decoded(bytes, from, to), false);
    }

    private static JsonNode tree(JsonFactory factory, String text, boolean rejectTrailing) {
        try (JsonParser parser = factory.createParser(text)) {
            JsonNode tree = WrittenJson.read(parser);
            return rejectTrailing && parser.nextToken() != null ? MissingNode.getInstance() : tree;
        } catch (IOException _) {
            return MissingNode.getInstance();
        }
    }

    /// Whether an object follows the value that was just read.
    public boolean nextIsObject() throws IOException {
        return parser.nextToken() == JsonToken.START_OBJECT;
    }

    public boolean isObject() {
        return parser.hasToken(JsonToken.START_OBJECT);
    }

    public boolean isText() {
        return parser.hasToken(JsonToken.VALUE_STRING);
    }

    public boolean isNull() {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    /// Moves to the value of the object's next field, and returns the field's name; null at the object's end.
    public @Nullable String nextField() throws IOException {
        String name = parser.nextFieldName();
        if (name != null) {
            parser.nextToken();
        }
        return name;
    }

    /// Enters an object, as [#enterObject], and moves to its first field; null without one.
    public @Nullable String firstField() throws IOException {
        return enterObject() ? nextField() : null;
    }

    /// Moves to the next item of the array. Returns false at the array's end.
    public boolean nextItem() throws IOException {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /// Enters an array and moves to its first item; skips any other value. Returns whether there is an item.
    public boolean firstItem() throws IOException {
        if (parser.hasToken(JsonToken.START_ARRAY)) {
            return nextItem();
        }
        parser.skipChildren();
        return false;
    }

    /// Enters an object; skips any other value. Returns whether it was an object.
    public boolean enterObject() throws IOException {
        boolean object = isObject();
        if (!object) {
            parser.skipChildren();
        }
        return object;
    }

    public void skip() throws IOException {
        parser.skipChildren();
    }

    /// The value if it is a text, else null.
    public @Nullable String text() throws IOException {
        if (isText()) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    /// The value if it is a text, a number or a boolean, else null.
    public @Nullable String scalar() throws IOException {
        if (parser.currentToken().isScalarValue() && !isNull()) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    /// The value as a number, limited to the range from 0 to `most`; a text may contain the number. `otherwise` for
    /// any other value.
    public long count(long most, long otherwise) throws IOException {
        parser.skipChildren();
        // Jackson converts null and booleans, too, and throws when it converts a longer text.
        boolean mayBeCount = (isText() || parser.currentToken().isNumeric())
                && parser.getTextLength() <= StreamReadConstraints.DEFAULT_MAX_NUM_LEN;
        double approximate = mayBeCount ? parser.getValueAsDouble(Double.NaN) : Double.NaN;
        if (Double.isNaN(approximate)) {
            return otherwise;
        }
        // A number beyond `long`, such as 1e300, would become an arbitrary one.
        return approximate <= 0 ? 0 : approximate >= most ? most : parser.getValueAsLong();
    }

    /// The start of the current value, in characters.
    public int start() {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    /// The end of the value that was just read, in characters.
    public int end() {
        return (int) parser.currentLocation().getCharOffset();
    }

    /// The text of the current value, in one line.
    public String json() throws IOException {
        return json(start());
    }

    /// The text of the value that began at `start`. The reader is at its first or last token.
    public String json(int start) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        boolean container = text.charAt(start) == '{' || text.charAt(start) == '[';
        return container ? withoutBlanks(start, end()) : text.substring(start, end());
    }

    private String withoutBlanks(int start, int end) {
        var compact = new StringBuilder(end - start);
        int from = start;
        boolean inText = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c <= ' ' && !inText) {
                compact.append(text, from, i);
                from = i + 1;
            } else if (c == '\\') {
                i++;
            } else if (c == '"') {
                inText = !inText;
            }
        }
        return from == start
                ? text.substring(start, end)
                : compact.append(text, from, end).toString();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
