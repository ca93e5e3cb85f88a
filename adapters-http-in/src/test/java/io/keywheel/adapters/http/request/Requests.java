package io.keywheel.adapters.http.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.fuzz.Fuzz;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/// The checks that all readers of requests share.
public final class Requests {

    private Requests() {}

    /// @param body JSON with `'` for a quotation mark
    public static ObjectNode json(String body) {
        return StrictJson.object(body.replace('\'', '"').getBytes(UTF_8));
    }

    public static void assertRefused(String field, String problem, Executable reading) {
        var refused = assertThrows(RefusedException.class, reading);

        assertEquals(field + " " + problem, refused.message());
        assertEquals(field, refused.field());
    }

    /// Random bodies are read or refused with a short message. [Fuzz] sets the length of a run.
    public static void assertReadOrRefused(List<String> samples, Function<ObjectNode, ?> reader) {
        Fuzz.run(samples, bytes -> readOrRefuse(bytes, reader));
    }

    public static void readOrRefuse(byte[] body, Function<ObjectNode, ?> reader) {
        try {
            var _ = reader.apply(StrictJson.object(body));
        } catch (RefusedException e) {
            assertTrue(e.message().length() < 1_000, e.message());
            assertTrue(e.field() == null || e.message().startsWith(e.field() + " "), e.message());
        }
    }
}
