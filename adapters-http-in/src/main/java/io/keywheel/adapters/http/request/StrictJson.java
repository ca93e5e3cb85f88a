package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// JSON as strict as its specification: one value, in UTF-8, every name once.
public final class StrictJson {

    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 64;

    /// As many messages as there may be, each in parts, have some 130 000. An object of three bytes takes
    /// eighty in memory, and without a bound it does so as often as the body's size allows.
    private static final int MOST_TOKENS = 200_000;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxTokenCount(MOST_TOKENS)
                    // The size of the whole text is bounded before it gets here.
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // A factory keeps thousands of names for the next text, each as long as a client likes.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // By default each thread keeps buffers of 32 KiB, and each connection and chat is a thread.
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .build();

    private StrictJson() {}

    /// The object that the bytes are.
    ///
    /// @throws RefusedException if they are not exactly one JSON object
    public static ObjectNode object(byte[] bytes) {
        if (parse(text(bytes)) instanceof ObjectNode object) {
            return object;
        }
        throw new RefusedException(HttpError.INVALID_REQUEST, "the request must be a JSON object");
    }

    private static JsonNode parse(String text) {
        if (text.isBlank()) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "the request is empty; it must be a JSON object");
        }
        try {
            return value(text);
        } catch (StreamConstraintsException e) {
            throw new RefusedException(
                    HttpError.INVALID_REQUEST,
                    "the request nests deeper than " + DEEPEST + " levels, has a number of more than "
                            + LONGEST_NUMBER + " digits, or more than " + MOST_TOKENS
                            + " names, values, and ends of objects and arrays");
        } catch (JsonProcessingException e) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "the request is not valid JSON: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
    }

    private static JsonNode value(String text) throws IOException {
        try (JsonParser parser = STRICT.createParser(text)) {
            JsonNode value = WrittenJson.read(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the first value");
            }
            return value;
        }
    }

    private static String reason(JsonProcessingException e) {
        String said = e.getOriginalMessage();
        // Behind it, Jackson describes its own source, or an option of its own.
        String problem = said.split(" \\(start marker at|: enable `", 2)[0];
        String firstLine = problem.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        String reason = firstLine.length() > 200 ? firstLine.substring(0, 200) + "…" : firstLine;
        return e.getLocation() == null
                ? reason
                : reason + " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    /// Jackson would guess at other encodings and let some broken bytes pass.
    private static String text(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        if (!isUtf8(bytes, text)) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "the request is not valid UTF-8");
        }
        return text;
    }

    public static boolean isUtf8(byte[] bytes) {
        return isUtf8(bytes, new String(bytes, StandardCharsets.UTF_8));
    }

    /// The replacement character stands for bytes that are no text, but may also be what the client wrote.
    private static boolean isUtf8(byte[] bytes, String text) {
        return text.indexOf('\uFFFD') < 0 || Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
    }
}
