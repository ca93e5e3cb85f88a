package io.keywheel.clients.npm;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.DynamicTest;

/// A test that Node ran, as `lines.mjs` reports it.
///
/// @param why it failed; empty otherwise
record Reported(String name, boolean passed, boolean skipped, String why) {

    private static final JsonMapper JSON = new JsonMapper();

    static Reported of(String line) {
        try {
            return JSON.readValue(line, Reported.class);
        } catch (JsonProcessingException e) {
            return new Reported("a line that is no report", false, false, line + "\n" + e.getMessage());
        }
    }

    DynamicTest asTest() {
        return DynamicTest.dynamicTest(name, () -> {
            if (skipped) {
                abort("skipped by Node");
            }
            if (!passed) {
                fail(name + "\n" + why);
            }
        });
    }
}
