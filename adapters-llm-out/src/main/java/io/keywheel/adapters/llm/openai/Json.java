package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.json.WrittenJson;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Reads what providers send, which may be anything. Numbers keep their text.
final class Json {

    /// An answer has two hundred for each of a model's own where all log probabilities are asked for. An object
    /// of three bytes takes eighty in memory, and without a bound it does so as often as the bytes allow.
    private static final int MOST_TOKENS = 1_000_000;

    /// The same for an event, which has what a few tokens of the model are: 8 MiB of memory at most.
    private static final int MOST_TOKENS_OF_AN_EVENT = 100_000;

    /// By default each thread keeps buffers of 32 KiB, and each chat is a thread.
    private static final JsonFactory FACTORY = factory(MOST_TOKENS);

    private static final JsonFactory EVENTS = factory(MOST_TOKENS_OF_AN_EVENT);

    private Json() {}

    private static JsonFactory factory(int tokens) {
        return JsonFactory.builder()
                // A table of field names would outlive the answer that they came with.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxTokenCount(tokens).build())
                .build();
    }

    private interface Source {
        JsonParser open() throws IOException;
    }

    /// A missing node for what is no JSON.
    static JsonNode parse(byte[] bytes) {
        return parse(() -> FACTORY.createParser(bytes));
    }

    /// An event of a stream; a missing node for what is no JSON.
    static JsonNode parse(String text) {
        return parse(() -> EVENTS.createParser(text));
    }

    private static JsonNode parse(Source source) {
        try (JsonParser parser = source.open()) {
            return WrittenJson.read(parser);
        } catch (JacksonException | CharConversionException _) {
            // Jackson takes some bytes for UTF-32, and what is none for a failure of its own kind.
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException("what is in memory cannot be read", e);
        }
    }

    /// The field's text, or null where it has none.
    static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    /// Its place among its kind: some leave it out.
    static int index(JsonNode node, int position) {
        return Math.max(0, node.path("index").asInt(position));
    }

    static JsonFactory factory() {
        return FACTORY;
    }
}
