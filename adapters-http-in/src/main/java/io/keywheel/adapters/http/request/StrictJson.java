package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses JSON strictly: exactly one value, in valid UTF-8, without duplicate names.
public final class StrictJson {

    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 64;

    /// The maximum of messages, each with parts, has about 130 000 tokens. Without a limit, a body could consist of
    /// objects of three bytes, each of which takes eighty in memory.
    private static final int MOST_TOKENS = 200_000;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxTokenCount(MOST_TOKENS)
                    // The caller limits the size of the whole text.
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // Otherwise, the factory caches thousands of names, each as long as the client made it.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // By default, each thread keeps buffers of 32 KiB, and each connection and chat has a thread.
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .build();

    private StrictJson() {}

    /// @throws RefusedException if the bytes are not exactly one JSON object
    public static ObjectNode object(byte[] bytes) {
        if (!isUtf8(bytes)) {
            throw invalid("is not valid UTF-8");
        }
        try {
            ObjectNode object = ofBytes(bytes);
            return object == null ? ofText(new String(bytes, StandardCharsets.UTF_8)) : object;
        } catch (StreamConstraintsException e) {
            // Without the name of the method that returns the maximum.
            String limit = e.getOriginalMessage().replaceFirst(", from .*", ")");
            throw invalid("is too large: JSON " + limit.toLowerCase(Locale.ROOT));
        } catch (JsonProcessingException e) {
            throw invalid("is not valid JSON: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
    }

    /// Reads large prompts in half the time of [#ofText] or less, but has worse errors, and counts the bytes of names
    /// instead of their characters.
    ///
    /// @param bytes in valid UTF-8
    /// @return null if they are not exactly one JSON object within the limits
    static @Nullable ObjectNode ofBytes(byte[] bytes) throws IOException {
        JsonParser parser = STRICT.createNonBlockingByteArrayParser();
        try {
            var feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
            feeder.feedInput(bytes, 0, bytes.length);
            feeder.endOfInput();
            JsonNode value = singleValue(parser);
            parser.close();
            return value instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException _) {
            // Closed, the parser would give the pool a buffer that grew to the length of an invalid number.
            return null;
        }
    }

    /// @throws RefusedException if the text is empty, or another value
    static ObjectNode ofText(String decoded) throws IOException {
        // A byte order mark, which some editors write into files that clients send.
        String text = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
        if (text.isBlank()) {
            throw invalid("is empty; it must be a JSON object");
        }
        try (JsonParser parser = STRICT.createParser(text)) {
            if (singleValue(parser) instanceof ObjectNode object) {
                return object;
            }
            throw invalid("must be a JSON object");
        }
    }

    private static JsonNode singleValue(JsonParser parser) throws IOException {
        JsonNode value = WrittenJson.read(parser);
        JsonToken next = parser.nextToken();
        // After blanks, the parser of bytes knows only at the second call that nothing follows.
        if ((next == JsonToken.NOT_AVAILABLE ? parser.nextToken() : next) != null) {
            throw new JsonParseException(parser, "something follows the first value");
        }
        return value;
    }

    private static RefusedException invalid(String problem) {
        return new RefusedException(HttpError.INVALID_REQUEST, "the request " + problem);
    }

    private static String reason(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        // After this text, Jackson describes its source or a configuration option.
        String problem = message.split(" \\((?:start marker|for \\w+ starting|not recognized)|: enable `", 2)[0];
        String line = problem.replaceAll("\\p{Cntrl}", "?");
        String reason = line.length() > 200 ? line.substring(0, 200) + "…" : line;
        return reason + " at line " + e.getLocation().getLineNr() + ", column "
                + e.getLocation().getColumnNr();
    }

    /// Jackson would guess other encodings, and accept some invalid bytes.
    public static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(bytes);
        var decoded = CharBuffer.allocate(1024);
        CoderResult result = decoder.decode(in, decoded, true);
        while (result.isOverflow()) {
            result = decoder.decode(in, decoded.clear(), true);
        }
        return !result.isError();
    }
}
