package io.keywheel.clients.langchain4j;

import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.langchain4j.Caller.question;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client sees an answer and nothing else.
final class FailoverTest {

    private static final String ANSWER = "You asked \"hello\" (message 1 of this conversation).";

    @AutoClose
    private final Caller caller = new Caller();

    @Test
    void the_next_key_answers_when_one_is_limited() {
        caller.world.simulator().on(GROQ).next(KnownError.RATE_LIMIT_REQUESTS);
        assertTrue(caller.ask(GROQ_MODEL).aiMessage().text().endsWith(ANSWER));
        assertEquals(2, caller.world.chats().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate-limit-tokens", "stream-error:0"})
    void a_stream_that_fails_before_its_first_word_is_answered_by_the_next_key(String fault) {
        caller.world.simulator().on(COMPATIBLE).next(Fault.named(fault));
        caller.world.simulator().on(GROQ).next(Fault.named(fault));
        var heard = caller.stream("auto", question());
        assertEquals(heard.response().aiMessage().text(), heard.text());
        assertTrue(heard.text().endsWith(ANSWER), heard.text());
        assertEquals(2, caller.world.chats().size());
    }

    /// LangChain4j passes over the error event: that nothing says how the answer finished is all it shows.
    @ParameterizedTest
    @ValueSource(strings = {"cut:after-tokens:3", "stream-error:3"})
    void a_stream_that_breaks_off_keeps_what_was_said_and_has_no_finish_reason(String fault) {
        caller.world.simulator().on(COMPATIBLE).next(Fault.named(fault));
        var heard = caller.stream(LOCAL_MODEL, question());
        assertNull(heard.response().finishReason());
        assertFalse(heard.text().isEmpty());
        assertFalse(heard.text().contains(ANSWER));
    }
}
