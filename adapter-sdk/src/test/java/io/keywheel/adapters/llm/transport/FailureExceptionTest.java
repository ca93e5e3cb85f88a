package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailureExceptionTest {

    @Test
    void only_words_of_the_adapter_itself_are_logged() {
        assertEquals(
                "",
                FailureException.unavailable("words of the provider").failure().cause());
        assertEquals("no JSON", FailureException.because("no JSON").failure().cause());
    }
}
