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
        String decoded = decoded(bytes);
        if (decoded == null) {
            throw invalid("is not valid UTF-8");
        }
        // A byte order mark, which some editors write into files that clients send.
        String text = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
        if (text.isBlank()) {
            throw invalid("is empty; it must be a JSON object");
        }
        try (JsonParser parser = STRICT.createParser(text)) {
            JsonNode value = WrittenJson.read(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the first value");
            }
            if (value instanceof ObjectNode object) {
                return object;
            }
            throw invalid("must be a JSON object");
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

    /// The text of bytes in UTF-8; null if they are not valid. Jackson would guess other encodings, and accept some
    /// invalid bytes.
    public static @Nullable String decoded(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        // A replacement character means invalid bytes, unless the client sent that character.
        boolean isValid = text.indexOf('\uFFFD') < 0 || Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
        return isValid ? text : null;
    }
}
